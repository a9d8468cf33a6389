package platform

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"
)

// maxOnboarded environments are made with a project: what one transaction holds.
const maxOnboarded = 8

// projectPut is one try to store what somebody says of a project.
type projectPut struct {
	service      *Service
	caller       Caller
	sight        sight
	before, next Project
	exists       bool
	spec         ProjectSpec
}

// members are the assignments that there will be; those that are there when the request does not speak of them.
func (put projectPut) members() []Assignment {
	if put.spec.Members == nil {
		return put.sight.index.directory.at(put.scope(), put.before.Access)
	}
	out := make([]Assignment, 0, len(put.spec.Members))
	for _, m := range put.spec.Members {
		out = append(out, m.assignment(put.scope(), put.caller.ID, put.sight.now))
	}
	return out
}

func (put projectPut) scope() Scope { return Scope{Project: put.next.Name} }

// check refuses what is not valid, and what the caller may not say of this project.
func (put projectPut) check(ctx context.Context) error {
	if err := checkProject(put.spec, put.sight.index.directory.role); err != nil {
		return err
	}
	if !put.exists || !slices.Equal(put.before.Pins, put.next.Pins) {
		if err := put.service.checkPins(ctx, put.next.Pins); err != nil {
			return err
		}
	}
	if !put.exists || put.before.Team != put.next.Team {
		if err := put.checkTeam(); err != nil {
			return err
		}
	}
	// A new project is asked about as if it were there: only what is held above it counts.
	target := put.before.Target()
	if !put.exists {
		target = Target{Team: put.next.Team, Project: put.next.Name}
	}
	limits := !reflect.DeepEqual(put.before.Budget, put.next.Budget) || !reflect.DeepEqual(put.before.Quota, put.next.Quota) ||
		!slices.Equal(put.before.EnvironmentTypes, put.next.EnvironmentTypes)
	if limits {
		if err := put.sight.require(QuotasWrite, target); err != nil {
			return err
		}
	}
	if err := put.sight.checkGifts(target, put.sight.index.directory.at(put.scope(), put.before.Access), put.members()); err != nil {
		return err
	}
	if !put.exists && len(put.spec.Environments) > 0 {
		return put.sight.require(EnvironmentsWrite, target)
	}
	return nil
}

// checkTeam refuses a team that does not exist and that the caller may not found, and one that he may give no project to.
func (put projectPut) checkTeam() error {
	if put.exists {
		if err := put.checkMove(); err != nil {
			return err
		}
	}
	if _, ok := put.sight.index.directory.team(put.next.Team); ok || put.sight.decide(TeamsWrite, Target{}).Allowed {
		return nil
	}
	return Errorf(Invalid, "There is no team %q.", put.next.Team).With(Detail{"/team", "is unknown"}).Do("Ask a platform admin to make it: lazuli team create")
}

// checkMove treats a move as what it is: a gift of the project to everybody who holds a role at the other team.
func (put projectPut) checkMove() error {
	if err := put.sight.require(ProjectsCreate, Target{Team: put.next.Team}); err != nil {
		return err
	}
	if err := put.sight.require(AssignmentsWrite, put.before.Target()); err != nil {
		return err
	}
	for _, a := range put.sight.index.placed[place{Scope{Team: put.next.Team}, ""}] {
		if err := put.sight.mayGive(*a, put.before.Target()); err != nil {
			return err
		}
	}
	return nil
}

// checkGifts lets somebody change assignments only where he may, and give only what he holds himself.
func (g sight) checkGifts(target Target, before, after []Assignment) error {
	old := map[string]Assignment{}
	for _, a := range before {
		old[a.ID] = a
	}
	changed := len(before) != len(after)
	for _, a := range after {
		b, was := old[a.ID]
		if was && b.ExpiresAt.Equal(a.ExpiresAt) && b.Comment == a.Comment {
			continue
		}
		changed = true
		if err := g.mayGive(a, target); err != nil {
			return err
		}
		if err := g.index.directory.full(); err != nil {
			return err
		}
	}
	if changed {
		return g.require(AssignmentsWrite, target)
	}
	return nil
}

