package agent

import (
	"context"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
)

// Outline gives the records that exist before anything has started: every stage, phase and job, pending.
func Outline(plan *pipeline.Plan) []Record { return nil }

// Interrupted gives the records that must change when the agent died in the middle of a run: whatever was in progress
// becomes failed, whatever had not started becomes skipped, and the jobs get an error issue with the reason.
func Interrupted(records []Record, at time.Time, reason string) []Record { return nil }

// Environ picks the variables that steps may inherit: PATH, HOME, LANG, LC_*, TMPDIR, TZ, USER, SHELL and the extra names.
func Environ(environ []string, extra ...string) []string { return nil }

// Run executes a plan to its end and returns how it ended. The error is non-nil when the run could not be recorded or
// the host is shutting down (then it wraps context.Cause(ctx)); a pipeline that fails is an Outcome, not an error.
// All processes and goroutines of the run are gone when Run returns.
func Run(ctx context.Context, cfg Config, in Input, rec Recorder) (Outcome, error) {
	return Outcome{}, nil
}
