package simulation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// agent carries out one run as infra/pipelines/deploy.yml says: claim, bundle, plan, apply, report, publish.
type agent struct {
	*task
	run    *run
	claim  platform.RunDecision
	report platform.Report
}

// pipelineIdentity is who the runs are.
var pipelineIdentity = platform.Caller{ID: "pipeline-deploy", App: true, Pipeline: true}

const (
	// agentLost is how long Azure DevOps waits for an agent that has gone silent.
	agentLost = 5 * time.Minute
	// callPatience is how long a run repeats a call that is not answered: internal/cli/run.
	callPatience = 10 * time.Minute
)

func (a *agent) work() {
	a.sleep(a.world.between(300*time.Millisecond, 4*time.Second))
	if a.run.stop {
		a.world.devops.end(a.run, platform.RunCanceled)
		return
	}
	a.run.state = platform.RunRunning
	a.world.note("run begins", a.run.ref().ID)
	state := a.steps()
	a.world.devops.end(a.run, state)
}

// steps does the job. What happens after the claim is reported, however it ends.
func (a *agent) steps() platform.RunState {
	if end := a.step("tools"); end != "" {
		return end
	}
	decided := a.call("claim", func(ctx context.Context, s *platform.Service) (err error) {
		a.claim, err = s.StartRun(ctx, pipelineIdentity, a.run.operation, a.run.ref().ID)
		return err
	})
	switch {
	case decided != nil:
		return platform.RunFailed
	case !a.claim.Proceed && a.world.settings.bug == NoClaim:
		a.claim = a.world.ledger.answers[a.run.operation] // as if it had not asked
	case !a.claim.Proceed:
		return platform.RunSucceeded // superseded: green, and nothing was touched
	}
	a.world.ledger.claimed(a.run, a.claim)
	state := a.change()
	if a.run.state.Ended() {
		return a.run.state // the agent has died: nobody is left to report
	}
	return a.tell(state)
}

// change is what the job does between the claim and its report.
func (a *agent) change() platform.RunState {
	var bundle platform.Bundle
	if a.call("bundle", func(ctx context.Context, s *platform.Service) (err error) {
		bundle, err = s.GetRunBundle(ctx, pipelineIdentity, a.run.operation, a.claim.Secret)
		return err
	}) != nil {
		return platform.RunFailed
	}
	target := a.world.ledger.target(a.run.operation)
	wanted := thingsOf(bundle)
	if a.claim.Mode == platform.ModeApply {
		return a.applyKept(target)
	}
	if end := a.step("plan"); end != "" {
		return end
	}
	plan := a.world.ledger.plan(target, wanted)
	shown := a.world.ledger.differs(target, wanted, a.claim.Mode == platform.ModeDrift)
	shown.Digest = plan.digest
	var next platform.PlanDecision
	if a.call("plan", func(ctx context.Context, s *platform.Service) (err error) {
		next, err = s.ReportRunPlan(ctx, pipelineIdentity, a.run.operation, a.claim.Secret, shown)
		return err
	}) != nil {
		return platform.RunFailed
	}
	switch {
	case next.Keep:
		a.run.plan = plan
		return platform.RunSucceeded
	case next.Apply:
		return a.apply(target, wanted)
	}
	return platform.RunSucceeded
}

// applyKept applies the plan that another run kept, unless the state has moved since.
func (a *agent) applyKept(target string) platform.RunState {
	kept, err := a.world.devops.run(a.claim.PlanRun)
	if err != nil || kept.plan == nil || kept.plan.digest != a.claim.Plan {
		a.report.Error = &platform.OperationError{Code: "PlanMissing", Message: "The plan cannot be read."}
		return platform.RunFailed
	}
	if kept.plan.serial != a.world.ledger.serial[target] {
		a.report.Error = &platform.OperationError{Code: "PlanStale", Message: "Saved plan is stale"}
		return platform.RunFailed
	}
	return a.apply(target, kept.plan.things)
}

