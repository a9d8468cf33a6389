package keyvault_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/lazuli-platform/lazuli/internal/keyvault"
	local "github.com/lazuli-platform/lazuli/internal/local/keyvault"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

const (
	token  = "a token for tests"
	secret = "hunter2 é ${1+1}"
)

var (
	payments = platform.ValueScope{Project: "payments"}
	dev      = platform.ValueScope{Project: "payments", Environment: "dev"}
)

// served is the local vault on a real socket, which takes writes from whoever has the token.
type served struct {
	vaults *local.Vaults
	url    string
	log    *bytes.Buffer
}

func serve(t *testing.T) served {
	t.Helper()
	s := served{log: &bytes.Buffer{}}
	web := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.StripPrefix("/vault", s.vaults).ServeHTTP(w, r)
	}))
	s.url = "http://" + web.Listener.Addr().String() + "/vault"
	var err error
	s.vaults, err = local.Open(local.Config{
		Dir: t.TempDir(), BaseURL: s.url, Authority: "http://localhost:7071/identity", Now: time.Now, Logger: slog.New(slog.NewTextHandler(s.log, nil)),
		Authorize: func(r *http.Request, _ string, write bool) error {
			if r.Header.Get("Authorization") != "Bearer "+token {
				return local.ErrUnauthenticated
			}
			if !write {
				return errors.New("this token is for writing")
			}
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	web.Start()
	t.Cleanup(web.Close)
	return s
}

func open(t *testing.T, url, with string) *keyvault.Vault {
	t.Helper()
	v, err := keyvault.New(keyvault.Config{URL: url, Token: with})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPut_everyVersionHasItsAddress(t *testing.T) {
	s := serve(t)
	v := open(t, s.url+"/v.{scope}", token)
	var addresses []string
	for _, value := range []string{secret, "second"} {
		address, err := v.Put(t.Context(), dev, "DATABASE_URL", value)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(address, s.url+"/v.payments.dev/secrets/value-database-url-") {
			t.Errorf("stored at %s", address)
		}
		addresses = append(addresses, address)
	}
	for i, want := range []string{secret, "second"} {
		got, ok, err := s.vaults.ReadSecret(t.Context(), addresses[i], "v.payments.dev")
		if err != nil || !ok || got != want {
			t.Errorf("version %d is %q, %v, %v", i+1, got, ok, err)
		}
	}
	if _, ok, _ := s.vaults.ReadSecret(t.Context(), addresses[0], "v.payments", "v.payments.test"); ok {
		t.Error("a secret is given to another environment")
	}
	if strings.Contains(s.log.String(), "hunter2") {
		t.Errorf("the log holds a secret:\n%s", s.log)
	}
}

// Keys that Key Vault's names cannot tell apart, and scopes that share a vault, do not share a secret.
func TestPut_nothingSharesAName(t *testing.T) {
	s := serve(t)
	v := open(t, s.url+"/shared", token)
	seen := map[string]bool{}
	for _, scope := range []platform.ValueScope{payments, dev, {Project: "orders"}} {
		for _, key := range []string{"KEY", "key", "Key", "_KEY", "KEY_", "K_EY", "K__EY", "_", "__", strings.Repeat("A_", 50)} {
			address, err := v.Put(t.Context(), scope, key, secret)
			if err != nil {
				t.Fatalf("%s %s: %v", scope, key, err)
			}
			name, _, _ := strings.Cut(strings.TrimPrefix(address, s.url+"/shared/secrets/"), "/")
			if seen[name] || len(name) > 127 || strings.Contains(name, "--") || strings.ToLower(name) != name {
				t.Errorf("%s of %s is called %q", key, scope, name)
			}
			seen[name] = true
		}
	}
}

// Whatever goes wrong, the error is one for people, and the value is not in it.
func TestPut_failures(t *testing.T) {
	s := serve(t)
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			w.Header().Set("WWW-Authenticate", `Bearer authorization="http://localhost/identity", resource="http://localhost/vault"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var body bytes.Buffer
		_, _ = body.ReadFrom(r.Body)
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":{"code":"BadParameter","message":` + body.String() + `}}`))
	}))
	t.Cleanup(echo.Close)
	for name, v := range map[string]*keyvault.Vault{
		"wrong token":                    open(t, s.url+"/v.{scope}", "another token"),
		"a vault that repeats the value": open(t, echo.URL, token),
	} {
		_, err := v.Put(t.Context(), dev, "KEY", secret)
		if platform.CodeOf(err) != platform.VaultUnavailable || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNew_refuses(t *testing.T) {
	var identity azcore.TokenCredential = &azidentity.ManagedIdentityCredential{}
	for name, cfg := range map[string]keyvault.Config{
		"nobody":                       {URL: "https://lazuli.vault.azure.net"},
		"two ways to sign in":          {URL: "https://lazuli.vault.azure.net", Credential: identity, Token: token},
		"a token that leaves":          {URL: "http://vault.example.org", Token: token},
		"a token over TLS":             {URL: "https://localhost:7071/vault", Token: token},
		"Entra ID tokens in the clear": {URL: "http://localhost:7071/vault", Credential: identity},
	} {
		if _, err := keyvault.New(cfg); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := keyvault.New(keyvault.Config{URL: "https://lazuli.vault.azure.net", Credential: identity}); err != nil {
		t.Error(err)
	}
}
