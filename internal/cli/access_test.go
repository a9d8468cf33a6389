package cli_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const assignmentsAnswer = `200 {"value":[
	{"assignment":"a1","scope":"/teams/payments","id":"team-owner","kind":"user","role":"TeamOwner","createdAt":"2026-11-23T12:00:00Z","createdBy":"admin"},
	{"assignment":"a2","scope":"/projects/payments/environments/prod","id":"developer","kind":"user","role":"Deployer","expiresAt":"2000-01-01T00:00:00Z","comment":"release","createdAt":"2026-11-23T12:00:00Z","createdBy":"team-owner"}]}`

func TestAccessList(t *testing.T) {
	code, out, errs := lazuli(t, platform{"GET /v1/assignments": assignmentsAnswer}, "access", "list", "payments")
	lines := strings.Split(out, "\n")
	if code != 0 || !strings.HasPrefix(lines[0], "SCOPE ") || !strings.Contains(lines[1], "/teams/payments") || !strings.Contains(lines[2], "(ended)   release") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	_, out, _ = lazuli(t, platform{"GET /v1/assignments": `200 {"value":[]}`}, "access", "list", "payments/dev")
	if want := "No such assignment is there. Next:  lazuli access grant ROLE --to ID --at payments/dev\n"; out != want {
		t.Errorf("empty: %q, want %q", out, want)
	}
	code, _, errs = lazuli(t, platform{"GET /v1/assignments": problem(403, "Forbidden")}, "access", "list")
	if code != 1 || !strings.Contains(errs, "lazuli access list PROJECT") {
		t.Errorf("all of it, for who may not: exit code %d\n%s", code, errs)
	}
}

const granted = `{"assignment":"a3","scope":"/projects/payments/environments/dev","id":"viewer","kind":"user","role":"Deployer","createdAt":"2026-11-23T12:00:00Z","createdBy":"admin"}`

// A short form means the project or the environment; whatever begins with / is a whole scope.
func TestAccessGrant_scopes(t *testing.T) {
	for arg, want := range map[string]string{
		"payments":        "/projects/payments",
		"payments/dev":    "/projects/payments/environments/dev",
		"/":               "/",
		"/teams/payments": "/teams/payments",
		"/projects/payments/environment-types/prod": "/projects/payments/environment-types/prod",
	} {
		requests, code, _, errs := recording(t, platform{"POST /v1/assignments": "201 " + granted}, "access", "grant", "Deployer", "--to", "viewer", "--at", arg)
		wantSent := []seen{{Request: "POST /v1/assignments", Body: map[string]any{"id": "viewer", "kind": "user", "role": "Deployer", "scope": want}}}
		if diff := cmp.Diff(wantSent, requests); diff != "" || code != 0 {
			t.Errorf("--at %s: exit code %d (-want +got):\n%s%s", arg, code, diff, errs)
		}
	}
	for _, line := range []string{"access grant Deployer --to viewer", "access grant Deployer --at payments", "access grant Deployer --to viewer --at a/b/c", "access grant Deployer --to viewer --at payments/",
		"access grant Deployer --to viewer --at payments --for soon", "access grant Deployer --to viewer --at payments --for -1h", "access grant Deployer --to viewer --at payments --for 8h --until 2026-12-31T18:00:00Z",
		"access grant Deployer --to viewer --at payments --until tomorrow", "access grant Deployer --to viewer --at payments --group --application", "access list a//b"} {
		if requests, code, _, errs := recording(t, nil, strings.Fields(line)...); code != 2 || len(requests) > 0 {
			t.Errorf("lazuli %s: exit code %d, %v\n%s", line, code, requests, errs)
		}
	}
}

