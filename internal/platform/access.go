package platform

import (
	"context"
	"time"
)

// Caller is who asks. The handler makes it from a verified token and nothing else.
type Caller struct {
	ID            string   // object id at the identity provider
	Name          string   // for people; never used to decide
	Team          string   // for people
	App           bool     // a program that acts for itself
	Groups        []string // object ids of his groups, as far as the token tells
	GroupsOmitted bool     // the token leaves groups out, because there are too many
	Roles         []Role   // that the token gives on the whole platform
	Pipeline      bool     // is the identity that pipeline runs report with
	Client        string   // the program that asked for the token
	From          string   // network address; empty when it is not known
	Request       string   // operationId of what he asks for
	RequestID     string

	platform bool // it is the platform itself that does it; no token makes such a caller
}

// sight is what a request may see and do: a caller, and the directory as it was when he asked.
type sight struct {
	index   *AccessIndex
	subject Subject
	now     time.Time
}

// look prepares for decisions about a caller. Unauthenticated for one without identity.
func (s *Service) look(ctx context.Context, c Caller) (sight, error) {
	if c.ID == "" {
		return sight{}, errNotSignedIn()
	}
	x, err := s.Roster.Current(ctx)
	return sight{x, c.Subject(), s.Now()}, err
}

func (g sight) decide(a Permission, t Target) AccessDecision {
	return g.index.Decide(g.subject, a, t, g.now)
}

// require is nil, or Forbidden with what is missing.
func (g sight) require(a Permission, t Target) error {
	if d := g.decide(a, t); !d.Allowed {
		return d.refusal()
	}
	return nil
}

// allow decides about something that belongs to the whole platform or to a team.
func (s *Service) allow(ctx context.Context, c Caller, a Permission, t Target) error {
	g, err := s.look(ctx, c)
	if err != nil {
		return err
	}
	return g.require(a, t)
}

// authorizeRun lets pipeline runs alone through. It asks no directory: nobody can be given this right.
func (c Caller) authorizeRun() error {
	if c.ID == "" {
		return errNotSignedIn()
	}
	var nothing AccessIndex
	if d := nothing.Decide(c.Subject(), RunsReport, Target{}, time.Time{}); !d.Allowed {
		return d.refusal()
	}
	return nil
}

func errNotSignedIn() error {
	return Errorf(Unauthenticated, "This needs a signed-in caller.").Do("Sign in: lazuli login")
}

// refusal says in words what is missing, where, and who can change it.
func (d AccessDecision) refusal() error {
	err := Errorf(Forbidden, "You may not do this: it takes the action %s at %s.", d.Action, d.Target).asRefusal()
	err.Missing = d.Action
	switch {
	case d.Action == RunsReport:
		return err.Do("Only pipeline runs report here.")
	case d.Action == AuditRead && d.Target == Target{}:
		return err.Do("Ask for the audit log of one project: lazuli audit --project NAME")
	case !ownersHave(d.Action):
		return err.Do("Ask a platform admin: owners of projects and teams do not have it either.")
	case d.Target.Project != "":
		return err.Do("Ask an owner of project %s for a role that has it; see why with: lazuli access explain %s %s", d.Target.Project, d.Action, d.Target)
	case d.Target.Team != "":
		return err.Do("Ask an owner of team %s, or a platform admin, for a role that has it.", d.Target.Team)
	}
	return err.Do("Ask a platform admin for a role that has it; see why with: lazuli access explain %s", d.Action)
}

// ownersHave tells whether owners, who give away what they hold, can be asked for an action.
func ownersHave(a Permission) bool {
	owner, _ := builtInRole(TeamOwner)
	return owner.allows&bitOf(a) != 0
}

// seen loads a project for a caller, or says that there is none for him. It brings what he sees up to date with the project.
func (s *Service) seen(ctx context.Context, g *sight, name string) (Project, error) {
	if !ValidName(name) {
		return Project{}, noProject(name)
	}
	p, err := s.Store.Project(ctx, name)
	switch {
	case isCode(err, NotFound):
		return Project{}, noProject(name)
	case err != nil:
		return Project{}, err
	}
	if !g.index.knows(p) { // his people were changed after the directory was read; whoever asks looks once more
		if g.index, err = s.Roster.Current(ctx); err != nil {
			return Project{}, err
		}
	}
	if !g.index.Sees(g.subject, p.Target(), g.now) {
		return Project{}, noProject(name)
	}
	return p, nil
}

// project loads a project for a caller who wants to do something to it as a whole.
func (s *Service) project(ctx context.Context, c Caller, name string, a Permission) (Project, error) {
	_, p, err := s.projectFor(ctx, c, name, a)
	return p, err
}

func (s *Service) projectFor(ctx context.Context, c Caller, name string, a Permission) (sight, Project, error) {
	g, err := s.look(ctx, c)
	if err != nil {
		return sight{}, Project{}, err
	}
	p, err := s.seen(ctx, &g, name)
	if err != nil {
		return g, Project{}, err
	}
	d := g.decide(a, p.Target())
	if !d.Allowed {
		return g, Project{}, d.refusal()
	}
	return g, p, s.noteRead(ctx, c, d)
}

