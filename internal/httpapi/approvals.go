package httpapi

import (
	"context"
	"net/http"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// getApproval answers GET /v1/operations/{operation}/approval.
func (a *API) getApproval(w http.ResponseWriter, r *http.Request) error {
	approval, err := a.service.GetApproval(r.Context(), callerFrom(r), pathValue(r, "operation"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, approvalViewOf(approval))
}

func approvalViewOf(p platform.Approval) api.Approval {
	op, dep := p.Operation, p.Deployment
	out := api.Approval{Operation: op.ID, Project: op.Project, Environment: op.Environment, Deployment: dep.ID, RequestedBy: op.RequestedBy,
		Stage: api.OperationStage(op.Stage), Until: optionalTime(p.Until), Need: *approvalOf(dep.Need), Decisions: decisionsOf(dep.Decisions),
		MayDecide: p.MayDecide, Reason: optional(p.Reason)}
	if dep.Plan != nil {
		plan := planOf(*dep.Plan)
		out.Plan = &plan
	}
	if dep.Price != nil {
		before := platform.Price{Currency: dep.Price.Currency}
		if dep.Before != nil {
			before = *dep.Before
		}
		out.Price = &api.PriceComparison{Before: priceOf(before), After: priceOf(*dep.Price)}
	}
	return out
}

func decisionsOf(decisions []platform.ApprovalDecision) []api.ApprovalDecision {
	out := []api.ApprovalDecision{}
	for _, d := range decisions {
		out = append(out, api.ApprovalDecision{By: d.By, At: d.At.UTC(), Approved: d.Approved, Comment: optional(d.Comment), Plan: d.Plan, Lapsed: optional(d.Lapsed)})
	}
	return out
}

// approveOperation answers POST /v1/operations/{operation}/approvals.
func (a *API) approveOperation(w http.ResponseWriter, r *http.Request) error {
	var body api.ApprovalRequest
	if err := decode(r, &body); err != nil {
		return err
	}
	return a.decideApproval(w, r, a.service.ApproveOperation, body.Plan, value(body.Comment))
}

// rejectOperation answers POST /v1/operations/{operation}/rejections.
func (a *API) rejectOperation(w http.ResponseWriter, r *http.Request) error {
	var body api.RejectionRequest
	if err := decode(r, &body); err != nil {
		return err
	}
	return a.decideApproval(w, r, a.service.RejectOperation, body.Plan, body.Comment)
}

type decideApproval func(context.Context, platform.Caller, string, platform.ApprovalRequest) (platform.Operation, error)

func (a *API) decideApproval(w http.ResponseWriter, r *http.Request, decide decideApproval, plan, comment string) error {
	if !digestPattern.MatchString(plan) {
		return platform.Errorf(platform.Invalid, "The digest of a plan is a SHA-256 in hex.").With(platform.Detail{Pointer: "/plan", Message: "must be 64 hex digits"})
	}
	op, err := decide(r.Context(), callerFrom(r), pathValue(r, "operation"), platform.ApprovalRequest{Plan: plan, Comment: comment})
	if err != nil {
		return err
	}
	return a.accepted(w, op)
}