func TestAccessGrant_end(t *testing.T) {
	before := time.Now()
	requests, code, out, errs := recording(t, platform{"POST /v1/assignments": "200 " + granted}, "access", "grant", "Deployer", "--to", "g", "--group", "--at", "payments", "--for", "7d", "--comment", "why")
	if code != 0 || len(requests) != 1 || !strings.Contains(out, "✓ user viewer holds already, and keeps, Deployer at /projects/payments/environments/dev") {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	body := requests[0].Body
	end, err := time.Parse(time.RFC3339, body["expiresAt"].(string))
	if late := end.Sub(before.Add(7 * 24 * time.Hour)); err != nil || late < -time.Second || late > time.Minute || body["kind"] != "group" || body["comment"] != "why" {
		t.Errorf("sent %v: %v", body, err)
	}
	requests, _, _, _ = recording(t, platform{"POST /v1/assignments": "201 " + granted}, "access", "grant", "Deployer", "--to", "g", "--at", "payments", "--until", "2030-01-02T03:04:05Z")
	if got := requests[0].Body["expiresAt"]; got != "2030-01-02T03:04:05Z" {
		t.Errorf("--until sends %v", got)
	}
}

// Only what is held at that very scope is taken away; what still counts there is told.
func TestAccessRevoke(t *testing.T) {
	p := platform{"GET /v1/assignments": assignmentsAnswer, "DELETE /v1/assignments/a2": "204 "}
	requests, code, out, errs := recording(t, p, "access", "revoke", "Deployer", "--from", "developer", "--at", "payments/prod")
	want := "✓ user developer no longer holds Deployer at /projects/payments/environments/prod\n" +
		"! user team-owner still holds it at /teams/payments:  lazuli access revoke TeamOwner --from team-owner --at /teams/payments\n"
	if diff := cmp.Diff(want, out); diff != "" || code != 0 || len(requests) != 1 {
		t.Errorf("exit code %d, %v (-want +got):\n%s%s", code, requests, diff, errs)
	}
	requests, code, out, _ = recording(t, platform{"GET /v1/assignments": `200 {"value":[]}`}, "access", "revoke", "Reader", "--from", "viewer", "--at", "payments")
	if code != 0 || len(requests) != 0 || out != "There was nothing to revoke: viewer does not hold Reader at /projects/payments.\n" {
		t.Errorf("none: exit code %d, %v\n%s", code, requests, out)
	}
	requests, _, _, _ = recording(t, p, "access", "revoke", "Deployer", "--from", "developer", "--group", "--at", "payments/prod")
	if len(requests) != 0 {
		t.Errorf("of another kind: %v", requests)
	}
}

const refusedExplanation = `200 {"allowed":false,"action":"environments/write","scope":"/projects/payments/environments/dev","code":"Forbidden","reason":"No.","nextStep":"Ask.",
	"considered":[{"role":"Reader","scope":"/projects/payments","id":"viewer","kind":"user","from":"assignment","verdict":"actionNotInRole"},
	{"role":"Contributor","scope":"/projects/payments/environments/test","id":"viewer","kind":"user","from":"assignment","verdict":"otherScope"},
	{"role":"Contributor","scope":"/projects/payments","id":"viewer","kind":"user","from":"assignment","verdict":"expired","expiresAt":"2000-01-01T00:00:00Z"}],
	"ask":[{"assignment":"a1","scope":"/teams/payments","id":"team-owner","kind":"user","role":"TeamOwner","createdAt":"2026-11-23T12:00:00Z","createdBy":"admin"}]}`

// A refusal tells what was considered, who may give the right, and the command that gives it.
func TestAccessExplain_no(t *testing.T) {
	p := platform{"POST /v1/access/explain": refusedExplanation, "GET /v1/roles": rolesAnswer, "GET /v1/me": `200 {"id":"viewer","name":"Viewer","kind":"user","roles":[],"projects":[]}`}
	requests, code, out, errs := recording(t, p, "access", "explain", "environments/write", "payments/dev")
	if code != 8 || errs != "" {
		t.Errorf("exit code %d\n%s", code, errs)
	}
	for _, want := range []string{"✗ You may not do environments/write at /projects/payments/environments/dev: no role that counts there allows it.",
		"it does not allow environments/write", "it counts elsewhere", "it has ended: ", "Who may give it: team-owner (TeamOwner at /teams/payments), and platform admins.",
		"try:  ask one of them for:  lazuli access grant Operator --to viewer --at payments/dev\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing:\n%s", want, out)
		}
	}
	if diff := cmp.Diff(map[string]any{"action": "environments/write", "scope": "/projects/payments/environments/dev"}, requests[0].Body); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	code, out, _ = lazuli(t, p, "access", "explain", "environments/write", "payments/dev", "-o", "json")
	var answer struct{ Allowed *bool }
	if err := json.Unmarshal([]byte(out), &answer); err != nil || code != 8 || answer.Allowed == nil {
		t.Errorf("a program finds exit code %d, %q: %v", code, out, err)
	}
}

