package platform_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// smallCatalog is a catalog in memory, as far as resolving asks for one.
type smallCatalog struct {
	platform.Catalog
	types       []platform.ResourceType
	definitions []platform.ResourceDefinition
}

func (c smallCatalog) ResourceTypes() []platform.ResourceType { return c.types }
func (c smallCatalog) ResourceType(name string) (platform.ResourceType, bool) {
	for _, t := range c.types {
		if t.Name == name {
			return t, true
		}
	}
	return platform.ResourceType{}, false
}
func (c smallCatalog) DefinitionsOf(kind string) []platform.ResourceDefinition {
	return slices.DeleteFunc(slices.Clone(c.definitions), func(d platform.ResourceDefinition) bool { return d.Type != kind })
}

func newCatalog(t testing.TB, definitions ...platform.ResourceDefinition) smallCatalog {
	if len(definitions) == 0 {
		definitions = []platform.ResourceDefinition{define("postgres-any", platform.Rule{})}
	}
	definitions = append(definitions, platform.ResourceDefinition{Name: "app-any", Version: "1", Type: "app-service", Match: []platform.Rule{{}}})
	return smallCatalog{
		types: []platform.ResourceType{
			{
				Name: "app-service",
				Inputs: mustCompile(t, `{"type":"object","properties":{
					"runtime":{"enum":["static","process"],"default":"static"},
					"url":{"type":"string","pattern":"^https?://"},
					"deep":{"type":"array","items":{"$ref":"#/$defs/named"}},
					"port":{"anyOf":[{"type":"integer"},{"enum":["auto"]}]},
					"hosts":{"type":"array","uniqueItems":true,"maxItems":2,"items":{"type":"string","maxLength":20}},
					"settings":{"type":"object","maxProperties":3,"propertyNames":{"pattern":"^[A-Z_]+$"},"additionalProperties":{"type":"string","maxLength":12}}},
					"$defs":{"named":{"type":"object","additionalProperties":{"type":"object","propertyNames":{"pattern":"^[A-Z]$"}}}}}`),
				Outputs: mustCompile(t, `{"type":"object","properties":{"url":{"type":"string"}}}`),
			},
			{
				Name:    "postgres",
				Inputs:  mustCompile(t, `{"type":"object","properties":{"storageGb":{"type":"integer","minimum":1,"default":32},"note":{"type":"string","default":"${context.type}"},"peer":{"type":"string"}}}`),
				Outputs: mustCompile(t, `{"type":"object","properties":{"host":{"type":"string"},"url":{"type":"string","x-secret":true}}}`),
			},
		},
		definitions: definitions,
	}
}

func define(name string, rules ...platform.Rule) platform.ResourceDefinition {
	return platform.ResourceDefinition{Name: name, Version: "1", Type: "postgres", Module: "local/postgres", Match: rules}
}

var paymentsDev = platform.Place{Project: "payments", Environment: "pr-1", Type: "dev"}

