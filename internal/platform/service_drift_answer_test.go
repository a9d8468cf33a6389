package platform_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Putting back deploys what is deployed once more, built by the same definitions, and only with the values of then.
func TestPutBackDrift(t *testing.T) {
	s := deployed(t)
	s.look(t, operationLook, changedContainers())
	op, err := s.PutBackDrift(t.Context(), developer, "payments", "dev", operationTwo)
	if err != nil || op.Mode != platform.ModeDeploy || op.Kind != "putBackDrift" {
		t.Fatalf("%+v %v", op, err)
	}
	before, after := s.deploymentOf(t, operationOne), s.deploymentOf(t, operationTwo)
	if string(before.Manifest.JSON()) != string(after.Manifest.JSON()) || after.From == nil || after.From.Deployment != before.ID || len(after.Definitions) != 1 || after.Definitions[0].Version != before.Definitions[0].Version {
		t.Errorf("deployed again was %+v, as %+v", before, after)
	}
	s.finish(t, operationTwo, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	again, err := s.PutBackDrift(t.Context(), developer, "payments", "dev", operationTwo)
	if err != nil || again.ID != operationTwo || again.Status != platform.Succeeded {
		t.Errorf("the same request again, when it is done, is %+v: %v", again, err)
	}
}

func TestPutBackDrift_valuesChanged(t *testing.T) {
	s := newService(t)
	s.change(t, payments, setValue("TITLE", `"Payments"`))
	site := platform.EnvironmentSpec{Type: "dev", Manifest: &platform.Manifest{Resources: map[string]platform.Resource{"site": {Type: "app-service", Inputs: map[string]any{"settings": map[string]any{"TITLE": "${values.TITLE}"}}}}}}
	if _, err := s.PutEnvironment(t.Context(), developer, "payments", "dev", site, platform.Preconditions{}, operationOne); err != nil {
		t.Fatal(err)
	}
	s.finish(t, operationOne, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	s.change(t, payments, setValue("TITLE", `"Pay"`))
	_, err := s.PutBackDrift(t.Context(), developer, "payments", "dev", "")
	mustCode(t, err, platform.Conflict)
	s.change(t, payments, setValue("TITLE", `"Payments"`))
	if _, err := s.PutBackDrift(t.Context(), developer, "payments", "dev", ""); err != nil {
		t.Errorf("with the same values in a newer version: %v", err)
	}
}

// Adopting puts what was found into the manifest, where nothing of it is a placeholder, and leaves the rest of it as it is.
func TestAdoptDrift(t *testing.T) {
	s := deployed(t)
	s.look(t, operationLook, changedContainers())
	done, err := s.AdoptDrift(t.Context(), developer, "payments", "dev", false, operationTwo)
	if err != nil || len(done.PutBack) != 0 || len(done.Adopted) != 1 || done.Adopted[0] != (platform.AdoptedDrift{Address: storage, Property: "containers", Alias: "files", Input: "containers"}) {
		t.Fatalf("%+v %v", done, err)
	}
	dep := s.deploymentOf(t, operationTwo)
	want := `{"resources":{"files":{"inputs":{"containers":["extra"]},"type":"storage-account"}}}`
	if got := string(dep.Asked.JSON()); got != want {
		t.Errorf("asked for is %s, want %s", got, want)
	}
	if got := fmt.Sprint(dep.Manifest.Resources["files"].Inputs["containers"]); got != "[extra]" || dep.Template != "" {
		t.Errorf("deployed are the containers %s, by template %q", got, dep.Template)
	}
	if before := s.deploymentOf(t, operationOne); len(before.Manifest.Resources["files"].Inputs["containers"].([]any)) != 0 {
		t.Errorf("the deployment before has become %s", before.Manifest.JSON())
	}
	s.finish(t, operationTwo, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	again, err := s.AdoptDrift(t.Context(), developer, "payments", "dev", false, operationTwo)
	if err != nil || again.Operation.ID != operationTwo {
		t.Errorf("the same request again is %+v: %v", again, err)
	}
	_, err = s.AdoptDrift(t.Context(), developer, "payments", "dev", false, "")
	mustCode(t, err, platform.Conflict) // nothing is known to have drifted any more
}

// What cannot be adopted is told, each with its reason, and nothing is put back that nobody agreed to.
func TestAdoptDrift_cannot(t *testing.T) {
	site := func(property, found string) platform.ResourceDrift {
		d := platform.ResourceDrift{Change: platform.Change{Address: "module.site.sandbox_site.this", Action: "change", Properties: []platform.PropertyChange{{Path: property + ".x", After: ptr("y")}}}}
		if found != "" {
			d.Found = map[string]json.RawMessage{property: json.RawMessage(found)}
		}
		return d
	}
	removed := platform.ResourceDrift{Change: platform.Change{Address: "module.site.sandbox_site.this", Action: "remove"}}
	for name, test := range map[string]struct {
		drift platform.ResourceDrift
		why   string // empty: it can
	}{
		"a plain one":            {site("power", `"off"`), ""},
		"text with placeholders": {site("revision", `"${values.X} $${y}"`), ""},
		"what is sensitive":      {site("power", ""), "sensitive or too large"},
		"no input":               {site("host", `"h"`), "no input of that name"},
		"not a value of it":      {site("power", `"half"`), "nothing that the input may be"},
		"nothing":                {site("power", `null`), "no value any more"},
		"a reference":            {site("settings", `{"URL":"x"}`), "has a reference there"},
		"what was removed":       {removed, "was removed: take site out"},
		"what is nobody's":       {platform.ResourceDrift{Change: platform.Change{Address: "x.y", Action: "change", Properties: []platform.PropertyChange{{Path: "a"}}}}, "no resource of the manifest"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			spec := platform.EnvironmentSpec{Type: "dev", Manifest: &platform.Manifest{Resources: map[string]platform.Resource{
				"files": {Type: "storage-account"}, "site": {Type: "app-service", Inputs: map[string]any{"settings": map[string]any{"URL": "${resources.files.outputs.url}"}}}}}}
			if _, err := s.PutEnvironment(t.Context(), developer, "payments", "dev", spec, platform.Preconditions{}, operationOne); err != nil {
				t.Fatal(err)
			}
			s.finish(t, operationOne, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
			plan := changedContainers()
			plan.Drift = append(plan.Drift, test.drift)
			plan.Changes = append(plan.Changes, platform.Change{Address: test.drift.Address, Action: "change"})
			s.look(t, operationLook, plan)
			done, err := s.AdoptDrift(t.Context(), developer, "payments", "dev", false, "")
			if test.why == "" {
				if err != nil || len(done.Adopted) != 2 {
					t.Errorf("%+v %v", done, err)
				}
				if r := s.deploymentOf(t, done.Operation.ID).Manifest.Resources["site"].Inputs["revision"]; strings.HasPrefix(name, "text") && r != "$${values.X} $$$${y}" {
					t.Errorf("the text became %q", r)
				}
				return
			}
			mustCode(t, err, platform.Invalid)
			if all := fmt.Sprint(err.(*platform.Error).Details); !strings.Contains(all, test.why) { //nolint:errorlint // the platform's own
				t.Errorf("the reasons are %s, want %q", all, test.why)
			}
			done, err = s.AdoptDrift(t.Context(), developer, "payments", "dev", true, "")
			if err != nil || len(done.Adopted) != 1 || len(done.PutBack) != 1 || !strings.Contains(done.PutBack[0].Reason, test.why) {
				t.Errorf("with the rest put back: %+v %v", done, err)
			}
		})
	}
}

// A note hides a resource or a property until its date, and no longer; it says who, when and why.
func TestIgnoreDrift(t *testing.T) {
	s := deployed(t)
	plan := changedContainers()
	plan.Drift[0].Properties = append(plan.Drift[0].Properties, platform.PropertyChange{Path: "url", Before: ptr("a"), After: ptr("b")})
	s.look(t, operationLook, plan)
	until := s.clock().Add(24 * time.Hour)
	why := "The policy is being rolled out"
	note := platform.DriftNoteSpec{Address: storage, Path: "containers", Until: until, Reason: why}
	r, err := s.IgnoreDrift(t.Context(), developer, "payments", "dev", note)
	if err != nil || r.Status != platform.DriftFound || len(r.Resources) != 1 || len(r.Ignored) != 1 || r.Resources[0].Properties[0].Path != "url" || r.Ignored[0].Properties[0].Path != "containers[0]" {
		t.Fatalf("with one property ignored: %+v %v", r, err)
	}
	whole := note
	whole.Path = ""
	if r, err = s.IgnoreDrift(t.Context(), developer, "payments", "dev", whole); err != nil || r.Status != platform.DriftNone || len(r.Ignored) != 1 {
		t.Fatalf("with all ignored: %+v %v", r, err)
	}
	if _, err := s.IgnoreDrift(t.Context(), developer, "payments", "dev", whole); err != nil {
		t.Fatal(err)
	}
	r = s.report(t)
	if len(r.Notes) != 2 || r.Notes[1].By != "developer" || r.Notes[1].Reason != why || !r.Notes[1].Until.Equal(until) {
		t.Fatalf("notes %+v", r.Notes)
	}
	if e := s.lastOf(t, "ignoreDrift"); !strings.Contains(string(e.After), why) || e.Actor != "developer" {
		t.Errorf("the audit log says %+v", e)
	}
	s.advanceBy(24 * time.Hour)
	if r := s.report(t); r.Status != platform.DriftFound || len(r.Notes) != 0 {
		t.Errorf("after the date: %+v", r)
	}
	whole.Until = s.clock().Add(time.Hour)
	if r, err = s.IgnoreDrift(t.Context(), developer, "payments", "dev", whole); err != nil {
		t.Fatal(err)
	}
	s.look(t, operationTwo, plan)
	if kinds := s.told(t, operationTwo); !slices.Equal(kinds, []string{"io.lazuli.environment.driftcleared.v1"}) {
		t.Errorf("a look whose finds are all ignored told %v", kinds)
	}
	for range 2 {
		if err := s.DeleteDriftNote(t.Context(), developer, "payments", "dev", r.Notes[0].ID); err != nil {
			t.Fatal(err)
		}
	}
	if r := s.report(t); r.Status != platform.DriftFound {
		t.Errorf("without its note: %+v", r)
	}
}

func TestIgnoreDrift_refused(t *testing.T) {
	s := deployed(t)
	s.look(t, operationLook, changedContainers())
	good := platform.DriftNoteSpec{Address: storage, Until: s.clock().Add(time.Hour), Reason: "long enough to be one"}
	for name, change := range map[string]func(*platform.DriftNoteSpec){
		"another resource": func(n *platform.DriftNoteSpec) { n.Address = "module.x" },
		"another property": func(n *platform.DriftNoteSpec) { n.Path = "contain" },
		"the past":         func(n *platform.DriftNoteSpec) { n.Until = s.clock() },
		"too long":         func(n *platform.DriftNoteSpec) { n.Until = s.clock().Add(90*24*time.Hour + time.Second) },
		"no reason":        func(n *platform.DriftNoteSpec) { n.Reason = "why" },
	} {
		t.Run(name, func(t *testing.T) {
			bad := good
			change(&bad)
			_, err := s.IgnoreDrift(t.Context(), developer, "payments", "dev", bad)
			mustCode(t, err, platform.Invalid)
		})
	}
}

// The timer looks once in a period at what is of a type that says so, not at what is busy or was changed a short while ago, and
// not at all of them in one tick.
func TestDetectDrift(t *testing.T) {
	s := newService(t)
	const many = 23
	for i := range many {
		s.makeReady(t, fmt.Sprintf("test-%02d", i), "test", i)
	}
	s.makeReady(t, "dev", "dev", many)
	looks := func() int {
		operations, _, err := s.Store.Operations(t.Context(), "payments", platform.OperationFilter{Status: platform.NotStarted}, platform.Page{Size: 200})
		if err != nil {
			t.Fatal(err)
		}
		for _, op := range operations {
			if op.Kind != "checkDrift" || op.Environment == "dev" || op.RequestedBy != "platform" {
				t.Errorf("the timer made %+v", op)
			}
		}
		return len(operations)
	}
	tick := func(want int, when string) {
		t.Helper()
		if err := s.DetectDrift(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := looks(); got != want {
			t.Errorf("%s there are %d looks, want %d", when, got, want)
		}
	}
	tick(0, "at once")
	s.advanceBy(11 * time.Hour)
	tick(0, "before half of the period")
	s.advanceBy(14 * time.Hour)
	tick(20, "after a period")
	tick(many, "one tick later")
	tick(many, "with all of them busy")
}

// Environments have their moments all over the period: no hour has all of them.
func TestDetectDrift_spread(t *testing.T) {
	s := newService(t)
	const many = 12
	for i := range many {
		s.makeReady(t, fmt.Sprintf("test-%02d", i), "test", i)
	}
	s.advanceBy(12 * time.Hour)
	hours := map[int]bool{}
	seen := 0
	for hour := range 25 {
		if err := s.DetectDrift(t.Context()); err != nil {
			t.Fatal(err)
		}
		operations, _, err := s.Store.Operations(t.Context(), "payments", platform.OperationFilter{Status: platform.NotStarted}, platform.Page{Size: 200})
		if err != nil {
			t.Fatal(err)
		}
		if len(operations) > seen {
			hours[hour] = true
		}
		seen = len(operations)
		s.advanceBy(time.Hour)
	}
	if seen != many || len(hours) < 4 {
		t.Errorf("%d of %d were looked at in a day, in %d different hours", seen, many, len(hours))
	}
}

func (s *servicePlatform) makeReady(t *testing.T, name, kind string, i int) {
	t.Helper()
	id := fmt.Sprintf("01READY%019d", i)
	spec := files()
	spec.Type = kind
	if _, err := s.PutEnvironment(t.Context(), developer, "payments", name, spec, platform.Preconditions{}, id); err != nil {
		t.Fatal(err)
	}
	s.finish(t, id, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
}