// mayGive refuses to give what the giver does not hold himself at that scope.
func (g sight) mayGive(a Assignment, within Target) error {
	t := within
	if a.Scope.Environment == "" || a.Scope.Environment != within.Environment { // else its type is known
		t.EnvironmentType = a.Scope.EnvironmentType
	}
	t.Environment = a.Scope.Environment
	if err := g.require(AssignmentsWrite, t); err != nil {
		return err
	}
	if missing, ok := g.index.mayGive(g.subject, a.Role, t, g.now); !ok {
		err := Errorf(Forbidden, "You may not give the role %s at %s: it allows %s, which you may not do there yourself.", a.Role, t, missing).asRefusal()
		err.Missing = missing
		return err.Do("Ask somebody who may, or give a smaller role.")
	}
	return nil
}

func (put projectPut) isSame() bool {
	b, n := put.before, put.next
	return b.Title == n.Title && b.Team == n.Team && slices.Equal(b.Pins, n.Pins) && reflect.DeepEqual(b.Budget, n.Budget) &&
		reflect.DeepEqual(b.Quota, n.Quota) && slices.Equal(b.EnvironmentTypes, n.EnvironmentTypes) && put.sameMembers()
}

func (put projectPut) sameMembers() bool {
	before, after := put.sight.index.directory.at(put.scope(), put.before.Access), put.members()
	return len(before) == len(after) && !slices.ContainsFunc(after, func(a Assignment) bool {
		return !slices.ContainsFunc(before, func(b Assignment) bool {
			return a.ID == b.ID && a.ExpiresAt.Equal(b.ExpiresAt) && a.Comment == b.Comment
		})
	})
}

// unchanged answers a repetition: with the operations that the first one started, as far as they still run.
func (put projectPut) unchanged(ctx context.Context) (Onboarding, error) {
	done := Onboarding{ProjectView: put.sight.view(put.before)}
	for i, e := range put.spec.Environments {
		env, exists, err := put.service.environment(ctx, put.next.Name, e.Name)
		switch {
		case err != nil:
			return Onboarding{}, err
		case !exists:
			return Onboarding{}, Errorf(Invalid, "Project %s exists, so the environment %s is not made with it.", put.next.Name, e.Name).
				With(Detail{fmt.Sprintf("/environments/%d", i), "belongs to a new project"}).Do("Create it by itself: lazuli env create %s/%s", put.next.Name, e.Name)
		case env.ActiveOperation != "":
			op, err := put.service.Store.Operation(ctx, env.ActiveOperation)
			if err != nil {
				return Onboarding{}, err
			}
			done.Operations = append(done.Operations, op)
		}
	}
	return done, nil
}

// store announces the new set of assignments, which nobody's row names yet, and then stores the row that makes it count together
// with everything else. Whatever dies between the two leaves a set that counts for nothing.
func (put projectPut) store(ctx context.Context, now time.Time) (Onboarding, error) {
	s := put.service
	if put.exists && len(put.spec.Environments) > 0 {
		if _, err := put.unchanged(ctx); err != nil {
			return Onboarding{}, err
		}
	}
	changes, err := put.environments(ctx)
	if err != nil {
		return Onboarding{}, err
	}
	index := put.sight.index
	if !put.exists || put.before.Team != put.next.Team || !put.sameMembers() {
		put.next.Access = s.NewID()
		if index, err = s.changeDirectory(ctx, nil, put.announce); err != nil {
			return Onboarding{}, err
		}
	}
	put.next.UpdatedAt, put.next.Revision = now, put.before.Revision+1
	news, err := put.tell(ctx, now)
	if err != nil {
		return Onboarding{}, err
	}
	audit := s.audit(put.caller, "putProject", put.next.Name, put.scope().String(), "", fmt.Sprintf("revision %d", put.next.Revision)).
		changing(put.audited())
	tx := Transaction{Project: put.next.Name, PutProject: &put.next, Audit: []AuditEvent{audit}, Outbox: news.sent}
	done := Onboarding{Created: !put.exists}
	for i := range changes {
		if err := s.open(ctx, changes[i].op); err != nil {
			return Onboarding{}, err
		}
		if err := s.expect(ctx, Environment{}, changes[i].env); err != nil {
			return Onboarding{}, err
		}
		tx.With = append(tx.With, s.transactionOf(put.caller, change{kind: "putProject", mode: ModeDeploy}, &changes[i]))
		done.Operations = append(done.Operations, changes[i].op)
	}
	oneUsage(&tx)
	if err := s.Store.Commit(ctx, tx); err != nil {
		return Onboarding{}, fmt.Errorf("put project %s: %w", put.next.Name, err)
	}
	s.Relay.HintNews(put.next.Name, news.id)
	for _, op := range done.Operations {
		s.Relay.Hint(op.Project, op.ID)
	}
	put.sight.index = index
	done.ProjectView = put.sight.view(put.next)
	return done, nil
}