// What a request would meet after the right is told with every verdict.
func TestAccessExplain_rules(t *testing.T) {
	p := platform{"GET /v1/templates/web": webTemplate, "POST /v1/access/explain": `200 {"allowed":false,"action":"environments/write","scope":"/projects/payments/environments/dev","code":"QuotaExceeded","reason":"The quota is used up.","nextStep":"Delete one.","considered":[],
	"decidedBy":{"role":"Contributor","scope":"/projects/payments","id":"developer","kind":"user","from":"assignment","verdict":"allows"},
	"policies":[{"policy":"small@1","passed":true},{"policy":"private@1","passed":false,"message":"Never public."}],"budgets":[{"scope":"project payments","budget":"500.00","monthly":"10.00","over":"refuse","within":true}],
	"quotas":[{"scope":"project payments","bound":"environments","limit":1,"used":1,"would":2,"within":false}],"approval":{"count":1,"role":"Approver","notTheRequester":true,"reasons":["It is prod."]}}`}
	requests, code, out, errs := recording(t, p, "access", "explain", "environments/write", "payments/dev", "--principal", "developer", "--group", "g1", "--template", "web", "--set", "count=7", "--type", "prod")
	want := `✗ developer may do environments/write at /projects/payments/environments/dev in general, but not this. The quota is used up.
  The right comes from Contributor at /projects/payments, assigned to user developer.
  ✓ policy small@1
  ✗ policy private@1: Never public.
  ✓ budget of project payments: 10.00 of 500.00 a month, over it: refuse
  ✗ quota of project payments: environments, 2 of 1 (used now: 1)
  ! approval: 1 × Approver
  ! It is prod.
try:  Delete one.
`
	if diff := cmp.Diff(want, out); diff != "" || code != 8 {
		t.Errorf("exit code %d (-want +got):\n%s%s", code, diff, errs)
	}
	wantSent := map[string]any{"action": "environments/write", "scope": "/projects/payments/environments/dev", "principal": map[string]any{"id": "developer", "kind": "user", "groups": []any{"g1"}},
		"environment": map[string]any{"template": "web", "type": "prod", "parameters": map[string]any{"count": 7.0}}}
	if diff := cmp.Diff(wantSent, requests[0].Body); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
}

func TestAccessExplain_yes(t *testing.T) {
	p := platform{"POST /v1/access/explain": `200 {"allowed":true,"action":"roles/write","scope":"/","considered":[],"groupsOmitted":true,"decidedBy":{"role":"PlatformAdmin","scope":"/","from":"token","verdict":"allows"}}`}
	code, out, errs := lazuli(t, p, "access", "explain", "roles/write")
	if code != 0 || !strings.HasPrefix(out, "✓ You may do roles/write at /: PlatformAdmin at /, which the token gives.\n  ! The token leaves groups out") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
}

func TestAccessExplain_usage(t *testing.T) {
	for _, line := range []string{"access explain", "access explain values/read payments --group g", "access explain values/read payments/dev --set a=b", "access explain environments/write payments --template web"} {
		if requests, code, _, errs := recording(t, nil, strings.Fields(line)...); code != 2 || len(requests) > 0 {
			t.Errorf("lazuli %s: exit code %d\n%s", line, code, errs)
		}
	}
}

// A preview tells a quota that is exceeded, and one that soon will be.
func TestPreview_quotas(t *testing.T) {
	p := platform{
		"GET /v1/templates/web": webTemplate,
		"POST /v1/projects/payments/environments/dev/deployments/preview": `200 {"environmentExists":false,"changes":[],"counts":{"add":0,"change":0,"remove":0},"policies":[],"budgets":[],"price":{},"quotas":[
			{"scope":"project payments","bound":"environments","limit":2,"used":2,"would":3,"within":false},
			{"scope":"team payments","bound":"environments","limit":10,"used":7,"would":8,"within":true},
			{"scope":"team payments","bound":"deployments in an hour","limit":10,"used":1,"would":2,"within":true}]}`,
	}
	_, _, errs := lazuli(t, p, "env", "create", "payments/dev", "--template", "web")
	for want, there := range map[string]bool{"  ✗ environments: 3 is over the quota of project payments, 2 (used now: 2)\n": true, "  ! environments: 8 of 10 in the quota of team payments would be used\n": true, "deployments in an hour": false} {
		if strings.Contains(errs, want) != there {
			t.Errorf("%q: want %v in\n%s", want, there, errs)
		}
	}
}
