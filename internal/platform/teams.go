package platform

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
)

// TeamSpec is what a caller may say of a team.
type TeamSpec struct {
	Title   string
	Members []Member // nil: as they are
	Quota   *Quota
}

// TeamView is a team with its members and its projects, as far as the caller may read them.
type TeamView struct {
	Team
	Members  []Member
	Projects []string
}

// ListTeams lists the teams that the caller may read, by name.
func (s *Service) ListTeams(ctx context.Context, c Caller, page Page) ([]TeamView, string, error) {
	g, err := s.look(ctx, c)
	if err != nil {
		return nil, "", err
	}
	after, size, err := ownPage(page)
	if err != nil {
		return nil, "", err
	}
	teams := slices.DeleteFunc(slices.Clone(g.index.TeamsOf(g.subject, g.now)), func(t Team) bool { return t.Name <= after })
	next := ""
	if len(teams) > size {
		teams = teams[:size]
		next = ownPosition + teams[size-1].Name
	}
	out := make([]TeamView, 0, len(teams))
	for _, t := range teams {
		view, err := s.teamView(ctx, g, t)
		switch {
		case isCode(err, NotFound):
			continue
		case err != nil:
			return nil, "", err
		}
		out = append(out, view)
	}
	return out, next, nil
}

// GetTeam returns a team that the caller may read.
func (s *Service) GetTeam(ctx context.Context, c Caller, name string) (TeamView, error) {
	g, err := s.look(ctx, c)
	if err != nil {
		return TeamView{}, err
	}
	t, ok := g.index.directory.team(name)
	if !ok || !g.decide(TeamsRead, Target{Team: name}).Allowed {
		return TeamView{}, noTeam(name)
	}
	return s.teamView(ctx, g, t)
}

// teamView adds what belongs to a team; NotFound for one that an onboarding was to make which never came to be.
func (s *Service) teamView(ctx context.Context, g sight, t Team) (TeamView, error) {
	v := TeamView{Team: t, Members: []Member{}, Projects: []string{}}
	projects, err := readNamed(ctx, g.index.projects[t.Name], s.Store.Project)
	if err != nil {
		return TeamView{}, err
	}
	founded := t.Founder == ""
	for _, p := range projects {
		founded = founded || p.Team == t.Name
		if p.Team == t.Name && g.index.Sees(g.subject, p.Target(), g.now) {
			v.Projects = append(v.Projects, p.Name)
		}
	}
	if !founded {
		return TeamView{}, noTeam(t.Name)
	}
	if g.decide(AssignmentsRead, Target{Team: t.Name}).Allowed {
		v.Members = g.index.members(Scope{Team: t.Name}, "")
	}
	return v, nil
}

// PutTeam creates a team, for platform admins, or replaces what it says, for its owners; created tells which. The same content
// again changes nothing. Its quota is for platform admins.
func (s *Service) PutTeam(ctx context.Context, c Caller, name string, spec TeamSpec, pre Preconditions) (TeamView, bool, error) {
	if err := checkName("a team", name); err != nil {
		return TeamView{}, false, err
	}
	g, err := s.look(ctx, c)
	if err != nil {
		return TeamView{}, false, err
	}
	if _, known := g.index.directory.team(name); !known || !g.decide(TeamsRead, Target{Team: name}).Allowed {
		if err := g.require(TeamsWrite, Target{}); err != nil { // the same for a free name and for one that is hidden
			return TeamView{}, false, err
		}
	}
	var put Team
	var created bool
	audit := s.audit(c, "putTeam", PlatformScope, Scope{Team: name}.String(), "", "")
	index, err := s.changeDirectory(ctx, &audit, func(x *AccessIndex, d Directory) (Directory, error) {
		g.index = x
		next, err := s.teamFrom(g, d, name, spec, pre, c.ID)
		put, _ = next.team(name)
		_, was := d.team(name)
		created = !was
		audit.Detail = fmt.Sprintf("revision %d", put.Revision)
		audit = audit.changing(d.auditedTeam(name), next.auditedTeam(name))
		return next, err
	})
	if err != nil && !errors.Is(err, errNoChange) {
		return TeamView{}, false, err
	}
	if err == nil {
		g.index = index
	} else {
		put, _ = g.index.directory.team(name)
	}
	view, err := s.teamView(ctx, g, put)
	return view, created, err
}

