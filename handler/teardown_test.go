package main_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/api"
)

// A deletion that leaves something, of whatever the state knows nothing, is deleteFailed and lists it; deleting again proves it when it
// is gone, and an admin can call it deleted when it never will be.
func TestTeardown(t *testing.T) {
	r := startPlatform(t)
	r.project("payments")
	dev := r.as("developer")
	kind, create := "dev", "*"
	manifest := api.Manifest{Resources: map[string]api.ManifestResource{"files": {Type: "storage-account"}}}
	begin := func(id string) {
		t.Helper()
		made, err := dev.PutEnvironmentWithResponse(t.Context(), "payments", "dev", &api.PutEnvironmentParams{IfNoneMatch: &create, OperationID: &id}, api.EnvironmentSpec{Type: &kind, Manifest: &manifest})
		if err != nil || made.JSON201 == nil {
			t.Fatalf("create: %v %s", err, said(made.Body))
		}
		if op := r.await(id); op.Status != "Succeeded" {
			t.Fatalf("create ended as %s: %+v", op.Status, op.Error)
		}
	}
	remove := func() api.Operation {
		t.Helper()
		answer, err := dev.DeleteEnvironmentWithResponse(t.Context(), "payments", "dev", nil)
		if err != nil || answer.JSON202 == nil {
			t.Fatalf("delete: %v %s", err, said(answer.Body))
		}
		return r.await(answer.JSON202.ID)
	}
	begin("01TEARDOWN0000000000000001")
	byHand := filepath.Join(r.dir, "sandbox", "storage", "payments", "dev", "by-hand")
	if _, err := os.Stat(filepath.Dir(byHand)); err != nil {
		t.Fatalf("the storage of the environment is elsewhere: %v", err)
	}
	if err := os.MkdirAll(byHand, 0o700); err != nil {
		t.Fatal(err)
	}
	mustRemain := func(op api.Operation) {
		t.Helper()
		if op.Status != "Failed" || op.Error == nil || op.Error.Code != "ResourcesRemain" {
			t.Fatalf("the deletion ended as %s: %+v", op.Status, op.Error)
		}
		env := mustGet(t, r, "dev")
		if env.State != "deleteFailed" || env.Failure == nil || len(env.Failure.Remaining) != 1 || !strings.Contains(env.Failure.Remaining[0], "by-hand") {
			t.Errorf("the environment is %s, failure %+v", env.State, env.Failure)
		}
	}
	mustRemain(remove())
	mustRemain(remove())
	if err := os.Remove(byHand); err != nil {
		t.Fatal(err)
	}
	if op := remove(); op.Status != "Succeeded" {
		t.Fatalf("with nothing left the deletion ended as %s: %+v", op.Status, op.Error)
	}

	begin("01TEARDOWN0000000000000002")
	if err := os.MkdirAll(byHand, 0o700); err != nil {
		t.Fatal(err)
	}
	mustRemain(remove())
	glass := api.ForcedDeletion{Reason: "Nobody can remove it", Confirm: "payments/dev"}
	refused, err := dev.ForceDeleteEnvironmentWithResponse(t.Context(), "payments", "dev", nil, glass)
	mustProblem(t, refused.ApplicationProblemJSONDefault, err, "Forbidden")
	forced, err := r.as("admin").ForceDeleteEnvironmentWithResponse(t.Context(), "payments", "dev", nil, glass)
	if err != nil || forced.JSON200 == nil || forced.JSON200.Status != "Succeeded" {
		t.Fatalf("break the glass: %v %s", err, said(forced.Body))
	}
	gone, err := dev.GetEnvironmentWithResponse(t.Context(), "payments", "dev")
	mustProblem(t, gone.ApplicationProblemJSONDefault, err, "NotFound")
	project := "payments"
	log, err := r.as("admin").ListAuditEventsWithResponse(t.Context(), &api.ListAuditEventsParams{Project: &project})
	if err != nil || log.JSON200 == nil || !slices.ContainsFunc(log.JSON200.Value, func(e api.AuditEvent) bool { return e.Action == "forceDeleteEnvironment" && e.Outcome == "accepted" }) ||
		!strings.Contains(string(log.Body), glass.Reason) || !strings.Contains(string(log.Body), "by-hand") {
		t.Errorf("the audit log does not tell of it: %v %s", err, said(log.Body))
	}
}
