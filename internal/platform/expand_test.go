package platform_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

func mustCompile(t testing.TB, text string) platform.Schema {
	t.Helper()
	schema, err := platform.CompileSchema("a test", json.RawMessage(text))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func webService(t testing.TB) platform.Template {
	return platform.Template{
		Name: "web-service",
		Parameters: mustCompile(t, `{"type":"object","required":["title"],"properties":{
			"title":{"type":"string","minLength":1,"maxLength":60},
			"size":{"enum":["small","medium"],"default":"small"},
			"storageGb":{"type":"integer","minimum":1,"maximum":1024},
			"tags":{"type":"object","additionalProperties":{"type":"string"}},
			"replicas":{"type":"integer","default":2}}}`),
		Manifest: mustParse(t, `{"resources":{
			"db":{"type":"postgres","class":"${parameters.size}","inputs":{"storageGb":"${parameters.storageGb}"}},
			"site":{"type":"app-service","inputs":{
				"settings":{"TITLE":"${parameters.title}","LINE":"$$${parameters.title} x${parameters.replicas} {at} ${context.project} $${x}","URL":"${resources.db.outputs.url}"},
				"list":["${parameters.storageGb}","${parameters.replicas}"],
				"tags":"${parameters.tags}"}}}}`),
	}
}

func TestExpandTemplate(t *testing.T) {
	got, err := platform.ExpandTemplate(webService(t), json.RawMessage(`{"title":"Pay","storageGb":64,"tags":{"a":"${context.type}"}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := mustParse(t, `{"resources":{
		"db":{"type":"postgres","class":"small","inputs":{"storageGb":64}},
		"site":{"type":"app-service","inputs":{
			"settings":{"TITLE":"Pay","LINE":"$Pay x2 {at} ${context.project} $${x}","URL":"${resources.db.outputs.url}"},
			"list":[64,2],
			"tags":{"a":"$${context.type}"}}}}}`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestExpandTemplate_leavesOutWhatWasNotGiven(t *testing.T) {
	got, err := platform.ExpandTemplate(webService(t), json.RawMessage(`{"title":"Pay"}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := got.Resources["db"].Inputs["storageGb"]; ok {
		t.Error("a property whose parameter was not given is there")
	}
	if list := got.Resources["site"].Inputs["list"].([]any); len(list) != 1 {
		t.Errorf("a list item whose parameter was not given is there: %v", list)
	}
}

func TestExpandTemplate_refuses(t *testing.T) {
	for name, row := range map[string]struct {
		parameters string
		at         []string
		says       string
	}{
		"missing":         {``, []string{"/parameters/title"}, "A value is required."},
		"empty":           {`{"title":""}`, []string{"/parameters/title"}, "Must not be empty."},
		"too long":        {`{"title":"` + strings.Repeat("é", 61) + `"}`, []string{"/parameters/title"}, "Must be at most 60 characters long; it has 61."},
		"unknown":         {`{"title":"x","titel":"y"}`, []string{"/parameters/titel"}, `There is no property of this name; known are "replicas", "size", "storageGb", "tags", "title".`},
		"not in list":     {`{"title":"x","size":"huge"}`, []string{"/parameters/size"}, "Must be one of: small, medium."},
		"too large":       {`{"title":"x","storageGb":5000}`, []string{"/parameters/storageGb"}, "Must be at most 1024."},
		"wrong type":      {`{"title":7}`, []string{"/parameters/title"}, "Must be text."},
		"not whole":       {`{"title":"x","storageGb":1.5}`, []string{"/parameters/storageGb"}, "Must be a whole number."},
		"all at once":     {`{"size":1,"storageGb":0,"tags":{"a/b":1}}`, []string{"/parameters/size", "/parameters/storageGb", "/parameters/tags/a~1b", "/parameters/title"}, ""},
		"not an object":   {`[]`, []string{"/parameters"}, "Must be an object."},
		"not JSON":        {`{`, []string{"/parameters"}, "The JSON ends too early."},
		"twice":           {`{"title":"x","title":"y"}`, []string{"/parameters"}, `The property "title" is given twice.`},
		"secret not told": {`{"title":"x","size":"hunter2"}`, []string{"/parameters/size"}, "Must be one of: small, medium."},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := platform.ExpandTemplate(webService(t), json.RawMessage(row.parameters))
			code, at := pointers(t, err)
			if code != platform.Invalid {
				t.Errorf("code %q: %v", code, err)
			}
			if diff := cmp.Diff(row.at, at); diff != "" {
				t.Errorf("pointers (-want +got):\n%s", diff)
			}
			var refused *platform.Error
			if row.says != "" && (!errors.As(err, &refused) || refused.Details[0].Message != row.says) {
				t.Errorf("says %v, want %q", refused.Details, row.says)
			}
		})
	}
}

func TestExpandTemplate_valueThatFitsNoText(t *testing.T) {
	template := platform.Template{
		Name:       "odd",
		Parameters: mustCompile(t, `{"type":"object","properties":{"list":{"type":"array","default":[]},"none":{"type":"string"}}}`),
		Manifest:   mustParse(t, `{"resources":{"db":{"type":"postgres","inputs":{"a":"x${parameters.list}","b":"x${parameters.none}"}}}}`),
	}
	_, err := platform.ExpandTemplate(template, nil)
	if _, at := pointers(t, err); !cmp.Equal(at, []string{"/parameters/list", "/parameters/none"}) {
		t.Errorf("points at %v: %v", at, err)
	}
}

// A value may hold anything, in whatever position: it arrives as it was typed, and no placeholder comes of it.
func TestExpandTemplate_valuesStayLiterals(t *testing.T) {
	template := platform.Template{
		Name:       "echo",
		Parameters: mustCompile(t, `{"type":"object","properties":{"a":{"type":"string","default":""},"b":{"type":"string","default":""},"o":{"type":"object"}}}`),
		Manifest:   mustParse(t, `{"resources":{"db":{"type":"postgres","inputs":{"alone":"${parameters.a}","joined":"${parameters.a}${parameters.b}","mixed":"<${parameters.a}${context.type}>","object":"${parameters.o}"}}}}`),
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.SampledFrom(hostileTexts), rapid.StringOf(rapid.RuneFrom([]rune("${}%.a"))), rapid.String())
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		if len(a)+len(b) > 60<<10 {
			t.Skip("beyond the limit of a request")
		}
		parameters, err := json.Marshal(map[string]any{"a": a, "b": b, "o": map[string]any{a: b}})
		if err != nil {
			t.Fatal(err)
		}
		if len(parameters) > platform.MaxManifestBytes {
			t.Skip("beyond the limit of a request")
		}
		got, err := platform.ExpandTemplate(template, parameters)
		if err != nil {
			t.Fatal(err)
		}
		inputs := got.Resources["db"].Inputs
		context := platform.Segment{Kind: platform.ContextReference, Name: "type"}
		for name, want := range map[string][]platform.Segment{
			"alone":  {literal(a)},
			"joined": {literal(a), literal(b)},
			"mixed":  {literal("<"), literal(a), context, literal(">")},
		} {
			segments, err := platform.ParseText(inputs[name].(string))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if diff := cmp.Diff(merged(want), segments); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", name, diff)
			}
		}
		segments, err := platform.ParseText(inputs["object"].(map[string]any)[a].(string))
		if diff := cmp.Diff(merged([]platform.Segment{literal(b)}), segments); err != nil || diff != "" {
			t.Fatalf("object: %v (-want +got):\n%s", err, diff)
		}
	})
}
