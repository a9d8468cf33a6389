package cli_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const teamAnswer = `{"name":"payments","title":"Payments","projects":["payments","shop"],"etag":"\"3\"","createdAt":"2026-11-23T12:00:00Z","updatedAt":"2026-11-23T12:00:00Z",
	"quota":{"environments":5,"resources":{"postgres":2,"redis":0}},
	"members":[{"id":"team-owner","kind":"user","role":"TeamOwner"},{"id":"g1","kind":"group","role":"Contributor","expiresAt":"2030-01-01T00:00:00Z","comment":"all"},{"id":"developer","kind":"user","role":"Reader"},{"id":"developer","kind":"user","role":"Deployer"}]}`

func TestTeamList(t *testing.T) {
	_, out, _ := lazuli(t, platform{"GET /v1/teams": `200 {"value":[` + teamAnswer + `]}`}, "team", "list")
	if diff := cmp.Diff("NAME       TITLE      MEMBERS   PROJECTS\npayments   Payments   4         payments, shop\n", out); diff != "" {
		t.Errorf("team list (-want +got):\n%s", diff)
	}
	if _, out, _ := lazuli(t, platform{"GET /v1/teams": `200 {"value":[]}`}, "team", "list"); !strings.Contains(out, "lazuli team create NAME") {
		t.Errorf("none: %s", out)
	}
}

func TestTeamShow(t *testing.T) {
	_, out, _ := lazuli(t, platform{"GET /v1/teams/payments": "200 " + teamAnswer}, "team", "show", "payments")
	want := `Name       payments
Title      Payments
Projects   payments, shop
Quota      environments: at most 5
           resources of type postgres: at most 2
           resources of type redis: at most 0

MEMBER       KIND    ROLE          COUNTS IN   UNTIL                 COMMENT
team-owner   user    TeamOwner     all of it   -                     -
g1           group   Contributor   all of it   2030-01-01 00:00:00   all
developer    user    Reader        all of it   -                     -
developer    user    Deployer      all of it   -                     -
`
	want = strings.Replace(want, "2030-01-01 00:00:00", time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC).Local().Format(time.DateTime), 1)
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("team show (-want +got):\n%s", diff)
	}
}

func TestTeamCreate(t *testing.T) {
	requests, code, out, errs := recording(t, platform{"PUT /v1/teams/payments": "201 " + teamAnswer}, "team", "create", "payments", "--member", "team-owner=TeamOwner", "--member", "g1=Contributor:group",
		"--environments", "5", "--running", "3", "--deployments-per-hour", "30", "--resource", "postgres=2", "--resource", "redis=0")
	want := []seen{{"PUT /v1/teams/payments", "*", map[string]any{"title": "payments",
		"members": []any{map[string]any{"id": "team-owner", "kind": "user", "role": "TeamOwner"}, map[string]any{"id": "g1", "kind": "group", "role": "Contributor"}},
		"quota":   map[string]any{"environments": 5.0, "runningOperations": 3.0, "deploymentsPerHour": 30.0, "resources": map[string]any{"postgres": 2.0, "redis": 0.0}}}}}
	if diff := cmp.Diff(want, requests); diff != "" || code != 0 || !strings.Contains(out, "✓ team payments is there") {
		t.Errorf("exit code %d (-want +got):\n%s%s%s", code, diff, out, errs)
	}
}

// An update changes what is said of what was read, and only if nobody else changed it.
func TestTeamUpdate(t *testing.T) {
	p := platform{"GET /v1/teams/payments": "200 " + teamAnswer, "PUT /v1/teams/payments": "200 " + teamAnswer}
	requests, code, _, errs := recording(t, p, "team", "update", "payments", "--add-member", "viewer=Reader", "--add-member", "team-owner=TeamOwner", "--remove-member", "developer=Deployer",
		"--environments", "0", "--resource", "redis=none")
	want := []seen{{"PUT /v1/teams/payments", `"3"`, map[string]any{"title": "Payments",
		"members": []any{map[string]any{"id": "team-owner", "kind": "user", "role": "TeamOwner"},
			map[string]any{"id": "g1", "kind": "group", "role": "Contributor", "expiresAt": "2030-01-01T00:00:00Z", "comment": "all"},
			map[string]any{"id": "developer", "kind": "user", "role": "Reader"}, map[string]any{"id": "viewer", "kind": "user", "role": "Reader"}},
		"quota": map[string]any{"resources": map[string]any{"postgres": 2.0}}}}}
	if diff := cmp.Diff(want, requests); diff != "" || code != 0 {
		t.Errorf("exit code %d (-want +got):\n%s%s", code, diff, errs)
	}
	requests, code, _, errs = recording(t, p, "team", "update", "payments", "--remove-member", "nobody")
	if code != 2 || len(requests) > 0 || !strings.Contains(errs, "nobody is no member") {
		t.Errorf("a slip of the pen: exit code %d, %v\n%s", code, requests, errs)
	}
	requests, _, _, _ = recording(t, p, "team", "update", "payments", "--environments", "0", "--resource", "redis=none", "--resource", "postgres=none")
	if _, bounded := requests[0].Body["quota"]; bounded {
		t.Errorf("without any bound it sends %v", requests[0].Body)
	}
}

func TestTeamDelete(t *testing.T) {
	p := platform{"GET /v1/teams/payments": "200 " + teamAnswer, "DELETE /v1/teams/payments": "204 "}
	requests, code, _, errs := recording(t, p, "team", "delete", "payments")
	if code != 2 || len(requests) > 0 || !strings.Contains(errs, "  - Contributor of group g1") {
		t.Errorf("unasked: exit code %d, %v\n%s", code, requests, errs)
	}
	if requests, code, _, errs := recording(t, p, "team", "delete", "payments", "-y"); code != 0 || len(requests) != 1 {
		t.Errorf("exit code %d, %v\n%s", code, requests, errs)
	}
}
