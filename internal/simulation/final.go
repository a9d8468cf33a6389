package simulation

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// liveness is how long after the last thing that went wrong, or that somebody asked for, everything must have ended.
const liveness = 15 * time.Minute

// checkQuiet ends the world when nothing is left to do, and fails it when that takes too long.
func (w *world) checkQuiet() {
	if w.clients > 0 && w.settledFor() < liveness {
		return
	}
	busy := w.unfinished()
	waited := w.waits
	if w.waits = busy != "" && w.clients == 0 && w.waitsForApproval(); waited && !w.waits {
		w.touch()
	}
	switch {
	case busy == "" && (w.settings.over || !w.now.Before(w.schedule.healed)):
		w.checkEnd()
		w.ending = true
	case w.now.Before(w.schedule.healed):
	case w.settledFor() > liveness && w.nights == 0 && !w.waits && w.clientsWaitOnly():
		w.fail("%v after everything was well again: %s", w.settledFor(), busy)
	case w.now.Sub(genesis) > 60*time.Hour:
		w.fail("this never ends: %s", busy)
	}
}

// waitsForApproval is true while nobody is there to decide on a plan: whoever asked was never answered, and has left.
func (w *world) waitsForApproval() bool {
	for _, op := range w.operations() {
		if op.Stage == platform.AwaitingApproval && w.now.Before(op.Deadline) {
			w.touch()
			return true
		}
	}
	return false
}

// clientsWaitOnly is false while an agent works: that is outside, and has limits of its own.
func (w *world) clientsWaitOnly() bool {
	for _, r := range w.devops.runs {
		if !r.state.Ended() {
			w.touch()
			return false
		}
	}
	return true
}

// unfinished says what is still to be done; empty when nothing is.
func (w *world) unfinished() string {
	for _, r := range w.devops.runs {
		if !r.state.Ended() {
			return fmt.Sprintf("run %d is %s", r.id, r.state)
		}
	}
	for _, op := range w.operations() {
		if !op.Status.Final() {
			return fmt.Sprintf("operation %s is %s (%s, attempt %d, recorded %q, claimed %q, next look %s, deadline %s)", op.ID, op.Status, op.Stage, op.Attempt,
				op.Recorded.ID, op.Claimed.ID, op.NextLook.Sub(genesis), op.Deadline.Sub(genesis))
		}
		if left, err := w.store.Outbox(background(), op.Project, op.ID); err != nil || len(left) > 0 {
			return fmt.Sprintf("the outbox of operation %s has %d messages: %v", op.ID, len(left), err)
		}
	}
	open, _, err := w.store.OpenOperations(background(), platform.Page{})
	switch {
	case err != nil || len(open) > 0:
		return fmt.Sprintf("%d operations are on the work list: %v", len(open), err)
	case w.clients > 0:
		return fmt.Sprintf("%d people wait", w.clients)
	case w.pending > 0:
		return fmt.Sprintf("%d late effects are still to come", w.pending)
	case w.broker.queued > 0:
		return fmt.Sprintf("%d messages are queued", w.broker.queued)
	}
	return ""
}

// operations are all that are stored.
func (w *world) operations() []platform.Operation {
	var all []platform.Operation
	for _, name := range w.projects() {
		ops, _, err := w.store.Operations(background(), name, platform.OperationFilter{}, platform.Page{Size: 100})
		if err != nil {
			w.fail("list operations: %v", err)
		}
		all = append(all, ops...)
	}
	return all
}

func (w *world) projects() []string {
	all, _, err := w.store.Projects(background(), platform.Page{})
	if err != nil {
		w.fail("list projects: %v", err)
	}
	var names []string
	for _, p := range all {
		names = append(names, p.Name)
	}
	return names
}

// checkEnd holds the platform's word against the ledger, when all is over.
func (w *world) checkEnd() {
	byID := map[string]platform.Operation{}
	for _, op := range w.operations() {
		byID[op.ID] = op
		w.checkEnded(op)
	}
	for _, id := range slices.Sorted(maps.Keys(w.ledger.accepted)) {
		if _, ok := byID[id]; !ok {
			w.fail("operation %s was accepted and is lost", id)
		}
	}
	for _, name := range w.projects() {
		envs, _, err := w.store.Environments(background(), name, platform.Page{})
		if err != nil {
			w.fail("list environments: %v", err)
		}
		for _, env := range envs {
			w.checkStands(env)
		}
	}
	w.checkTold()
}

// checkEnded: what an operation says of its end is what happened.
func (w *world) checkEnded(op platform.Operation) {
	l := w.ledger
	begun := l.begun[op.ID]
	nothing := op.Error != nil && strings.Contains(op.Error.Message, "Nothing was changed")
	switch {
	case len(begun) > 0 && op.Claimed.ID != strconv.Itoa(begun[0]):
		w.fail("run %d changed something for operation %s, which says that it is run %q's", begun[0], op.ID, op.Claimed.ID)
	case (nothing || op.Claimed.ID == "") && len(begun) > 0:
		w.fail("operation %s ended as %s (%+v), but run %d changed something", op.ID, op.Status, op.Error, begun[0])
	case op.Status == platform.Succeeded && op.Mode != platform.ModePlan && op.Mode != platform.ModeDrift && (len(begun) != 1 || !l.applied[begun[0]]):
		w.fail("operation %s succeeded, but no run has changed what it wanted: %v", op.ID, begun)
	case op.Status == platform.Failed && op.Error == nil:
		w.fail("operation %s failed without a reason", op.ID)
	}
	if run, err := w.devops.run(op.Claimed.ID); op.Status == platform.Succeeded && (err != nil || run.state != platform.RunSucceeded) {
		w.fail("operation %s succeeded, but its run %q is %v: %v", op.ID, op.Claimed.ID, run, err)
	}
	w.checkAgreed(op)
	if n := l.audited[op.ID+" "+op.Kind]; n != 1 {
		w.fail("the audit log has operation %s %d times", op.ID, n)
	}
	if n, want := l.audited[op.ID+" startRun"], len(l.claims[op.ID]); n < want || n > want+2 {
		w.fail("the audit log has %d claims of operation %s, and %d runs were told to go on", n, op.ID, want)
	}
}

