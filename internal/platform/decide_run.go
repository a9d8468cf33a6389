package platform

import (
	"fmt"
	"slices"
	"time"
)

// claimed gives the operation to the first run that asks. What the dispatcher recorded does not matter.
func claimed(op Operation, run RunRef, now time.Time) Decision {
	if op.Claimed.ID != "" || op.CancelRequested || slices.Contains(op.Passed, run.ID) {
		return Decision{Operation: op}
	}
	op.Claimed = run
	if op.Recorded.ID == run.ID {
		op.Claimed.URL = op.Recorded.URL
	}
	op.Status, op.Stage, op.Message = Running, Planning, ""
	if op.Gate == GateOpen {
		op.Stage = Applying // what was planned before
	}
	op.Deadline = now.Add(runLimit)
	op.NextLook = now.Add(lookInterval)
	return Decision{Operation: op, LookAt: op.NextLook}
}

// planned moves on to the change itself, unless a plan was all that was wanted or people have to agree to it first.
func planned(op Operation, plan Plan, now time.Time) Decision {
	op.Plan = plan.Digest
	if op.Stage == Planning && op.Gate != GateClosed {
		switch op.Mode {
		case ModeDeploy:
			op.Stage = Applying
		case ModeDestroy:
			op.Stage = Destroying
		case ModePlan, ModeDrift:
		}
	}
	return Decision{Operation: op, LookAt: now.Add(lookInterval)}
}

// reported keeps the first report. It is believed when the run itself has ended.
func reported(op Operation, seen Reported, now time.Time) Decision {
	if op.Reported == nil && seen.Run == op.Claimed.ID {
		op.Reported = &seen.Report
	}
	return Decision{Operation: op, LookAt: now.Add(lookInterval)} // it is about to end
}

// observed mirrors the run, and ends the operation when the run has ended.
func observed(op Operation, seen RunObservation, now time.Time) Decision {
	if seen.Run.ID != op.Run().ID {
		return Decision{Operation: op, LookAt: now.Add(lookInterval)} // another run of ours; the claimed one decides
	}
	op.Message = ""
	if seen.Run.URL != "" && op.Claimed.ID == seen.Run.ID {
		op.Claimed.URL = seen.Run.URL
	}
	if len(seen.Steps) > 0 {
		op.Steps = append(slices.Clip(op.Steps[:min(op.PlanSteps, len(op.Steps))]), seen.Steps...)
		op.Percent = max(op.Percent, progress(op.Steps))
	}
	if seen.State.Ended() {
		return runEnded(op, seen, now)
	}
	if now.After(op.Deadline) {
		return overdue(op, now)
	}
	interval := lookInterval
	if now.Sub(op.CreatedAt) > time.Minute {
		interval = slowLookInterval
	}
	op.NextLook = now.Add(interval)
	d := Decision{Operation: op, LookAt: op.NextLook}
	if op.Stage == Canceling && !seen.Stopping {
		d.Action = ActionCancel // it was asked to stop, and has not heard it
	}
	return d
}

// overdue asks a run that takes too long to stop, and gives it up when it does not.
func overdue(op Operation, now time.Time) Decision {
	if op.Error != nil {
		return end(op, Failed, &OperationError{Code: "RunLost", Message: "The run did not stop when it was asked to; what it did is unknown.",
			Action: "Look at the run in Azure DevOps, end it there, then deploy again."}, now)
	}
	op.Error = explained(&OperationError{Code: "RunTimedOut", Message: "The run took too long and was asked to stop.",
		Action: "Look at its log for the step that hangs, then deploy again."}, nil)
	op.Stage = Canceling
	op.Deadline = now.Add(cancelLimit)
	op.NextLook = now.Add(slowLookInterval)
	return Decision{Operation: op, Action: ActionCancel, LookAt: op.NextLook}
}

func runEnded(op Operation, seen RunObservation, now time.Time) Decision {
	switch {
	case op.Claimed.ID == "":
		return endedUnclaimed(op, seen, now)
	case seen.State == RunCanceled && op.CancelRequested:
		return end(op, Canceled, nil, now)
	case op.Error != nil:
		return end(op, Failed, op.Error, now)
	case seen.State == RunCanceled:
		return end(op, Canceled, &OperationError{Code: "RunCanceled", Message: "The run was canceled in Azure DevOps.", Action: "Deploy again when it may go on."}, now)
	case seen.State == RunFailed:
		return end(op, Failed, failureOf(op, seen), now)
	case op.Gate == GateClosed && (op.Reported == nil || op.Reported.Status == Succeeded):
		return planKept(op, now)
	case op.Reported == nil:
		return Decision{Operation: op, Action: ActionReport}
	default:
		return concluded(op, op.Reported, now)
	}
}

