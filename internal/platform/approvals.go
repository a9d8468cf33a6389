package platform

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ApprovalRequest is what somebody says of a plan.
type ApprovalRequest struct {
	Plan    string // digest of the plan that he saw
	Comment string // required to reject
}

// Approval is a plan with everything that somebody needs to know who decides on it.
type Approval struct {
	Operation  Operation
	Deployment Deployment
	Until      time.Time // when it is given up; zero when it does not wait
	MayDecide  bool
	Reason     string // why the caller may not decide; empty when he may
}

// GetApproval shows the plan of an operation that needs approval, what its approval takes now, what was decided, and whether the caller
// may decide.
func (s *Service) GetApproval(ctx context.Context, c Caller, id string) (Approval, error) {
	op, err := s.operation(ctx, c, id, OperationsRead)
	if err != nil {
		return Approval{}, err
	}
	if op.Gate == NoGate {
		return Approval{}, Errorf(NotFound, "Operation %s needs no approval.", id)
	}
	dep, err := s.Store.Deployment(ctx, op.Project, op.Environment, op.Deployment)
	if err != nil {
		return Approval{}, fmt.Errorf("read deployment %s: %w", op.Deployment, err)
	}
	w, err := s.weigh(ctx, c, op, dep)
	if err != nil {
		return Approval{}, err
	}
	out := Approval{Operation: op, Deployment: w.dep}
	if op.Stage == AwaitingApproval {
		out.Until = op.Deadline
	}
	if err = s.waits(op, dep); err == nil {
		err = w.approverRefusal(w.target, w.dep)
	}
	var refused *Error
	switch {
	case err == nil:
		out.MayDecide = true
	case errors.As(err, &refused) && refused.Code != StorageUnavailable:
		out.Reason = refused.Message
	default:
		return Approval{}, err
	}
	return out, nil
}

// ApproveOperation agrees to the plan that the caller saw. When everybody has who must, the plan is applied as it is. Everything is weighed
// anew: what policies, quotas, budgets and the environment type ask for now, and whether those who agreed before might still. The same
// person again counts once.
func (s *Service) ApproveOperation(ctx context.Context, c Caller, id string, ask ApprovalRequest) (Operation, error) {
	return s.decideApproval(ctx, c, id, ask, true)
}

// RejectOperation ends an operation that waits for approval; one who might approve is enough. Nothing is changed.
func (s *Service) RejectOperation(ctx context.Context, c Caller, id string, ask ApprovalRequest) (Operation, error) {
	if strings.TrimSpace(ask.Comment) == "" {
		return Operation{}, Errorf(Invalid, "Say why the plan is rejected.").With(Detail{"/comment", "is required"})
	}
	return s.decideApproval(ctx, c, id, ask, false)
}

func (s *Service) decideApproval(ctx context.Context, c Caller, id string, ask ApprovalRequest, approve bool) (Operation, error) {
	if len(ask.Comment) > maxComment {
		return Operation{}, Errorf(Invalid, "The comment is too long.").With(Detail{"/comment", fmt.Sprintf("must have at most %d bytes", maxComment)})
	}
	for range maxDecisions {
		op, err := s.operation(ctx, c, id, DeploymentsApprove)
		if err != nil {
			return Operation{}, err
		}
		op, err = s.decideOnce(ctx, c, op, ask, approve)
		if !isCode(err, Conflict) {
			return op, err
		}
	}
	return Operation{}, Errorf(Conflict, "Operation %s changes too fast.", id).Do("Look at it again, then decide.")
}

