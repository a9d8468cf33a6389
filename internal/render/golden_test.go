package render_test

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/render"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// nested has a reference in every kind of place: alone, in a text, in an object, in a list, beside what refers to nothing.
const nested = `{"resources":{
	"db": {"type":"database","class":"small","inputs":{"note":"for ${context.project}/${context.environment}"}},
	"my-site": {"type":"site","inputs":{
		"settings": {"TITLE":"Pay & more","DATABASE_URL":"${resources.db.outputs.url}","LINE":"at ${resources.db.outputs.host}:${resources.db.outputs.port}, $${kept}"},
		"tree": [1, {"a b": [true, null, "${resources.db.outputs.port}"], "rest": {"x": 1.5}}, "plain"]}}}}`

// shop is a Score document with a shared database.
const shop = `{"workloads":{"shop":{"apiVersion":"score.dev/v1b1","metadata":{"name":"shop"},"service":{"ports":{"www":{"port":80}}},
	"containers":{"main":{"image":"acme/shop:1","command":["/app"],"variables":{"DB":"${resources.db.url}","NOTE":"$${1+1} of ${metadata.name}"},"files":{"/etc/app":{"content":"of ${metadata.name}"}}}},
	"resources":{"db":{"type":"postgres","id":"main.db","params":{"storageGb":8}}}}}}`

func TestRender_golden(t *testing.T) {
	shipped := newRenderer(t, shippedModules, render.Local)
	inAzure, err := render.New(os.DirFS(shippedModules), render.AzureBackend{StorageAccount: "lazulistates", Container: "states"}, azure)
	if err != nil {
		t.Fatal(err)
	}
	for name, files := range map[string]map[string][]byte{
		"web-service-with-database": mustRender(t, shipped, shippedInput(t, "web-service-with-database", `{"title":"Payments"}`)),
		"virtual-machine":           mustRender(t, shipped, shippedInput(t, "virtual-machine", `{"size":"large","startupScript":"echo ${HOME} > hello\n"}`)),
		"vm-lab":                    mustRender(t, shipped, shippedInput(t, "vm-lab", `{"size":"medium"}`)),
		"kubernetes-team":           mustRender(t, shipped, shippedInput(t, "kubernetes-team", `{}`)),
		"static-site":               mustRender(t, shipped, shippedInput(t, "static-site", `{"title":"Docs"}`)),
		"workload":                  mustRender(t, shipped, shippedManifest(t, parse(t, shop), nil)),
		"empty":                     mustRender(t, shipped, shippedInput(t, "empty", ``)),
		"azure-backend":             mustRender(t, inAzure, shippedInputFor(t, azure, "web-service-with-database", `{"title":"Payments"}`)),
		"azure-empty":               mustRender(t, inAzure, shippedInputFor(t, azure, "empty", ``)),
		"values":                    mustRender(t, shipped, valuesInput(t)),
		"nested-references":         mustRender(t, newRenderer(t, "testdata/modules", plain), plainInput(t, parse(t, nested))),
	} {
		t.Run(name, func(t *testing.T) { compareGolden(t, filepath.Join("testdata", "golden", name), files) })
	}
}

// valuesInput is a site with a value as a setting, one in a longer text, and a secret.
func valuesInput(t *testing.T) platform.RenderInput {
	t.Helper()
	set := platform.ValueSet{
		"TITLE":    {Value: platform.Value{JSON: []byte(`"${1+1}"`)}},
		"PORT":     {Value: platform.Value{JSON: []byte(`8080`)}},
		"PASSWORD": {Value: platform.Value{Secret: "http://localhost:7071/vault/v.payments/secrets/value-password-1/2"}},
	}
	return shippedManifest(t, parse(t, `{"resources":{"site":{"type":"app-service","inputs":{"settings":{
		"TITLE":"${values.TITLE}","ADDRESS":"localhost:${values.PORT}","PASSWORD":"${values.PASSWORD}","URL":"http://user:${values.PASSWORD}@host"}}}}}`), set)
}

// compareGolden compares what was rendered with a folder; of the modules' copies it compares the names alone.
func compareGolden(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	golden := map[string][]byte{"files.txt": []byte(strings.Join(slices.Sorted(maps.Keys(files)), "\n") + "\n")}
	for name, content := range files {
		if !strings.HasPrefix(name, "modules/") {
			golden[name] = content
		}
	}
	if *update {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		writeFiles(t, dir, golden)
		return
	}
	for name, got := range golden {
		want, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			t.Errorf("%v (go test ./internal/render -update writes it)", err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s differs (-want +got); go test ./internal/render -update rewrites it:\n%s", name, diff)
		}
	}
}

