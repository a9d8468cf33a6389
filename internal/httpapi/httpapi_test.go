package httpapi_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/httpapi"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

const (
	dev       = "/v1/projects/payments/environments/dev"
	files     = `{"type":"dev","manifest":{"resources":{"files":{"type":"storage-account"}}}}`
	operation = "01HTTPAPI00000000000000001"
)

// What a caller gets wrong is answered with the right status, a code, a sentence and the request's id; nothing is changed.
func TestProblems(t *testing.T) {
	s := serve(t)
	for name, test := range map[string]struct {
		caller, method, path, body string
		headers                    []string
		status                     int
		code                       api.ProblemCode
	}{
		"nobody":                            {"", "GET", "/v1/me", "", nil, 401, "Unauthenticated"},
		"unknown address":                   {"admin", "GET", "/v1/nothing", "", nil, 404, "NotFound"},
		"wrong method":                      {"admin", "DELETE", "/v1/me", "", nil, 404, "NotFound"},
		"unknown query parameter":           {"admin", "GET", "/v1/me?verbose=1", "", nil, 400, "ValidationFailed"},
		"query parameter given twice":       {"admin", "GET", "/v1/projects?maxpagesize=1&maxpagesize=2", "", nil, 400, "ValidationFailed"},
		"page size out of range":            {"admin", "GET", "/v1/projects?maxpagesize=201", "", nil, 400, "ValidationFailed"},
		"forged page token":                 {"admin", "GET", "/v1/projects?pageToken=cGF5.AAAA", "", nil, 400, "ValidationFailed"},
		"wait out of range":                 {"developer", "GET", "/v1/operations/" + operation + "?wait=31", "", nil, 400, "ValidationFailed"},
		"cursor that is none":               {"developer", "GET", "/v1/operations/" + operation + "/logs?after=%2e%2e%2f", "", nil, 400, "ValidationFailed"},
		"name with a slash":                 {"developer", "GET", "/v1/projects/a%2Fb", "", nil, 404, "NotFound"},
		"no content type":                   {"developer", "PUT", dev, files, []string{"Content-Type", "text/plain"}, 400, "ValidationFailed"},
		"empty body":                        {"developer", "PUT", dev, "", []string{"Content-Type", "application/json"}, 400, "ValidationFailed"},
		"not JSON":                          {"developer", "PUT", dev, "{", nil, 400, "ValidationFailed"},
		"two values":                        {"developer", "PUT", dev, files + "{}", nil, 400, "ValidationFailed"},
		"unknown member":                    {"developer", "PUT", dev, `{"type":"dev","state":"ready"}`, nil, 400, "ValidationFailed"},
		"wrong type":                        {"developer", "PUT", dev, `{"type":7}`, nil, 400, "ValidationFailed"},
		"too large":                         {"developer", "PUT", dev, `{"type":"` + strings.Repeat("x", 70_000) + `"}`, nil, 413, "BodyTooLarge"},
		"bad operation id":                  {"developer", "PUT", dev, files, []string{"Operation-Id", "short"}, 400, "ValidationFailed"},
		"two operation ids":                 {"developer", "PUT", dev, files, []string{"Operation-Id", operation, "Idempotency-Key", "01OTHER0000000000000000001"}, 400, "ValidationFailed"},
		"precondition that is none":         {"developer", "PUT", dev, files, []string{"If-Match", "W/x"}, 412, "PreconditionFailed"},
		"outsider":                          {"outsider", "GET", dev, "", nil, 404, "NotFound"},
		"a project without If-Match":        {"admin", "PUT", "/v1/projects/payments", `{"title":"Other","team":"payments","members":[]}`, nil, 428, "PreconditionRequired"},
		"a project that is taken":           {"admin", "PUT", "/v1/projects/payments", `{"title":"Other","team":"payments","members":[]}`, []string{"If-None-Match", "*"}, 412, "NameTaken"},
		"a project by a developer":          {"developer", "PUT", "/v1/projects/mine", `{"title":"Mine","team":"payments","members":[]}`, nil, 403, "Forbidden"},
		"catalog: no such kind":             {"admin", "GET", "/v1/catalog/items?kind=module", "", nil, 400, "ValidationFailed"},
		"catalog: no such version":          {"admin", "GET", "/v1/catalog/items/template/empty/99", "", nil, 404, "NotFound"},
		"catalog: made-up position":         {"admin", "GET", "/v1/catalog/items?pageToken=cGF5.AAAA", "", nil, 400, "ValidationFailed"},
		"catalog: another address":          {"admin", "PUT", "/v1/catalog/items/template/other/1", `{"document":{"apiVersion":"lazuli/v1","kind":"Template","metadata":{"name":"empty","title":"x"},"spec":{"parameters":{"type":"object"},"manifest":{}}}}`, nil, 400, "ValidationFailed"},
		"catalog: no document":              {"admin", "PUT", "/v1/catalog/items/template/other/1", `{}`, nil, 400, "ValidationFailed"},
		"catalog: a list for a document":    {"admin", "PUT", "/v1/catalog/items/template/other/1", `{"document":[1]}`, nil, 400, "ValidationFailed"},
		"catalog: a property twice":         {"admin", "PUT", "/v1/catalog/items/template/other/1", `{"document":{"kind":"Template","kind":"Policy"}}`, nil, 400, "ValidationFailed"},
		"catalog: published by a developer": {"developer", "PUT", "/v1/catalog/items/template/other/1", `{"document":[1]}`, nil, 403, "Forbidden"},
		"catalog: nothing to publish":       {"admin", "POST", "/v1/catalog/publications", `{"items":[]}`, nil, 400, "ValidationFailed"},
		"catalog: a commit that is none":    {"admin", "POST", "/v1/catalog/publications", `{"commit":"main; rm","items":[{"document":{"apiVersion":"lazuli/v1","kind":"Template","metadata":{"name":"tt","title":"x"},"spec":{"parameters":{"type":"object"},"manifest":{}}}}]}`, nil, 400, "ValidationFailed"},
		"catalog: explain no type":          {"admin", "POST", "/v1/catalog/explanations", `{"type":"oracle","environmentType":"dev"}`, nil, 400, "ValidationFailed"},
		"pin of what is not there":          {"admin", "PUT", "/v1/projects/fresh", `{"title":"x","team":"payments","members":[],"pins":[{"kind":"template","name":"empty","version":"99"}]}`, nil, 400, "ValidationFailed"},
		"a run's call by a person":          {"developer", "POST", "/v1/operations/" + operation + "/run/start", `{"run":"1"}`, nil, 403, "Forbidden"},
		"delete without such an operation":  {"developer", "POST", "/v1/operations/" + operation + "/cancellations", "", nil, 404, "NotFound"},
		"a version that is no number":       {"developer", "GET", dev + "/value-differences?from=x", "", nil, 400, "ValidationFailed"},
		"a version below all":               {"developer", "GET", dev + "/value-versions/0", "", nil, 404, "NotFound"},
		"restore without a version":         {"developer", "POST", dev + "/value-restorations", `{}`, nil, 400, "ValidationFailed"},
		"a value that is null":              {"developer", "PATCH", dev + "/values", `{"set":{"KEY":{"value":null}}}`, nil, 400, "ValidationFailed"},
		"a secret that is no text":          {"developer", "PATCH", dev + "/values", `{"set":{"KEY":{"secret":7}}}`, nil, 400, "ValidationFailed"},
		"values of a name that is none":     {"developer", "GET", "/v1/projects/payments/environments/Dev/values", "", nil, 400, "ValidationFailed"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &served{t: t, url: s.url}
			s.do(test.caller, test.method, test.path, test.body, test.headers...).mustBe(test.status, test.code)
		})
	}
	if got := s.do("developer", "GET", dev, ""); got.status != http.StatusNotFound {
		t.Errorf("a refused request left an environment: %s", got.body)
	}
}

