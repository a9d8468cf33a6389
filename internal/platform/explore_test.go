package platform_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// The exploration tries every order of events around the start of a run: two workers that hold the same message, messages
// that come again, workers that die, answers that are lost, a service that is slow to show what it made. It uses Decide
// itself and models only what Service.advance does around it: read, decide, compare-and-swap, at most one call.

type worker struct {
	Busy   bool
	Seen   string // what it is about to decide on
	Run    string // the run that Seen speaks of
	Read   *platform.Operation
	Action platform.Action // the call it is about to make, after its decision was stored
}

type world struct {
	Op         platform.Operation
	Now        int // in steps of the hold after which a run is asked for again
	Runs       []string
	Effective  int // runs that were told to proceed
	Workers    [2]worker
	Deliveries int
	Crashes    int
	Lost       int
	Ticks      int
}

func (w world) time() time.Time { return noon.Add(time.Duration(w.Now) * 11 * time.Second) }

func (w world) clone() world {
	w.Runs = append([]string(nil), w.Runs...)
	return w
}

func observation(w worker) platform.Observation {
	switch w.Seen {
	case "found":
		return platform.LookedUp{Run: &platform.RunRef{ID: w.Run}}
	case "notFound":
		return platform.LookedUp{}
	case "started":
		return platform.Started{Run: platform.RunRef{ID: w.Run}}
	case "noAnswer":
		return platform.Unreachable{Reason: "no answer"}
	}
	return platform.Delivered{}
}

// next lists the worlds that one step leads to.
func (w world) next() []world {
	var out []world
	step := func(change func(*world)) {
		n := w.clone()
		change(&n)
		out = append(out, n)
	}
	for i, state := range w.Runs {
		if state == "queued" {
			step(func(n *world) { n.claim(i) })
		}
	}
	if w.Ticks > 0 {
		step(func(n *world) { n.Ticks--; n.Now++ })
	}
	for i, wk := range w.Workers {
		switch {
		case !wk.Busy && w.Deliveries > 0:
			step(func(n *world) { n.Deliveries--; n.Workers[i] = worker{Busy: true, Seen: "delivered"} })
		case wk.Busy && wk.Action != platform.ActionNone:
			w.call(i, step)
		case wk.Busy && wk.Read == nil:
			step(func(n *world) { op := n.Op; n.Workers[i].Read = &op })
		case wk.Busy:
			step(func(n *world) { n.decide(i) })
		}
		if wk.Busy && w.Crashes > 0 {
			step(func(n *world) { n.Crashes--; n.Workers[i] = worker{}; n.Deliveries++ })
		}
	}
	return out
}

// claim is a run's first step: compare-and-swap until it is decided.
func (w *world) claim(i int) {
	id := fmt.Sprint(i + 1)
	d := platform.Decide(w.Op, platform.Claimed{Run: platform.RunRef{ID: id}}, w.time())
	w.Runs[i] = "superseded"
	if !w.Op.Status.Final() && d.Operation.Claimed.ID == id {
		w.Runs[i] = "effective"
		w.Effective++
		w.Op = d.Operation
		w.Op.Revision++
	}
}

// decide stores a worker's decision, unless the operation has changed since he read it.
func (w *world) decide(i int) {
	wk := &w.Workers[i]
	if wk.Read.Revision != w.Op.Revision {
		wk.Read = nil
		return
	}
	d := platform.Decide(*wk.Read, observation(*wk), w.time())
	w.Op = d.Operation
	w.Op.Revision++
	*wk = worker{Busy: d.Action == platform.ActionFind || d.Action == platform.ActionStart, Action: d.Action}
	if !wk.Busy {
		*wk = worker{}
	}
}

