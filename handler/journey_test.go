package main_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/lazuli-platform/lazuli/internal/api"
)

// The journey of a developer, through HTTP, AMQP and a real pipeline with a real Terraform engine.
func TestJourney(t *testing.T) {
	r := startPlatform(t)
	r.project("payments")
	dev := r.as("developer")
	template, kind := "web-service-with-database", "dev"
	spec := api.EnvironmentSpec{Type: &kind, Template: &template, Parameters: map[string]any{"title": "Payments"}}
	id := "01JOURNEY0000000000000001A"
	create := "*"

	preview, err := dev.PreviewDeploymentWithResponse(t.Context(), "payments", "dev", spec)
	if err != nil || preview.JSON200 == nil {
		t.Fatalf("preview: %v %s", err, said(preview.Body))
	}
	if diff := cmp.Diff(api.PlanCounts{Add: 2}, preview.JSON200.Counts); diff != "" {
		t.Errorf("preview (-want +got):\n%s", diff)
	}

	params := &api.PutEnvironmentParams{IfNoneMatch: &create, OperationID: &id}
	made, err := dev.PutEnvironmentWithResponse(t.Context(), "payments", "dev", params, spec)
	if err != nil || made.StatusCode() != http.StatusCreated {
		t.Fatalf("create: %v %s", err, said(made.Body))
	}
	if want := r.URL() + "/v1/operations/" + id; made.HTTPResponse.Header.Get("Operation-Location") != want {
		t.Errorf("Operation-Location is %q, want %q", made.HTTPResponse.Header.Get("Operation-Location"), want)
	}
	op := r.await(id)
	if op.Status != "Succeeded" {
		t.Fatalf("operation ended as %s: %+v", op.Status, op.Error)
	}
	env := mustGet(t, r, "dev")
	if env.State != "ready" || env.ActiveOperation != nil {
		t.Errorf("environment is %s with operation %v, want ready and free", env.State, env.ActiveOperation)
	}

	t.Run("the address answers", func(t *testing.T) {
		address, _ := env.Outputs["site"]["url"].(string)
		if body := fetchSite(t, address); !strings.Contains(body, "Payments") || !strings.Contains(body, "database answers") {
			t.Errorf("%s shows:\n%s", address, body)
		}
	})
	database := ""
	t.Run("the database takes a query", func(t *testing.T) {
		database = readSecret(t, r, env.Outputs["db"]["url"])
		if implementation, _ := env.Outputs["db"]["implementation"].(string); !strings.Contains(implementation, "PostgreSQL") {
			t.Skipf("SKIPPED: PostgreSQL is not installed, so the database is %s", implementation)
		}
		if got := query(t, database); got != 42 {
			t.Errorf("the database answers %d, want 42", got)
		}
	})
	t.Run("no secret in the answers", func(t *testing.T) {
		deployment, err := dev.GetDeploymentWithResponse(t.Context(), "payments", "dev", *op.Deployment)
		if err != nil {
			t.Fatal(err)
		}
		u, _ := url.Parse(database)
		password, _ := u.User.Password()
		logs := r.log(id)
		for name, text := range map[string]string{"deployment": string(deployment.Body), "log": logs} {
			if password == "" || strings.Contains(text, password) {
				t.Errorf("the %s holds the password", name)
			}
		}
	})
	t.Run("the same request is the same operation", func(t *testing.T) {
		again, err := dev.PutEnvironmentWithResponse(t.Context(), "payments", "dev", params, spec)
		if err != nil || again.StatusCode() != http.StatusCreated || again.HTTPResponse.Header.Get("Operation-Id") != id {
			t.Errorf("repeated: %v %s", err, said(again.Body))
		}
		if n := len(r.builds(id)); n != 1 {
			t.Errorf("%d runs for one operation", n)
		}
	})
	t.Run("another request under the same id is refused", func(t *testing.T) {
		other := spec
		other.Parameters = map[string]any{"title": "Other"}
		again, err := dev.PutEnvironmentWithResponse(t.Context(), "payments", "dev", params, other)
		mustProblem(t, again.ApplicationProblemJSONDefault, err, "OperationIdReused")
	})
	t.Run("taken along, it is what is there", func(t *testing.T) {
		bundle, err := dev.GetEnvironmentBundleWithResponse(t.Context(), "payments", "dev")
		if err != nil || bundle.JSON200 == nil || bundle.JSON200.Deployment != *op.Deployment {
			t.Fatalf("bundle: %v %s", err, said(bundle.Body))
		}
		for name, text := range bundle.JSON200.Files {
			if strings.HasPrefix(name, "proof/") || strings.Contains(text, "operation") && name == "main.tf.json" {
				t.Errorf("%s is of the platform alone", name)
			}
		}
		if out, err := r.planByHand(bundle.JSON200.Files); err != nil || !strings.Contains(out, "No changes") {
			t.Errorf("a plan by hand: %v\n%s", err, out)
		}
	})
	t.Run("a thing removed by hand shows in the next plan", func(t *testing.T) {
		r.removeByHand("sites", "payments", "dev", "site")
		plan := r.deploy("dev", api.DeploymentSpec{Mode: mode("plan")})
		if plan.Plan == nil || plan.Plan.Counts.Add != 1 {
			t.Errorf("plan is %+v, want one to add", plan.Plan)
		}
	})
	t.Run("a deployment that fails explains itself", func(t *testing.T) {
		broken := api.Manifest{Resources: map[string]api.ManifestResource{"vm": {Type: "virtual-machine", Inputs: map[string]any{
			"extensions": []any{map[string]any{"name": "setup", "script": "echo the disk is on fire; exit 3"}}}}}}
		id := "01JOURNEY0000000000000002A"
		answer, err := dev.CreateDeploymentWithResponse(t.Context(), "payments", "dev", &api.CreateDeploymentParams{OperationID: &id}, api.DeploymentSpec{Manifest: &broken})
		if err != nil || answer.JSON202 == nil {
			t.Fatalf("deploy: %v %s", err, said(answer.Body))
		}
		op := r.await(id)
		if op.Status != "Failed" || op.Error == nil || op.Error.Target == nil || *op.Error.Target != "apply" || op.Error.Action == nil {
			t.Fatalf("operation: %s %+v", op.Status, op.Error)
		}
		if all := op.Error.Message + strings.Join(op.Error.Lines, "\n"); !strings.Contains(all, "on fire") {
			t.Errorf("the error does not say why: %s", all)
		}
		if env := mustGet(t, r, "dev"); env.State != "ready" || env.Failure == nil || env.Failure.Operation != id {
			t.Errorf("after a failed update the environment is %s, failure %+v; want it as it was, and saying so", env.State, env.Failure)
		}
	})
	t.Run("deleting leaves nothing", func(t *testing.T) {
		id := "01JOURNEY0000000000000003A"
		answer, err := dev.DeleteEnvironmentWithResponse(t.Context(), "payments", "dev", &api.DeleteEnvironmentParams{OperationID: &id})
		if err != nil || answer.JSON202 == nil {
			t.Fatalf("delete: %v %s", err, said(answer.Body))
		}
		if op := r.await(id); op.Status != "Succeeded" {
			t.Fatalf("delete ended as %s: %+v", op.Status, op.Error)
		}
		gone, err := dev.GetEnvironmentWithResponse(t.Context(), "payments", "dev")
		mustProblem(t, gone.ApplicationProblemJSONDefault, err, "NotFound")
		if database != "" {
			if connection, err := pgx.Connect(t.Context(), database); err == nil {
				_ = connection.Close(t.Context())
				t.Error("the database is still there")
			}
		}
	})
}

