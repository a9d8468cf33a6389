package platform_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// withValues is a place where values of every type are set.
func withValues() platform.Place {
	at := paymentsDev
	at.Values = platform.ValueSet{}
	for key, text := range map[string]string{"GB": `64`, "TITLE": `"${context.type}"`, "ON": `true`, "HOSTS": `["a","b"]`, "SETTINGS": `{"A":"x"}`, "LOG_LEVEL": `"info"`} {
		at.Values[key] = platform.EffectiveValue{Value: platform.Value{JSON: json.RawMessage(text)}}
	}
	at.Values["PASSWORD"] = platform.EffectiveValue{Value: platform.Value{Secret: "https://vault.example.org/secrets/x/1"}}
	return at
}

// A text that is exactly one reference has the value's type, and is held to the schema like any other input.
func TestResolveManifest_values(t *testing.T) {
	const text = `{"resources":{
		"db":{"type":"postgres","inputs":{"storageGb":"${values.GB}","note":"${values.TITLE}","peer":"${values.PASSWORD}"}},
		"site":{"type":"app-service","inputs":{"runtime":"static","hosts":"${values.HOSTS}","settings":"${values.SETTINGS}","url":"http://${values.LOG_LEVEL}:${values.GB}/${values.ON}?${values.PASSWORD}"}}}}`
	_, m, err := platform.ResolveManifest(newCatalog(t), mustParse(t, text), withValues())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(mustParse(t, text), m); diff != "" {
		t.Errorf("the references are gone (-want +got):\n%s", diff)
	}
	want := mustParse(t, `{"resources":{
		"db":{"type":"postgres","inputs":{"storageGb":64,"note":"$${context.type}","peer":"${values.PASSWORD}"}},
		"site":{"type":"app-service","inputs":{"runtime":"static","hosts":["a","b"],"settings":{"A":"x"},"url":"http://info:64/true?${values.PASSWORD}"}}}}`)
	if diff := cmp.Diff(want, m.WithValues(withValues().Values)); diff != "" {
		t.Errorf("with values (-want +got):\n%s", diff)
	}
}

func TestResolveManifest_refusesValues(t *testing.T) {
	for name, row := range map[string]struct{ inputs, at, says string }{
		"misspelt":              {`{"note":"${values.LOGLEVEL}"}`, "note", `There is no value "LOGLEVEL" here; there are "LOG_LEVEL".`},
		"nothing like it":       {`{"note":"${values.SOMETHING_ELSE}"}`, "note", `"GB", "HOSTS", "LOG_LEVEL"`},
		"another type":          {`{"storageGb":"${values.TITLE}"}`, "storageGb", "Must be a whole number."},
		"secret for a number":   {`{"storageGb":"${values.PASSWORD}"}`, "storageGb", "Must be a whole number."},
		"list in a longer text": {`{"note":"hosts ${values.HOSTS}"}`, "note", "The value HOSTS is a list: it cannot be a part of a longer text."},
	} {
		m := mustParse(t, `{"resources":{"db":{"type":"postgres","inputs":`+row.inputs+`}}}`)
		_, _, err := platform.ResolveManifest(newCatalog(t), m, withValues())
		var e *platform.Error
		if !errors.As(err, &e) || len(e.Details) != 1 || e.Details[0].Pointer != "/manifest/resources/db/inputs/"+row.at || !strings.Contains(e.Details[0].Message, row.says) {
			t.Errorf("%s: %v %+v", name, err, e)
		}
	}
	_, _, err := platform.ResolveManifest(newCatalog(t), mustParse(t, `{"resources":{"db":{"type":"postgres","inputs":{"note":"${values.X}"}}}}`), paymentsDev)
	var e *platform.Error
	if !errors.As(err, &e) || !strings.Contains(e.Details[0].Message, "nothing is set in this environment or its project") {
		t.Errorf("without values: %v", err)
	}
}

// A template may use values that its own project does not have: who uses it may.
func TestCheckTemplate_values(t *testing.T) {
	template := platform.Template{Name: "t", Parameters: mustCompile(t, `{"type":"object"}`),
		Manifest: mustParse(t, `{"resources":{"db":{"type":"postgres","inputs":{"storageGb":"${values.GB}","note":"at ${values.HOST}"}}}}`)}
	if err := platform.CheckTemplate(newCatalog(t), template); err != nil {
		t.Error(err)
	}
}

// A Score document's resource of type environment is the values of the place.
func TestResolveManifest_valuesOfAWorkload(t *testing.T) {
	m := score(t, "shop", `"containers":{"main":{"image":".","variables":{"LEVEL":"${resources.env.LOG_LEVEL}","P":"${resources.env.PASSWORD}"}}},"resources":{"env":{"type":"environment"}}`)
	if !m.MayUseValues() {
		t.Error("its values would not be read")
	}
	_, got, err := platform.ResolveManifest(workloadCatalog(t), m, withValues())
	if err != nil {
		t.Fatal(err)
	}
	text := string(got.WithValues(withValues().Values).JSON())
	if !strings.Contains(text, `"LEVEL":"info"`) || !strings.Contains(text, `"P":"${values.PASSWORD}"`) {
		t.Errorf("got %s", text)
	}
}
