package sandbox_test

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/keyvault"
	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// newVaultWorld is a world with a Key Vault that lets programs into the vaults of applications, as that of `lazuli up` does.
func newVaultWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	w.stop()
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { handler.ServeHTTP(rw, r) }))
	t.Cleanup(server.Close)
	vault, err := keyvault.Open(keyvault.Config{
		Dir: t.TempDir(), BaseURL: server.URL + "/vault", Now: time.Now, Logger: slog.New(slog.DiscardHandler),
		Authorize: func(_ *http.Request, vault string, _ bool) error {
			if !sandbox.ApplicationVault(vault) || !w.box.HasVault(vault) {
				return errors.New("there is no vault " + vault)
			}
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	handler, w.cfg.Secrets = http.StripPrefix("/vault", vault), vault
	w.start()
	return w
}

// secret does what a program does with a secret, by Key Vault's protocol.
func (w *world) secret(method, uri, name, body string) (int, string) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, uri+"/secrets/"+name+"?api-version=7.4", strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer of an application")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func TestVaults_life(t *testing.T) {
	w := newVaultWorld(t)
	made := put[sandboxapi.Vault](w, sandboxapi.Vaults, named("keys"), sandboxapi.VaultSpec{})
	if made.Honesty != sandboxapi.StandIn || made.Vault != "payments.dev.keys" || !strings.HasSuffix(made.URI, "/vault/payments.dev.keys") {
		t.Errorf("the vault is %+v", made)
	}
	if status, text := w.secret(http.MethodPut, made.URI, "api-key", `{"value": "hunter2"}`); status != http.StatusOK {
		t.Fatalf("write: %d %s", status, text)
	}
	if status, _ := w.secret(http.MethodPut, strings.Replace(made.URI, "payments.dev", "payments.prod", 1), "api-key", `{"value": "x"}`); status != http.StatusForbidden {
		t.Errorf("a vault that nobody has made takes a secret: %d", status)
	}
	w.stop()
	w.start()
	put[sandboxapi.Vault](w, sandboxapi.Vaults, named("keys"), sandboxapi.VaultSpec{})
	if status, text := w.secret(http.MethodGet, made.URI, "api-key", ""); status != http.StatusOK || !strings.Contains(text, "hunter2") {
		t.Errorf("after a restart: %d %s", status, text)
	}
	w.wantLeft("vaults/keys")
	w.remove(sandboxapi.Vaults, named("keys"))
	if status, text := w.secret(http.MethodGet, made.URI, "api-key", ""); status != http.StatusForbidden {
		t.Errorf("a removed vault answers %d %s", status, text)
	}
	w.wantLeft()

	// The next vault of the name has none of the old one's secrets.
	put[sandboxapi.Vault](w, sandboxapi.Vaults, named("keys"), sandboxapi.VaultSpec{})
	if status, text := w.secret(http.MethodGet, made.URI, "api-key", ""); status != http.StatusNotFound {
		t.Errorf("made again, the vault answers %d %s", status, text)
	}
}

// Secrets without a record, such as those of a sandbox whose folder was deleted, are told as left over.
func TestVaults_leftover(t *testing.T) {
	w := newVaultWorld(t)
	if _, _, err := w.cfg.Secrets.PutSecret(t.Context(), "payments.dev.lost", "api-key", "hunter2"); err != nil {
		t.Fatal(err)
	}
	w.wantLeft("vaults/lost")
	w.wantGone(sandboxapi.Vaults, named("lost"))
	w.remove(sandboxapi.Vaults, named("lost"))
	w.wantLeft()
}

func TestVaults_none(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	if err := w.api.Put(t.Context(), sandboxapi.Vaults, named("keys"), sandboxapi.VaultSpec{}, nil); err == nil || !strings.Contains(err.Error(), "no vault") {
		t.Errorf("in a sandbox without Key Vault: %v", err)
	}
}
