package platform

import "strings"

// Scope is where a role is held: it counts there and in everything beneath. The zero value is the whole platform.
// Exactly one of Team and Project is set in any other; EnvironmentType or Environment narrows a project.
type Scope struct {
	Team            string
	Project         string
	EnvironmentType string
	Environment     string
}

// ParseScope reads the form that String writes.
func ParseScope(text string) (Scope, bool) {
	if text == "/" {
		return Scope{}, true
	}
	parts := strings.Split(text, "/")
	for i, part := range parts {
		if i%2 == 0 && i > 0 && !ValidName(part) {
			return Scope{}, false
		}
	}
	var s Scope
	switch {
	case len(parts) == 3 && parts[0] == "" && parts[1] == "teams":
		s.Team = parts[2]
	case len(parts) >= 3 && parts[0] == "" && parts[1] == "projects":
		s.Project = parts[2]
	default:
		return Scope{}, false
	}
	switch {
	case len(parts) == 3:
	case len(parts) == 5 && s.Project != "" && parts[3] == "environment-types":
		s.EnvironmentType = parts[4]
	case len(parts) == 5 && s.Project != "" && parts[3] == "environments":
		s.Environment = parts[4]
	default:
		return Scope{}, false
	}
	return s, true
}

// String is the scope as people write it: /, /teams/payments, /projects/payments, /projects/payments/environments/dev,
// /projects/payments/environment-types/prod.
func (s Scope) String() string {
	switch {
	case s.Team != "":
		return "/teams/" + s.Team
	case s.Project == "":
		return "/"
	case s.EnvironmentType != "":
		return "/projects/" + s.Project + "/environment-types/" + s.EnvironmentType
	case s.Environment != "":
		return "/projects/" + s.Project + "/environments/" + s.Environment
	}
	return "/projects/" + s.Project
}

func (s Scope) isRoot() bool { return s == Scope{} }

// Target is what an action is done to, with everything above it: the team that owns the project, and the type of the
// environment. What is not known, or not there, is empty, and no scope that names it covers the target.
type Target struct {
	Team            string
	Project         string
	Set             string // of the project's assignments that counts (Project.Access)
	EnvironmentType string
	Environment     string
}

func (t Target) String() string {
	switch {
	case t.Environment != "":
		return Scope{Project: t.Project, Environment: t.Environment}.String()
	case t.EnvironmentType != "":
		return Scope{Project: t.Project, EnvironmentType: t.EnvironmentType}.String()
	case t.Project != "":
		return Scope{Project: t.Project}.String()
	}
	return Scope{Team: t.Team}.String()
}

// covering lists the scopes that cover the target, the narrowest first. The array spares an allocation.
func (t Target) covering() (scopes [5]Scope, n int) {
	add := func(s Scope) {
		scopes[n] = s
		n++
	}
	if t.Project != "" {
		if t.Environment != "" {
			add(Scope{Project: t.Project, Environment: t.Environment})
		}
		if t.EnvironmentType != "" {
			add(Scope{Project: t.Project, EnvironmentType: t.EnvironmentType})
		}
		add(Scope{Project: t.Project})
	}
	if t.Team != "" {
		add(Scope{Team: t.Team})
	}
	add(Scope{})
	return scopes, n
}

// target is the place that a scope names; a project's team and set have to be filled in.
func (s Scope) target() Target {
	return Target{Team: s.Team, Project: s.Project, EnvironmentType: s.EnvironmentType, Environment: s.Environment}
}

// Target is the project as the target of an action.
func (p Project) Target() Target { return Target{Team: p.Team, Project: p.Name, Set: p.Access} }
