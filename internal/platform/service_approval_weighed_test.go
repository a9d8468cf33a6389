package platform_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// asksFor publishes what production asks of approvals from now on.
func (s *servicePlatform) asksFor(t *testing.T, version, approvals string) {
	t.Helper()
	s.publishText(t, fmt.Sprintf(`{"apiVersion":"lazuli/v1","kind":"EnvironmentType","metadata":{"name":"prod","title":"P","version":%q},"spec":{"templates":["*"],"approvals":%s}}`, version, approvals))
}

func (s *servicePlatform) publishText(t *testing.T, document string) {
	t.Helper()
	item, err := s.ReadCatalogItem(t.Context(), admin, []byte(document), nil, "")
	if err != nil {
		t.Fatal(err)
	}
	s.publish(t, item)
}

// twoWait is a platform in which two have to approve a plan that waits.
func twoWait(t *testing.T) *servicePlatform {
	t.Helper()
	s := newService(t)
	s.asksFor(t, "2", `{"role":"Approver","count":2}`)
	spec := files()
	spec.Type = "prod"
	if _, err := s.PutEnvironment(t.Context(), developer, "payments", "live", spec, platform.Preconditions{}, operationOne); err != nil {
		t.Fatal(err)
	}
	s.plan(t, operationOne)
	return s
}

// agree has somebody agree, who may.
func (s *servicePlatform) agree(t *testing.T, c platform.Caller) platform.Operation {
	t.Helper()
	op, err := s.ApproveOperation(t.Context(), c, operationOne, agreed)
	if err != nil {
		t.Fatalf("%s agrees: %v", c.ID, err)
	}
	return op
}

// Whose role was taken away, or has ended, or was his group's, does not count any more when somebody else agrees.
func TestApproveOperation_votersAreWeighedAgain(t *testing.T) {
	first := platform.Caller{ID: "first", Groups: []string{"leads", "runners"}}
	for name, row := range map[string]struct {
		holder string // of the role
		until  time.Duration
		lose   bool
		counts bool
	}{
		"he may still":      {"first", 0, false, true},
		"taken away":        {"first", 0, true, false},
		"ended":             {"first", time.Hour, false, false},
		"his group may":     {"group:leads", 0, false, true},
		"his group may not": {"group:leads", 0, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := twoWait(t)
			until := time.Time{}
			if row.until > 0 {
				until = s.clock().Add(row.until)
			}
			holder := platform.Principal{Kind: platform.UserPrincipal, ID: row.holder}
			if id, ok := strings.CutPrefix(row.holder, "group:"); ok {
				holder = platform.Principal{Kind: platform.GroupPrincipal, ID: id}
			}
			given, _, err := s.CreateAssignment(t.Context(), admin,
				platform.AssignmentSpec{Scope: platform.Scope{Project: "payments"}, Principal: holder, Role: platform.Approver, ExpiresAt: until})
			if err != nil {
				t.Fatal(err)
			}
			s.mustGive(t, admin, "/projects/payments", "second", platform.Approver)
			s.mustGive(t, admin, "/projects/payments", "third", platform.Approver)
			s.agree(t, first)
			if row.lose {
				if err := s.DeleteAssignment(t.Context(), admin, given.ID); err != nil {
					t.Fatal(err)
				}
			}
			s.advanceBy(2 * time.Hour)
			shown, err := s.GetApproval(t.Context(), admin, operationOne)
			if err != nil || (shown.Deployment.Decisions[0].Lapsed == "") != row.counts {
				t.Errorf("shown as %+v, %v", shown.Deployment.Decisions, err)
			}
			op := s.agree(t, platform.Caller{ID: "second"})
			if open := op.Gate == platform.GateOpen; open != row.counts {
				t.Fatalf("after the second the plan is %s: %s", op.Stage, op.Message)
			}
			if row.counts {
				return
			}
			if !strings.Contains(op.Message, "1 more") || !strings.Contains(op.Message, "first") {
				t.Errorf("it says %q", op.Message)
			}
			if op = s.agree(t, platform.Caller{ID: "third"}); op.Gate != platform.GateOpen {
				t.Errorf("after the third the plan is %s: %s", op.Stage, op.Message)
			}
			if d := s.deploymentOf(t, operationOne).Decisions; d[0].Lapsed == "" || d[1].Lapsed+d[2].Lapsed != "" {
				t.Errorf("the record has %+v", d)
			}
		})
	}
}

