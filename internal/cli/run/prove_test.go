package run_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/cli/run"
)

// deletion is a session that has claimed a deletion, with a folder for its root.
func deletion(t *testing.T) *run.Session {
	t.Helper()
	s, _ := newSession(t, platform{"/run/start": says(fmt.Sprintf(proceed, "destroy")), "/run/result": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }})
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s said) has(t *testing.T, status, code string, remaining ...string) {
	t.Helper()
	if s.Status != status || s.Error.Code != code || !slices.Equal(s.Remaining, remaining) {
		t.Errorf("result %+v, want %s %s %q", s, status, code, remaining)
	}
}

type said struct {
	Status    string
	Remaining []string
	Error     struct{ Code, Message string }
}

func resultOf(t *testing.T, s *run.Session) said {
	t.Helper()
	if err := s.Result(t.Context()); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(s.Folder, run.ResultFile))
	if err != nil {
		t.Fatal(err)
	}
	var r said
	if err := json.Unmarshal(raw, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// A deletion is proven by two things, an empty state and nothing with the tag. A module called data hides nothing.
func TestProve_stateAndTag(t *testing.T) {
	s := deletion(t)
	s.Engine = realEngine(t)
	write(t, s, "main.tf.json", `{"module":{"data":{"source":"./data"}}}`)
	write(t, s, "data/main.tf.json", `{"resource":{"terraform_data":{"data":{"input":"x"}}}}`)
	write(t, s, "proof/main.tf.json", `{"output":{"remaining":{"value":["sites/shop"]}}}`)
	for _, args := range [][]string{{"init", "-no-color"}, {"apply", "-no-color", "-auto-approve"}} {
		if err := s.RunEngine(t.Context(), "apply", "", args); err != nil {
			t.Fatal(err)
		}
	}
	resultOf(t, s).has(t, "Failed", "NotProven", "module.data.terraform_data.data") // nobody has looked for the tag
	if err := s.Prove(t.Context()); err != nil {
		t.Fatal(err)
	}
	resultOf(t, s).has(t, "Succeeded", "", "module.data.terraform_data.data", "sites/shop")
	if err := s.RunEngine(t.Context(), "apply", "", []string{"destroy", "-no-color", "-auto-approve"}); err != nil {
		t.Fatal(err)
	}
	resultOf(t, s).has(t, "Succeeded", "", "sites/shop")
	write(t, s, "proof/main.tf.json", `{"output":{"remaining":{"value":[]}}}`)
	if err := s.Prove(t.Context()); err != nil {
		t.Fatal(err)
	}
	resultOf(t, s).has(t, "Succeeded", "")
}

// A deletion that failed lists what is left all the same, and its own reason stays the reason.
func TestProve_afterAFailure(t *testing.T) {
	s := deletion(t)
	engine(t, s, `case "$1" in
apply) [ -e main.tf.json ] || exit 0; echo "Error: It is in use"; exit 1;;
show) echo '{"format_version":"1.0","values":{"root_module":{"resources":[{"address":"a.b","mode":"managed"},{"address":"a.b","mode":"managed","deposed_key":"00ff"},{"address":"data.a.b","mode":"data"}]}}}';;
output) echo '{"remaining":{"value":["sites/shop"]}}';;
esac`)
	write(t, s, "main.tf.json", `{}`)
	write(t, s, "proof/empty", ``)
	if err := s.RunEngine(t.Context(), "apply", "", []string{"apply"}); err == nil {
		t.Fatal("the engine failed and nobody said so")
	}
	if err := s.Prove(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.JobStatus = "Failed"
	got := resultOf(t, s)
	got.has(t, "Failed", "TerraformFailed", "a.b", "a.b (deposed 00ff)", "sites/shop")
	if !strings.HasPrefix(got.Error.Message, "It is in use") {
		t.Errorf("the reason is %q", got.Error.Message)
	}
}

// Azure Resource Graph lags behind: it is asked until it agrees with itself that nothing is left, for a bounded time.
func TestProve_resourceGraph(t *testing.T) {
	const seen, none, one = `{"data":[{"id":"/subscriptions/1"}]}`, `{"data":[]}`, `{"data":[{"id":"/subscriptions/1/resourceGroups/rg"}]}`
	for name, test := range map[string]struct {
		patience string
		answers  []string // the first is to "sees"; the last one stands for all that follow
		found    []string // nil: no proof
		why      string
	}{
		"gone":                           {"10s", []string{seen, none, none}, []string{}, ""},
		"listed for a while":             {"10s", []string{seen, one, one, none, none}, []string{}, ""},
		"one empty answer is none":       {"10s", []string{seen, none, one, none, none}, []string{}, ""},
		"there to stay":                  {"20ms", []string{seen, one}, []string{"/subscriptions/1/resourceGroups/rg"}, ""},
		"too busy at first":              {"10s", []string{seen, "429", "503", none, none}, []string{}, ""},
		"too busy for all of the time":   {"20ms", []string{seen, none, "503"}, nil, "503"},
		"sees nothing at all":            {"10s", []string{none}, nil, "role Reader"},
		"may not ask":                    {"10s", []string{"403"}, nil, "403"},
		"says nothing":                   {"10s", []string{seen, `{}`}, nil, "without data"},
		"agrees too late to be believed": {"0s", []string{seen, none}, nil, "often enough"},
	} {
		t.Run(name, func(t *testing.T) {
			s := deletion(t)
			engine(t, s, `[ "$1" != output ] || echo '{"remaining":{"value":[]}}'; [ "$1" != show ] || echo '{"format_version":"1.0"}'`)
			write(t, s, "proof/resource-graph.json", fmt.Sprintf(`{"query":"what","sees":"sees","agree":2,"pause":"1ms","patience":%q}`, test.patience))
			at := 0
			graph := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				var body struct{ Query string }
				if err := json.NewDecoder(r.Body).Decode(&body); err != nil || r.Method != "POST" || r.URL.Path != "/providers/Microsoft.ResourceGraph/resources" ||
					r.URL.Query().Get("api-version") == "" || r.Header.Get("Authorization") != "Bearer graph" || (body.Query == "sees") != (at == 0) {
					t.Errorf("%s %s asks %q: %v", r.Method, r.URL, body.Query, err)
				}
				answer := test.answers[min(at, len(test.answers)-1)]
				at++
				if status := map[string]int{"429": 429, "503": 503, "403": 403}[answer]; status != 0 {
					w.WriteHeader(status)
					return
				}
				fmt.Fprint(w, answer)
			}))
			defer graph.Close()
			s.Azure, s.AzureToken = graph.URL, "graph"
			err := s.Prove(t.Context())
			got := resultOf(t, s)
			if test.found == nil {
				if err == nil || !strings.Contains(err.Error(), test.why) || got.Status == "Succeeded" {
					t.Errorf("%v, result %+v; want %s", err, got, test.why)
				}
				return
			}
			if err != nil || !slices.Equal(got.Remaining, test.found) {
				t.Errorf("%v, result %+v; want %q", err, got, test.found)
			}
		})
	}
}

func write(t *testing.T, s *run.Session, name, text string) {
	t.Helper()
	path := filepath.Join(s.Folder, "root", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func realEngine(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"tofu", "terraform"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("SKIPPED: neither tofu nor terraform is on the PATH, so the proof is not tried with an engine")
	return ""
}
