package identity_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/lazuli-platform/lazuli/internal/local/identity"
)

func TestGuard(t *testing.T) {
	p := start(t)
	form := "client_id=lazuli-cli&scope=openid"
	for _, test := range []struct {
		name, method, path, host, origin, site, peer string
		want                                         int
	}{
		{name: "a program", method: "POST", path: "/device_authorization", want: 200},
		{name: "by address", method: "POST", path: "/device_authorization", host: "127.0.0.1:7071", want: 200},
		{name: "by IPv6 address", method: "POST", path: "/device_authorization", host: "[::1]:7071", peer: "[::1]:4242", want: 200},
		{name: "the portal", method: "POST", path: "/device_authorization", origin: p.origin(), site: "same-origin", want: 200},
		{name: "a web site", method: "POST", path: "/device_authorization", origin: "http://evil.example", site: "cross-site", want: 403},
		{name: "a web site in an old browser", method: "POST", path: "/device", origin: "http://evil.example", want: 403},
		{name: "a deployed app", method: "POST", path: "/login", origin: "http://shop.localhost:7080", site: "same-site", want: 403},
		{name: "a re-pointed name", method: "GET", path: "/login", host: "evil.example", want: 403},
		{name: "a name like ours", method: "GET", path: "/login", host: "localhost.evil.example:7071", want: 403},
		{name: "another machine", method: "POST", path: "/device_authorization", peer: "192.0.2.1:4242", want: 403},
		{name: "a link", method: "GET", path: "/device_authorization", want: 405},
		{name: "a link to the token", method: "GET", path: "/token", want: 405},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest(test.method, p.url()+test.path, strings.NewReader(form))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.RemoteAddr = "127.0.0.1:4242"
			if test.peer != "" {
				r.RemoteAddr = test.peer
			}
			if test.host != "" {
				r.Host = test.host
			}
			if test.origin != "" {
				r.Header.Set("Origin", test.origin)
			}
			if test.site != "" {
				r.Header.Set("Sec-Fetch-Site", test.site)
			}
			w := httptest.NewRecorder()
			p.issuer.ServeHTTP(w, r)
			if w.Code != test.want {
				t.Errorf("got %d, want %d: %s", w.Code, test.want, w.Body)
			}
			if allowed := w.Header().Get("Access-Control-Allow-Origin"); strings.Contains(allowed, "evil") || allowed == "*" {
				t.Errorf("the answer is open to %s", allowed)
			}
		})
	}
}

func TestOpen_refusals(t *testing.T) {
	p := start(t)
	for name, change := range map[string]func(*identity.Config){
		"issuer elsewhere":  func(c *identity.Config) { c.Issuer = "http://192.0.2.1/identity" },
		"issuer public":     func(c *identity.Config) { c.Issuer = "https://login.example.com" },
		"no folder":         func(c *identity.Config) { c.Dir = "" },
		"portal elsewhere":  func(c *identity.Config) { c.PortalOrigins = []string{"https://example.com"} },
		"portal with path":  func(c *identity.Config) { c.PortalOrigins = []string{"http://localhost:1/x"} },
		"short secret":      func(c *identity.Config) { c.Integration.Secret = "short" },
		"integration = cli": func(c *identity.Config) { c.Integration.ID = identity.ClientCLI },
		"folder in use":     func(*identity.Config) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := p.config()
			change(&cfg)
			if issuer, err := identity.Open(cfg); err == nil {
				t.Error("accepted")
				_ = issuer.Close() // the test has failed already
			}
		})
	}
}

func (p *platform) publishedKeys() map[string]bool {
	p.t.Helper()
	r, err := http.Get(p.url() + "/keys")
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(body, &set); err != nil {
		p.t.Fatal(err)
	}
	kids := map[string]bool{}
	for _, k := range set.Keys {
		if !k.IsPublic() || k.Algorithm != "RS256" {
			p.t.Errorf("published key %s: public %t, algorithm %s", k.KeyID, k.IsPublic(), k.Algorithm)
		}
		kids[k.KeyID] = true
	}
	return kids
}

func TestSigningKeys(t *testing.T) {
	p := start(t)
	kid := func() string { return kidOf(t, p.device("viewer").AccessToken) }
	first := kid()
	p.restart()
	if got := kid(); got != first {
		t.Errorf("a restart changed the key from %s to %s", first, got)
	}
	info, err := os.Stat(filepath.Join(p.dir, "signing-keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the key file has mode %v", info.Mode())
	}
	if err := p.issuer.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	second := kid()
	if keys := p.publishedKeys(); second == first || !keys[first] || !keys[second] {
		t.Errorf("after rotation %s signs (was %s), published %v", second, first, keys)
	}
	p.restart()
	p.clock.advance(3 * time.Hour)
	if keys := p.publishedKeys(); keys[first] || !keys[second] {
		t.Errorf("when the old key's tokens have expired, published %v", keys)
	}
	p.clock.advance(identity.KeyAge)
	if third := kid(); third == second {
		t.Error("a key of age still signs")
	}
}
