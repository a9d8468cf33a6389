package platform

import "time"

// maxPassed bounds the runs that end without having taken an approved operation, before it is given up.
const maxPassed = 5

// approvalRejected is the code of an operation whose plan somebody rejected.
const approvalRejected = "ApprovalRejected"

// planKept goes on after a run that planned and kept its plan: nothing more happens until people have decided.
func planKept(op Operation, now time.Time) Decision {
	if op.CancelRequested {
		return end(op, Canceled, nil, now)
	}
	if op.Plan == "" {
		return end(op, Failed, &OperationError{Code: "PlanMissing", Message: "The run ended well but its plan never arrived. Nothing was changed.", Action: "Deploy again."}, now)
	}
	op.PlanRun, op.PlanSteps = op.Claimed, len(op.Steps)
	op.Passed = append(op.Passed, op.Claimed.ID)
	if op.Recorded.ID != "" && op.Recorded.ID != op.Claimed.ID {
		op.Passed = append(op.Passed, op.Recorded.ID)
	}
	op.Claimed, op.Recorded, op.Reported = RunRef{}, RunRef{}, nil
	op.Stage, op.Message = AwaitingApproval, "Somebody has to approve the plan."
	op.Deadline = now.Add(op.ApprovalWait)
	op.NextLook = op.Deadline
	return Decision{Operation: op, LookAt: op.NextLook}
}

// waiting is an operation that no run has: only people and time move it. What comes late of the run before is passed over.
func waiting(op Operation, seen Observation, now time.Time) Decision {
	switch seen := seen.(type) {
	case CancelAsked:
		return cancelAsked(op, now)
	case Approved:
		return approved(op, now)
	case Rejected:
		return end(op, Canceled, &OperationError{Code: approvalRejected, Message: "The plan was rejected: " + seen.Comment, Action: "Talk to who rejected it, then deploy what you agree on. Nothing was changed."}, now)
	case Outdated:
		return outdated(op, seen.Reason, now)
	default:
		if now.After(op.Deadline) {
			return end(op, Failed, &OperationError{Code: "ApprovalExpired", Message: "Nobody approved the plan in time. Nothing was changed.", Action: "Deploy again, and ask somebody who may approve."}, now)
		}
		return Decision{Operation: op}
	}
}

// approved opens the gate: from here it is as if a run was never asked for, but for the plan that it will take.
func approved(op Operation, now time.Time) Decision {
	op.Gate, op.Stage, op.Message = GateOpen, Queued, ""
	op.Attempt = 0
	op.Deadline = now.Add(startLimit)
	op.NextLook = now
	return Decision{Operation: op}
}

// outdated ends what was planned for a state of things that is no more, as long as no run applies it.
func outdated(op Operation, reason string, now time.Time) Decision {
	if op.Gate == NoGate || op.PlanRun.ID == "" || op.Claimed.ID != "" {
		return Decision{Operation: op}
	}
	d := end(op, Failed, &OperationError{Code: "PlanStale", Message: "The plan is out of date: " + reason + " Nothing was changed.", Action: "Deploy again, to have the new plan approved."}, now)
	if op.mayHaveRun() {
		d.Action = ActionCancel
	}
	return d
}

// passOver looks for another run than one that ended without taking the operation. It may have been started for the plan,
// and have come too late.
func passOver(op Operation, run RunRef, now time.Time) Decision {
	op.Passed = append(op.Passed, run.ID)
	op.Recorded = RunRef{}
	op.NextLook = now
	return Decision{Operation: op, RetryAt: now}
}
