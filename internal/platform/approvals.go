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

// GetApproval shows the plan of an operation that needs approval, what was decided, and whether the caller may decide.
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
	out := Approval{Operation: op, Deployment: dep}
	if op.Stage == AwaitingApproval {
		out.Until = op.Deadline
	}
	var refused *Error
	switch err := s.mayDecide(ctx, c, op, dep); {
	case err == nil:
		out.MayDecide = true
	case errors.As(err, &refused) && refused.Code != StorageUnavailable:
		out.Reason = refused.Message
	default:
		return Approval{}, err
	}
	return out, nil
}

// ApproveOperation agrees to the plan that the caller saw. When everybody has who must, the plan is applied as it is. The same
// person again changes nothing.
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
	if said, ok := dep.decisionOf(c.ID); ok && said.Approved == approve && said.Plan == ask.Plan {
		return op, op.foundStale() // his answer was lost
	}
	if err := s.mayDecide(ctx, c, op, dep); err != nil {
		return Operation{}, err
	}
	if ask.Plan != op.Plan {
		return Operation{}, Errorf(PlanStale, "That is not the plan that waits: its digest is %s.", op.Plan).With(Detail{"/plan", "is not the digest of the plan that waits"}).
			Do("Look at the plan that does: lazuli approval show %s", op.ID)
	}
	now := s.Now()
	dep.Decisions = append(dep.Decisions, ApprovalDecision{By: c.ID, At: now, Approved: approve, Comment: ask.Comment, Plan: ask.Plan})
	d, err := s.weighDecisions(ctx, op, dep, now)
	if err != nil {
		return Operation{}, err
	}
	kind := "rejectOperation"
	if approve {
		kind = "approveOperation"
	}
	audit := s.audit(c, kind, op.Project, targetOf(op.Project, op.Environment), op.ID, "plan "+ask.Plan)
	tx := Transaction{Deployment: &dep, Audit: []AuditEvent{audit}}
	if d.Operation.Gate == GateOpen {
		if dep.From != nil && dep.From.ValuesGoAlong {
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

// weighDecisions says what follows from what people have said so far.
func (s *Service) weighDecisions(ctx context.Context, op Operation, dep Deployment, now time.Time) (Decision, error) {
	last := dep.Decisions[len(dep.Decisions)-1]
	if !last.Approved {
		return Decide(op, Rejected{Comment: last.Comment}, now), nil
	}
	reason, err := s.movedSince(ctx, op, dep)
	switch missing := dep.Need.Count - dep.approvals(); {
	case err != nil:
		return Decision{}, err
	case reason != "":
		return Decide(op, Outdated{Reason: reason}, now), nil
	case missing > 0:
		op.Message = fmt.Sprintf("%d more have to approve the plan.", missing)
		return Decision{Operation: op}, nil
	}
	return Decide(op, Approved{}, now), nil
}

func (d Deployment) decisionOf(who string) (ApprovalDecision, bool) {
	for _, decision := range d.Decisions {
		if strings.EqualFold(decision.By, who) {
			return decision, true
		}
	}
	return ApprovalDecision{}, false
}

// mayDecide refuses who may not decide on the plan, and what waits for no decision. That he may approve there is not enough: he has
// to hold all that the role allows which is asked for, and where another pair of eyes is asked for, not be who asked.
func (s *Service) mayDecide(ctx context.Context, c Caller, op Operation, dep Deployment) error {
	if op.Stage != AwaitingApproval || dep.Need == nil {
		return Errorf(NotAwaitingApproval, "Operation %s does not wait for approval: it is %s.", op.ID, op.where()).Do("See where it stands: lazuli operation show %s", op.ID)
	}
	if s.Now().After(op.Deadline) {
		return Errorf(NotAwaitingApproval, "The time to approve operation %s is over.", op.ID).Do("Deploy again, to have the plan approved.")
	}
	g, p, err := s.projectFor(ctx, c, op.Project, ProjectsRead)
	if err != nil {
		return err
	}
	t := p.Target()
	env, err := s.Store.Environment(ctx, op.Project, op.Environment)
	if err != nil {
		return fmt.Errorf("read environment %s: %w", targetOf(op.Project, op.Environment), err)
	}
	t.Environment, t.EnvironmentType = env.Name, env.Type
	return g.approverRefusal(t, op, dep)
}

// approverRefusal is nil for who may decide on the plan of an operation.
func (g sight) approverRefusal(t Target, op Operation, dep Deployment) error {
	if err := g.require(DeploymentsApprove, t); err != nil {
		return err
	}
	if !MayApprove(g.subject, op.RequestedBy, &dep.Need.Approvals) {
		return ownRequest()
	}
	if _, known := g.index.roles[dep.Need.Role]; !known {
		return Errorf(Forbidden, "This plan asks for somebody with the role %s, which is not there any more.", dep.Need.Role).asRefusal().Do("Cancel it, and deploy again.")
	}
	if missing, ok := g.index.mayGive(g.subject, dep.Need.Role, t, g.now); !ok {
		err := Errorf(Forbidden, "This plan asks for somebody with the role %s: you may not do %s here.", dep.Need.Role, missing).asRefusal()
		err.Missing = missing
		return err.Do("Ask somebody with that role.")
	}
	for _, principal := range g.subject.Principals[:1] {
		if _, said := dep.decisionOf(principal.ID); said {
			return Errorf(NotAwaitingApproval, "You have decided on this plan already.").Do("Somebody else has to.")
		}
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