func TestRender_refuses(t *testing.T) {
	r := newRenderer(t, "testdata/modules", plain)
	for name, change := range map[string]func(in *platform.RenderInput){
		"project that is no name":      func(in *platform.RenderInput) { in.Project = `x"/../..` },
		"environment that is no name":  func(in *platform.RenderInput) { in.Environment = "${1+1}" },
		"alias that is no name":        func(in *platform.RenderInput) { rename(in, "db", `db"}`) },
		"no definition":                func(in *platform.RenderInput) { delete(in.Resolved, "db") },
		"module of no target":          func(in *platform.RenderInput) { setModule(in, "azure/postgres") },
		"module that is not there":     func(in *platform.RenderInput) { setFiles(in, nil) },
		"module with a file elsewhere": func(in *platform.RenderInput) { setFiles(in, map[string]string{"../main.tf": ""}) },
		"module with another file":     func(in *platform.RenderInput) { setFiles(in, map[string]string{"main.sh": ""}) },
		"module that is code":          func(in *platform.RenderInput) { setModule(in, "local/${file(1)}") },
		"module outside":               func(in *platform.RenderInput) { setModule(in, "local/../../x") },
		"input that is no name":        func(in *platform.RenderInput) { in.Manifest.Resources["db"].Inputs[`a"b`] = "x" },
		"input that Terraform keeps":   func(in *platform.RenderInput) { in.Manifest.Resources["db"].Inputs["source"] = "x" },
		"input that we keep":           func(in *platform.RenderInput) { in.Manifest.Resources["db"].Inputs["context"] = "x" },
		"input fixed and given":        func(in *platform.RenderInput) { in.Manifest.Resources["db"].Inputs["sku"] = "x" },
		"reference to nothing": func(in *platform.RenderInput) {
			in.Manifest.Resources["db"].Inputs["note"] = "${resources.xx.outputs.url}"
		},
		"parameter of a template":      func(in *platform.RenderInput) { in.Manifest.Resources["db"].Inputs["note"] = "${parameters.title}" },
		"placeholder that does not be": func(in *platform.RenderInput) { in.Manifest.Resources["db"].Inputs["note"] = []any{"${1+1}"} },
		"output that cannot be a name": func(in *platform.RenderInput) { setOutputs(t, in, `{"type":"object","properties":{"a-b":{}}}`) },
		"secret that cannot have a name": func(in *platform.RenderInput) {
			setOutputs(t, in, `{"type":"object","properties":{"a_b":{"x-secret":true}}}`)
		},
	} {
		in := plainInput(t, parse(t, `{"resources":{"db":{"type":"database","inputs":{"note":"x"}}}}`))
		change(&in)
		if files, err := r.Render(in); err == nil {
			t.Errorf("%s: rendered\n%s", name, files["main.tf.json"])
		}
	}
}

func rename(in *platform.RenderInput, from, to string) {
	in.Manifest.Resources[to], in.Resolved[to] = in.Manifest.Resources[from], in.Resolved[from]
	delete(in.Manifest.Resources, from)
}

func setModule(in *platform.RenderInput, module string) {
	r := in.Resolved["db"]
	r.Definition.Module = module
	in.Resolved["db"] = r
}

func setFiles(in *platform.RenderInput, files map[string]string) {
	r := in.Resolved["db"]
	r.Definition.Files = files
	in.Resolved["db"] = r
}

// Two versions of one module in one environment keep out of each other's way.
func TestRender_twoVersionsOfAModule(t *testing.T) {
	in := plainInput(t, parse(t, `{"resources":{"db":{"type":"database"},"other":{"type":"database"}}}`))
	newer := in.Resolved["other"]
	newer.Definition.Name = "database-newer"
	newer.Definition.Files = map[string]string{"main.tf": "# newer\n"}
	in.Resolved["other"] = newer
	files := mustRender(t, newRenderer(t, "testdata/modules", plain), in)
	if string(files["modules/local/database--database-newer/main.tf"]) != "# newer\n" || len(files["modules/local/database/main.tf"]) < 20 {
		t.Errorf("the root holds %v", slices.Sorted(maps.Keys(files)))
	}
	if !strings.Contains(string(files["main.tf.json"]), `"source": "./modules/local/database--database-newer"`) {
		t.Errorf("main.tf.json does not use both:\n%s", files["main.tf.json"])
	}
}

func setOutputs(t *testing.T, in *platform.RenderInput, text string) {
	r := in.Resolved["db"]
	r.Type.Outputs = schema(t, text)
	in.Resolved["db"] = r
}

func TestNew_refusesATargetWithoutItsModules(t *testing.T) {
	for _, target := range []render.Target{
		{Folder: "azure", Secret: "local/vault-secret", Leftovers: "local/leftovers"},
		{Folder: "local", Secret: "local/none", Leftovers: "local/leftovers"},
		{Folder: "local", Secret: "local/vault-secret"},
	} {
		if _, err := render.New(os.DirFS("testdata/modules"), states, target); err == nil {
			t.Errorf("%+v is taken", target)
		}
	}
}

func TestLocalBackend_escapesItsFolder(t *testing.T) {
	r, err := render.New(os.DirFS("testdata/modules"), render.LocalBackend{Directory: "/tmp/${x}/%{y}"}, plain)
	if err != nil {
		t.Fatal(err)
	}
	files := mustRender(t, r, plainInput(t, platform.Manifest{}))
	if want := `"path": "/tmp/$${x}/%%{y}/payments/dev/terraform.tfstate"`; !strings.Contains(string(files["backend.tf.json"]), want) {
		t.Errorf("want %s in\n%s", want, files["backend.tf.json"])
	}
}
