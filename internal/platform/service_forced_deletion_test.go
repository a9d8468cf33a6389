package platform_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

var glass = platform.ForcedDeletion{Reason: "The subscription was closed", Confirm: "payments/dev"}

const operationForced = "01FORCED000000000000000001"

// undeletable is an environment whose deletion left something.
func undeletable(t *testing.T) *servicePlatform {
	t.Helper()
	s := newService(t)
	s.create(t, "dev", operationOne)
	s.finish(t, operationOne, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	s.delete(t, platform.Report{Status: platform.Succeeded, Remaining: []string{"storage/files"}}, platform.RunSucceeded)
	return s
}

func (s *servicePlatform) delete(t *testing.T, report platform.Report, end platform.RunState) platform.Operation {
	t.Helper()
	done, err := s.DeleteEnvironment(t.Context(), developer, "payments", "dev", platform.Preconditions{}, "")
	if err != nil {
		t.Fatal(err)
	}
	return s.finish(t, done.Operation.ID, report, end)
}

// eventOf is the data of the newest event of a type in the outbox of an operation.
func (s *servicePlatform) eventOf(t *testing.T, operation, kind string) map[string]any {
	t.Helper()
	messages, err := s.Store.Outbox(t.Context(), "payments", operation)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range slices.Backward(messages) {
		if m.Event != nil && m.Event.Type == "io.lazuli."+kind+".v1" {
			var data map[string]any
			if err := json.Unmarshal(m.Event.Data, &data); err != nil {
				t.Fatal(err)
			}
			return data
		}
	}
	t.Fatalf("operation %s told nobody of %s", operation, kind)
	return nil
}

// Breaking the glass frees the name, and leaves on the record that nothing was proven, why, and what was left.
func TestForceDeleteEnvironment_record(t *testing.T) {
	s := undeletable(t)
	op, err := s.ForceDeleteEnvironment(t.Context(), admin, "payments", "dev", glass, operationForced)
	if err != nil || op.Status != platform.Succeeded || op.Stage != platform.Done || op.Kind != "forceDeleteEnvironment" {
		t.Fatalf("%+v %v", op, err)
	}
	again, err := s.ForceDeleteEnvironment(t.Context(), admin, "payments", "dev", glass, operationForced)
	if err != nil || again.ID != op.ID {
		t.Errorf("the same request again is %+v: %v", again, err)
	}
	other := glass
	other.Reason = "Another reason for it"
	_, err = s.ForceDeleteEnvironment(t.Context(), admin, "payments", "dev", other, operationForced)
	mustCode(t, err, platform.OperationIDReused)
	_, err = s.GetEnvironment(t.Context(), developer, "payments", "dev")
	mustCode(t, err, platform.NotFound)
	env, err := s.Store.Environment(t.Context(), "payments", "dev")
	if err != nil || env.State != platform.Deleted || !env.Unproven || env.Failure == nil || !slices.Equal(env.Failure.Remaining, []string{"storage/files"}) {
		t.Errorf("the environment is %+v %+v: %v", env, env.Failure, err)
	}
	if told := s.eventOf(t, operationForced, "environment.deleted"); told["proven"] != false || told["remainingCount"] != 1.0 {
		t.Errorf("the event says %v", told)
	}
	noted := s.lastOf(t, "forceDeleteEnvironment")
	if after := string(noted.After); noted.Actor != "admin" || !strings.Contains(after, glass.Reason) || !strings.Contains(after, "storage/files") || !strings.Contains(after, `"proven":false`) {
		t.Errorf("the audit log says %+v %s", noted, after)
	}
	made := s.create(t, "dev", "01SERVICE00000000000000002")
	if made.Environment.Unproven || made.Environment.Failure != nil {
		t.Errorf("the new environment of that name is %+v", made.Environment)
	}
}

// It is for platform admins, with a reason and the name typed, and only when there is a deletion that failed.
func TestForceDeleteEnvironment_refused(t *testing.T) {
	s := undeletable(t)
	for name, test := range map[string]struct {
		by   platform.Caller
		ask  platform.ForcedDeletion
		name string
		code platform.Code
	}{
		"an owner":           {owner, glass, "dev", platform.Forbidden},
		"somebody else":      {outsider, glass, "dev", platform.NotFound},
		"no reason":          {admin, platform.ForcedDeletion{Reason: "   because      ", Confirm: glass.Confirm}, "dev", platform.Invalid},
		"a long reason":      {admin, platform.ForcedDeletion{Reason: strings.Repeat("x", 501), Confirm: glass.Confirm}, "dev", platform.Invalid},
		"another name typed": {admin, platform.ForcedDeletion{Reason: glass.Reason, Confirm: "payments/prod"}, "dev", platform.Invalid},
		"no environment":     {admin, platform.ForcedDeletion{Reason: glass.Reason, Confirm: "payments/none"}, "none", platform.NotFound},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.ForceDeleteEnvironment(t.Context(), test.by, "payments", test.name, test.ask, "")
			mustCode(t, err, test.code)
		})
	}
	busy, err := s.DeleteEnvironment(t.Context(), developer, "payments", "dev", platform.Preconditions{}, "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.ForceDeleteEnvironment(t.Context(), admin, "payments", "dev", glass, "")
	mustCode(t, err, platform.OperationInProgress)
	s.finish(t, busy.Operation.ID, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	if told := s.eventOf(t, busy.Operation.ID, "environment.deleted"); told["proven"] != true {
		t.Errorf("the event of a proven deletion says %v", told)
	}
	s.advanceBy(1)
	s.create(t, "dev", "01SERVICE00000000000000003")
	s.finish(t, "01SERVICE00000000000000003", platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	_, err = s.ForceDeleteEnvironment(t.Context(), admin, "payments", "dev", glass, "")
	mustCode(t, err, platform.Conflict)
}

// What a deletion left stays listed until a later one looks again: a plan or a run that never came does not hide it.
func TestDeleteEnvironment_whatIsLeftStaysListed(t *testing.T) {
	s := undeletable(t)
	left := func(when string, want ...string) {
		t.Helper()
		env, err := s.GetEnvironment(t.Context(), developer, "payments", "dev")
		if err != nil || env.State != platform.DeleteFailed || env.Failure == nil || !slices.Equal(env.Failure.Remaining, want) {
			t.Errorf("%s the environment is %s %+v, want %q: %v", when, env.State, env.Failure, want, err)
		}
	}
	planned, err := s.CreateDeployment(t.Context(), developer, "payments", "dev", platform.DeploymentSpec{Mode: platform.ModePlan, EnvironmentSpec: files()}, "")
	if err != nil {
		t.Fatal(err)
	}
	s.finish(t, planned.Operation.ID, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	left("after a plan", "storage/files")
	canceled, err := s.DeleteEnvironment(t.Context(), developer, "payments", "dev", platform.Preconditions{}, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.CancelOperation(t.Context(), developer, canceled.Operation.ID); err != nil {
		t.Fatal(err)
	}
	left("after a deletion that was canceled", "storage/files")
	failed := platform.Report{Status: platform.Failed, Remaining: []string{"module.files.storage", "storage/files"}, Error: &platform.OperationError{Code: "TerraformFailed", Message: "in use"}}
	if op := s.delete(t, failed, platform.RunFailed); op.Error.Code != "TerraformFailed" {
		t.Errorf("the operation ended with %+v", op.Error)
	}
	left("after a deletion that failed", "module.files.storage", "storage/files")
	s.delete(t, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	_, err = s.GetEnvironment(t.Context(), developer, "payments", "dev")
	mustCode(t, err, platform.NotFound)
}

// Breaking the glass does not break a protection, unless that is said; and the audit log keeps what it was protected for.
func TestForceDeleteEnvironment_protected(t *testing.T) {
	s := undeletable(t)
	if _, err := s.ProtectEnvironment(t.Context(), owner, "payments", "dev", "the audit is going on"); err != nil {
		t.Fatal(err)
	}
	_, err := s.ForceDeleteEnvironment(t.Context(), admin, "payments", "dev", glass, operationForced)
	mustCode(t, err, platform.EnvironmentProtected)
	if !strings.Contains(err.Error(), "the audit is going on") || !platform.IsRefusal(err) {
		t.Errorf("it is refused with %v", err)
	}
	meant := glass
	meant.DespiteProtection = true
	if op, err := s.ForceDeleteEnvironment(t.Context(), admin, "payments", "dev", meant, operationForced); err != nil || op.Status != platform.Succeeded {
		t.Fatalf("%+v %v", op, err)
	}
	_, err = s.ForceDeleteEnvironment(t.Context(), admin, "payments", "dev", glass, operationForced)
	mustCode(t, err, platform.OperationIDReused)
	if before := string(s.lastOf(t, "forceDeleteEnvironment").Before); !strings.Contains(before, "the audit is going on") {
		t.Errorf("the audit log says %s", before)
	}
}
