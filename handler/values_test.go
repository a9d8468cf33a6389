package main_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/local"
)

// TestServeSettings is no test: it is the app that TestValues deploys. It answers with two of its settings.
func TestServeSettings(t *testing.T) {
	if os.Getenv("SERVE_SETTINGS") == "" {
		t.Skip("SKIPPED: this is an app that another test deploys")
	}
	server := &http.Server{Addr: "127.0.0.1:" + os.Getenv("PORT"), ReadHeaderTimeout: time.Second,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, os.Getenv("TITLE")+" "+os.Getenv("LOGIN"))
		})}
	t.Error(server.ListenAndServe())
}

// Values of a project and of an environment, one of them a secret, reach the app with the deployment; a secret is in the vault, in
// what the engine keeps and in the app, and nowhere else.
func TestValues(t *testing.T) {
	log := &lockedBuffer{}
	r := startPlatform(t, func(c *local.Config) { c.Log = slog.New(slog.NewTextHandler(log, nil)) })
	r.project("payments")
	dev := r.as("developer")
	title, first, second := any("${1+1} & more"), "hunter2-first", "hunter2-second"
	body := api.ValueChanges{Set: map[string]api.NewValue{"TITLE": {Value: &title}, "PASSWORD": {Secret: &first}}}
	if answer, err := dev.ChangeProjectValuesWithResponse(t.Context(), "payments", nil, body); err != nil || answer.JSON200 == nil {
		t.Fatalf("set: %v %s", err, said(answer.Body))
	}
	app, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	kind, id := "dev", "01VALUES00000000000000001A"
	manifest := api.Manifest{Resources: map[string]api.ManifestResource{"site": {Type: "app-service", Inputs: map[string]any{
		"runtime": "process", "command": []string{app, "-test.run=^TestServeSettings$"},
		"settings": map[string]any{"SERVE_SETTINGS": "yes", "TITLE": "${values.TITLE}", "LOGIN": "<${values.PASSWORD}>"}}}}}
	made, err := dev.PutEnvironmentWithResponse(t.Context(), "payments", "dev", &api.PutEnvironmentParams{OperationID: &id}, api.EnvironmentSpec{Type: &kind, Manifest: &manifest})
	if err != nil || made.JSON201 == nil {
		t.Fatalf("create: %v %s", err, said(made.Body))
	}
	if op := r.await(id); op.Status != "Succeeded" {
		t.Fatalf("operation ended as %s: %+v", op.Status, op.Error)
	}
	address, _ := mustGet(t, r, "dev").Outputs["site"]["url"].(string)
	if got := fetchSite(t, address); got != "${1+1} & more <hunter2-first>" {
		t.Errorf("the app has %q", got)
	}

	nearest := api.ValueChanges{Set: map[string]api.NewValue{"PASSWORD": {Secret: &second}}}
	if answer, err := dev.ChangeEnvironmentValuesWithResponse(t.Context(), "payments", "dev", nil, nearest); err != nil || answer.JSON200 == nil {
		t.Fatalf("set: %v %s", err, said(answer.Body))
	}
	dep := r.deploy("dev", api.DeploymentSpec{})
	if dep.Values == nil || dep.Values.ProjectVersion != 1 || dep.Values.EnvironmentVersion != 1 {
		t.Errorf("the deployment was made with %+v", dep.Values)
	}
	if got := fetchSite(t, address); got != "${1+1} & more <hunter2-second>" {
		t.Errorf("after the change the app has %q", got)
	}
	back, err := dev.RestoreEnvironmentValuesWithResponse(t.Context(), "payments", "dev", nil, api.ValueRestoration{})
	if err != nil || back.JSON200 == nil {
		t.Fatalf("restore: %v %s", err, said(back.Body))
	}
	again := r.deploy("dev", api.DeploymentSpec{})
	if got := fetchSite(t, address); got != "${1+1} & more <hunter2-first>" {
		t.Errorf("restored, the app has %q", got)
	}
	for _, text := range []string{r.log(dep.Operation), r.log(again.Operation), string(back.Body), log.tail(1_000_000)} {
		if strings.Contains(text, "hunter2") {
			t.Errorf("a log or an answer holds the secret:\n%s", text)
		}
	}
	r.secretsStayHome(t, "hunter2")
	r.handlerOnlyWritesValues(t)
	gone := "01VALUES00000000000000002A"
	if answer, err := dev.DeleteEnvironmentWithResponse(t.Context(), "payments", "dev", &api.DeleteEnvironmentParams{OperationID: &gone}); err != nil || answer.JSON202 == nil {
		t.Fatalf("delete: %v %s", err, said(answer.Body))
	}
	if op := r.await(gone); op.Status != "Succeeded" {
		t.Errorf("deleting ended as %s: %+v", op.Status, op.Error)
	}
}

// secretsStayHome looks for a secret in everything that is kept, but where it may be: the engine's states, and the app.
func (r *running) secretsStayHome(t *testing.T, secret string) {
	t.Helper()
	err := filepath.WalkDir(r.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		place, _, _ := strings.Cut(strings.TrimPrefix(path, r.dir+string(filepath.Separator)), string(filepath.Separator))
		if entry.IsDir() || place == "state" || place == "sandbox" {
			return nil
		}
		content, err := os.ReadFile(path)
		if os.IsNotExist(err) || !entry.Type().IsRegular() {
			return nil
		}
		if err == nil && strings.Contains(string(content), secret) {
			t.Errorf("%s holds the secret", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// handlerOnlyWritesValues tries what the handler's own token may do at the vault.
func (r *running) handlerOnlyWritesValues(t *testing.T) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(r.dir, "secrets.json"))
	if err != nil {
		t.Fatal(err)
	}
	var keys struct{ VaultToken string }
	if err := json.Unmarshal(raw, &keys); err != nil || keys.VaultToken == "" {
		t.Fatalf("the handler has no token: %v", err)
	}
	for request, want := range map[string]int{
		"PUT /vault/v.payments/secrets/value-x":   http.StatusOK,
		"GET /vault/v.payments/secrets/value-x":   http.StatusForbidden,
		"GET /vault/v.payments/secrets":           http.StatusForbidden,
		"PUT /vault/payments.dev/secrets/value-x": http.StatusForbidden,
		"GET /vault/payments.dev/secrets/value-x": http.StatusForbidden,
	} {
		method, path, _ := strings.Cut(request, " ")
		q, err := http.NewRequestWithContext(t.Context(), method, r.URL()+path+"?api-version=7.4", strings.NewReader(`{"value":"x"}`))
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Authorization", "Bearer "+keys.VaultToken)
		answer, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close() // only the status matters
		if answer.StatusCode != want {
			t.Errorf("%s: %d, want %d", request, answer.StatusCode, want)
		}
	}
}