func TestProblem_pointsAtWhatIsWrong(t *testing.T) {
	s := serve(t)
	p := s.do("developer", "PUT", dev, `{"type":"dev","template":"web-service-with-database","parameters":{"size":"huge","title":1}}`).mustBe(400, "ValidationFailed")
	pointers := map[string]bool{}
	for _, e := range p.Errors {
		pointers[e.Pointer] = e.Detail != ""
	}
	if !pointers["/parameters/size"] || !pointers["/parameters/title"] {
		t.Errorf("errors point at %v", pointers)
	}
}

// A panic is our trouble: the caller gets an id and no innards.
func TestPanic(t *testing.T) {
	s := serve(t)
	if got := s.do("developer", "PUT", dev, files, "Operation-Id", operation); got.status != http.StatusCreated {
		t.Fatal(got.body)
	}
	if got := s.do("pipeline", "POST", "/v1/operations/"+operation+"/run/start", `{"run":"666"}`); got.status != http.StatusOK {
		t.Fatal(got.body)
	}
	got := s.do("developer", "GET", "/v1/operations/"+operation+"/logs", "")
	got.mustBe(500, "Internal")
	if strings.Contains(got.body, "hunter2") || strings.Contains(got.body, "goroutine") {
		t.Errorf("the answer shows innards: %s", got.body)
	}
}

