package httpapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/lazuli-platform/lazuli/internal/httpapi"
)

// Every answer, good or bad, tells browsers what not to do with it.
func TestSecurityHeaders(t *testing.T) {
	want := map[string]string{
		"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
		"Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000",
	}
	s := serve(t)
	for name, got := range map[string]answer{
		"health": s.do("", "GET", "/v1/health", ""), "an answer": s.do("admin", "GET", "/v1/me", ""), "nobody": s.do("", "GET", "/v1/me", ""),
		"nothing there": s.do("admin", "GET", "/v1/nothing", ""), "beside the prefix": s.do("admin", "GET", "/other", ""), "two slashes": s.do("admin", "GET", "/v1//me", ""),
		"wrong method": s.do("admin", "PUT", "/v1/me", "{}"), "not valid": s.do("developer", "PUT", dev, "{"), "made": s.do("developer", "PUT", dev, files),
	} {
		for header, value := range want {
			if got.header.Get(header) != value {
				t.Errorf("%s (%d): %s is %q", name, got.status, header, got.header.Get(header))
			}
		}
	}
	plain := serve(t, func(cfg *httpapi.Config) { cfg.PublicURL = "http://localhost:7071" })
	if got := plain.do("admin", "GET", "/v1/me", "").header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("over http the answer demands https: %q", got)
	}
}

// An address of 2083 bytes, as the caller writes it, is the longest.
func TestAddressTooLong(t *testing.T) {
	s := serve(t)
	path := "/v1/nothing/" + strings.Repeat("x", 2083-len("https://lazuli.example/v1/nothing/"))
	s.do("admin", "GET", path, "").mustBe(404, "NotFound")
	s.do("admin", "GET", path+"x", "").mustBe(414, "AddressTooLong")
	s.do("", "GET", "/v1/projects?pageToken="+strings.Repeat("x", 2083), "").mustBe(414, "AddressTooLong")
}

// Of a header that is there twice, whoever stands before us may have looked at the other one.
func TestHeaderTwice(t *testing.T) {
	s := serve(t)
	for _, name := range []string{"Authorization", "Operation-Id", "If-Match"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/v1/me", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header = http.Header{name: {"one", "two"}, "X-Test-Caller": {"admin"}}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusBadRequest {
			t.Errorf("%s twice: %s", name, response.Status)
		}
	}
}

// What a caller sends cannot make a line of the log, nor steer the terminal of who reads it.
func TestLog_cannotBeForged(t *testing.T) {
	log := &lockedBuffer{}
	s := serve(t, func(cfg *httpapi.Config) { cfg.Log = slog.New(slog.NewJSONHandler(log, nil)) })
	log.take()
	hostile := "x\n{\"level\":\"INFO\",\"msg\":\"request\",\"caller\":\"admin\"}\r\x1b[2J\x00\x7f\u009b31m\u2028"
	path, query := url.PathEscape(hostile), url.QueryEscape(hostile)
	inJSON, err := json.Marshal(hostile)
	if err != nil {
		t.Fatal(err)
	}
	s.do("developer", "GET", "/v1/projects/"+path, "")
	s.do("developer", "GET", "/v1/"+path, "")
	s.do("developer", "GET", "/v1/me?"+query+"=1", "")
	s.do("developer", "GET", "/v1/projects?pageToken="+query, "")
	s.do("developer", "PUT", "/v1/projects/payments/environments/"+path, files)
	s.do("developer", "PUT", dev, `{`+string(inJSON)+`:1}`)
	s.do("developer", "PUT", dev, `{"type":`+string(inJSON)+`,"template":`+string(inJSON)+`}`)
	s.do("developer", "PUT", dev, hostile, "Content-Type", "application/json")
	s.do("admin", "PUT", "/v1/projects/other", `{"title":`+string(inJSON)+`,"team":`+string(inJSON)+`,"members":[{"id":`+string(inJSON)+`,"role":"Reader"}]}`)
	s.do("developer", "GET", "/v1/me", "", "X-Ms-Request-Id", "\u009b31m\u2028 forged", "User-Agent", "\u009b31m", "Operation-Id", "\u009b")
	requests := 10
	for _, line := range []string{"GET /v1/me\x9b\xff?a=\x9b HTTP/1.1", "G{T /v1/me HTTP/1.1", "OPTIONS * HTTP/1.1"} { // what no client library sends
		if raw(t, s.url, line+"\r\nHost: \"x\"\r\nX-Test-Caller: developer\r\nConnection: close\r\n\r\n") {
			requests++
		}
	}
	lines := strings.Split(strings.TrimSuffix(log.take(), "\n"), "\n")
	if len(lines) != requests {
		t.Errorf("%d requests made %d lines", requests, len(lines))
	}
	for _, line := range lines {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil || object["msg"] != "request" {
			t.Errorf("not one object of ours (%v): %q", err, line)
		}
		if strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }) {
			t.Errorf("holds control characters: %q", line)
		}
	}
}

// raw sends bytes and reports whether they reached the API, which gives every answer an id.
func raw(t *testing.T, address, request string) bool {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := fmt.Fprint(c, request); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Contains(got, []byte("X-Ms-Request-Id"))
}

// lockedBuffer is a log that a test reads.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

// take returns what was written since it was last asked.
func (b *lockedBuffer) take() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	defer b.b.Reset()
	return b.b.String()
}
