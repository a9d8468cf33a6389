package webhook_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/webhook"
)

var (
	secret = []byte("0123456789abcdef")
	noon   = time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)
)

// receiver is a receiver on a real socket with TLS, which the test's name server finds under every name.
type receiver struct {
	*httptest.Server
	t    *testing.T
	hits atomic.Int64
}

func newReceiver(t *testing.T, handle http.HandlerFunc) *receiver {
	t.Helper()
	r := &receiver{t: t}
	r.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.hits.Add(1)
		handle(w, q)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) address() netip.AddrPort {
	return netip.MustParseAddrPort(r.Listener.Addr().String())
}

// named is an address of the receiver under a name; its certificate is for example.com and what lies beneath.
func (r *receiver) named(host, path string) string {
	return fmt.Sprintf("https://%s:%d%s", host, r.address().Port(), path)
}

// sender delivers to example.com and beneath. The receiver's address is permitted if permit says so.
func (r *receiver) sender(permit bool, timeout time.Duration, names ...string) *webhook.Sender {
	r.t.Helper()
	s, err := webhook.NewSender(webhook.Config{Hosts: []string{"*.example.com", "example.com"}, Timeout: timeout, Now: func() time.Time { return noon }})
	if err != nil {
		r.t.Fatal(err)
	}
	if len(names) == 0 {
		names = []string{"127.0.0.1"}
	}
	roots := x509.NewCertPool()
	roots.AddCert(r.Certificate())
	s.Trust(roots, nameServer(r.t, names...))
	if permit {
		s.Permit(r.address())
	}
	return s
}

func message(address string) webhook.Message {
	return webhook.Message{Address: address, ContentType: "application/json", Body: []byte(`{"id":"1"}`), Secret: secret}
}

func TestDeliver(t *testing.T) {
	got := make(chan http.Header, 1)
	r := newReceiver(t, func(_ http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil || q.Method != http.MethodPost || q.URL.Path != "/hook" || q.URL.RawQuery != "key=k" {
			t.Errorf("got %s %s: %v", q.Method, q.URL, err)
		}
		if err := webhook.Verify(q.Header.Get(webhook.SignatureHeader), body, secret, noon.Add(time.Minute), 5*time.Minute); err != nil {
			t.Error(err)
		}
		got <- q.Header
	})
	if err := r.sender(true, 0).Deliver(t.Context(), message(r.named("hooks.example.com", "/hook?key=k"))); err != nil {
		t.Fatal(err)
	}
	header := <-got
	for name := range header {
		switch name {
		case "Content-Type", "Content-Length", "User-Agent", "Connection", webhook.SignatureHeader:
		default:
			t.Errorf("the receiver also learns %s: %v", name, header[name])
		}
	}
}

// Whatever a name resolves to, and whenever, no socket is opened to where only the platform may go.
func TestDeliver_rebinding(t *testing.T) {
	r := newReceiver(t, func(http.ResponseWriter, *http.Request) {})
	for name, answers := range map[string][]string{"loopback": {"127.0.0.1"}, "loopback in IPv6": {"::1"}, "mapped": {"::ffff:127.0.0.1"}, "unspecified": {"0.0.0.0"}, "metadata service": {"169.254.169.254"}, "changes": {"10.0.0.1", "127.0.0.1"}} {
		t.Run(name, func(t *testing.T) {
			s := r.sender(false, 0, answers...)
			for range 4 {
				if err := s.Deliver(t.Context(), message(r.named("hooks.example.com", "/"))); !errors.Is(err, webhook.ErrAddress) {
					t.Errorf("got %v", err)
				}
			}
		})
	}
	if n := r.hits.Load(); n != 0 {
		t.Errorf("the receiver was reached %d times", n)
	}
}