// tell makes the events about the project; those about its environments come with them.
func (put *projectPut) tell(ctx context.Context, now time.Time) (projectNews, error) {
	news, err := put.service.newNews(ctx, put.next.Name)
	if err != nil {
		return news, err
	}
	data := projectData{Actor: put.caller.ID, Revision: put.next.Revision}
	kind := projectUpdated
	if !put.exists {
		kind = projectCreated
	}
	news.add(&put.next, kind, projectSubject(put.next.Name), data, now)
	if put.next.Access != put.before.Access {
		news.add(&put.next, assignmentsChanged, projectSubject(put.next.Name), data, now)
	}
	return news, nil
}

// audited is what the audit log shows of the project before and after.
func (put projectPut) audited() (before, after any) {
	if put.exists {
		before = put.before.audited(put.sight.index.directory.at(put.scope(), put.before.Access))
	}
	return before, put.next.audited(put.members())
}

// announce puts the new set into the directory.
func (put projectPut) announce(_ *AccessIndex, d Directory) (Directory, error) {
	d = d.forget(put.next.Name, put.before.Access, put.sight.now)
	d = d.withProject(ProjectEntry{Name: put.next.Name, Team: put.next.Team, Set: put.next.Access, At: put.sight.now})
	if _, ok := d.team(put.next.Team); !ok {
		d = d.withTeam(Team{Name: put.next.Team, Title: put.next.Team, Founder: put.next.Name, Revision: 1, CreatedAt: put.sight.now, UpdatedAt: put.sight.now})
	}
	return d.withAssignments(put.scope(), put.next.Access, put.before.Access, put.members()), nil
}

// environments decides each environment of a new project as if it were asked for by itself, knowing of those before it.
func (put projectPut) environments(ctx context.Context) ([]decided, error) {
	if put.exists {
		return nil, nil
	}
	var out []decided
	var siblings []Environment
	for i, e := range put.spec.Environments {
		ch := change{kind: "putProject", in: put.next, project: put.next.Name, environment: e.Name, operation: put.service.NewID(),
			mode: ModeDeploy, spec: e.EnvironmentSpec, mayCreate: true, siblings: siblings}
		d, _, err := put.service.settleOn(ctx, put.caller, ch, Environment{}, false, fingerprintOf(put.caller, ch))
		if err != nil {
			return nil, inPart(err, fmt.Sprintf("/environments/%d", i))
		}
		out, siblings = append(out, d), append(siblings, d.env)
	}
	return out, nil
}

// oneUsage leaves one usage row in a transaction, with the deployments of all.
func oneUsage(tx *Transaction) {
	n := 0
	for i := range tx.With {
		if u := tx.With[i].Usage; u != nil {
			n++
			tx.Usage, tx.With[i].Usage = u, nil
		}
	}
	if n > 1 {
		tx.Usage = tx.Usage.with(tx.Usage.Recent[len(tx.Usage.Recent)-1], n-1)
	}
}
