package platform

import (
	"context"
	"slices"
	"strings"
)

const (
	// mostSurveyed bounds the projects that one look across projects goes into. Few people see as many; who sees the whole
	// platform is told that the answer is not complete.
	mostSurveyed = 200
	// mostBeside bounds the environments of a project that one look across projects reads.
	mostBeside = 500
	// mostOpen bounds the running operations that one look across projects reads.
	mostOpen = 100
)

// survey is what a caller sees across projects.
//
// There is no index of all environments or operations: it would cost every change another write, and would have to be kept from
// those who may not see what it lists. A survey reads the projects that the caller sees, and nothing of the others, so that neither
// its cost nor its time tells of them: for each one the row, one query for its environments, and as asked one for its newest
// operations. What runs in an environment is named by the environment's own row. Its cost grows with what the caller sees up to
// mostSurveyed projects, eight at a time, and not with the platform.
type survey struct {
	sight
	projects []surveyed
	complete bool
}

// surveyed is a project with its environments, as far as the caller may read either.
type surveyed struct {
	Project
	environments []Environment
}

// survey looks across the projects of a caller. Those that first is true for come before the others.
func (s *Service) survey(ctx context.Context, c Caller, first func(project string) bool) (survey, error) {
	g, names, err := s.surveyNames(ctx, c)
	if err != nil {
		return survey{}, err
	}
	slices.SortStableFunc(names, func(a, b string) int {
		switch first(a) {
		case first(b):
			return 0
		case true:
			return -1
		}
		return 1
	})
	out := survey{sight: g, complete: len(names) <= mostSurveyed}
	names = names[:min(len(names), mostSurveyed)]
	parts := make([]bool, len(names)) // which were not read to their end
	out.projects, err = readNamed(ctx, names, func(ctx context.Context, name string) (surveyed, error) {
		p, err := s.surveyProject(ctx, g, name)
		if err != nil {
			return surveyed{}, err
		}
		found, next, err := s.environmentsSeen(ctx, name, g.index.EnvironmentsOf(g.subject, EnvironmentsRead, p.Target(), g.now), Page{Size: mostBeside})
		parts[slices.Index(names, name)] = next != ""
		return surveyed{p, found}, err
	})
	out.complete = out.complete && !slices.Contains(parts, true)
	return out, err
}

// surveyNames lists the names of projects to look at, those first in which the caller holds a role. That somebody looks at
// what is another's, by a right on the whole platform, goes into the audit log once for all of them.
func (s *Service) surveyNames(ctx context.Context, c Caller) (sight, []string, error) {
	g, err := s.look(ctx, c)
	if err != nil {
		return g, nil, err
	}
	names, all := g.index.ProjectsOf(g.subject, g.now)
	if !all {
		return g, names, nil
	}
	held := g.index.heldProjects(g.subject, g.now)
	names = slices.Clone(held)
	for _, e := range g.index.directory.Projects { // by name; one that was given new people is there twice
		if _, ok := slices.BinarySearch(held, e.Name); !ok && (len(names) == len(held) || names[len(names)-1] != e.Name) {
			names = append(names, e.Name)
		}
	}
	return g, names, s.RecordRead(ctx, c, c.Request, "", "/")
}

// surveyProject is NotFound for what the caller does not see.
func (s *Service) surveyProject(ctx context.Context, g sight, name string) (Project, error) {
	p, err := s.Store.Project(ctx, name)
	if err == nil && !g.index.Sees(g.subject, p.Target(), g.now) {
		err = noProject(name)
	}
	return p, err
}

// place is an environment as the target of an action.
func (p surveyed) place(e Environment) Target {
	t := p.Target()
	t.Environment, t.EnvironmentType = e.Name, e.Type
	return t
}

// underway is an operation that has not ended, with where it goes on.
type underway struct {
	Operation
	at Target
}

// underway reads what runs or waits in the environments of a survey, newest first.
func (s *Service) underway(ctx context.Context, v survey) ([]underway, error) {
	at := map[string]Target{}
	var ids []string
	for _, p := range v.projects {
		for _, e := range p.environments {
			if t := p.place(e); e.ActiveOperation != "" && len(ids) < mostOpen && v.decide(OperationsRead, t).Allowed {
				ids, at[e.ActiveOperation] = append(ids, e.ActiveOperation), t
			}
		}
	}
	found, err := readNamed(ctx, ids, s.Store.Operation)
	if err != nil {
		return nil, err
	}
	var out []underway
	for _, op := range found {
		if t := at[op.ID]; !op.Status.Final() && op.Project == t.Project && op.Environment == t.Environment {
			out = append(out, underway{op, t})
		}
	}
	slices.SortFunc(out, func(a, b underway) int { return newestFirst(a.Operation, b.Operation) })
	return out, nil
}

// waitsFor tells whether the caller may decide on the plan of an operation, and has not yet.
func (s *Service) waitsFor(ctx context.Context, g sight, op underway) (bool, error) {
	if op.Stage != AwaitingApproval || g.now.After(op.Deadline) || !g.decide(DeploymentsApprove, op.at).Allowed {
		return false, nil
	}
	dep, err := s.Store.Deployment(ctx, op.Project, op.Environment, op.Deployment)
	switch {
	case isCode(err, NotFound), err == nil && dep.Need == nil:
		return false, nil
	case err != nil:
		return false, err
	}
	return g.approverRefusal(op.at, dep) == nil, nil
}

// newest reads the newest operations of each project of a survey, at most size of each, newest first.
func (s *Service) newest(ctx context.Context, v survey, status Status, size int) ([]Operation, error) {
	byName := make(map[string]surveyed, len(v.projects))
	names := make([]string, 0, len(v.projects))
	for _, p := range v.projects {
		byName[p.Name], names = p, append(names, p.Name)
	}
	lists, err := readNamed(ctx, names, func(ctx context.Context, name string) ([]Operation, error) {
		return s.newestOf(ctx, v.sight, byName[name], OperationFilter{Status: status}, size)
	})
	if err != nil {
		return nil, err
	}
	all := slices.Concat(lists...)
	slices.SortFunc(all, newestFirst)
	return all, nil
}

// mostNarrow bounds the environments that are asked one by one where somebody may not read the operations of a whole project.
const mostNarrow = 10

func (s *Service) newestOf(ctx context.Context, g sight, p surveyed, filter OperationFilter, size int) ([]Operation, error) {
	if g.decide(OperationsRead, p.Target()).Allowed {
		found, _, err := s.Store.Operations(ctx, p.Name, filter, Page{Size: size})
		return found, err
	}
	var all []Operation
	asked := 0
	for _, e := range p.environments {
		if asked == mostNarrow || !g.decide(OperationsRead, p.place(e)).Allowed {
			continue
		}
		asked++
		filter.Environment = e.Name
		found, _, err := s.Store.Operations(ctx, p.Name, filter, Page{Size: size})
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func newestFirst(a, b Operation) int {
	if c := b.CreatedAt.Compare(a.CreatedAt); c != 0 {
		return c
	}
	return strings.Compare(b.ID, a.ID)
}
