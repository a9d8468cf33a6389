package httpapi_test

import (
	"encoding/json"
	"net/url"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/api"
)

type caller func(caller, method, path, body string, want int, headers ...string) answer

// callAccess asks every operation about who may do what, well and badly.
func callAccess(t *testing.T, call caller) {
	t.Helper()
	call("developer", "GET", "/v1/roles", "", 200)
	call("developer", "GET", "/v1/roles/Deployer", "", 200)
	call("developer", "GET", "/v1/roles/Nobody", "", 404)
	role := `{"title":"Reads values.","actions":["values/read"]}`
	call("admin", "PUT", "/v1/roles/ValueReader", role, 201)
	call("admin", "PUT", "/v1/roles/ValueReader", role, 200)
	call("admin", "PUT", "/v1/roles/ValueReader", `{"title":"Other.","actions":["values/read"]}`, 428)
	call("admin", "PUT", "/v1/roles/ValueReader", `{"title":"Other.","actions":["values/burn"]}`, 400)
	call("admin", "PUT", "/v1/roles/Reader", role, 412)
	call("developer", "PUT", "/v1/roles/Mine", role, 403)

	given := call("admin", "POST", "/v1/assignments", `{"scope":"/projects/payments/environments/dev","id":"guest","role":"ValueReader","expiresAt":"2099-01-01T00:00:00Z","comment":"for a while"}`, 201)
	call("admin", "POST", "/v1/assignments", `{"scope":"/projects/payments/environments/dev","id":"guest","role":"ValueReader"}`, 200)
	call("admin", "POST", "/v1/assignments", `{"scope":"everywhere","id":"guest","role":"ValueReader"}`, 400)
	call("developer", "POST", "/v1/assignments", `{"scope":"/projects/payments","id":"guest","role":"Reader"}`, 403)
	call("stranger", "POST", "/v1/assignments", `{"scope":"/projects/payments","id":"guest","role":"Reader"}`, 404)
	call("admin", "DELETE", "/v1/roles/ValueReader", "", 409)
	call("developer", "GET", "/v1/assignments?maxpagesize=1&scope="+url.QueryEscape("/projects/payments"), "", 200)
	call("developer", "GET", "/v1/assignments", "", 403)
	call("guest", "GET", "/v1/projects/payments/environments/dev/values", "", 200)
	call("guest", "GET", "/v1/projects/payments/environments/dev", "", 404) // who may not read an environment knows of none
	var made api.Assignment
	if err := json.Unmarshal([]byte(given.body), &made); err != nil {
		t.Fatal(err)
	}
	call("stranger", "DELETE", "/v1/assignments/"+made.Assignment, "", 204) // as for one that is not there
	call("admin", "DELETE", "/v1/assignments/"+made.Assignment, "", 204)

	call("admin", "PUT", "/v1/teams/crew", `{"title":"Crew","members":[{"id":"chief","role":"TeamOwner"},{"kind":"group","id":"all","role":"Reader"}],"quota":{"environments":3}}`, 201)
	call("chief", "GET", "/v1/teams/crew", "", 200)
	call("chief", "GET", "/v1/teams", "", 200)
	call("developer", "GET", "/v1/teams/crew", "", 404)
	call("chief", "PUT", "/v1/teams/crew", `{"title":"Crew!","members":[{"id":"chief","role":"TeamOwner"}],"quota":{"environments":4}}`, 403, "If-Match", `"1"`)
	call("chief", "PUT", "/v1/teams/crew", `{"title":"Crew!","members":[{"id":"chief","role":"TeamOwner"}],"quota":{"environments":3}}`, 200, "If-Match", `"1"`)
	call("admin", "DELETE", "/v1/teams/crew", "", 204)
	call("admin", "DELETE", "/v1/teams/payments", "", 409)

	call("developer", "POST", "/v1/access/explain", `{"action":"environments/write","scope":"/projects/payments","environment":`+files+`}`, 200)
	call("developer", "POST", "/v1/access/explain", `{"action":"deployments/approve","operation":"`+operation+`"}`, 200)
	call("developer", "POST", "/v1/access/explain", `{"action":"catalog/write"}`, 200)
	call("stranger", "POST", "/v1/access/explain", `{"action":"values/read","scope":"/projects/payments"}`, 404)
	call("admin", "POST", "/v1/access/explain", `{"action":"values/read","scope":"/projects/payments","principal":{"id":"developer"}}`, 200)
	call("developer", "POST", "/v1/access/explain", `{"action":"values/burn"}`, 400)
	call("admin", "DELETE", "/v1/roles/ValueReader", "", 204)
}
