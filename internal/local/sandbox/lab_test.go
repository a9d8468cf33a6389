//go:build unix

package sandbox_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// clock is a time that only the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) set(text string) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = at
}

// newWorldAt is a world whose time is at.
func newWorldAt(t *testing.T, at string) (*world, *clock) {
	t.Helper()
	w, c := newWorld(t, sandbox.PostgresConfig{Disabled: true}), &clock{}
	c.set(at)
	w.stop()
	w.cfg.Now = c.Now
	w.start()
	return w, c
}

func inLab(size string) sandboxapi.MachineSpec {
	return sandboxapi.MachineSpec{Size: size, Lab: "payments-dev-lab"}
}

func TestLabs_rules(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	refuse := func(name string, spec sandboxapi.MachineSpec, says string) {
		t.Helper()
		if err := w.api.Put(t.Context(), sandboxapi.Machines, named(name), spec, nil); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want a refusal with %q", name, err, says)
		}
		w.wantGone(sandboxapi.Machines, named(name))
	}
	refuse("early", inLab("small"), "There is no lab payments-dev-lab")
	lab := put[sandboxapi.Lab](w, sandboxapi.Labs, named("lab"), sandboxapi.LabSpec{MaxMachines: 2, AllowedSizes: []string{"small", "medium"}})
	if lab.Address != "/projects/payments/environments/dev/labs/lab" || lab.Honesty != sandboxapi.StandIn {
		t.Errorf("the lab is %+v", lab)
	}
	refuse("stranger", sandboxapi.MachineSpec{Size: "small", Lab: "payments-prod-lab"}, "is no lab of payments/dev")
	refuse("large", inLab("large"), `allows no machine of the size "large"; it allows medium, small.`)
	put[sandboxapi.Machine](w, sandboxapi.Machines, named("outside"), sandboxapi.MachineSpec{Size: "large"}) // names no lab: no rules
	put[sandboxapi.Machine](w, sandboxapi.Machines, named("one"), inLab("small"))

	// Several at once for the last place: one gets it.
	var racing sync.WaitGroup
	results := make(chan error, 4)
	for _, name := range []string{"two-a", "two-b", "two-c", "two-d"} {
		racing.Go(func() { results <- w.api.Put(t.Context(), sandboxapi.Machines, named(name), inLab("medium"), nil) })
	}
	racing.Wait()
	close(results)
	in := 0
	for err := range results {
		if err == nil {
			in++
		} else if !strings.Contains(err.Error(), "has room for 2 machines and has them: one, two-") {
			t.Errorf("refused with %v", err)
		}
	}
	if in != 1 {
		t.Errorf("%d machines got the last place", in)
	}

	// What is in the lab stays in it under harder rules, and cannot leave them by a change.
	put[sandboxapi.Lab](w, sandboxapi.Labs, named("lab"), sandboxapi.LabSpec{MaxMachines: 1, AllowedSizes: []string{"small"}})
	stays := inLab("small")
	stays.StartupScript = "true"
	put[sandboxapi.Machine](w, sandboxapi.Machines, named("one"), stays)
	if err := w.api.Put(t.Context(), sandboxapi.Machines, named("one"), inLab("large"), nil); err == nil || !strings.Contains(err.Error(), "allows no machine") {
		t.Errorf("a machine of the lab that grows: %v", err)
	}
	if err := w.api.Delete(t.Context(), sandboxapi.Labs, named("lab")); err == nil || !strings.Contains(err.Error(), "Remove them first") {
		t.Errorf("a lab with machines is removed: %v", err)
	}
	for _, name := range []string{"one", "two-a", "two-b", "two-c", "two-d", "outside"} {
		w.remove(sandboxapi.Machines, named(name))
	}
	w.wantLeft("labs/lab")
	w.remove(sandboxapi.Labs, named("lab"))
	w.wantLeft()
}

func TestLabs_shutdown(t *testing.T) {
	w, now := newWorldAt(t, "2027-01-11T17:00:00Z")
	put[sandboxapi.Lab](w, sandboxapi.Labs, named("lab"), sandboxapi.LabSpec{MaxMachines: 5, ShutdownTime: "19:00", TimeZone: "Europe/Berlin"}) // 18:00 UTC
	power := func(name string) sandboxapi.Power { return w.machine(name).Power }
	stopped := func() bool { return power("one") == sandboxapi.Off && power("two") == sandboxapi.Off }
	on := func(names ...string) {
		t.Helper()
		for _, name := range names {
			put[sandboxapi.Machine](w, sandboxapi.Machines, named(name), inLab("small"))
		}
	}
	on("one", "two")
	put[sandboxapi.Machine](w, sandboxapi.Machines, named("outside"), sandboxapi.MachineSpec{})
	pid := w.machine("one").PID

	now.set("2027-01-11T18:00:00Z")
	w.eventually("the lab stops its machines", stopped)
	if alive(pid) {
		t.Error("a machine that is off has its process still")
	}
	if power("outside") != sandboxapi.On {
		t.Error("a machine that names no lab was stopped")
	}
	on("one") // works late: it is not stopped again today
	now.set("2027-01-12T17:59:59Z")
	w.stop()
	w.start()
	if power("one") != sandboxapi.On || power("two") != sandboxapi.Off {
		t.Errorf("before the next time the machines are %s and %s", power("one"), power("two"))
	}

	// The time comes while nothing runs: the machine stays off, as it would have been.
	w.stop()
	now.set("2027-01-13T08:00:00Z")
	w.start()
	if !stopped() {
		t.Errorf("after a night the machines are %s and %s", power("one"), power("two"))
	}

	// A time that has passed today is meant for tomorrow; the night in which the clocks change has its shutdown too.
	put[sandboxapi.Lab](w, sandboxapi.Labs, named("lab"), sandboxapi.LabSpec{MaxMachines: 5, ShutdownTime: "02:30", TimeZone: "Europe/Berlin"})
	on("one", "two")
	w.stop()
	w.start()
	if power("one") != sandboxapi.On {
		t.Error("a new shutdown time was used for yesterday")
	}
	now.set("2027-03-28T02:00:00Z") // 02:30 does not exist on this day
	w.eventually("the lab stops its machines in the night without a half past two", stopped)
}

func TestLabs_refusals(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	for name, c := range map[string]struct {
		spec sandboxapi.LabSpec
		want string
	}{
		"no room":        {sandboxapi.LabSpec{}, "room for 1 machine"},
		"no such hour":   {sandboxapi.LabSpec{MaxMachines: 1, ShutdownTime: "24:00"}, "give it as HH:MM"},
		"not a time":     {sandboxapi.LabSpec{MaxMachines: 1, ShutdownTime: "7 pm"}, "give it as HH:MM"},
		"no such place":  {sandboxapi.LabSpec{MaxMachines: 1, TimeZone: "Europe/Atlantis"}, "does not know"},
		"nobody's place": {sandboxapi.LabSpec{MaxMachines: 1, TimeZone: "Local"}, "does not know"},
	} {
		if err := w.api.Put(t.Context(), sandboxapi.Labs, named("lab"), c.spec, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want a refusal with %q", name, err, c.want)
		}
	}
	w.wantGone(sandboxapi.Labs, named("lab"))
	w.wantLeft()
}
