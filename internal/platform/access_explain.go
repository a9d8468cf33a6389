package platform

import (
	"context"
	"slices"
	"strings"
)

// AccessQuestion asks whether somebody may do something, and why.
type AccessQuestion struct {
	Principal *Principal // nil: the caller himself
	Groups    []string   // of another principal, as far as they are to count
	Action    Permission
	Scope     Scope
	// Environment is what the caller would deploy there, when policies, quotas and budgets are to be asked too. With Scope an environment,
	// and not of another principal: policies judge who asks.
	Environment *EnvironmentSpec
	Operation   string // with deployments/approve: whose approval is asked about
}

// AccessExplanation is the answer, with everything that it follows from.
type AccessExplanation struct {
	AccessDecision
	Considered    []Weighed    // what the subject holds at the scope, above it and elsewhere in the project
	Ask           []Assignment // who may give the missing right
	GroupsOmitted bool         // the caller's token leaves groups out, so what they hold does not count
	OwnRequest    bool         // it is his own request, and another pair of eyes is asked for
	Assessment    *Assessment  // with Environment
	Refusal       *Error       // the error that doing it would meet; nil when Allowed
}

// maxAsk bounds the people that an explanation names.
const maxAsk = 5

// ExplainAccess answers by the code that decides about requests. Asking about another principal takes assignments/read there.
func (s *Service) ExplainAccess(ctx context.Context, c Caller, q AccessQuestion) (AccessExplanation, error) {
	if !slices.Contains(allActions, q.Action) {
		return AccessExplanation{}, Errorf(Invalid, "There is no action %q.", clip(string(q.Action), 80)).With(Detail{"/action", "must be an action: lazuli role list --actions"})
	}
	g, err := s.look(ctx, c)
	if err != nil {
		return AccessExplanation{}, err
	}
	target, p, err := s.explainedTarget(ctx, &g, q)
	if err != nil {
		return AccessExplanation{}, err
	}
	subject := g.subject
	if q.Principal != nil {
		d := g.decide(AssignmentsRead, target)
		if !d.Allowed {
			return AccessExplanation{}, d.refusal()
		}
		if err := s.noteRead(ctx, c, d); err != nil {
			return AccessExplanation{}, err
		}
		subject = Subject{Principals: []Principal{*q.Principal}}
		for _, group := range q.Groups {
			subject.Principals = append(subject.Principals, Principal{GroupPrincipal, group})
		}
	}
	out := AccessExplanation{AccessDecision: g.index.Decide(subject, q.Action, target, g.now), GroupsOmitted: q.Principal == nil && c.GroupsOmitted}
	if hidden, isHidden := g.index.hides(subject, target, g.now); out.Allowed && isHidden {
		out.AccessDecision = hidden
	}
	out.Considered = g.index.Weigh(subject, q.Action, target, g.now)
	if !out.Allowed {
		out.Refusal = refusalOf(out.refusal())
		if g.decide(AssignmentsRead, target).Allowed {
			out.Ask = g.index.Grantors(q.Action, target, g.now, maxAsk)
		}
		return out, nil
	}
	return out, s.explainMore(ctx, c, q, p, sight{g.index, subject, g.now}, &out)
}

// explainedTarget is what the question is about. What the caller may not see does not exist for him.
func (s *Service) explainedTarget(ctx context.Context, g *sight, q AccessQuestion) (Target, Project, error) {
	scope := q.Scope
	var p Project
	var err error
	if q.Operation != "" {
		var op Operation
		if op, p, err = s.seenOperation(ctx, g, q.Operation); err != nil {
			return Target{}, Project{}, err
		}
		scope = Scope{Project: op.Project, Environment: op.Environment}
	}
	target, err := s.scopeTarget(ctx, g, scope)
	if err != nil || scope.Project == "" {
		return target, Project{}, err
	}
	if q.Operation == "" {
		if p, err = s.seen(ctx, g, scope.Project); err != nil {
			return target, Project{}, err
		}
	}
	if scope.Environment == "" {
		return target, p, nil
	}
	// For another subject the type may matter though it does not for the caller.
	env, exists, err := s.environment(ctx, scope.Project, scope.Environment)
	if err != nil {
		return target, p, err
	}
	if exists {
		target.EnvironmentType = env.Type
	} else if q.Environment != nil {
		target.EnvironmentType = q.Environment.Type
	}
	if !g.decide(EnvironmentsRead, target).Allowed && !g.decide(q.Action, target).Allowed {
		if q.Operation != "" {
			return target, p, noOperation(q.Operation)
		}
		if exists { // as one that does not exist, whose type nobody can know
			target.EnvironmentType = ""
		}
	}
	return target, p, nil
}

