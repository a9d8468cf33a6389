package platform

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// weighed is a plan with what its approval takes now: what the platform asks for, and whose word counts, may have changed since it was
// asked for, and since people spoke.
type weighed struct {
	sight
	target Target
	dep    Deployment // with the need of now, and its decisions as they count now
	stale  string     // why it may not be applied any more; empty when it may
}

// weigh looks again at everything that an approval of a plan depends on. It is Forbidden or NotFound for who does not see its project.
func (s *Service) weigh(ctx context.Context, c Caller, op Operation, dep Deployment) (weighed, error) {
	g, p, err := s.projectFor(ctx, c, op.Project, ProjectsRead)
	if err != nil {
		return weighed{}, err
	}
	return s.weighIn(ctx, g, p, op, dep)
}

func (s *Service) weighIn(ctx context.Context, g sight, p Project, op Operation, dep Deployment) (weighed, error) {
	env, err := s.Store.Environment(ctx, op.Project, op.Environment)
	if err != nil {
		return weighed{}, fmt.Errorf("read environment %s: %w", targetOf(op.Project, op.Environment), err)
	}
	w := weighed{sight: g, target: p.Target(), dep: dep}
	w.target.Environment, w.target.EnvironmentType = env.Name, env.Type
	if op.Stage != AwaitingApproval || dep.Need == nil {
		return w, nil // what was decided stays as it was
	}
	if w.stale, err = s.movedSince(ctx, op, dep); err == nil && w.stale == "" {
		var need *ApprovalNeed
		if need, w.stale, err = s.needNow(ctx, p, env, op, dep); err == nil && need != nil {
			grown := dep.Need.grown(*need)
			w.dep.Need = &grown
		}
	}
	if err != nil {
		return weighed{}, err
	}
	w.dep.Decisions = slices.Clone(dep.Decisions)
	for i, said := range w.dep.Decisions {
		w.dep.Decisions[i].Lapsed = w.lapsed(said)
	}
	return w, nil
}

// needNow is what the platform would ask for if the plan were asked for now; nil when nobody would have to agree. refused says why it
// might not be asked for. How much happens at a time does not matter: the plan was let in.
func (s *Service) needNow(ctx context.Context, p Project, env Environment, op Operation, dep Deployment) (need *ApprovalNeed, refused string, err error) {
	catalog, err := s.catalogOf(ctx, p)
	if err != nil {
		return nil, "", err
	}
	exists := env.Resting != ""
	t, known := catalog.EnvironmentType(env.Type)
	if !known {
		return nil, fmt.Sprintf("there is no environment type %s any more.", env.Type), nil
	}
	if err := p.takes(t.Name, exists); err != nil {
		return nil, mayNoMore(err), nil
	}
	if dep.Template != "" && !t.allows(dep.Template) {
		return nil, fmt.Sprintf("template %s may not be used in environments of type %s any more.", dep.Template, t.Name), nil
	}
	w := wanted{envType: t, policies: catalog.Policies()}
	built, err := (&source{deployment: dep}).asBuilt(catalog)
	if err == nil {
		w.resolved, w.manifest, err = s.builtAgain(ctx, built, op, dep, &w)
	}
	switch {
	case isCode(err, Invalid):
		return nil, mayNoMore(err), nil
	case err != nil:
		return nil, "", err
	}
	in := AssessmentInput{Caller: dep.asker().caller(), Project: p, Environment: env.Name, Exists: exists, Type: t, Template: dep.Template,
		Parameters: decodeInputs(dep.Parameters), Manifest: w.manifest.WithValues(w.values.Effective), Resolved: w.resolved, Policies: w.policies, Has: env.Resources}
	in.After = EstimateManifest(s.Prices, in.Manifest, w.resolved, cmp.Or(t.Region, s.Region))
	in.Before = Price{Currency: in.After.Currency}
	if dep.Before != nil {
		in.Before = *dep.Before
	}
	if err := s.count(ctx, change{in: p, project: p.Name, environment: env.Name}, &in, &w); err != nil {
		return nil, "", err
	}
	a := Assess(in)
	a.Quotas = slices.DeleteFunc(a.Quotas, func(q QuotaVerdict) bool { return q.paced })
	if err := a.refusal(); err != nil {
		return nil, mayNoMore(err), nil
	}
	return a.Approval, "", nil
}

