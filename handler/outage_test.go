package main_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/local"
)

// A Service Bus that is down at acceptance costs time, never the request.
func TestOutage_serviceBus(t *testing.T) {
	var gate *tcpGate
	r := startPlatform(t, func(cfg *local.Config) {
		cfg.NoPostgres = true
		cfg.Settings = func(settings map[string]string) {
			endpoint := regexp.MustCompile(`Endpoint=sb://([^;/]+)`)
			found := endpoint.FindStringSubmatch(settings["LAZULI_SERVICE_BUS"])
			gate = newGate(t, found[1])
			settings["LAZULI_SERVICE_BUS"] = endpoint.ReplaceAllString(settings["LAZULI_SERVICE_BUS"], "Endpoint=sb://"+gate.listener.Addr().String())
		}
	})
	r.project("payments")
	gate.set(true)
	began := time.Now()
	id := accept(t, r, "down", "01OUTAGE00000000000000001A")
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("acceptance took %s while Service Bus was down", took)
	}
	gate.set(false)
	if op := r.await(id); op.Status != "Succeeded" {
		t.Errorf("operation ended as %s: %+v", op.Status, op.Error)
	}
}

// An Azure DevOps that is down is waited for; the operation says so, and its log is refused with a reason.
func TestOutage_azureDevOps(t *testing.T) {
	var tables, devops *faultProxy
	r := startPlatform(t, withProxies(t, &tables, &devops), func(cfg *local.Config) { cfg.NoPostgres = true })
	r.project("payments")
	devops.setDown(true)
	id := accept(t, r, "down", "01OUTAGE00000000000000002A")
	op := r.until(id, func(op api.Operation) bool { return op.Message != nil })
	if op.Status != "NotStarted" || !strings.Contains(*op.Message, "Azure DevOps does not answer") {
		t.Errorf("operation is %s and says %q", op.Status, *op.Message)
	}
	second := api.EnvironmentSpec{Manifest: &api.Manifest{}}
	busy, err := r.as("developer").PutEnvironmentWithResponse(t.Context(), "payments", "down", nil, second)
	mustProblem(t, busy.ApplicationProblemJSONDefault, err, "OperationInProgress")
	if p := busy.ApplicationProblemJSONDefault; p != nil && (p.Operation == nil || *p.Operation != id) {
		t.Errorf("the refusal names operation %v, want %s", p.Operation, id)
	}
	devops.setDown(false)
	if op := r.await(id); op.Status != "Succeeded" {
		t.Errorf("operation ended as %s: %+v", op.Status, op.Error)
	}
	if n := len(r.builds(id)); n != 1 {
		t.Errorf("%d runs, want one", n)
	}
}

// An operation that no run has taken is canceled at once; the environment says so and can be tried again.
func TestCancel_beforeARun(t *testing.T) {
	var tables, devops *faultProxy
	r := startPlatform(t, withProxies(t, &tables, &devops), func(cfg *local.Config) { cfg.NoPostgres = true })
	r.project("payments")
	devops.setDown(true)
	id := accept(t, r, "ended", "01CANCEL00000000000000001A")
	answer, err := r.as("developer").CancelOperationWithResponse(t.Context(), id)
	if err != nil || answer.JSON202 == nil || answer.JSON202.Status != "Canceled" {
		t.Fatalf("cancel: %v %s", err, said(answer.Body))
	}
	again, err := r.as("developer").CancelOperationWithResponse(t.Context(), id)
	mustProblem(t, again.ApplicationProblemJSONDefault, err, "OperationFinal")
	devops.setDown(false)
	if env := mustGet(t, r, "ended"); env.State != "failed" || env.Failure == nil || env.Failure.Code != "Canceled" {
		t.Errorf("environment is %s, failure %+v", env.State, env.Failure)
	}
	next := accept(t, r, "ended", "01CANCEL00000000000000002A")
	if op := r.await(next); op.Status != "Succeeded" {
		t.Errorf("the next operation ended as %s: %+v", op.Status, op.Error)
	}
}