func TestRequestID(t *testing.T) {
	s := serve(t)
	if got := s.do("admin", "GET", "/v1/me", "", "X-Ms-Request-Id", "from-the-gateway-1"); got.header.Get("X-Ms-Request-Id") != "from-the-gateway-1" {
		t.Errorf("the gateway's id became %q", got.header.Get("X-Ms-Request-Id"))
	}
	if got := s.do("admin", "GET", "/v1/me", "", "X-Ms-Request-Id", "x y\tforged"); strings.Contains(got.header.Get("X-Ms-Request-Id"), "forged") {
		t.Error("an id that could forge a log line was taken over")
	}
}

// Pages follow nextLink; a token is good for its list, its filter and its caller alone.
func TestPages(t *testing.T) {
	s := serve(t)
	var names []string
	path := "/v1/projects?maxpagesize=1"
	stolen := ""
	for range 10 {
		var list api.ProjectList
		got := s.do("admin", "GET", path, "")
		if err := json.Unmarshal([]byte(got.body), &list); err != nil || got.status != http.StatusOK {
			t.Fatalf("%d %s", got.status, got.body)
		}
		for _, p := range list.Value {
			names = append(names, p.Name)
		}
		if list.NextLink == nil {
			break
		}
		next, err := url.Parse(*list.NextLink)
		if err != nil || next.Host != "lazuli.example" {
			t.Fatalf("next link %s is not of the public address", *list.NextLink)
		}
		path = next.RequestURI()
		stolen = next.Query().Get("pageToken")
	}
	if strings.Join(names, " ") != "orders payments shipping" {
		t.Errorf("the pages hold %v", names)
	}
	s.do("developer", "GET", "/v1/projects?maxpagesize=1&pageToken="+url.QueryEscape(stolen), "").mustBe(400, "ValidationFailed")
	s.do("admin", "GET", "/v1/projects/payments/environments?pageToken="+url.QueryEscape(stolen), "").mustBe(400, "ValidationFailed")
}

func TestOperation_etag(t *testing.T) {
	s := serve(t)
	made := s.do("developer", "PUT", dev, files, "Operation-Id", operation)
	if made.status != http.StatusCreated || made.header.Get("Operation-Location") != "https://lazuli.example/v1/operations/"+operation || made.header.Get("Retry-After") == "" {
		t.Fatalf("%d %v", made.status, made.header)
	}
	got := s.do("developer", "GET", "/v1/operations/"+operation, "")
	again := s.do("developer", "GET", "/v1/operations/"+operation, "", "If-None-Match", got.header.Get("ETag"))
	if got.header.Get("ETag") == "" || again.status != http.StatusNotModified || again.body != "" {
		t.Errorf("ETag %q, then %d %q", got.header.Get("ETag"), again.status, again.body)
	}
	busy := s.do("developer", "PUT", dev, files)
	if p := busy.mustBe(409, "OperationInProgress"); p.Operation == nil || *p.Operation != operation || busy.header.Get("Retry-After") == "" {
		t.Errorf("busy: %+v", p)
	}
}

