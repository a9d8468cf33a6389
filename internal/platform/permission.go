package platform

import "slices"

// Permission is an action that a role allows, in the manner of Azure RBAC.
type Permission string

// The actions. Every operation of the API asks for exactly one; x-lazuli-action in apim/openapi.yaml says which.
const (
	CatalogRead       Permission = "catalog/read"
	CatalogWrite      Permission = "catalog/write"
	RolesRead         Permission = "roles/read"
	RolesWrite        Permission = "roles/write"
	AssignmentsRead   Permission = "assignments/read"
	AssignmentsWrite  Permission = "assignments/write"
	TeamsRead         Permission = "teams/read"
	TeamsWrite        Permission = "teams/write"
	ProjectsCreate    Permission = "projects/create"
	ProjectsRead      Permission = "projects/read"
	ProjectsWrite     Permission = "projects/write"
	QuotasWrite       Permission = "quotas/write" // quota, budget and allowed environment types
	EnvironmentsRead  Permission = "environments/read"
	EnvironmentsWrite Permission = "environments/write"
	// EnvironmentsForceDelete calls deleted what is not proven to be. It is for platform admins alone.
	EnvironmentsForceDelete Permission = "environments/forceDelete"
	DeploymentsWrite        Permission = "deployments/write"
	DeploymentsApprove      Permission = "deployments/approve"
	OperationsRead          Permission = "operations/read"
	OperationsCancel        Permission = "operations/cancel"
	ValuesRead              Permission = "values/read"
	ValuesWrite             Permission = "values/write"
	ValuesSecretsWrite      Permission = "values/secrets/write" // in place of values/write, for a change that holds secrets
	AuditRead               Permission = "audit/read"
	SubscriptionsRead       Permission = "subscriptions/read" // what is sent where, and what became of it
	SubscriptionsWrite      Permission = "subscriptions/write"
	RunsReport              Permission = "runs/report"

	EnvironmentsExtend  Permission = "environments/extend"  // put off when it expires
	EnvironmentsPower   Permission = "environments/power"   // hibernate and wake, by hand and by calendar
	EnvironmentsProtect Permission = "environments/protect" // keep it from being deleted
)

// allActions gives every action its place in an actionSet. New ones go to the end.
var allActions = []Permission{
	CatalogRead, CatalogWrite, RolesRead, RolesWrite, AssignmentsRead, AssignmentsWrite, TeamsRead, TeamsWrite,
	ProjectsCreate, ProjectsRead, ProjectsWrite, QuotasWrite, EnvironmentsRead, EnvironmentsWrite, DeploymentsWrite, DeploymentsApprove,
	OperationsRead, OperationsCancel, ValuesRead, ValuesWrite, ValuesSecretsWrite, AuditRead, RunsReport, EnvironmentsForceDelete,
	SubscriptionsRead, SubscriptionsWrite, EnvironmentsExtend, EnvironmentsPower, EnvironmentsProtect,
}

// Permissions lists every action that there is.
func Permissions() []Permission { return slices.Clone(allActions) }

// actionSet holds actions as bits, so that asking whether one is in it costs nothing.
type actionSet uint64

func setOf(actions ...Permission) actionSet {
	var set actionSet
	for _, a := range actions {
		if at := slices.Index(allActions, a); at >= 0 {
			set |= 1 << at
		}
	}
	return set
}

// bitOf is zero for what is no action: no set holds it.
func bitOf(a Permission) actionSet { return setOf(a) }

func (s actionSet) actions() []Permission {
	var out []Permission
	for i, a := range allActions {
		if s&(1<<i) != 0 {
			out = append(out, a)
		}
	}
	return out
}