// A run that is asked to stop while it applies stops: the engine puts its state in order, the run reports, the operation ends as
// canceled, and the environment can be deleted with proof.
func TestCancel_whileApplying(t *testing.T) {
	r := startPlatform(t, func(cfg *local.Config) { cfg.NoPostgres = true })
	r.project("payments")
	kind, id := "dev", "01CANCEL00000000000000003A"
	slow := api.Manifest{Resources: map[string]api.ManifestResource{
		"files": {Type: "storage-account"},
		"vm":    {Type: "virtual-machine", Inputs: map[string]any{"extensions": []any{map[string]any{"name": "setup", "script": "exec sleep 300"}}}},
	}}
	made, err := r.as("developer").PutEnvironmentWithResponse(t.Context(), "payments", "slow", &api.PutEnvironmentParams{OperationID: &id}, api.EnvironmentSpec{Type: &kind, Manifest: &slow})
	if err != nil || made.StatusCode() != http.StatusCreated {
		t.Fatalf("create: %v %s", err, said(made.Body))
	}
	r.until(id, func(op api.Operation) bool {
		for _, step := range op.Steps {
			if step.Name == "apply" && step.Status == "Running" {
				return true
			}
		}
		return false
	})
	answer, err := r.as("developer").CancelOperationWithResponse(t.Context(), id)
	if err != nil || answer.JSON202 == nil || answer.JSON202.Stage != "canceling" {
		t.Fatalf("cancel: %v %s", err, said(answer.Body))
	}
	if op := r.await(id); op.Status != "Canceled" {
		t.Fatalf("operation ended as %s: %+v", op.Status, op.Error)
	}
	if log := r.log(id); strings.Contains(log, "Two interrupts") {
		t.Errorf("the engine was interrupted twice and could not put its state in order:\n%s", log)
	}
	end := "01CANCEL00000000000000004A"
	gone, err := r.as("developer").DeleteEnvironmentWithResponse(t.Context(), "payments", "slow", &api.DeleteEnvironmentParams{OperationID: &end})
	if err != nil || gone.JSON202 == nil {
		t.Fatalf("delete: %v %s", err, said(gone.Body))
	}
	if op := r.await(end); op.Status != "Succeeded" {
		t.Errorf("delete ended as %s: %+v", op.Status, op.Error)
	}
}

func accept(t *testing.T, r *running, name, id string) string {
	t.Helper()
	kind := "dev"
	manifest := api.Manifest{Resources: map[string]api.ManifestResource{"files": {Type: "storage-account"}}}
	answer, err := r.as("developer").PutEnvironmentWithResponse(t.Context(), "payments", name, &api.PutEnvironmentParams{OperationID: &id}, api.EnvironmentSpec{Type: &kind, Manifest: &manifest})
	if err != nil || answer.StatusCode() >= http.StatusMultipleChoices {
		t.Fatalf("accept: %v %s", err, said(answer.Body))
	}
	return id
}

// until waits for an operation to be as wanted.
func (r *running) until(id string, wanted func(api.Operation) bool) api.Operation {
	r.t.Helper()
	deadline := time.Now().Add(time.Minute)
	wait, tag := 5, ""
	for time.Now().Before(deadline) {
		answer, err := r.as("developer").GetOperationWithResponse(r.t.Context(), id, &api.GetOperationParams{Wait: &wait, IfNoneMatch: &tag})
		if err != nil {
			r.t.Fatal(err)
		}
		if answer.JSON200 != nil && wanted(*answer.JSON200) {
			return *answer.JSON200
		}
		tag = answer.HTTPResponse.Header.Get("ETag")
	}
	r.t.Fatalf("operation %s did not become as wanted", id)
	return api.Operation{}
}

// Without a Terraform engine a deployment fails with the reason and what to do; it is not hung, and works once there is one.
func TestOutage_engine(t *testing.T) {
	r := startPlatform(t, func(cfg *local.Config) { cfg.NoPostgres = true })
	r.project("payments")
	place := filepath.Join(r.dir, "engine", "terraform-engine")
	engine := ""
	for deadline := time.Now().Add(time.Minute); engine == "" && time.Now().Before(deadline); {
		engine, _ = os.Readlink(place) // it is put there right after the start
	}
	const problem = "There is no Terraform engine: install OpenTofu or Terraform 1.6 or later."
	if err := errors.Join(os.Remove(place), os.WriteFile(place+".problem", []byte(problem), 0o600)); err != nil {
		t.Fatal(err)
	}
	op := r.await(accept(t, r, "idle", "01ENGINE00000000000000001A"))
	if op.Status != "Failed" || op.Error == nil || !strings.Contains(op.Error.Message, problem) {
		t.Errorf("operation ended as %s: %+v; want the reason", op.Status, op.Error)
	}
	if err := errors.Join(os.Remove(place+".problem"), os.Symlink(engine, place)); err != nil {
		t.Fatal(err)
	}
	if op := r.await(accept(t, r, "idle", "01ENGINE00000000000000002A")); op.Status != "Succeeded" {
		t.Errorf("with an engine the operation ended as %s: %+v", op.Status, op.Error)
	}
}
