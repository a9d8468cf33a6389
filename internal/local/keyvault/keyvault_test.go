package keyvault_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/keyvault"
)

const value = "postgres://user:hunter2@localhost/db"

// vault is a running vault whose tokens are "reader", "writer" and "stranger".
type vault struct {
	t      *testing.T
	dir    string
	log    bytes.Buffer
	vaults *keyvault.Vaults
	server *httptest.Server
}

func open(t *testing.T, dir string, log io.Writer) (*keyvault.Vaults, error) {
	t.Helper()
	return keyvault.Open(keyvault.Config{
		Dir: dir, BaseURL: "http://localhost:7071/vault", Authority: "http://localhost:7071/identity",
		Authorize: func(r *http.Request, vault string, write bool) error {
			switch strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ") {
			case "writer":
				return nil
			case "reader":
				if write || vault != "payments.dev" {
					return errors.New("you may not do that with " + vault)
				}
				return nil
			case "stranger":
				return errors.New("you may not do that with " + vault)
			}
			return keyvault.ErrUnauthenticated
		},
		Who:    func(r *http.Request) string { return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ") },
		Now:    func() time.Time { return time.Unix(1_800_000_000, 0) },
		Logger: slog.New(slog.NewTextHandler(log, nil)),
	})
}

func newVault(t *testing.T) *vault {
	t.Helper()
	v := &vault{t: t, dir: t.TempDir()}
	var err error
	if v.vaults, err = open(t, v.dir, &v.log); err != nil {
		t.Fatal(err)
	}
	v.server = httptest.NewServer(http.StripPrefix("/vault", v.vaults))
	t.Cleanup(v.server.Close)
	return v
}

// call sends a request and answers status, headers and the decoded body.
func (v *vault) call(token, method, path, body string) (int, http.Header, map[string]any) {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), method, v.server.URL+"/vault"+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var decoded map[string]any
	if err := json.NewDecoder(res.Body).Decode(&decoded); err != nil {
		v.t.Fatalf("%s %s: %d, no JSON: %v", method, path, res.StatusCode, err)
	}
	return res.StatusCode, res.Header, decoded
}

func TestVaults_versions(t *testing.T) {
	v := newVault(t)
	const path = "/payments.dev/secrets/db--url"
	status, _, first := v.call("writer", http.MethodPut, path+"?api-version=7.4", `{"value": "first", "tags": {"a": "b"}}`)
	if status != http.StatusOK || first["value"] != "first" || !strings.HasPrefix(first["id"].(string), "http://localhost:7071/vault"+path+"/") {
		t.Fatalf("set answers %d %v", status, first)
	}
	v.call("writer", http.MethodPut, path+"?api-version=7.4", `{"value": "second"}`)
	for _, newest := range []string{path, path + "/"} { // the second form is that of the Azure SDKs
		if status, _, got := v.call("reader", http.MethodGet, newest+"?api-version=7.4", ""); status != http.StatusOK || got["value"] != "second" {
			t.Errorf("GET %s answers %d %v", newest, status, got)
		}
	}
	id := first["id"].(string)
	if _, _, got := v.call("reader", http.MethodGet, path+id[strings.LastIndex(id, "/"):]+"?api-version=7.4", ""); got["value"] != "first" {
		t.Errorf("the first version is %v", got)
	}
	if _, _, got := v.call("reader", http.MethodGet, path+"/versions?api-version=7.4", ""); len(got["value"].([]any)) != 2 {
		t.Errorf("versions are %v", got)
	}
	_, _, list := v.call("reader", http.MethodGet, "/payments.dev/secrets?api-version=7.4", "")
	if items := list["value"].([]any); len(items) != 1 || items[0].(map[string]any)["value"] != nil {
		t.Errorf("the list is %v, want one secret without its value", list)
	}
	if status, _, _ := v.call("writer", http.MethodDelete, path+"?api-version=7.4", ""); status != http.StatusOK {
		t.Errorf("delete answers %d", status)
	}
	if status, _, got := v.call("reader", http.MethodGet, path+"?api-version=7.4", ""); status != http.StatusNotFound || got["error"].(map[string]any)["code"] != "SecretNotFound" {
		t.Errorf("a deleted secret answers %d %v", status, got)
	}
}

