package platform

import (
	"slices"
	"time"
)

// The times of an operation's life. They only ever say when to look again or when to give up, never that somebody is dead.
const (
	// startHold is how long after asking for a run without an answer nobody asks again: the run may still show up.
	startHold = 10 * time.Second
	// startLimit is how long an operation tries to get a run.
	startLimit = time.Hour
	// maxAttempts bounds how often a run is asked for. Within startLimit there are fewer.
	maxAttempts = 100
	// runLimit is how long a run may take from its claim on. The pipeline's own job limit is shorter.
	runLimit = 2 * time.Hour
	// cancelLimit is how long a run that was asked to stop may take.
	cancelLimit = 15 * time.Minute
	// lookInterval is how often a run is looked at while it goes on.
	lookInterval = time.Second
	// slowLookInterval is how often after the first minute.
	slowLookInterval = 5 * time.Second
)

// Observation is something that was learnt about an operation. Its types are the cases of Decide.
type Observation interface{ observation() }

// What can be observed.
type (
	// Delivered means that a message or the sweep asks what is to be done.
	Delivered struct{}
	// LookedUp is the answer to ActionFind; nil means that no run was found.
	LookedUp struct{ Run *RunRef }
	// Started is the answer to ActionStart.
	Started struct{ Run RunRef }
	// StartRefused means that the pipeline service will not start the run: none was made.
	StartRefused struct{ Reason string }
	// Unreachable means that the pipeline service did not do what it was asked to, for a reason that passes: it did not answer, or
	// not now. After ActionStart a run may exist or not. It wants to be left alone for RetryAfter.
	Unreachable struct {
		Reason     string
		RetryAfter time.Duration
	}
	// Claimed is a run that asks to have the operation.
	Claimed struct{ Run RunRef }
	// Observed is the answer to ActionRead.
	Observed struct{ Run RunObservation }
	// Gone means that the service does not know the run any more; no run for one that was not read.
	Gone struct{ Run string }
	// ReportFetched is the answer to ActionReport; nil means that the run published none.
	ReportFetched struct {
		Run    string
		Report *Report
	}
	// Planned is the plan that the run reports.
	Planned struct{ Plan Plan }
	// Stopped means that the run is about to be told to stop after its plan, since the operation was canceled.
	Stopped struct{}
	// Reported is what the run says of its end.
	Reported struct {
		Run    string
		Report Report
	}
	// Approved means that everybody has agreed who has to.
	Approved struct{}
	// Rejected means that somebody who might have agreed did not.
	Rejected struct{ Comment string }
	// Outdated means that something has moved since the plan was made that people agree to.
	Outdated struct{ Reason string }
	// CancelAsked is a person's wish to end the operation.
	CancelAsked struct{}
	// DeadLettered means that the broker gave up on a message of the operation.
	DeadLettered struct{}
)

func (Delivered) observation()     {}
func (LookedUp) observation()      {}
func (Started) observation()       {}
func (StartRefused) observation()  {}
func (Unreachable) observation()   {}
func (Claimed) observation()       {}
func (Observed) observation()      {}
func (Gone) observation()          {}
func (ReportFetched) observation() {}
func (Planned) observation()       {}
func (Stopped) observation()       {}
func (Reported) observation()      {}
func (Approved) observation()      {}
func (Rejected) observation()      {}
func (Outdated) observation()      {}
func (CancelAsked) observation()   {}
func (DeadLettered) observation()  {}

// Action is the one call to the pipeline service that a decision asks for.
type Action string

// The actions. After each the answer is the next observation.
const (
	ActionNone   Action = ""
	ActionFind   Action = "find"
	ActionStart  Action = "start"
	ActionRead   Action = "read"
	ActionReport Action = "report"
	ActionCancel Action = "cancel"
)

// Decision is what follows from an observation: the new state, stored first; then at most one call; then a look again.
type Decision struct {
	Operation Operation
	Action    Action
	// RetryAt asks for another Delivered through the operations queue, LookAt through the runs queue. Zero means no.
	// Both are only for speed: the sweep looks at Operation.NextLook.
	RetryAt time.Time
	LookAt  time.Time
}

