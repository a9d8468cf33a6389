package httpapi

import "net/http"

// Prefix stands before every path; host.json's routePrefix says the same.
const Prefix = "/v1"

// Route is one operation of the contract.
type Route struct {
	Operation string // operationId
	Method    string
	Path      string // without the prefix
	query     []string
	maxBody   int64
	anonymous bool
	handle    func(*API, http.ResponseWriter, *http.Request) error
}

// Limits of request bodies, in bytes. Runs report whole plans, and one change of values may set all of a scope.
const (
	maxBody        = 64 << 10
	maxRunBody     = 1 << 20
	maxCatalog     = 8 << 20 // publications carry whole catalogs with their modules
	maxValuesBody  = 512 << 10
	maxMembersBody = 256 << 10 // hundreds of members, and the manifests of first environments
)

// Routes lists every operation. handler/contract_test.go holds it to the contract and to the functions.
func Routes() []Route {
	paging := []string{"maxpagesize", "pageToken"}
	item := "/catalog/items/{kind}/{name}/{version}"
	environment := "/projects/{project}/environments/{environment}"
	subscription := "/projects/{project}/subscriptions/{subscription}"
	return []Route{
		{Operation: "getHealth", Method: "GET", Path: "/health", anonymous: true, handle: (*API).getHealth},
		{Operation: "getMe", Method: "GET", Path: "/me", handle: (*API).getMe},
		{Operation: "getHome", Method: "GET", Path: "/me/home", handle: (*API).getHome},
		{Operation: "search", Method: "GET", Path: "/search", query: []string{"q", "maxpagesize"}, handle: (*API).search},
		{Operation: "listAllEnvironments", Method: "GET", Path: "/environments", query: append([]string{"ofType", "inState", "owner", "expiresBefore"}, paging...), handle: (*API).listAllEnvironments},
		{Operation: "listAllOperations", Method: "GET", Path: "/operations", query: []string{"status", "mine", "open", "waitsForMe", "maxpagesize"}, handle: (*API).listAllOperations},
		{Operation: "listMyActions", Method: "GET", Path: "/me/actions", query: []string{"scope"}, handle: (*API).listMyActions},

		{Operation: "listResourceTypes", Method: "GET", Path: "/resource-types", handle: (*API).listResourceTypes},
		{Operation: "getResourceType", Method: "GET", Path: "/resource-types/{resourceType}", handle: (*API).getResourceType},
		{Operation: "listTemplates", Method: "GET", Path: "/templates", handle: (*API).listTemplates},
		{Operation: "getTemplate", Method: "GET", Path: "/templates/{template}", handle: (*API).getTemplate},

		{Operation: "listEnvironmentTypes", Method: "GET", Path: "/environment-types", handle: (*API).listEnvironmentTypes},
		{Operation: "getCatalog", Method: "GET", Path: "/catalog", handle: (*API).getCatalog},
		{Operation: "publishCatalog", Method: "POST", Path: "/catalog/publications", maxBody: maxCatalog, handle: (*API).publishCatalog},
		{Operation: "explainDefinitions", Method: "POST", Path: "/catalog/explanations", maxBody: maxBody, handle: (*API).explainDefinitions},
		{Operation: "exportCatalogEntities", Method: "GET", Path: "/catalog/entities", query: paging, handle: (*API).exportCatalogEntities},
		{Operation: "listCatalogItems", Method: "GET", Path: "/catalog/items", query: append([]string{"kind", "name", "inStatus"}, paging...), handle: (*API).listCatalogItems},
		{Operation: "getCatalogItem", Method: "GET", Path: item, handle: (*API).getCatalogItem},
		{Operation: "putCatalogItem", Method: "PUT", Path: item, maxBody: maxRunBody, handle: (*API).putCatalogItem},
		{Operation: "setCatalogItemStatus", Method: "PUT", Path: item + "/status", maxBody: maxBody, handle: (*API).setCatalogItemStatus},

		{Operation: "explainAccess", Method: "POST", Path: "/access/explain", maxBody: maxBody, handle: (*API).explainAccess},
		{Operation: "listRoles", Method: "GET", Path: "/roles", handle: (*API).listRoles},
		{Operation: "getRole", Method: "GET", Path: "/roles/{role}", handle: (*API).getRole},
		{Operation: "putRole", Method: "PUT", Path: "/roles/{role}", maxBody: maxBody, handle: (*API).putRole},
		{Operation: "deleteRole", Method: "DELETE", Path: "/roles/{role}", handle: (*API).deleteRole},
		{Operation: "listAssignments", Method: "GET", Path: "/assignments", query: append([]string{"scope", "principal", "withRole"}, paging...), handle: (*API).listAssignments},
		{Operation: "createAssignment", Method: "POST", Path: "/assignments", maxBody: maxBody, handle: (*API).createAssignment},
		{Operation: "deleteAssignment", Method: "DELETE", Path: "/assignments/{assignment}", handle: (*API).deleteAssignment},

		{Operation: "listTeams", Method: "GET", Path: "/teams", query: paging, handle: (*API).listTeams},
		{Operation: "getTeam", Method: "GET", Path: "/teams/{team}", handle: (*API).getTeam},
		{Operation: "putTeam", Method: "PUT", Path: "/teams/{team}", maxBody: maxMembersBody, handle: (*API).putTeam},
		{Operation: "deleteTeam", Method: "DELETE", Path: "/teams/{team}", handle: (*API).deleteTeam},
		{Operation: "getTeamUsage", Method: "GET", Path: "/teams/{team}/usage", handle: (*API).getTeamUsage},

		{Operation: "listProjects", Method: "GET", Path: "/projects", query: paging, handle: (*API).listProjects},
		{Operation: "getProject", Method: "GET", Path: "/projects/{project}", handle: (*API).getProject},
		{Operation: "putProject", Method: "PUT", Path: "/projects/{project}", maxBody: maxMembersBody, handle: (*API).putProject},
		{Operation: "previewProject", Method: "POST", Path: "/projects/{project}/preview", maxBody: maxMembersBody, handle: (*API).previewProject},
		{Operation: "getProjectUsage", Method: "GET", Path: "/projects/{project}/usage", handle: (*API).getProjectUsage},

		{Operation: "listOffers", Method: "GET", Path: "/projects/{project}/offers", handle: (*API).listOffers},
		{Operation: "listEnvironments", Method: "GET", Path: "/projects/{project}/environments", query: paging, handle: (*API).listEnvironments},
		{Operation: "getEnvironment", Method: "GET", Path: environment, handle: (*API).getEnvironment},
		{Operation: "putEnvironment", Method: "PUT", Path: environment, maxBody: maxBody, handle: (*API).putEnvironment},
		{Operation: "deleteEnvironment", Method: "DELETE", Path: environment, handle: (*API).deleteEnvironment},

		{Operation: "extendEnvironment", Method: "POST", Path: environment + "/extension", maxBody: maxBody, handle: (*API).extendEnvironment},
		{Operation: "protectEnvironment", Method: "PUT", Path: environment + "/protection", maxBody: maxBody, handle: (*API).protectEnvironment},
		{Operation: "unprotectEnvironment", Method: "DELETE", Path: environment + "/protection", handle: (*API).unprotectEnvironment},
		{Operation: "setEnvironmentCalendar", Method: "PUT", Path: environment + "/calendar", maxBody: maxBody, handle: (*API).setEnvironmentCalendar},
		{Operation: "removeEnvironmentCalendar", Method: "DELETE", Path: environment + "/calendar", handle: (*API).removeEnvironmentCalendar},
		{Operation: "hibernateEnvironment", Method: "POST", Path: environment + "/hibernate", maxBody: maxBody, handle: (*API).hibernateEnvironment},
		{Operation: "wakeEnvironment", Method: "POST", Path: environment + "/wake", maxBody: maxBody, handle: (*API).wakeEnvironment},
		{Operation: "forceDeleteEnvironment", Method: "POST", Path: environment + "/forced-deletion", maxBody: maxBody, handle: (*API).forceDeleteEnvironment},

		{Operation: "getDriftReport", Method: "GET", Path: environment + "/drift", handle: (*API).getDriftReport},
		{Operation: "checkDrift", Method: "POST", Path: environment + "/drift", maxBody: maxBody, handle: (*API).checkDrift},
		{Operation: "putBackDrift", Method: "POST", Path: environment + "/drift/put-back", maxBody: maxBody, handle: (*API).putBackDrift},
		{Operation: "adoptDrift", Method: "POST", Path: environment + "/drift/adoptions", maxBody: maxBody, handle: (*API).adoptDrift},
		{Operation: "ignoreDrift", Method: "POST", Path: environment + "/drift/notes", maxBody: maxBody, handle: (*API).ignoreDrift},
		{Operation: "deleteDriftNote", Method: "DELETE", Path: environment + "/drift/notes/{note}", handle: (*API).deleteDriftNote},

		{Operation: "getEnvironmentBundle", Method: "GET", Path: environment + "/bundle", handle: (*API).getEnvironmentBundle},
		{Operation: "listDeployments", Method: "GET", Path: environment + "/deployments", query: paging, handle: (*API).listDeployments},
		{Operation: "createDeployment", Method: "POST", Path: environment + "/deployments", maxBody: maxBody, handle: (*API).createDeployment},
		{Operation: "previewDeployment", Method: "POST", Path: environment + "/deployments/preview", maxBody: maxBody, handle: (*API).previewDeployment},
		{Operation: "getDeployment", Method: "GET", Path: environment + "/deployments/{deployment}", handle: (*API).getDeployment},

		{Operation: "listSubscriptions", Method: "GET", Path: "/projects/{project}/subscriptions", query: paging, handle: (*API).listSubscriptions},
		{Operation: "getSubscription", Method: "GET", Path: subscription, handle: (*API).getSubscription},
		{Operation: "putSubscription", Method: "PUT", Path: subscription, maxBody: maxBody, handle: (*API).putSubscription},
		{Operation: "deleteSubscription", Method: "DELETE", Path: subscription, handle: (*API).deleteSubscription},
		{Operation: "rotateSubscriptionSecret", Method: "POST", Path: subscription + "/secrets", handle: (*API).rotateSubscriptionSecret},
		{Operation: "listDeliveries", Method: "GET", Path: subscription + "/deliveries", query: paging, handle: (*API).listDeliveries},
		{Operation: "redeliverEvent", Method: "POST", Path: subscription + "/deliveries/{delivery}/attempts", handle: (*API).redeliverEvent},

		{Operation: "getProjectValues", Method: "GET", Path: "/projects/{project}/values", handle: (*API).getValues},
		{Operation: "changeProjectValues", Method: "PATCH", Path: "/projects/{project}/values", maxBody: maxValuesBody, handle: (*API).changeValues},
		{Operation: "listProjectValueVersions", Method: "GET", Path: "/projects/{project}/value-versions", query: paging, handle: (*API).listValueVersions},
		{Operation: "getProjectValueVersion", Method: "GET", Path: "/projects/{project}/value-versions/{valueVersion}", handle: (*API).getValueVersion},
		{Operation: "getProjectValueDifferences", Method: "GET", Path: "/projects/{project}/value-differences", query: []string{"from", "to"}, handle: (*API).getValueDifferences},
		{Operation: "restoreProjectValues", Method: "POST", Path: "/projects/{project}/value-restorations", maxBody: maxBody, handle: (*API).restoreValues},

		{Operation: "getEnvironmentValues", Method: "GET", Path: environment + "/values", handle: (*API).getValues},
		{Operation: "changeEnvironmentValues", Method: "PATCH", Path: environment + "/values", maxBody: maxValuesBody, handle: (*API).changeValues},
		{Operation: "listEnvironmentValueVersions", Method: "GET", Path: environment + "/value-versions", query: paging, handle: (*API).listValueVersions},
		{Operation: "getEnvironmentValueVersion", Method: "GET", Path: environment + "/value-versions/{valueVersion}", handle: (*API).getValueVersion},
		{Operation: "getEnvironmentValueDifferences", Method: "GET", Path: environment + "/value-differences", query: []string{"from", "to"}, handle: (*API).getValueDifferences},
		{Operation: "restoreEnvironmentValues", Method: "POST", Path: environment + "/value-restorations", maxBody: maxBody, handle: (*API).restoreValues},

		{Operation: "listOperations", Method: "GET", Path: "/projects/{project}/operations", query: append([]string{"status", "inEnvironment"}, paging...), handle: (*API).listOperations},
		{Operation: "getOperation", Method: "GET", Path: "/operations/{operation}", query: []string{"wait"}, handle: (*API).getOperation},
		{Operation: "getOperationLogs", Method: "GET", Path: "/operations/{operation}/logs", query: []string{"after"}, handle: (*API).getOperationLogs},
		{Operation: "cancelOperation", Method: "POST", Path: "/operations/{operation}/cancellations", maxBody: maxBody, handle: (*API).cancelOperation},

		{Operation: "listAuditEvents", Method: "GET", Path: "/audit-events", query: append([]string{"project", "actor", "action", "outcome", "from", "to"}, paging...), handle: (*API).listAuditEvents},

		{Operation: "startRun", Method: "POST", Path: "/operations/{operation}/run/start", maxBody: maxBody, handle: (*API).startRun},
		{Operation: "getRunBundle", Method: "GET", Path: "/operations/{operation}/run/bundle", handle: (*API).getRunBundle},
		{Operation: "retryOperation", Method: "POST", Path: "/operations/{operation}/retries", handle: (*API).retryOperation},
		{Operation: "getApproval", Method: "GET", Path: "/operations/{operation}/approval", handle: (*API).getApproval},
		{Operation: "approveOperation", Method: "POST", Path: "/operations/{operation}/approvals", maxBody: maxBody, handle: (*API).approveOperation},
		{Operation: "rejectOperation", Method: "POST", Path: "/operations/{operation}/rejections", maxBody: maxBody, handle: (*API).rejectOperation},
		{Operation: "reportRunPlan", Method: "POST", Path: "/operations/{operation}/run/plan", maxBody: maxRunBody, handle: (*API).reportRunPlan},
		{Operation: "reportRunResult", Method: "POST", Path: "/operations/{operation}/run/result", maxBody: maxRunBody, handle: (*API).reportRunResult},
	}
}

// MaxBody is how many bytes a body may have that the operation takes; 0 where it takes none.
func (r Route) MaxBody() int64 { return r.maxBody }
