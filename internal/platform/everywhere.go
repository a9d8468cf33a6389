package platform

import (
	"context"
	"slices"
	"strings"
	"time"
)

// EverywhereFilter narrows a list across projects; empty fields do not.
type EverywhereFilter struct {
	Type          string
	State         EnvironmentState
	Owner         string    // who made it
	ExpiresBefore time.Time // only what expires, and before this
}

func (f EverywhereFilter) keeps(e Environment) bool {
	return (f.Type == "" || e.Type == f.Type) && (f.State == "" || e.State == f.State) && (f.Owner == "" || e.CreatedBy == f.Owner) &&
		(f.ExpiresBefore.IsZero() || e.Expiry != nil && e.Expiry.At.Before(f.ExpiresBefore))
}

// ListAllEnvironments lists the environments of all projects that the caller may read, by project and name. A page may be short,
// even empty, and still have a next one. A page costs at most two reads for each of mostSurveyed projects, of those that the
// caller sees alone.
func (s *Service) ListAllEnvironments(ctx context.Context, c Caller, filter EverywhereFilter, page Page) ([]Environment, string, error) {
	g, names, err := s.surveyNames(ctx, c)
	if err != nil {
		return nil, "", err
	}
	size := page.Size
	if size <= 0 {
		size = defaultSize
	}
	from, inner, _ := strings.Cut(page.After, "/") // the project to go on in, and the position in it
	slices.Sort(names)
	names = slices.Compact(names)
	at, _ := slices.BinarySearch(names, from)
	names = names[at:]
	end := min(len(names), mostSurveyed)
	var all []Environment
	start := 0
	for ; start < end && len(all) < size; start += readsAtOnce {
		chunk := names[start:min(start+readsAtOnce, end)]
		parts, err := s.environmentPages(ctx, g, chunk, from, inner, size)
		if err != nil {
			return nil, "", err
		}
		for i, part := range parts {
			if len(all) > 0 && len(all)+len(part.environments) > size { // a page takes a whole project, or begins with it
				return filtered(all, filter), chunk[i] + "/", nil
			}
			all = append(all, part.environments...)
			if part.next != "" {
				return filtered(all, filter), chunk[i] + "/" + part.next, nil
			}
		}
	}
	next := ""
	if start = min(start, end); start < len(names) {
		next = names[start] + "/"
	}
	return filtered(all, filter), next, nil
}

type environmentPage struct {
	environments []Environment
	next         string
}

// environmentPages reads a page of each project, in their order; an empty one of a project that the caller does not see.
func (s *Service) environmentPages(ctx context.Context, g sight, projects []string, from, inner string, size int) ([]environmentPage, error) {
	return readNamed(ctx, projects, func(ctx context.Context, name string) (environmentPage, error) {
		p, err := s.surveyProject(ctx, g, name)
		if isCode(err, NotFound) {
			return environmentPage{}, nil
		}
		if err != nil {
			return environmentPage{}, err
		}
		page := Page{Size: size}
		if name == from {
			page.After = inner
		}
		sight := g.index.EnvironmentsOf(g.subject, EnvironmentsRead, p.Target(), g.now)
		found, next, err := s.environmentsSeen(ctx, name, sight, page)
		return environmentPage{found, next}, err
	})
}

func filtered(all []Environment, filter EverywhereFilter) []Environment {
	return slices.DeleteFunc(all, func(e Environment) bool { return !filter.keeps(e) })
}

// OperationsEverywhere says which operations of all projects are asked for.
type OperationsEverywhere struct {
	Status     Status
	Mine       bool // that the caller asked for
	Open       bool // that run or wait
	WaitsForMe bool // that wait for a decision that the caller may make
}

// ListAllOperations lists operations of all projects that the caller sees, newest first and at most size. What is open comes from
// the environments' own rows, and is complete up to mostOpen; anything else is looked for among the newest size of each project,
// and the list of the project goes further back. complete is false where something may have been left out for being too much.
func (s *Service) ListAllOperations(ctx context.Context, c Caller, ask OperationsEverywhere, size int) (found []Operation, complete bool, err error) {
	v, err := s.survey(ctx, c, func(string) bool { return false })
	if err != nil {
		return nil, false, err
	}
	if ask.Open || ask.WaitsForMe {
		found, err = s.openEverywhere(ctx, v, ask)
	} else {
		found, err = s.newest(ctx, v, ask.Status, size)
	}
	if err != nil {
		return nil, false, err
	}
	found = slices.DeleteFunc(found, func(op Operation) bool {
		return ask.Status != "" && op.Status != ask.Status || ask.Mine && op.RequestedBy != c.ID
	})
	return found[:min(len(found), size)], v.complete && len(found) <= size, nil
}

func (s *Service) openEverywhere(ctx context.Context, v survey, ask OperationsEverywhere) ([]Operation, error) {
	open, err := s.underway(ctx, v)
	if err != nil {
		return nil, err
	}
	var out []Operation
	for _, op := range open {
		if ask.WaitsForMe {
			mine, err := s.waitsFor(ctx, v.sight, op)
			if err != nil {
				return nil, err
			}
			if !mine {
				continue
			}
		}
		out = append(out, op.Operation)
	}
	return out, nil
}