// apply changes the real things one by one. It can be stopped, and fail, in between.
func (a *agent) apply(target string, wanted map[string]string) platform.RunState {
	w := a.world
	w.ledger.applyBegins(a.run, target)
	defer func() { w.ledger.applyEnds(a.run, target) }()
	real := w.ledger.things(target)
	left := w.fault("apply of "+target, ThingsLeft) == ThingsLeft && len(wanted) == 0
	for _, alias := range slices.Sorted(maps.Keys(merged(real, wanted))) {
		if end := a.step("apply"); end != "" {
			return end
		}
		w.ledger.changes(a.run, target)
		delete(w.ledger.meddled[target], alias)
		if size, ok := wanted[alias]; ok {
			real[alias] = size
		} else if !left {
			delete(real, alias)
		}
		w.ledger.serial[target]++
	}
	if len(wanted) == 0 {
		a.report.Remaining = slices.Sorted(maps.Keys(real))
	}
	w.ledger.applied[a.run.id] = true
	return platform.RunSucceeded
}

func merged(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// step is a piece of work that may be stopped, fail, or never end.
func (a *agent) step(name string) platform.RunState {
	w := a.world
	took := w.between(50*time.Millisecond, 1500*time.Millisecond)
	fault := w.fault("step "+name+" of run "+a.run.ref().ID, AgentDies, StepFails, SlowStep, CanceledOut)
	if fault == SlowStep {
		took = w.schedule.length(time.Minute, 20*time.Minute)
	}
	if fault == CanceledOut {
		w.after(took/2, func() { a.run.stop = true })
	}
	stopped := a.until(took, 500*time.Millisecond, func() bool { return a.run.stop })
	switch {
	case fault == AgentDies:
		a.sleep(agentLost)
		w.devops.end(a.run, platform.RunFailed)
		return platform.RunFailed
	case stopped:
		a.sleep(a.run.stopLate)
		return platform.RunCanceled
	case fault == StepFails:
		return platform.RunFailed
	}
	return ""
}

// tell reports the end and publishes it as a file, as the steps with always() do. A run whose report fails has failed.
func (a *agent) tell(state platform.RunState) platform.RunState {
	r := &a.report
	r.Status = map[platform.RunState]platform.Status{platform.RunSucceeded: platform.Succeeded, platform.RunFailed: platform.Failed, platform.RunCanceled: platform.Canceled}[state]
	published, err := json.Marshal(map[string]any{"operation": a.run.operation, "status": r.Status, "remaining": r.Remaining})
	if err != nil {
		a.world.fail("result of run %d: %v", a.run.id, err)
	}
	if a.call("report", func(ctx context.Context, s *platform.Service) error {
		return s.ReportRunResult(ctx, pipelineIdentity, a.run.operation, a.claim.Secret, *r)
	}) != nil && state == platform.RunSucceeded {
		state = platform.RunFailed
	}
	a.run.published = published
	a.sleep(a.world.between(0, time.Second))
	return state
}

// call makes a call-back, again while it is not answered.
func (a *agent) call(what string, do func(context.Context, *platform.Service) error) error {
	w := a.world
	end, pause := w.now.Add(callPatience), time.Second
	for {
		err := a.request(fmt.Sprintf("%s of run %d", what, a.run.id), do)
		if err == nil || !ambiguous(err) {
			return err
		}
		if a.sleep(pause); w.now.After(end) || w.ending {
			return err
		}
		pause = min(2*pause, 15*time.Second)
	}
}

// thingsOf reads what a rendered root asks for.
func thingsOf(b platform.Bundle) map[string]string {
	things := map[string]string{}
	if err := json.Unmarshal([]byte(b.Files[rootFile]), &things); err != nil {
		return nil
	}
	return things
}

// digestOf is the digest of a plan: of what it would make, from where.
func digestOf(things map[string]string, serial int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%v %d", things, serial)) // maps are printed in order
	return hex.EncodeToString(sum[:])
}