// endedUnclaimed is a run that ended and never took the operation: it changed nothing.
func endedUnclaimed(op Operation, seen RunObservation, now time.Time) Decision {
	if op.Gate == GateOpen && op.Error == nil && len(op.Passed) < maxPassed && seen.State != RunCanceled { // who ended it wants no other
		return passOver(op, seen.Run, now)
	}
	if op.Error != nil { // it was asked to stop because it took too long
		return end(op, Failed, op.Error, now)
	}
	if seen.State == RunCanceled {
		return end(op, Canceled, &OperationError{Code: "RunCanceled", Message: "The run was canceled in Azure DevOps before it began. Nothing was changed."}, now)
	}
	why := failureOf(op, seen)
	why.Code = "RunNeverClaimed"
	why.Message = "The run ended before it took the operation, so nothing was changed. " + why.Message
	return end(op, Failed, why, now)
}

// failureOf finds the best words for a failed run: what the run reported, or what its log says first.
func failureOf(op Operation, seen RunObservation) *OperationError {
	why := OperationError{Code: "RunFailed", Message: "The run failed and gave no reason.", Action: "Read the log: lazuli operation logs " + op.ID}
	var reported *OperationError
	if op.Reported != nil {
		reported = op.Reported.Error
	}
	if told := telling(reported, seen.FirstError); told != nil {
		why = *told
	}
	if why.Code == "" {
		why.Code = "RunFailed"
	}
	if why.Action == "" {
		why.Action = "Mend what the step complains about and deploy again; the whole log: lazuli operation logs " + op.ID
	}
	why.Lines = slices.Clone(why.Lines)
	return &why
}

// concluded ends an operation whose run succeeded, by what the run reported. Without a report success is not known, so it is none.
func concluded(op Operation, r *Report, now time.Time) Decision {
	if op.CancelRequested && op.Plan == "" {
		return end(op, Canceled, nil, now) // it was told to stop after its plan, and has
	}
	if r == nil {
		return end(op, Failed, &OperationError{Code: "ResultMissing", Message: "The run ended well but its result never arrived, so nothing is known of it.",
			Action: "Deploy again: a deployment is safe to repeat."}, now)
	}
	op.Reported = r
	switch {
	case r.Status == Failed:
		return end(op, Failed, failureOf(op, RunObservation{}), now)
	case r.Status != Succeeded:
		return end(op, Canceled, r.Error, now)
	case op.Mode == ModeDrift && op.Plan == "":
		return end(op, Failed, &OperationError{Code: "ResultMissing", Message: "The run ended well but its plan never arrived, so nothing is known of it.", Action: "Look again."}, now)
	case op.Mode == ModeDestroy && len(r.Remaining) > 0:
		return end(op, Failed, &OperationError{Code: "ResourcesRemain", Target: "prove",
			Message: fmt.Sprintf("%d resources are left after the deletion: %s.", len(r.Remaining), listed(r.Remaining, 5)),
			Action:  "Delete again; what is still left then, somebody has to remove by hand."}, now)
	}
	return end(op, Succeeded, nil, now)
}

// fetched goes on with what the run published, if it is still the run that counts.
func fetched(op Operation, seen ReportFetched, now time.Time) Decision {
	if seen.Run != op.Claimed.ID {
		return Decision{Operation: op, LookAt: now}
	}
	return concluded(op, seen.Report, now)
}

func gone(op Operation, run string, now time.Time) Decision {
	if run != op.Run().ID {
		return Decision{Operation: op, LookAt: now.Add(lookInterval)} // another run has the operation by now
	}
	if op.Claimed.ID == "" {
		op.Recorded = RunRef{} // it never took the operation: look for another one
		op.NextLook = now
		return Decision{Operation: op, RetryAt: now.Add(startHold)}
	}
	return end(op, Failed, &OperationError{Code: "RunLost", Message: "Azure DevOps does not know the run any more; what it did is unknown.",
		Action: "Deploy again: a deployment is safe to repeat."}, now)
}

// cancelAsked ends at once what no run has taken: a run that comes later is told that it is superseded.
func cancelAsked(op Operation, now time.Time) Decision {
	if op.Claimed.ID == "" {
		op.CancelRequested = true
		d := end(op, Canceled, nil, now)
		if op.mayHaveRun() {
			d.Action = ActionCancel
		}
		return d
	}
	if op.CancelRequested {
		return Decision{Operation: op, Action: ActionCancel, LookAt: now.Add(lookInterval)}
	}
	// The deadline stays: as long as the run may go on, the environment must not be given to another.
	op.CancelRequested = true
	op.Stage = Canceling
	op.NextLook = now.Add(lookInterval)
	return Decision{Operation: op, Action: ActionCancel, LookAt: op.NextLook}
}

// listed joins the first n names and says how many more there are.
func listed(names []string, n int) string {
	text := ""
	for i, name := range names[:min(n, len(names))] {
		if i > 0 {
			text += ", "
		}
		text += name
	}
	if more := len(names) - n; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
