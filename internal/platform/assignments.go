package platform

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// AssignmentSpec asks for an assignment.
type AssignmentSpec struct {
	Scope     Scope
	Principal Principal
	Role      Role
	Comment   string
	ExpiresAt time.Time // zero: never
}

// AssignmentFilter narrows a list of assignments; empty fields do not.
type AssignmentFilter struct {
	Scope       Scope // what counts there: at it, above it and, in a project, beneath it
	ScopeGiven  bool
	PrincipalID string
	Role        Role
}

// ListAssignments lists the assignments that the caller may read: those that count at a scope, or those of the whole platform, its
// teams and its projects for who may read all. They come by scope. A page may be short and still have a next one.
func (s *Service) ListAssignments(ctx context.Context, c Caller, filter AssignmentFilter, page Page) ([]Assignment, string, error) {
	g, err := s.look(ctx, c)
	if err != nil {
		return nil, "", err
	}
	target, err := s.scopeTarget(ctx, &g, filter.Scope)
	if err != nil {
		return nil, "", err
	}
	if target.Environment != "" && target.EnvironmentType == "" { // roles by type count there, whoever asks
		env, exists, err := s.environment(ctx, target.Project, target.Environment)
		if err != nil {
			return nil, "", err
		}
		if exists {
			target.EnvironmentType = env.Type
		}
	}
	d := g.decide(AssignmentsRead, target)
	if !d.Allowed {
		return nil, "", d.refusal()
	}
	if err := s.noteRead(ctx, c, d); err != nil {
		return nil, "", err
	}
	var found []Assignment
	for _, a := range g.index.directory.Assignments {
		if filter.matches(a) && g.shows(a, target, filter.ScopeGiven) {
			found = append(found, a)
		}
	}
	found, next, err := pageOfAssignments(found, page)
	if err == nil && !filter.ScopeGiven {
		found, err = s.counting(ctx, found)
	}
	return found, next, err
}

func (f AssignmentFilter) matches(a Assignment) bool {
	return (f.PrincipalID == "" || a.Principal.ID == f.PrincipalID) && (f.Role == "" || a.Role == f.Role)
}

// shows reports whether an assignment belongs to what counts at the target, or beneath it in a project.
func (g sight) shows(a Assignment, t Target, scoped bool) bool {
	if !scoped {
		return true // all; whether its set counts is looked at afterwards
	}
	if a.Scope.Project != "" {
		inside := t.Environment == "" && t.EnvironmentType == "" || a.Scope.covers(t)
		return a.Scope.Project == t.Project && a.Set == t.Set && inside
	}
	return a.Scope.covers(t)
}

// counting leaves out the sets that no project's row names.
func (s *Service) counting(ctx context.Context, found []Assignment) ([]Assignment, error) {
	var names []string
	for _, a := range found {
		if a.Scope.Project != "" && !slices.Contains(names, a.Scope.Project) {
			names = append(names, a.Scope.Project)
		}
	}
	projects, err := readNamed(ctx, names, s.Store.Project)
	if err != nil {
		return nil, err
	}
	set := map[string]string{}
	for _, p := range projects {
		set[p.Name] = p.Access
	}
	return slices.DeleteFunc(found, func(a Assignment) bool {
		current, exists := set[a.Scope.Project]
		return a.Scope.Project != "" && (!exists || a.Set != current)
	}), nil
}

// pageOfAssignments goes on after an assignment. An id may be in several sets, of which one counts.
func pageOfAssignments(found []Assignment, page Page) ([]Assignment, string, error) {
	size := page.Size
	if size <= 0 {
		size = defaultSize
	}
	if page.After != "" {
		at := slices.IndexFunc(found, func(a Assignment) bool { return positionOf(a) == page.After })
		if at < 0 {
			return nil, "", Errorf(Invalid, "The list has changed since the page before.").Do("Start again from the beginning of the list.")
		}
		found = found[at+1:]
	}
	if len(found) <= size {
		return found, "", nil
	}
	return found[:size], positionOf(found[size-1]), nil
}

func positionOf(a Assignment) string { return ownPosition + a.Set + "." + a.ID }