// inEnvironment loads the project of an environment for a caller who wants to do something there. The environment need not exist;
// newType is what it would be then. Who may not read the environment is told that there is none.
func (s *Service) inEnvironment(ctx context.Context, c Caller, project, environment, newType string, a Permission) (Project, error) {
	g, err := s.look(ctx, c)
	if err != nil {
		return Project{}, err
	}
	p, err := s.seen(ctx, &g, project)
	if err != nil {
		return Project{}, err
	}
	t, err := s.environmentTarget(ctx, g, p, environment, newType)
	if err != nil {
		return Project{}, err
	}
	d := g.decide(a, t)
	switch {
	case d.Allowed:
		return p, s.noteRead(ctx, c, d)
	case !g.decide(EnvironmentsRead, t).Allowed:
		return Project{}, noEnvironment(project, environment).asRefusal()
	}
	return Project{}, d.refusal()
}

// environmentTarget is an environment as the target of an action. Its type is looked up only where somebody holds a role by type.
func (s *Service) environmentTarget(ctx context.Context, g sight, p Project, environment, newType string) (Target, error) {
	t := p.Target()
	if ValidName(environment) {
		t.Environment = environment
	}
	if !g.index.needsType(g.subject, p.Name) {
		return t, nil
	}
	env, exists, err := s.environment(ctx, p.Name, environment)
	if err != nil {
		return t, err
	}
	if t.EnvironmentType = newType; exists {
		t.EnvironmentType = env.Type
	}
	return t, nil
}

// operation loads an operation for a caller, or says that there is none for him.
func (s *Service) operation(ctx context.Context, c Caller, id string, a Permission) (Operation, error) {
	g, err := s.look(ctx, c)
	if err != nil {
		return Operation{}, err
	}
	op, p, err := s.seenOperation(ctx, &g, id)
	if err != nil {
		return Operation{}, err
	}
	t, err := s.environmentTarget(ctx, g, p, op.Environment, "")
	if err != nil {
		return Operation{}, err
	}
	d := g.decide(a, t)
	switch {
	case d.Allowed:
		return op, s.noteRead(ctx, c, d)
	case !g.decide(EnvironmentsRead, t).Allowed:
		return Operation{}, noOperation(id)
	}
	return Operation{}, d.refusal()
}

// nowhere is the name of a project that never exists: it is looked for where something hidden would have been, so that the time
// of an answer does not tell the one from the other.
const nowhere = "-"

// seenOperation loads an operation of a project that the caller sees. One that is not there costs as many reads as one that he may
// not see.
func (s *Service) seenOperation(ctx context.Context, g *sight, id string) (Operation, Project, error) {
	if !ValidOperationID(id) {
		return Operation{}, Project{}, noOperation(id)
	}
	op, err := s.Store.Operation(ctx, id)
	if isCode(err, NotFound) {
		for range 2 { // the operation's row, which its index did not lead to, and its project
			if _, err := s.Store.Project(ctx, nowhere); err != nil && !isCode(err, NotFound) {
				return Operation{}, Project{}, err
			}
		}
		return Operation{}, Project{}, noOperation(id)
	}
	if err != nil {
		return Operation{}, Project{}, err
	}
	p, err := s.seen(ctx, g, op.Project)
	if isCode(err, NotFound) {
		err = noOperation(id)
	}
	return op, p, err
}

// noProject is the one answer for a project that does not exist and for one that the caller may not know of.
func noProject(name string) error {
	return Errorf(NotFound, "There is no project %q, or you may not see it.", clip(name, 80)).Do("List the projects you see: lazuli project list").asRefusal()
}

// noOperation is the like for an operation.
func noOperation(id string) error {
	return Errorf(NotFound, "There is no operation %q, or you may not see it.", clip(id, 40)).asRefusal()
}

// noTeam is the like for a team.
func noTeam(name string) error {
	return Errorf(NotFound, "There is no team %q, or you may not see it.", clip(name, 80)).Do("List the teams you see: lazuli team list").asRefusal()
}

// readActions are those that read what belongs to a project. The log itself is not among them: reading it would write into it.
var readActions = setOf(ProjectsRead, EnvironmentsRead, OperationsRead, ValuesRead, AssignmentsRead, SubscriptionsRead)

// noteRead puts into the audit log that somebody reads what is another's: by a right on the whole platform, and no nearer one.
func (s *Service) noteRead(ctx context.Context, c Caller, d AccessDecision) error {
	if !d.Allowed || d.Target.Project == "" || !d.By.Scope.isRoot() || bitOf(d.Action)&readActions == 0 {
		return nil
	}
	return s.RecordRead(ctx, c, c.Request, d.Target.Project, d.Target.String())
}
