package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const projectAnswer = `{"name":"payments","title":"Payments","team":"payments","etag":"\"7\"","createdAt":"2026-11-23T12:00:00Z","updatedAt":"2026-11-23T12:00:00Z",
	"budget":{"monthly":"500.00","over":"refuse"},"quota":{"environments":3},"environmentTypes":["dev","prod"],"pins":[{"kind":"template","name":"web","version":"1"}],
	"members":[{"id":"team-owner","kind":"user","role":"TeamOwner"},{"id":"developer","kind":"user","role":"Deployer","environment":"dev","comment":"release"},{"id":"g1","kind":"group","role":"Approver","environmentType":"prod"}]}`

func TestProjectShow(t *testing.T) {
	_, out, _ := lazuli(t, platform{"GET /v1/projects/payments": "200 " + projectAnswer}, "project", "show", "payments")
	want := `Name                payments
Title               Payments
Team                payments
Environment types   dev, prod
Quota               environments: at most 3
Budget              500.00 a month, over it: refuse
Pin template        web@1

MEMBER       KIND    ROLE        COUNTS IN         UNTIL   COMMENT
team-owner   user    TeamOwner   all of it         -       -
developer    user    Deployer    environment dev   -       release
g1           group   Approver    type prod         -       -
`
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("project show (-want +got):\n%s", diff)
	}
}

const onboardedOperations = `"operations":[
	{"id":"01DEV","kind":"putProject","status":"Running","stage":"queued","resource":"/x","project":"payments","environment":"dev","steps":[],"createdAt":"2026-11-23T12:00:00Z","lastUpdatedAt":"2026-11-23T12:00:01Z","requestedBy":"admin"},
	{"id":"01TEST","kind":"putProject","status":"Running","stage":"queued","resource":"/x","project":"payments","environment":"test","steps":[],"createdAt":"2026-11-23T12:00:00Z","lastUpdatedAt":"2026-11-23T12:00:01Z","requestedBy":"admin"}]`

func onboardingPlatform(status string) platform {
	p := platform{"GET /v1/templates/web": webTemplate, "PUT /v1/projects/payments": "201 " + strings.TrimSuffix(projectAnswer, "}") + "," + onboardedOperations + "}"}
	for id, env := range map[string]string{"01DEV": "dev", "01TEST": "test"} {
		p["GET /v1/operations/"+id] = `200 {"id":"` + id + `","kind":"putProject","status":"` + status + `","stage":"done","resource":"/x","project":"payments","environment":"` + env + `","steps":[],"createdAt":"2026-11-23T12:00:00Z","lastUpdatedAt":"2026-11-23T12:00:01Z","requestedBy":"admin"}`
		p["GET /v1/projects/payments/environments/"+env] = `200 {"name":"` + env + `","project":"payments","type":"dev","state":"ready","outputs":{},"etag":"\"1\"","createdAt":"2026-11-23T12:00:00Z","updatedAt":"2026-11-23T12:00:00Z"}`
	}
	return p
}

// One command creates a project with its people, bounds and environments, and watches all of these.
func TestProjectCreate_onboards(t *testing.T) {
	args := []string{"project", "create", "payments", "--member", "team-owner=TeamOwner", "--member", "g1=Reader:group", "--environments", "3", "--resource", "postgres=1", "--budget", "500",
		"--environment-type", "dev", "--environment", "dev=dev", "--environment", "test=dev", "--template", "web", "--set", "count=7"}
	requests, code, _, errs := recording(t, onboardingPlatform("Succeeded"), args...)
	environment := func(name string) map[string]any {
		return map[string]any{"name": name, "type": "dev", "template": "web", "parameters": map[string]any{"count": 7.0}}
	}
	want := []seen{{"PUT /v1/projects/payments", "*", map[string]any{"title": "payments", "team": "payments", "budget": map[string]any{"monthly": "500", "over": "refuse"}, "environmentTypes": []any{"dev"},
		"quota":        map[string]any{"environments": 3.0, "resources": map[string]any{"postgres": 1.0}},
		"members":      []any{map[string]any{"id": "team-owner", "kind": "user", "role": "TeamOwner"}, map[string]any{"id": "g1", "kind": "group", "role": "Reader"}},
		"environments": []any{environment("dev"), environment("test")}}}}
	if diff := cmp.Diff(want, requests); diff != "" || code != 0 {
		t.Errorf("exit code %d (-want +got):\n%s%s", code, diff, errs)
	}
	if !strings.Contains(errs, "✓ payments/dev is ready") || !strings.Contains(errs, "✓ payments/test is ready") {
		t.Errorf("it does not tell both environments:\n%s", errs)
	}
	if _, code, _, errs := recording(t, onboardingPlatform("Failed"), args...); code != 6 || strings.Count(errs, "Operation 01") != 2 {
		t.Errorf("failed: exit code %d\n%s", code, errs)
	}
	if _, code, _, errs := recording(t, onboardingPlatform("Running"), append(args, "--no-wait")...); code != 0 || !strings.Contains(errs, "lazuli operation watch 01TEST") {
		t.Errorf("--no-wait: exit code %d\n%s", code, errs)
	}
	_, _, out, _ := recording(t, onboardingPlatform("Succeeded"), append(args, "-o", "json")...)
	var got struct{ Operations []any }
	if err := json.Unmarshal([]byte(out), &got); err != nil || len(got.Operations) != 2 {
		t.Errorf("a program finds %q: %v", out, err)
	}
}

