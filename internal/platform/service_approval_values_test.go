package platform_test

import (
	"testing"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Values that go along with a deployment which needs approval change when it is approved, and not before: a rejection changes nothing.
func TestApproveOperation_valuesGoAlong(t *testing.T) {
	for name, approve := range map[string]bool{"approved": true, "rejected": false} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.mustGive(t, admin, "/projects/payments", approver.ID, platform.Approver)
			spec := titled()
			spec.Type = "dev"
			scope := platform.ValueScope{Project: "payments", Environment: "live"}
			s.change(t, platform.ValueScope{Project: "payments", Environment: "dev"}, setValue("TITLE", `"from dev"`))
			s.built(t, "dev", spec)
			promote := from("dev", "", true)
			promote.Type = "prod"
			if _, err := s.PutEnvironment(t.Context(), developer, "payments", "live", promote, platform.Preconditions{}, operationOne); err != nil {
				t.Fatal(err)
			}
			s.plan(t, operationOne)
			if head := s.headOf(t, scope); head.Number != 0 {
				t.Fatalf("before anybody agreed the values are %+v", head)
			}
			decide := s.RejectOperation
			if approve {
				decide = s.ApproveOperation
			}
			if _, err := decide(t.Context(), approver, operationOne, agreed); err != nil {
				t.Fatal(err)
			}
			head := s.headOf(t, scope)
			if !approve {
				if head.Number != 0 {
					t.Errorf("rejected, and the values are %+v", head)
				}
				return
			}
			if head.Number != 1 || string(head.Values["TITLE"].JSON) != `"from dev"` || head.Author != developer.ID {
				t.Errorf("approved, and the values are %+v", head)
			}
			if err := s.RunOperation(t.Context(), operationOne); err != nil {
				t.Fatal(err)
			}
			if d, err := s.StartRun(t.Context(), aRun, operationOne, s.pipelines.runOf(operationOne)); err != nil || d.Mode != platform.ModeApply {
				t.Errorf("the run is told %+v, %v", d, err)
			}
		})
	}
}

func (s *servicePlatform) headOf(t *testing.T, scope platform.ValueScope) platform.ValueVersion {
	t.Helper()
	values, err := s.GetValues(t.Context(), admin, scope)
	if err != nil {
		t.Fatal(err)
	}
	return values.Head
}