// Every answer is what the contract says. One call at least for every operation, in the order of a deployment's life.
func TestContract_answers(t *testing.T) {
	var service *platform.Service
	s := serve(t, func(cfg *httpapi.Config) { service = cfg.Service })
	contract, err := openapi3.NewLoader().LoadFromFile("../../apim/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	contract.Servers = openapi3.Servers{{URL: s.url + "/v1"}}
	router, err := gorillamux.NewRouter(contract)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	call := func(caller, method, path, body string, want int, headers ...string) answer {
		t.Helper()
		got := s.do(caller, method, path, body, headers...)
		if got.status != want {
			t.Errorf("%s %s: %d %s, want %d", method, path, got.status, got.body, want)
		}
		r, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		route, parameters, err := router.FindRoute(r)
		if err != nil {
			t.Fatalf("%s %s is not in the contract: %v", method, path, err)
		}
		seen[route.Operation.OperationID] = true
		in := &openapi3filter.ResponseValidationInput{RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: parameters, Route: route}, Status: got.status, Header: got.header}
		in.SetBodyBytes([]byte(got.body))
		if err := openapi3filter.ValidateResponse(t.Context(), in); err != nil {
			t.Errorf("%s %s: %v", method, path, err)
		}
		return got
	}
	op := "/v1/operations/" + operation
	call("", "GET", "/v1/health", "", 200)
	call("developer", "GET", "/v1/me", "", 200)
	call("developer", "GET", "/v1/resource-types", "", 200)
	call("developer", "GET", "/v1/resource-types/postgres", "", 200)
	call("developer", "GET", "/v1/templates", "", 200)
	call("developer", "GET", "/v1/templates/web-service-with-database", "", 200)
	call("developer", "GET", "/v1/environment-types", "", 200)
	call("developer", "GET", "/v1/catalog", "", 200)
	call("developer", "GET", "/v1/catalog/items?kind=template&maxpagesize=1", "", 200)
	empty := "/v1/catalog/items/template/empty/"
	call("developer", "GET", empty+"1", "", 200)
	newer := `{"document":{"apiVersion":"lazuli/v1","kind":"Template","metadata":{"name":"empty","title":"Nothing","version":"2"},"spec":{"parameters":{"type":"object"},"manifest":{}}}}`
	call("admin", "PUT", empty+"2", newer, 201)
	call("admin", "PUT", empty+"2", newer, 200)
	call("admin", "PUT", empty+"1", strings.Replace(newer, `"2"`, `"1"`, 1), 409)
	call("admin", "PUT", empty+"2/status", `{"status":"defective"}`, 200)
	call("admin", "POST", "/v1/catalog/publications", `{"dryRun":true,"commit":"c0ffee","items":[`+newer+`]}`, 200)
	call("developer", "POST", "/v1/catalog/publications", `{"items":[`+newer+`]}`, 403)
	call("developer", "POST", "/v1/catalog/explanations", `{"type":"postgres","environmentType":"dev"}`, 200)
	call("developer", "GET", "/v1/projects", "", 200)
	call("developer", "GET", "/v1/projects/payments", "", 200)
	call("admin", "PUT", "/v1/projects/fresh", `{"title":"Fresh","team":"payments","members":[]}`, 201)
	call("developer", "POST", dev+"/deployments/preview", files, 200)
	call("developer", "PUT", dev, files, 201, "Operation-Id", operation)
	call("developer", "GET", "/v1/projects/payments/environments", "", 200)
	call("developer", "GET", dev, "", 200)
	call("developer", "GET", op, "", 200)
	call("developer", "GET", "/v1/projects/payments/operations", "", 200)
	call("developer", "POST", dev+"/deployments", `{}`, 409)
	call("developer", "DELETE", dev, "", 409)
	var decision api.RunDecision
	if err := json.Unmarshal([]byte(call("pipeline", "POST", op+"/run/start", `{"run":"7"}`, 200).body), &decision); err != nil || decision.Secret == nil {
		t.Fatalf("decision %+v: %v", decision, err)
	}
	secret := []string{"Lazuli-Run-Secret", *decision.Secret}
	call("pipeline", "GET", op+"/run/bundle", "", 200, secret...)
	call("pipeline", "GET", op+"/run/bundle", "", 403, "Lazuli-Run-Secret", "guessed")
	call("pipeline", "POST", op+"/run/plan", `{"plan":{"digest":"`+strings.Repeat("a", 64)+`","counts":{"add":1,"change":0,"remove":0},"changes":[{"address":"module.files","action":"add"}]}}`, 200, secret...)
	call("pipeline", "POST", op+"/run/result", `{"status":"Succeeded","outputs":{"files":{"path":"/x"}}}`, 204, secret...)
	call("developer", "GET", "/v1/catalog/entities?maxpagesize=1", "", 200)
	call("developer", "GET", dev+"/bundle", "", 404) // it becomes ready when its run is seen to have ended
	call("developer", "GET", op+"/logs", "", 200)
	call("developer", "GET", dev+"/deployments", "", 200)
	var list api.DeploymentList
	if err := json.Unmarshal([]byte(s.do("developer", "GET", dev+"/deployments", "").body), &list); err != nil || len(list.Value) != 1 {
		t.Fatalf("deployments %+v: %v", list, err)
	}
	call("developer", "GET", dev+"/deployments/"+list.Value[0].ID, "", 200)
	call("developer", "POST", op+"/cancellations", "", 202)
	call("developer", "POST", op+"/retries", "", 409)
	callApprovals(t, call)
	callLifetimes(t, call)
	callDrift(t, s, call)
	glass := `{"reason":"It cannot be removed","confirm":"payments/dev"}`
	call("admin", "POST", dev+"/forced-deletion", glass, 409)
	call("admin", "POST", dev+"/forced-deletion", `{"reason":"short","confirm":"x"}`, 400)
	call("developer", "POST", dev+"/forced-deletion", glass, 403)
	for _, scope := range []string{"/v1/projects/payments", dev} {
		call("developer", "PATCH", scope+"/values", `{"set":{"LEVEL":{"value":"<debug>"},"TREE":{"value":{"a":[1.5,true]}},"PASSWORD":{"secret":"hunter2"}},"comment":"why"}`, 200)
		call("developer", "PATCH", scope+"/values", `{"remove":["LEVEL"]}`, 200, "If-Match", `"1"`)
		call("developer", "PATCH", scope+"/values", `{"remove":["TREE"]}`, 412, "If-Match", `"1"`)
		call("developer", "GET", scope+"/values", "", 200)
		call("developer", "GET", scope+"/value-versions", "", 200)
		call("developer", "GET", scope+"/value-versions/1", "", 200)
		call("developer", "GET", scope+"/value-versions/9", "", 404)
		call("developer", "GET", scope+"/value-differences?from=0&to=2", "", 200)
		call("developer", "POST", scope+"/value-restorations", `{"version":1,"keys":["LEVEL"]}`, 200)
	}
	callAccess(t, call)
	callSubscriptions(t, service, call)
	call("admin", "GET", "/v1/audit-events", "", 200)
	call("admin", "GET", "/v1/audit-events?project=payments&outcome=refused", "", 200)
	call("developer", "GET", "/v1/audit-events", "", 403)
	for _, item := range contract.Paths.Map() {
		for _, o := range item.Operations() {
			if !seen[o.OperationID] {
				t.Errorf("%s was not called", o.OperationID)
			}
		}
	}
}

