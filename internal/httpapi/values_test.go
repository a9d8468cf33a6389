package httpapi_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/keyvault"
	localvault "github.com/lazuli-platform/lazuli/internal/local/keyvault"
)

// openVault is the adapter over the local vault, on a real socket.
func openVault(t testing.TB) *keyvault.Vault {
	t.Helper()
	web := httptest.NewUnstartedServer(nil)
	url := "http://" + web.Listener.Addr().String()
	vaults, err := localvault.Open(localvault.Config{Dir: t.TempDir(), BaseURL: url, Authority: "http://localhost/identity", Now: time.Now,
		Logger: slog.New(slog.DiscardHandler), Authorize: func(*http.Request, string, bool) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	web.Config.Handler = vaults
	web.Start()
	t.Cleanup(web.Close)
	vault, err := keyvault.New(keyvault.Config{URL: url + "/v.{scope}", Token: "token"})
	if err != nil {
		t.Fatal(err)
	}
	return vault
}

// A number passes as it was written, and a secret does not pass at all.
func TestValues_asTheyWereWritten(t *testing.T) {
	s := serve(t)
	s.do("developer", "PATCH", "/v1/projects/payments/values", `{"set":{"LARGE":{"value":9007199254740991},"ON":{"value":true}}}`)
	changed := s.do("developer", "PATCH", dev+"/values", `{"set":{"PASSWORD":{"secret":"hunter2"},"ON":{"value":false}}}`)
	if changed.status != http.StatusOK || changed.header.Get("ETag") != `"1"` || strings.Contains(changed.body, "hunter2") {
		t.Fatalf("%d %s %s", changed.status, changed.header.Get("ETag"), changed.body)
	}
	var got struct {
		ProjectVersion int64
		Value          []struct {
			Key, Type, Origin, Reference string
			Value                        json.RawMessage
			Secret                       bool
		}
	}
	if err := json.Unmarshal([]byte(s.do("developer", "GET", dev+"/values", "").body), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Value) != 3 || got.ProjectVersion != 1 {
		t.Fatalf("got %+v", got)
	}
	large, on, password := got.Value[0], got.Value[1], got.Value[2]
	if string(large.Value) != "9007199254740991" || large.Type != "number" || large.Origin != "project" {
		t.Errorf("the number is %+v", large)
	}
	if string(on.Value) != "false" || on.Origin != "environment" {
		t.Errorf("the nearest is %+v", on)
	}
	if !password.Secret || password.Value != nil || !strings.Contains(password.Reference, "/v.payments.dev/secrets/value-password-") {
		t.Errorf("the secret is %+v", password)
	}
}
