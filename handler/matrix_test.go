package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/golang-jwt/jwt/v5"

	"github.com/lazuli-platform/lazuli/internal/config"
	"github.com/lazuli-platform/lazuli/internal/local/tables"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// matrix is the whole handler over real tables and a real issuer, with two projects of two teams and somebody for each role at each
// kind of scope.
type matrix struct {
	*issuer
	url     string
	places  map[string]matrixPlace // "own" and "other"
	holders []holder
	roles   map[string][]string // actions by role, as the API tells them
}

type matrixPlace struct{ project, team, operation, deployment string }

// holder is somebody with one role at one scope.
type holder struct{ id, role, at string } // at is own, team or root

// operation is one of the contract, with what it asks for.
type operation struct {
	id, method, path, action string
	body                     bool
}

// contractOperations reads the contract. An operation without an access rule fails the test, and with it the build.
func contractOperations(t *testing.T) []operation {
	t.Helper()
	contract, err := openapi3.NewLoader().LoadFromFile(filepath.Join("..", "apim", "openapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var all []operation
	for path, item := range contract.Paths.Map() {
		for method, o := range item.Operations() {
			action, ok := o.Extensions["x-lazuli-action"].(string)
			if !ok {
				t.Errorf("%s has no x-lazuli-action in apim/openapi.yaml: say what it asks for", o.OperationID)
			}
			if action != "anonymous" && action != "signed-in" && !slices.Contains(platform.Permissions(), platform.Permission(action)) {
				t.Errorf("%s asks for %q, which is no action", o.OperationID, action)
			}
			all = append(all, operation{o.OperationID, method, path, action, o.RequestBody != nil})
		}
	}
	slices.SortFunc(all, func(a, b operation) int { return strings.Compare(a.id, b.id) })
	return all
}

// bodies are requests that change nothing when they are allowed: each is wrong in what is looked at after the right, or the same as
// what is there. %[1]s is the project, %[2]s its team.
var bodies = map[string]string{
	"approveOperation":         `{"plan":"` + strings.Repeat("a", 64) + `"}`,
	"adoptDrift":               `{}`,
	"ignoreDrift":              `{"address":"x","until":"2030-01-01T00:00:00Z","reason":"short"}`,
	"cancelOperation":          ``,
	"changeEnvironmentValues":  `{"set":{"no key":{"value":1}}}`,
	"changeProjectValues":      `{"set":{"no key":{"value":1}}}`,
	"createAssignment":         `{"scope":"/projects/%[1]s","id":"fixed-guest","role":"Reader"}`,
	"createDeployment":         `{"mode":"plan","template":"no-such-template"}`,
	"extendEnvironment":        `{}`,
	"hibernateEnvironment":     ``,
	"protectEnvironment":       `{"reason":""}`,
	"setEnvironmentCalendar":   `{"calendar":{"timeZone":"Nowhere","off":[]}}`,
	"wakeEnvironment":          ``,
	"forceDeleteEnvironment":   `{"reason":"short","confirm":"x"}`,
	"explainAccess":            `{"action":"catalog/write"}`,
	"explainDefinitions":       `{"type":"postgres","environmentType":"dev"}`,
	"previewDeployment":        `{"type":"dev","manifest":{}}`,
	"previewProject":           `{"title":"x","team":"%[2]s"}`,
	"publishCatalog":           `{"items":[]}`,
	"putCatalogItem":           `{"document":{}}`,
	"putEnvironment":           `{"type":"dev","manifest":{}}`,
	"putProject":               `{"title":"x","team":"%[2]s"}`,
	"putRole":                  `{"title":"x","actions":["catalog/read"]}`,
	"putSubscription":          `{"address":"http://127.0.0.1:1/x?y"}`,
	"putTeam":                  `{"title":"x","members":[]}`,
	"rejectOperation":          `{"plan":"` + strings.Repeat("a", 64) + `","comment":"no"}`,
	"reportRunPlan":            `{"plan":{"digest":"` + strings.Repeat("a", 64) + `","counts":{"add":0,"change":0,"remove":0},"changes":[]}}`,
	"reportRunResult":          `{"status":"Succeeded"}`,
	"restoreEnvironmentValues": `{"version":999}`,
	"restoreProjectValues":     `{"version":999}`,
	"setCatalogItemStatus":     `{"status":"default"}`,
	"startRun":                 `{"run":"none"}`,
}

func newMatrix(t *testing.T) *matrix {
	t.Helper()
	server, err := tables.Open(tables.Config{File: filepath.Join(t.TempDir(), "tables.db"), Account: "test", Key: base64.StdEncoding.EncodeToString(make([]byte, 64))})
	if err != nil {
		t.Fatal(err)
	}
	storage := httptest.NewServer(server)
	t.Cleanup(func() {
		storage.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	m := &matrix{issuer: newIssuer(t), places: map[string]matrixPlace{}, roles: map[string][]string{}}
	cfg := config.Config{PublicURL: "https://lazuli.example", SigningKey: base64.StdEncoding.EncodeToString(make([]byte, 32)),
		TablesConnection: server.ConnectionString(storage.Listener.Addr().String()),
		// Nobody listens there: what is accepted stays in the outbox.
		ServiceBusConnection: "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=x;SharedAccessKey=eA==;UseDevelopmentEmulator=true",
		DevOpsURL:            "http://127.0.0.1:1/organisation", DevOpsProject: "platform", DevOpsPipeline: 1, DevOpsToken: "x",
		Issuer: m.issuer.URL, Audience: "lazuli", Tenant: "tenant", AuditDays: 400,
		Catalog: filepath.Join("..", "infra", "catalog"), Modules: filepath.Join("..", "infra", "modules"), StateBackend: "local", StateFolder: "/state"}
	app, err := newApp(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(app.router)
	t.Cleanup(web.Close)
	m.url = web.URL
	m.fill(t)
	return m
}

// fill makes the two projects, and somebody for every role.
func (m *matrix) fill(t *testing.T) {
	t.Helper()
	var list struct {
		Value []struct {
			Name       string
			Assignable bool
			Actions    []string
		}
	}
	m.must(t, "GET", "/v1/roles", "", &list)
	for i, name := range []string{"own", "other"} {
		p := matrixPlace{project: name + "-shop", team: name + "-team", operation: fmt.Sprintf("01MATRIX00000000000000000%d", i)}
		m.must(t, "PUT", "/v1/projects/"+p.project, `{"title":"Shop","team":"`+p.team+`","members":[]}`, nil)
		m.must(t, "PUT", "/v1/projects/"+p.project+"/environments/dev", `{"type":"dev","manifest":{}}`, nil, "Operation-Id", p.operation)
		var deployments struct{ Value []struct{ ID string } }
		m.must(t, "GET", "/v1/projects/"+p.project+"/environments/dev/deployments", "", &deployments)
		p.deployment = deployments.Value[0].ID
		m.places[name] = p
	}
	own := m.places["own"]
	for _, r := range list.Value {
		if !r.Assignable {
			continue
		}
		m.roles[r.Name] = r.Actions
		for at, scope := range map[string]string{"own": "/projects/" + own.project, "team": "/teams/" + own.team, "root": "/"} {
			h := holder{strings.ToLower(at + "-" + r.Name), r.Name, at}
			m.must(t, "POST", "/v1/assignments", fmt.Sprintf(`{"scope":%q,"id":%q,"role":%q}`, scope, h.id, h.role), nil)
			m.holders = append(m.holders, h)
		}
	}
	if len(m.roles) != 7 {
		t.Fatalf("%d built-in roles: %v", len(m.roles), m.roles)
	}
}

func (m *matrix) boss() string {
	return m.person("boss", jwt.MapClaims{"roles": []string{"Platform.Admin"}})
}

func (m *matrix) must(t *testing.T, method, path, body string, into any, headers ...string) {
	t.Helper()
	got := m.ask(t, method, path, body, append([]string{"Authorization", "Bearer " + m.boss()}, headers...)...)
	if got.status >= 300 {
		t.Fatalf("%s %s: %d %s", method, path, got.status, got.body)
	}
	if into != nil {
		if err := json.Unmarshal(got.body, into); err != nil {
			t.Fatal(err)
		}
	}
}

type matrixAnswer struct {
	status                      int
	body                        []byte
	Code, Detail, MissingAction string
}

func (m *matrix) ask(t *testing.T, method, path, body string, headers ...string) matrixAnswer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, m.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	a := matrixAnswer{status: response.StatusCode}
	if a.body, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	if a.status >= 400 {
		if err := json.Unmarshal(a.body, &a); err != nil {
			t.Fatalf("%s %s: %d %s", method, path, a.status, a.body)
		}
	}
	return a
}

// request is an operation asked for at a place, so that it changes nothing.
func (m *matrix) request(t *testing.T, o operation, p matrixPlace, assignment string) (path, body string, headers []string) {
	t.Helper()
	path = "/v1" + strings.NewReplacer("{project}", p.project, "{environment}", "dev", "{operation}", p.operation, "{deployment}", p.deployment, "{team}", p.team, "{subscription}", "none", "{delivery}", "1700000000000-none",
		"{role}", "Custom", "{assignment}", assignment, "{kind}", "template", "{name}", "empty", "{version}", "99", "{valueVersion}", "1",
		"{note}", "none", "{resourceType}", "postgres", "{template}", "empty").Replace(o.path)
	if strings.Contains(path, "{") {
		t.Fatalf("%s: the test does not know what to put into %s", o.id, path)
	}
	if o.body {
		sample, ok := bodies[o.id]
		if !ok {
			t.Fatalf("%s has a body, and the test has none for it", o.id)
		}
		body = strings.NewReplacer("%[1]s", p.project, "%[2]s", p.team).Replace(sample)
	}
	headers = []string{"Lazuli-Run-Secret", "none"}
	if o.method == http.MethodPut || o.method == http.MethodPatch || o.id == "deleteEnvironment" {
		headers = append(headers, "If-Match", `"999"`)
	}
	return path, body, headers
}

// expected says what a holder of a role is answered: ok, forbidden or notFound.
func (m *matrix) expected(o operation, h holder, place string) string {
	has := slices.Contains(m.roles[h.role], o.action)
	reads := slices.Contains(m.roles[h.role], "environments/read")
	sees := place == "own" && (h.at == "own" || slices.Contains(m.roles[h.role], "projects/read")) || h.at == "root" && slices.Contains(m.roles[h.role], "projects/read")
	counts := place == "own" || h.at == "root"
	ofProject := strings.Contains(o.path, "{project}") || strings.Contains(o.path, "{operation}") || o.id == "createAssignment"
	switch {
	case o.action == "anonymous", o.action == "signed-in", o.action == "catalog/read", o.action == "roles/read":
		return "ok"
	case o.action == "runs/report":
		return "forbidden"
	case o.id == "deleteAssignment": // what may not be seen is not there, and so is deleted already
		if has && counts && sees || !(sees && slices.Contains(m.roles[h.role], "assignments/read")) {
			return "ok"
		}
		return "forbidden"
	case putsProject(o) && !sees: // the same answer as for a free name
		return "forbidden"
	case ofProject && !sees:
		return "notFound"
	case ofProject && has, o.action == "projects/read": // who holds a role somewhere in a project may read what it is called
		return "ok"
	case strings.Contains(o.path, "{environment}") || strings.Contains(o.path, "{operation}"):
		if !reads {
			return "notFound"
		}
		return "forbidden"
	case ofProject:
		return "forbidden"
	case o.id == "getTeam", o.id == "getTeamUsage":
		if has && (h.at == "root" || h.at == "team" && place == "own") {
			return "ok"
		}
		return "notFound"
	case o.id == "putTeam" && h.at == "team" && place == "own" && has:
		return "ok"
	case h.at == "root" && has:
		return "ok"
	}
	return "forbidden"
}

// putsProject reports whether an operation asks for another right where there is no project yet.
func putsProject(o operation) bool { return o.id == "putProject" || o.id == "previewProject" }

// TestMatrix asks every operation of the contract as everybody who holds a role at a project, at its team or on the whole platform,
// at his own project and at another one.
func TestMatrix(t *testing.T) {
	m := newMatrix(t)
	for _, o := range contractOperations(t) {
		for _, h := range m.holders {
			token := "Bearer " + m.person(h.id, nil)
			for name, p := range m.places {
				assignment := "aaaaaaaaaaaaaaaaaaaaaaaaaa"
				if o.id == "deleteAssignment" {
					assignment = m.assignmentAt(t, p)
				}
				path, body, headers := m.request(t, o, p, assignment)
				got := m.ask(t, o.method, path, body, append(headers, "Authorization", token)...)
				if want := m.expected(o, h, name); m.means(o, got) != want {
					t.Errorf("%s (%s) by %s at the %s project: %d %s, want %s", o.id, o.action, h.id, name, got.status, got.body, want)
				}
			}
		}
	}
}

// assignmentAt makes an assignment that may be taken away.
func (m *matrix) assignmentAt(t *testing.T, p matrixPlace) string {
	t.Helper()
	var made struct{ Assignment string }
	m.must(t, "POST", "/v1/assignments", fmt.Sprintf(`{"scope":"/projects/%s","id":"somebody","role":"Reader"}`, p.project), &made)
	return made.Assignment
}

// means sorts an answer: what comes after the right was given counts as ok.
func (m *matrix) means(o operation, got matrixAnswer) string {
	hidden := false
	for _, text := range []string{`There is no project "`, `There is no operation "`, `There is no environment "dev"`, `There is no team "`} {
		hidden = hidden || strings.HasPrefix(got.Detail, text)
	}
	switch {
	case got.status == http.StatusUnauthorized:
		return "unauthenticated"
	case got.Code == "Forbidden" && got.MissingAction != o.action && (!putsProject(o) || got.MissingAction != "projects/create"):
		return "forbidden for lack of " + got.MissingAction
	case got.Code == "Forbidden":
		return "forbidden"
	case got.Code == "NotFound" && hidden:
		return "notFound"
	case got.status >= 500 && got.Code != "VaultUnavailable" && got.Code != "PipelineUnavailable":
		return "our fault"
	}
	return "ok"
}
