package platform_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// When Azure DevOps says how long it wants to be left alone, nobody looks before.
func TestDecide_retryAfter(t *testing.T) {
	for name, op := range map[string]platform.Operation{"before a run": queued(attempted), "with a run": queued(applying)} {
		d := platform.Decide(op, platform.Unreachable{Reason: "too many requests", RetryAfter: 50 * time.Second}, noon)
		next := d.RetryAt
		if op.Run().ID != "" {
			next = d.LookAt
		}
		if next.Before(noon.Add(50*time.Second)) || next.After(noon.Add(2*time.Minute)) || !d.Operation.NextLook.Equal(next) {
			t.Errorf("%s: next at %s, the sweep at %s; want both after 50 seconds", name, next, d.Operation.NextLook)
		}
	}
}

// Operations that fail together do not come back together, and the same one always comes back at the same time.
func TestDecide_jitter(t *testing.T) {
	times := map[time.Duration]int{}
	for i := range 200 {
		op := queued(attempted, func(op *platform.Operation) { op.ID, op.Attempt = fmt.Sprintf("01JITTER%018d", i), 6 })
		d := platform.Decide(op, platform.Unreachable{Reason: "down"}, noon)
		pause := d.RetryAt.Sub(noon)
		if pause < 45*time.Second || pause > 75*time.Second {
			t.Errorf("%s: a pause of %s, want a minute and a quarter more or less", op.ID, pause)
		}
		if again := platform.Decide(op, platform.Unreachable{Reason: "down"}, noon); !cmp.Equal(d, again) {
			t.Errorf("%s: decided twice, and differently", op.ID)
		}
		times[pause.Truncate(time.Second)]++
	}
	for second, n := range times {
		if n > 40 {
			t.Errorf("%d of 200 come back in the same second, after %s", n, second)
		}
	}
	if len(times) < 15 {
		t.Errorf("200 operations come back within %d different seconds", len(times))
	}
}

// A run is looked at less often the longer Azure DevOps is away, and at once as often as before when it is back.
func TestDecide_outageOfARun(t *testing.T) {
	op, now := queued(applying), noon
	looks := 0
	for last := time.Duration(0); now.Sub(noon) < time.Hour; looks++ {
		d := platform.Decide(op, platform.Unreachable{Reason: "down"}, now)
		pause := d.LookAt.Sub(now)
		if pause < 3*time.Second || pause > 75*time.Second || pause < last/2 {
			t.Fatalf("after %s a pause of %s", now.Sub(noon), pause)
		}
		if d.Operation.Message != op.Message {
			d.Operation.UpdatedAt = now // as the commit does
		}
		op, now, last = d.Operation, d.LookAt, pause
	}
	if looks > 90 {
		t.Errorf("%d looks in an outage of an hour", looks)
	}
	if d := platform.Decide(op, run(platform.RunRunning), now); d.Operation.Message != "" || d.LookAt.Sub(now) > 5*time.Second {
		t.Errorf("when it is back: %q, next look after %s", d.Operation.Message, d.LookAt.Sub(now))
	}
}

// How far an operation is never goes back, and it is done when it has succeeded.
func TestDecide_percent(t *testing.T) {
	task := func(name string, status platform.StepStatus, percent int) platform.Step {
		return platform.Step{ID: name, Parent: "job", Kind: platform.KindTask, Name: name, Status: status, Percent: percent}
	}
	tree := func(tasks ...platform.Step) platform.Observed {
		seen := run(platform.RunRunning)
		seen.Run.Steps = append([]platform.Step{{ID: "stage", Kind: platform.KindStage, Status: "Running"}, {ID: "job", Parent: "stage", Kind: platform.KindJob, Status: "Running"}}, tasks...)
		return seen
	}
	op := queued(applying, reported(platform.Report{Status: platform.Succeeded}))
	for _, c := range []struct {
		name string
		seen platform.Observation
		want int
	}{
		{"nothing is known", run(platform.RunRunning), 0},
		{"no task yet", tree(), 0},
		{"one of two and a half of the other", tree(task("plan", "Succeeded", 100), task("apply", "Running", 50)), 75},
		{"two more came to light", tree(task("plan", "Succeeded", 100), task("apply", "Running", 50), task("report", "NotStarted", 0), task("publish", "NotStarted", 0)), 75},
		{"a job that is run again", tree(task("plan", "NotStarted", 0), task("apply", "NotStarted", 0)), 75},
		{"what a task says is not trusted", tree(task("plan", "Running", 5000), task("apply", "Running", -7)), 75},
		{"all its tasks have ended", tree(task("plan", "Succeeded", 100), task("apply", "Failed", 3)), 99},
		{"it has succeeded", run(platform.RunSucceeded), 100},
	} {
		op = platform.Decide(op, c.seen, noon).Operation
		if op.Percent != c.want {
			t.Errorf("%s: %d %%, want %d %%", c.name, op.Percent, c.want)
		}
	}
}

// What passes settles the message and is tried again until it is too late; then the end says what it waited for.
func TestRunOperation_passingRefusal(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	s.pipelines.down = platform.Errorf(platform.PipelineUnavailable, "Azure DevOps does not accept Lazuli's sign-in.").Do("An administrator has to check it.").
		Because(fmt.Errorf("%w: %w", platform.Later{}, platform.ErrRefused))
	for hour := s.clock().Add(time.Hour); s.clock().Before(hour); s.advanceBy(45 * time.Second) {
		if err := s.RunOperation(t.Context(), operationOne); err != nil {
			t.Fatalf("the message would come again at once, and be given up after ten times: %v", err)
		}
		if got := s.status(t, operationOne); got != platform.NotStarted {
			t.Fatalf("operation is %s, %s before the hour is over", got, hour.Sub(s.clock()))
		}
	}
	op, err := s.GetOperation(t.Context(), developer, operationOne, platform.Wait{})
	if err != nil || !strings.Contains(op.Message, "An administrator has to check it.") {
		t.Errorf("it waits for %q: %v; want who has to act", op.Message, err)
	}
	s.advanceBy(time.Minute)
	if err := s.RunOperation(t.Context(), operationOne); err != nil {
		t.Fatal(err)
	}
	op, err = s.GetOperation(t.Context(), developer, operationOne, platform.Wait{})
	if err != nil || op.Status != platform.Failed || op.Error.Code != "PipelineUnavailable" || !strings.Contains(strings.Join(op.Error.Lines, ""), "sign-in") {
		t.Errorf("operation ended as %s with %+v: %v", op.Status, op.Error, err)
	}
}

// A wish to stop that Azure DevOps did not hear is told again.
func TestCancelOperation_notHeard(t *testing.T) {
	s := newService(t)
	run := s.running(t, "dev", operationOne)
	s.pipelines.deaf = 2
	if _, err := s.CancelOperation(t.Context(), developer, operationOne); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		s.advanceBy(time.Second)
		if err := s.FollowRun(t.Context(), operationOne); err != nil {
			t.Fatal(err)
		}
	}
	if !s.pipelines.canceling[run] {
		t.Error("the run was not asked to stop again")
	}
}