func TestResolveManifest(t *testing.T) {
	m := mustParse(t, `{"resources":{
		"db":{"type":"postgres"},
		"site":{"type":"app-service","inputs":{"url":"${resources.db.outputs.url}","settings":{"PLACE":"${context.project}"}}}}}`)
	resolved, got, err := platform.ResolveManifest(newCatalog(t), m, paymentsDev)
	if err != nil {
		t.Fatal(err)
	}
	if resolved["db"].Definition.Name != "postgres-any" || resolved["site"].Definition.Name != "app-any" || resolved["site"].Type.Name != "app-service" {
		t.Errorf("chose %v", resolved)
	}
	want := mustParse(t, `{"resources":{
		"db":{"type":"postgres","inputs":{"storageGb":32,"note":"$${context.type}"}},
		"site":{"type":"app-service","inputs":{"runtime":"static","url":"${resources.db.outputs.url}","settings":{"PLACE":"${context.project}"}}}}}`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, again, err := platform.ResolveManifest(newCatalog(t), got, paymentsDev)
	if diff := cmp.Diff(got, again); err != nil || diff != "" {
		t.Errorf("resolving again changes it: %v\n%s", err, diff)
	}
	if len(m.Resources["db"].Inputs) != 0 {
		t.Error("the manifest that was given has changed")
	}
}

func TestResolveManifest_mostSpecificRule(t *testing.T) {
	definitions := []platform.ResourceDefinition{
		define("anywhere", platform.Rule{}),
		define("in-dev", platform.Rule{EnvironmentType: "dev"}),
		define("small", platform.Rule{Class: "small"}),
		define("of-payments", platform.Rule{Project: "payments"}),
		define("small-in-test", platform.Rule{EnvironmentType: "test", Class: "small"}),
		define("of-shop-in-prod", platform.Rule{Project: "shop", EnvironmentType: "prod"}, platform.Rule{Project: "shop", EnvironmentType: "test", Class: "large"}),
	}
	for _, row := range []struct {
		project, kind, class, want string
	}{
		{"shop", "prod", "", "of-shop-in-prod"},
		{"shop", "test", "", "anywhere"},
		{"shop", "dev", "", "in-dev"},
		{"shop", "dev", "small", "small"},
		{"payments", "dev", "small", "of-payments"},
		{"payments", "test", "small", "small-in-test"},
		{"shop", "test", "large", "of-shop-in-prod"},
	} {
		m := platform.Manifest{Resources: map[string]platform.Resource{"db": {Type: "postgres", Class: row.class}}}
		resolved, _, err := platform.ResolveManifest(newCatalog(t, definitions...), m, platform.Place{Project: row.project, Environment: "one", Type: row.kind})
		if err != nil {
			t.Errorf("%v: %v", row, err)
		} else if got := resolved["db"].Definition.Name; got != row.want {
			t.Errorf("%v: chose %s", row, got)
		}
	}
}

func TestResolveManifest_twoDefinitionsApply(t *testing.T) {
	c := newCatalog(t, define("one", platform.Rule{EnvironmentType: "dev"}), define("two", platform.Rule{EnvironmentType: "dev"}))
	_, _, err := platform.ResolveManifest(c, mustParse(t, `{"resources":{"db":{"type":"postgres"}}}`), paymentsDev)
	if platform.CodeOf(err) != platform.Conflict || !strings.Contains(err.Error(), `"one" and "two"`) {
		t.Errorf("got %v, want a Conflict that names both", err)
	}
	// A more specific third settles it.
	c.definitions = append(c.definitions, define("three", platform.Rule{EnvironmentType: "dev", Project: "payments"}))
	if _, _, err := platform.ResolveManifest(c, mustParse(t, `{"resources":{"db":{"type":"postgres"}}}`), paymentsDev); err != nil {
		t.Error(err)
	}
}

func TestResolveManifest_fixedInputs(t *testing.T) {
	d := define("fixed", platform.Rule{})
	d.Inputs = json.RawMessage(`{"storageGb":8,"sku":"B1"}`)
	_, m, err := platform.ResolveManifest(newCatalog(t, d), mustParse(t, `{"resources":{"db":{"type":"postgres"}}}`), paymentsDev)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := m.Resources["db"].Inputs["storageGb"]; ok {
		t.Error("the default of an input that the definition fixes is in the manifest")
	}
	_, _, err = platform.ResolveManifest(newCatalog(t, d), mustParse(t, `{"resources":{"db":{"type":"postgres","inputs":{"storageGb":8}}}}`), paymentsDev)
	if _, at := pointers(t, err); !cmp.Equal(at, []string{"/manifest/resources/db/inputs/storageGb"}) {
		t.Errorf("points at %v: %v", at, err)
	}
}

func TestResolveManifest_refuses(t *testing.T) {
	const db = `"db":{"type":"postgres"}`
	for name, row := range map[string]struct {
		resources string
		at        string
		says      string
	}{
		"bad alias":           {`"Db":{"type":"postgres"}`, "", "cannot be the name of a resource"},
		"long alias":          {`"` + strings.Repeat("a", 41) + `":{"type":"postgres"}`, "", "cannot be the name of a resource"},
		"unknown type":        {`"db":{"type":"oracle"}`, "/db/type", `known are "app-service", "postgres"`},
		"bad class":           {`"db":{"type":"postgres","class":"${context.type}"}`, "/db/class", "cannot be a class"},
		"unknown input":       {`"db":{"type":"postgres","inputs":{"storage":1}}`, "/db/inputs/storage", `known are "note", "peer", "storageGb"`},
		"bad input":           {`"db":{"type":"postgres","inputs":{"storageGb":0}}`, "/db/inputs/storageGb", "Must be at least 1."},
		"unknown placeholder": {`"db":{"type":"postgres","inputs":{"note":"${1+1}"}}`, "/db/inputs/note", "${1+1} is not a placeholder"},
		"parameter":           {`"db":{"type":"postgres","inputs":{"note":"${parameters.x}"}}`, "/db/inputs/note", "in templates only"},
		"no such alias":       {db + `,"site":{"type":"app-service","inputs":{"url":"${resources.dd.outputs.url}"}}`, "/site/inputs/url", `no resource "dd"`},
		"no such output":      {db + `,"site":{"type":"app-service","inputs":{"hosts":["${resources.db.outputs.ip}"]}}`, "/site/inputs/hosts/0", `they have "host", "url"`},
		"itself":              {`"db":{"type":"postgres","inputs":{"peer":"${resources.db.outputs.host}"}}`, "/db", "db → db"},
		"cycle": {`"aa":{"type":"postgres","inputs":{"peer":"${resources.cc.outputs.host}"}},"bb":{"type":"postgres","inputs":{"peer":"${resources.aa.outputs.host}"}},"cc":{"type":"postgres","inputs":{"peer":"x ${resources.bb.outputs.host}"}}`,
			"/aa", "aa → cc → bb → aa"},
		"known text too long":  {`"site":{"type":"app-service","inputs":{"settings":{"A":"${context.project}-more"}}}`, "/site/inputs/settings/A", "at most 12"},
		"escaped text":         {`"site":{"type":"app-service","inputs":{"settings":{"A":"$${1234567890}"}}}`, "/site/inputs/settings/A", "at most 12 characters long; it has 13"},
		"shape around opaque":  {db + `,"site":{"type":"app-service","inputs":{"hosts":["${resources.db.outputs.host}","b","c"]}}`, "/site/inputs/hosts", "at most 2 items"},
		"name beside opaque":   {db + `,"site":{"type":"app-service","inputs":{"settings":{"A":"${resources.db.outputs.url}","b":"x"}}}`, "/site/inputs/settings/b", "name of this property"},
		"bad names deep down":  {`"site":{"type":"app-service","inputs":{"runtime":"static","deep":[{"of":{"A":"x"}},{"of":{"a":"x","B":"y"}}],"hosts":["a"]}}`, "/site/inputs/deep/1/of/a", "name of this property"},
		"none of the forms":    {`"site":{"type":"app-service","inputs":{"port":"eighty"}}`, "/site/inputs/port", "Must be a whole number. Or: Must be one of: auto."},
		"list instead of text": {`"db":{"type":"postgres","inputs":{"note":[]}}`, "/db/inputs/note", "Must be text."},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := platform.ResolveManifest(newCatalog(t), mustParse(t, `{"resources":{`+row.resources+`}}`), paymentsDev)
			code, at := pointers(t, err)
			if code != platform.Invalid || len(at) != 1 || !strings.HasSuffix(at[0], row.at) || !strings.HasPrefix(at[0], "/manifest/resources/") {
				t.Fatalf("code %q, points at %v: %v", code, at, err)
			}
			var e *platform.Error
			if errors.As(err, &e); !strings.Contains(e.Details[0].Message, row.says) {
				t.Errorf("says %q, want %q in it", e.Details[0].Message, row.says)
			}
		})
	}
}

