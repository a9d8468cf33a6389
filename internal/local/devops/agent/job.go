package agent

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"sync"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
)

const (
	defaultJobMinutes    = 60
	defaultCancelMinutes = 5
)

var (
	errJobTimeout    = errors.New("the job ran longer than its maximum time")
	errCancelTimeout = errors.New("the time for steps after the cancellation is over")
)

// job is one job on an agent.
type job struct {
	run  *run
	leg  leg
	dirs workspace
	log  int // the log of the whole job

	mu        sync.Mutex // guards what follows: the watcher of the cancellation reads it while a step runs
	vars      variables
	outputs   map[string]string // of the phase, shared with what follows it
	status    Result            // of the steps so far
	canceled  bool
	prepended []string // PATH entries, newest first
	condition string   // of the running step
	cancel    context.CancelCauseFunc
}

// runLeg runs one job in a fresh workspace from start to end.
func (r *run) runLeg(ctx context.Context, l leg, v variables, outputs map[string]string) Result {
	j := &job{run: r, leg: l, vars: maps.Clone(v), outputs: outputs, status: Succeeded}
	r.tl.update(l.recordID, func(rec *Record) { rec.WorkerName = r.cfg.Name })
	r.tl.start(l.recordID)
	j.log = r.tl.createLog(l.recordID)
	result := j.work(ctx)
	r.tl.finish(l.recordID, result)
	return result
}

func (j *job) work(ctx context.Context) Result {
	tl := j.run.tl
	var err error
	if j.dirs, err = newWorkspace(j.run.cfg.WorkDir); err != nil {
		tl.issue(j.leg.recordID, Issue{Type: "error", Message: err.Error()})
		return Failed
	}
	defer func() {
		if err := j.dirs.remove(); err != nil {
			j.run.cfg.Log.Warn("a job's workspace could not be removed", "dir", j.dirs.root, "error", err)
		}
	}()
	j.predefine()
	ctx, kill := context.WithCancelCause(ctx)
	defer kill(nil)
	done := make(chan struct{})
	var watcher sync.WaitGroup
	watcher.Go(func() { j.watch(kill, done) })
	j.steps(ctx)
	close(done)
	watcher.Wait()
	return j.result(ctx)
}

// result is that of the job when all its steps are done.
func (j *job) result(ctx context.Context) Result {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.canceled || ctx.Err() != nil {
		return Canceled
	}
	return j.status
}

// steps runs the agent's own first and last step and those of the job between them.
func (j *job) steps(ctx context.Context) {
	first := j.ownStep(1, "Initialize job", "JobExtension_Init")
	records := make([]string, len(j.leg.steps))
	for i, spec := range j.leg.steps {
		records[i] = j.addStep(i+2, spec)
	}
	j.initialize(first)
	for i, spec := range j.leg.steps {
		if ctx.Err() != nil { // the host stops, or the time after a cancellation is over
			j.run.tl.finish(records[i], Canceled)
			continue
		}
		j.step(ctx, spec, records[i])
	}
	last := j.ownStep(len(records)+2, "Finalize Job", "JobExtension_Final")
	s := &step{job: j, recordID: last}
	s.open()
	s.write("##[section]Starting: Finalize Job")
	s.write("Cleaning up the workspace of the job.")
	s.write("##[section]Finishing: Finalize Job")
	j.run.tl.finish(last, Succeeded)
}

func (j *job) ownStep(order int, name, ref string) string {
	id := recordID(j.leg.identifier + "." + ref)
	j.run.tl.add(Record{ID: id, ParentID: j.leg.recordID, Type: TypeTask, Name: name, RefName: ref, State: Pending, Order: order, Attempt: 1})
	return id
}

func (j *job) addStep(order int, spec pipeline.Step) string {
	id := recordID(j.leg.identifier + ".step" + strconv.Itoa(order))
	task := spec.Task
	r := Record{
		ID: id, ParentID: j.leg.recordID, Type: TypeTask, Name: j.displayName(spec), RefName: spec.Name, Task: &task,
		State: Pending, Order: order, Attempt: 1,
	}
	j.run.tl.add(r)
	return id
}

func (j *job) displayName(spec pipeline.Step) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := j.vars.resolve()
	if spec.DisplayName == "" { // a checkout
		return r.expand("Checkout $(Build.Repository.Name)@$(Build.SourceBranchName) to s")
	}
	return r.expand(spec.DisplayName)
}

func (j *job) initialize(recordID string) {
	s := &step{job: j, recordID: recordID}
	s.open()
	s.write("##[section]Starting: Initialize job")
	s.write("Agent name: '" + j.run.cfg.Name + "'")
	s.write("Current working directory: '" + j.dirs.root + "'")
	s.write("##[section]Finishing: Initialize job")
	j.run.tl.finish(recordID, Succeeded)
}

// watch cancels the job when a person does or its time is over, and ends everything when the time for what still runs
// after that is over, too.
func (j *job) watch(kill context.CancelCauseFunc, done <-chan struct{}) {
	limit := j.minutes(j.leg.job.TimeoutMinutes, defaultJobMinutes)
	var timeout <-chan time.Time
	if limit > 0 {
		timer := time.NewTimer(limit)
		defer timer.Stop()
		timeout = timer.C
	}
	select {
	case <-done:
		return
	case <-j.run.in.Cancel:
		j.cancelNow(errCanceled)
	case <-timeout:
		j.run.tl.issue(j.leg.recordID, Issue{Type: "error", Message: fmt.Sprintf(
			"The job running on agent %s ran longer than the maximum time of %d minutes. For more information, see https://go.microsoft.com/fwlink/?linkid=2077134",
			j.run.cfg.Name, int(limit/j.run.cfg.Minute))})
		j.cancelNow(errJobTimeout)
	}
	if !waited(done, j.minutes(j.leg.job.CancelTimeoutMinutes, defaultCancelMinutes)) {
		kill(errCancelTimeout)
	}
}

// cancelNow sets the job to canceled. The running step is left alone if its condition still holds then.
func (j *job) cancelNow(cause error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.canceled = true
	if j.cancel == nil {
		return
	}
	if v, err := judge(j.condition, j.scopeLocked()); err != nil || !v.holds {
		j.cancel(cause)
	}
}

// minutes reads a time limit, which may have macros or be an expression.
func (j *job) minutes(text string, fallback int) time.Duration {
	j.mu.Lock()
	text = settle(text, j.vars.resolve())
	j.mu.Unlock()
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		n = fallback
	}
	return time.Duration(n) * j.run.cfg.Minute
}
