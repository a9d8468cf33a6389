package platform

import (
	"slices"
	"strings"
	"time"
)

// Sees reports whether the subject may know that a project exists.
func (x *AccessIndex) Sees(s Subject, project Target, now time.Time) bool {
	return x.Decide(s, ProjectsRead, project, now).Allowed
}

// hides tells what keeps somebody from a target though he holds an action there: what he may not see is not there for him.
func (x *AccessIndex) hides(s Subject, t Target, now time.Time) (AccessDecision, bool) {
	if t.Project == "" {
		return AccessDecision{}, false
	}
	project := t
	project.Environment, project.EnvironmentType = "", ""
	if d := x.Decide(s, ProjectsRead, project, now); !d.Allowed {
		return d, true
	}
	return AccessDecision{}, false // who holds an action in an environment may do it, whether or not he may read it
}

// ProjectsOf lists the names of the projects that the subject may see, sorted; all is true when there is no limit. Each has to be
// looked at with Sees: some may not exist, or belong to another team by now. Its cost grows with what the subject holds alone.
func (x *AccessIndex) ProjectsOf(s Subject, now time.Time) (names []string, all bool) {
	if x.Decide(s, ProjectsRead, Target{}, now).Allowed {
		return nil, true
	}
	if s.Pipeline {
		return nil, false
	}
	for _, p := range s.Principals {
		for _, a := range x.of[p] {
			switch {
			case !a.live(now):
			case a.Scope.Project != "":
				names = append(names, a.Scope.Project)
			case a.Scope.Team != "":
				names = append(names, x.projects[a.Scope.Team]...)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names), false
}

// TeamsOf is the like for teams.
func (x *AccessIndex) TeamsOf(s Subject, now time.Time) []Team {
	if x.Decide(s, TeamsRead, Target{}, now).Allowed {
		return x.directory.Teams
	}
	var teams []Team
	for _, p := range s.Principals {
		for _, a := range x.of[p] {
			if a.Scope.Team == "" || !x.Decide(s, TeamsRead, Target{Team: a.Scope.Team}, now).Allowed {
				continue
			}
			if t, ok := x.directory.team(a.Scope.Team); ok && !slices.ContainsFunc(teams, func(o Team) bool { return o.Name == t.Name }) {
				teams = append(teams, t)
			}
		}
	}
	slices.SortFunc(teams, func(a, b Team) int { return strings.Compare(a.Name, b.Name) })
	return teams
}

// EnvironmentSight is which environments of a project somebody may see.
type EnvironmentSight struct {
	All   bool
	Names []string // sorted
	Types []string // sorted; every environment of these types
}

// EnvironmentsOf tells which environments of a project the subject may do the action in.
func (x *AccessIndex) EnvironmentsOf(s Subject, action Permission, project Target, now time.Time) EnvironmentSight {
	if x.Decide(s, action, project, now).Allowed {
		return EnvironmentSight{All: true}
	}
	var sight EnvironmentSight
	if s.Pipeline {
		return sight
	}
	bit := bitOf(action)
	for _, p := range s.Principals {
		for _, a := range x.in[heldIn{p, project.Project}] {
			t := project
			t.EnvironmentType, t.Environment = a.Scope.EnvironmentType, a.Scope.Environment
			if x.weigh(a, bit, t, now) != VerdictAllows {
				continue
			}
			if a.Scope.Environment != "" {
				sight.Names = append(sight.Names, a.Scope.Environment)
			} else {
				sight.Types = append(sight.Types, a.Scope.EnvironmentType)
			}
		}
	}
	slices.Sort(sight.Names)
	slices.Sort(sight.Types)
	sight.Names, sight.Types = slices.Compact(sight.Names), slices.Compact(sight.Types)
	return sight
}

// needsType reports whether the type of an environment could change a decision in a project.
func (x *AccessIndex) needsType(s Subject, project string) bool {
	for _, p := range s.Principals {
		for _, a := range x.in[heldIn{p, project}] {
			if a.Scope.EnvironmentType != "" {
				return true
			}
		}
	}
	return false
}

// Weighed is an assignment of the subject and what it means for a question.
type Weighed struct {
	Assignment
	Verdict Verdict
}

// Weigh lists what the subject holds at the target, above it, and elsewhere in its project, with what each means.
func (x *AccessIndex) Weigh(s Subject, action Permission, t Target, now time.Time) []Weighed {
	var out []Weighed
	for _, p := range s.Principals {
		for _, a := range x.of[p] {
			if !a.Scope.isRoot() && !(a.Scope.Team != "" && a.Scope.Team == t.Team) && !(a.Scope.Project != "" && a.Scope.Project == t.Project) {
				continue
			}
			if a.Scope.Project != "" && a.Set != t.Set { // it was taken away, or given anew
				continue
			}
			out = append(out, Weighed{*a, x.weigh(a, bitOf(action), t, now)})
		}
	}
	return out
}

// Grantors lists the assignments that let somebody give a missing right that he holds himself, the nearest scope first, at most limit.
func (x *AccessIndex) Grantors(missing Permission, t Target, now time.Time, limit int) []Assignment {
	var out []Assignment
	scopes, n := t.covering()
	for _, scope := range scopes[:n] {
		for i := range x.directory.Assignments {
			a := &x.directory.Assignments[i]
			if a.Scope == scope && len(out) < limit && x.weigh(a, bitOf(AssignmentsWrite), t, now) == VerdictAllows &&
				x.Decide(Subject{Principals: []Principal{a.Principal}}, missing, t, now).Allowed {
				out = append(out, *a)
			}
		}
	}
	return out
}

// holding are the subject himself and those of his groups that hold something which counts at the target.
func (x *AccessIndex) holding(s Subject, t Target, now time.Time) []Principal {
	var out []Principal
	for i, p := range s.Principals {
		if i == 0 || slices.ContainsFunc(x.of[p], func(a *Assignment) bool { return x.weigh(a, x.roles[a.Role], t, now) == VerdictAllows }) {
			out = append(out, p)
		}
	}
	return out
}

// mayGive reports whether the subject holds, at the target, everything that the role allows: nobody gives away what he has not.
func (x *AccessIndex) mayGive(s Subject, role Role, t Target, now time.Time) (missing Permission, ok bool) {
	for _, a := range x.roles[role].actions() {
		if !x.Decide(s, a, t, now).Allowed {
			return a, false
		}
	}
	return "", true
}
