package sandboxprovider_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

func moduleContext(alias string) map[string]any {
	return map[string]any{"project": "payments", "environment": "dev", "alias": alias, "region": "local"}
}

// webServiceWithDatabase is what the template of that name renders to.
func webServiceWithDatabase(modules string) map[string]any {
	return map[string]any{
		"module": map[string]any{
			"db": map[string]any{"source": modules + "/postgres", "context": moduleContext("db"), "serverVersion": "16"},
			"site": map[string]any{"source": modules + "/app-service", "context": moduleContext("site"),
				"settings": map[string]any{"TITLE": "Payments & more", "DATABASE_URL": "${module.db.url}"}},
			"db_url": map[string]any{"source": modules + "/vault-secret", "context": moduleContext("db"), "name": "db-url", "value": "${module.db.url}"},
		},
		"output": map[string]any{
			"site_url":   map[string]any{"value": "${module.site.url}"},
			"db_url":     map[string]any{"value": "${module.db.url}", "sensitive": true},
			"db_honesty": map[string]any{"value": "${module.db.honesty}"},
			"reference":  map[string]any{"value": "${module.db_url.reference}"},
		},
	}
}

func visit(t *testing.T, server, address string) (int, string) {
	t.Helper()
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+server+parsed.RequestURI(), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = parsed.Host
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// execute runs one statement as the user that the URL names.
func execute(t *testing.T, dsn, sql string) error {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	_, err = conn.Exec(t.Context(), sql)
	return err
}

func TestModules_webServiceWithDatabase(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{})
	if !strings.HasPrefix(w.sandbox.DatabaseServer(), "PostgreSQL") {
		t.Skip("SKIPPED: PostgreSQL is not installed, so the private cluster cannot be tried")
	}
	w.write(webServiceWithDatabase(modules(t)))
	w.mustRun("apply", "-no-color", "-auto-approve")

	outputs := w.outputs()
	dsn, address := outputs["db_url"].(string), outputs["site_url"].(string)
	if outputs["db_honesty"] != "real" {
		t.Errorf("honesty of the database is %v, want real", outputs["db_honesty"])
	}
	if err := execute(t, dsn, "CREATE TABLE orders AS SELECT 1 AS id"); err != nil {
		t.Errorf("use the database: %v", err)
	}
	if status, body := w.visit(address); status != http.StatusOK || !strings.Contains(body, "Payments &amp; more") || !strings.Contains(body, "The database answers: PostgreSQL") {
		t.Errorf("the site answers %d %s", status, body)
	}
	if out, status := w.planStatus(); status != 0 {
		t.Errorf("a plan right after apply has changes (%d):\n%s", status, out)
	}

	// Dropped by hand, behind Terraform's back.
	admin := strings.Replace(dsn, "/payments_dev_db?", "/postgres?", 1)
	if err := execute(t, admin, "SELECT 1"); err == nil {
		t.Error("the environment's role may connect to the server's own database")
	}
	w.dropByHand("payments_dev_db")
	if status, body := w.visit(address); status != http.StatusServiceUnavailable || !strings.Contains(body, "does not answer") {
		t.Errorf("without its database the site answers %d %s", status, body)
	}
	if out, status := w.planStatus(); status != 2 || !strings.Contains(out, "module.db.sandbox_database.this will be created") {
		t.Errorf("the plan does not show the dropped database (%d):\n%s", status, out)
	}
	w.mustRun("apply", "-no-color", "-auto-approve")
	if status, _ := w.visit(address); status != http.StatusOK {
		t.Errorf("after the repair the site answers %d", status)
	}

	w.mustRun("destroy", "-no-color", "-auto-approve")
	if err := execute(t, dsn, "SELECT 1"); err == nil {
		t.Error("the database still lets its role in after destroy")
	}
	if status, _ := w.visit(address); status != http.StatusNotFound {
		t.Errorf("after destroy the site answers %d, want 404", status)
	}
	w.wantNothingLeft()
}

// wantNothingLeft asks the leftovers module, as the pipeline does after a destroy, and the sandbox itself.
func (w *world) wantNothingLeft() {
	w.t.Helper()
	w.write(map[string]any{
		"module": map[string]any{"proof": map[string]any{"source": modules(w.t) + "/leftovers", "context": moduleContext("proof")}},
		"output": map[string]any{"items": map[string]any{"value": "${module.proof.items}"}},
	})
	w.mustRun("apply", "-no-color", "-auto-approve")
	if items := w.outputs()["items"].([]any); len(items) != 0 {
		w.t.Errorf("left over: %v", items)
	}
	left, err := w.api.Leftovers(w.t.Context(), "payments", "dev")
	if err != nil || len(left) != 0 {
		w.t.Errorf("left over: %v %v", left, err)
	}
}

// dropByHand uses the administrator's account, as a person with psql would.
func (w *world) dropByHand(database string) {
	w.t.Helper()
	if err := execute(w.t, w.adminDSN(), "DROP DATABASE \""+database+"\" WITH (FORCE)"); err != nil {
		w.t.Fatal(err)
	}
}

func TestModules_everyOutputOfALeftover(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	id := sandboxapi.ID{Project: "payments", Environment: "dev", Name: "files"}
	if err := w.api.Put(t.Context(), sandboxapi.Storages, id, sandboxapi.StorageSpec{}, nil); err != nil {
		t.Fatal(err)
	}
	w.write(map[string]any{
		"module": map[string]any{"proof": map[string]any{"source": modules(t) + "/leftovers", "context": moduleContext("proof")}},
		"output": map[string]any{"items": map[string]any{"value": "${module.proof.items}"}},
	})
	w.mustRun("apply", "-no-color", "-auto-approve")
	items := w.outputs()["items"].([]any)
	if len(items) != 1 || items[0].(map[string]any)["kind"] != "storage" || items[0].(map[string]any)["name"] != "files" {
		t.Errorf("leftovers are %v, want the storage account made behind Terraform's back", items)
	}
}
