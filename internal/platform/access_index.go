package platform

import (
	"slices"
	"time"
)

// AccessIndex is a directory made ready for deciding. It never changes and is safe for concurrent use.
type AccessIndex struct {
	directory Directory
	roles     map[Role]actionSet
	held      map[heldAt][]*Assignment    // by who and exactly where
	of        map[Principal][]*Assignment // by who
	in        map[heldIn][]*Assignment    // by who and in which project, at it or beneath it
	placed    map[place][]*Assignment     // by team or project, with everything beneath it, and set
	projects  map[string][]string         // names of projects by team, sorted; some may not exist
	sets      map[place]bool              // that were announced
}

// place is a team or a project, in a set of its assignments. The zero value is the whole platform.
type place struct {
	Scope
	set string
}

type heldAt struct {
	Principal
	Scope
}

type heldIn struct {
	Principal
	project string
}

// NewAccessIndex indexes a directory.
func NewAccessIndex(d Directory) *AccessIndex {
	x := &AccessIndex{directory: d, roles: make(map[Role]actionSet, len(builtIn)+len(d.Roles)), held: make(map[heldAt][]*Assignment, len(d.Assignments)),
		of: map[Principal][]*Assignment{}, in: map[heldIn][]*Assignment{}, placed: map[place][]*Assignment{}, projects: map[string][]string{}, sets: map[place]bool{}}
	for _, r := range builtIn {
		x.roles[r.Name] = r.allows
	}
	for _, r := range d.Roles {
		x.roles[r.Name] = r.allows
	}
	for i := range d.Assignments {
		a := &d.Assignments[i]
		x.held[heldAt{a.Principal, a.Scope}] = append(x.held[heldAt{a.Principal, a.Scope}], a)
		x.of[a.Principal] = append(x.of[a.Principal], a)
		at := place{Scope{Team: a.Scope.Team, Project: a.Scope.Project}, a.Set}
		x.placed[at] = append(x.placed[at], a)
		if a.Scope.Project != "" {
			key := heldIn{a.Principal, a.Scope.Project}
			x.in[key] = append(x.in[key], a)
		}
	}
	for _, e := range d.Projects {
		x.projects[e.Team] = append(x.projects[e.Team], e.Name)
		x.sets[place{Scope{Project: e.Name}, e.Set}] = true
	}
	for team, names := range x.projects {
		slices.Sort(names)
		x.projects[team] = slices.Compact(names)
	}
	return x
}

// knows reports whether the index has the set that a project's row names. Every set is announced before a row names it, so an index
// that does not know it is older than the row.
func (x *AccessIndex) knows(p Project) bool {
	return p.Access == "" || x.sets[place{Scope{Project: p.Name}, p.Access}]
}

// Subject is who is decided about: a caller as the principals that he is.
type Subject struct {
	Principals []Principal // himself, then his groups
	Roles      []Role      // that his token gives him on the whole platform
	Pipeline   bool        // the identity of pipeline runs: it reports, and does nothing else
}

// Subject is the caller for decisions.
func (c Caller) Subject() Subject {
	if c.ID == "" {
		return Subject{}
	}
	s := Subject{Roles: c.Roles, Pipeline: c.Pipeline, Principals: make([]Principal, 0, 1+len(c.Groups))}
	kind := UserPrincipal
	if c.App {
		kind = ApplicationPrincipal
	}
	s.Principals = append(s.Principals, Principal{kind, c.ID})
	for _, g := range c.Groups {
		s.Principals = append(s.Principals, Principal{GroupPrincipal, g})
	}
	return s
}

// Verdict is what one assignment means for a question.
type Verdict string

// The verdicts.
const (
	VerdictAllows     Verdict = "allows"
	VerdictNotInRole  Verdict = "actionNotInRole"
	VerdictExpired    Verdict = "expired"
	VerdictElsewhere  Verdict = "otherScope"
	VerdictSuperseded Verdict = "superseded" // of a set that does not count
)

