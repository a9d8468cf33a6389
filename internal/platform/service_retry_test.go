package platform_test

import (
	"encoding/json"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

const operationThree = "01SERVICE00000000000000003"

var refusedByEngine = platform.Report{Status: platform.Failed, Error: &platform.OperationError{Code: "TerraformFailed", Message: "no room"}}

// What failed is tried again as it was asked for, also when what was used then is not the newest any more.
func TestRetryOperation_asItWas(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	s.finish(t, operationOne, refusedByEngine, platform.RunFailed)
	done, err := s.RetryOperation(t.Context(), developer, operationOne, operationTwo)
	if err != nil || done.Operation.Mode != platform.ModeDeploy || done.Operation.Kind != "retryOperation" {
		t.Fatalf("retried as %+v: %v", done.Operation, err)
	}
	again, err := s.RetryOperation(t.Context(), developer, operationOne, operationTwo)
	if err != nil || again.Operation.ID != done.Operation.ID {
		t.Errorf("the same request again: %+v, %v", again.Operation, err)
	}
	first := s.deploymentOf(t, operationOne)
	second := s.deploymentOf(t, operationTwo)
	if string(first.Manifest.JSON()) != string(second.Manifest.JSON()) || second.Definitions[0].Version != first.Definitions[0].Version {
		t.Errorf("tried again with %s, was %s", second.Manifest.JSON(), first.Manifest.JSON())
	}
	if op := s.finish(t, operationTwo, nothingNew, platform.RunSucceeded); op.Status != platform.Succeeded {
		t.Errorf("it ended as %s: %+v", op.Status, op.Error)
	}
	_, err = s.RetryOperation(t.Context(), developer, operationOne, operationThree)
	mustCode(t, err, platform.OperationFinal) // it is not the last change any more
	_, err = s.RetryOperation(t.Context(), developer, operationTwo, operationThree)
	mustCode(t, err, platform.OperationFinal) // it succeeded
}

func (s *servicePlatform) deploymentOf(t *testing.T, operation string) platform.Deployment {
	t.Helper()
	op := s.operationNow(t, operation)
	dep, err := s.Store.Deployment(t.Context(), op.Project, op.Environment, op.Deployment)
	if err != nil {
		t.Fatal(err)
	}
	return dep
}

// A deletion that failed is tried again as a deletion, by who may delete.
func TestRetryOperation_deletion(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	s.finish(t, operationOne, nothingNew, platform.RunSucceeded)
	if _, err := s.DeleteEnvironment(t.Context(), developer, "payments", "dev", platform.Preconditions{}, operationTwo); err != nil {
		t.Fatal(err)
	}
	s.finish(t, operationTwo, platform.Report{Status: platform.Succeeded, Remaining: []string{"a disk"}}, platform.RunSucceeded)
	deployer := platform.Caller{ID: "deployer"}
	s.mustGive(t, admin, "/projects/payments", deployer.ID, platform.Deployer)
	_, err := s.RetryOperation(t.Context(), deployer, operationTwo, "")
	mustCode(t, err, platform.Forbidden)
	if _, err := s.RetryOperation(t.Context(), developer, operationTwo, operationThree); err != nil {
		t.Fatal(err)
	}
	s.finish(t, operationThree, nothingNew, platform.RunSucceeded)
	if env, err := s.Store.Environment(t.Context(), "payments", "dev"); err != nil || env.State != platform.Deleted {
		t.Errorf("the environment is %s, %v", env.State, err)
	}
}

// An approval is for one plan: what is tried again after it needs another.
func TestRetryOperation_asksForApprovalAgain(t *testing.T) {
	s, _ := waiting(t, files())
	if _, err := s.RejectOperation(t.Context(), approver, operationOne, platform.ApprovalRequest{Plan: aPlan.Digest, Comment: "later"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RetryOperation(t.Context(), developer, operationOne, operationTwo); err != nil {
		t.Fatal(err)
	}
	s.plan(t, operationTwo)
	if raw, err := json.Marshal(s.deploymentOf(t, operationTwo).Decisions); err != nil || string(raw) != "null" {
		t.Errorf("what was said of another plan counts: %s", raw)
	}
}