func mode(m api.DeploymentSpecMode) *api.DeploymentSpecMode { return &m }

func mustGet(t *testing.T, r *running, name string) api.Environment {
	t.Helper()
	answer, err := r.as("developer").GetEnvironmentWithResponse(t.Context(), "payments", name)
	if err != nil || answer.JSON200 == nil {
		t.Fatalf("get environment: %v %s", err, said(answer.Body))
	}
	return *answer.JSON200
}

func mustProblem(t *testing.T, p *api.Problem, err error, code api.ProblemCode) {
	t.Helper()
	if err != nil || p == nil || p.Code != code || p.RequestID == "" || p.Detail == nil {
		t.Errorf("got problem %+v (%v), want %s with a sentence and a request id", p, err, code)
	}
}

// deploy starts a deployment without an id of its own, waits for its end, and returns its record.
func (r *running) deploy(name string, spec api.DeploymentSpec) api.Deployment {
	r.t.Helper()
	answer, err := r.as("developer").CreateDeploymentWithResponse(r.t.Context(), "payments", name, nil, spec)
	if err != nil || answer.JSON202 == nil {
		r.t.Fatalf("deploy: %v %s", err, said(answer.Body))
	}
	op := r.await(answer.JSON202.ID)
	if op.Status != "Succeeded" {
		r.t.Fatalf("deployment ended as %s: %+v", op.Status, op.Error)
	}
	dep, err := r.as("developer").GetDeploymentWithResponse(r.t.Context(), "payments", name, *op.Deployment)
	if err != nil || dep.JSON200 == nil {
		r.t.Fatalf("read deployment: %v %s", err, said(dep.Body))
	}
	return *dep.JSON200
}

