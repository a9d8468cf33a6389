package httpapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/api"
)

// callApprovals asks about the approval of a production deployment up to where its run has planned.
func callApprovals(t *testing.T, call caller) {
	t.Helper()
	live, gated := "/v1/projects/payments/environments/live", "/v1/operations/01APPROVAL0000000000000001"
	digest := strings.Repeat("a", 64)
	call("developer", "PUT", live, strings.Replace(files, `"dev"`, `"prod"`, 1), 201, "Operation-Id", "01APPROVAL0000000000000001")
	var decision api.RunDecision
	if err := json.Unmarshal([]byte(call("pipeline", "POST", gated+"/run/start", `{"run":"8"}`, 200).body), &decision); err != nil || decision.Secret == nil || decision.PlanKey == nil {
		t.Fatalf("decision %+v: %v", decision, err)
	}
	told := call("pipeline", "POST", gated+"/run/plan", `{"plan":{"digest":"`+digest+`","counts":{"add":1,"change":0,"remove":0},"changes":[{"address":"module.files","action":"add","moreProperties":2,
		"properties":[{"path":"title","before":"a","after":"b","replaces":true},{"path":"key","sensitive":true}]}]}}`, 200, "Lazuli-Run-Secret", *decision.Secret)
	if !strings.Contains(told.body, `"keep"`) {
		t.Errorf("the run is told %s", told.body)
	}
	call("pipeline", "POST", gated+"/run/plan", `{"plan":{"digest":"`+digest+`","counts":{"add":0,"change":0,"remove":0},"changes":[{"address":"x","action":"change","properties":[{"path":"key","after":"hunter2","sensitive":true}]}]}}`, 400, "Lazuli-Run-Secret", *decision.Secret)
	var shown api.Approval
	if err := json.Unmarshal([]byte(call("developer", "GET", gated+"/approval", "", 200).body), &shown); err != nil || shown.MayDecide || len(shown.Plan.Changes[0].Properties) != 2 {
		t.Errorf("approval %+v: %v", shown, err)
	}
	call("developer", "GET", "/v1/operations/"+operation+"/approval", "", 404)
	call("admin", "POST", gated+"/approvals", `{"plan":"`+digest+`","comment":"go on"}`, 409) // its run has not ended
	call("admin", "POST", gated+"/approvals", `{"plan":"short"}`, 400)
	call("admin", "POST", gated+"/rejections", `{"plan":"`+digest+`","comment":"no"}`, 409)
	call("admin", "POST", gated+"/rejections", `{"plan":"`+digest+`","comment":" "}`, 400)
	call("developer", "POST", gated+"/approvals", `{"plan":"`+digest+`"}`, 403)
}
