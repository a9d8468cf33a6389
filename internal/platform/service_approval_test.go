package platform_test

import (
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

var (
	approver   = platform.Caller{ID: "approver"}
	aPlan      = platform.Plan{Digest: strings.Repeat("a", 64), Counts: platform.Counts{Add: 1}, Changes: []platform.Change{{Address: "module.files.x", Action: "add"}}}
	agreed     = platform.ApprovalRequest{Plan: aPlan.Digest, Comment: "go on"}
	nothingNew = platform.Report{Status: platform.Succeeded}
)

// waiting is a platform with the production environment live in it, whose first deployment waits for approval.
func waiting(t *testing.T, spec platform.EnvironmentSpec) (*servicePlatform, platform.RunDecision) {
	t.Helper()
	s := newService(t)
	s.mustGive(t, admin, "/projects/payments", approver.ID, platform.Approver)
	spec.Type = "prod"
	if _, err := s.PutEnvironment(t.Context(), developer, "payments", "live", spec, platform.Preconditions{}, operationOne); err != nil {
		t.Fatal(err)
	}
	return s, s.plan(t, operationOne)
}

// plan carries an operation through the run that plans.
func (s *servicePlatform) plan(t *testing.T, id string) platform.RunDecision {
	t.Helper()
	if err := s.RunOperation(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	run := s.pipelines.runOf(id)
	d, err := s.StartRun(t.Context(), aRun, id, run)
	if err != nil || !d.Proceed || d.Mode != platform.ModeDeploy || d.PlanKey == "" {
		t.Fatalf("claim: %+v %v", d, err)
	}
	if next, err := s.ReportRunPlan(t.Context(), aRun, id, d.Secret, aPlan); err != nil || next.Apply || !next.Keep {
		t.Fatalf("the run is told %+v, %v; it has to keep its plan", next, err)
	}
	if err := s.ReportRunResult(t.Context(), aRun, id, d.Secret, nothingNew); err != nil {
		t.Fatal(err)
	}
	s.pipelines.end(run, platform.RunSucceeded)
	if err := s.FollowRun(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	s.mustBeAt(t, id, platform.AwaitingApproval)
	return d
}

func (s *servicePlatform) operationNow(t *testing.T, id string) platform.Operation {
	t.Helper()
	op, err := s.Store.Operation(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return op
}

func (s *servicePlatform) mustBeAt(t *testing.T, id string, stage platform.Stage) {
	t.Helper()
	if op := s.operationNow(t, id); op.Stage != stage {
		t.Fatalf("the operation is %s/%s (%+v), want %s", op.Status, op.Stage, op.Error, stage)
	}
}

func (s *servicePlatform) mustFailAs(t *testing.T, id, code string) {
	t.Helper()
	op := s.operationNow(t, id)
	if op.Error == nil || op.Error.Code != code {
		t.Errorf("the operation is %s with %+v, want %s", op.Status, op.Error, code)
	}
	env, err := s.GetEnvironment(t.Context(), developer, "payments", "live")
	if err != nil || env.ActiveOperation != "" || env.Deployment != "" {
		t.Errorf("the environment is %+v, %v; it must be free, and never deployed", env, err)
	}
}

// A plan that somebody else approved is applied, as it is, by a second run.
func TestApproveOperation_appliesThePlan(t *testing.T) {
	s, first := waiting(t, files())
	shown, err := s.GetApproval(t.Context(), approver, operationOne)
	if err != nil || !shown.MayDecide || shown.Deployment.Plan.Digest != aPlan.Digest || shown.Until.Before(s.clock()) {
		t.Fatalf("the approver is shown %+v, %v", shown, err)
	}
	for range 2 { // the second time his answer was lost
		if _, err := s.ApproveOperation(t.Context(), approver, operationOne, agreed); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.lastOf(t, "approveOperation").Target); n == 0 {
		t.Error("the audit log has no approval")
	}
	if err := s.RunOperation(t.Context(), operationOne); err != nil {
		t.Fatal(err)
	}
	if len(s.pipelines.runs) != 2 {
		t.Fatalf("%d runs, want the one that planned and the one that applies", len(s.pipelines.runs))
	}
	if d, err := s.StartRun(t.Context(), aRun, operationOne, "1"); err != nil || d.Proceed {
		t.Errorf("the run that planned gets it again: %+v, %v", d, err)
	}
	d, err := s.StartRun(t.Context(), aRun, operationOne, "2")
	if err != nil || d.Mode != platform.ModeApply || d.PlanRun != "1" || d.Plan != aPlan.Digest || d.PlanKey != first.PlanKey || d.Secret == first.Secret {
		t.Fatalf("the second run is told %+v, %v", d, err)
	}
	mustCode(t, s.ReportRunResult(t.Context(), aRun, operationOne, first.Secret, nothingNew), platform.RunNotClaimed)
	if err := s.ReportRunResult(t.Context(), aRun, operationOne, d.Secret, platform.Report{Status: platform.Succeeded, Outputs: []byte(`{"files":{"path":"/x"}}`)}); err != nil {
		t.Fatal(err)
	}
	s.pipelines.end("2", platform.RunSucceeded)
	if err := s.FollowRun(t.Context(), operationOne); err != nil {
		t.Fatal(err)
	}
	env, err := s.GetEnvironment(t.Context(), developer, "payments", "live")
	if err != nil || env.State != platform.Ready || !strings.Contains(string(env.Outputs), "/x") {
		t.Errorf("the environment is %s with %s: %v", env.State, env.Outputs, err)
	}
	_, err = s.ApproveOperation(t.Context(), owner, operationOne, agreed)
	mustCode(t, err, platform.NotAwaitingApproval)
}

// Who approves must be allowed to, be somebody else, and have seen the plan that waits.
func TestApproveOperation_byWhom(t *testing.T) {
	s, _ := waiting(t, files())
	s.mustGive(t, admin, "/projects/payments", developer.ID, platform.Approver)
	for name, row := range map[string]struct {
		caller platform.Caller
		ask    platform.ApprovalRequest
		code   platform.Code
	}{
		"who asked for it himself": {developer, agreed, platform.Forbidden},
		"somebody who looks on":    {viewer, agreed, platform.Forbidden},
		"somebody else's":          {outsider, agreed, platform.NotFound},
		"not signed in":            {nobody, agreed, platform.Unauthenticated},
		"another plan":             {approver, platform.ApprovalRequest{Plan: strings.Repeat("b", 64)}, platform.PlanStale},
		"a long comment":           {approver, platform.ApprovalRequest{Plan: aPlan.Digest, Comment: strings.Repeat("x", 10_000)}, platform.Invalid},
	} {
		_, err := s.ApproveOperation(t.Context(), row.caller, operationOne, row.ask)
		if platform.CodeOf(err) != row.code {
			t.Errorf("%s: %v, want %s", name, err, row.code)
		}
	}
	s.mustBeAt(t, operationOne, platform.AwaitingApproval)
	own, err := s.GetApproval(t.Context(), developer, operationOne)
	if err != nil || own.MayDecide || own.Reason == "" {
		t.Errorf("who asked is shown %+v, %v", own, err)
	}
	x, err := s.ExplainAccess(t.Context(), developer, platform.AccessQuestion{Action: platform.DeploymentsApprove, Operation: operationOne})
	if err != nil || x.Allowed || !x.OwnRequest {
		t.Errorf("the explanation says %+v, %v", x, err)
	}
}

// A budget of the environment type asks for a platform admin: an Approver is not enough.
func TestApproveOperation_higherRole(t *testing.T) {
	s := newService(t)
	s.mustGive(t, admin, "/projects/payments", approver.ID, platform.Approver)
	item, err := s.ReadCatalogItem(t.Context(), admin, []byte(`{"apiVersion":"lazuli/v1","kind":"EnvironmentType","metadata":{"name":"prod","title":"P","version":"2"},"spec":{"templates":["*"],"approvals":{"role":"PlatformAdmin","count":2,"days":1}}}`), nil, "")
	if err != nil {
		t.Fatal(err)
	}
	s.publish(t, item)
	spec := files()
	spec.Type = "prod"
	if _, err := s.PutEnvironment(t.Context(), developer, "payments", "live", spec, platform.Preconditions{}, operationOne); err != nil {
		t.Fatal(err)
	}
	s.plan(t, operationOne)
	_, err = s.ApproveOperation(t.Context(), approver, operationOne, agreed)
	mustCode(t, err, platform.Forbidden)
	if _, err := s.ApproveOperation(t.Context(), admin, operationOne, agreed); err != nil {
		t.Fatal(err)
	}
	s.mustBeAt(t, operationOne, platform.AwaitingApproval)
	if _, err := s.RejectOperation(t.Context(), admin, operationOne, agreed); platform.CodeOf(err) != platform.NotAwaitingApproval {
		t.Errorf("one person decides twice: %v", err)
	}
	second := platform.Caller{ID: "second-admin", Roles: admin.Roles}
	if op, err := s.ApproveOperation(t.Context(), second, operationOne, agreed); err != nil || op.Gate != platform.GateOpen {
		t.Errorf("the second of two leaves it at %s, %v", op.Stage, err)
	}
}

func TestApproval_ends(t *testing.T) {
	for name, row := range map[string]struct {
		do   func(*testing.T, *servicePlatform) error
		code string
	}{
		"rejected": {func(t *testing.T, s *servicePlatform) error {
			if _, err := s.RejectOperation(t.Context(), approver, operationOne, platform.ApprovalRequest{Plan: aPlan.Digest}); platform.CodeOf(err) != platform.Invalid {
				t.Errorf("without a reason: %v", err)
			}
			_, err := s.RejectOperation(t.Context(), approver, operationOne, platform.ApprovalRequest{Plan: aPlan.Digest, Comment: "not on Friday"})
			return err
		}, "ApprovalRejected"},
		"forgotten": {func(t *testing.T, s *servicePlatform) error {
			s.advanceBy(8 * 24 * time.Hour)
			_, err := s.ApproveOperation(t.Context(), approver, operationOne, agreed)
			mustCode(t, err, platform.NotAwaitingApproval)
			return s.Sweep(t.Context())
		}, "ApprovalExpired"},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := waiting(t, files())
			if err := row.do(t, s); err != nil {
				t.Fatal(err)
			}
			s.mustFailAs(t, operationOne, row.code)
			if len(s.pipelines.runs) != 1 {
				t.Error("a run was asked for")
			}
		})
	}
}

// Nothing is lost when the message that follows the approval is: the sweep finds the operation.
func TestApproveOperation_messageLost(t *testing.T) {
	s, _ := waiting(t, files())
	s.sent.down = true
	if _, err := s.ApproveOperation(t.Context(), approver, operationOne, agreed); err != nil {
		t.Fatal(err)
	}
	s.advanceBy(time.Minute)
	if err := s.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(s.pipelines.runs) != 2 {
		t.Errorf("%d runs, want a second one", len(s.pipelines.runs))
	}
}

// An environment that waits is busy; who wants something else has to end the waiting first.
func TestAwaitingApproval_isBusy(t *testing.T) {
	s, _ := waiting(t, files())
	spec := files()
	spec.Type = ""
	_, err := s.PutEnvironment(t.Context(), developer, "payments", "live", spec, platform.Preconditions{}, operationTwo)
	mustCode(t, err, platform.OperationInProgress)
	if op, err := s.CancelOperation(t.Context(), developer, operationOne); err != nil || op.Status != platform.Canceled {
		t.Errorf("canceled: %s, %v", op.Status, err)
	}
}

// What people said stays on the record also where it ended the operation, and who says it again is answered as before.
func TestApproval_keepsWhatEndedIt(t *testing.T) {
	s, _ := waiting(t, files())
	no := platform.ApprovalRequest{Plan: aPlan.Digest, Comment: "not on Friday"}
	for range 2 { // the second time his answer was lost
		if op, err := s.RejectOperation(t.Context(), approver, operationOne, no); err != nil || op.Status != platform.Canceled {
			t.Fatalf("rejected: %s, %v", op.Status, err)
		}
	}
	shown, err := s.GetApproval(t.Context(), developer, operationOne)
	if err != nil {
		t.Fatal(err)
	}
	if d := shown.Deployment.Decisions; len(d) != 1 || d[0].By != approver.ID || d[0].Approved || d[0].Comment != no.Comment {
		t.Errorf("the record has %+v", d)
	}
}

// knowsAll takes every failure for one that it knows.
type knowsAll struct{}

func (knowsAll) Explain(platform.OperationError) (platform.Explanation, bool) {
	return platform.Explanation{Rule: "QuotaExceeded", Cause: "Azure's quota is used up.", Action: "Ask for more.", WhoFixes: platform.ByPlatformTeam, Retry: platform.RetryNo}, true
}

// Who rejects may write of quotas and time-outs as he likes: no rule explains it away.
func TestRejectOperation_isNotExplained(t *testing.T) {
	s, _ := waiting(t, files())
	s.Explainer = knowsAll{}
	op, err := s.RejectOperation(t.Context(), approver, operationOne, platform.ApprovalRequest{Plan: aPlan.Digest, Comment: "the quota is exceeded"})
	if err != nil || op.Error == nil || op.Error.Rule != "" || op.Error.WhoFixes != platform.ByRequester || !strings.Contains(op.Error.Sentence(), "the quota is exceeded") {
		t.Errorf("rejected: %+v, %v", op.Error, err)
	}
}

// Who follows the log goes on from the run that plans to the one that applies, and is done when the operation is.
func TestGetOperationLogs_twoRuns(t *testing.T) {
	s := newService(t)
	s.mustGive(t, admin, "/projects/payments", approver.ID, platform.Approver)
	spec := files()
	spec.Type = "prod"
	if _, err := s.PutEnvironment(t.Context(), developer, "payments", "live", spec, platform.Preconditions{}, operationOne); err != nil {
		t.Fatal(err)
	}
	if err := s.RunOperation(t.Context(), operationOne); err != nil {
		t.Fatal(err)
	}
	after, complete := "", false
	read := func() {
		t.Helper()
		page, err := s.GetOperationLogs(t.Context(), developer, operationOne, after) // of runs that have ended, as far as their logs tell
		if err != nil {
			t.Fatal(err)
		}
		after, complete = page.Next, page.Complete
	}
	if read(); complete {
		t.Error("the log is at its end although nobody has decided")
	}
	s.plan(t, operationOne)
	for range 2 {
		if read(); complete {
			t.Error("the log is at its end while the plan waits")
		}
	}
	if _, err := s.RejectOperation(t.Context(), approver, operationOne, platform.ApprovalRequest{Plan: aPlan.Digest, Comment: "no"}); err != nil {
		t.Fatal(err)
	}
	if read(); !complete {
		t.Error("the log goes on although nothing else comes")
	}
}
