package platform

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// Me says who the caller is and which roles he holds. Any signed-in caller may ask about himself.
func (s *Service) Me(ctx context.Context, c Caller) (Identity, error) {
	g, err := s.look(ctx, c)
	if err != nil {
		return Identity{}, err
	}
	me := Identity{Caller: c}
	if c.Pipeline {
		return me, nil
	}
	me.Roles = append(me.Roles, c.Roles...)
	held := map[string][]*Assignment{}
	for _, p := range g.subject.Principals {
		for _, a := range g.index.of[p] {
			if !a.live(g.now) {
				continue
			}
			switch {
			case a.Scope.isRoot():
				me.Roles = append(me.Roles, a.Role)
			case a.Scope.Team != "":
				me.Teams = append(me.Teams, Held{Scope: a.Scope, Role: a.Role})
				for _, name := range g.index.projects[a.Scope.Team] {
					held[name] = append(held[name], a)
				}
			default:
				held[a.Scope.Project] = append(held[a.Scope.Project], a)
			}
		}
	}
	if me.Projects, err = s.heldIn(ctx, held); err != nil {
		return Identity{}, err
	}
	slices.Sort(me.Roles)
	me.Roles = slices.Compact(me.Roles)
	slices.SortFunc(me.Teams, compareHeld)
	return me, nil
}

// maxHeld bounds the projects that one answer looks at.
const maxHeld = 500

// heldIn leaves what counts: in projects that exist, whose rows name the team or the set of the assignment.
func (s *Service) heldIn(ctx context.Context, held map[string][]*Assignment) ([]HeldRole, error) {
	names := make([]string, 0, len(held))
	for name := range held {
		names = append(names, name)
	}
	slices.Sort(names)
	projects, err := readNamed(ctx, names[:min(len(names), maxHeld)], s.Store.Project)
	if err != nil {
		return nil, err
	}
	var out []HeldRole
	for _, p := range projects {
		for _, a := range held[p.Name] {
			if a.Scope.Team == p.Team || a.Scope.Project == p.Name && a.Set == p.Access {
				out = append(out, HeldRole{Project: p.Name, Held: Held{Scope: a.Scope, Role: a.Role}})
			}
		}
	}
	slices.SortFunc(out, func(a, b HeldRole) int {
		return cmp.Or(strings.Compare(a.Project, b.Project), compareHeld(a.Held, b.Held))
	})
	return slices.Compact(out), nil
}

// ListMyActions lists what the caller may do at a scope, by the code that decides about requests. What he may not see is not there.
func (s *Service) ListMyActions(ctx context.Context, c Caller, scope Scope) ([]Permission, error) {
	g, err := s.look(ctx, c)
	if err != nil {
		return nil, err
	}
	target, err := s.scopeTarget(ctx, &g, scope)
	if err != nil {
		return nil, err
	}
	var out []Permission
	for _, a := range allActions {
		if g.decide(a, target).Allowed {
			out = append(out, a)
		}
	}
	slices.Sort(out)
	return out, nil
}

// Identity is a caller with the roles he holds.
type Identity struct {
	Caller              // Roles are those on the whole platform, from the token and from assignments
	Teams    []Held     // by team
	Projects []HeldRole // by project
}

// Held is a role held at a scope.
type Held struct {
	Scope Scope
	Role  Role
}

// HeldRole is a role that counts in a project, whether it is held there or at its team.
type HeldRole struct {
	Project string
	Held
}

func compareHeld(a, b Held) int {
	return cmp.Or(strings.Compare(a.Scope.String(), b.Scope.String()), cmp.Compare(a.Role, b.Role))
}
