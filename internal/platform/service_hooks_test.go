package platform_test

import (
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// running starts a run of a new environment that has claimed its operation, and lets a while go by.
func (s *servicePlatform) running(t *testing.T, name, id string) (run string) {
	t.Helper()
	s.create(t, name, id)
	if err := s.RunOperation(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	run = s.pipelines.runOf(id)
	if d, err := s.StartRun(t.Context(), aRun, id, run); err != nil || !d.Proceed {
		t.Fatalf("claim: %+v %v", d, err)
	}
	s.advanceBy(time.Minute)
	return run
}

// hook delivers one. It is never an error: a message that fails comes again.
func (s *servicePlatform) hook(t *testing.T, h platform.Hook) {
	t.Helper()
	if err := s.ReceiveHook(t.Context(), h); err != nil {
		t.Errorf("hook %+v: %v", h, err)
	}
}

func (s *servicePlatform) status(t *testing.T, id string) platform.Status {
	t.Helper()
	op, err := s.Store.Operation(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return op.Status
}

// An end is seen when the hook comes, and told once however often hooks come: twice, and late.
func TestReceiveHook_twiceAndLate(t *testing.T) {
	s := newService(t)
	run := s.running(t, "dev", operationOne)
	s.pipelines.end(run, platform.RunFailed)
	for range 3 {
		s.hook(t, platform.Hook{Operation: operationOne, Run: run, Ended: true})
	}
	if got := s.status(t, operationOne); got != platform.Failed {
		t.Fatalf("operation is %s, want %s at once", got, platform.Failed)
	}
	s.advanceBy(time.Hour)
	reads, written := s.pipelines.reads, s.revision(t, operationOne)
	s.hook(t, platform.Hook{Operation: operationOne, Run: run})
	s.hook(t, platform.Hook{Operation: operationOne, Run: run, Ended: true})
	if s.pipelines.reads != reads || s.revision(t, operationOne) != written {
		t.Error("hooks for an operation that has ended led to work")
	}
	if err := s.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := s.sent.count(platform.EventsTopic, operationOne); n != 5 {
		t.Errorf("%d events, want accepted, started, failed, and two of the environment", n)
	}
}

func (s *servicePlatform) revision(t *testing.T, id string) int64 {
	t.Helper()
	op, err := s.Store.Operation(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return op.Revision
}

// Whatever a hook says happened, what Azure DevOps says counts: the end before the start, an end that is none.
func TestReceiveHook_forgedOrOutOfOrder(t *testing.T) {
	s := newService(t)
	run := s.running(t, "dev", operationOne)
	before := s.revision(t, operationOne)
	for _, h := range []platform.Hook{
		{Operation: operationOne, Run: run, Ended: true}, {Operation: operationOne, Ended: true}, {Operation: operationOne, Run: run},
		{Operation: operationOne, Run: "999", Ended: true}, {Operation: "01NOSUCHOPERATION000000000", Run: run, Ended: true},
		{Operation: "../../payments", Run: run}, {},
	} {
		s.hook(t, h)
		s.advanceBy(time.Second)
	}
	if got := s.status(t, operationOne); got != platform.Running || s.revision(t, operationOne) != before {
		t.Errorf("operation is %s at revision %d, want %s at %d: nothing happened to its run", got, s.revision(t, operationOne), platform.Running, before)
	}
}

// A hook that names the run of another operation ends neither, and one for an operation without a run starts none.
func TestReceiveHook_otherRuns(t *testing.T) {
	s := newService(t)
	first := s.running(t, "dev", operationOne)
	s.create(t, "test", operationTwo)
	s.pipelines.end(first, platform.RunFailed)
	reads := s.pipelines.reads
	s.hook(t, platform.Hook{Operation: operationTwo, Run: first, Ended: true})
	if n := len(s.pipelines.runs); n != 1 || s.pipelines.reads != reads {
		t.Errorf("%d runs, %d reads more: a hook is no request", n, s.pipelines.reads-reads)
	}
	second := s.running(t, "stage", "01SERVICE00000000000000003")
	s.hook(t, platform.Hook{Operation: "01SERVICE00000000000000003", Run: first, Ended: true})
	if got := s.status(t, "01SERVICE00000000000000003"); got != platform.Running {
		t.Errorf("operation of run %s is %s after a hook of run %s", second, got, first)
	}
}

// A storm of hooks costs a look now and one at the end of the interval; the end of a run one more, at once.
func TestReceiveHook_storm(t *testing.T) {
	s := newService(t)
	run := s.running(t, "dev", operationOne)
	reads, sent := s.pipelines.reads, s.sent.count(platform.RunsQueue, operationOne)
	for range 100 {
		s.hook(t, platform.Hook{Operation: operationOne, Run: run})
		s.advanceBy(time.Millisecond)
	}
	if n := s.pipelines.reads - reads; n != 1 {
		t.Errorf("%d looks for 100 hooks, want 1", n)
	}
	if n := s.sent.count(platform.RunsQueue, operationOne) - sent; n != 2 {
		t.Errorf("%d looks scheduled, want the next of the poll and one that the hooks share", n)
	}
	s.pipelines.end(run, platform.RunFailed)
	for range 100 {
		s.hook(t, platform.Hook{Operation: operationOne, Run: run, Ended: true})
	}
	if n := s.pipelines.reads - reads; n != 2 || s.status(t, operationOne) != platform.Failed {
		t.Errorf("%d looks and %s, want one more for the end, and the end", n, s.status(t, operationOne))
	}
}

// Forged ends are held back like everything else: a run that goes on is not read more than twice in an interval.
func TestReceiveHook_stormOfForgedEnds(t *testing.T) {
	s := newService(t)
	run := s.running(t, "dev", operationOne)
	reads := s.pipelines.reads
	for i := range 1000 {
		s.hook(t, platform.Hook{Operation: operationOne, Run: run, Ended: i%2 == 0})
		s.advanceBy(time.Millisecond)
	}
	if n := s.pipelines.reads - reads; n > 4 {
		t.Errorf("%d looks in a second, want 4 at most", n)
	}
}

// Without a single hook the end is seen all the same.
func TestReceiveHook_never(t *testing.T) {
	s := newService(t)
	run := s.running(t, "dev", operationOne)
	s.pipelines.end(run, platform.RunFailed)
	if err := s.FollowRun(t.Context(), operationOne); err != nil {
		t.Fatal(err)
	}
	if got := s.status(t, operationOne); got != platform.Failed {
		t.Errorf("operation is %s, want %s by polling alone", got, platform.Failed)
	}
}

// A hook that comes while Azure DevOps or the broker is down is no error: it would come again at once, ten times.
func TestReceiveHook_outage(t *testing.T) {
	s := newService(t)
	run := s.running(t, "dev", operationOne)
	s.pipelines.down, s.sent.down = platform.Errorf(platform.PipelineUnavailable, "down"), true
	for range 3 {
		s.hook(t, platform.Hook{Operation: operationOne, Run: run, Ended: true})
	}
	if got := s.status(t, operationOne); got != platform.Running {
		t.Errorf("operation is %s", got)
	}
}
