package devops

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/build"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Read tells the state of a run, its steps, and when it failed the first error that says something.
func (p *Pipelines) Read(ctx context.Context, run string) (platform.RunObservation, error) {
	id, err := runID(run)
	if err != nil {
		return platform.RunObservation{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	// The build first: the service writes the two apart, and a timeline read after the end is the last one.
	b, err := p.build(ctx, id)
	if err != nil {
		return platform.RunObservation{}, failure("read run "+run, err)
	}
	tasks, err := p.timeline(ctx, id)
	if err != nil {
		return platform.RunObservation{}, failure("read timeline of run "+run, err)
	}
	seen := platform.RunObservation{
		Run:   platform.RunRef{ID: run, URL: webLink(b.Links)},
		State: stateOf(*b),
		Steps: stepsOf(tasks),
	}
	if seen.State == platform.RunFailed {
		seen.FirstError = p.firstError(ctx, id, *b, tasks)
	}
	return seen, nil
}

// stateOf tells "queued" from "running" by the start: a build is notStarted until its first job starts, and may be
// canceled before.
func stateOf(b build.Build) platform.RunState {
	switch {
	case value(b.Status) != build.BuildStatusValues.Completed && b.StartTime == nil:
		return platform.RunQueued
	case value(b.Status) != build.BuildStatusValues.Completed:
		return platform.RunRunning
	case value(b.Result) == build.BuildResultValues.Succeeded, value(b.Result) == build.BuildResultValues.PartiallySucceeded:
		return platform.RunSucceeded
	case value(b.Result) == build.BuildResultValues.Canceled:
		return platform.RunCanceled
	default:
		return platform.RunFailed
	}
}

// timeline is a run's records in the order in which they run: a parent before its children, siblings by their number.
func (p *Pipelines) timeline(ctx context.Context, id int) ([]build.TimelineRecord, error) {
	t, err := p.builds.GetBuildTimeline(ctx, build.GetBuildTimelineArgs{Project: &p.project, BuildId: &id})
	if err != nil {
		return nil, err
	}
	return inOrder(value(t.Records)), nil
}

func inOrder(records []build.TimelineRecord) []build.TimelineRecord {
	known := map[uuid.UUID]bool{}
	for _, r := range records {
		known[value(r.Id)] = true
	}
	children := map[uuid.UUID][]build.TimelineRecord{}
	for _, r := range records {
		parent := value(r.ParentId)
		if !known[parent] {
			parent = uuid.UUID{} // a record whose parent is not told counts as a first one
		}
		children[parent] = append(children[parent], r)
	}
	ordered := make([]build.TimelineRecord, 0, len(records))
	var add func(parent uuid.UUID)
	add = func(parent uuid.UUID) {
		siblings := children[parent]
		delete(children, parent) // whatever the service says, no record is visited twice
		slices.SortStableFunc(siblings, func(a, b build.TimelineRecord) int { return cmp.Compare(value(a.Order), value(b.Order)) })
		for _, r := range siblings {
			ordered = append(ordered, r)
			add(value(r.Id))
		}
	}
	add(uuid.UUID{})
	return ordered
}

// checkoutTask fetches the sources; it is part of every job and no step of ours.
var checkoutTask = uuid.MustParse("6d15af64-176c-496d-b583-fd2ae21d4df4")

// isStep reports whether a record is a step that the pipeline's file names. The agent's own tasks have no task reference;
// what it does after the job on behalf of a step is called so.
func isStep(r build.TimelineRecord) bool {
	return value(r.Type) == "Task" && r.Task != nil && value(r.Task.Id) != checkoutTask && !strings.HasPrefix(value(r.Name), "Post-job: ")
}

func stepsOf(records []build.TimelineRecord) []platform.Step {
	var steps []platform.Step
	for _, r := range records {
		if !isStep(r) {
			continue
		}
		step := platform.Step{Name: value(r.Name), Status: stepStatus(r), StartedAt: timeOf(r.StartTime), FinishedAt: timeOf(r.FinishTime)}
		if step.Status == platform.StepStatus(platform.Running) {
			step.Detail = detailOf(r)
		}
		steps = append(steps, step)
	}
	return steps
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

// detailOf is what a running step says of its progress.
func detailOf(r build.TimelineRecord) string {
	detail := cleaned(value(r.CurrentOperation))
	if percent := value(r.PercentComplete); percent > 0 && percent < 100 {
		detail = strings.TrimSpace(detail + " " + strconv.Itoa(percent) + " %")
	}
	return detail
}
