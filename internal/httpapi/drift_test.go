package httpapi_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// callDrift looks for drift and answers it in every way. The pipeline is silent here, so the test ends what its run would end.
func callDrift(t *testing.T, s *served, call caller) {
	t.Helper()
	drifting, look := "/v1/projects/payments/environments/drifting", "01DRIFTING0000000000000001"
	settle := func() {
		t.Helper()
		env, err := s.service.Store.Environment(t.Context(), "payments", "drifting")
		if err != nil {
			t.Fatal(err)
		}
		if env.Deployment == "" {
			made, _, err := s.service.Store.Deployments(t.Context(), "payments", "drifting", platform.Page{Size: 1})
			if err != nil || len(made) != 1 {
				t.Fatalf("%v %v", made, err)
			}
			env.Deployment = made[0].ID
		}
		env.State, env.ActiveOperation = platform.Ready, ""
		if env.Drift != nil {
			env.Drift.Check = platform.DriftCheck{Operation: look, At: time.Now()}
		}
		if err := s.service.Store.Commit(t.Context(), platform.Transaction{Project: "payments", Environment: &env}); err != nil {
			t.Fatal(err)
		}
	}
	call("developer", "PUT", drifting, files, 201)
	call("developer", "POST", drifting+"/drift", "", 409)
	settle()
	call("developer", "GET", drifting+"/drift", "", 200)
	call("developer", "POST", drifting+"/drift", "", 202, "Operation-Id", look)
	var decision api.RunDecision
	if err := json.Unmarshal([]byte(call("pipeline", "POST", "/v1/operations/"+look+"/run/start", `{"run":"9"}`, 200).body), &decision); err != nil || decision.Mode == nil || *decision.Mode != "drift" {
		t.Fatalf("decision %+v: %v", decision, err)
	}
	plan := func(drift string) string {
		return `{"plan":{"digest":"` + strings.Repeat("a", 64) + `","counts":{"add":0,"change":1,"remove":0},"changes":[{"address":"module.files.x.y","action":"change"},{"address":"module.more.x","action":"add"}],"drift":` + drift + `}}`
	}
	for _, bad := range []string{`[{"address":"a","action":"add"}]`, `[{"address":"a","action":"change","found":{"a":"` + strings.Repeat("x", 5000) + `"}}]`} {
		call("pipeline", "POST", "/v1/operations/"+look+"/run/plan", plan(bad), 400, "Lazuli-Run-Secret", *decision.Secret)
	}
	call("pipeline", "POST", "/v1/operations/"+look+"/run/plan", plan(`[{"address":"module.files.x.y","action":"change","moreProperties":1,"properties":[{"path":"containers[0]","after":"extra"},{"path":"key","sensitive":true}],"found":{"containers":["extra"]}}]`),
		200, "Lazuli-Run-Secret", *decision.Secret)
	settle()
	var report api.DriftReport
	if err := json.Unmarshal([]byte(call("developer", "GET", drifting+"/drift", "", 200).body), &report); err != nil || report.Status != "drifted" || len(report.Resources) != 2 {
		t.Errorf("report %+v: %v", report, err)
	}
	note := `{"address":"module.files.x.y","path":"key","until":"` + time.Now().Add(time.Hour).UTC().Format(time.RFC3339) + `","reason":"It is rolled out"}`
	call("developer", "POST", drifting+"/drift/notes", strings.Replace(note, "module.files", "module.none", 1), 400)
	if err := json.Unmarshal([]byte(call("developer", "POST", drifting+"/drift/notes", note, 200).body), &report); err != nil || len(report.Notes) != 1 || len(report.Ignored) != 1 {
		t.Fatalf("report with a note %+v: %v", report, err)
	}
	call("developer", "DELETE", drifting+"/drift/notes/"+report.Notes[0].ID, "", 204)
	call("developer", "POST", drifting+"/drift/adoptions", `{}`, 400)
	call("developer", "POST", drifting+"/drift/put-back", "", 202)
}