// checkAgreed: what people said is on the record, and nothing was applied but the plan that enough of them agreed to.
func (w *world) checkAgreed(op platform.Operation) {
	if op.Gate == platform.NoGate {
		return
	}
	dep, err := w.store.Deployment(background(), op.Project, op.Environment, op.Deployment)
	if err != nil {
		w.fail("operation %s has no deployment: %v", op.ID, err)
		return
	}
	agreed, refused := map[string]bool{}, 0
	for _, d := range dep.Decisions {
		if d.Plan != dep.Plan.Digest {
			w.fail("%s decided on plan %s of operation %s, whose plan is %s", d.By, d.Plan, op.ID, dep.Plan.Digest)
		}
		if !d.Approved {
			refused++
		} else if d.Lapsed == "" && d.By != op.RequestedBy {
			agreed[d.By] = true
		}
	}
	for _, who := range w.ledger.barred[op.ID] {
		if agreed[who] && op.Gate == platform.GateOpen {
			w.fail("the word of %s counts for operation %s: %+v", who, op.ID, dep.Decisions)
		}
	}
	if op.Gate == platform.GateOpen && w.ledger.moved[op.ID] {
		w.fail("the plan of operation %s was out of date before anybody approved it, and was let through", op.ID)
	}
	rejected := op.Error != nil && op.Error.Code == "ApprovalRejected"
	switch {
	case rejected != (refused == 1):
		w.fail("operation %s ended as %+v, and the record has %d rejections", op.ID, op.Error, refused)
	case op.Gate == platform.GateOpen && len(agreed) < dep.Need.Count:
		w.fail("operation %s was let through by %v, and %d have to agree", op.ID, dep.Decisions, dep.Need.Count)
	}
	for _, id := range w.ledger.begun[op.ID] {
		if kept, err := w.devops.run(op.PlanRun.ID); err != nil || kept.plan == nil || kept.plan.digest != dep.Plan.Digest {
			w.fail("run %d applied the plan of run %q for operation %s, and %s was agreed to: %v", id, op.PlanRun.ID, op.ID, dep.Plan.Digest, err)
		}
	}
}

// checkStands: what an environment says of itself is there, and nothing has it.
func (w *world) checkStands(env platform.Environment) {
	name := env.Project + "/" + env.Name
	real := w.ledger.things(name)
	switch {
	case env.ActiveOperation != "":
		w.fail("environment %s is still held by operation %s", name, env.ActiveOperation)
	case env.State == platform.Deleted && len(real) > 0:
		w.fail("environment %s is deleted, and there are %v", name, real)
	case env.State == platform.Creating || env.State == platform.Updating || env.State == platform.Deleting:
		w.fail("environment %s is still %s", name, env.State)
	case (env.State == platform.Ready || env.State == platform.Hibernated) && env.Failure == nil:
		dep, err := w.store.Deployment(background(), env.Project, env.Name, env.Deployment)
		if err != nil {
			w.fail("environment %s is ready by deployment %q: %v", name, env.Deployment, err)
			return
		}
		wanted := wantedBy(dep)
		maps.Copy(wanted, w.ledger.meddled[name])
		if !maps.Equal(wanted, real) || (dep.Power == platform.PowerOff) != (env.State == platform.Hibernated) {
			w.fail("environment %s is %s by deployment %s, which wants %v, and there are %v", name, env.State, dep.ID, wanted, real)
		}
	}
}

func wantedBy(dep platform.Deployment) map[string]string {
	wanted := map[string]string{}
	for alias, r := range dep.Manifest.Resources {
		wanted[alias] = fmt.Sprint(r.Type, " of size ", r.Inputs["size"])
		if dep.Power == platform.PowerOff {
			wanted[alias] += off
		}
	}
	return wanted
}

// checkTold: every event that was committed was published, as it was, and nothing else was; the last one tells the end.
func (w *world) checkTold() {
	told := map[string]platform.Message{}
	for _, m := range w.broker.published {
		told[m.ID] = m
		if known, ok := w.ledger.events[m.ID]; !ok || known.Event.Type != m.Event.Type || string(known.Event.Data) != string(m.Event.Data) {
			w.fail("event %s was published as %+v, and committed as %+v", m.ID, m.Event, known.Event)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(w.ledger.events)) {
		if _, ok := told[id]; !ok {
			w.fail("event %s (%s) was committed and never published", id, w.ledger.events[id].Event.Type)
		}
	}
	for _, t := range w.tasks {
		if !t.done && t.process == nil {
			w.fail("%s still waits", t.name)
		}
	}
}
