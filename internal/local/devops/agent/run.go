package agent

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline/expression"
)

// errCanceled is the cause of contexts that end because a person canceled the run.
var errCanceled = errors.New("the run was canceled")

// Run executes a plan to its end and returns how it ended. The error is non-nil when the run could not be recorded or
// the host is shutting down (then it wraps context.Cause(ctx)); a pipeline that fails is an Outcome, not an error.
// All processes and goroutines of the run are gone when Run returns.
func Run(ctx context.Context, cfg Config, in Input, rec Recorder) (Outcome, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r := newRun(ctx, cfg.withDefaults(), in, rec, stop)
	for _, record := range Outline(in.Plan) {
		r.tl.add(record)
	}
	flushed := make(chan struct{})
	var flusher sync.WaitGroup
	flusher.Go(func() { r.tl.flushUntil(flushed) })
	r.graph.each(func(i int) { r.runStage(ctx, i) })
	close(flushed)
	flusher.Wait()

	outcome := Outcome{Result: r.result()}
	if err := r.tl.failure(); err != nil {
		return Outcome{Result: Failed}, fmt.Errorf("record run: %w", err)
	}
	if ctx.Err() != nil {
		return Outcome{Result: Failed}, fmt.Errorf("run stopped: %w", context.Cause(ctx))
	}
	return outcome, nil
}

// run is one execution of a plan.
type run struct {
	cfg    Config
	in     Input
	tl     *timeline
	mask   *masker
	graph  graph
	slots  chan struct{} // one for each job that may run at the same time
	mu     sync.Mutex
	stages []stageResult // by index; written once when the stage is done
}

// stageResult is what later stages see of a stage.
type stageResult struct {
	result Result
	jobs   map[string]dependency // by the job's name
}

func newRun(ctx context.Context, cfg Config, in Input, rec Recorder, stop context.CancelCauseFunc) *run {
	r := &run{cfg: cfg, in: in, mask: &masker{}, slots: make(chan struct{}, cfg.Parallel), stages: make([]stageResult, len(in.Plan.Stages))}
	for _, secret := range in.Secrets {
		r.mask.add(secret)
	}
	for _, v := range in.QueueVariables {
		if v.Secret {
			r.mask.add(v.Value)
		}
	}
	r.tl = newTimeline(ctx, rec, cfg.Now, r.mask, func(err error) { stop(err) })
	r.graph = newGraph(len(in.Plan.Stages), func(i int) (string, []string) { return in.Plan.Stages[i].Name, in.Plan.Stages[i].DependsOn })
	return r
}

// withDefaults fills what may be left out.
func (c Config) withDefaults() Config {
	c.Parallel = cmp.Or(c.Parallel, 2)
	c.LogLimit = cmp.Or(c.LogLimit, 8<<20)
	c.Grace.Interrupt = cmp.Or(c.Grace.Interrupt, 7500*time.Millisecond)
	c.Grace.Terminate = cmp.Or(c.Grace.Terminate, 2500*time.Millisecond)
	c.Minute = cmp.Or(c.Minute, time.Minute)
	c.Name = cmp.Or(c.Name, "local")
	if c.RetryDelay == nil {
		c.RetryDelay = func(attempt int) time.Duration { return time.Duration(attempt*attempt) * time.Second }
	}
	return c
}

// canceled says whether a person canceled the run.
func (r *run) canceled() bool {
	select {
	case <-r.in.Cancel:
		return true
	default:
		return false
	}
}

func (r *run) stage(i int) stageResult {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stages[i]
}

// result is that of the run: a failed stage fails it; a cancellation cancels it.
func (r *run) result() Result {
	results := make([]Result, 0, len(r.stages))
	for i := range r.stages {
		results = append(results, r.stage(i).result)
	}
	switch w := worst(results...); {
	case w == Succeeded, w == SucceededWithIssues:
		return w // a cancellation that came too late changes nothing
	case r.canceled(), w == Canceled:
		return Canceled
	case w == Skipped:
		return Succeeded
	default:
		return Failed
	}
}

// stageScope is what the condition of a stage sees.
func (r *run) stageScope(i int) (expression.Scope, error) {
	g := graphStatus{canceled: r.canceled(), named: map[string]dependency{}}
	dependencies := expression.NewContext()
	for _, k := range r.graph.ancestors(i) {
		d := r.stage(k).dependency()
		g.all = append(g.all, d)
		g.named[lower(r.graph.names[k])] = d
		dependencies.Set(r.graph.names[k], d.value())
	}
	for _, k := range r.graph.dependsOn[i] {
		g.direct = append(g.direct, r.stage(k).dependency())
	}
	contexts := map[string]expression.Value{"dependencies": dependencies, "stagedependencies": r.stageDependencies(i)}
	stage := r.in.Plan.Stages[i]
	v, err := r.newVariables(contexts, r.in.Plan.Variables, stage.Variables)
	if err != nil {
		return expression.Scope{}, err
	}
	contexts["variables"] = v.resolve().context()
	return expression.Scope{Contexts: contexts, Call: g.call}, nil
}

// dependency is a stage for the condition of a later stage: outputs are named job.step.variable.
func (s stageResult) dependency() dependency {
	d := dependency{result: s.result, outputs: map[string]string{}}
	for name, job := range s.jobs {
		for key, value := range job.outputs {
			d.outputs[name+"."+key] = value
		}
	}
	return d
}

// stageDependencies is the context of that name: the jobs of the stages that stage i depends on.
func (r *run) stageDependencies(i int) *expression.Object {
	stages := expression.NewContext()
	for _, k := range r.graph.ancestors(i) {
		jobs := expression.NewContext()
		for name, job := range r.stage(k).jobs {
			jobs.Set(name, job.value())
		}
		stages.Set(r.graph.names[k], jobs)
	}
	return stages
}

// newVariables builds variables from the server's, the request's and those of the scopes, wider scopes first.
func (r *run) newVariables(contexts map[string]expression.Value, scopes ...[]pipeline.Entry) (variables, error) {
	v := variables{}
	for name, value := range r.in.Predefined {
		v.predefine(name, value)
	}
	for name, q := range r.in.QueueVariables {
		v.define(variable{name: name, value: q.Value, secret: q.Secret})
	}
	evaluate := func(text string, soFar variables) (string, error) {
		inner := map[string]expression.Value{"variables": soFar.resolve().context()}
		for name, value := range contexts {
			if name != "variables" {
				inner[name] = value
			}
		}
		return evaluateText(text, expression.Scope{Contexts: inner})
	}
	for _, entries := range scopes {
		if err := v.defineEntries(entries, r.in.Groups, evaluate); err != nil {
			return nil, err
		}
	}
	for _, d := range v {
		if d.secret {
			r.mask.add(d.value)
		}
	}
	return v, nil
}