// explainMore asks what comes after the right: the approval of one's own request; policies, quotas and budgets.
func (s *Service) explainMore(ctx context.Context, c Caller, q AccessQuestion, p Project, asked sight, out *AccessExplanation) error {
	if q.Action == DeploymentsApprove && q.Operation != "" {
		return s.explainApproval(ctx, q.Operation, p, asked, out)
	}
	if q.Environment == nil || q.Principal != nil || q.Scope.Environment == "" || !slices.Contains([]Permission{EnvironmentsWrite, DeploymentsWrite}, q.Action) {
		return nil
	}
	env, exists, err := s.environment(ctx, p.Name, q.Scope.Environment)
	if err != nil {
		return err
	}
	ch := change{in: p, project: p.Name, environment: q.Scope.Environment, mode: ModeDeploy, spec: *q.Environment, keepSpec: exists}
	w, err := s.want(ctx, c, ch, env, exists)
	if err == nil {
		err = s.judge(ctx, c, ch, env, exists, &w)
		out.Assessment = &w.assessment
	}
	if out.Refusal = refusalOf(err); out.Refusal != nil {
		out.Allowed = false
		return nil
	}
	return err
}

// explainApproval adds what an approval of an operation asks for beside the right.
func (s *Service) explainApproval(ctx context.Context, operation string, p Project, asked sight, out *AccessExplanation) error {
	op, err := s.Store.Operation(ctx, operation)
	if err != nil {
		return err
	}
	dep, err := s.Store.Deployment(ctx, op.Project, op.Environment, op.Deployment)
	if err != nil {
		return err
	}
	if op.Stage == AwaitingApproval {
		w, err := s.weighIn(ctx, asked, p, op, dep)
		if err != nil {
			return err
		}
		dep = w.dep
	}
	if dep.Need == nil { // what would hold if it needed one
		catalog, err := s.catalogOf(ctx, p)
		if err != nil {
			return err
		}
		envType, _ := catalog.EnvironmentType(out.Target.EnvironmentType)
		if envType.Approvals == nil {
			return nil
		}
		dep.Need = &ApprovalNeed{Approvals: *envType.Approvals}
	}
	out.OwnRequest = !MayApprove(asked.subject, &dep.Need.Approvals, dep.askedBy()...)
	if out.Refusal = refusalOf(asked.approverRefusal(out.Target, dep)); out.Refusal != nil {
		out.Allowed = false
	}
	return nil
}

// MayApprove is the separation of duties: where an environment type asks for another pair of eyes, nobody approves what he asked
// for himself, whatever roles he holds; neither does who asked for it first, when somebody else tries it again.
func MayApprove(subject Subject, need *Approvals, requesters ...string) bool {
	if need == nil || !need.NotTheRequester {
		return true
	}
	return !slices.ContainsFunc(subject.Principals, func(p Principal) bool {
		return p.Kind != GroupPrincipal && slices.ContainsFunc(requesters, func(id string) bool { return strings.EqualFold(p.ID, id) })
	})
}

func ownRequest() *Error {
	return Errorf(Forbidden, "You may not approve what you asked for yourself: this environment type asks for another pair of eyes.").asRefusal().Do("Ask somebody else with the role Approver.")
}

// refusalOf is err as the error that a person reads, if it is one that refuses.
func refusalOf(err error) *Error {
	if e, ok := err.(*Error); ok { //nolint:errorlint // one that wraps a cause is a failure, not a refusal
		return e
	}
	return nil
}