// scopeTarget is a scope as the target of an action, for a caller who may know that it exists.
func (s *Service) scopeTarget(ctx context.Context, g *sight, scope Scope) (Target, error) {
	switch {
	case scope.Team != "":
		if _, ok := g.index.directory.team(scope.Team); !ok || !g.decide(TeamsRead, Target{Team: scope.Team}).Allowed {
			return Target{}, noTeam(scope.Team)
		}
		return scope.target(), nil
	case scope.Project == "":
		return Target{}, nil
	}
	p, err := s.seen(ctx, g, scope.Project)
	if err != nil {
		return Target{}, err
	}
	t := p.Target()
	t.EnvironmentType = scope.EnvironmentType
	if scope.Environment != "" {
		t, err = s.environmentTarget(ctx, *g, p, scope.Environment, "")
	}
	return t, err
}

// CreateAssignment gives a role to somebody at a scope. The same gift again is one: it takes the new end and comment. Nobody gives
// what he does not hold there himself. created tells whether it was given anew.
func (s *Service) CreateAssignment(ctx context.Context, c Caller, spec AssignmentSpec) (a Assignment, created bool, err error) {
	return s.changeAssignment(ctx, c, spec.Scope, "createAssignment", func(g sight, target Target, before []Assignment) ([]Assignment, error) {
		next := Assignment{ID: assignmentID(spec.Scope, spec.Principal, spec.Role), Scope: spec.Scope, Principal: spec.Principal, Role: spec.Role,
			Comment: spec.Comment, ExpiresAt: spec.ExpiresAt, CreatedAt: g.now, CreatedBy: c.ID}
		wrong := checkAssignment(next, "", g.index.directory.role)
		if !next.live(g.now) {
			wrong = append(wrong, Detail{"/expiresAt", "must be in the future"})
		}
		if len(wrong) > 0 {
			return nil, Errorf(Invalid, "The assignment is not valid.").With(wrong...)
		}
		if err := g.mayGive(next, target); err != nil {
			return nil, err
		}
		at := slices.IndexFunc(before, func(b Assignment) bool { return b.ID == next.ID })
		a, created = next, at < 0
		if created {
			if err := g.index.directory.full(); err != nil {
				return nil, err
			}
			if len(before) >= maxAssignments {
				return nil, Errorf(QuotaExceeded, "There are %d assignments at %s already.", len(before), spec.Scope).Do("Give the role to a group instead.")
			}
			return append(slices.Clone(before), next), nil
		}
		b := before[at]
		a.CreatedAt, a.CreatedBy = b.CreatedAt, b.CreatedBy
		if b.ExpiresAt.Equal(next.ExpiresAt) && b.Comment == next.Comment {
			return nil, errNoChange
		}
		out := slices.Clone(before)
		out[at] = a
		return out, nil
	}, &a, &created)
}

// changeAssignment changes the assignments of the place that a scope belongs to: the platform, a team, or a project.
func (s *Service) changeAssignment(ctx context.Context, c Caller, scope Scope, action string, change func(sight, Target, []Assignment) ([]Assignment, error), a *Assignment, created *bool) (Assignment, bool, error) {
	for range maxDecisions {
		g, err := s.look(ctx, c)
		if err != nil {
			return Assignment{}, false, err
		}
		target, err := s.scopeTarget(ctx, &g, scope)
		if err != nil {
			return Assignment{}, false, err
		}
		if scope.Project != "" {
			err = s.changeProjectAssignments(ctx, c, g, target, scope, action, a, func(before []Assignment) ([]Assignment, error) { return change(g, target, before) })
		} else {
			audit := s.audit(c, action, PlatformScope, scope.String(), "", "")
			_, err = s.changeDirectory(ctx, &audit, func(x *AccessIndex, d Directory) (Directory, error) {
				g.index = x
				next, err := change(g, target, d.at(scope, ""))
				if err != nil {
					return d, err
				}
				audit = audit.about(*a)
				d, err = d.touchTeam(scope.Team, g.now)
				return d.withAssignments(scope, "", "", next), err
			})
		}
		switch {
		case err == nil, errors.Is(err, errNoChange):
			return *a, *created, nil
		case !isCode(err, Conflict):
			return Assignment{}, false, err
		}
	}
	return Assignment{}, false, Errorf(Conflict, "Too many changes to who may do what at once.").Do("Try again.")
}

