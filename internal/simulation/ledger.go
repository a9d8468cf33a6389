package simulation

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// ledger is what happened outside of the platform's own storage: what Azure DevOps was asked for, what runs were told, what real
// things there are. The platform's word is held against it.
type ledger struct {
	world    *world
	accepted map[string]request              // what people were promised, by operation
	starts   map[string]int                  // runs that were asked for
	attempts map[string]int                  // times that a run was about to be asked for, as stored
	claims   map[string][]int                // runs that were told to go on, by operation
	answers  map[string]platform.RunDecision // what the first of them was told
	begun    map[string][]int                // runs that began to change something
	applied  map[int]bool                    // runs that changed all they wanted
	applying map[string]*run                 // by environment
	real     map[string]map[string]string    // things that exist, by environment
	serial   map[string]int                  // of the engine's state, by environment
	events   map[string]platform.Message     // that were committed to be told, by id
	numbers  map[string]int64                // how many of them, by session
	audited  map[string]int                  // requests and claims in the audit log, by operation and action
	removed  map[string]bool                 // environments that were once found empty
	meddled  map[string]map[string]string    // things that somebody changed by hand, and no run since, by environment
	moved    map[string]bool                 // operations whose plan was out of date before anybody was asked to approve it
	barred   map[string][]string             // whose word must not count for an operation
}

// request is something that a person was promised.
type request struct {
	environment string
	mode        platform.Mode
	by          string
}

func newLedger(w *world) *ledger {
	return &ledger{world: w, accepted: map[string]request{}, starts: map[string]int{}, attempts: map[string]int{}, claims: map[string][]int{},
		answers: map[string]platform.RunDecision{}, begun: map[string][]int{}, applied: map[int]bool{}, applying: map[string]*run{},
		real: map[string]map[string]string{}, serial: map[string]int{}, events: map[string]platform.Message{}, numbers: map[string]int64{}, audited: map[string]int{}, removed: map[string]bool{},
		meddled: map[string]map[string]string{}, moved: map[string]bool{}, barred: map[string][]string{}}
}

// touch says that something outside happened just now, which the platform may take its time to deal with.
func (w *world) touch() { w.busyUntil = w.now }

// started: a run was asked for. That somebody was about to must be stored by then.
func (l *ledger) started(r *run) {
	l.world.touch()
	l.world.note("run started", r.ref().ID+" for "+r.operation)
	l.starts[r.operation]++
	if l.starts[r.operation] > l.attempts[r.operation] {
		l.world.fail("run %d was started for operation %s as number %d, but only %d attempts are recorded", r.id, r.operation, l.starts[r.operation], l.attempts[r.operation])
	}
}

// claimed: a run was told to go on. One may be, and one more after an approval.
func (l *ledger) claimed(r *run, d platform.RunDecision) {
	l.world.note("run proceeds", r.ref().ID)
	if _, ok := l.answers[r.operation]; !ok {
		l.answers[r.operation] = d
	}
	if !slices.Contains(l.claims[r.operation], r.id) {
		l.claims[r.operation] = append(l.claims[r.operation], r.id)
	}
	most := 1
	if d.Mode == platform.ModeApply {
		most = 2
	}
	if n := len(l.claims[r.operation]); n > most {
		l.world.fail("operation %s was given to %d runs: %v", r.operation, n, l.claims[r.operation])
	}
}

// target is the environment of an operation.
func (l *ledger) target(operation string) string {
	op, err := l.world.store.Operation(background(), operation)
	if err != nil {
		l.world.fail("a run works for operation %s, which is not stored: %v", operation, err)
	}
	return op.Project + "/" + op.Environment
}

func (l *ledger) things(target string) map[string]string {
	if l.real[target] == nil {
		l.real[target] = map[string]string{}
	}
	return l.real[target]
}

func (l *ledger) plan(target string, wanted map[string]string) *keptPlan {
	return &keptPlan{digest: digestOf(wanted, l.serial[target]), serial: l.serial[target], things: wanted}
}

// meddle changes a thing by hand, behind everybody's back.
func (l *ledger) meddle(target, alias, thing string) {
	l.world.note("meddled", target+" "+alias)
	l.things(target)[alias] = thing
	if l.meddled[target] == nil {
		l.meddled[target] = map[string]string{}
	}
	l.meddled[target][alias] = thing
}

// differs is what a plan shows of an environment where somebody has meddled: what is not as it is wanted, and since when.
func (l *ledger) differs(target string, wanted map[string]string, drift bool) (p platform.Plan) {
	if l.meddled[target] == nil {
		return p
	}
	for _, alias := range slices.Sorted(maps.Keys(wanted)) {
		found := l.things(target)[alias]
		if found == wanted[alias] {
			continue
		}
		size := strings.TrimPrefix(found, "thing of size ")
		change := platform.Change{Address: "module." + alias + ".thing.this", Action: platform.DriftChanged, Properties: []platform.PropertyChange{{Path: "size", Before: &size}}}
		p.Changes = append(p.Changes, change)
		p.Counts.Change++
		if l.meddled[target][alias] != "" && drift {
			change.Properties = []platform.PropertyChange{{Path: "size", After: &size}}
			p.Drift = append(p.Drift, platform.ResourceDrift{Change: change, Found: map[string]json.RawMessage{"size": json.RawMessage(size)}})
		}
	}
	return p
}

// applyBegins: a run begins to change real things.
func (l *ledger) applyBegins(r *run, target string) {
	l.world.note("apply begins", target)
	if other := l.applying[target]; other != nil {
		l.world.fail("runs %d and %d change environment %s at the same time", other.id, r.id, target)
	}
	l.applying[target] = r
	l.begun[r.operation] = append(l.begun[r.operation], r.id)
	if n := len(l.begun[r.operation]); n > 1 {
		l.world.fail("%d runs took effect for operation %s: %v", n, r.operation, l.begun[r.operation])
	}
	l.changes(r, target)
}

// changes: a run changes one real thing. Its operation must be the environment's, and not have ended.
func (l *ledger) changes(r *run, target string) {
	w := l.world
	op, err := w.store.Operation(background(), r.operation)
	if err != nil {
		w.fail("run %d works for operation %s: %v", r.id, r.operation, err)
		return
	}
	env, err := w.store.Environment(background(), op.Project, op.Environment)
	switch {
	case err != nil:
		w.fail("run %d changes environment %s, which is not stored: %v", r.id, target, err)
	case op.Status.Final():
		w.fail("run %d changes environment %s, but its operation %s has ended: %s", r.id, target, op.ID, op.Status)
	case env.ActiveOperation != op.ID:
		w.fail("run %d changes environment %s for operation %s, but the environment is %s's", r.id, target, op.ID, env.ActiveOperation)
	case op.Claimed.ID != strconv.Itoa(r.id):
		w.fail("run %d changes environment %s, but operation %s belongs to run %s", r.id, target, op.ID, op.Claimed.ID)
	case op.Mode == platform.ModePlan || op.Mode == platform.ModeDrift:
		w.fail("run %d changes environment %s for operation %s, which was only to look", r.id, target, op.ID)
	case op.Gate == platform.GateClosed:
		w.fail("run %d changes environment %s, but nobody has approved operation %s", r.id, target, op.ID)
	}
}

func (l *ledger) applyEnds(r *run, target string) {
	l.world.note("apply ends", target)
	if l.applying[target] == r {
		l.applying[target] = nil
	}
}

// settledFor is how long nothing outside has happened.
func (w *world) settledFor() time.Duration {
	latest := w.busyUntil
	if latest.Before(w.schedule.healed) {
		latest = w.schedule.healed
	}
	return w.now.Sub(latest)
}
