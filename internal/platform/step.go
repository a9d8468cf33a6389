package platform

import "time"

// Step is a part of the operation's run, as the pipeline tells it: a stage, a job of it, or a task of that. Of what Azure DevOps ran
// again it is the newest attempt.
type Step struct {
	ID         string // unique in the operation; the same in every attempt
	Parent     string // ID of the stage of a job, of the job of a task
	Kind       StepKind
	Name       string
	Status     StepStatus
	StartedAt  time.Time
	FinishedAt time.Time
	Detail     string // what it is doing or waiting for
	Percent    int    // 0 to 100, as far as it tells
	Attempt    int    // from 1
	URL        string // its log, for people
}

// StepKind says what part of a run a step is.
type StepKind string

// The kinds of steps, from the whole to its parts.
const (
	KindStage StepKind = "stage"
	KindJob   StepKind = "job"
	KindTask  StepKind = "task"
)

// StepStatus is a Status that also knows Skipped.
type StepStatus string

// StepSkipped is the status of a step whose condition was false. The other values are those of Status.
const StepSkipped StepStatus = "Skipped"

// Ended reports whether this attempt of the step will not change any more.
func (s StepStatus) Ended() bool { return s == StepSkipped || Status(s).Final() }

// progress says how far a run is, by the steps that no other is part of: each counts the same, since nobody knows how long it will
// take. It never says that all is done: that is known when the operation has ended.
func progress(steps []Step) int {
	parents := map[string]bool{}
	for _, s := range steps {
		parents[s.Parent] = true
	}
	sum, leaves := 0, 0
	for _, s := range steps {
		switch {
		case s.ID != "" && parents[s.ID]:
			continue
		case s.Status.Ended():
			sum += 100
		default:
			sum += min(max(s.Percent, 0), 100)
		}
		leaves++
	}
	if leaves == 0 {
		return 0
	}
	return min(sum/leaves, 99)
}
