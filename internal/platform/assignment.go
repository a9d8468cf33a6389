package platform

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"
	"time"
)

// PrincipalKind says what kind of thing the identity provider knows somebody as.
type PrincipalKind string

// The kinds of principals.
const (
	UserPrincipal        PrincipalKind = "user"
	GroupPrincipal       PrincipalKind = "group"
	ApplicationPrincipal PrincipalKind = "application"
)

// Principal is somebody whom a role can be given to, by the object id at the identity provider.
type Principal struct {
	Kind PrincipalKind
	ID   string
}

// Assignment gives a role to a principal at a scope.
type Assignment struct {
	ID        string // follows from scope, principal and role: the same gift twice is one
	Scope     Scope
	Principal Principal
	Role      Role
	Comment   string
	ExpiresAt time.Time // it ends by itself; zero: never
	CreatedAt time.Time
	CreatedBy string
	// Set is the version of a project's assignments that it belongs to. It counts only while the project's row names that
	// set, so that a change of a project and of its assignments takes effect at once or not at all. Empty above projects.
	Set string
}

// assignmentID names an assignment by what it is, so that repeating a request finds what the first one made.
func assignmentID(s Scope, p Principal, r Role) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{s.String(), string(p.Kind), p.ID, string(r)}, "\x00")))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16]))
}

// live reports whether the assignment has not ended.
func (a *Assignment) live(now time.Time) bool { return a.ExpiresAt.IsZero() || now.Before(a.ExpiresAt) }

// maxAssignments of one team or project.
const maxAssignments = 500

// Member is an assignment as a team or a project says it of itself: the scope is the team or the project, or what is
// narrower in a project.
type Member struct {
	ID              string
	Kind            PrincipalKind // empty: a user
	Role            Role
	EnvironmentType string // in projects: only for environments of this type
	Environment     string // in projects: only for this environment
	ExpiresAt       time.Time
	Comment         string
}

// assignment is the member as an assignment. One that is there already keeps when and by whom it was made.
func (m Member) assignment(within Scope, by string, at time.Time) Assignment {
	scope := within
	scope.EnvironmentType, scope.Environment = m.EnvironmentType, m.Environment
	p := Principal{Kind: m.Kind, ID: m.ID}
	if p.Kind == "" {
		p.Kind = UserPrincipal
	}
	return Assignment{ID: assignmentID(scope, p, m.Role), Scope: scope, Principal: p, Role: m.Role, Comment: m.Comment, ExpiresAt: m.ExpiresAt, CreatedAt: at, CreatedBy: by}
}

// memberOf is the way back.
func memberOf(a Assignment) Member {
	return Member{ID: a.Principal.ID, Kind: a.Principal.Kind, Role: a.Role, EnvironmentType: a.Scope.EnvironmentType, Environment: a.Scope.Environment,
		ExpiresAt: a.ExpiresAt, Comment: a.Comment}
}

// checkMembers says what is wrong with a list of members, whoever gives it.
func checkMembers(members []Member, project bool, roles func(Role) (RoleDefinition, bool)) []Detail {
	if len(members) > maxAssignments {
		return []Detail{{"/members", fmt.Sprintf("must be at most %d", maxAssignments)}}
	}
	var wrong []Detail
	seen := map[string]bool{}
	within := Scope{Team: "any"}
	if project {
		within = Scope{Project: "any"}
	}
	for i, m := range members {
		at := fmt.Sprintf("/members/%d", i)
		a := m.assignment(within, "", time.Time{})
		wrong = append(wrong, checkAssignment(a, at, roles)...)
		switch {
		case !project && (m.Environment != "" || m.EnvironmentType != ""):
			wrong = append(wrong, Detail{at, "environments belong to projects; give the role there"})
		case m.Environment != "" && m.EnvironmentType != "":
			wrong = append(wrong, Detail{at, "must name an environment or an environment type, not both"})
		case m.Environment != "" && !ValidName(m.Environment) || m.EnvironmentType != "" && !ValidName(m.EnvironmentType):
			wrong = append(wrong, Detail{at, "must name the environment, or its type, by a valid name"})
		}
		if seen[a.ID] {
			wrong = append(wrong, Detail{at + "/id", "is named twice with the same role"})
		}
		seen[a.ID] = true
	}
	return wrong
}

// checkAssignment says what is wrong with an assignment wherever it is.
func checkAssignment(a Assignment, at string, roles func(Role) (RoleDefinition, bool)) []Detail {
	var wrong []Detail
	if !ValidPrincipal(a.Principal.ID) {
		wrong = append(wrong, Detail{at + "/id", "must be the object id of a user, group or application"})
	}
	switch a.Principal.Kind {
	case UserPrincipal, GroupPrincipal, ApplicationPrincipal:
	default:
		wrong = append(wrong, Detail{at + "/kind", "must be user, group or application"})
	}
	if d, ok := roles(a.Role); !ok || !d.Assignable() {
		wrong = append(wrong, Detail{at + "/role", "must be a role: lazuli role list"})
	}
	if len(a.Comment) > 200 {
		wrong = append(wrong, Detail{at + "/comment", "must have at most 200 characters"})
	}
	return wrong
}
