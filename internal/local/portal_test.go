package local_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/local"
)

func portalFront(t *testing.T) http.Handler {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "dist")
	for name, content := range map[string]string{
		"index.html": "<title>the portal</title>", "lazuli.svg": "<svg/>", "assets/index-1a2b.js": "start()", ".vite/manifest.json": "{}",
		"../secret": "never",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	part := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	return local.NewFront("http://localhost:7071", dir, map[string]http.Handler{"v1": part})
}

func get(h http.Handler, host, path string) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Host = host
	h.ServeHTTP(answer, r)
	return answer
}

func TestPortal_serves(t *testing.T) {
	front := portalFront(t)
	for path, want := range map[string]struct {
		status int
		says   string
		cache  string
	}{
		"/":                                  {200, "the portal", "no-cache"},
		"/operations/01K9":                   {200, "the portal", "no-cache"}, // what the page makes of a path is its own matter
		"/projects/a/environments/b?tab=log": {200, "the portal", "no-cache"},
		"/index.html":                        {200, "the portal", "no-cache"},
		"/assets/index-1a2b.js":              {200, "start()", "public, max-age=31536000, immutable"},
		"/assets/index-old.js":               {404, "not found", "no-store"}, // a page in place of a script breaks a browser
		"/assets/":                           {200, "the portal", "no-cache"},
		"/lazuli.svg":                        {200, "<svg/>", "no-cache"},
		"/.vite/manifest.json":               {200, "the portal", "no-cache"},
		"/../secret":                         {200, "the portal", "no-cache"},
		"/assets/..%2f..%2fsecret":           {200, "the portal", "no-cache"},
		"/v1/me":                             {http.StatusTeapot, "", ""},
	} {
		got := get(front, "localhost:7071", path)
		if got.Code != want.status || !strings.Contains(got.Body.String(), want.says) || strings.Contains(got.Body.String(), "never") {
			t.Errorf("GET %s: %d %q, want %d with %q", path, got.Code, got.Body, want.status, want.says)
		}
		if cache := got.Header().Get("Cache-Control"); cache != want.cache {
			t.Errorf("GET %s: Cache-Control %q, want %q", path, cache, want.cache)
		}
	}
}

func TestPortal_policy(t *testing.T) {
	policy := get(portalFront(t), "localhost:7071", "/").Header().Get("Content-Security-Policy")
	scripts, _, _ := strings.Cut(policy[strings.Index(policy, "script-src"):], ";")
	if scripts != "script-src 'self'" || !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("content security policy: %s", policy)
	}
}

func TestPortal_config(t *testing.T) {
	var got map[string]string
	if err := json.Unmarshal(get(portalFront(t), "localhost:7071", "/portal-config.json").Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got["issuer"] != "http://localhost:7071/identity" || got["clientId"] != "lazuli-portal" || got["api"] != "/v1" || !strings.Contains(got["scope"], "lazuli/.default") {
		t.Errorf("config: %v", got)
	}
}

func TestPortal_oneOrigin(t *testing.T) {
	for asked, want := range map[string]string{
		"/operations/01K9?a=b": "http://localhost:7071/operations/01K9?a=b",
		"//evil.example/":      "http://localhost:7071/evil.example",
		"x:@evil.example":      "http://localhost:7071/", // a browser does not send it; Go takes it for an opaque address
	} {
		got := get(portalFront(t), "127.0.0.1:7071", asked)
		if got.Code != http.StatusTemporaryRedirect || got.Header().Get("Location") != want {
			t.Errorf("%s: got %d to %q, want %q", asked, got.Code, got.Header().Get("Location"), want)
		}
	}
}

func TestPortal_onlyRead(t *testing.T) {
	answer := httptest.NewRecorder()
	portalFront(t).ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/", nil))
	if answer.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST /: %d", answer.Code)
	}
}
