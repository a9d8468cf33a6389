package pipelinestest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// proxy passes requests on to the service, unless it was told to do something else with them.
type proxy struct {
	server *httptest.Server
	pass   *httputil.ReverseProxy

	mu     sync.Mutex
	faults []fault
	seen   []string // "METHOD /path", in order
}

// fault does something else with the next requests that it matches.
type fault struct {
	method string
	path   string // part of the path, without regard to case
	times  int
	answer func(w http.ResponseWriter, r *http.Request, pass http.Handler)
}

// newProxy starts a proxy in front of organizationURL. It stops with the test.
func newProxy(t testing.TB, organizationURL string) *proxy {
	t.Helper()
	target, err := url.Parse(organizationURL)
	if err != nil {
		t.Fatalf("organization URL: %v", err)
	}
	p := &proxy{pass: &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = target.Scheme, target.Host, target.Host
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}}
	p.server = httptest.NewServer(p)
	t.Cleanup(p.server.Close)
	return p
}

// organization is the address of the service through the proxy.
func (p *proxy) organization(organizationURL string) string {
	target, err := url.Parse(organizationURL)
	if err != nil {
		return p.server.URL // newProxy has refused it already
	}
	return p.server.URL + target.EscapedPath()
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f, ok := p.take(r); ok {
		f.answer(w, r, p.pass)
		return
	}
	p.pass.ServeHTTP(w, r)
}

func (p *proxy) take(r *http.Request) (fault, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = append(p.seen, r.Method+" "+r.URL.Path)
	for i := range p.faults {
		f := &p.faults[i]
		if f.times > 0 && f.method == r.Method && strings.Contains(strings.ToLower(r.URL.Path), strings.ToLower(f.path)) {
			f.times--
			return *f, true
		}
	}
	return fault{}, false
}

func (p *proxy) inject(f fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, f)
}

// count tells how many requests with this method came for paths that hold part.
func (p *proxy) count(method, part string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, s := range p.seen {
		if m, path, _ := strings.Cut(s, " "); m == method && strings.Contains(strings.ToLower(path), strings.ToLower(part)) {
			n++
		}
	}
	return n
}

// status answers with a status, headers ("Name: value") and a body, without asking the service.
func status(code int, body string, headers ...string) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		for _, h := range headers {
			name, value, _ := strings.Cut(h, ": ")
			w.Header().Set(name, value)
		}
		w.WriteHeader(code)
		_, _ = w.Write([]byte(body)) // the adapter may have gone: that is what is tested
	}
}

// dropAnswer lets the service do its work and cuts the connection before a word of its answer.
func dropAnswer(_ http.ResponseWriter, r *http.Request, pass http.Handler) {
	pass.ServeHTTP(httptest.NewRecorder(), r)
	panic(http.ErrAbortHandler)
}

// hang answers nothing until the adapter gives up. The server notices that only once it has read the whole request.
func hang(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
	_, _ = io.Copy(io.Discard, r.Body) // cut off or not, it is not looked at
	<-r.Context().Done()
	panic(http.ErrAbortHandler)
}