// builtAgain resolves the manifest of a deployment once more, with the definitions that it was planned with.
func (s *Service) builtAgain(ctx context.Context, built Catalog, op Operation, dep Deployment, w *wanted) (map[string]Resolved, Manifest, error) {
	if dep.Values != nil {
		var err error
		if w.values, _, err = s.valuesToApply(ctx, op, dep); err != nil {
			return nil, Manifest{}, err
		}
	}
	return ResolveManifest(built, dep.Manifest, Place{Project: dep.Project, Environment: dep.Environment, Type: w.envType.Name, Values: w.values.Effective})
}

// mayNoMore is the reason of a refusal as one why a plan is out of date.
func mayNoMore(err error) string {
	var refused *Error
	if !errors.As(err, &refused) {
		return "it may not be deployed any more."
	}
	return "it may not be deployed any more. " + refused.Message
}

func (a Asker) caller() Caller { return Caller{ID: a.ID, Name: a.Name, App: a.App} }

// grown is the need with what is stricter in another: what was asked for once is not let off.
func (n ApprovalNeed) grown(by ApprovalNeed) ApprovalNeed {
	before := n.Approvals
	n.Reasons = slices.Clone(n.Reasons)
	reasons := n.Reasons
	n.require(by.Approvals, "")
	n.Days, n.Reasons = before.Days, reasons // how long it waits was settled when it began to
	if n.Approvals == before {
		return n
	}
	for _, reason := range by.Reasons {
		if !slices.Contains(n.Reasons, reason) {
			n.Reasons = append(n.Reasons, reason)
		}
	}
	return n
}

// lapsed says why what somebody said does not count any more; empty while it does. Who stopped it stopped it, whatever he may since.
func (w weighed) lapsed(said ApprovalDecision) string {
	if !said.Approved {
		return ""
	}
	voter := sight{w.index, said.subject(), w.now}
	switch {
	case voter.standing(w.target, w.dep) == nil:
		return ""
	case !MayApprove(voter.subject, &w.dep.Need.Approvals, w.dep.askedBy()...):
		return "It takes somebody else by now than who asked."
	default:
		return fmt.Sprintf("What the role %s allows is not held here any more.", w.dep.Need.Role)
	}
}

// subject is who decided, for asking again whether he may. Of groups and roles from his token that is as it was when he decided.
func (d ApprovalDecision) subject() Subject {
	as := d.As
	if len(as) == 0 {
		as = []Principal{{UserPrincipal, d.By}}
	}
	return Subject{Principals: as, Roles: d.Roles}
}

// standing is nil for who may approve the plan by what he holds and who he is.
func (g sight) standing(t Target, dep Deployment) error {
	if err := g.require(DeploymentsApprove, t); err != nil {
		return err
	}
	if !MayApprove(g.subject, &dep.Need.Approvals, dep.askedBy()...) {
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
	return nil
}

// approverRefusal is nil for who may decide on the plan of an operation.
func (g sight) approverRefusal(t Target, dep Deployment) error {
	if err := g.standing(t, dep); err != nil {
		return err
	}
	for _, principal := range g.subject.Principals[:1] {
		if _, said := dep.decisionOf(principal.ID); said {
			return Errorf(NotAwaitingApproval, "You have decided on this plan already.").Do("Somebody else has to.")
		}
	}
	return nil
}

// approvals counts those who agreed and whose word still counts; note tells of the others.
func (d Deployment) approvals() (n int, note string) {
	for _, said := range d.Decisions {
		switch {
		case said.Approved && said.Lapsed == "":
			n++
		case said.Approved:
			note += fmt.Sprintf(" What %s said does not count any more: %s", clip(said.By, 80), said.Lapsed)
		}
	}
	return n, note
}

func (d Deployment) decisionOf(who string) (ApprovalDecision, bool) {
	for _, decision := range d.Decisions {
		if strings.EqualFold(decision.By, who) {
			return decision, true
		}
	}
	return ApprovalDecision{}, false
}
