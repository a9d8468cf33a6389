package platform

import (
	"context"
	"fmt"
	"slices"
)

// Preconditions are what a caller wants to hold before a change. Revisions are those of the ETags that he was given.
type Preconditions struct {
	MustNotExist bool   // If-None-Match: *
	Revision     *int64 // If-Match with an ETag of ours
	MustExist    bool   // If-Match: *
}

// check compares with what is stored; revision is zero for what does not exist.
func (p Preconditions) check(what string, exists bool, revision int64) error {
	switch {
	case p.MustNotExist && exists:
		return Errorf(NameTaken, "%s exists already.", what).Do("Take another name, or change the one that is there.")
	case (p.MustExist || p.Revision != nil) && !exists:
		return Errorf(PreconditionFailed, "%s does not exist.", what)
	case p.Revision != nil && *p.Revision != revision:
		return Errorf(PreconditionFailed, "%s was changed in the meantime: its ETag is now \"%d\".", what, revision).Do("Read it again and repeat the change on what you find.")
	}
	return nil
}

// ProjectSpec is what a caller may say of a project.
type ProjectSpec struct {
	Title            string
	Team             string
	Members          []Member // nil: as they are
	Pins             []Pin
	Budget           *Budget
	Quota            *Quota
	EnvironmentTypes []string
	// Environments are made with a new project, in the same transaction.
	Environments []OnboardedEnvironment
}

// OnboardedEnvironment is an environment that is made with its project.
type OnboardedEnvironment struct {
	Name string
	EnvironmentSpec
}

// ProjectView is a project with the assignments at it and beneath it, as far as the caller may read them.
type ProjectView struct {
	Project
	Members []Member
}

// Onboarding is the answer to PutProject.
type Onboarding struct {
	ProjectView
	Created    bool
	Operations []Operation // that build the environments of the request
}

// ListProjects lists the projects that the caller sees, by name. A page may be short and still have a next one. Its cost does not
// grow with the projects that he does not see.
func (s *Service) ListProjects(ctx context.Context, c Caller, page Page) ([]ProjectView, string, error) {
	g, err := s.look(ctx, c)
	if err != nil {
		return nil, "", err
	}
	var found []Project
	var next string
	if names, all := g.index.ProjectsOf(g.subject, g.now); all {
		found, next, err = s.Store.Projects(ctx, page)
	} else {
		var after string
		var size int
		if after, size, err = ownPage(page); err != nil {
			return nil, "", err
		}
		names, next = pageOfNames(names, after, size)
		found, err = readNamed(ctx, names, s.Store.Project)
	}
	if err != nil {
		return nil, "", err
	}
	var out []ProjectView
	for _, p := range found {
		if g.index.Sees(g.subject, p.Target(), g.now) {
			out = append(out, g.view(p))
		}
	}
	return out, next, nil
}

// view is a project as the caller may see it.
func (g sight) view(p Project) ProjectView {
	v := ProjectView{Project: p, Members: []Member{}}
	if g.decide(AssignmentsRead, p.Target()).Allowed {
		v.Members = g.index.members(Scope{Project: p.Name}, p.Access)
	}
	return v
}

func (x *AccessIndex) members(scope Scope, set string) []Member {
	members := []Member{}
	for _, a := range x.placed[place{scope, set}] {
		members = append(members, memberOf(*a))
	}
	return members
}

// GetProject returns a project that the caller sees.
func (s *Service) GetProject(ctx context.Context, c Caller, name string) (ProjectView, error) {
	g, p, err := s.projectFor(ctx, c, name, ProjectsRead)
	if err != nil {
		return ProjectView{}, err
	}
	return g.view(p), nil
}

// PutProject creates a project with its people and its first environments, or replaces what a project says. Everything of it takes
// effect or nothing. The same content again changes nothing. Replacing asks for a precondition, since several people may hold the pen.
func (s *Service) PutProject(ctx context.Context, c Caller, name string, spec ProjectSpec, pre Preconditions) (Onboarding, error) {
	if err := checkName("a project", name); err != nil {
		return Onboarding{}, err
	}
	for range maxDecisions {
		done, err := s.putProject(ctx, c, name, spec, pre)
		if !isCode(err, Conflict) {
			return done, err
		}
	}
	return Onboarding{}, Errorf(Conflict, "Too many changes to project %s at once.", name).Do("Try again.")
}

func (s *Service) putProject(ctx context.Context, c Caller, name string, spec ProjectSpec, pre Preconditions) (Onboarding, error) {
	put, err := s.mayPutProject(ctx, c, name, spec, pre)
	if err != nil {
		return Onboarding{}, err
	}
	if err := put.check(ctx); err != nil {
		return Onboarding{}, err
	}
	if put.exists && put.isSame() {
		return put.unchanged(ctx)
	}
	if put.exists && pre.Revision == nil && !pre.MustExist {
		return Onboarding{}, Errorf(PreconditionRequired, "Project %s exists; changing it needs If-Match.", name).Do("Read it, then send its ETag in If-Match.")
	}
	return put.store(ctx, put.sight.now)
}

