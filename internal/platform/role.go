package platform

import (
	"fmt"
	"slices"
	"time"
)

// Role is the name of a set of actions. It gives nothing by itself: an Assignment gives it to somebody at a scope.
type Role string

// The roles that are built in.
const (
	PlatformAdmin Role = "PlatformAdmin"
	CatalogAuthor Role = "CatalogAuthor"
	TeamOwner     Role = "TeamOwner"
	Contributor   Role = "Contributor"
	Deployer      Role = "Deployer"
	Approver      Role = "Approver"
	Reader        Role = "Reader"

	// Everyone is held by every signed-in user and application on the whole platform, and cannot be assigned.
	Everyone Role = "Everyone"
	// PipelineRun is held by the identity of pipeline runs alone, and cannot be assigned.
	PipelineRun Role = "PipelineRun"
)

// RoleDefinition says what a role allows.
type RoleDefinition struct {
	Name        Role
	Title       string // a sentence
	BuiltIn     bool
	Actions     []Permission
	Revision    int64
	CreatedAt   time.Time // zero for one that is built in
	UpdatedAt   time.Time
	allows      actionSet
	notAssigned bool // it cannot be given to anybody
}

var (
	reading  = []Permission{TeamsRead, ProjectsRead, EnvironmentsRead, OperationsRead, ValuesRead, AssignmentsRead}
	deciding = append(slices.Clone(reading), DeploymentsWrite, OperationsCancel, EnvironmentsPower)
	changing = append(slices.Clone(deciding), EnvironmentsWrite, EnvironmentsExtend, ValuesWrite, ValuesSecretsWrite)
	owning   = append(slices.Clone(changing), ProjectsWrite, TeamsWrite, AssignmentsWrite, DeploymentsApprove, EnvironmentsProtect, AuditRead, SubscriptionsRead, SubscriptionsWrite)
)

// builtIn are the roles that every installation has. They are kept in code, so that no change of data can widen one.
var builtIn = []RoleDefinition{
	define(PlatformAdmin, "Runs the platform: everything, everywhere it is given.", slices.DeleteFunc(Permissions(), func(a Permission) bool { return a == RunsReport })...),
	define(CatalogAuthor, "Writes the catalog: resource types, definitions, templates, environment types and policies.", CatalogRead, CatalogWrite),
	define(TeamOwner, "Owns a team or a project: its people, its environments, its approvals and its audit log.", owning...),
	define(Contributor, "Works in a project: creates, changes and deletes environments, and sets values.", changing...),
	define(Deployer, "Deploys to environments that exist, and neither creates nor deletes any.", deciding...),
	define(Approver, "Approves deployments, and changes nothing.", append(slices.Clone(reading), DeploymentsApprove)...),
	define(Reader, "Looks on.", reading...),
	held(define(Everyone, "Every signed-in user and application: reads the catalog and what the roles allow.", CatalogRead, RolesRead)),
	held(define(PipelineRun, "Pipeline runs: report what they do, and nothing else.", RunsReport)),
}

func define(name Role, title string, actions ...Permission) RoleDefinition {
	set := setOf(actions...)
	return RoleDefinition{Name: name, Title: title, BuiltIn: true, Actions: set.actions(), allows: set}
}

func held(d RoleDefinition) RoleDefinition {
	d.notAssigned = true
	return d
}

// Assignable reports whether the role can be given to somebody.
func (d RoleDefinition) Assignable() bool { return !d.notAssigned }

func builtInRole(name Role) (RoleDefinition, bool) {
	at := slices.IndexFunc(builtIn, func(d RoleDefinition) bool { return d.Name == name })
	if at < 0 {
		return RoleDefinition{}, false
	}
	return builtIn[at], true
}

// checkRole says what is wrong with a role of somebody's own.
func checkRole(d RoleDefinition) []Detail {
	var wrong []Detail
	if d.Title == "" || len(d.Title) > 200 {
		wrong = append(wrong, Detail{"/title", "must have 1 to 200 characters"})
	}
	if len(d.Actions) == 0 {
		wrong = append(wrong, Detail{"/actions", "must name at least one action"})
	}
	for i, a := range d.Actions {
		switch {
		case !slices.Contains(allActions, a):
			wrong = append(wrong, Detail{fmt.Sprintf("/actions/%d", i), "is no action; lazuli role list --actions lists them"})
		case a == RunsReport:
			wrong = append(wrong, Detail{fmt.Sprintf("/actions/%d", i), "is for pipeline runs alone"})
		case a == EnvironmentsForceDelete:
			wrong = append(wrong, Detail{fmt.Sprintf("/actions/%d", i), "is for platform admins alone"})
		case slices.Index(d.Actions, a) != i:
			wrong = append(wrong, Detail{fmt.Sprintf("/actions/%d", i), "is named twice"})
		}
	}
	return wrong
}

func validRoleName(name Role) bool { return rolePattern.MatchString(string(name)) }
