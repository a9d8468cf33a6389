package devops_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/lazuli-platform/lazuli/internal/devops"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// record is a timeline record as the service sends it.
type record map[string]any

func recordOf(typ, name, parent, state, result string, more ...any) record {
	r := record{"id": idOf(typ + name), "parentId": nil, "type": typ, "name": name, "state": state, "result": nil, "order": 1, "attempt": 1, "previousAttempts": []any{}}
	if parent != "" {
		r["parentId"] = idOf(parent)
	}
	if result != "" {
		r["result"] = result
	}
	if typ == "Task" {
		r["task"] = map[string]string{"id": idOf("bash"), "name": "Bash", "version": "3"}
	}
	for i := 0; i < len(more); i += 2 {
		r[fmt.Sprint(more[i])] = more[i+1]
	}
	return r
}

func idOf(name string) string { return uuid.NewSHA1(uuid.NameSpaceURL, []byte(name)).String() }

// readTimeline reads a real run of the stand-in, whose timeline is another one on its way.
func readTimeline(t *testing.T, records []record) platform.RunObservation {
	t.Helper()
	organization := newOrganization(t)
	target, err := url.Parse(organization)
	if err != nil {
		t.Fatal(err)
	}
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = target.Scheme, target.Host, target.Host
	}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(strings.ToLower(r.URL.Path), "/timeline") {
			pass.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(map[string]any{"id": idOf("plan"), "changeId": 1, "records": records}); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	p := newPipelines(t, devops.Config{OrganizationURL: server.URL + target.Path, Token: pat})
	run, err := p.Start(t.Context(), "suite-good-timeline")
	if err != nil {
		t.Fatal(err)
	}
	seen, err := p.Read(t.Context(), run.ID)
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

// outlined is a step in one line.
func outlined(steps []platform.Step) []string {
	depth := map[string]int{"": -1}
	var lines []string
	for _, s := range steps {
		depth[s.ID] = depth[s.Parent] + 1
		line := strings.Repeat("  ", depth[s.ID]) + fmt.Sprintf("%s %s %s", s.Kind, s.Name, s.Status)
		if s.Attempt > 1 {
			line += fmt.Sprintf(", attempt %d", s.Attempt)
		}
		if s.Detail != "" {
			line += ", " + s.Detail
		}
		lines = append(lines, line)
	}
	return lines
}

// What was run again is told as it is now, as the second attempt; order follows the tree, whatever order the records come in.
func TestRead_attempts(t *testing.T) {
	previous := []any{map[string]any{"attempt": 1, "timelineId": idOf("old"), "recordId": idOf("x")}}
	seen := readTimeline(t, []record{
		recordOf("Task", "apply", "Jobdeploy", "inProgress", "", "order", 3, "attempt", 2, "percentComplete", 40, "currentOperation", "2 of\u001b[2J 5", "previousAttempts", previous),
		recordOf("Task", "Initialize job", "Jobdeploy", "completed", "succeeded", "order", 1, "task", nil),
		recordOf("Task", "plan", "Jobdeploy", "completed", "succeeded", "order", 2, "attempt", 2),
		recordOf("Task", "Post-job: plan", "Jobdeploy", "pending", "", "order", 9),
		recordOf("Job", "deploy", "Phasedeploy", "inProgress", "", "attempt", 2, "previousAttempts", previous),
		recordOf("Phase", "deploy", "Stagedeploy", "inProgress", ""),
		recordOf("Stage", "release", "", "pending", "", "order", 3),
		recordOf("Checkpoint", "Checkpoint", "Stagerelease", "inProgress", ""),
		recordOf("Checkpoint.Approval", "Checkpoint.Approval", "CheckpointCheckpoint", "inProgress", ""),
		recordOf("Stage", "deploy", "", "inProgress", "", "order", 2, "attempt", 2, "previousAttempts", previous),
		recordOf("Stage", "build", "", "completed", "succeededWithIssues", "order", 1),
	})
	want := []string{
		"stage build Succeeded",
		"stage deploy Running, attempt 2",
		"  job deploy Running, attempt 2",
		"    task plan Succeeded, attempt 2",
		"    task apply Running, attempt 2, 2 of 5",
		"stage release NotStarted, waits for an approval or a check in Azure DevOps",
	}
	if diff := cmp.Diff(want, outlined(seen.Steps)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

// However many steps a run has, a bounded number is mirrored, and what people look for is among them: what runs and what failed.
func TestRead_manySteps(t *testing.T) {
	records := []record{recordOf("Stage", "all", "", "inProgress", "")}
	for j := range 10 {
		state, result := "completed", "succeeded"
		if j == 8 {
			result = "failed"
		}
		if j == 9 {
			state, result = "inProgress", ""
		}
		job := fmt.Sprintf("job-%d", j)
		records = append(records, recordOf("Job", job, "Stageall", state, result, "order", j+1))
		for i := range 60 {
			records = append(records, recordOf("Task", fmt.Sprintf("%s.%02d", job, i), "Job"+job, state, result, "order", i+1))
		}
	}
	seen := readTimeline(t, records)
	if n := len(seen.Steps); n > 200 {
		t.Fatalf("%d steps", n)
	}
	names := map[string]platform.Step{}
	for _, s := range seen.Steps {
		names[s.Name] = s
	}
	for j := range 10 {
		if _, ok := names[fmt.Sprintf("job-%d", j)]; !ok {
			t.Errorf("job-%d is left out", j)
		}
	}
	if _, ok := names["job-8.59"]; !ok || names["job-0"].Detail != "60 steps not shown" || names["job-9"].Detail != "" {
		t.Errorf("kept are %q", outlined(seen.Steps))
	}
}

// What a service could say that makes no sense is mirrored as far as it does.
func TestRead_strangeTimelines(t *testing.T) {
	long := strings.Repeat("ü", 5000)
	for name, records := range map[string][]record{
		"none":               {},
		"a circle":           {recordOf("Stage", "a", "Jobb", "pending", ""), recordOf("Job", "b", "Stagea", "pending", "")},
		"a job of itself":    {recordOf("Job", "a", "Joba", "pending", "")},
		"no parent":          {recordOf("Task", "a", "gone", "completed", "abandoned", "percentComplete", 9999)},
		"a name too long":    {recordOf("Stage", long, "", "inProgress", "", "currentOperation", long)},
		"a state to come":    {recordOf("Stage", "a", "", "thinking", "doubtful")},
		"nothing but a type": {{"type": "Job"}},
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			for _, s := range readTimeline(t, records).Steps {
				if s.ID == "" || len(s.Name) > 200 || len(s.Detail) > 300 || s.Percent < 0 || s.Percent > 100 || s.Attempt < 1 || s.Parent == s.ID {
					t.Errorf("step %+v", s)
				}
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}
