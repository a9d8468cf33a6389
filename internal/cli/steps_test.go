package cli_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/cli"
)

// operationWith is an operation with steps, as the API tells it.
func operationWith(steps string) platform {
	return platform{"GET /v1/operations/01ABC": `200 {"id":"01ABC","kind":"deleteEnvironment","mode":"destroy","status":"Succeeded","stage":"done","resource":"/x","project":"payments","environment":"dev","percent":100,"steps":[` +
		steps + `],"createdAt":"2026-11-23T12:00:00Z","lastUpdatedAt":"2026-11-23T12:00:01Z","requestedBy":"developer"}`}
}

func aStep(id, parent, kind, name, status, more string) string {
	if parent != "" {
		more += `,"parent":"` + parent + `"`
	}
	return fmt.Sprintf(`{"id":"%s","kind":"%s","name":"%s","status":"%s"%s}`, id, kind, name, status, more)
}

func TestOperationWatch_steps(t *testing.T) {
	plain := strings.Join([]string{
		aStep("s", "", "stage", "Deploy", "Succeeded", ""), aStep("j", "s", "job", "deploy", "Succeeded", ""),
		aStep("1", "j", "task", "plan", "Succeeded", `,"startedAt":"2026-11-23T12:00:00Z","finishedAt":"2026-11-23T12:00:01Z"`), aStep("2", "j", "task", "apply", "Skipped", `,"attempt":1`),
	}, ",")
	tree := strings.Join([]string{
		aStep("s", "", "stage", "build", "Succeeded", ""),
		aStep("j", "s", "job", "unit", "Succeeded", ""), aStep("1", "j", "task", "tools", "Succeeded", ""),
		aStep("k", "s", "job", "lint", "Succeeded", `,"attempt":2`), aStep("2", "k", "task", "tools", "Failed", `,"attempt":2`),
		aStep("r", "", "stage", "release", "Skipped", ""), aStep("l", "r", "job", "only", "Skipped", ""),
	}, ",")
	for name, test := range map[string]struct{ steps, want string }{
		"one job is its tasks alone":       {plain, "  (✓) plan     1s\n  (-) apply    \n"},
		"several say where the task is":    {tree, "  (✓) build › unit › tools \n  (x) build › lint › tools (attempt 2) \n  (-) release › only \n"},
		"steps of before the tree was so":  {`{"name":"plan","status":"Succeeded"}`, "  (✓) plan     \n"},
		"a parent that is not there":       {aStep("1", "gone", "task", "plan", "Failed", ""), "  (x) plan     \n"},
		"a step that is part of itself":    {aStep("1", "1", "task", "plan", "Failed", "") + "," + aStep("2", "", "task", "x", "Failed", ""), "  (x) x        \n"},
		"control characters do not get by": {aStep("1", "", "task", `p\u001b[2Jlan`, "Failed", ""), "  (x) p[2Jlan  \n"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, errs := lazuli(t, operationWith(test.steps), "operation", "watch", "01ABC")
			got := strings.Join(strings.SplitAfter(errs, "\n")[1:], "")
			got, _, _ = strings.Cut(got, "✓ payments/dev")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOperationShow_steps(t *testing.T) {
	steps := aStep("s", "", "stage", "Deploy", "Running", "") + "," + aStep("j", "s", "job", "deploy", "Running", "") + "," +
		aStep("1", "j", "task", "apply", "Running", `,"percent":40,"detail":"2 of 5 resources"`)
	_, out, _ := lazuli(t, operationWith(steps), "operation", "show", "01ABC")
	if !strings.Contains(out, "Step apply") || !strings.Contains(out, "Running  40 %  2 of 5 resources") || strings.Contains(out, "Deploy") {
		t.Errorf("shown:\n%s", out)
	}
}

// Following a log ends with it, passes over steps that said nothing, and waits for what is to come.
func TestOperationLogs_follow(t *testing.T) {
	pages := map[string][]string{ // by cursor; the last is repeated
		"":    {`{"value":[],"next":"","complete":false}`, `{"value":[{"step":"plan","text":"one"}],"next":"1.1","complete":false}`},
		"1.1": {`{"value":[],"next":"9.0","complete":false}`},
		"9.0": {`{"value":[{"step":"apply","text":"two"}],"next":"9.1","complete":false}`},
		"9.1": {`{"value":[{"step":"apply","text":"three"}],"next":"9.2","complete":true}`},
	}
	asked := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		after := r.URL.Query().Get("after")
		answers := pages[after]
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, answers[min(asked[after], len(answers)-1)])
		asked[after]++
	}))
	defer server.Close()
	settings := map[string]string{"LAZULI_URL": server.URL, "LAZULI_TOKEN": "token", "LAZULI_CONFIG_DIR": t.TempDir()}
	logs := func(args ...string) string {
		var out bytes.Buffer
		args = append([]string{"operation", "logs", "01ABC"}, args...)
		if code := cli.Run(t.Context(), args, cli.Streams{In: strings.NewReader(""), Out: &out, Err: &out}, func(name string) string { return settings[name] }); code != 0 {
			t.Errorf("exit code %d", code)
		}
		return out.String()
	}
	if got := logs(); got != "" {
		t.Errorf("before there is a line, without --follow: %q", got)
	}
	clear(asked)
	want := "plan     one\napply    two\napply    three\n"
	if got := logs("--follow"); got != want {
		t.Errorf("followed: %q, want %q", got, want)
	}
	if got := logs(); got != want {
		t.Errorf("read: %q, want %q", got, want)
	}
}
