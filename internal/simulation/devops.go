package simulation

import (
	"strconv"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// devops is Azure DevOps with one pipeline: it starts a run each time it is asked, and knows what became of it.
type devops struct {
	world *world
	runs  []*run
	until time.Time // it is down until then
	// hooks are what service hooks have said of runs, true or not. They are believed by a platform with the bug HookTrusted alone.
	hooks map[string]platform.RunState
}

// run is one run of the pipeline.
type run struct {
	id        int
	operation string
	state     platform.RunState
	shows     time.Time // from when on it is found
	stop      bool      // it was asked to
	stopLate  time.Duration
	published []byte // its result, as a file
	plan      *keptPlan
}

// keptPlan is a plan that waits for approval.
type keptPlan struct {
	digest string
	serial int
	things map[string]string
}

func (r *run) ref() platform.RunRef {
	return platform.RunRef{ID: strconv.Itoa(r.id), URL: "https://dev.azure.com/simulated/" + strconv.Itoa(r.id)}
}

func (d *devops) down() bool { return d.world.now.Before(d.until) }

// start makes a run. It is found a little later: lists lag behind.
func (d *devops) start(operation string) *run {
	w := d.world
	r := &run{id: len(d.runs) + 1, operation: operation, state: platform.RunQueued, shows: w.now.Add(w.between(0, 3*time.Second))}
	d.runs = append(d.runs, r)
	w.ledger.started(r)
	w.spawn("run "+r.ref().ID, nil, func(t *task) { (&agent{task: t, run: r}).work() })
	return r
}

func (d *devops) find(operation string) (platform.RunRef, bool) {
	for i := len(d.runs) - 1; i >= 0; i-- {
		if r := d.runs[i]; r.operation == operation && !d.world.now.Before(r.shows) {
			return r.ref(), true
		}
	}
	return platform.RunRef{}, false
}

func (d *devops) run(id string) (*run, error) {
	n, err := strconv.Atoi(id)
	if err != nil || n < 1 || n > len(d.runs) {
		return nil, platform.Errorf(platform.NotFound, "There is no run %q.", id)
	}
	return d.runs[n-1], nil
}

func (d *devops) read(id string) (platform.RunObservation, error) {
	r, err := d.run(id)
	if err != nil {
		return platform.RunObservation{}, err
	}
	seen := platform.RunObservation{Run: r.ref(), State: r.state}
	if said, ok := d.hooks[id]; ok && d.world.settings.bug == HookTrusted {
		seen.State = said
	}
	return seen, nil
}

func (d *devops) report(id string) ([]byte, error) {
	r, err := d.run(id)
	if err == nil && r.published == nil {
		err = platform.Errorf(platform.NotFound, "The run published nothing.")
	}
	if err != nil {
		return nil, err
	}
	return r.published, nil
}

func (d *devops) cancel(id string) error {
	r, err := d.run(id)
	if err == nil && !r.state.Ended() && !r.stop {
		r.stop = true
		if d.world.fault("cancel of run "+id, StoppedLate) != None {
			r.stopLate = d.world.schedule.length(time.Minute, 9*time.Minute) // cancelTimeoutInMinutes is 10
		}
	}
	return err
}

// end is the end of a run. Hooks tell of it, now and then more than once, or too early.
func (d *devops) end(r *run, state platform.RunState) {
	if r.state.Ended() {
		return
	}
	r.state = state
	d.world.touch()
	d.world.note("run ended", r.ref().ID+" "+string(state))
	d.hook(platform.Hook{Operation: r.operation, Run: r.ref().ID, Ended: true})
}

// hook is a service hook that arrives at a process, whatever it says.
func (d *devops) hook(h platform.Hook) {
	w := d.world
	w.after(w.between(10*time.Millisecond, 2*time.Second), func() {
		p := w.anyProcess()
		if p == nil || w.ending {
			return
		}
		w.spawn("hook of "+h.Operation, p, func(t *task) {
			t.deadline = w.now.Add(handlerPatience)
			if err := p.service.ReceiveHook(background(), h); err != nil {
				w.fail("a hook of operation %s fails: %v", h.Operation, err)
			}
		})
	})
}