// mayPutProject makes a try to store what somebody says of a project, for who may make or change it at all.
func (s *Service) mayPutProject(ctx context.Context, c Caller, name string, spec ProjectSpec, pre Preconditions) (projectPut, error) {
	g, err := s.look(ctx, c)
	if err != nil {
		return projectPut{}, err
	}
	p, err := s.Store.Project(ctx, name)
	exists := err == nil
	switch {
	case isCode(err, NotFound):
		p = Project{Name: name, CreatedAt: g.now}
		err = g.require(ProjectsCreate, Target{Team: spec.Team})
	case err != nil:
	case !g.index.knows(p):
		return projectPut{}, Errorf(Conflict, "The people of project %s were changed at the same time.", name)
	case !g.index.Sees(g.subject, p.Target(), g.now): // the same answer as for a free name: whether it is taken is not for everybody to know
		err = g.require(ProjectsCreate, Target{Team: spec.Team})
		if err == nil {
			err = Errorf(NameTaken, "The name %s cannot be used.", name).Do("Take another name.")
		}
	default:
		err = g.require(ProjectsWrite, p.Target())
	}
	if err == nil {
		err = pre.check("Project "+name, exists, p.Revision)
	}
	if err != nil {
		return projectPut{}, err
	}
	next := p
	next.Title, next.Team, next.Pins, next.Budget = spec.Title, spec.Team, slices.Clone(spec.Pins), spec.Budget
	next.Quota, next.EnvironmentTypes = spec.Quota, slices.Clone(spec.EnvironmentTypes)
	return projectPut{service: s, caller: c, sight: g, before: p, next: next, exists: exists, spec: spec}, nil
}

// checkPins refuses pins to what may not be used, or that contradict each other.
func (s *Service) checkPins(ctx context.Context, pins []Pin) error {
	if len(pins) == 0 {
		return nil
	}
	catalog, err := s.catalog(ctx)
	if err != nil {
		return err
	}
	var wrong []Detail
	seen := map[string]bool{}
	for i, pin := range pins {
		at := fmt.Sprintf("/pins/%d", i)
		if key := string(pin.Kind) + "/" + pin.Name; seen[key] {
			wrong = append(wrong, Detail{at, "is the second for this name"})
		} else {
			seen[key] = true
		}
		if _, err := catalog.Pinned([]Pin{pin}); err != nil {
			wrong = append(wrong, Detail{at, "names a version that is not published, or is defective"})
		}
	}
	if len(wrong) > 0 {
		return Errorf(Invalid, "The project cannot hold on to these versions.").With(wrong...).Do("List the versions: lazuli catalog list")
	}
	return nil
}

func checkProject(spec ProjectSpec, roles func(Role) (RoleDefinition, bool)) error {
	var wrong []Detail
	if spec.Title == "" || len(spec.Title) > 100 {
		wrong = append(wrong, Detail{"/title", "must have 1 to 100 characters"})
	}
	if !ValidName(spec.Team) {
		wrong = append(wrong, Detail{"/team", "must be a name: 2 to 63 lower-case letters, digits and dashes"})
	}
	if b := spec.Budget; b != nil && (b.Monthly < 0 || b.Over != OverApprove && b.Over != OverRefuse) {
		wrong = append(wrong, Detail{"/budget", "must be an amount from zero on, and approve or refuse"})
	}
	wrong = append(wrong, checkMembers(spec.Members, true, roles)...)
	wrong = append(wrong, checkQuota(spec.Quota, "/quota")...)
	for i, t := range spec.EnvironmentTypes {
		if !ValidName(t) || slices.Index(spec.EnvironmentTypes, t) != i {
			wrong = append(wrong, Detail{fmt.Sprintf("/environmentTypes/%d", i), "must be the name of an environment type, once"})
		}
	}
	if len(spec.Environments) > maxOnboarded {
		wrong = append(wrong, Detail{"/environments", fmt.Sprintf("must be at most %d; create the others afterwards", maxOnboarded)})
	}
	for i, e := range spec.Environments {
		if !ValidName(e.Name) || slices.IndexFunc(spec.Environments, func(o OnboardedEnvironment) bool { return o.Name == e.Name }) != i {
			wrong = append(wrong, Detail{fmt.Sprintf("/environments/%d/name", i), "must be a name: 2 to 63 lower-case letters, digits and dashes, once"})
		}
	}
	if len(wrong) > 0 {
		return Errorf(Invalid, "The project is not valid.").With(wrong...)
	}
	return nil
}
