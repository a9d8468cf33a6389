package platform_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

const (
	operationOne = "01SERVICE00000000000000001"
	operationTwo = "01SERVICE00000000000000002"
)

func mustCode(t *testing.T, err error, want platform.Code) {
	t.Helper()
	var e *platform.Error
	if !errors.As(err, &e) || e.Code != want || e.Message == "" {
		t.Errorf("got %v, want %s with a sentence", err, want)
	}
}

// Acceptance stores environment, deployment, operation and outbox together; the answer names them.
func TestPutEnvironment_accepts(t *testing.T) {
	s := newService(t)
	done := s.create(t, "dev", operationOne)
	if !done.Created || done.Environment.State != platform.Creating || done.Environment.ActiveOperation != operationOne {
		t.Errorf("accepted as %+v", done.Environment)
	}
	dep, err := s.Store.Deployment(t.Context(), "payments", "dev", done.Operation.Deployment)
	if err != nil || dep.Bundle.Size == 0 || len(dep.Definitions) != 1 {
		t.Errorf("deployment %+v: %v", dep, err)
	}
	if messages, err := s.Store.Outbox(t.Context(), "payments", operationOne); err != nil || len(messages) != 3 {
		t.Errorf("outbox holds %d messages, want the run's and two events: %v", len(messages), err)
	}
}

func TestPutEnvironment_sameRequestSameOperation(t *testing.T) {
	s := newService(t)
	var group sync.WaitGroup
	errs := make(chan error, 20)
	for range 20 {
		group.Go(func() {
			done, err := s.PutEnvironment(t.Context(), developer, "payments", "dev", files(), platform.Preconditions{}, operationOne)
			if err == nil && (done.Operation == nil || done.Operation.ID != operationOne || !done.Created) {
				err = fmt.Errorf("answered %+v", done)
			}
			errs <- err
		})
	}
	group.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	if all, _, err := s.Store.Operations(t.Context(), "payments", platform.OperationFilter{}, platform.Page{Size: 50}); err != nil || len(all) != 1 {
		t.Errorf("%d operations for one request: %v", len(all), err)
	}
	other := files()
	other.Manifest.Resources["more"] = platform.Resource{Type: "storage-account"}
	_, err := s.PutEnvironment(t.Context(), developer, "payments", "dev", other, platform.Preconditions{}, operationOne)
	mustCode(t, err, platform.OperationIDReused)
}

func TestPutEnvironment_oneChangeAtATime(t *testing.T) {
	s := newService(t)
	var group sync.WaitGroup
	var mu sync.Mutex
	accepted, refused := "", 0
	var refusals []*platform.Error
	for i := range 20 {
		group.Go(func() {
			id := fmt.Sprintf("01PARALLEL%016d", i)
			_, err := s.PutEnvironment(t.Context(), developer, "payments", "dev", files(), platform.Preconditions{}, id)
			mu.Lock()
			defer mu.Unlock()
			var e *platform.Error
			switch {
			case err == nil && accepted == "":
				accepted = id
			case errors.As(err, &e) && e.Code == platform.OperationInProgress:
				refused++
				refusals = append(refusals, e)
			default:
				t.Errorf("request %s: %v", id, err)
			}
		})
	}
	group.Wait()
	if refused != 19 {
		t.Errorf("%d were refused, want 19", refused)
	}
	for _, e := range refusals {
		if e.Operation != accepted {
			t.Errorf("a refusal names operation %s, want %s", e.Operation, accepted)
		}
	}
}

