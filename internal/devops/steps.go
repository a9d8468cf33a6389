package devops

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/build"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

const (
	// maxSteps bounds what is mirrored of a run.
	maxSteps = 200
	// maxName and maxDetail bound what a step says of itself, in bytes: a pipeline may compute both.
	maxName   = 200
	maxDetail = 300
)

// kinds are the records that are mirrored. Between a job and its stage the service has a phase, which says no more than the job;
// a stage that waits has checkpoints.
var kinds = map[string]platform.StepKind{"Stage": platform.KindStage, "Job": platform.KindJob, "Task": platform.KindTask}

// checkoutTask fetches the sources; it is part of every job and no step of ours.
var checkoutTask = uuid.MustParse("6d15af64-176c-496d-b583-fd2ae21d4df4")

// isStep reports whether a record is a stage, a job, or a task that the pipeline's file names. The agent's own tasks have no task
// reference; what it does after the job on behalf of a step is called so.
func isStep(r build.TimelineRecord) bool {
	switch value(r.Type) {
	case "Stage", "Job":
		return r.Id != nil
	case "Task":
		return r.Id != nil && r.Task != nil && value(r.Task.Id) != checkoutTask && !strings.HasPrefix(value(r.Name), "Post-job: ")
	}
	return false
}

// stepsOf mirrors a run's records, which are in the order in which people read them. page is the run's own for people.
func stepsOf(run, page string, records []build.TimelineRecord) []platform.Step {
	parents := map[uuid.UUID]build.TimelineRecord{}
	for _, r := range records {
		parents[value(r.Id)] = r
	}
	var steps []platform.Step
	for _, r := range records {
		if !isStep(r) {
			continue
		}
		step := platform.Step{
			ID: stepID(run, r), Kind: kinds[value(r.Type)], Name: clipped(cleaned(value(r.Name)), maxName), Status: stepStatus(r),
			StartedAt: timeOf(r.StartTime), FinishedAt: timeOf(r.FinishTime), Percent: percentOf(r), Attempt: max(1, value(r.Attempt)), URL: pageOf(page, r),
		}
		if parent, ok := parentStep(r, parents); ok {
			step.Parent = stepID(run, parent)
		}
		if !step.Status.Ended() {
			step.Detail = clipped(detailOf(r, records), maxDetail)
		}
		steps = append(steps, step)
	}
	return bounded(steps)
}

// stepID names a record among those of all runs of an operation: the service gives a record the same id in every run.
func stepID(run string, r build.TimelineRecord) string {
	id := value(r.Id)
	return fmt.Sprintf("%s.%x", run, id[:8])
}

// parentStep is the next record above that is mirrored.
func parentStep(r build.TimelineRecord, by map[uuid.UUID]build.TimelineRecord) (build.TimelineRecord, bool) {
	for range 4 { // a task, a job, a phase, a stage; whatever the service says, it ends
		parent, ok := by[value(r.ParentId)]
		if !ok {
			return build.TimelineRecord{}, false
		}
		if isStep(parent) {
			return parent, true
		}
		r = parent
	}
	return build.TimelineRecord{}, false
}

func stepStatus(r build.TimelineRecord) platform.StepStatus {
	switch value(r.State) {
	case build.TimelineRecordStateValues.InProgress:
		return platform.StepStatus(platform.Running)
	case build.TimelineRecordStateValues.Completed:
	default:
		return platform.StepStatus(platform.NotStarted)
	}
	switch value(r.Result) {
	case build.TaskResultValues.Succeeded, build.TaskResultValues.SucceededWithIssues:
		return platform.StepStatus(platform.Succeeded)
	case build.TaskResultValues.Skipped:
		return platform.StepSkipped
	case build.TaskResultValues.Canceled:
		return platform.StepStatus(platform.Canceled)
	default:
		return platform.StepStatus(platform.Failed)
	}
}

// percentOf is what a task says of itself; the service knows none of a stage or a job, but that it is done.
func percentOf(r build.TimelineRecord) int {
	if status := stepStatus(r); status == platform.StepStatus(platform.Succeeded) || status == platform.StepSkipped {
		return 100
	}
	return min(max(value(r.PercentComplete), 0), 100)
}

// detailOf is what a step that goes on says of its progress, and what a stage that has not begun waits for.
func detailOf(r build.TimelineRecord, records []build.TimelineRecord) string {
	if said := cleaned(value(r.CurrentOperation)); said != "" || value(r.Type) != "Stage" {
		return said
	}
	for _, check := range records {
		if value(check.Type) == "Checkpoint" && value(check.ParentId) == value(r.Id) && value(check.State) == build.TimelineRecordStateValues.InProgress {
			return "waits for an approval or a check in Azure DevOps"
		}
	}
	return ""
}

// pageOf is the place of a record's log on the run's page.
func pageOf(page string, r build.TimelineRecord) string {
	u, err := url.Parse(page)
	if err != nil || page == "" {
		return ""
	}
	separator := "?"
	if u.RawQuery != "" {
		separator = "&"
	}
	switch value(r.Type) {
	case "Task":
		return page + separator + "view=logs&j=" + value(r.ParentId).String() + "&t=" + value(r.Id).String()
	case "Job":
		return page + separator + "view=logs&j=" + value(r.Id).String()
	default:
		return page + separator + "view=logs&s=" + value(r.Id).String()
	}
}

// bounded keeps at most maxSteps. First the tasks of jobs that ended well or have not begun are left out, which is where nobody
// looks; the job says how many.
func bounded(steps []platform.Step) []platform.Step {
	for _, dull := range []platform.StepStatus{platform.StepStatus(platform.Succeeded), platform.StepSkipped, platform.StepStatus(platform.NotStarted)} {
		for i := 0; i < len(steps) && len(steps) > maxSteps; i++ {
			job := steps[i]
			if job.Kind != platform.KindJob || job.Status != dull {
				continue
			}
			before := len(steps)
			steps = slices.DeleteFunc(steps, func(s platform.Step) bool { return s.Parent == job.ID })
			if left := before - len(steps); left > 0 {
				steps[i].Detail = fmt.Sprintf("%d steps not shown", left)
			}
		}
	}
	return steps[:min(len(steps), maxSteps)]
}

// clipped cuts a text that is too long, between characters.
func clipped(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit-len("…")], "") + "…"
}
