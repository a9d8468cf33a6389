package main_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local"
)

// faultProxy stands before a stand-in and does harm at chosen requests: to the handler, never to the product's code.
type faultProxy struct {
	*httptest.Server
	forward *httputil.ReverseProxy

	mu    sync.Mutex
	fault func(method, path string, body []byte, pass func()) // nil: none
	down  bool
}

// newProxy stands before the base address of a service.
func newProxy(t testing.TB, base string) *faultProxy {
	t.Helper()
	target, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	p := &faultProxy{forward: &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: target.Scheme, Host: target.Host}) }}}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

// address is base with the proxy in the place of its host.
func (p *faultProxy) address(base string) string {
	u, _ := url.Parse(base)
	u.Host = p.Listener.Addr().String()
	return u.String()
}

func (p *faultProxy) set(fault func(method, path string, body []byte, pass func())) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = fault
}

func (p *faultProxy) setDown(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

func (p *faultProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	fault, down := p.fault, p.down
	p.mu.Unlock()
	if down {
		http.Error(w, "<html>service unavailable</html>", http.StatusServiceUnavailable)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	pass := sync.OnceFunc(func() { p.forward.ServeHTTP(w, r) })
	if fault != nil {
		fault(r.Method, r.URL.Path, body, pass)
	}
	pass()
}

// killer kills the handler, once, at the nth request that matches: before it takes effect, or after, before its answer is read.
type killer struct {
	mu      sync.Mutex
	seen    int
	nth     int
	after   bool
	method  string
	match   *regexp.Regexp // of path and body
	kill    func()
	Killed  chan struct{}
	settled bool
}

func newKiller(r *running, nth int, after bool, method, match string) *killer {
	return &killer{nth: nth, after: after, method: method, match: regexp.MustCompile(match), Killed: make(chan struct{}), kill: func() {
		if pid := r.HandlerPID(); pid != 0 {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended by itself
		}
	}}
}

func (k *killer) fault(method, path string, body []byte, pass func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.settled || method != k.method || !k.match.MatchString(path+"\n"+string(body)) {
		return
	}
	if k.seen++; k.seen < k.nth {
		return
	}
	k.settled = true
	if k.after {
		pass()
	}
	k.kill()
	close(k.Killed)
}

// tcpGate stands before a TCP service and can be shut.
type tcpGate struct {
	listener net.Listener
	target   string
	mu       sync.Mutex
	shut     bool
	open     map[net.Conn]bool
	running  sync.WaitGroup
}

func newGate(t *testing.T, target string) *tcpGate {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &tcpGate{listener: l, target: target, open: map[net.Conn]bool{}}
	g.running.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			g.running.Go(func() { g.carry(in) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close() // ends the loop above
		g.set(true)
		g.running.Wait()
	})
	return g
}

// set shuts the gate and cuts what goes through, or opens it.
func (g *tcpGate) set(shut bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = shut
	if shut {
		for c := range g.open {
			_ = c.Close() // that is the fault
		}
	}
}

func (g *tcpGate) carry(in net.Conn) {
	defer in.Close()
	out, err := net.DialTimeout("tcp", g.target, time.Second)
	if err != nil {
		return
	}
	defer out.Close()
	g.mu.Lock()
	if g.shut {
		g.mu.Unlock()
		return
	}
	g.open[in], g.open[out] = true, true
	g.mu.Unlock()
	done := make(chan struct{})
	go func() { _, _ = io.Copy(out, in); _ = out.Close(); close(done) }()
	_, _ = io.Copy(in, out)
	_ = in.Close()
	<-done
	g.mu.Lock()
	delete(g.open, in)
	delete(g.open, out)
	g.mu.Unlock()
}

// withProxies puts a proxy before Table Storage and one before Azure DevOps, as the handler sees them.
func withProxies(t testing.TB, tables, devops **faultProxy) func(*local.Config) {
	return func(cfg *local.Config) {
		cfg.Settings = func(settings map[string]string) {
			endpoint := regexp.MustCompile(`TableEndpoint=([^;]+)`).FindStringSubmatch(settings["LAZULI_TABLES_CONNECTION_STRING"])
			if endpoint == nil {
				t.Error("the connection string of the tables has no endpoint")
				return
			}
			*tables = newProxy(t, endpoint[1])
			settings["LAZULI_TABLES_CONNECTION_STRING"] = regexp.MustCompile(`TableEndpoint=[^;]+`).ReplaceAllString(settings["LAZULI_TABLES_CONNECTION_STRING"], "TableEndpoint="+(*tables).address(endpoint[1]))
			*devops = newProxy(t, settings["LAZULI_DEVOPS_URL"])
			settings["LAZULI_DEVOPS_URL"] = (*devops).address(settings["LAZULI_DEVOPS_URL"])
		}
	}
}