func TestPutEnvironment_preconditions(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	s.finish(t, operationOne, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	_, err := s.PutEnvironment(t.Context(), developer, "payments", "dev", files(), platform.Preconditions{MustNotExist: true}, "")
	mustCode(t, err, platform.NameTaken)
	old := int64(1)
	_, err = s.PutEnvironment(t.Context(), developer, "payments", "dev", files(), platform.Preconditions{Revision: &old}, "")
	mustCode(t, err, platform.PreconditionFailed)
	again, err := s.PutEnvironment(t.Context(), developer, "payments", "dev", files(), platform.Preconditions{}, "")
	if err != nil || again.Operation != nil {
		t.Errorf("what is so already started operation %+v: %v", again.Operation, err)
	}
}

func TestPutEnvironment_badInput(t *testing.T) {
	s := newService(t)
	manifest := func(resources map[string]platform.Resource) platform.EnvironmentSpec {
		return platform.EnvironmentSpec{Type: "dev", Manifest: &platform.Manifest{Resources: resources}}
	}
	for name, spec := range map[string]platform.EnvironmentSpec{
		"no type":                       {Template: "empty"},
		"unknown type of environment":   {Type: "moon", Template: "empty"},
		"neither template nor manifest": {Type: "dev"},
		"both":                          {Type: "dev", Template: "empty", Manifest: &platform.Manifest{}},
		"unknown template":              {Type: "dev", Template: "nope"},
		"unknown resource type":         manifest(map[string]platform.Resource{"x": {Type: "volcano"}}),
		"reference to nothing":          manifest(map[string]platform.Resource{"site": {Type: "app-service", Inputs: map[string]any{"settings": map[string]any{"A": "${resources.db.outputs.url}"}}}}),
		"parameters against the schema": {Type: "dev", Template: "web-service-with-database", Parameters: []byte(`{"title": 7, "size": "huge"}`)},
	} {
		_, err := s.PutEnvironment(t.Context(), developer, "payments", "dev", spec, platform.Preconditions{}, "")
		t.Run(name, func(t *testing.T) { mustCode(t, err, platform.Invalid) })
	}
	if _, err := s.GetEnvironment(t.Context(), developer, "payments", "dev"); err == nil {
		t.Error("a refused request left an environment")
	}
}

func TestDeleteEnvironment_repeated(t *testing.T) {
	s := newService(t)
	if done, err := s.DeleteEnvironment(t.Context(), developer, "payments", "dev", platform.Preconditions{}, ""); err != nil || done.Operation != nil {
		t.Errorf("deleting nothing: %+v %v", done.Operation, err)
	}
	s.create(t, "dev", operationOne)
	s.finish(t, operationOne, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	first, err := s.DeleteEnvironment(t.Context(), developer, "payments", "dev", platform.Preconditions{}, "")
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.DeleteEnvironment(t.Context(), developer, "payments", "dev", platform.Preconditions{}, "")
	if err != nil || second.Operation == nil || second.Operation.ID != first.Operation.ID {
		t.Errorf("the second delete is %+v, want the first one's operation: %v", second.Operation, err)
	}
}

// What a deletion left makes it deleteFailed, and says what; a second deletion that proves it makes it deleted, and the name free.
func TestDeleteEnvironment_proof(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	s.finish(t, operationOne, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	first, err := s.DeleteEnvironment(t.Context(), developer, "payments", "dev", platform.Preconditions{}, "")
	if err != nil {
		t.Fatal(err)
	}
	op := s.finish(t, first.Operation.ID, platform.Report{Status: platform.Succeeded, Remaining: []string{"storage/files"}}, platform.RunSucceeded)
	env, err := s.GetEnvironment(t.Context(), developer, "payments", "dev")
	if err != nil || op.Status != platform.Failed || env.State != platform.DeleteFailed || env.Failure == nil || len(env.Failure.Remaining) != 1 {
		t.Fatalf("operation %s, environment %s %+v: %v", op.Status, env.State, env.Failure, err)
	}
	second, err := s.DeleteEnvironment(t.Context(), developer, "payments", "dev", platform.Preconditions{}, "")
	if err != nil {
		t.Fatal(err)
	}
	s.finish(t, second.Operation.ID, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	_, err = s.GetEnvironment(t.Context(), developer, "payments", "dev")
	mustCode(t, err, platform.NotFound)
	s.advanceBy(time.Second)
	if done := s.create(t, "dev", "01SERVICE00000000000000002"); !done.Created {
		t.Error("the name of a deleted environment is not free")
	}
}

// A failed update leaves the environment as it was, and says so.
func TestCreateDeployment_failed(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	outputs := []byte(`{"files":{"path":"/x"}}`)
	s.finish(t, operationOne, platform.Report{Status: platform.Succeeded, Outputs: outputs}, platform.RunSucceeded)
	done, err := s.CreateDeployment(t.Context(), developer, "payments", "dev", platform.DeploymentSpec{Mode: platform.ModeDeploy}, "")
	if err != nil {
		t.Fatal(err)
	}
	op := s.finish(t, done.Operation.ID, platform.Report{Status: platform.Failed, Error: &platform.OperationError{Code: "TerraformFailed", Message: "on fire"}}, platform.RunFailed)
	env, err := s.GetEnvironment(t.Context(), developer, "payments", "dev")
	if err != nil || op.Status != platform.Failed || op.Error.Message != "on fire" {
		t.Fatalf("operation %s %+v: %v", op.Status, op.Error, err)
	}
	if env.State != platform.Ready || string(env.Outputs) != string(outputs) || env.Failure == nil || env.Failure.Operation != op.ID {
		t.Errorf("environment is %s with outputs %s and failure %+v", env.State, env.Outputs, env.Failure)
	}
}
