package run_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/cli/run"
)

// A look for drift tells what was changed outside beside what would be done; no other run does.
func TestPlan_tellsDrift(t *testing.T) {
	const shown = `{"resource_changes":[{"address":"module.db.x","mode":"managed","change":{"actions":["update"],"before":{"size":64},"after":{"size":32}}}],
"resource_drift":[
{"address":"module.db.x","mode":"managed","change":{"actions":["update"],"before":{"size":32,"tags":{"a":"1"},"key":"k1","huge":9007199254740993},"after":{"size":64,"tags":{"a":"2"},"key":"k2","huge":9007199254740995},"before_sensitive":{"key":true},"after_sensitive":{"key":true}}},
{"address":"module.gone.x","mode":"managed","change":{"actions":["delete"],"before":{"size":32},"after":null}},
{"address":"module.moved.x","mode":"managed","change":{"actions":["no-op"],"before":{"size":32},"after":{"size":32}}},
{"address":"module.same.x","mode":"managed","change":{"actions":["update"],"before":{"size":32},"after":{"size":32}}},
{"address":"data.x.y","mode":"data","change":{"actions":["update"],"before":{"size":32},"after":{"size":33}}}]}`
	var sent api.RunPlan
	s, _ := newSession(t, platform{"/run/start": says(fmt.Sprintf(proceed, "drift")), "/run/plan": func(w http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
			t.Error(err)
		}
		fmt.Fprint(w, `{"decision":"stop","reason":"It was looked for drift alone."}`)
	}})
	plan(t, s, shown)
	if len(sent.Plan.Changes) != 1 || len(sent.Plan.Drift) != 2 {
		t.Fatalf("sent %+v", sent.Plan)
	}
	changed, gone := sent.Plan.Drift[0], sent.Plan.Drift[1]
	var lines []string
	for _, p := range changed.Properties {
		lines = append(lines, told(p))
	}
	if got, want := strings.Join(lines, "; "), "huge from 9007199254740992 to 9007199254740996; key sensitive; size from 32 to 64; tags.a from 1 to 2"; changed.Action != "change" || got != want {
		t.Errorf("%s told %q, want %q", changed.Action, got, want)
	}
	if found, err := json.Marshal(changed.Found); err != nil || string(found) != `{"size":64,"tags":{"a":"2"}}` {
		t.Errorf("found %s: %v", found, err)
	}
	if gone.Address != "module.gone.x" || gone.Action != "remove" || len(gone.Properties) != 0 {
		t.Errorf("what is gone is told as %+v", gone)
	}
	if got := reportOf(t, shown); got.Drift != nil {
		t.Errorf("a deployment tells of drift: %+v", got.Drift)
	}
}

// FuzzDrift_hidesWhatIsSensitive plants a secret in what was found, at a place that is marked or named so.
func FuzzDrift_hidesWhatIsSensitive(f *testing.F) {
	f.Add("a", "b", `{"x":1}`, uint8(0))
	f.Add("a", "b", `[1]`, uint8(1))
	f.Add("", "", `"text"`, uint8(2))
	f.Add("a.b", "a", `2`, uint8(3))
	f.Add("tags", "x", `3`, uint8(4))
	f.Fuzz(func(t *testing.T, outer, inner, other string, shape uint8) {
		const secret = "hunter2-is-the-secret"
		if strings.Contains(outer+inner+other, secret) {
			t.Skip("what is around the secret holds it, so seeing it proves nothing")
		}
		var noise any
		if json.Unmarshal([]byte(other), &noise) != nil {
			noise = other
		}
		change := map[string]any{"actions": []string{"update"}, "before": map[string]any{outer: noise}, "after": map[string]any{outer: map[string]any{inner: secret, inner + "_": noise}}}
		switch shape % 5 {
		case 0:
			change["after_sensitive"] = map[string]any{outer: map[string]any{inner: true}}
		case 1:
			change["after_sensitive"] = true
		case 2:
			change["after_sensitive"] = map[string]any{outer: true}
		case 3: // it was sensitive, and the provider says no longer that it is
			change["before_sensitive"] = map[string]any{outer: true}
		case 4:
			change["after"] = map[string]any{outer: map[string]any{inner: []any{map[string]any{"admin_password": secret}}}}
		}
		shown, err := json.Marshal(map[string]any{"resource_drift": []any{map[string]any{"address": "x.y", "mode": "managed", "change": change}}})
		if err != nil {
			t.Fatal(err)
		}
		got, err := run.Drifted(shown)
		if err != nil {
			t.Fatal(err)
		}
		if sent, err := json.Marshal(got); err != nil || strings.Contains(string(sent), secret) {
			t.Errorf("the secret leaves: %s (%v)", sent, err)
		}
	})
}