// planByHand runs the engine on files as a person would who took them along.
func (r *running) planByHand(files map[string]string) (string, error) {
	r.t.Helper()
	folder := r.t.TempDir()
	for name, text := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			r.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			r.t.Fatal(err)
		}
	}
	engine := filepath.Join(r.dir, "engine")
	script := ". " + engine + "/environment && " + engine + "/terraform-engine init -input=false -no-color && " + engine + "/terraform-engine plan -input=false -no-color"
	cmd := exec.CommandContext(r.t.Context(), "sh", "-c", script)
	cmd.Dir = folder
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// removeByHand deletes the folder of a thing that the sandbox made.
func (r *running) removeByHand(thing ...string) {
	r.t.Helper()
	folder := filepath.Join(append([]string{r.dir, "sandbox"}, thing...)...)
	if _, err := os.Stat(folder); err != nil {
		r.t.Fatalf("there is nothing to remove: %v", err)
	}
	if err := os.RemoveAll(folder); err != nil {
		r.t.Fatal(err)
	}
}

// log is the whole log of an operation's run.
func (r *running) log(id string) string {
	r.t.Helper()
	var b strings.Builder
	after := ""
	for range 1000 {
		page, err := r.as("developer").GetOperationLogsWithResponse(r.t.Context(), id, &api.GetOperationLogsParams{After: &after})
		if err != nil || page.JSON200 == nil {
			r.t.Fatalf("read log: %v %s", err, said(page.Body))
		}
		for _, line := range page.JSON200.Value {
			b.WriteString(line.Text + "\n")
		}
		if page.JSON200.Complete {
			return b.String()
		}
		after = page.JSON200.Next
	}
	r.t.Fatal("the log has no end")
	return ""
}

// fetchSite fetches a page as a browser does: every name beneath localhost is this machine.
func fetchSite(t *testing.T, address string) string {
	t.Helper()
	dial := func(ctx context.Context, network, target string) (net.Conn, error) {
		_, port, _ := net.SplitHostPort(target)
		var d net.Dialer
		return d.DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
	}
	browser := &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}
	response, err := browser.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// readSecret reads a secret output from the vault with the developer's token.
func readSecret(t *testing.T, r *running, output any) string {
	t.Helper()
	members, _ := output.(map[string]any)
	address, _ := members["secret"].(string)
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"?api-version=7.4", nil)
	if err != nil || address == "" {
		t.Fatalf("output %v is no reference to a secret: %v", output, err)
	}
	token, err := r.tokens["developer"](t.Context())
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var secret struct{ Value string }
	if err := json.NewDecoder(response.Body).Decode(&secret); err != nil || secret.Value == "" {
		t.Fatalf("read secret: %s %v", response.Status, err)
	}
	return secret.Value
}

func query(t *testing.T, database string) int {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close(t.Context()) }()
	var got int
	if _, err := connection.Exec(t.Context(), `create table answers (n int); insert into answers values (42)`); err != nil {
		t.Fatal(err)
	}
	if err := connection.QueryRow(t.Context(), `select n from answers`).Scan(&got); err != nil {
		t.Fatal(err)
	}
	return got
}