// decideOnce is Conflict when somebody was faster.
func (s *Service) decideOnce(ctx context.Context, c Caller, op Operation, ask ApprovalRequest, approve bool) (Operation, error) {
	dep, err := s.Store.Deployment(ctx, op.Project, op.Environment, op.Deployment)
	if err != nil {
		return Operation{}, fmt.Errorf("read deployment %s: %w", op.Deployment, err)
	}
	said, again := dep.decisionOf(c.ID)
	again = again && said.Approved == approve && said.Plan == ask.Plan
	if again && (!approve || op.Stage != AwaitingApproval) {
		return op, op.foundStale() // his answer was lost
	}
	if err := s.waits(op, dep); err != nil {
		return Operation{}, err
	}
	w, err := s.weigh(ctx, c, op, dep)
	if err != nil {
		return Operation{}, err
	}
	now := s.Now()
	if !again {
		if err := w.approverRefusal(w.target, w.dep); err != nil {
			return Operation{}, err
		}
		if ask.Plan != op.Plan {
			return Operation{}, Errorf(PlanStale, "That is not the plan that waits: its digest is %s.", op.Plan).With(Detail{"/plan", "is not the digest of the plan that waits"}).
				Do("Look at the plan that does: lazuli approval show %s", op.ID)
		}
		w.dep.Decisions = append(w.dep.Decisions, ApprovalDecision{By: c.ID, At: now, Approved: approve, Comment: ask.Comment, Plan: ask.Plan,
			As: w.index.holding(w.subject, w.target, w.now), Roles: w.subject.Roles})
	}
	d := w.decide(op, now)
	if again && d.Operation.Stage == op.Stage { // it is still not enough
		return op, nil
	}
	return s.commitDecided(ctx, c, op, ask, w.dep, d, approve)
}

// commitDecided stores what people said with what follows from it.
func (s *Service) commitDecided(ctx context.Context, c Caller, op Operation, ask ApprovalRequest, dep Deployment, d Decision, approve bool) (Operation, error) {
	kind := "rejectOperation"
	if approve {
		kind = "approveOperation"
	}
	audit := s.audit(c, kind, op.Project, targetOf(op.Project, op.Environment), op.ID, "plan "+ask.Plan)
	tx := Transaction{Deployment: &dep, Audit: []AuditEvent{audit}}
	if d.Operation.Gate == GateOpen {
		if dep.From != nil && dep.From.ValuesGoAlong {
			var err error
			if _, tx.PutValues, err = s.valuesToApply(ctx, op, dep); err != nil {
				return Operation{}, err
			}
		}
		tx.Outbox = []Message{{ID: op.ID + ".apply", Project: op.Project, Operation: op.ID, Destination: OperationsQueue, Session: sessionOf(op.Project, op.Environment)}}
	}
	after, err := s.commitWith(ctx, op, d, tx)
	if err == nil {
		err = after.foundStale()
	}
	return after, err
}

// foundStale is PlanStale when that came out as somebody approved; what came out later is no answer to him.
func (o Operation) foundStale() error {
	if o.Gate == GateClosed && o.Error != nil && o.Error.Code == string(PlanStale) {
		return Errorf(PlanStale, "%s", o.Error.Message).Do("%s", o.Error.Action)
	}
	return nil
}

// decide says what follows from what people have said so far, as it counts now.
func (w weighed) decide(op Operation, now time.Time) Decision {
	if last := w.dep.Decisions[len(w.dep.Decisions)-1]; !last.Approved {
		return Decide(op, Rejected{Comment: last.Comment}, now)
	}
	if w.stale != "" {
		return Decide(op, Outdated{Reason: w.stale}, now)
	}
	agreed, note := w.dep.approvals()
	if missing := w.dep.Need.Count - agreed; missing > 0 {
		op.Message = fmt.Sprintf("%d more have to approve the plan.%s", missing, note)
		return Decision{Operation: op}
	}
	return Decide(op, Approved{}, now)
}

// waits refuses to decide on what waits for no decision.
func (s *Service) waits(op Operation, dep Deployment) error {
	if op.Stage != AwaitingApproval || dep.Need == nil {
		return Errorf(NotAwaitingApproval, "Operation %s does not wait for approval: it is %s.", op.ID, op.where()).Do("See where it stands: lazuli operation show %s", op.ID)
	}
	if s.Now().After(op.Deadline) {
		return Errorf(NotAwaitingApproval, "The time to approve operation %s is over.", op.ID).Do("Deploy again, to have the plan approved.")
	}
	return nil
}

// where is where an operation stands, for people.
func (o Operation) where() string {
	if o.Status.Final() {
		return string(o.Status)
	}
	return string(o.Stage)
}
