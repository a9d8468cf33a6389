package cli_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUsageOfQuota(t *testing.T) {
	answer := `200 {"bounds":[{"bound":"environments","limit":3,"used":2},{"bound":"running operations","used":0}],"monthly":"12.00","currency":"USD","budget":{"monthly":"500.00","over":"refuse"}}`
	want := `OF WHAT              USED     AT MOST   LEFT
environments         2        3         1
running operations   0        -         -
cost in a month      $12.00   500.00    -
`
	for path, line := range map[string]string{"GET /v1/projects/payments/usage": "project usage payments", "GET /v1/teams/payments/usage": "team usage payments"} {
		_, out, _ := lazuli(t, platform{path: answer}, strings.Fields(line)...)
		if diff := cmp.Diff(want, out); diff != "" {
			t.Errorf("%s (-want +got):\n%s", line, diff)
		}
	}
}

func TestAccessActions(t *testing.T) {
	code, out, _ := lazuli(t, platform{"GET /v1/me/actions": `200 {"scope":"/projects/payments","actions":["catalog/read","values/read"]}`}, "access", "actions", "payments")
	if code != 0 || out != "catalog/read\nvalues/read\n" {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

const projectPreview = `200 {"exists":false,"newTeam":true,"environments":[{"name":"dev","preview":{"environmentExists":false,"changes":[{"alias":"site","action":"add","type":"app-service","definition":"site@1"}],
	"counts":{"add":1,"change":0,"remove":0},"price":{"before":{"currency":"USD","monthly":"0.00","complete":true,"items":[],"unknown":[]},"after":{"currency":"USD","monthly":"3.00","complete":true,"items":[],"unknown":[]}},"policies":[],"budgets":[]}REFUSAL}],
	"price":{"monthly":"3.00","currency":"USD","complete":true}}`

// A preview makes nothing, tells everything, and its exit code is the answer.
func TestProjectCreate_preview(t *testing.T) {
	args := []string{"project", "create", "payments", "--preview", "--team", "money"}
	want := `project payments of team money, which is made with it
environment payments/dev
  + site   app-service   -   site@1   
  1 to add, 0 to change, 0 to remove · $3.00 a month · policy: passed · approval: not needed
all together: $3.00 a month
`
	requests, code, out, errs := recording(t, platform{"POST /v1/projects/payments/preview": strings.Replace(projectPreview, "REFUSAL", "", 1)}, args...)
	if diff := cmp.Diff(want, out); diff != "" || code != 0 {
		t.Errorf("exit code %d (-want +got):\n%s%s", code, diff, errs)
	}
	if len(requests) != 1 || requests[0].Request != "POST /v1/projects/payments/preview" {
		t.Errorf("asked for %+v", requests)
	}
	refusal := `,"refusal":{"code":"QuotaExceeded","detail":"Too many.","action":"Ask for less.","errors":[{"pointer":"/environments/0","detail":"is the reason"}]}`
	_, code, out, _ = recording(t, platform{"POST /v1/projects/payments/preview": strings.Replace(projectPreview, "REFUSAL", refusal, 1)}, args...)
	if code != 8 || !strings.Contains(out, "  ✗ Too many.\n    /environments/0 is the reason\n    Ask for less.\n") {
		t.Errorf("refused: exit code %d\n%s", code, out)
	}
}
