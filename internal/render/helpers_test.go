package render_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/catalog"
	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/policy"
	"github.com/lazuli-platform/lazuli/internal/render"
)

// plain is a target whose modules need no provider: they hand on what they are given (testdata/modules).
var plain = render.Target{Folder: "local", Secret: "local/vault-secret", ReadSecret: "local/vault-read", Leftovers: "local/leftovers"}

var states = render.LocalBackend{Directory: "/var/lib/lazuli/states"}

func newRenderer(t testing.TB, modules string, target render.Target) *render.Renderer {
	t.Helper()
	r, err := render.New(os.DirFS(modules), states, target)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func schema(t testing.TB, text string) platform.Schema {
	t.Helper()
	s, err := platform.CompileSchema("a test", json.RawMessage(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// plainTypes are the resource types of testdata/modules with their definitions.
func plainTypes(t testing.TB) map[string]platform.Resolved {
	return map[string]platform.Resolved{
		"database": {
			Type: platform.ResourceType{
				Name:    "database",
				Inputs:  schema(t, `{"type":"object","properties":{"note":{}}}`),
				Outputs: schema(t, `{"type":"object","properties":{"given":{},"host":{"type":"string"},"port":{"type":"integer"},"url":{"type":"string","x-secret":true}}}`),
			},
			Definition: platform.ResourceDefinition{Name: "database-plain", Version: "1", Type: "database", Module: "local/database", Inputs: json.RawMessage(`{"sku":"B1 ${1+1}"}`), Files: plainModule(t, "local/database")},
		},
		"site": {
			Type:       platform.ResourceType{Name: "site", Inputs: schema(t, `{"type":"object","properties":{"settings":{},"tree":{}}}`), Outputs: schema(t, `{"type":"object","properties":{"given":{}}}`)},
			Definition: platform.ResourceDefinition{Name: "site-plain", Version: "1", Type: "site", Module: "local/site", Files: plainModule(t, "local/site")},
		},
	}
}

// plainModule reads the files of a module of testdata/modules.
func plainModule(t testing.TB, module string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join("testdata", "modules", module))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".tf") {
			continue
		}
		content, err := os.ReadFile(filepath.Join("testdata", "modules", module, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name()] = string(content)
	}
	return files
}

// someValues are values of every type; the secret is one that is stored.
var someValues = platform.ValueSet{
	"TITLE":    {Value: platform.Value{JSON: json.RawMessage(`"Pay & more ${1+1} ` + taint + `"`)}},
	"PORT":     {Value: platform.Value{JSON: json.RawMessage(`8080`)}},
	"TREE":     {Value: platform.Value{JSON: json.RawMessage(`{"` + taint + `":["${resources.db.outputs.url}",true]}`)}},
	"PASSWORD": {Value: platform.Value{Secret: "https://vault.example.org/payments/secrets/" + taint + "/1"}},
}

// plainInput makes the input for a manifest of plain types.
func plainInput(t testing.TB, m platform.Manifest) platform.RenderInput {
	types := plainTypes(t)
	in := platform.RenderInput{Project: "payments", Environment: "dev", Type: "dev", Manifest: m, Resolved: map[string]platform.Resolved{}, Values: someValues}
	for alias, r := range m.Resources {
		in.Resolved[alias] = types[r.Type]
	}
	return in
}

func parse(t testing.TB, text string) platform.Manifest {
	t.Helper()
	m, err := platform.ParseManifest([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const (
	shippedModules = "../../infra/modules"
	shippedCatalog = "../../infra/catalog"
)

// azure builds in a subscription of nobody.
var azure = render.Azure(render.AzureSettings{
	Subscription: "00000000-0000-0000-0000-000000000000",
	Vault:        "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-lazuli/providers/Microsoft.KeyVault/vaults/lazuli",
})

func shippedFor(t testing.TB, target render.Target) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Load(os.DirFS(shippedCatalog), os.DirFS(shippedModules), catalog.Options{Targets: []string{target.Folder}, CompilePolicy: policy.Compile})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// shippedInput expands and resolves a template of the repository's own catalog.
func shippedInput(t testing.TB, template, parameters string) platform.RenderInput {
	t.Helper()
	return shippedInputFor(t, render.Local, template, parameters)
}

func shippedInputFor(t testing.TB, target render.Target, template, parameters string) platform.RenderInput {
	t.Helper()
	tpl, ok := shippedFor(t, target).Template(template)
	if !ok {
		t.Fatalf("there is no template %s", template)
	}
	m, err := platform.ExpandTemplate(tpl, json.RawMessage(parameters))
	if err != nil {
		t.Fatal(err)
	}
	return shippedManifestFor(t, target, m, nil)
}

// shippedManifest resolves a manifest with the repository's own catalog.
func shippedManifest(t testing.TB, m platform.Manifest, values platform.ValueSet) platform.RenderInput {
	t.Helper()
	return shippedManifestFor(t, render.Local, m, values)
}

func shippedManifestFor(t testing.TB, target render.Target, m platform.Manifest, values platform.ValueSet) platform.RenderInput {
	t.Helper()
	in, err := shippedResolverFor(t, target)(m, values)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// shippedResolver resolves manifests with the repository's own catalog.
func shippedResolver(t testing.TB) func(m platform.Manifest, values platform.ValueSet) (platform.RenderInput, error) {
	t.Helper()
	return shippedResolverFor(t, render.Local)
}

func shippedResolverFor(t testing.TB, target render.Target) func(m platform.Manifest, values platform.ValueSet) (platform.RenderInput, error) {
	t.Helper()
	c := shippedFor(t, target)
	return func(m platform.Manifest, values platform.ValueSet) (platform.RenderInput, error) {
		resolved, m, err := platform.ResolveManifest(c, m, platform.Place{Project: "payments", Environment: "dev", Type: "dev", Values: values})
		return platform.RenderInput{Project: "payments", Environment: "dev", Type: "dev", Region: "westeurope", Operation: "01JDEPLOY", Manifest: m, Resolved: resolved, Values: values}, err
	}
}

func mustRender(t testing.TB, r *render.Renderer, in platform.RenderInput) map[string][]byte {
	t.Helper()
	files, err := r.Render(in)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// writeFiles puts a rendered root into a folder.
func writeFiles(t testing.TB, dir string, files map[string][]byte) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// hostileTexts mean something to one of the languages that they could fall into the hands of.
var hostileTexts = []string{
	`'; drop table x; --`, `' or PartitionKey ne '`, `${1+1}`, `$${1+1}`, `$$${1+1}`, `%{if true}x%{endif}`, `%%{x}`, `$(whoami)`, "`id`",
	`${{ variables }}`, `$(System.AccessToken)`, `$[variables.x]`, `##vso[task.setvariable variable=a]b`, `##vso[task.complete result=Succeeded]`,
	`##[section]`, `"; rm -rf / #`, `$env:PATH`, `@(Get-ChildItem)`, `<script>`, `{{7*7}}`, `../../x`, "\x00", "\r\n", "\x1b[31m", "\u202eabc", "\u2028",
	"🙂", `-rf`, `--help`, `=cmd|' /C calc'!A0`, `CON`, `NUL`, `.terraform`, `con.tf`, `${var.r_db.text[0]}`, `${module.db.url}`, `${file("/etc/passwd")}`,
	`$`, `$$`, `${`, `{`, `}`, ``, `"`, `\`, `"}`, "null", "true", "1e400", "a\nb = 1", "é",
}

// literal writes a text so that a manifest means the text itself.
func literal(text string) string {
	return platform.FormatText([]platform.Segment{{Kind: platform.LiteralText, Text: text}})
}

// tooLargeOnce is the one hostile text that would slow every test down if it were in the list.
var tooLargeOnce = strings.Repeat("a", 50<<10)