// The codes of the platform and those of the contract are the same.
func TestCodes(t *testing.T) {
	contract, err := openapi3.NewLoader().LoadFromFile("../../apim/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, code := range contract.Components.Schemas["ProblemCode"].Value.Enum {
		listed[code.(string)] = true
	}
	for _, code := range []platform.Code{platform.Invalid, platform.Unauthenticated, platform.Forbidden, platform.NotFound, platform.NameTaken, platform.PreconditionFailed,
		platform.PreconditionRequired, platform.OperationInProgress, platform.OperationIDReused, platform.OperationFinal, platform.BodyTooLarge, platform.AddressTooLong, platform.TooManyRequests, platform.RunNotClaimed,
		platform.Conflict, platform.VersionExists, platform.PolicyRefused, platform.BudgetExceeded, platform.NotAwaitingApproval, platform.PlanStale, platform.QuotaExceeded, platform.LastAdmin, platform.InUse, platform.EnvironmentProtected, platform.DriftRemains, platform.EnvironmentNotReady, platform.StorageUnavailable, platform.PipelineUnavailable, platform.IdentityUnavailable, platform.VaultUnavailable, platform.Internal} {
		if !listed[string(code)] {
			t.Errorf("%s is not in the contract", code)
		}
		delete(listed, string(code))
	}
	if len(listed) > 0 {
		t.Errorf("the contract has codes that the platform never uses: %v", listed)
	}
}