// Decide is the whole life of an operation as a pure function of (stored state, observation, time).
//
// Promises that hold for every order of observations: a final status never changes; Claimed is set once and only by the run
// that asks; Attempt is stored before a run is asked for; and every operation that is observed often enough ends.
func Decide(op Operation, seen Observation, now time.Time) Decision {
	if op.Status.Final() {
		return Decision{Operation: op}
	}
	if op.Stage == AwaitingApproval {
		return waiting(op, seen, now)
	}
	switch seen := seen.(type) {
	case Delivered:
		return delivered(op, now)
	case DeadLettered:
		return deadLettered(op, now)
	case LookedUp:
		return lookedUp(op, seen.Run, now)
	case Started:
		return started(op, seen.Run)
	case StartRefused:
		return startRefused(op, seen.Reason, now)
	case Unreachable:
		return unreachable(op, seen, now)
	case Claimed:
		return claimed(op, seen.Run, now)
	case Observed:
		return observed(op, seen.Run, now)
	case Gone:
		return gone(op, seen.Run, now)
	case ReportFetched:
		return fetched(op, seen, now)
	case Planned:
		return planned(op, seen.Plan, now)
	case Stopped:
		op.Plan = "" // of two answers the run has the last: it applies nothing
		return Decision{Operation: op}
	case Reported:
		return reported(op, seen, now)
	case Outdated:
		return outdated(op, seen.Reason, now)
	case CancelAsked:
		return cancelAsked(op, now)
	}
	return Decision{Operation: op}
}

// delivered asks what to do now: read the run if there is one, else get one.
func delivered(op Operation, now time.Time) Decision {
	switch {
	case op.Run().ID != "":
		return Decision{Operation: op, Action: ActionRead}
	case now.After(op.Deadline) || op.Attempt >= maxAttempts:
		return neverStarted(op, now)
	case op.Attempt == 0:
		return attempt(op, now)
	default:
		return Decision{Operation: op, Action: ActionFind}
	}
}

// attempt writes down that a run is about to be asked for, before it is.
func attempt(op Operation, now time.Time) Decision {
	op.Attempt++
	op.NextLook = now.Add(startHold)
	return Decision{Operation: op, Action: ActionStart}
}

// lookedUp goes on after the search for a run that an earlier attempt may have started.
func lookedUp(op Operation, run *RunRef, now time.Time) Decision {
	if run != nil && slices.Contains(op.Passed, run.ID) {
		run = nil // the newest is one of those that came before: there is no new one
	}
	switch {
	case op.Run().ID != "":
		return Decision{Operation: op, LookAt: now}
	case run != nil:
		return recorded(op, *run, now)
	case now.Before(op.NextLook):
		return Decision{Operation: op, RetryAt: op.NextLook}
	case now.After(op.Deadline) || op.Attempt >= maxAttempts:
		return neverStarted(op, now)
	default:
		return attempt(op, now)
	}
}

// started waits for the claim of the run that was asked for, which says which it is. When it does not come, the look finds the run,
// as it does after a crash: what was just answered is not worth a write of its own.
func started(op Operation, run RunRef) Decision {
	if op.Run().ID == "" {
		return Decision{Operation: op, LookAt: op.NextLook}
	}
	return Decision{Operation: op}
}

// recorded notes the run that a search found, and reads it. It is a hint: the claim decides.
func recorded(op Operation, run RunRef, now time.Time) Decision {
	if op.Recorded.ID == "" {
		op.Recorded = run
	}
	if op.Claimed.ID == run.ID {
		op.Claimed.URL = run.URL
	}
	op.Message = ""
	op.NextLook = now.Add(lookInterval)
	return Decision{Operation: op, Action: ActionRead}
}

// deadLettered ends what has no run. A run goes on whatever happened to a message, so it is looked at instead.
func deadLettered(op Operation, now time.Time) Decision {
	if op.Run().ID != "" {
		return Decision{Operation: op, LookAt: now.Add(slowLookInterval)}
	}
	if op.mayHaveRun() {
		return Decision{Operation: op, Action: ActionFind}
	}
	return end(op, Failed, &OperationError{Code: "PoisonMessage", Message: "The request could not be processed; its message was given up after several tries. Nothing was changed.",
		Action: "Ask again; if it fails again, give the operation's id to the platform team."}, now)
}

// end makes the operation final. Settle says what that means for its environment.
func end(op Operation, status Status, why *OperationError, now time.Time) Decision {
	op.Status, op.Stage, op.Error, op.Message = status, Done, why, ""
	if status == Succeeded {
		op.Percent = 100
	}
	for i := range op.Steps {
		if op.Steps[i].Status == StepStatus(Running) || op.Steps[i].Status == StepStatus(NotStarted) {
			op.Steps[i].Status = StepSkipped
		}
	}
	op.NextLook = now
	return Decision{Operation: op}
}

// startRefused ends what has no run. Another attempt may have got one meanwhile, which goes on whatever this one was answered.
func startRefused(op Operation, reason string, now time.Time) Decision {
	if op.Run().ID != "" {
		return Decision{Operation: op, LookAt: now.Add(lookInterval)}
	}
	return end(op, Failed, &OperationError{Code: "PipelineRefused", Message: "Azure DevOps refused to start the run: " + reason,
		Action: "A platform engineer has to mend the pipeline; then ask again."}, now)
}