// Who gets his role back counts again: who agreed before says so once more, and it is weighed.
func TestApproveOperation_countsAgain(t *testing.T) {
	s := twoWait(t)
	first, second := platform.Caller{ID: "first"}, platform.Caller{ID: "second"}
	given := s.mustGive(t, admin, "/projects/payments", first.ID, platform.Approver)
	s.mustGive(t, admin, "/projects/payments", second.ID, platform.Approver)
	s.agree(t, first)
	if err := s.DeleteAssignment(t.Context(), admin, given.ID); err != nil {
		t.Fatal(err)
	}
	s.agree(t, second)
	if op := s.agree(t, second); op.Gate != platform.GateClosed || len(s.deploymentOf(t, operationOne).Decisions) != 2 {
		t.Fatalf("one person counts twice: %s", op.Stage)
	}
	s.mustGive(t, admin, "/projects/payments", first.ID, platform.Approver)
	if op := s.agree(t, second); op.Gate != platform.GateOpen {
		t.Errorf("with both of them the plan is %s: %s", op.Stage, op.Message)
	}
}

// What is asked for of an approval may grow while the plan waits: it is met by the same plan.
func TestApproveOperation_needGrows(t *testing.T) {
	s, _ := waiting(t, files())
	s.asksFor(t, "2", `{"role":"TeamOwner","count":2}`)
	_, err := s.ApproveOperation(t.Context(), approver, operationOne, agreed)
	mustCode(t, err, platform.Forbidden)
	shown, err := s.GetApproval(t.Context(), owner, operationOne)
	if err != nil || shown.Deployment.Need.Count != 2 || shown.Deployment.Need.Role != platform.TeamOwner || !shown.MayDecide {
		t.Errorf("the owner is shown %+v, %v", shown.Deployment.Need, err)
	}
	if op := s.agree(t, owner); op.Stage != platform.AwaitingApproval {
		t.Fatalf("one of two leaves it at %s", op.Stage)
	}
	x, err := s.ExplainAccess(t.Context(), approver, platform.AccessQuestion{Action: platform.DeploymentsApprove, Operation: operationOne})
	if err != nil || x.Allowed {
		t.Errorf("the explanation says %+v, %v", x.AccessDecision, err)
	}
	s.asksFor(t, "3", `{"role":"Approver","count":1}`) // what was asked for once is not let off
	if op := s.agree(t, admin); op.Gate != platform.GateOpen {
		t.Errorf("two of two leave it at %s: %s", op.Stage, op.Message)
	}
	if need := s.deploymentOf(t, operationOne).Need; need.Count != 2 || need.Role != platform.TeamOwner {
		t.Errorf("the record has %+v", need)
	}
}

// A budget that came while the plan waits, and asks for somebody, is one more reason.
func TestApproveOperation_budgetAsks(t *testing.T) {
	s, _ := waitingFor(t, &platform.Budget{Monthly: 100_000, Over: platform.OverApprove})
	_, err := s.ApproveOperation(t.Context(), approver, operationOne, agreed)
	mustCode(t, err, platform.Forbidden)
	if op := s.agree(t, owner); op.Gate != platform.GateOpen {
		t.Errorf("the owner leaves it at %s", op.Stage)
	}
	if need := s.deploymentOf(t, operationOne).Need; need.Role != platform.TeamOwner || len(need.Reasons) != 2 {
		t.Errorf("the record has %+v", need)
	}
}

// waitingFor is a costly plan that waits, and a budget of its project that came later.
func waitingFor(t *testing.T, b *platform.Budget) (*servicePlatform, platform.RunDecision) {
	t.Helper()
	s := newService(t)
	s.Prices, s.Region = sheet{"a/b/small": meter(t, "1 Hour", "0", "0.017")}, "westeurope"
	shipped, err := s.GetCatalogItem(t.Context(), admin, platform.KindResourceDefinition, "storage-account-local", "1")
	if err != nil {
		t.Fatal(err)
	}
	item, err := s.ReadCatalogItem(t.Context(), admin, []byte(costly), shipped.Files, "")
	if err != nil {
		t.Fatal(err)
	}
	s.publish(t, item)
	s.mustGive(t, admin, "/projects/payments", approver.ID, platform.Approver)
	spec := files()
	spec.Type = "prod"
	if _, err := s.PutEnvironment(t.Context(), developer, "payments", "live", spec, platform.Preconditions{}, operationOne); err != nil {
		t.Fatal(err)
	}
	d := s.plan(t, operationOne)
	s.setBudget(t, b)
	return s, d
}

