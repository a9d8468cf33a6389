package agent

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline/expression"
)

var errStepTimeout = errors.New("the task has timed out")

// step is one step of a job while it runs.
type step struct {
	job      *job
	spec     pipeline.Step
	recordID string
	log      int
	vars     resolved

	written   int    // bytes of output in the log
	full      bool   // the log takes no more output
	lines     int    // lines in the log
	completed Result // by task.complete and failing commands; the worst counts
}

// step decides whether a step runs, runs it, and merges its result into the job's.
func (j *job) step(ctx context.Context, spec pipeline.Step, recordID string) {
	tl := j.run.tl
	s := &step{job: j, spec: spec, recordID: recordID}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	v, err := j.begin(s, cancel)
	defer j.end()
	s.open()
	name := j.displayName(spec)
	tl.update(recordID, func(r *Record) { r.Name = name })
	s.write("##[section]Starting: " + name)
	result := Skipped
	switch {
	case err != nil:
		s.fail(err.Error())
		result = Failed
	case !v.holds:
		s.write("Skipping step due to condition evaluation.")
		s.write("Evaluating: " + v.condition)
		s.write("Expanded: " + v.expanded)
		s.write("Result: False")
	default:
		result = s.attempts(ctx)
	}
	s.write("##[section]Finishing: " + name)
	tl.finish(recordID, result)
	if result != Skipped && result != Canceled {
		j.mu.Lock()
		j.status = worst(j.status, result)
		j.mu.Unlock()
	}
}

// begin takes the snapshot of the variables, evaluates the condition, and makes the step the running one: from here on
// a cancellation finds it.
func (j *job) begin(s *step, cancel context.CancelCauseFunc) (verdict, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	status := j.status
	if j.canceled {
		status = Canceled
	}
	j.vars.predefine("Agent.JobStatus", title(status))
	j.vars.predefine("System.TaskInstanceId", s.recordID)
	s.vars = j.vars.resolve()
	v, err := judge(s.spec.Condition, j.scopeLocked())
	if err == nil && v.holds {
		j.condition, j.cancel = s.spec.Condition, cancel
	}
	return v, err
}

func (j *job) end() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.condition, j.cancel = "", nil
}

// scopeLocked is what the condition of a step sees; the lock is held.
func (j *job) scopeLocked() expression.Scope {
	return expression.Scope{
		Contexts: map[string]expression.Value{"variables": j.vars.resolve().context()},
		Call:     jobStatus{result: j.status, canceled: j.canceled}.call,
	}
}

// open starts the record and its log.
func (s *step) open() {
	s.job.run.tl.start(s.recordID)
	s.log = s.job.run.tl.createLog(s.recordID)
}

// attempts runs the task, again after failures if the step wants that, and gives the step's result.
func (s *step) attempts(ctx context.Context) Result {
	s.header()
	var result Result
	for attempt := 1; ; attempt++ {
		s.completed = ""
		result = s.attempt(ctx)
		if result != Failed || attempt > s.spec.Retries || ctx.Err() != nil {
			break
		}
		s.warn(fmt.Sprintf("RetryHelper encountered task failure, will retry (attempt #: %d out of %d)", attempt, s.spec.Retries))
		delay := time.NewTimer(s.job.run.cfg.RetryDelay(attempt))
		select {
		case <-delay.C:
		case <-ctx.Done():
		}
		delay.Stop()
		if ctx.Err() != nil {
			result = s.canceled(ctx)
			break
		}
	}
	if result == Failed && strings.EqualFold(settle(s.spec.ContinueOnError, s.vars), "true") {
		return SucceededWithIssues
	}
	return result
}

// attempt runs the task once, within the step's time limit.
func (s *step) attempt(ctx context.Context) Result {
	if limit := s.job.minutes(s.spec.TimeoutMinutes, 0); limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, limit, errStepTimeout)
		defer cancel()
	}
	err := s.execute(ctx)
	switch {
	case ctx.Err() != nil:
		return s.canceled(ctx)
	case err != nil:
		s.fail(err.Error())
		return Failed
	default:
		return worst(Succeeded, s.result())
	}
}

func (s *step) result() Result {
	s.job.mu.Lock()
	defer s.job.mu.Unlock()
	if s.completed == "" {
		return Succeeded
	}
	return s.completed
}

// canceled says why a step was stopped.
func (s *step) canceled(ctx context.Context) Result {
	if errors.Is(context.Cause(ctx), errStepTimeout) {
		s.fail("The task has timed out.")
		return Failed
	}
	s.write("The Operation will be canceled. The next steps may not contain expected logs.")
	s.fail("The operation was canceled.")
	return Canceled
}

// header is what the log of every task begins with.
func (s *step) header() {
	rule := strings.Repeat("=", 78)
	s.write(rule)
	s.write("Task         : " + s.spec.Task.Name)
	s.write("Version      : " + s.spec.Task.Version)
	s.write("Author       : local agent")
	s.write(rule)
	if len(s.spec.UnknownInputs) > 0 {
		s.warn("Unexpected input(s) '" + strings.Join(s.spec.UnknownInputs, "', '") + "'")
	}
}

// input gives an input with its macros filled, trimmed.
func (s *step) input(name string) string {
	return s.vars.expand(strings.TrimSpace(s.spec.Inputs[name]))
}

// flag gives a boolean input.
func (s *step) flag(name string) bool { return strings.EqualFold(s.input(name), "true") }

// write puts a line of the agent into the step's and the job's log.
func (s *step) write(line string) {
	tl := s.job.run.tl
	s.lines++
	tl.append(tl.now().UTC().Format(stampLayout)+" "+s.job.run.mask.mask(line), s.log, s.job.log)
}

// output puts a line of the task's output into the logs, up to the limit.
func (s *step) output(line string) {
	if s.full {
		return
	}
	s.written += len(line) + len(stampLayout) + 2
	if limit := s.job.run.cfg.LogLimit; s.written > limit {
		s.full = true
		s.write(fmt.Sprintf("##[warning]The output of this step is longer than %d bytes. What follows is not kept.", limit))
		return
	}
	s.write(line)
}

// fail adds an error to the record and the log.
func (s *step) fail(message string) {
	s.write("##[error]" + message)
	s.issue("error", message, nil)
}

// warn adds a warning.
func (s *step) warn(message string) {
	s.write("##[warning]" + message)
	s.issue("warning", message, nil)
}

func (s *step) issue(kind, message string, data map[string]string) {
	all := map[string]string{"type": kind, "logFileLineNumber": fmt.Sprint(s.lines)}
	for k, v := range data {
		all[k] = v
	}
	s.job.run.tl.issue(s.recordID, Issue{Type: kind, Message: message, Data: all})
}