func TestResolveManifest_noDefinition(t *testing.T) {
	c := newCatalog(t, define("small", platform.Rule{Class: "small", EnvironmentType: "dev"}), define("elsewhere", platform.Rule{Class: "large", EnvironmentType: "prod"}))
	_, _, err := platform.ResolveManifest(c, mustParse(t, `{"resources":{"db":{"type":"postgres","class":"large"}}}`), paymentsDev)
	var e *platform.Error
	if !errors.As(err, &e) || e.Code != platform.Invalid {
		t.Fatalf("got %v", err)
	}
	want := `Nothing in the catalog builds type "postgres", class "large" in project "payments" and an environment of type "dev". There are these classes: "small".`
	if e.Details[0].Message != want {
		t.Errorf("says\n %s, want\n %s", e.Details[0].Message, want)
	}
}

func TestResolveManifest_doesNotJudgeReferences(t *testing.T) {
	m := mustParse(t, `{"resources":{"db":{"type":"postgres","inputs":{"storageGb":"${resources.site.outputs.url}"}},"site":{"type":"app-service","inputs":{
		"port":"${resources.other.outputs.host}","url":"x${resources.other.outputs.url}",
		"hosts":["${resources.other.outputs.host}","${resources.other.outputs.host}"]}},"other":{"type":"postgres"}}}`)
	if _, _, err := platform.ResolveManifest(newCatalog(t), m, paymentsDev); err != nil {
		t.Error(err)
	}
}

