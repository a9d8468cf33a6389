package platform

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/lazuli-platform/lazuli/internal/platform/mask"
)

// OperationError says why an operation failed: code and sentence for people, then the raw lines. What is known of failures of
// its kind is added when the operation ends.
type OperationError struct {
	Code    string
	Message string
	Target  string // the step
	Action  string
	Lines   []string

	Rule     string // the rule that knows the failure; empty: nobody has met it yet, and Message is all there is
	Cause    string // what the rule says of it
	WhoFixes Fixer
	Retry    Retry
}

// Fixer is who can do something about a failure.
type Fixer string

// The fixers.
const (
	ByRequester    Fixer = "requester"
	ByProjectOwner Fixer = "projectOwner"
	ByPlatformTeam Fixer = "platformTeam"
	ByNobody       Fixer = "nobody" // it passes by itself
)

// Retry says whether the same operation is worth another try.
type Retry string

// The answers to "shall I try again?".
const (
	RetryAsIs        Retry = "asIs"        // it may well succeed, and does no harm
	RetryAfterChange Retry = "afterChange" // only when what WhoFixes has to change is changed
	RetryNo          Retry = "no"          // it is not wanted, or can never succeed
)

// Explanation is what is known of a kind of failure.
type Explanation struct {
	Rule     string
	Cause    string
	Action   string
	WhoFixes Fixer
	Retry    Retry
}

// Explainer knows kinds of failures. It is a pure function of the error.
type Explainer interface {
	Explain(failed OperationError) (Explanation, bool)
}

// ownErrors are the errors that the platform and its run make themselves. What a tool said (TerraformFailed, StepFailed) is not
// among them: of that only an Explainer knows more.
var ownErrors = map[string]struct {
	WhoFixes Fixer
	Retry    Retry
}{
	"ApprovalExpired":     {ByRequester, RetryAsIs},
	"ApprovalRejected":    {ByRequester, RetryAfterChange},
	"PlanMissing":         {ByNobody, RetryAsIs},
	"PlanStale":           {ByRequester, RetryAsIs},
	"PipelineRefused":     {ByPlatformTeam, RetryAfterChange},
	"PipelineUnavailable": {ByNobody, RetryAsIs},
	"PoisonMessage":       {ByPlatformTeam, RetryAsIs},
	"ResourcesRemain":     {ByProjectOwner, RetryAsIs},
	"ResultMissing":       {ByNobody, RetryAsIs},
	"RunCanceled":         {ByRequester, RetryAsIs},
	"RunFailed":           {ByPlatformTeam, RetryAsIs},
	"RunLost":             {ByPlatformTeam, RetryAsIs},
	"RunNeverClaimed":     {ByPlatformTeam, RetryAfterChange},
	"RunTimedOut":         {ByPlatformTeam, RetryAsIs},
	// What the run says of itself, and Azure DevOps of its file.
	"NotProven":         {ByPlatformTeam, RetryAsIs},
	"OutputsUnreadable": {ByPlatformTeam, RetryAsIs},
	"PipelineInvalid":   {ByPlatformTeam, RetryAfterChange},
	"PlanChanged":       {ByPlatformTeam, RetryAsIs},
}

// Sentence is the best short answer to "why?".
func (e OperationError) Sentence() string {
	if e.Cause != "" {
		return e.Cause
	}
	return e.Message
}

// explained adds what is known of an error: by its own code, and more by a rule where one fits. It changes a copy.
func explained(e *OperationError, by Explainer) *OperationError {
	if e == nil {
		return nil
	}
	out := *e
	if own, ok := ownErrors[out.Code]; ok && out.WhoFixes == "" {
		out.WhoFixes, out.Retry = own.WhoFixes, own.Retry
	}
	if by == nil || out.Code == approvalRejected { // what a person wrote is no tool's word
		return &out
	}
	if known, ok := by.Explain(out); ok {
		out.Rule, out.Cause, out.Action, out.WhoFixes, out.Retry = known.Rule, known.Cause, known.Action, known.WhoFixes, known.Retry
	}
	return &out
}

// telling picks the better words of a failed run: what it reported, unless that only says that something failed and its log
// says what. nil when neither says anything.
func telling(reported, first *OperationError) *OperationError {
	if reported == nil || reported.Code == "RunFailed" && first != nil {
		return first
	}
	if len(reported.Lines) == 0 && first != nil && first.Target == reported.Target {
		with := *reported
		with.Lines = first.Lines
		return &with
	}
	return reported
}

// The bounds of what is kept of an error; those of the lines are the contract's.
const (
	maxErrorText  = 4000
	maxErrorLines = 50
	maxErrorLine  = 1000
	maxLogLine    = 2000 // masking takes seconds for a megabyte, and a page has hundreds of lines
)

// takenIn is an error of others as it may be kept: without secrets, bounded, and with no more than they can know.
func takenIn(e *OperationError) *OperationError {
	if e == nil {
		return nil
	}
	out := OperationError{Code: clip(e.Code, 60), Message: clip(mask.Text(e.Message), maxErrorText), Target: clip(e.Target, 200), Action: clip(mask.Text(e.Action), maxErrorLine)}
	out.Lines = mask.Lines(slices.Clone(e.Lines[:min(len(e.Lines), maxErrorLines)]))
	for i, line := range out.Lines {
		out.Lines[i] = clip(line, maxErrorLine)
	}
	return &out
}

// maskedRun is a run's observation without secrets in what its steps said.
func maskedRun(seen RunObservation) RunObservation {
	seen.FirstError = takenIn(seen.FirstError)
	seen.Steps = slices.Clone(seen.Steps)
	for i, step := range seen.Steps {
		seen.Steps[i].Detail = mask.Text(step.Detail)
	}
	return seen
}

// maskedPlan is a plan without what looks like a secret, whatever the run let through.
func maskedPlan(plan Plan) Plan {
	plan.Changes, plan.Drift = maskedChanges(plan.Changes), slices.Clone(plan.Drift)
	for i, d := range plan.Drift {
		plan.Drift[i].Change = maskedChanges([]Change{d.Change})[0]
		plan.Drift[i].Found = maps.Clone(d.Found)
		maps.DeleteFunc(plan.Drift[i].Found, func(_ string, v json.RawMessage) bool { return mask.Text(string(v)) != string(v) })
	}
	return plan
}

func maskedChanges(changes []Change) []Change {
	changes = slices.Clone(changes)
	for i := range changes {
		properties := slices.Clone(changes[i].Properties)
		for j, p := range properties {
			properties[j].Before, properties[j].After = maskedText(p.Before), maskedText(p.After)
		}
		changes[i].Properties = properties
	}
	return changes
}

func maskedText(text *string) *string {
	if text == nil {
		return nil
	}
	masked := mask.Text(*text)
	return &masked
}

// maskedLog is a page of a log without secrets.
func maskedLog(page LogPage) LogPage {
	page.Lines = slices.Clone(page.Lines)
	var stream mask.Stream
	for i, line := range page.Lines {
		if i > 0 && line.Step != page.Lines[i-1].Step {
			stream = mask.Stream{}
		}
		page.Lines[i].Text = stream.Line(clip(line.Text, maxLogLine))
	}
	return page
}
