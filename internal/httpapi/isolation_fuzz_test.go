package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/httpapi"
)

// canary stands in everything of the other tenant that could be told.
const canary = "canary7f3a"

// tenant is a team with a project in it. Of the absent one nothing exists; its names are as long as the other's.
type tenant struct{ project, team, environment, operation, deployment, assignment string }

var (
	mine   = tenant{project: "mine-shop", team: "mine-team", environment: "mine-env", operation: "01MINE0000000000000000000A"}
	theirs = tenant{project: canary + "-shop", team: canary + "-team", environment: canary + "-env", operation: "01CANARY7F3A0000000000000A"}
	absent = tenant{project: "nothing123-shop", team: "nothing123-team", environment: "nothing123-env", operation: "01NOTHING1230000000000000A"}
)

// twoTenants makes them: mallory owns the one, victim the other.
func twoTenants(t testing.TB) *served {
	t.Helper()
	s := serve(t)
	for owner, who := range map[string]*tenant{"mallory": &mine, "victim": &theirs} {
		title := map[string]string{"mallory": "Mine", "victim": canary}[owner]
		for path, body := range map[string]string{
			"/v1/teams/" + who.team: fmt.Sprintf(`{"title":%q,"members":[{"id":%q,"role":"TeamOwner"}],"quota":{"environments":7}}`, title, owner),
		} {
			s.mustDo("admin", "PUT", path, body)
		}
		s.mustDo("admin", "PUT", "/v1/projects/"+who.project, fmt.Sprintf(`{"title":%q,"team":%q,"members":[{"id":%q,"role":"TeamOwner"}]}`, title, who.team, owner))
		base := "/v1/projects/" + who.project + "/environments/" + who.environment
		s.mustDo(owner, "PUT", base, files, "Operation-Id", who.operation)
		s.mustDo(owner, "PATCH", base+"/values", fmt.Sprintf(`{"set":{"NAME":{"value":%q}}}`, title))
		var list struct {
			Value []struct{ ID, Assignment string }
		}
		s.decode(owner, base+"/deployments", &list)
		who.deployment = list.Value[0].ID
		s.decode(owner, "/v1/assignments?scope=/projects/"+who.project, &list)
		who.assignment = list.Value[0].Assignment
	}
	absent.deployment, absent.assignment = "01NOTHING123000000000000AB", strings.Repeat("a", 26)
	return s
}

func (s *served) mustDo(caller, method, path, body string, headers ...string) {
	s.t.Helper()
	if got := s.do(caller, method, path, body, headers...); got.status >= 300 {
		s.t.Fatalf("%s %s: %d %s", method, path, got.status, got.body)
	}
}

func (s *served) decode(caller, path string, into any) {
	s.t.Helper()
	if err := json.Unmarshal([]byte(s.do(caller, "GET", path, "").body), into); err != nil {
		s.t.Fatal(err)
	}
}

// digest is one that a plan may have.
var digest = strings.Repeat("a", 64)

// questions are bodies and queries into which names of tenants go; %Q is a project with its environment, and %P, %T, %E, %O, %A are project, team, environment, operation, assignment.
var questions = map[string][]string{
	"explainAccess": {`{"action":"values/read","scope":"/projects/%P"}`, `{"action":"teams/read","scope":"/teams/%T"}`, `{"action":"deployments/approve","operation":"%O"}`,
		`{"action":"environments/write","scope":"/projects/%P/environments/%E","environment":{"type":"dev","manifest":{}}}`, `{"action":"values/read","scope":"/projects/%P","principal":{"id":"victim"}}`},
	"explainDefinitions": {`{"type":"postgres","environmentType":"dev","project":"%P"}`},
	"createAssignment":   {`{"scope":"/projects/%P","id":"x","role":"Reader"}`, `{"scope":"/teams/%T","id":"x","role":"Reader"}`, `{"scope":"/projects/%Q","id":"x","role":"Reader"}`},
	"putProject":         {`{"title":"Mine","team":"%T"}`, `{"title":"x","team":"%T","members":[{"id":"mallory","role":"TeamOwner"}]}`},
	"previewProject":     {`{"title":"Mine","team":"%T"}`, `{"title":"x","team":"%T","members":[{"id":"mallory","role":"TeamOwner"}]}`},
	"listMyActions":      {"scope=/projects/%P", "scope=/teams/%T", "scope=/projects/%P/environments/%E"},
	"putTeam":            {`{"title":"x","members":[]}`},
	"putSubscription":    {`{"address":"https://hooks.example.com/in","environments":["%E"]}`},
	"putEnvironment":     {files}, "createDeployment": {`{}`, `{"from":{"environment":"%E"}}`, `{"from":{"environment":"%E","deployment":"%D"}}`},
	"previewDeployment": {files, `{"from":{"environment":"%E","deployment":"%D"}}`},
	"approveOperation":  {`{"plan":"` + digest + `"}`}, "rejectOperation": {`{"plan":"` + digest + `","comment":"no"}`},
	"adoptDrift": {`{"putBackRest":true}`, ``}, "ignoreDrift": {`{"address":"module.x.y.z","until":"2031-01-01T00:00:00Z","reason":"because it is so"}`},
	"forceDeleteEnvironment": {`{"reason":"because it is so","confirm":"%P/%E"}`}, "reportRunPlan": {`{"plan":{"digest":"` + digest + `","counts":{"add":0,"change":0,"remove":0},"changes":[]}}`},
	"extendEnvironment": {`{"by":"PT24H"}`}, "protectEnvironment": {`{"reason":"because it is so"}`}, "hibernateEnvironment": {``}, "wakeEnvironment": {``},
	"setEnvironmentCalendar": {`{"calendar":{"timeZone":"Europe/Berlin","off":[{"days":["sat"],"from":"19:00","to":"07:00"}]}}`},
	"changeProjectValues":    {`{"set":{"A":{"value":1}}}`}, "changeEnvironmentValues": {`{"set":{"A":{"value":1}}}`},
	"restoreProjectValues": {`{"version":1}`}, "restoreEnvironmentValues": {`{"version":1}`}, "cancelOperation": {``},
	"startRun": {`{"run":"7"}`}, "reportRunResult": {`{"status":"Succeeded"}`},
	"listAssignments": {"scope=/projects/%P", "scope=/teams/%T", "scope=/projects/%P/environments/%E", "principal=victim"},
	"listAuditEvents": {"project=%P", "actor=victim", "project=%P&outcome=refused"},
	"listOperations":  {"inEnvironment=%E", ""},
	"search":          {"q=%P", "q=%T", "q=%E", "q=%O", "q=%P+%E"}, "listAllEnvironments": {"owner=victim&ofType=%E", "ofType=%P"},
}