func TestProjectCreate_file(t *testing.T) {
	file := filepath.Join(t.TempDir(), "project.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("title: Payments\nteam: money\nmembers: [{id: team-owner, role: TeamOwner}]\nquota: {environments: 3}\nenvironments:\n- {name: dev, type: dev, template: web, parameters: {count: 9007199254740993}}\n")
	requests, code, _, errs := recording(t, platform{"PUT /v1/projects/payments": "201 " + projectAnswer}, "project", "create", "payments", "--file", file)
	want := map[string]any{"title": "Payments", "team": "money", "members": []any{map[string]any{"id": "team-owner", "role": "TeamOwner"}}, "quota": map[string]any{"environments": 3.0},
		"environments": []any{map[string]any{"name": "dev", "type": "dev", "template": "web", "parameters": map[string]any{"count": 9007199254740993.0}}}}
	if code != 0 || len(requests) != 1 {
		t.Fatalf("exit code %d\n%s", code, errs)
	}
	if diff := cmp.Diff(want, requests[0].Body); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	write("title: Payments\nowner: me\n")
	if requests, code, _, errs := recording(t, nil, "project", "create", "payments", "--file", file); code != 2 || len(requests) > 0 || !strings.Contains(errs, `"owner"`) {
		t.Errorf("unknown member: exit code %d\n%s", code, errs)
	}
}

// What is not spoken of stays, members above all: who may not see them must not remove them.
func TestProjectUpdate(t *testing.T) {
	p := platform{"GET /v1/projects/payments": "200 " + projectAnswer, "PUT /v1/projects/payments": "200 " + projectAnswer}
	base := func() map[string]any {
		return map[string]any{"title": "Payments", "team": "payments", "budget": map[string]any{"monthly": "500.00", "over": "refuse"}, "quota": map[string]any{"environments": 3.0},
			"environmentTypes": []any{"dev", "prod"}, "pins": []any{map[string]any{"kind": "template", "name": "web", "version": "1"}}}
	}
	for line, want := range map[string]func(map[string]any){
		"--title New":           func(b map[string]any) { b["title"] = "New" },
		"--budget 800":          func(b map[string]any) { b["budget"] = map[string]any{"monthly": "800", "over": "refuse"} },
		"--over-budget approve": func(b map[string]any) { b["budget"] = map[string]any{"monthly": "500.00", "over": "approve"} },
		"--budget none":         func(b map[string]any) { delete(b, "budget") },
		"--environments 0":      func(b map[string]any) { delete(b, "quota") },
		"--environment-type *":  func(b map[string]any) { delete(b, "environmentTypes") },
		"--remove-member team-owner --remove-member developer --remove-member g1": func(b map[string]any) { b["members"] = []any{} },
		"--remove-member developer=Deployer --remove-member g1 --add-member app=Deployer:application": func(b map[string]any) {
			b["members"] = []any{map[string]any{"id": "team-owner", "kind": "user", "role": "TeamOwner"}, map[string]any{"id": "app", "kind": "application", "role": "Deployer"}}
		},
	} {
		body := base()
		want(body)
		requests, code, _, errs := recording(t, p, append([]string{"project", "update", "payments"}, strings.Fields(line)...)...)
		if diff := cmp.Diff([]seen{{"PUT /v1/projects/payments", `"7"`, body}}, requests); diff != "" || code != 0 {
			t.Errorf("%s: exit code %d (-want +got):\n%s%s", line, code, diff, errs)
		}
	}
	body := base()
	delete(body, "pins")
	requests, _, _, _ := recording(t, p, "project", "pin", "payments", "template", "web", "--remove")
	if diff := cmp.Diff([]seen{{"PUT /v1/projects/payments", `"7"`, body}}, requests); diff != "" {
		t.Errorf("project pin (-want +got):\n%s", diff)
	}
}