func TestVaults_refusals(t *testing.T) {
	v := newVault(t)
	status, header, _ := v.call("", http.MethodGet, "/payments.dev/secrets/db--url?api-version=7.4", "")
	if challenge := header.Get("WWW-Authenticate"); status != http.StatusUnauthorized || !strings.Contains(challenge, `authorization="http://localhost:7071/identity"`) {
		t.Errorf("without a token: %d, challenge %q", status, challenge)
	}
	for _, c := range []struct {
		name, token, method, path, body string
		status                          int
	}{
		{"forged token", "forged", http.MethodGet, "/payments.dev/secrets/db--url?api-version=7.4", "", http.StatusUnauthorized},
		{"stranger", "stranger", http.MethodGet, "/payments.dev/secrets/db--url?api-version=7.4", "", http.StatusForbidden},
		{"reader of another vault", "reader", http.MethodGet, "/payments.prod/secrets/db--url?api-version=7.4", "", http.StatusForbidden},
		{"reader who writes", "reader", http.MethodPut, "/payments.dev/secrets/db--url?api-version=7.4", `{"value":"x"}`, http.StatusForbidden},
		{"reader who deletes", "reader", http.MethodDelete, "/payments.dev/secrets/db--url?api-version=7.4", "", http.StatusForbidden},
		{"no version of the protocol", "writer", http.MethodGet, "/payments.dev/secrets/db--url", "", http.StatusBadRequest},
		{"a protocol of the future", "writer", http.MethodGet, "/payments.dev/secrets/db--url?api-version=9.0", "", http.StatusBadRequest},
		{"no value", "writer", http.MethodPut, "/payments.dev/secrets/db--url?api-version=7.4", `{}`, http.StatusBadRequest},
		{"a value too long", "writer", http.MethodPut, "/payments.dev/secrets/db--url?api-version=7.4", `{"value":"` + strings.Repeat("x", 25_001) + `"}`, http.StatusBadRequest},
		{"a bad name", "writer", http.MethodPut, "/payments.dev/secrets/db_url?api-version=7.4", `{"value":"x"}`, http.StatusBadRequest},
		{"deleting what is not there", "writer", http.MethodDelete, "/payments.dev/secrets/db--url?api-version=7.4", "", http.StatusNotFound},
	} {
		if status, _, body := v.call(c.token, c.method, c.path, c.body); status != c.status || body["error"] == nil {
			t.Errorf("%s: %d %v, want %d", c.name, status, body, c.status)
		}
	}
	if status, _, got := v.call("writer", http.MethodPut, "/payments.dev/secrets/off?api-version=7.4", `{"value":"x","attributes":{"enabled":false}}`); status != http.StatusOK {
		t.Fatalf("%d %v", status, got)
	}
	if status, _, _ := v.call("writer", http.MethodGet, "/payments.dev/secrets/off?api-version=7.4", ""); status != http.StatusForbidden {
		t.Errorf("a disabled secret answers %d", status)
	}
}

func TestVaults_auditWithoutValues(t *testing.T) {
	v := newVault(t)
	if _, reference, err := v.vaults.PutSecret(t.Context(), "payments.dev", "db--url", value); err != nil || reference != "http://localhost:7071/vault/payments.dev/secrets/db--url" {
		t.Fatalf("reference is %q (%v)", reference, err)
	}
	if _, _, got := v.call("reader", http.MethodGet, "/payments.dev/secrets/db--url?api-version=7.4", ""); got["value"] != value {
		t.Fatalf("reads %v", got)
	}
	log := v.log.String()
	if !strings.Contains(log, `msg="secret read" vault=payments.dev secret=db--url`) || !strings.Contains(log, "by=reader") {
		t.Errorf("the audit log is %s", log)
	}
	if strings.Contains(log, "hunter2") {
		t.Error("the log holds the value")
	}
}

func TestVaults_sealedAndDurable(t *testing.T) {
	v := newVault(t)
	id, _, err := v.vaults.PutSecret(t.Context(), "payments.dev", "db--url", value)
	if err != nil {
		t.Fatal(err)
	}
	if again, _, err := v.vaults.PutSecret(t.Context(), "payments.dev", "db--url", value); err != nil || again != id {
		t.Errorf("storing the same value again made version %s (%v), had %s", again, err, id)
	}
	for _, name := range []string{"vault.sealed", "vault.key"} {
		text, err := os.ReadFile(filepath.Join(v.dir, name))
		if err != nil || bytes.Contains(text, []byte("hunter2")) || bytes.Contains(text, []byte("db--url")) {
			t.Errorf("%s can be read by anybody (%v)", name, err)
		}
		if info, err := os.Stat(filepath.Join(v.dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v (%v)", name, info.Mode(), err)
		}
	}
	reopened, err := open(t, v.dir, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if version, _, ok, err := reopened.SecretVersion(t.Context(), "payments.dev", "db--url"); err != nil || !ok || version != id {
		t.Errorf("after a restart the version is %q %v (%v), want %q", version, ok, err, id)
	}
	if err := reopened.RemoveSecret(t.Context(), "payments.dev", "db--url"); err != nil {
		t.Fatal(err)
	}
	if names, err := reopened.SecretNames(t.Context(), "payments.dev"); err != nil || len(names) != 0 {
		t.Errorf("after removal there is %v (%v)", names, err)
	}
}

// A vault that cannot be read must never be taken for an empty one: it would be overwritten.
func TestOpen_damaged(t *testing.T) {
	v := newVault(t)
	if _, _, err := v.vaults.PutSecret(t.Context(), "payments.dev", "db--url", value); err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(v.dir, "vault.key")
	if err := os.Rename(key, key+".away"); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, v.dir, io.Discard); err == nil || !strings.Contains(err.Error(), "put the key back") {
		t.Errorf("without its key: %v", err)
	}
	if err := os.Rename(key+".away", key); err != nil {
		t.Fatal(err)
	}
	sealed := filepath.Join(v.dir, "vault.sealed")
	text, err := os.ReadFile(sealed)
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)-1] ^= 1
	if err := os.WriteFile(sealed, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, v.dir, io.Discard); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("with a changed bit: %v", err)
	}
}