// An address that must not be used is refused when it is typed, and again when it is used.
func TestCheck(t *testing.T) {
	r := newReceiver(t, func(http.ResponseWriter, *http.Request) {})
	s := r.sender(true, 0)
	for address, fine := range map[string]bool{
		"https://example.com": true, "https://a.b.example.com:8443/x?y=z": true, "https://HOOKS.Example.COM./": true,
		"http://example.com": false, "ftp://example.com": false, "//example.com": false, "example.com": false, "https:example.com": false, "": false, "https://": false,
		"https://badexample.com": false, "https://example.com.evil.example": false, "https://.example.com": false, "https://evil.example#example.com": false,
		"https://example.com@evil.example": false, "https://user:password@example.com": false, "https://evil.example\\@example.com": false,
		"https://127.0.0.1": false, "https://[::1]": false, "https://localhost": false, "https://93.184.216.34": false, "https://exa%6dple.com:x": false,
	} {
		if err := s.Check(address); (err == nil) != fine || err != nil && !errors.Is(err, webhook.ErrAddress) {
			t.Errorf("%q: %v", address, err)
		}
		if !fine {
			if err := s.Deliver(t.Context(), message(address)); !errors.Is(err, webhook.ErrAddress) {
				t.Errorf("delivered to %q: %v", address, err)
			}
		}
	}
	literal, err := webhook.NewSender(webhook.Config{Hosts: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := literal.Check(r.URL); !errors.Is(err, webhook.ErrAddress) {
		t.Errorf("a loopback address on the list is not refused: %v", err)
	}
	nobody, err := webhook.NewSender(webhook.Config{})
	if err != nil || nobody.Check("https://example.com") == nil {
		t.Errorf("an empty list allows somebody: %v", err)
	}
}

func TestNewSender_refusals(t *testing.T) {
	for _, host := range []string{"", "*", "*.", "*.com", "*example.com", "a.*.com", "https://example.com", "example.com:443", "example.com/", "localhost", ".example.com", "exa mple.com"} {
		if _, err := webhook.NewSender(webhook.Config{Hosts: []string{host}}); err == nil {
			t.Errorf("%q is taken", host)
		}
	}
}

func TestPublic(t *testing.T) {
	for want, addresses := range map[bool][]string{
		true: {"93.184.216.34", "8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "2606:2800:220:1::1", "2a00::1"},
		false: {"127.0.0.1", "127.255.0.1", "::1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1", "169.254.169.254", "168.63.129.16", "100.64.0.1", "100.127.255.255",
			"0.0.0.0", "0.1.2.3", "::", "224.0.0.1", "239.255.255.255", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.0.0.8",
			"fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1", "::ffff:8.8.8.8", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1",
			"2002:7f00:1::", "2001::1", "2001:db8::1", "100::1", "3fff::1", "2606:2800:220:1::1%x"},
	} {
		for _, a := range addresses {
			if got := webhook.Public(netip.MustParseAddr(a)); got != want {
				t.Errorf("%s: public %t", a, got)
			}
		}
	}
	if webhook.Public(netip.Addr{}) {
		t.Error("no address at all is public")
	}
}

// A redirect is an answer that is no success, wherever it leads.
func TestDeliver_redirect(t *testing.T) {
	inner := newReceiver(t, func(http.ResponseWriter, *http.Request) {})
	for _, status := range []int{301, 302, 303, 307, 308} {
		r := newReceiver(t, func(w http.ResponseWriter, q *http.Request) { http.Redirect(w, q, inner.URL, status) })
		var refusal *webhook.Refusal
		if err := r.sender(true, 0).Deliver(t.Context(), message(r.named("example.com", "/"))); !errors.As(err, &refusal) || refusal.Status != status {
			t.Errorf("%d: got %v", status, err)
		}
	}
	if inner.hits.Load() != 0 {
		t.Error("a redirect was followed")
	}
}

// A receiver that says too much, too slowly or nothing at all costs a deadline and a kilobyte.
func TestDeliver_bounded(t *testing.T) {
	endless := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, q *http.Request) {
			w.WriteHeader(status)
			for q.Context().Err() == nil {
				if _, err := io.WriteString(w, strings.Repeat("\x1b[31m", 1000)); err != nil {
					return
				}
			}
		}
	}
	if r := newReceiver(t, endless(200)); r.sender(true, 0).Deliver(t.Context(), message(r.named("example.com", "/"))) != nil {
		t.Error("a success is none because of its length")
	}
	r := newReceiver(t, endless(500))
	var refusal *webhook.Refusal
	if err := r.sender(true, 0).Deliver(t.Context(), message(r.named("example.com", "/"))); !errors.As(err, &refusal) || refusal.Status != 500 || len(refusal.Answer) > 1<<10 || strings.Contains(err.Error(), "\x1b") {
		t.Errorf("got %v", err)
	}
	silent := newReceiver(t, func(_ http.ResponseWriter, q *http.Request) {
		_, _ = io.Copy(io.Discard, q.Body) // so that the server notices that the sender has gone
		<-q.Context().Done()
		panic(http.ErrAbortHandler) // an answer now could still win the race against the sender's hanging up
	})
	err := silent.sender(true, 100*time.Millisecond).Deliver(t.Context(), message(silent.named("example.com", "/?key=hunter2")))
	if !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v, want a deadline, and not the key", err)
	}
}

// A certificate that is not of the host, or of nobody known, ends it.
func TestDeliver_certificate(t *testing.T) {
	r := newReceiver(t, func(http.ResponseWriter, *http.Request) {})
	s, err := webhook.NewSender(webhook.Config{Hosts: []string{"hooks.example.net"}})
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(r.Certificate())
	s.Trust(roots, nameServer(t, "127.0.0.1"))
	s.Permit(r.address())
	var wrong x509.HostnameError
	if err := s.Deliver(t.Context(), message(r.named("hooks.example.net", "/"))); !errors.As(err, &wrong) || r.hits.Load() != 0 {
		t.Errorf("got %v", err)
	}
}

func TestDeliver_refusals(t *testing.T) {
	r := newReceiver(t, func(http.ResponseWriter, *http.Request) {})
	s := r.sender(true, 0)
	large, weak := message(r.named("example.com", "/")), message(r.named("example.com", "/"))
	large.Body, weak.Secret = make([]byte, 1<<20), []byte("short")
	if s.Deliver(t.Context(), large) == nil || s.Deliver(t.Context(), weak) == nil || r.hits.Load() != 0 {
		t.Error("a message too large, or with a secret too short, was delivered")
	}
}
