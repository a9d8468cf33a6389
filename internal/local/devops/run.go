package devops

import (
	"slices"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/devops/agent"
)

// run is one queued, running or finished execution of a pipeline. The service shows it twice: as a run of the pipelines
// API and, with all there is to know, as a build of the build API; both have the same id.
type run struct {
	ID           int
	Number       string // "build number" of a build, "name" of a run
	Definition   int
	Status       buildStatus
	Result       buildResult // "" until Status is completed
	Queued       time.Time
	Started      *time.Time // nil until its first job may start
	Finished     *time.Time
	Changed      time.Time
	Parameters   map[string]string
	StagesToSkip []string
	Tags         []string
	PlanID       string
	Ref, Version string
	Artifacts    []artifact
}

// buildStatus is a build's status as the service spells it.
type buildStatus string

const (
	notStarted buildStatus = "notStarted"
	inProgress buildStatus = "inProgress"
	cancelling buildStatus = "cancelling"
	completed  buildStatus = "completed"
)

// buildResult is a build's result as the service spells it.
type buildResult string

const (
	resultSucceeded          buildResult = "succeeded"
	resultPartiallySucceeded buildResult = "partiallySucceeded"
	resultFailed             buildResult = "failed"
	resultCanceled           buildResult = "canceled"
)

// waiting reports whether no agent has taken the run yet.
func (r run) waiting() bool { return r.Status != completed && r.Started == nil }

// interrupted reports whether an agent has taken the run and not finished it.
func (r run) interrupted() bool { return r.Status != completed && r.Started != nil }

// start marks the run as taken by an agent. A cancellation that came before stays.
func (r *run) start(at time.Time) {
	if r.Status == notStarted {
		r.Status = inProgress
	}
	r.Started = &at
}

// cancel asks for the end; a completed run stays as it is.
func (r *run) cancel() {
	if r.Status != completed {
		r.Status = cancelling
	}
}

// finish ends the run for ever.
func (r *run) finish(result buildResult, at time.Time) {
	if r.Status == completed {
		return
	}
	r.Status, r.Result, r.Finished = completed, result, &at
}

// buildResultOf translates what the agent says of a whole run.
func buildResultOf(r agent.Result) buildResult {
	switch r {
	case agent.Succeeded, agent.Skipped:
		return resultSucceeded
	case agent.SucceededWithIssues:
		return resultPartiallySucceeded
	case agent.Canceled:
		return resultCanceled
	default:
		return resultFailed
	}
}

// tag adds tags that are not there yet; they compare without regard to case.
func (r *run) tag(tags ...string) {
	for _, t := range tags {
		if t = strings.TrimSpace(t); t != "" && !r.hasTag(t) {
			r.Tags = append(slices.Clip(r.Tags), t)
		}
	}
}

// untag removes tags; one that is not there is no error.
func (r *run) untag(tags ...string) {
	r.Tags = slices.DeleteFunc(slices.Clone(r.Tags), func(have string) bool {
		return slices.ContainsFunc(tags, func(t string) bool { return strings.EqualFold(t, have) })
	})
}

func (r run) hasTag(tag string) bool {
	return slices.ContainsFunc(r.Tags, func(have string) bool { return strings.EqualFold(have, tag) })
}