// What would be refused by now is not applied: the plan is out of date, and says why.
func TestApproveOperation_refusedByNow(t *testing.T) {
	for name, row := range map[string]struct {
		tighten func(*testing.T, *servicePlatform)
		says    string
	}{
		"a policy": {func(t *testing.T, s *servicePlatform) {
			s.publishText(t, `{"apiVersion":"lazuli/v1","kind":"Policy","metadata":{"name":"no-more","title":"N","version":"1"},"spec":{"when":"request.requester.id == 'developer' && !environment.exists","require":"size(request.resources) == 0","message":"Nothing is made today."}}`)
		}, "Nothing is made today."},
		"a quota": {func(t *testing.T, s *servicePlatform) {
			s.setQuota(t, &platform.Quota{Resources: map[string]int{"storage-account": 0}})
		}, "The quota of project payments for resources of type storage-account is 0."},
		"a team's quota": {func(t *testing.T, s *servicePlatform) {
			s.setTeamQuota(t, &platform.Quota{Resources: map[string]int{"storage-account": 0}})
		}, "The quota of team payments"},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := waiting(t, files())
			row.tighten(t, s)
			for range 2 { // the second time his answer was lost
				_, err := s.ApproveOperation(t.Context(), approver, operationOne, agreed)
				mustCode(t, err, platform.PlanStale)
				if err != nil && !strings.Contains(err.Error(), row.says) {
					t.Errorf("it says %q, and not %q", err, row.says)
				}
			}
			s.mustFailAs(t, operationOne, "PlanStale")
		})
	}
	t.Run("its template", func(t *testing.T) {
		s, _ := waiting(t, platform.EnvironmentSpec{Template: "static-site", Parameters: []byte(`{"title":"T"}`)})
		s.publishText(t, `{"apiVersion":"lazuli/v1","kind":"EnvironmentType","metadata":{"name":"prod","title":"P","version":"2"},"spec":{"templates":["empty"],"approvals":{"role":"Approver","count":1}}}`)
		_, err := s.ApproveOperation(t.Context(), approver, operationOne, agreed)
		mustCode(t, err, platform.PlanStale)
		s.mustFailAs(t, operationOne, "PlanStale")
	})
	t.Run("a budget", func(t *testing.T) {
		s, _ := waitingFor(t, &platform.Budget{Monthly: 100_000, Over: platform.OverRefuse})
		_, err := s.ApproveOperation(t.Context(), approver, operationOne, agreed)
		mustCode(t, err, platform.PlanStale)
		s.mustFailAs(t, operationOne, "PlanStale")
	})
}

// How much may happen at a time was asked when the plan was let in, and what fits still is applied.
func TestApproveOperation_withinBounds(t *testing.T) {
	s, _ := waiting(t, files())
	s.setQuota(t, &platform.Quota{Environments: 1, RunningOperations: 1, DeploymentsPerHour: 1, Resources: map[string]int{"storage-account": 1}})
	if op := s.agree(t, approver); op.Gate != platform.GateOpen {
		t.Errorf("the plan is %s: %+v", op.Stage, op.Error)
	}
}

// Where another pair of eyes is asked for, it is neither his who asked first nor his who tries again, however often.
func TestApproveOperation_retriedByAnother(t *testing.T) {
	s, _ := waiting(t, files())
	colleague := platform.Caller{ID: "colleague"}
	s.mustGive(t, admin, "/projects/payments", colleague.ID, platform.TeamOwner)
	s.mustGive(t, admin, "/projects/payments", developer.ID, platform.TeamOwner)
	last := operationOne
	for _, next := range []struct {
		by platform.Caller
		id string
	}{{colleague, operationTwo}, {owner, operationThree}} {
		if _, err := s.CancelOperation(t.Context(), developer, last); err != nil {
			t.Fatal(err)
		}
		if _, err := s.RetryOperation(t.Context(), next.by, last, next.id); err != nil {
			t.Fatal(err)
		}
		s.plan(t, next.id)
		last = next.id
	}
	for _, who := range []platform.Caller{developer, colleague, owner} {
		_, err := s.ApproveOperation(t.Context(), who, last, agreed)
		mustCode(t, err, platform.Forbidden)
		x, err := s.ExplainAccess(t.Context(), who, platform.AccessQuestion{Action: platform.DeploymentsApprove, Operation: last})
		if err != nil || x.Allowed || !x.OwnRequest {
			t.Errorf("the explanation for %s says %+v, %v", who.ID, x.AccessDecision, err)
		}
	}
	if op, err := s.ApproveOperation(t.Context(), approver, last, agreed); err != nil || op.Gate != platform.GateOpen {
		t.Errorf("the approver leaves it at %s, %v", op.Stage, err)
	}
}
