package tablestore

import (
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Columns of an operation; all written by Commit with Operation.
//
//	id, kind, environment, deployment, mode, status, stage, message, requestedBy, fingerprint, revision
//	gate, plan, planSteps, approvalWait (nanoseconds)
//	planRun            JSON {id, url} of a run
//	passed             JSON list of ids of runs
//	attempt, events, percent, cancelRequested, createdAt, updatedAt, nextLook, deadline
//	recorded, claimed  JSON {id, url} of a run
//	steps              JSON list of {id, parent, kind, name, status, startedAt, finishedAt, detail, percent, attempt, url}
//	error              JSON {code, message, target, action, lines}
//	report             JSON {status, outputs, remaining, error}

func operationKey(id string) string { return keyOf("op", id) }

type storedStep struct {
	ID         string    `json:"id,omitempty"`
	Parent     string    `json:"parent,omitempty"`
	Kind       string    `json:"kind,omitempty"`
	Name       string    `json:"name"`
	Status     string    `json:"status"`
	StartedAt  time.Time `json:"startedAt,omitzero"`
	FinishedAt time.Time `json:"finishedAt,omitzero"`
	Detail     string    `json:"detail,omitempty"`
	Percent    int       `json:"percent,omitempty"`
	Attempt    int       `json:"attempt,omitempty"`
	URL        string    `json:"url,omitempty"` // "&…" goes behind the address of the run, which all would repeat
}

func encodeSteps(o platform.Operation) []storedStep {
	page := o.Run().URL
	return mapped(o.Steps, func(s platform.Step) storedStep {
		address := s.URL
		if rest, ok := strings.CutPrefix(address, page); ok && page != "" && strings.HasPrefix(rest, "&") {
			address = rest
		}
		return storedStep{s.ID, s.Parent, string(s.Kind), s.Name, string(s.Status), storedOrZero(s.StartedAt), storedOrZero(s.FinishedAt), s.Detail, s.Percent, s.Attempt, address}
	})
}

func decodeSteps(steps []storedStep, page string) []platform.Step {
	return mapped(steps, func(s storedStep) platform.Step {
		address := s.URL
		if strings.HasPrefix(address, "&") {
			address = page + address
		}
		return platform.Step{ID: s.ID, Parent: s.Parent, Kind: platform.StepKind(s.Kind), Name: s.Name, Status: platform.StepStatus(s.Status),
			StartedAt: s.StartedAt, FinishedAt: s.FinishedAt, Detail: s.Detail, Percent: s.Percent, Attempt: s.Attempt, URL: address}
	})
}

func storedOrZero(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return stored(t)
}

func encodeOperation(o platform.Operation) (*row, error) {
	r := newRow(keyOf(o.Project), operationKey(o.ID))
	for name, text := range map[string]string{
		"id": o.ID, "kind": o.Kind, "environment": o.Environment, "deployment": o.Deployment, "mode": string(o.Mode),
		"status": string(o.Status), "stage": string(o.Stage), "message": o.Message,
		"requestedBy": o.RequestedBy, "fingerprint": o.Fingerprint,
		"gate": string(o.Gate), "plan": o.Plan,
	} {
		r.text(name, text)
	}
	r.number("attempt", int64(o.Attempt))
	r.number("events", int64(o.Events))
	r.number("percent", int64(o.Percent))
	r.number("revision", o.Revision)
	r.number("planSteps", int64(o.PlanSteps))
	r.number("approvalWait", int64(o.ApprovalWait))
	r.flag("cancelRequested", o.CancelRequested)
	r.moment("createdAt", o.CreatedAt)
	r.moment("updatedAt", o.UpdatedAt)
	r.moment("nextLook", o.NextLook)
	r.moment("deadline", o.Deadline)
	steps := encodeSteps(o)
	problem := mappedPointer(o.Error, encodeError)
	report := mappedPointer(o.Reported, encodeReport)
	return r, r.documents(
		document{"steps", steps, steps != nil},
		document{"error", problem, problem != nil},
		document{"planRun", storedRun(o.PlanRun), o.PlanRun != platform.RunRef{}},
		document{"passed", o.Passed, len(o.Passed) > 0},
		document{"recorded", storedRun(o.Recorded), o.Recorded != platform.RunRef{}},
		document{"claimed", storedRun(o.Claimed), o.Claimed != platform.RunRef{}},
		document{"report", report, report != nil},
	)
}

func decodeOperation(r *storedRow, project, etag string) (platform.Operation, error) {
	var steps []storedStep
	var problem *storedError
	var report *storedReport
	var recorded, claimed, planRun storedRun
	var passed []string
	r.document("planRun", &planRun)
	r.document("passed", &passed)
	r.document("steps", &steps)
	r.document("error", &problem)
	r.document("report", &report)
	r.document("recorded", &recorded)
	r.document("claimed", &claimed)
	o := platform.Operation{
		ID: r.text("id"), Kind: r.text("kind"), Project: project, Environment: r.text("environment"), Deployment: r.text("deployment"),
		Mode: platform.Mode(r.text("mode")), Status: platform.Status(r.text("status")), Stage: platform.Stage(r.text("stage")),
		Percent: r.count("percent"), Error: mappedPointer(problem, decodeError), Message: r.text("message"),
		Gate: platform.Gate(r.text("gate")), Plan: r.text("plan"), PlanSteps: r.count("planSteps"), PlanRun: platform.RunRef(planRun), Passed: passed,
		ApprovalWait: time.Duration(r.number("approvalWait")),
		RequestedBy:  r.text("requestedBy"), Fingerprint: r.text("fingerprint"),
		Attempt: r.count("attempt"), Recorded: platform.RunRef(recorded), Claimed: platform.RunRef(claimed),
		CancelRequested: r.flag("cancelRequested"), Events: r.count("events"), Reported: mappedPointer(report, decodeReport),
		CreatedAt: r.moment("createdAt"), UpdatedAt: r.moment("updatedAt"), NextLook: r.moment("nextLook"), Deadline: r.moment("deadline"),
		Revision: r.number("revision"), Stored: versionOf(r, etag),
	}
	o.Steps = decodeSteps(steps, o.Run().URL)
	return o, r.err
}

// Columns of an operation's place in the list; written by every Commit with Operation, in the same transaction.
//
//	id           where to find it
//	environment  what filters look at
//	status       what filters look at

const operationListPrefix = "oplist" + separator

func encodeListed(o platform.Operation) *row {
	r := newRow(keyOf(o.Project), keyOf("oplist", fallingTime(o.CreatedAt), o.ID))
	r.text("id", o.ID)
	r.text(string(environmentProperty), o.Environment)
	r.text(string(statusProperty), string(o.Status))
	return r
}
