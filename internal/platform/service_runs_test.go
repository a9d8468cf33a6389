package platform_test

import (
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

func TestStartRun_oneRunHasIt(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	first, err := s.StartRun(t.Context(), aRun, operationOne, "7")
	if err != nil || !first.Proceed || first.Secret == "" {
		t.Fatalf("the first run: %+v %v", first, err)
	}
	again, err := s.StartRun(t.Context(), aRun, operationOne, "7")
	if err != nil || !again.Proceed || again.Secret != first.Secret {
		t.Errorf("the same run again: %+v %v", again, err)
	}
	other, err := s.StartRun(t.Context(), aRun, operationOne, "8")
	if err != nil || other.Proceed || other.Secret != "" || other.Reason == "" {
		t.Errorf("another run: %+v %v", other, err)
	}
	_, err = s.GetRunBundle(t.Context(), aRun, operationOne, "guessed")
	mustCode(t, err, platform.RunNotClaimed)
	bundle, err := s.GetRunBundle(t.Context(), aRun, operationOne, first.Secret)
	if err != nil || bundle.Files["main.tf.json"] == "" || bundle.Files["proof/main.tf.json"] == "" {
		t.Errorf("bundle %v: %v", len(bundle.Files), err)
	}
}

func TestReportRunPlan_onlyTheFirst(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	d, err := s.StartRun(t.Context(), aRun, operationOne, "7")
	if err != nil {
		t.Fatal(err)
	}
	plan := platform.Plan{Digest: strings.Repeat("a", 64)}
	for range 2 {
		if got, err := s.ReportRunPlan(t.Context(), aRun, operationOne, d.Secret, plan); err != nil || !got.Apply {
			t.Errorf("plan: %+v %v", got, err)
		}
	}
	_, err = s.ReportRunPlan(t.Context(), aRun, operationOne, d.Secret, platform.Plan{Digest: strings.Repeat("b", 64)})
	mustCode(t, err, platform.Conflict)
}

// A run that learns of the cancel with its plan applies nothing, and what it then reports is no success; also when it was told to
// apply before, and that answer was lost.
func TestReportRunPlan_canceled(t *testing.T) {
	for _, before := range []bool{false, true} {
		s := newService(t)
		s.create(t, "dev", operationOne)
		if err := s.RunOperation(t.Context(), operationOne); err != nil {
			t.Fatal(err)
		}
		run := s.pipelines.runOf(operationOne)
		d, err := s.StartRun(t.Context(), aRun, operationOne, run)
		if err != nil {
			t.Fatal(err)
		}
		plan := platform.Plan{Digest: strings.Repeat("a", 64)}
		if before {
			if told, err := s.ReportRunPlan(t.Context(), aRun, operationOne, d.Secret, plan); err != nil || !told.Apply {
				t.Fatalf("the answer that is lost: %+v, %v", told, err)
			}
		}
		if _, err := s.CancelOperation(t.Context(), developer, operationOne); err != nil {
			t.Fatal(err)
		}
		if told, err := s.ReportRunPlan(t.Context(), aRun, operationOne, d.Secret, plan); err != nil || told.Apply {
			t.Errorf("after the cancel the run is told %+v, %v", told, err)
		}
		if err := s.ReportRunResult(t.Context(), aRun, operationOne, d.Secret, platform.Report{Status: platform.Succeeded}); err != nil {
			t.Fatal(err)
		}
		s.pipelines.end(run, platform.RunSucceeded)
		if err := s.FollowRun(t.Context(), operationOne); err != nil {
			t.Fatal(err)
		}
		if op, err := s.Store.Operation(t.Context(), operationOne); err != nil || op.Status != platform.Canceled {
			t.Errorf("told before: %v; the operation is %s, %v", before, op.Status, err)
		}
	}
}

func TestReportRunResult_secretInClear(t *testing.T) {
	s := newService(t)
	spec := platform.EnvironmentSpec{Type: "dev", Manifest: &platform.Manifest{Resources: map[string]platform.Resource{"db": {Type: "postgres"}}}}
	if _, err := s.PutEnvironment(t.Context(), developer, "payments", "dev", spec, platform.Preconditions{}, operationOne); err != nil {
		t.Fatal(err)
	}
	d, err := s.StartRun(t.Context(), aRun, operationOne, "7")
	if err != nil {
		t.Fatal(err)
	}
	err = s.ReportRunResult(t.Context(), aRun, operationOne, d.Secret, platform.Report{Status: platform.Succeeded, Outputs: []byte(`{"db":{"url":"postgres://u:p@h/d"}}`)})
	mustCode(t, err, platform.Invalid)
	err = s.ReportRunResult(t.Context(), aRun, operationOne, d.Secret, platform.Report{Status: platform.Succeeded, Outputs: []byte(`{"db":{"url":{"secret":"https://vault/secrets/x"}}}`)})
	if err != nil {
		t.Errorf("a reference was refused: %v", err)
	}
}

// A call-back that is lost costs time, never truth: the result that the run published is as good.
func TestFollowRun_lostCallBack(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	if err := s.RunOperation(t.Context(), operationOne); err != nil {
		t.Fatal(err)
	}
	run := s.pipelines.runOf(operationOne)
	if _, err := s.StartRun(t.Context(), aRun, operationOne, run); err != nil {
		t.Fatal(err)
	}
	s.pipelines.report = []byte(`{"operation":"` + operationOne + `","status":"Succeeded","outputs":{"files":{"path":"/x"}}}`)
	s.pipelines.end(run, platform.RunSucceeded)
	if err := s.FollowRun(t.Context(), operationOne); err != nil {
		t.Fatal(err)
	}
	env, err := s.GetEnvironment(t.Context(), developer, "payments", "dev")
	if err != nil || env.State != platform.Ready || !strings.Contains(string(env.Outputs), "/x") {
		t.Errorf("environment is %s with %s: %v", env.State, env.Outputs, err)
	}
}

// Every message may come many times: one run is started, and one end is told.
func TestRunOperation_deliveredAgain(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	for range 5 {
		if err := s.RunOperation(t.Context(), operationOne); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.pipelines.runs); n != 1 {
		t.Errorf("%d runs for one operation", n)
	}
	s.pipelines.end("1", platform.RunFailed)
	for range 3 {
		if err := s.FollowRun(t.Context(), operationOne); err != nil {
			t.Fatal(err)
		}
	}
	s.advanceBy(time.Minute)
	if err := s.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := s.sent.count(platform.EventsTopic, operationOne); n != 4 {
		t.Errorf("%d events, want accepted, failed, and two of the environment", n)
	}
	if err := s.RunOperation(t.Context(), "01NOSUCHOPERATION000000000"); err != nil {
		t.Errorf("a message for an operation that does not exist must be settled: %v", err)
	}
}

// The sweep sends what was left, looks at what is due, and closes what has ended: nothing else has to work for an operation to end.
func TestSweep_isEnough(t *testing.T) {
	s := newService(t)
	s.sent.down = true
	s.create(t, "dev", operationOne)
	s.sent.down = false
	s.advanceBy(time.Minute)
	if err := s.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s.sent.count(platform.OperationsQueue, operationOne) == 0 {
		t.Error("the outbox was not sent")
	}
	run := s.pipelines.runOf(operationOne)
	d, err := s.StartRun(t.Context(), aRun, operationOne, run)
	if err != nil || !d.Proceed {
		t.Fatalf("claim: %+v %v", d, err)
	}
	if err := s.ReportRunResult(t.Context(), aRun, operationOne, d.Secret, platform.Report{Status: platform.Succeeded}); err != nil {
		t.Fatal(err)
	}
	s.pipelines.end(run, platform.RunSucceeded)
	for range 3 {
		s.advanceBy(time.Minute)
		if err := s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if op, err := s.Store.Operation(t.Context(), operationOne); err != nil || op.Status != platform.Succeeded {
		t.Errorf("operation is %s: %v", op.Status, err)
	}
	if open, _, err := s.Store.OpenOperations(t.Context(), platform.Page{Size: 10}); err != nil || len(open) != 0 {
		t.Errorf("the work list still holds %v: %v", open, err)
	}
}

func TestSweep_forgetsWhatWasNeverAccepted(t *testing.T) {
	s := newService(t)
	s.advanceBy(time.Minute)
	if err := s.Sweep(t.Context()); err != nil { // what was told of the project's making
		t.Fatal(err)
	}
	if err := s.Store.OpenOperation(t.Context(), operationOne, "payments", s.clock()); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		after time.Duration
		left  int
	}{{time.Minute, 1}, {time.Hour, 0}} {
		s.advanceBy(step.after)
		if err := s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if open, _, err := s.Store.OpenOperations(t.Context(), platform.Page{Size: 10}); err != nil || len(open) != step.left {
			t.Errorf("after %s the work list holds %d, want %d: %v", step.after, len(open), step.left, err)
		}
	}
}

func TestHandleDeadLetter_endsWhatHasNoRun(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	if err := s.HandleDeadLetter(t.Context(), operationOne); err != nil {
		t.Fatal(err)
	}
	op, err := s.Store.Operation(t.Context(), operationOne)
	if err != nil || op.Status != platform.Failed || op.Error.Code != "PoisonMessage" {
		t.Errorf("operation is %s %+v: %v", op.Status, op.Error, err)
	}
}

// A plan changes nothing, so it does not make good what a change left half done: the same request again still has something to do.
func TestFollowRun_planKeepsTheFailure(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	s.finish(t, operationOne, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	ask := func(mode platform.Mode, end platform.RunState, status platform.Status) platform.Operation {
		spec := platform.DeploymentSpec{Mode: mode, EnvironmentSpec: platform.EnvironmentSpec{Manifest: files().Manifest}}
		done, err := s.CreateDeployment(t.Context(), developer, "payments", "dev", spec, "")
		if err != nil {
			t.Fatal(err)
		}
		return s.finish(t, done.Operation.ID, platform.Report{Status: status}, end)
	}
	failed := ask(platform.ModeDeploy, platform.RunFailed, platform.Failed)
	for _, end := range []platform.RunState{platform.RunSucceeded, platform.RunFailed} {
		ask(platform.ModePlan, end, platform.Succeeded)
		env, err := s.GetEnvironment(t.Context(), developer, "payments", "dev")
		if err != nil || env.State != platform.Ready || env.Failure == nil || env.Failure.Operation != failed.ID {
			t.Errorf("after a plan whose run %s: %s, %+v, %v", end, env.State, env.Failure, err)
		}
	}
	again, err := s.PutEnvironment(t.Context(), developer, "payments", "dev", files(), platform.Preconditions{}, "")
	if err != nil || again.Operation == nil {
		t.Errorf("the same request again: %+v, %v", again, err)
	}
}
