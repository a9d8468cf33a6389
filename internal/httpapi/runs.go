package httpapi

import (
	"encoding/json"
	"net/http"
	"regexp"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// runSecretHeader carries what startRun gave to the run.
const runSecretHeader = "Lazuli-Run-Secret" // #nosec G101 -- the name of a header, not a secret

var digestPattern = regexp.MustCompile(`^[0-9a-f]{64}$`)

// startRun answers POST /v1/operations/{operation}/run/start.
func (a *API) startRun(w http.ResponseWriter, r *http.Request) error {
	var body api.RunStart
	if err := decode(r, &body); err != nil {
		return err
	}
	d, err := a.service.StartRun(r.Context(), callerFrom(r), pathValue(r, "operation"), body.Run)
	if err != nil {
		return err
	}
	if !d.Proceed {
		return answer(w, http.StatusOK, api.RunDecision{Decision: "superseded", Reason: d.Reason})
	}
	return answer(w, http.StatusOK, api.RunDecision{Decision: "proceed", Reason: d.Reason, Mode: optional(api.RunMode(d.Mode)),
		Attempt: optional(d.Attempt), Deadline: optionalTime(d.Deadline), Secret: optional(d.Secret),
		PlanKey: optional(d.PlanKey), PlanRun: optional(d.PlanRun), Plan: optional(d.Plan)})
}

// getRunBundle answers GET /v1/operations/{operation}/run/bundle.
func (a *API) getRunBundle(w http.ResponseWriter, r *http.Request) error {
	b, err := a.service.GetRunBundle(r.Context(), callerFrom(r), pathValue(r, "operation"), r.Header.Get(runSecretHeader))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, api.RunBundle{Operation: b.Operation, Mode: api.RunMode(b.Mode), Digest: b.Digest, Files: b.Files})
}

// reportRunPlan answers POST /v1/operations/{operation}/run/plan.
func (a *API) reportRunPlan(w http.ResponseWriter, r *http.Request) error {
	var body api.RunPlan
	if err := decode(r, &body); err != nil {
		return err
	}
	plan, err := planFrom(body.Plan)
	if err != nil {
		return err
	}
	d, err := a.service.ReportRunPlan(r.Context(), callerFrom(r), pathValue(r, "operation"), r.Header.Get(runSecretHeader), plan)
	if err != nil {
		return err
	}
	decision := api.RunPlanDecision{Decision: "stop", Reason: d.Reason}
	switch {
	case d.Apply:
		decision.Decision = "apply"
	case d.Keep:
		decision.Decision = "keep"
	}
	return answer(w, http.StatusOK, decision)
}

func planFrom(p api.Plan) (platform.Plan, error) {
	if !digestPattern.MatchString(p.Digest) {
		return platform.Plan{}, platform.Errorf(platform.Invalid, "The digest of a plan is a SHA-256 in hex.").With(platform.Detail{Pointer: "/plan/digest", Message: "must be 64 hex digits"})
	}
	if len(p.Changes) > 1000 || p.Counts.Add < 0 || p.Counts.Change < 0 || p.Counts.Remove < 0 {
		return platform.Plan{}, platform.Errorf(platform.Invalid, "A plan has at most 1000 changes, and no negative counts.")
	}
	out := platform.Plan{Digest: p.Digest, Counts: platform.Counts(p.Counts)}
	for _, ch := range p.Changes {
		if !ch.Action.Valid() {
			return platform.Plan{}, invalidChange("has an unknown action")
		}
		change, err := changeFrom(ch.Address, string(ch.Action), ch.Properties, value(ch.MoreProperties))
		if err != nil {
			return platform.Plan{}, err
		}
		out.Changes = append(out.Changes, change)
	}
	var err error
	out.Drift, err = driftFrom(p.Drift)
	return out, err
}

func changeFrom(address, action string, properties []api.PropertyChange, more int) (platform.Change, error) {
	if len(address) > maxPlanText || len(properties) > 100 || more < 0 {
		return platform.Change{}, invalidChange("has an address that is too long, or too many properties")
	}
	change := platform.Change{Address: address, Action: action, MoreProperties: more}
	for _, p := range properties {
		if len(p.Path) > maxPlanText || len(value(p.Before)) > maxPlanText || len(value(p.After)) > maxPlanText {
			return platform.Change{}, invalidChange("has a property that is too long")
		}
		if value(p.Sensitive) && (p.Before != nil || p.After != nil) {
			return platform.Change{}, invalidChange("shows a property that it calls sensitive")
		}
		change.Properties = append(change.Properties, platform.PropertyChange{Path: p.Path, Before: p.Before, After: p.After,
			Sensitive: value(p.Sensitive), Unknown: value(p.Unknown), Replaces: value(p.Replaces)})
	}
	return change, nil
}

// maxPlanText bounds each text of a plan, in bytes: the contract counts characters, of which none is longer than its bytes.
const maxPlanText = 500

func invalidChange(why string) error {
	return platform.Errorf(platform.Invalid, "A change of the plan is not valid.").With(platform.Detail{Pointer: "/plan/changes", Message: why})
}

// resultBody is api.RunResult with the outputs kept as they were sent (see environmentBody).
type resultBody struct {
	Status    string              `json:"status"`
	Outputs   json.RawMessage     `json:"outputs"`
	Remaining []string            `json:"remaining"`
	Error     *api.OperationError `json:"error"`
}

// reportRunResult answers POST /v1/operations/{operation}/run/result.
func (a *API) reportRunResult(w http.ResponseWriter, r *http.Request) error {
	var body resultBody
	if err := decode(r, &body); err != nil {
		return err
	}
	if len(body.Remaining) > 1000 {
		return platform.Errorf(platform.Invalid, "At most 1000 names of what remains.").With(platform.Detail{Pointer: "/remaining", Message: "is too long"})
	}
	report := platform.Report{Status: platform.Status(body.Status), Outputs: body.Outputs, Remaining: body.Remaining}
	if e := body.Error; e != nil {
		report.Error = &platform.OperationError{Code: e.Code, Message: e.Message, Target: value(e.Target), Action: value(e.Action), Lines: e.Lines}
	}
	if err := a.service.ReportRunResult(r.Context(), callerFrom(r), pathValue(r, "operation"), r.Header.Get(runSecretHeader), report); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// value is the zero value for what was left out.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
