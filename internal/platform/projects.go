package platform

import (
	"context"
	"fmt"
	"reflect"
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
	Title   string
	Team    string
	Members []Member
	Pins    []Pin
	Budget  *Budget
}

// ListProjects lists the projects that the caller sees, by name. A page may be short and still have a next one.
func (s *Service) ListProjects(ctx context.Context, c Caller, page Page) ([]Project, string, error) {
	if c.ID == "" {
		return nil, "", c.authorize(ProjectsRead, nil)
	}
	projects, next, err := s.Store.Projects(ctx, page)
	if err != nil {
		return nil, "", err
	}
	return slices.DeleteFunc(projects, func(p Project) bool { return !c.sees(p) }), next, nil
}

// GetProject returns a project that the caller sees.
func (s *Service) GetProject(ctx context.Context, c Caller, name string) (Project, error) {
	return s.project(ctx, c, name, ProjectsRead)
}

// PutProject creates a project, for admins, or replaces what it says, for its owners; created tells which. The same content
// again changes nothing. Replacing asks for a precondition, since several people may hold the pen.
func (s *Service) PutProject(ctx context.Context, c Caller, name string, spec ProjectSpec, pre Preconditions) (p Project, created bool, err error) {
	if err := checkProject(name, spec); err != nil {
		return Project{}, false, err
	}
	for range maxDecisions {
		p, created, err = s.putProject(ctx, c, name, spec, pre)
		if !isCode(err, Conflict) {
			return p, created, err
		}
	}
	return p, created, err
}

func (s *Service) putProject(ctx context.Context, c Caller, name string, spec ProjectSpec, pre Preconditions) (Project, bool, error) {
	now := s.Now()
	p, err := s.Store.Project(ctx, name)
	exists := err == nil
	switch {
	case isCode(err, NotFound):
		p = Project{Name: name, CreatedAt: now}
		if err := c.authorize(ProjectsCreate, nil); err != nil {
			return Project{}, false, err
		}
	case err != nil:
		return Project{}, false, err
	case !c.sees(p): // the same answer as for a free name: whether it is taken is not for everybody to know
		return Project{}, false, c.authorize(ProjectsCreate, nil)
	default:
		if err := c.authorize(ProjectsWrite, &p); err != nil {
			return Project{}, false, err
		}
	}
	if err := pre.check("Project "+name, exists, p.Revision); err != nil {
		return Project{}, false, err
	}
	if exists && p.Title == spec.Title && p.Team == spec.Team && reflect.DeepEqual(p.Members, spec.Members) && slices.Equal(p.Pins, spec.Pins) && reflect.DeepEqual(p.Budget, spec.Budget) {
		return p, false, nil
	}
	if exists && pre.Revision == nil && !pre.MustExist {
		return Project{}, false, Errorf(PreconditionRequired, "Project %s exists; changing it needs If-Match.", name).Do("Read it, then send its ETag in If-Match.")
	}
	if err := s.checkPins(ctx, spec.Pins); err != nil {
		return Project{}, false, err
	}
	before := p.audited(exists)
	p.Title, p.Team, p.Members, p.Pins, p.Budget = spec.Title, spec.Team, slices.Clone(spec.Members), slices.Clone(spec.Pins), spec.Budget
	p.UpdatedAt, p.Revision = now, p.Revision+1
	audit := s.audit(c, "putProject", name, "/projects/"+name, "", fmt.Sprintf("revision %d", p.Revision)).changing(before, p.audited(true))
	if err := s.Store.Commit(ctx, Transaction{Project: name, PutProject: &p, Audit: []AuditEvent{audit}}); err != nil {
		return Project{}, false, fmt.Errorf("put project %s: %w", name, err)
	}
	return p, !exists, nil
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

func checkProject(name string, spec ProjectSpec) error {
	if err := checkName("a project", name); err != nil {
		return err
	}
	var wrong []Detail
	if spec.Title == "" || len(spec.Title) > 100 {
		wrong = append(wrong, Detail{"/title", "must have 1 to 100 characters"})
	}
	if !ValidName(spec.Team) {
		wrong = append(wrong, Detail{"/team", "must be a name: 2 to 63 lower-case letters, digits and dashes"})
	}
	if len(spec.Members) > 200 {
		wrong = append(wrong, Detail{"/members", "must be at most 200"})
	}
	if b := spec.Budget; b != nil && (b.Monthly < 0 || b.Over != OverApprove && b.Over != OverRefuse) {
		wrong = append(wrong, Detail{"/budget", "must be an amount from zero on, and approve or refuse"})
	}
	seen := map[string]bool{}
	for i, m := range spec.Members {
		at := fmt.Sprintf("/members/%d", i)
		if !ValidPrincipal(m.ID) {
			wrong = append(wrong, Detail{at + "/id", "must be the object id of a user or application"})
		}
		if _, ok := rolePerms[m.Role]; !ok {
			wrong = append(wrong, Detail{at + "/role", "must be TeamOwner, Contributor or Reader"})
		}
		if seen[m.ID] {
			wrong = append(wrong, Detail{at + "/id", "is named twice"})
		}
		seen[m.ID] = true
	}
	if len(wrong) > 0 {
		return Errorf(Invalid, "The project is not valid.").With(wrong...)
	}
	return nil
}
