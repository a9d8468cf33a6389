package tables

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// Config is everything a Server needs. Account, Key and File are required.
type Config struct {
	// File is the data file. It and its folder are created when missing, readable by the owner alone. One process
	// uses it at a time.
	File string
	// Account is the storage account's name: 3 to 24 lower-case letters and digits, and the first part of every path.
	Account string
	// Key is the account's shared key in base64, at least 32 bytes of it.
	Key string
	// Now is the server's clock, time.Now when nil. It dates ETags and judges how old a request is.
	Now func() time.Time
	// Logger hears one line for each request that fails with 500; nil discards.
	Logger *slog.Logger
	// MaxExamined bounds the rows that one page of a query looks at, 10,000 when 0. A page that reaches it ends early,
	// possibly empty, with a continuation: the service does the same after 5 seconds.
	MaxExamined int
}

// Server is an http.Handler that speaks Table Storage. It is safe for concurrent use until Close. Serve it directly, not
// through a ServeMux: a mux cleans paths, and a key may hold what a mux would clean away.
type Server struct {
	account     string
	key         []byte
	encodedKey  string
	now         func() time.Time
	logger      *slog.Logger
	maxExamined int
	store       *store
}

var accountPattern = regexp.MustCompile(`^[a-z0-9]{3,24}$`)

// Open checks config and opens the data file. The caller closes the Server.
func Open(config Config) (*Server, error) {
	if !accountPattern.MatchString(config.Account) {
		return nil, fmt.Errorf("open tables: account %q is not 3 to 24 lower-case letters and digits", config.Account)
	}
	key, err := base64.StdEncoding.DecodeString(config.Key)
	if err != nil || len(key) < 32 {
		return nil, errors.New("open tables: the account key must be base64 of at least 32 bytes")
	}
	s := &Server{
		account: config.Account, key: key, encodedKey: config.Key,
		now: config.Now, logger: config.Logger, maxExamined: config.MaxExamined,
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.logger == nil {
		s.logger = slog.New(slog.DiscardHandler)
	}
	if s.maxExamined <= 0 {
		s.maxExamined = 10_000
	}
	if s.store, err = openStore(config.File, s.now); err != nil {
		return nil, err
	}
	return s, nil
}

// Close waits for the writes under way, then closes the file. Stop the HTTP server first; call it once.
func (s *Server) Close() error { return s.store.close() }

// ConnectionString is what a client is given to reach the server at address (host:port).
func (s *Server) ConnectionString(address string) string {
	return fmt.Sprintf("DefaultEndpointsProtocol=http;AccountName=%s;AccountKey=%s;TableEndpoint=http://%s/%s",
		s.account, s.encodedKey, address, s.account)
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r = withSemicolons(r)
	x := &exchange{
		Request:   r,
		w:         w,
		requestID: newGUID(),
		base:      scheme(r) + "://" + r.Host + "/" + s.account,
	}
	header := w.Header()
	header.Set("x-ms-request-id", x.requestID)
	header.Set("x-ms-version", "2019-02-02")
	header.Set("Cache-Control", "no-cache")
	header.Set("X-Content-Type-Options", "nosniff")
	if id := r.Header.Get("x-ms-client-request-id"); id != "" {
		header.Set("x-ms-client-request-id", id)
	}
	if err := s.answer(x); err != nil {
		s.fail(x, asAPIError(err))
	}
}

func (s *Server) answer(x *exchange) error {
	if err := s.authenticate(x.Request); err != nil {
		return err
	}
	target, err := s.resolve(x.URL.EscapedPath())
	if err != nil {
		return err
	}
	if x.level, err = metadataLevelOf(x.Request); err != nil {
		return err
	}
	return s.dispatch(x, target)
}

func (s *Server) fail(x *exchange, refused *apiError) {
	if refused.code == "InternalError" && x.Context().Err() == nil {
		s.logger.ErrorContext(x.Context(), "table request failed",
			"method", x.Method, "path", x.URL.EscapedPath(), "requestId", x.requestID, "error", refused.message)
	}
	header := x.w.Header()
	header.Set("x-ms-error-code", refused.code)
	header.Set("Content-Type", "application/json;odata=minimalmetadata;charset=utf-8")
	x.w.WriteHeader(refused.status)
	_, _ = x.w.Write(refused.body(x.requestID, ticksOf(s.now()).String())) // a caller who has left needs no answer
}

// exchange is one request and what its answer is built from.
type exchange struct {
	*http.Request
	w         http.ResponseWriter
	requestID string
	base      string // URL of the account
	level     metadataLevel
}

// withSemicolons keeps queries such as $format=application/json;odata=nometadata whole: net/url drops a parameter that
// holds a semicolon, which the service allows.
func withSemicolons(r *http.Request) *http.Request {
	if !strings.Contains(r.URL.RawQuery, ";") {
		return r
	}
	address := *r.URL
	address.RawQuery = strings.ReplaceAll(address.RawQuery, ";", "%3B")
	r = r.WithContext(r.Context())
	r.URL = &address
	return r
}

func scheme(r *http.Request) string {
	if r.TLS != nil {
		return "https"
	}
	return "http"
}

// body reads at most maxBody bytes; more is RequestBodyTooLarge.
func (x *exchange) body() ([]byte, error) {
	data, err := io.ReadAll(http.MaxBytesReader(x.w, x.Body, maxBody))
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, errBodyTooLarge
		}
		return nil, invalidInput("The body could not be read: %v.", err)
	}
	return data, nil
}

func (x *exchange) sendJSON(status int, body []byte) {
	x.w.Header().Set("Content-Type", "application/json;odata="+x.level.String()+";streaming=true;charset=utf-8")
	x.w.WriteHeader(status)
	_, _ = x.w.Write(body) // a caller who has left needs no answer
}

// newGUID makes an identifier for a request or a boundary; nothing is decided by it.
func newGUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
