package devops

import (
	"cmp"
	"context"
	"slices"

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
	records, err := p.timeline(ctx, id)
	if err != nil {
		return platform.RunObservation{}, failure("read timeline of run "+run, err)
	}
	seen := platform.RunObservation{
		Run:   platform.RunRef{ID: run, URL: webLink(b.Links)},
		State: stateOf(*b), Stopping: value(b.Status) == build.BuildStatusValues.Cancelling,
		Steps: stepsOf(run, webLink(b.Links), records),
	}
	if seen.State == platform.RunFailed {
		seen.FirstError = p.firstError(ctx, id, *b, records)
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
