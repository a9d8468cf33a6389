package platform_test

import (
	"encoding/json"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// titled is a workload whose title is a value.
func titled() platform.EnvironmentSpec {
	return platform.EnvironmentSpec{Manifest: &platform.Manifest{Resources: map[string]platform.Resource{"site": {Type: "app-service", Inputs: map[string]any{"settings": map[string]any{"TITLE": "${values.TITLE}"}}}}}}
}

func setTitle(t *testing.T, s *servicePlatform, title string) {
	t.Helper()
	raw, err := json.Marshal(title)
	if err != nil {
		t.Fatal(err)
	}
	s.change(t, platform.ValueScope{Project: "payments"}, platform.ValueChanges{Set: map[string]platform.NewValue{"TITLE": {JSON: raw}}})
}

// moves are what makes a plan stale, each at the moment when it is noticed last.
var moves = map[string]func(*testing.T, *servicePlatform){
	"a value": func(t *testing.T, s *servicePlatform) { setTitle(t, s, "another") },
	"a definition that is defective": func(t *testing.T, s *servicePlatform) {
		if _, err := s.SetCatalogItemStatus(t.Context(), admin, platform.KindResourceDefinition, "app-service-local", "1", platform.StatusDefective); err != nil {
			t.Fatal(err)
		}
	},
}

// What moved between plan and approval makes the plan stale: nothing is applied.
func TestApproveOperation_stale(t *testing.T) {
	for name, move := range moves {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.mustGive(t, admin, "/projects/payments", approver.ID, platform.Approver)
			setTitle(t, s, "one")
			spec := titled()
			spec.Type = "prod"
			if _, err := s.PutEnvironment(t.Context(), developer, "payments", "live", spec, platform.Preconditions{}, operationOne); err != nil {
				t.Fatal(err)
			}
			s.plan(t, operationOne)
			move(t, s)
			for range 2 { // the second time his answer was lost
				_, err := s.ApproveOperation(t.Context(), approver, operationOne, agreed)
				mustCode(t, err, platform.PlanStale)
			}
			s.mustFailAs(t, operationOne, "PlanStale")
		})
	}
}

// What moves after the approval is noticed when a run asks for the operation, before it touches anything.
func TestStartRun_stale(t *testing.T) {
	for name, move := range moves {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.mustGive(t, admin, "/projects/payments", approver.ID, platform.Approver)
			setTitle(t, s, "one")
			spec := titled()
			spec.Type = "prod"
			if _, err := s.PutEnvironment(t.Context(), developer, "payments", "live", spec, platform.Preconditions{}, operationOne); err != nil {
				t.Fatal(err)
			}
			s.plan(t, operationOne)
			if _, err := s.ApproveOperation(t.Context(), approver, operationOne, agreed); err != nil {
				t.Fatal(err)
			}
			move(t, s)
			if err := s.RunOperation(t.Context(), operationOne); err != nil {
				t.Fatal(err)
			}
			if d, err := s.StartRun(t.Context(), aRun, operationOne, s.pipelines.runOf(operationOne)); err != nil || d.Proceed {
				t.Errorf("the run is told %+v, %v", d, err)
			}
			s.mustFailAs(t, operationOne, "PlanStale")
		})
	}
}
