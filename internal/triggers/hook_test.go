package triggers_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/mux"

	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/triggers"
)

const theOperation = "01K9S3W0M2Q4N6P8R0T2V4X6Z8"

// anEvent is one as Azure DevOps sends it.
func anEvent(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// hinted remembers hooks.
type hinted struct {
	work
	hooks []platform.Hook
}

func (h *hinted) ReceiveHook(_ context.Context, hook platform.Hook) error {
	h.hooks = append(h.hooks, hook)
	return nil
}

// hint delivers a message as the host does, and tells what came of it.
func hint(t testing.TB, message string) []platform.Hook {
	t.Helper()
	once, err := json.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	envelope, err := json.Marshal(map[string]any{"Data": map[string]string{"message": string(once)}})
	if err != nil {
		t.Fatal(err)
	}
	h := &hinted{}
	router := mux.NewRouter()
	triggers.Mount(router, triggers.Config{Work: h, Requests: h, Log: slog.New(slog.DiscardHandler)})
	out := httptest.NewRecorder()
	router.ServeHTTP(out, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/receiveHook", strings.NewReader(string(envelope))))
	if out.Code != http.StatusOK || out.Body.Len() == 0 {
		t.Errorf("answered %d %q: the message would come again", out.Code, out.Body)
	}
	return h.hooks
}

func TestReceiveHook_events(t *testing.T) {
	for name, want := range map[string]platform.Hook{
		"run-started":     {Operation: theOperation, Run: "11"},
		"run-completed":   {Operation: theOperation, Run: "11", Ended: true},
		"stage-completed": {Operation: theOperation, Run: "11"},
		"job-running":     {Operation: theOperation, Run: "11"},
		"build-complete":  {Operation: theOperation, Run: "11", Ended: true},
	} {
		if diff := cmp.Diff([]platform.Hook{want}, hint(t, anEvent(t, name))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	whole := anEvent(t, "run-completed")
	for name, change := range map[string]struct{ old, new string }{
		"a member that nobody knew":                    {`"resource": {`, `"resource": {"newer": [{"a": 1}],`},
		"a run without its id, as it is documented":    {`"id": 11,`, ``},
		"the parameter goes before the number":         {`"state": "completed",`, `"templateParameters": {"operationId": "01K9S3W0M2Q4N6P8R0T2V4X6Z9"},`},
		"a number that is none, with the parameter":    {`op-` + theOperation + `.1"`, `20241202.1", "templateParameters": {"operationId": "` + theOperation + `"}`},
		"a second run of the operation has another .n": {theOperation + ".1", theOperation + ".2"},
	} {
		got := hint(t, strings.Replace(whole, change.old, change.new, 1))
		if len(got) != 1 || len(got[0].Operation) != 26 {
			t.Errorf("%s: %+v, want a hook", name, got)
		}
	}
}

// What is none of ours, or nothing that can be read, is settled, and nobody is troubled with it.
func TestReceiveHook_passedOver(t *testing.T) {
	whole := anEvent(t, "run-completed")
	for name, message := range map[string]string{
		"nothing":                     "",
		"not JSON":                    "<html>",
		"a list":                      "[]",
		"a message of ours":           `{"project":"payments","operation":"` + theOperation + `"}`,
		"another type":                strings.Replace(whole, "run-state-changed-event", "git.push", 1),
		"another pipeline's run":      strings.Replace(whole, "op-"+theOperation+".1", "20241202.1", 1),
		"a number with something on":  strings.Replace(whole, theOperation+".1", theOperation+".1/../x", 1),
		"an id that cannot be one":    strings.Replace(whole, "op-"+theOperation, "op-"+strings.Repeat("0", 60), 1),
		"a filter in the parameter":   strings.Replace(whole, `"state": "completed",`, `"templateParameters": {"operationId": "' or PartitionKey ne '"},`, 1),
		"an id that is a text":        strings.Replace(whole, `"id": 11,`, `"id": "11",`, 1),
		"an id that is a fraction":    strings.Replace(whole, `"id": 11,`, `"id": 11.5,`, 1),
		"a resource that is a text":   `{"eventType":"build.complete","resource":"x"}`,
		"no resource":                 `{"eventType":"build.complete","resource":null}`,
		"too deep":                    strings.Repeat(`{"resource":`, 20000) + "1" + strings.Repeat("}", 20000),
		"larger than a queue takes":   strings.Replace(whole, `"resource": {`, `"resource": {"x":"`+strings.Repeat("x", 300<<10)+`",`, 1),
		"a binary of another encoder": "@\x06string\b3http://schemas.microsoft.com/2003/10/Serialization/" + whole,
	} {
		if got := hint(t, message); len(got) != 0 {
			t.Errorf("%s: %+v, want nothing", name, got)
		}
	}
}

// Whatever comes, it is settled, and an operation that is looked at has an id that can be one.
func FuzzReceiveHook(f *testing.F) {
	for _, name := range []string{"run-started", "run-completed", "stage-completed", "job-running", "build-complete"} {
		f.Add(anEvent(f, name))
	}
	f.Add(`{"eventType":"build.complete","resource":{"id":-1,"buildNumber":"op-` + theOperation + `.1"}}`)
	f.Fuzz(func(t *testing.T, message string) {
		for _, hook := range hint(t, message) {
			if !platform.ValidOperationID(hook.Operation) || hook.Run != "" && !platform.ValidRun(hook.Run) {
				t.Errorf("%q leads to %+v", message, hook)
			}
		}
	})
}