// weigh tells what an assignment means for the question. Decisions and their explanations both ask it.
func (x *AccessIndex) weigh(a *Assignment, bit actionSet, t Target, now time.Time) Verdict {
	switch {
	case !a.Scope.covers(t):
		return VerdictElsewhere
	case a.Scope.Project != "" && a.Set != t.Set:
		return VerdictSuperseded
	case !a.live(now):
		return VerdictExpired
	case x.roles[a.Role]&bit == 0:
		return VerdictNotInRole
	}
	return VerdictAllows
}

func (s Scope) covers(t Target) bool {
	return (s.Team == "" || s.Team == t.Team) && (s.Project == "" || s.Project == t.Project) &&
		(s.EnvironmentType == "" || s.EnvironmentType == t.EnvironmentType) && (s.Environment == "" || s.Environment == t.Environment)
}

// AccessDecision is the answer to whether somebody may do something.
type AccessDecision struct {
	Allowed bool
	Action  Permission
	Target  Target
	By      *Assignment // that allows it, the one with the narrowest scope; not to be changed
}

// fromToken and implied are the assignments that stand for what no directory holds.
var (
	fromToken = map[Role]*Assignment{}
	everyone  = &Assignment{ID: "signed-in", Role: Everyone}
	pipeline  = &Assignment{ID: "pipeline-run", Role: PipelineRun}
)

func init() {
	for _, r := range builtIn {
		fromToken[r.Name] = &Assignment{ID: "token", Role: r.Name}
	}
}

// Decide tells whether the subject may do the action to the target. Default is no. It is pure; its cost does not grow with the
// number of assignments, but with the number of the subject's groups.
func (x *AccessIndex) Decide(s Subject, action Permission, t Target, now time.Time) AccessDecision {
	d := AccessDecision{Action: action, Target: t}
	bit := bitOf(action)
	if s.Pipeline || action == RunsReport {
		if s.Pipeline && action == RunsReport {
			d.Allowed, d.By = true, pipeline
		}
		return d
	}
	if len(s.Principals) == 0 {
		return d
	}
	if d.By = x.granted(s, bit, t, now); d.By != nil {
		d.Allowed = true
		return d
	}
	if d.By = x.implied(s, bit); d.By == nil && action == ProjectsRead && t.Project != "" {
		d.By = x.beneath(s, t, now)
	}
	d.Allowed = d.By != nil
	return d
}

// beneath finds a role that counts somewhere in the project. Who holds one may read what the project is called and whose it is.
func (x *AccessIndex) beneath(s Subject, t Target, now time.Time) *Assignment {
	for _, p := range s.Principals {
		for _, a := range x.in[heldIn{p, t.Project}] {
			if a.Set == t.Set && a.live(now) && x.roles[a.Role] != 0 {
				return a
			}
		}
	}
	return nil
}

// granted finds the assignment with the narrowest scope that allows it.
func (x *AccessIndex) granted(s Subject, bit actionSet, t Target, now time.Time) *Assignment {
	var by *Assignment
	scopes, n := t.covering()
	for _, p := range s.Principals {
		if len(x.of[p]) == 0 { // most groups hold nothing here
			continue
		}
		for i, scope := range scopes[:n] {
			if found := x.grantAt(heldAt{p, scope}, bit, t, now); found != nil {
				by, n = found, i // what follows has to be narrower
				break
			}
		}
	}
	return by
}

func (x *AccessIndex) grantAt(at heldAt, bit actionSet, t Target, now time.Time) *Assignment {
	for _, a := range x.held[at] {
		if x.weigh(a, bit, t, now) == VerdictAllows {
			return a
		}
	}
	return nil
}

// implied is what the token and being signed in give, on the whole platform.
func (x *AccessIndex) implied(s Subject, bit actionSet) *Assignment {
	for _, role := range s.Roles {
		if d, ok := builtInRole(role); ok && d.Assignable() && d.allows&bit != 0 {
			return fromToken[role]
		}
	}
	if x.roles[Everyone]&bit != 0 {
		return everyone
	}
	return nil
}
