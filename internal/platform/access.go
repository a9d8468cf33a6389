package platform

import "slices"

// Role is a set of actions.
type Role string

// The roles. PlatformAdmin holds on the whole platform and comes with the token; the others are held in a project.
const (
	PlatformAdmin Role = "PlatformAdmin"
	TeamOwner     Role = "TeamOwner"
	Contributor   Role = "Contributor"
	Reader        Role = "Reader"
)

// Permission is something that a role allows, in the manner of Azure RBAC's actions.
type Permission string

// The permissions. Every operation of the API asks for exactly one, or for none where the comment at its method says why.
const (
	CatalogRead       Permission = "catalog/read"
	CatalogWrite      Permission = "catalog/write"
	ProjectsCreate    Permission = "projects/create"
	ProjectsWrite     Permission = "projects/write"
	ProjectsRead      Permission = "projects/read"
	EnvironmentsRead  Permission = "environments/read"
	EnvironmentsWrite Permission = "environments/write"
	DeploymentsWrite  Permission = "deployments/write"
	OperationsRead    Permission = "operations/read"
	OperationsCancel  Permission = "operations/cancel"
	RunsReport        Permission = "runs/report"
	AuditRead         Permission = "audit/read"

	ValuesRead         Permission = "values/read"
	ValuesWrite        Permission = "values/write"
	ValuesSecretsWrite Permission = "values/secrets/write" // in place of values/write, for a change that holds secrets
)

var (
	reading   = []Permission{ProjectsRead, EnvironmentsRead, OperationsRead, ValuesRead}
	changing  = append(slices.Clone(reading), EnvironmentsWrite, DeploymentsWrite, OperationsCancel, ValuesWrite, ValuesSecretsWrite)
	owning    = append(slices.Clone(changing), ProjectsWrite, AuditRead)
	rolePerms = map[Role][]Permission{Reader: reading, Contributor: changing, TeamOwner: owning}
)

// Caller is who asks. The handler makes it from a verified token and nothing else.
type Caller struct {
	ID        string // object id at the identity provider
	Name      string // for people; never used to decide
	Team      string // for people
	App       bool
	Admin     bool // holds PlatformAdmin
	Pipeline  bool // is the identity that pipeline runs report with
	RequestID string
	From      string // address of the client
	Client    string // the program that asked for the token
}

// may decides. Default is no: a pipeline may report runs and nothing else, whatever else its token says.
func (c Caller) may(p Permission, in *Project) bool {
	switch {
	case c.ID == "":
		return false
	case c.Pipeline || p == RunsReport:
		return c.Pipeline && p == RunsReport
	case p == CatalogRead || c.Admin:
		return true
	case in == nil:
		return false
	}
	return slices.Contains(rolePerms[in.RoleOf(c.ID)], p)
}

// sees reports whether the caller may know that the project exists.
func (c Caller) sees(p Project) bool { return c.may(ProjectsRead, &p) }

// authorize refuses with Forbidden, naming what is missing, or Unauthenticated for a caller without identity.
func (c Caller) authorize(p Permission, in *Project) error {
	if c.may(p, in) {
		return nil
	}
	if c.ID == "" {
		return Errorf(Unauthenticated, "This needs a signed-in caller.").Do("Sign in: lazuli login")
	}
	err := Errorf(Forbidden, "You may not do this: it takes the permission %s.", p).asRefusal()
	switch {
	case p == CatalogWrite:
		return err.Do("Ask a platform admin to publish it.")
	case p == ProjectsCreate:
		return err.Do("Ask a platform admin to create the project.")
	case p == RunsReport:
		return err.Do("Only pipeline runs report here.")
	case p == AuditRead && in == nil:
		return err.Do("Ask for the audit log of one project: lazuli audit --project NAME")
	case in != nil:
		return err.Do("Ask an owner of project %s for a role that has it.", in.Name)
	}
	return err
}

// noProject is the one answer for a project that does not exist and for one that the caller may not know of.
func noProject(name string) error {
	return Errorf(NotFound, "There is no project %q, or you may not see it.", clip(name, 80)).Do("List the projects you see: lazuli project list").asRefusal()
}

// noOperation is the like for an operation.
func noOperation(id string) error {
	return Errorf(NotFound, "There is no operation %q, or you may not see it.", clip(id, 40)).asRefusal()
}
