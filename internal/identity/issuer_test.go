package identity_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/lazuli-platform/lazuli/internal/identity"
)

// Keys are costly to make, and no test changes one.
var keyA, keyB = newKey(2048), newKey(2048)

func newKey(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

// issuer is a small OpenID Connect issuer on a real socket, whose mistakes a test chooses.
type issuer struct {
	*httptest.Server
	fetches atomic.Int64 // of the key set

	mu       sync.Mutex
	keys     map[string]*rsa.PublicKey
	down     bool
	claimsTo string        // the issuer that discovery names; its own address if empty
	stuck    chan struct{} // requests wait for it if not nil
}

func newIssuer(t testing.TB) *issuer {
	t.Helper()
	i := &issuer{keys: map[string]*rsa.PublicKey{"a": &keyA.PublicKey}}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		i.mu.Lock()
		name := i.claimsTo
		i.mu.Unlock()
		if name == "" {
			name = i.URL
		}
		answer(w, map[string]any{"issuer": name, "jwks_uri": i.URL + "/keys"})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, r *http.Request) {
		i.fetches.Add(1)
		answer(w, i.keySet())
	})
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.mu.Lock()
		down, stuck := i.down, i.stuck
		i.mu.Unlock()
		if stuck != nil {
			select {
			case <-stuck:
			case <-r.Context().Done():
			}
		}
		if down {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(i.Close)
	return i
}

func (i *issuer) set(change func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	change()
}

func (i *issuer) keySet() map[string]any {
	i.mu.Lock()
	defer i.mu.Unlock()
	list := []map[string]any{{"kty": "EC", "kid": "other-kind", "crv": "P-521"}} // issuers publish kinds we do not know
	for kid, key := range i.keys {
		list = append(list, map[string]any{
			"kty": "RSA", "kid": kid, "use": "sig",
			"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()),
			"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
		})
	}
	return map[string]any{"keys": list}
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // a broken connection shows in the test itself
}

// clock is a wall clock that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func newVerifier(t *testing.T, i *issuer, c *clock, tenants ...string) *identity.Verifier {
	t.Helper()
	v, err := identity.NewVerifier(identity.Config{
		Issuer: i.URL, Audience: "lazuli", Tenants: tenants, Now: c.Now, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// goodClaims are those of a person's access token; change overrides or (nil) removes some.
func (i *issuer) goodClaims(c *clock, change jwt.MapClaims) jwt.MapClaims {
	now := c.Now()
	claims := jwt.MapClaims{
		"iss": i.URL, "aud": "lazuli", "exp": now.Add(time.Hour).Unix(), "nbf": now.Unix(), "iat": now.Unix(),
		"oid": "developer", "sub": "pairwise", "tid": "local", "scp": "user_impersonation", "azp": "lazuli-cli",
		"name": "Developer", "preferred_username": "developer@lazuli.local", "team": "payments", "roles": []string{"Reader"},
		"jti": "token-1",
	}
	maps.Copy(claims, change)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	return claims
}

func sign(t testing.TB, method jwt.SigningMethod, key any, header map[string]any, claims jwt.MapClaims) string {
	t.Helper()
	token := jwt.NewWithClaims(method, claims)
	maps.Copy(token.Header, header)
	signed, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// good is a token that a verifier of i accepts.
func (i *issuer) good(t testing.TB, c *clock, change jwt.MapClaims) string {
	t.Helper()
	return sign(t, jwt.SigningMethodRS256, keyA, map[string]any{"kid": "a"}, i.goodClaims(c, change))
}

// wantCode verifies token and compares why it was refused; "" means that it is accepted.
func wantCode(t *testing.T, v *identity.Verifier, token string, want identity.Code) {
	t.Helper()
	if got := codeOf(t, verify(t.Context(), v, token)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func verify(ctx context.Context, v *identity.Verifier, token string) error {
	_, err := v.Verify(ctx, token)
	return err
}

func codeOf(t *testing.T, err error) identity.Code {
	t.Helper()
	if err == nil {
		return ""
	}
	var refusal *identity.Error
	if !errors.As(err, &refusal) {
		t.Fatalf("not an *identity.Error: %v", err)
	}
	if !errors.Is(err, refusal.Code) || refusal.Message == "" {
		t.Errorf("%q has no sentence or is not its own code", refusal.Code)
	}
	return refusal.Code
}
