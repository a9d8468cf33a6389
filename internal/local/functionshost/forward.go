package functionshost

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// droppedHeaders are the content headers that the host loses on the way to the handler: all that .NET counts as
// such, but Content-Type and Content-Length.
var droppedHeaders = []string{
	"Content-Encoding", "Content-Language", "Content-Md5", "Content-Disposition", "Content-Range",
	"Content-Location", "Allow", "Expires", "Last-Modified",
}

// forward passes the request to the handler and its answer back, whole: no streaming, any status is a success.
func (h *Host) forward(w http.ResponseWriter, r *http.Request, f *function) {
	p, err := h.handler.await(r.Context())
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	// The handler is not told when the caller hangs up; the invocation has the time that any has.
	call, cancel := h.limited(r.Context())
	defer cancel()
	got, err := h.exchange(r.WithContext(call), p)
	if err != nil {
		h.config.Logger.Error("Executed function: failed", "function", f.name, "error", err)
		if call.Err() != nil {
			h.overran(p, f)
		}
		status := http.StatusInternalServerError
		if tooLarge := (&http.MaxBytesError{}); errors.As(err, &tooLarge) {
			status = http.StatusRequestEntityTooLarge
		}
		w.WriteHeader(status)
		return
	}
	header := w.Header()
	for name, values := range got.header {
		if name != "Transfer-Encoding" && name != "Connection" {
			header[name] = values
		}
	}
	w.WriteHeader(got.status)
	_, _ = w.Write(got.body) // the caller may be gone
}

// answer is what the handler said, read whole.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// exchange sends the request as the host rewrites it and reads the whole answer.
func (h *Host) exchange(r *http.Request, p *process) (answer, error) {
	var body io.Reader
	if r.ContentLength > 0 {
		body = r.Body // a body of unknown length does not reach the handler
	}
	request, err := http.NewRequestWithContext(r.Context(), r.Method, p.base+forwardedURL(r.URL), body)
	if err != nil {
		return answer{}, err
	}
	if r.ContentLength > 0 {
		request.ContentLength = r.ContentLength
	}
	request.Host = r.Host
	for name, values := range r.Header {
		if !slices.Contains(droppedHeaders, name) && name != "Transfer-Encoding" && name != "Connection" {
			request.Header[name] = slices.Clone(values)
		}
	}
	request.Header.Set("User-Agent", strings.TrimSpace(r.UserAgent()+" Azure-Functions-Host/"+Version))
	h.sign(request.Header, h.config.NewID())
	response, err := p.client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	return answer{status: response.StatusCode, header: response.Header, body: content}, err
}

// forwardedURL rebuilds path and query as the host does. In the path %3F and %23 come out decoded, and what
// follows them is query or lost. In the query equal keys, without case, are joined with a comma, and everything
// is escaped anew.
func forwardedURL(u *url.URL) string {
	path := strings.NewReplacer("%3F", "?", "%3f", "?", "%23", "#").Replace(u.EscapedPath())
	path, _, _ = strings.Cut(path, "#")
	if query := rebuiltQuery(u.RawQuery); query != "" {
		path += "?" + query
	}
	return path
}

func rebuiltQuery(raw string) string {
	type parameter struct {
		name   string
		values []string
	}
	var parameters []parameter
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, value = unescapeQuery(name), unescapeQuery(value)
		i := slices.IndexFunc(parameters, func(p parameter) bool { return strings.EqualFold(p.name, name) })
		if i < 0 {
			parameters = append(parameters, parameter{name: name})
			i = len(parameters) - 1
		}
		parameters[i].values = append(parameters[i].values, value)
	}
	var parts []string
	for _, p := range parameters {
		parts = append(parts, escapeQuery(p.name)+"="+escapeQuery(strings.Join(p.values, ",")))
	}
	return strings.Join(parts, "&")
}

// unescapeQuery leaves what is not well escaped as it is, where Go would refuse it.
func unescapeQuery(text string) string {
	if decoded, err := url.QueryUnescape(text); err == nil {
		return decoded
	}
	return text
}

func escapeQuery(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

// newTraceparent begins a W3C trace, as the host's own activity does.
func newTraceparent() string {
	var ids [24]byte
	_, _ = rand.Read(ids[:]) // never fails
	return "00-" + hex.EncodeToString(ids[:16]) + "-" + hex.EncodeToString(ids[16:]) + "-00"
}
