package agent

import (
	"context"
	"strings"
	"sync"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline/expression"
)

func lower(s string) string { return strings.ToLower(s) }

// runStage decides whether a stage runs, runs its jobs, and records its result.
func (r *run) runStage(ctx context.Context, i int) {
	s := r.in.Plan.Stages[i]
	result := r.stageResult(ctx, i)
	r.mu.Lock()
	r.stages[i] = result
	r.mu.Unlock()
	r.tl.finish(stageID(s), result.result)
}

func (r *run) stageResult(ctx context.Context, i int) stageResult {
	s := r.in.Plan.Stages[i]
	if ctx.Err() != nil {
		return r.skipStage(s)
	}
	scope, err := r.stageScope(i)
	var v verdict
	if err == nil {
		v, err = judge(s.Condition, scope)
	}
	switch {
	case err != nil:
		r.skipStage(s)
		r.tl.issue(stageID(s), Issue{Type: "error", Message: err.Error()})
		return stageResult{result: Failed}
	case !v.holds:
		return r.skipStage(s)
	}
	r.tl.start(stageID(s))
	st := &stage{run: r, index: i, spec: s, results: make([]dependency, len(s.Jobs))}
	st.graph = newGraph(len(s.Jobs), func(k int) (string, []string) { return s.Jobs[k].Name, s.Jobs[k].DependsOn })
	st.graph.each(func(k int) { st.runJob(ctx, k) })
	return st.result()
}

// skipStage completes the records of everything in a stage that does not run.
func (r *run) skipStage(s pipeline.Stage) stageResult {
	for _, j := range s.Jobs {
		r.skipJob(s, j, Skipped)
	}
	return stageResult{result: Skipped}
}

func (r *run) skipJob(s pipeline.Stage, j pipeline.Job, result Result) {
	for _, l := range legs(s, j) {
		r.tl.finish(l.recordID, result)
	}
	r.tl.finish(phaseID(s, j), result)
}

// stage is a stage that runs.
type stage struct {
	run     *run
	index   int
	spec    pipeline.Stage
	graph   graph
	mu      sync.Mutex
	results []dependency // by index of the job; written once when it is done
}

func (st *stage) job(k int) dependency {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.results[k]
}

func (st *stage) result() stageResult {
	result := stageResult{jobs: map[string]dependency{}}
	var all []Result
	for k, j := range st.spec.Jobs {
		d := st.job(k)
		result.jobs[j.Name] = d
		all = append(all, d.result)
	}
	result.result = worst(all...)
	return result
}

// scope is what the condition and the variables of a job see.
func (st *stage) scope(k int) expression.Scope {
	g := graphStatus{canceled: st.run.canceled(), named: map[string]dependency{}}
	dependencies := expression.NewContext()
	for _, n := range st.graph.ancestors(k) {
		d := st.job(n)
		g.all = append(g.all, d)
		g.named[lower(st.graph.names[n])] = d
		dependencies.Set(st.graph.names[n], d.value())
	}
	for _, n := range st.graph.dependsOn[k] {
		g.direct = append(g.direct, st.job(n))
	}
	contexts := map[string]expression.Value{"dependencies": dependencies, "stagedependencies": st.run.stageDependencies(st.index)}
	return expression.Scope{Contexts: contexts, Call: g.call}
}

// runJob decides whether a job runs, waits for a free slot, and runs it.
func (st *stage) runJob(ctx context.Context, k int) {
	j := st.spec.Jobs[k]
	d := st.jobResult(ctx, k)
	st.mu.Lock()
	st.results[k] = d
	st.mu.Unlock()
	st.run.tl.finish(phaseID(st.spec, j), d.result)
}

func (st *stage) jobResult(ctx context.Context, k int) dependency {
	r, j := st.run, st.spec.Jobs[k]
	waited := false
	defer func() {
		if waited {
			<-r.slots
		}
	}()
	for {
		v, holds, err := st.decide(k)
		switch {
		case err != nil:
			r.skipJob(st.spec, j, Abandoned)
			r.tl.issue(phaseID(st.spec, j), Issue{Type: "error", Message: err.Error()})
			return dependency{result: Abandoned}
		case !holds || ctx.Err() != nil:
			r.skipJob(st.spec, j, Skipped)
			return dependency{result: Skipped}
		case waited:
			return st.runPhase(ctx, k, v)
		}
		// While it waits for a slot the run may be canceled: the condition is looked at again then.
		select {
		case r.slots <- struct{}{}:
			waited = true
		case <-ctx.Done():
		}
	}
}

// decide evaluates a job's variables and its condition.
func (st *stage) decide(k int) (variables, bool, error) {
	r, j := st.run, st.spec.Jobs[k]
	scope := st.scope(k)
	v, err := r.newVariables(scope.Contexts, r.in.Plan.Variables, st.spec.Variables, j.Variables)
	if err != nil {
		return nil, false, err
	}
	scope.Contexts["variables"] = v.resolve().context()
	answer, err := judge(j.Condition, scope)
	return v, answer.holds, err
}

// runPhase runs the job, or the hooks of a deployment one after the other until one fails, and then what the deployment
// has for success or failure.
func (st *stage) runPhase(ctx context.Context, k int, v variables) dependency {
	r, j := st.run, st.spec.Jobs[k]
	r.tl.start(phaseID(st.spec, j))
	d := dependency{result: Succeeded, outputs: map[string]string{}}
	order := 0
	runLeg := func(l leg) {
		order++
		result := r.runLeg(ctx, l, v, d.outputs)
		d.result = worst(d.result, result)
	}
	for _, l := range legs(st.spec, j) {
		if d.result == Failed || d.result == Canceled {
			r.tl.finish(l.recordID, Skipped)
			continue
		}
		runLeg(l)
	}
	if hook := afterHook(j.Deployment, d.result); hook != nil {
		l := newLeg(st.spec, j, hook)
		r.tl.add(l.record(order + 1))
		runLeg(l)
	}
	if d.result == Failed && strings.EqualFold(settle(j.ContinueOnError, v.resolve()), "true") {
		d.result = SucceededWithIssues
	}
	return d
}

// afterHook is what a deployment runs when its other hooks are done; nil if nothing.
func afterHook(d *pipeline.Deployment, result Result) *pipeline.Hook {
	switch {
	case d == nil || result == Canceled:
		return nil
	case result == Failed:
		return d.OnFailure
	default:
		return d.OnSuccess
	}
}
