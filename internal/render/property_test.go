package render_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// taint is in every text that the generators type, so that one look finds any that has become code.
const taint = "TYPED"

func typedText() *rapid.Generator[string] {
	text := rapid.OneOf(rapid.SampledFrom(hostileTexts), rapid.StringOf(rapid.RuneFrom([]rune(`${}%"\.a`))), rapid.String())
	return rapid.Custom(func(t *rapid.T) string {
		if rapid.Bool().Draw(t, "in front") {
			return taint + text.Draw(t, "text")
		}
		return text.Draw(t, "text") + taint
	})
}

// manifestText is a text value of a manifest: typed text, with references in it perhaps.
func manifestText() *rapid.Generator[string] {
	segment := rapid.OneOf(
		rapid.Map(typedText(), func(text string) platform.Segment {
			return platform.Segment{Kind: platform.LiteralText, Text: text}
		}),
		rapid.Just(platform.Segment{Kind: platform.OutputReference, Alias: "db", Name: "host"}),
		rapid.Just(platform.Segment{Kind: platform.OutputReference, Alias: "db", Name: "url"}),
		rapid.Just(platform.Segment{Kind: platform.ContextReference, Name: "environment"}),
		rapid.Just(platform.Segment{Kind: platform.ValueReference, Name: "TITLE"}),
		rapid.Just(platform.Segment{Kind: platform.ValueReference, Name: "PORT"}),
		rapid.Just(platform.Segment{Kind: platform.ValueReference, Name: "PASSWORD"}),
	)
	texts := rapid.Map(rapid.SliceOfN(segment, 0, 4), platform.FormatText)
	return rapid.OneOf(texts, rapid.Just("${values.TREE}")) // which cannot be a part of a text
}

// inputValue is any value of an input, nested to the depth.
func inputValue(depth int) *rapid.Generator[any] {
	leaves := []*rapid.Generator[any]{
		rapid.Map(manifestText(), func(s string) any { return s }),
		rapid.Just[any](nil), rapid.Just[any](true), rapid.Just[any](json.Number("1.5")),
	}
	if depth == 0 {
		return rapid.OneOf(leaves...)
	}
	return rapid.OneOf(append(leaves,
		rapid.Map(rapid.SliceOfN(inputValue(depth-1), 0, 3), func(v []any) any { return v }),
		rapid.Map(rapid.MapOfN(typedText(), inputValue(depth-1), 0, 3), func(v map[string]any) any { return v }),
	)...)
}

func manifests() *rapid.Generator[platform.Manifest] {
	return rapid.Custom(func(t *rapid.T) platform.Manifest {
		m := platform.Manifest{Resources: map[string]platform.Resource{"db": {Type: "database", Class: typedText().Draw(t, "class")}}}
		for _, alias := range rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z][a-z0-9-]{0,10}[a-z0-9]`), 0, 4, rapid.ID).Draw(t, "aliases") {
			if alias == "db" {
				continue
			}
			m.Resources[alias] = platform.Resource{Type: "site", Class: typedText().Draw(t, "class"), Inputs: map[string]any{
				"settings": inputValue(2).Draw(t, "settings"), "tree": inputValue(3).Draw(t, "tree"),
			}}
		}
		return m
	})
}

// What was typed arrives at the module as it was typed, and is nowhere but in the variables.
func TestRender_typedTextIsNeverCode(t *testing.T) {
	r := newRenderer(t, "testdata/modules", plain)
	rapid.Check(t, func(rt *rapid.T) {
		m := manifests().Draw(rt, "manifest")
		files := mustRender(t, r, plainInput(t, m))
		for name, content := range files {
			if strings.Contains(string(content), taint) && name != "terraform.tfvars.json" {
				rt.Fatalf("typed text is in %s:\n%s", name, content)
			}
			if strings.HasSuffix(name, ".json") && !json.Valid(content) {
				rt.Fatalf("%s is not JSON:\n%s", name, content)
			}
		}
		code, variables := decode(t, files["main.tf.json"]), decode(t, files["terraform.tfvars.json"])
		checkSecretCalls(rt, code, variables)
		for alias, resource := range m.Resources {
			call := code["module"].(map[string]any)[alias].(map[string]any)
			if got := variables["r_"+alias].(map[string]any)["class"]; got != resource.Class {
				rt.Fatalf("the class %q of %s travels as %q", resource.Class, alias, got)
			}
			for name, input := range resource.Inputs {
				got, err := evaluate(call[name], variables)
				if err != nil {
					rt.Fatalf("%s.%s: %v", alias, name, err)
				}
				if diff := cmp.Diff(meant(t, input), got); diff != "" {
					rt.Fatalf("%s.%s arrives as something else (-meant +got):\n%s", alias, name, diff)
				}
			}
		}
	})
}

// checkSecretCalls checks that what reads a secret is told its address by the variables.
func checkSecretCalls(t *rapid.T, code, variables map[string]any) {
	for name, call := range code["module"].(map[string]any) {
		if key, ok := strings.CutPrefix(name, "value_"); ok {
			got, err := evaluate(call.(map[string]any)["reference"], variables)
			if err != nil || got != someValues[key].Secret {
				t.Fatalf("%s reads %v (%v)", name, got, err)
			}
		}
	}
}

func TestRender_deterministic(t *testing.T) {
	r := newRenderer(t, "testdata/modules", plain)
	rapid.Check(t, func(rt *rapid.T) {
		m := manifests().Draw(rt, "manifest")
		first := mustRender(t, r, plainInput(t, m))
		// A copy has its maps in another order, and a second renderer has read the modules again.
		second := mustRender(t, newRenderer(t, "testdata/modules", plain), plainInput(t, copyOf(m)))
		if !maps.EqualFunc(first, second, func(a, b []byte) bool { return string(a) == string(b) }) {
			rt.Fatal(cmp.Diff(first, second))
		}
	})
}

func copyOf(m platform.Manifest) platform.Manifest {
	out := platform.Manifest{Resources: map[string]platform.Resource{}}
	for alias, resource := range m.Resources {
		resource.Inputs = maps.Clone(resource.Inputs)
		out.Resources[alias] = resource
	}
	return out
}

// before writes a text directly before a reference.
func before(text string) string {
	return platform.FormatText([]platform.Segment{{Text: text}, {Kind: platform.OutputReference, Alias: "db", Name: "host"}})
}

func FuzzRender(f *testing.F) {
	for _, text := range append(hostileTexts, tooLargeOnce) {
		f.Add(text, "key", "class")
		f.Add("value", text, text)
	}
	r := newRenderer(f, "testdata/modules", plain)
	f.Fuzz(func(t *testing.T, text, key, class string) {
		inputs := map[string]any{
			"settings": map[string]any{"A" + key: literal(text), "URL": before(text)},
			"tree":     []any{literal(text), map[string]any{key: map[string]any{key: "${resources.db.outputs.host}"}}},
		}
		m := platform.Manifest{Resources: map[string]platform.Resource{
			"db": {Type: "database", Class: class, Inputs: map[string]any{"note": literal(text)}}, "site": {Type: "site", Class: class, Inputs: inputs},
		}}
		files := mustRender(t, r, plainInput(t, m))
		code, variables := decode(t, files["main.tf.json"]), decode(t, files["terraform.tfvars.json"])
		for alias := range m.Resources {
			for name, expression := range code["module"].(map[string]any)[alias].(map[string]any) {
				if name == "source" || name == "context" {
					continue
				}
				if _, err := evaluate(expression, variables); err != nil {
					t.Fatalf("%s.%s: %v", alias, name, err)
				}
			}
		}
	})
}
