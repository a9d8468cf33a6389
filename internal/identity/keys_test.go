package identity_test

import (
	"context"
	"crypto/rsa"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/lazuli-platform/lazuli/internal/identity"
	localidentity "github.com/lazuli-platform/lazuli/internal/local/identity"
)

func (i *issuer) signedBy(t *testing.T, c *clock, kid string, key *rsa.PrivateKey) string {
	t.Helper()
	return sign(t, jwt.SigningMethodRS256, key, map[string]any{"kid": kid}, i.goodClaims(c, nil))
}

func TestKeys_rotation(t *testing.T) {
	i, c := newIssuer(t), newClock()
	v := newVerifier(t, i, c)
	old := i.signedBy(t, c, "a", keyA)
	wantCode(t, v, old, "")
	i.set(func() { i.keys["b"] = &keyB.PublicKey })
	wantCode(t, v, i.signedBy(t, c, "b", keyB), "")
	wantCode(t, v, old, "")
	if got := i.fetches.Load(); got != 2 {
		t.Errorf("%d fetches, want 2", got)
	}
	i.set(func() { delete(i.keys, "a") })
	c.advance(61 * time.Minute)
	wantCode(t, v, i.signedBy(t, c, "a", keyA), identity.UnknownKey)
}

func TestKeys_forgedIDsDoNotFloodTheIssuer(t *testing.T) {
	i, c := newIssuer(t), newClock()
	v := newVerifier(t, i, c)
	wantCode(t, v, i.good(t, c, nil), "")
	for n := range 500 {
		wantCode(t, v, i.signedBy(t, c, fmt.Sprintf("forged-%d", n), keyB), identity.UnknownKey)
	}
	if got := i.fetches.Load(); got > 5 {
		t.Errorf("500 forged ids made %d fetches, want at most 5", got)
	}
	c.advance(time.Minute) // the real rotation comes through a little later
	i.set(func() { i.keys["b"] = &keyB.PublicKey })
	wantCode(t, v, i.signedBy(t, c, "b", keyB), "")
}

func TestKeys_manyAtOnceFetchOnce(t *testing.T) {
	i, c := newIssuer(t), newClock()
	v, token := newVerifier(t, i, c), i.good(t, c, nil)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if err := verify(t.Context(), v, token); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := i.fetches.Load(); got != 1 {
		t.Errorf("%d fetches, want 1", got)
	}
}

func TestKeys_issuerDownThenUp(t *testing.T) {
	i, c := newIssuer(t), newClock()
	i.down = true
	v, token := newVerifier(t, i, c), i.good(t, c, nil)
	wantCode(t, v, token, identity.KeysUnavailable)
	if err := verify(t.Context(), v, token); !strings.Contains(err.Error(), i.URL+" does not answer") {
		t.Errorf("the refusal reads: %v", err)
	}
	i.set(func() { i.down = false })
	c.advance(2 * time.Second)
	wantCode(t, v, token, "")

	i.set(func() { i.down = true })
	c.advance(2 * time.Hour)
	token = i.good(t, c, nil)
	wantCode(t, v, token, "") // known keys outlive the outage
	wantCode(t, v, i.signedBy(t, c, "b", keyB), identity.KeysUnavailable)
	i.set(func() { i.down, i.keys["b"] = false, &keyB.PublicKey })
	c.advance(2 * time.Second)
	wantCode(t, v, i.signedBy(t, c, "b", keyB), "")
}

func TestKeys_callerGivesUp(t *testing.T) {
	i, c := newIssuer(t), newClock()
	i.stuck = make(chan struct{})
	v, token := newVerifier(t, i, c), i.good(t, c, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var wg sync.WaitGroup
	for range 2 { // one fetches, the other waits for it
		wg.Go(func() {
			if got := codeOf(t, verify(ctx, v, token)); got != identity.KeysUnavailable {
				t.Errorf("got %q", got)
			}
		})
	}
	wg.Wait()
	close(i.stuck)
	wantCode(t, v, token, "") // his impatience is not held against the issuer
}

func TestKeys_badDiscovery(t *testing.T) {
	i, c := newIssuer(t), newClock()
	i.claimsTo = "https://somebody.else.example"
	wantCode(t, newVerifier(t, i, c), i.good(t, c, nil), identity.KeysUnavailable)

	weak := newIssuer(t)
	small := newKey(1024) //nolint:gosec // a key that must be refused
	weak.keys = map[string]*rsa.PublicKey{"weak": &small.PublicKey}
	wantCode(t, newVerifier(t, weak, c), weak.signedBy(t, c, "weak", small), identity.KeysUnavailable)
}

// The issuer that lazuli up runs and the verifier that the handler runs, with nothing between them.
func TestVerify_localIssuer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("http://localhost:%d/identity", l.Addr().(*net.TCPAddr).Port)
	v, err := identity.NewVerifier(identity.Config{Issuer: address, Audience: "lazuli", Tenants: []string{"local"}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	local, err := localidentity.Open(localidentity.Config{Issuer: address, Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: local, ReadHeaderTimeout: time.Second}
	go func() { _ = server.Serve(l) }() // ends with Close
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := local.Close(); err != nil {
			t.Error(err)
		}
	})
	for range 2 {
		token, err := local.IssuePipelineToken(t.Context(), "run-1")
		if err != nil {
			t.Fatal(err)
		}
		p, err := v.Verify(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		if !p.App || p.Subject != "pipeline-deploy" || len(p.Roles) != 1 || p.Roles[0] != "Pipeline.Report" {
			t.Errorf("principal %+v", p)
		}
		if err := local.Rotate(t.Context()); err != nil { // the second round is signed by a new key
			t.Fatal(err)
		}
	}
}