// FuzzIsolation lets one tenant ask anything with the other's names in every position. The same request with names of nothing must be
// answered the same, after as many calls of the storage, and nothing of the other tenant may be told.
func FuzzIsolation(f *testing.F) {
	s := twoTenants(f)
	routes := httpapi.Routes()
	for i := range routes {
		for choice := range uint16(6) {
			f.Add(uint8(i), choice*37+uint16(i)) //nolint:gosec // few
		}
	}
	requestID := regexp.MustCompile(`01TEST[0-9]{20}`)
	f.Fuzz(func(t *testing.T, which uint8, choice uint16) {
		one := &served{t: t, url: s.url, calls: s.calls}
		route := routes[int(which)%len(routes)]
		render := func(other tenant) (path, body string) {
			bits := choice
			pick := func() tenant {
				bits = bits>>1 | bits<<15
				if bits&1 == 0 {
					return other
				}
				return mine
			}
			fill := func(text string) string {
				whole := pick()
				return strings.NewReplacer("%Q", whole.project+"/environments/"+whole.environment, "%P", pick().project, "%T", pick().team, "%E", pick().environment, "%O", pick().operation, "%A", pick().assignment, "%D", pick().deployment).Replace(text)
			}
			path = "/v1" + strings.NewReplacer("{project}", pick().project, "{environment}", pick().environment, "{operation}", pick().operation, "{deployment}", pick().deployment,
				"{team}", pick().team, "{assignment}", pick().assignment, "{valueVersion}", "1", "{role}", "Reader", "{kind}", "template", "{name}", "empty", "{version}", "1",
				"{note}", "none", "{resourceType}", "postgres", "{template}", "empty").Replace(route.Path)
			asked := questions[route.Operation]
			if len(asked) == 0 {
				return path, ""
			}
			question := fill(asked[int(choice>>4)%len(asked)])
			if route.Method == http.MethodGet {
				return path + "?" + question, ""
			}
			return path, question
		}
		path, body := render(theirs)
		if !strings.Contains(strings.ToLower(path+body), canary) && !strings.Contains(path+body, theirs.deployment) && !strings.Contains(path+body, theirs.assignment) {
			t.Skip("names nothing of the other's")
		}
		ask := func(path, body string) (answer, int64) {
			one.do("mallory", "GET", "/v1/me", "") // takes in what earlier requests changed
			before := s.calls.Load()
			got := one.do("mallory", route.Method, path, body, "If-Match", `"999"`, "Lazuli-Run-Secret", "x")
			return got, s.calls.Load() - before
		}
		twinPath, twinBody := render(absent)
		real, calls := ask(path, body)
		twin, twinCalls := ask(twinPath, twinBody)
		same := strings.NewReplacer(theirs.project, absent.project, theirs.team, absent.team, theirs.environment, absent.environment,
			theirs.operation, absent.operation, theirs.deployment, absent.deployment, theirs.assignment, absent.assignment)
		told := requestID.ReplaceAllString(same.Replace(real.body), "")
		if real.status != twin.status || told != requestID.ReplaceAllString(twin.body, "") {
			t.Errorf("%s %s %s\nthere:  %d %s\nabsent: %d %s", route.Method, path, body, real.status, real.body, twin.status, twin.body)
		}
		if calls != twinCalls {
			t.Errorf("%s %s %s: %d calls of the storage, and %d where there is nothing", route.Method, path, body, calls, twinCalls)
		}
		if strings.Contains(strings.ReplaceAll(told, canary+"-", ""), canary) || strings.Contains(told, "victim@") {
			t.Errorf("%s %s tells of the other tenant: %s", route.Method, path, real.body)
		}
	})
}
