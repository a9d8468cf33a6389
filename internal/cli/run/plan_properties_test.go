package run_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/cli/run"
)

// reportOf is the plan that a run sends for what the engine shows.
func reportOf(t *testing.T, shown string) api.Plan {
	t.Helper()
	var sent api.RunPlan
	s, _ := newSession(t, platform{"/run/start": says(fmt.Sprintf(proceed, "deploy")), "/run/plan": func(w http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
			t.Error(err)
		}
		fmt.Fprint(w, `{"decision":"apply","reason":"No approval is needed."}`)
	}})
	plan(t, s, shown)
	return sent.Plan
}

func plan(t *testing.T, s *run.Session, shown string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "shown.json")
	if err := os.WriteFile(file, []byte(shown), 0o600); err != nil {
		t.Fatal(err)
	}
	engine(t, s, "cat "+file)
	if err := os.WriteFile(filepath.Join(s.Folder, "root", "tfplan"), []byte("plan"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Plan(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// told writes a property as a person would say it.
func told(p api.PropertyChange) string {
	text := p.Path
	if p.Before != nil {
		text += " from " + *p.Before
	}
	if p.After != nil {
		text += " to " + *p.After
	}
	for word, so := range map[string]*bool{" sensitive": p.Sensitive, " unknown": p.Unknown, " replaces": p.Replaces} {
		if so != nil && *so {
			text += word
		}
	}
	return text
}

func TestPlan_tellsProperties(t *testing.T) {
	got := reportOf(t, `{"resource_changes":[{"address":"module.db.x","mode":"managed","change":{"actions":["delete","create"],
"before":{"size":32,"name":"db","tags":{"team":"a","env":"dev"},"rules":[{"port":1}],"pin":"1234","login_password":"hunter1","gone":true},
"after":{"size":64,"name":"db","tags":{"team":"b","env":"dev"},"rules":[{"port":1},{"port":2}],"pin":"9876","login_password":"hunter2"},
"after_unknown":{"id":true,"tags":{},"rules":[{},{}]},
"before_sensitive":{"pin":true,"tags":{}},"after_sensitive":{"tags":{}},"replace_paths":[["size"],["rules",1,"port"]]}}]}`)
	var lines []string
	for _, p := range got.Changes[0].Properties {
		lines = append(lines, told(p))
	}
	want := []string{"gone from true", "id unknown", "login_password sensitive", "pin sensitive", "rules[1].port to 2 replaces", "size from 32 to 64 replaces", "tags.team from a to b"}
	if strings.Join(lines, "; ") != strings.Join(want, "; ") {
		t.Errorf("told\n %s\nwant\n %s", strings.Join(lines, "\n "), strings.Join(want, "\n "))
	}
}

func TestPlan_boundsProperties(t *testing.T) {
	after := map[string]any{"long": strings.Repeat("ü", 4000)}
	for i := range 500 {
		after[fmt.Sprintf("p%03d", i)] = i
	}
	resources := make([]map[string]any, 100)
	for i := range resources {
		resources[i] = map[string]any{"address": fmt.Sprintf("x.y[%d]", i), "mode": "managed", "change": map[string]any{"actions": []string{"create"}, "after": after}}
	}
	shown, err := json.Marshal(map[string]any{"resource_changes": resources})
	if err != nil {
		t.Fatal(err)
	}
	got := reportOf(t, string(shown))
	first, last := got.Changes[0], got.Changes[99]
	if len(first.Properties) != 100 || *first.MoreProperties != 401 || len(last.Properties) != 0 || *last.MoreProperties != 501 {
		t.Errorf("first has %d and %v more, last %d and %v more", len(first.Properties), first.MoreProperties, len(last.Properties), last.MoreProperties)
	}
	if text := *first.Properties[0].After; len(text) > 500 || !strings.HasSuffix(text, "ü…") {
		t.Errorf("a long value is told with %d bytes", len(text))
	}
	if sent, err := json.Marshal(got); err != nil || len(sent) > 1<<20 {
		t.Errorf("the report has %d bytes, more than the API takes", len(sent))
	}
}

// FuzzPlan_hidesWhatIsSensitive plants a secret in a plan at a place that is marked, at some depth.
func FuzzPlan_hidesWhatIsSensitive(f *testing.F) {
	f.Add("a", "b", `{"x":1}`, uint8(0))
	f.Add("rules", "port", `[1,{"y":null}]`, uint8(1))
	f.Add("", "", `"text"`, uint8(2))
	f.Fuzz(func(t *testing.T, outer, inner, other string, shape uint8) {
		const secret = "hunter2-is-the-secret"
		if strings.Contains(outer+inner+other, secret) {
			t.Skip("what is around the secret holds it, so seeing it proves nothing")
		}
		var noise any
		if json.Unmarshal([]byte(other), &noise) != nil {
			noise = other
		}
		after, marks := any(map[string]any{inner: secret, inner + "_": noise}), any(map[string]any{inner: true})
		switch shape % 4 {
		case 1:
			after, marks = []any{noise, secret}, []any{false, true}
		case 2:
			after, marks = map[string]any{inner: []any{map[string]any{"deep": secret}}}, true
		case 3:
			after, marks = secret, true
		}
		shown, err := json.Marshal(map[string]any{"resource_changes": []any{map[string]any{"address": "x.y", "mode": "managed",
			"change": map[string]any{"actions": []string{"update"}, "before": map[string]any{outer: noise}, "after": map[string]any{outer: after}, "after_sensitive": map[string]any{outer: marks}}}}})
		if err != nil {
			t.Fatal(err)
		}
		got, err := run.Summarize(shown, strings.Repeat("0", 64))
		if err != nil {
			t.Fatal(err)
		}
		if sent, err := json.Marshal(got); err != nil || strings.Contains(string(sent), secret) {
			t.Errorf("the secret leaves: %s (%v)", sent, err)
		}
	})
}

// A variable has its secret beside its name, not beneath it.
func TestPlan_hidesTheValueOfASecretName(t *testing.T) {
	got := reportOf(t, `{"resource_changes":[{"address":"module.web.x","mode":"managed","change":{"actions":["update"],
"before":{"env":[{"name":"DB_PASSWORD","value":"hunter1"},{"name":"MODE","value":"a"}],"secret_env":null,"var":"x"},
"after":{"env":[{"name":"DB_PASSWORD","value":"hunter2"},{"name":"MODE","value":"b"}],"var":[{"key":"API_TOKEN","value":"hunter3"}]}}}]}`)
	var lines []string
	for _, p := range got.Changes[0].Properties {
		lines = append(lines, told(p))
	}
	want := []string{"env[0].value sensitive", "env[1].value from a to b", "var sensitive"}
	if strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("it tells\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}

// Where not all changes can be listed, all are counted, and what destroys something comes first.
func TestPlan_listsWhatDestroysFirst(t *testing.T) {
	var resources []map[string]any
	for i := range 1200 {
		actions := []string{"create"}
		switch i {
		case 1100:
			actions = []string{"delete"}
		case 1199:
			actions = []string{"delete", "create"}
		}
		resources = append(resources, map[string]any{"address": fmt.Sprintf("x.y[%d]", i), "mode": "managed", "change": map[string]any{"actions": actions}})
	}
	shown, err := json.Marshal(map[string]any{"resource_changes": resources})
	if err != nil {
		t.Fatal(err)
	}
	got := reportOf(t, string(shown))
	if want := (api.PlanCounts{Add: 1199, Remove: 2}); got.Counts != want || len(got.Changes) != 1000 {
		t.Errorf("%d are listed, counted are %+v", len(got.Changes), got.Counts)
	}
	if a, b, c := got.Changes[0], got.Changes[1], got.Changes[2]; a.Action != "remove" || b.Action != "replace" || c.Address != "x.y[0]" {
		t.Errorf("first come %s of %s, %s of %s, %s", a.Action, a.Address, b.Action, b.Address, c.Address)
	}
}
