package platform

import (
	"hash/fnv"
	"strconv"
	"time"
)

// unreachable tries again later, until it is too late: with a run, when nobody knows what became of it; without one, when none
// could be had in time.
func unreachable(op Operation, seen Unreachable, now time.Time) Decision {
	since := now
	if op.Message != "" {
		since = op.UpdatedAt // what it waits for was written when it began to
	}
	op.Message = "Azure DevOps does not do what it is asked to; trying again. (" + seen.Reason + ")"
	if op.Run().ID != "" {
		if now.After(op.Deadline.Add(cancelLimit)) {
			return end(op, Failed, &OperationError{Code: "RunLost", Message: "Azure DevOps has not answered for too long; what became of the run is unknown.",
				Action: "Look at the run in Azure DevOps, then deploy again: a deployment is safe to repeat.", Lines: []string{seen.Reason}}, now)
		}
		// As long again as it has been away for, so that a short outage is over soon and a long one costs little.
		pause := jittered(op.ID, int64(now.Sub(since)/time.Second), min(time.Minute, max(slowLookInterval, now.Sub(since)/2)))
		op.NextLook = now.Add(max(seen.RetryAfter, pause))
		return Decision{Operation: op, LookAt: op.NextLook}
	}
	if now.After(op.Deadline) {
		return neverStarted(op, now)
	}
	op.NextLook = now.Add(max(seen.RetryAfter, startHold, jittered(op.ID, int64(op.Attempt), backOff(op.Attempt))))
	return Decision{Operation: op, RetryAt: op.NextLook}
}

// backOff doubles from two seconds to one minute.
func backOff(attempt int) time.Duration {
	return min(time.Minute, 2*time.Second<<min(max(attempt-1, 0), 5))
}

// jittered makes a pause up to a quarter shorter or longer, so that many operations that failed together do not come back as one. What
// it is follows from the operation and the number of the attempt: the same state gives the same decision.
func jittered(operation string, attempt int64, pause time.Duration) time.Duration {
	h := fnv.New64a()
	h.Write([]byte(operation + "/" + strconv.FormatInt(attempt, 10)))
	share := time.Duration(h.Sum64()%1001) - 500 // thousandths of half the pause
	return pause + pause*share/2000
}

func neverStarted(op Operation, now time.Time) Decision {
	why := &OperationError{Code: "PipelineUnavailable", Message: "No pipeline run could be started in time. Nothing was changed.", Action: "Ask again when Azure DevOps answers."}
	if op.Message != "" {
		why.Lines = []string{op.Message}
	}
	return end(op, Failed, why, now)
}
