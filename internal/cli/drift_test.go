package cli_test

import (
	"strings"
	"testing"
)

const drifting = "/v1/projects/payments/environments/dev"

// An unknown must not look like nothing, and what is sensitive is not shown.
func TestDriftShow(t *testing.T) {
	const changed = `[{"address":"module.db.x","alias":"db","action":"change","outside":true,"planned":true,"properties":[{"path":"size","expected":"32","found":"64"},{"path":"key","sensitive":true}]}]`
	for name, test := range map[string]struct{ report, want string }{
		"unchecked": {`{"status":"unchecked","resources":[],"ignored":[],"notes":[]}`, "Nobody has looked"},
		"none":      {`{"status":"none","checkedAt":"2026-11-23T12:00:00Z","resources":[],"ignored":` + changed + `,"notes":[{"id":"n","address":"module.db.x","until":"2026-12-23T12:00:00Z","reason":"why","by":"developer","at":"2026-11-23T12:00:00Z"}]}`, "Ignored for now:"},
		"drifted":   {`{"status":"drifted","checkedAt":"2026-11-23T12:00:00Z","resources":` + changed + `,"ignored":[],"notes":[]}`, `size: expected "32", found "64"`},
		"unknown":   {`{"status":"unknown","checkedAt":"2026-11-23T12:00:00Z","reason":"The provider is away.","foundAt":"2026-11-22T12:00:00Z","resources":` + changed + `,"ignored":[],"notes":[]}`, "(?) Nothing is known of payments/dev: The provider is away."},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := lazuli(t, platform{"GET " + drifting + "/drift": "200 " + test.report}, "drift", "show", "payments/dev")
			if code != 0 || !strings.Contains(out, test.want) {
				t.Errorf("exit code %d\n%s%s", code, out, errs)
			}
			if strings.Contains(out, "✓") != (name == "none") {
				t.Errorf("it looks well or does not:\n%s", out)
			}
		})
	}
}

// Drift is ignored until a date and with a reason, or not at all.
func TestDriftIgnore_dates(t *testing.T) {
	p := platform{"POST " + drifting + "/drift/notes": `200 {"status":"none","resources":[],"ignored":[],"notes":[]}`}
	for until, want := range map[string]int{"2027-01-31": 0, "30d": 0, "-3d": 2, "soon": 2, "": 2} {
		if code, out, errs := lazuli(t, p, "drift", "ignore", "payments/dev", "module.db.x", "--reason", "long enough to be one", "--until", until); code != want {
			t.Errorf("%q: exit code %d, want %d\n%s%s", until, code, want, out, errs)
		}
	}
}

// Breaking the glass takes the name typed and a reason; where nobody can be asked, both as flags.
func TestEnvForceDelete(t *testing.T) {
	p := platform{
		"GET " + drifting: `200 {"name":"dev","project":"payments","type":"dev","state":"deleteFailed","outputs":{},"etag":"\"1\"","createdAt":"2026-11-23T12:00:00Z","updatedAt":"2026-11-23T12:00:00Z",
			"failure":{"operation":"01ABC","code":"ResourcesRemain","message":"m","at":"2026-11-23T12:00:00Z","remaining":["storage/files"]}}`,
		"POST " + drifting + "/forced-deletion": `200 {"id":"01ABC","kind":"forceDeleteEnvironment","mode":"destroy","status":"Succeeded","stage":"done","resource":"/x","project":"payments","environment":"dev","steps":[],"createdAt":"2026-11-23T12:00:00Z","lastUpdatedAt":"2026-11-23T12:00:01Z","requestedBy":"admin"}`,
	}
	code, _, errs := lazuli(t, p, "env", "force-delete", "payments/dev", "--reason", "long enough to be one")
	if code != 2 || !strings.Contains(errs, "--confirm") || !strings.Contains(errs, "  - storage/files") {
		t.Errorf("without the name: exit code %d\n%s", code, errs)
	}
	code, _, errs = lazuli(t, p, "env", "force-delete", "payments/dev", "--reason", "long enough to be one", "--confirm", "payments/dev")
	if code != 0 || !strings.Contains(errs, "NOT proven") {
		t.Errorf("with both: exit code %d\n%s", code, errs)
	}
	_, out, _ := lazuli(t, p, "env", "show", "payments/dev")
	if !strings.Contains(out, "Left over (1):\n  - storage/files") {
		t.Errorf("what is left is not shown:\n%s", out)
	}
}

// Who breaks the glass of what is protected reads why, and has to say that he means it.
func TestEnvForceDelete_protected(t *testing.T) {
	p := platform{
		"GET " + drifting: `200 {"name":"dev","project":"payments","type":"dev","state":"deleteFailed","outputs":{},"etag":"\"1\"","createdAt":"2026-11-23T12:00:00Z","updatedAt":"2026-11-23T12:00:00Z",
			"protection":{"reason":"the audit is going on","by":"owner","at":"2026-11-23T12:00:00Z"}}`,
		"POST " + drifting + "/forced-deletion": `409 {"type":"x","title":"The environment is protected","status":409,"code":"EnvironmentProtected","detail":"It is protected.","requestId":"r"}`,
	}
	code, _, errs := lazuli(t, p, "env", "force-delete", "payments/dev", "--reason", "long enough to be one", "--confirm", "payments/dev", "--despite-protection")
	if code == 0 || !strings.Contains(errs, "by owner: the audit is going on") || !strings.Contains(errs, "EnvironmentProtected") {
		t.Errorf("exit code %d\n%s", code, errs)
	}
}