// errNoChange stops a change of the directory that would change nothing. No answer holds it.
var errNoChange = errors.New("nothing changes")

func (s *Service) teamFrom(g sight, d Directory, name string, spec TeamSpec, pre Preconditions, by string) (Directory, error) {
	target, scope := Target{Team: name}, Scope{Team: name}
	t, exists := d.team(name)
	if !exists {
		t = Team{Name: name, CreatedAt: g.now}
		if err := g.require(TeamsWrite, Target{}); err != nil {
			return d, err
		}
	}
	if err := g.require(TeamsWrite, target); err != nil {
		return d, err
	}
	if err := pre.check("Team "+name, exists, t.Revision); err != nil {
		return d, err
	}
	if err := checkTeam(spec, d.role); err != nil {
		return d, err
	}
	before, after := d.at(scope, ""), make([]Assignment, 0, len(spec.Members))
	if spec.Members == nil {
		after = before
	}
	for _, m := range spec.Members {
		after = append(after, m.assignment(scope, by, g.now))
	}
	if !reflect.DeepEqual(t.Quota, spec.Quota) {
		if err := g.require(QuotasWrite, Target{}); err != nil { // not at the team: its owners would raise their own
			return d, err
		}
	}
	if err := g.checkGifts(target, before, after); err != nil {
		return d, err
	}
	same := len(before) == len(after) && !slices.ContainsFunc(after, func(a Assignment) bool {
		return !slices.ContainsFunc(before, func(b Assignment) bool {
			return a.ID == b.ID && a.ExpiresAt.Equal(b.ExpiresAt) && a.Comment == b.Comment
		})
	})
	if exists && t.Founder == "" && t.Title == spec.Title && reflect.DeepEqual(t.Quota, spec.Quota) && same {
		return d, errNoChange
	}
	if exists && pre.Revision == nil && !pre.MustExist {
		return d, Errorf(PreconditionRequired, "Team %s exists; changing it needs If-Match.", name).Do("Read it, then send its ETag in If-Match.")
	}
	t.Title, t.Quota, t.Founder, t.UpdatedAt, t.Revision = spec.Title, spec.Quota, "", g.now, t.Revision+1
	return d.withTeam(t).withAssignments(scope, "", "", after), nil
}

func checkTeam(spec TeamSpec, roles func(Role) (RoleDefinition, bool)) error {
	var wrong []Detail
	if spec.Title == "" || len(spec.Title) > 100 {
		wrong = append(wrong, Detail{"/title", "must have 1 to 100 characters"})
	}
	wrong = append(wrong, checkMembers(spec.Members, false, roles)...)
	if wrong = append(wrong, checkQuota(spec.Quota, "/quota")...); len(wrong) > 0 {
		return Errorf(Invalid, "The team is not valid.").With(wrong...)
	}
	return nil
}

// DeleteTeam removes a team with all rights that were held at it. One that owns projects stays. What is not there is deleted already.
func (s *Service) DeleteTeam(ctx context.Context, c Caller, name string) error {
	g, err := s.look(ctx, c)
	if err != nil {
		return err
	}
	if err := g.require(TeamsWrite, Target{}); err != nil {
		return err
	}
	audit := s.audit(c, "deleteTeam", PlatformScope, Scope{Team: clip(name, 80)}.String(), "", "")
	_, err = s.changeDirectory(ctx, &audit, func(x *AccessIndex, d Directory) (Directory, error) {
		if _, exists := d.team(name); !exists {
			return d, errNoChange
		}
		projects, err := readNamed(ctx, x.projects[name], s.Store.Project)
		if err != nil {
			return d, err
		}
		for _, p := range projects {
			if p.Team == name {
				return d, Errorf(InUse, "Team %s owns the project %s.", name, p.Name).Do("Give its projects to another team first.")
			}
		}
		audit = audit.changing(d.auditedTeam(name), nil)
		return d.withoutTeam(name), nil
	})
	if errors.Is(err, errNoChange) {
		return nil
	}
	return err
}