// call makes a worker's call to the pipeline service: with its effect and an answer, without an answer, without an effect.
func (w world) call(i int, step func(func(*world))) {
	if w.Workers[i].Action == platform.ActionFind {
		step(func(n *world) {
			n.Workers[i] = worker{Busy: true, Seen: "notFound"}
			if len(n.Runs) > 0 {
				n.Workers[i] = worker{Busy: true, Seen: "found", Run: fmt.Sprint(len(n.Runs))}
			}
		})
		return
	}
	started := func(n *world) {
		n.Runs = append(n.Runs, "queued")
		n.Workers[i] = worker{Busy: true, Seen: "started", Run: fmt.Sprint(len(n.Runs))}
	}
	step(started)
	if w.Lost > 0 {
		step(func(n *world) { n.Lost--; started(n); n.Workers[i] = worker{Busy: true, Seen: "noAnswer"} })
		step(func(n *world) { n.Lost--; n.Workers[i] = worker{Busy: true, Seen: "noAnswer"} })
	}
}

func TestDecide_atMostOneEffectiveRun(t *testing.T) {
	start := world{Op: queued(), Deliveries: 2, Crashes: 1, Lost: 1, Ticks: 2}
	seen := map[string]bool{}
	todo := []world{start}
	most, ends := 0, 0
	for len(todo) > 0 {
		w := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		key, err := json.Marshal(w)
		if err != nil {
			t.Fatal(err)
		}
		if seen[string(key)] {
			continue
		}
		seen[string(key)] = true
		if w.Effective > 1 {
			t.Fatalf("two runs took effect:\n%s", key)
		}
		most = max(most, len(w.Runs))
		next := w.next()
		if len(next) == 0 {
			ends++
			mustEnd(t, w)
		}
		todo = append(todo, next...)
	}
	t.Logf("%d states, %d ends, at most %d runs started", len(seen), ends, most)
	if len(seen) < 10_000 || most < 2 {
		t.Errorf("the exploration saw %d states and at most %d runs: it is too small to prove anything", len(seen), most)
	}
}

// mustEnd heals the world: the sweep comes round, runs go on and end well. The operation must then end, with a run's effect
// exactly once if it succeeded.
func mustEnd(t *testing.T, w world) {
	t.Helper()
	for range 40 {
		if w.Op.Status.Final() {
			break
		}
		w.Now++
		w.sweep()
	}
	if w.Op.Status != platform.Succeeded || w.Effective != 1 {
		t.Fatalf("healed, the operation is %s (%+v) with %d effective runs", w.Op.Status, w.Op.Error, w.Effective)
	}
}

func (w *world) sweep() {
	for i, state := range w.Runs {
		if state == "queued" {
			w.claim(i)
		}
	}
	d := platform.Decide(w.Op, platform.Delivered{}, w.time())
	for d.Action != platform.ActionNone {
		w.Op = d.Operation
		w.Op.Revision++
		switch d.Action {
		case platform.ActionFind:
			found := platform.LookedUp{}
			if n := len(w.Runs); n > 0 {
				found.Run = &platform.RunRef{ID: fmt.Sprint(n)}
			}
			d = platform.Decide(w.Op, found, w.time())
		case platform.ActionStart:
			w.Runs = append(w.Runs, "queued")
			d = platform.Decide(w.Op, platform.Started{Run: platform.RunRef{ID: fmt.Sprint(len(w.Runs))}}, w.time())
		case platform.ActionRead:
			d = platform.Decide(w.Op, platform.Observed{Run: w.read()}, w.time())
		default:
			d = platform.Decide(w.Op, platform.ReportFetched{Run: w.Op.Claimed.ID, Report: &platform.Report{Status: platform.Succeeded}}, w.time())
		}
	}
	w.Op = d.Operation
}

// read is what the service says of the operation's run: an effective one has ended well, a superseded one has ended green.
func (w *world) read() platform.RunObservation {
	id := w.Op.Run().ID
	var i int
	_, _ = fmt.Sscan(id, &i)
	state := platform.RunSucceeded
	if w.Runs[i-1] == "queued" {
		state = platform.RunQueued
	}
	return platform.RunObservation{Run: platform.RunRef{ID: id}, State: state}
}