func TestResolveManifest_limits(t *testing.T) {
	many := platform.Manifest{Resources: map[string]platform.Resource{}}
	for i := range 51 {
		many.Resources[fmt.Sprintf("db-%d", i)] = platform.Resource{Type: "postgres"}
	}
	var deep any = "x"
	for range 25 {
		deep = []any{deep}
	}
	one := func(input any) platform.Manifest {
		return platform.Manifest{Resources: map[string]platform.Resource{"db": {Type: "postgres", Inputs: map[string]any{"note": input}}}}
	}
	for name, row := range map[string]struct {
		m    platform.Manifest
		code platform.Code
	}{
		"resources": {many, platform.Invalid},
		"depth":     {one(deep), platform.Invalid},
		"size":      {one(strings.Repeat("x", platform.MaxManifestBytes)), platform.BodyTooLarge},
	} {
		if _, _, err := platform.ResolveManifest(newCatalog(t), row.m, paymentsDev); platform.CodeOf(err) != row.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCheckTemplate(t *testing.T) {
	good := platform.Template{Name: "good", Parameters: mustCompile(t, `{"type":"object","required":["gb"],"properties":{"gb":{"type":"integer"},"note":{"type":"string"},"size":{"enum":["small"]}}}`)}
	for name, row := range map[string]struct {
		resources string
		at        []string
	}{
		"sound":                 {`"db":{"type":"postgres","class":"${parameters.size}","inputs":{"storageGb":"${parameters.gb}","note":"${parameters.note}","peer":"${parameters.gb} of ${context.type}"}}`, nil},
		"no such parameter":     {`"db":{"type":"postgres","class":"${parameters.klass}","inputs":{"note":"${parameters.nota}"}}`, []string{"/manifest/resources/db/class", "/manifest/resources/db/inputs/note"}},
		"optional in a text":    {`"db":{"type":"postgres","inputs":{"note":"a ${parameters.note}"}}`, []string{"/manifest/resources/db/inputs/note"}},
		"class by reference":    {`"db":{"type":"postgres","class":"${context.type}"}`, []string{"/manifest/resources/db/class"}},
		"class is no name":      {`"db":{"type":"postgres","class":"A${parameters.gb}"}`, []string{"/manifest/resources/db/class"}},
		"unknown type, input":   {`"db":{"type":"oracle"},"pg":{"type":"postgres","inputs":{"x":1}}`, []string{"/manifest/resources/db/type", "/manifest/resources/pg/inputs/x"}},
		"wrong literal":         {`"db":{"type":"postgres","inputs":{"storageGb":"many"}}`, []string{"/manifest/resources/db/inputs/storageGb"}},
		"reference to nothing":  {`"db":{"type":"postgres","inputs":{"note":"${resources.xx.outputs.url}"}}`, []string{"/manifest/resources/db/inputs/note"}},
		"not a placeholder":     {`"db":{"type":"postgres","class":"${","inputs":{"note":"${"}}`, []string{"/manifest/resources/db/class", "/manifest/resources/db/inputs/note"}},
		"resource needs itself": {`"db":{"type":"postgres","inputs":{"note":"${resources.db.outputs.url}"}}`, []string{"/manifest/resources/db"}},
	} {
		t.Run(name, func(t *testing.T) {
			template := good
			template.Manifest = mustParse(t, `{"resources":{`+row.resources+`}}`)
			_, at := pointers(t, platform.CheckTemplate(newCatalog(t), template))
			if diff := cmp.Diff(row.at, at); diff != "" {
				t.Errorf("pointers (-want +got):\n%s", diff)
			}
		})
	}
}