// about notes the assignment that is given or taken away.
func (e AuditEvent) about(a Assignment) AuditEvent {
	e.Detail = fmt.Sprintf("%s, %s %s", a.Role, a.Principal.Kind, a.Principal.ID)
	if e.Action == "deleteAssignment" {
		return e.changing(a.audited(), nil)
	}
	return e.changing(nil, a.audited())
}

// changeProjectAssignments makes a new set, and lets the project's row name it: see Assignment.Set.
func (s *Service) changeProjectAssignments(ctx context.Context, c Caller, g sight, target Target, scope Scope, action string, a *Assignment, change func([]Assignment) ([]Assignment, error)) error {
	p, err := s.Store.Project(ctx, scope.Project)
	if err != nil {
		return err
	}
	if p.Access != target.Set || !g.index.knows(p) { // somebody changed them since they were looked at
		return Errorf(Conflict, "The people of project %s were changed at the same time.", p.Name)
	}
	within := Scope{Project: p.Name}
	next, err := change(g.index.directory.at(within, p.Access))
	if err != nil {
		return err
	}
	before := p.Access
	p.Access = s.NewID()
	_, err = s.changeDirectory(ctx, nil, func(_ *AccessIndex, d Directory) (Directory, error) {
		d = d.forget(p.Name, before, g.now).withProject(ProjectEntry{Name: p.Name, Team: p.Team, Set: p.Access, At: g.now})
		return d.withAssignments(within, p.Access, before, next), nil
	})
	if err != nil {
		return err
	}
	p.UpdatedAt, p.Revision = g.now, p.Revision+1
	audit := s.audit(c, action, p.Name, scope.String(), "", "").about(*a)
	news, err := s.newNews(ctx, p.Name)
	if err != nil {
		return err
	}
	news.add(&p, assignmentsChanged, projectSubject(p.Name), projectData{Actor: c.ID, Revision: p.Revision}, g.now)
	if err := s.Store.Commit(ctx, Transaction{Project: p.Name, PutProject: &p, Audit: []AuditEvent{audit}, Outbox: news.sent}); err != nil {
		return err
	}
	s.Relay.HintNews(p.Name, news.id)
	return nil
}

// DeleteAssignment takes a role away, with the next request. What is not there, or may not be seen, is deleted already.
func (s *Service) DeleteAssignment(ctx context.Context, c Caller, id string) error {
	g, err := s.look(ctx, c)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(g.index.directory.Assignments, func(a Assignment) bool { return a.ID == id })
	if at < 0 { // it costs what looking at one costs that he may not see
		if _, err = s.Store.Project(ctx, nowhere); isCode(err, NotFound) {
			err = nil
		}
		return err
	}
	a := g.index.directory.Assignments[at]
	target, err := s.scopeTarget(ctx, &g, a.Scope)
	switch {
	case isCode(err, NotFound) || err == nil && !g.decide(AssignmentsRead, target).Allowed:
		if a.Scope.Project == "" { // as many reads as for one that is not there
			if _, err = s.Store.Project(ctx, nowhere); err != nil && !isCode(err, NotFound) {
				return err
			}
		}
		return nil
	case err != nil:
		return err
	}
	if err := g.require(AssignmentsWrite, target); err != nil {
		return err
	}
	return s.deleteAssignment(ctx, c, a)
}

func (s *Service) deleteAssignment(ctx context.Context, c Caller, a Assignment) error {
	var gone bool
	_, _, err := s.changeAssignment(ctx, c, a.Scope, "deleteAssignment", func(g sight, target Target, before []Assignment) ([]Assignment, error) {
		if err := g.require(AssignmentsWrite, target); err != nil {
			return nil, err
		}
		after := slices.DeleteFunc(slices.Clone(before), func(b Assignment) bool { return b.ID == a.ID })
		if len(after) == len(before) {
			return nil, errNoChange
		}
		return after, nil
	}, &a, &gone)
	return err
}
