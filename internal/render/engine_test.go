package render_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/render"
)

// engine runs Terraform or OpenTofu in one folder.
type engine struct {
	t       *testing.T
	program string
	dir     string
	config  string // TF_CLI_CONFIG_FILE
}

// newEngine puts a rendered root into a folder; mirror is where providers are found, empty for none.
func newEngine(t *testing.T, files map[string][]byte, mirror string) engine {
	t.Helper()
	program, err := exec.LookPath("tofu")
	if err != nil {
		if program, err = exec.LookPath("terraform"); err != nil {
			t.Skip("SKIPPED: neither tofu nor terraform is on the PATH, so rendered roots are not tried with an engine")
		}
	}
	dir := t.TempDir()
	writeFiles(t, dir, files)
	config := filepath.Join(dir, "engine.tfrc")
	text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(mirror))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return engine{t: t, program: program, dir: dir, config: config}
}

// run runs the engine in a folder below the root and gives what it printed to stdout.
func (e engine) run(folder string, args ...string) []byte {
	e.t.Helper()
	ctx, stop := context.WithTimeout(e.t.Context(), time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, e.program, args...) // #nosec G204 -- the engine, with arguments of this test
	cmd.Dir = filepath.Join(e.dir, folder)
	cmd.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+e.config, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_INPUT=0")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		e.t.Fatalf("%s in %q: %v\n%s%s", strings.Join(args, " "), folder, err, stdout.Bytes(), stderr.Bytes())
	}
	return stdout.Bytes()
}

// sandboxMirror builds the sandbox provider into a mirror.
func sandboxMirror(t *testing.T) string {
	t.Helper()
	return mirror(t, "terraform-provider-sandbox", "lazuli-platform", "sandbox", render.Local.Providers["sandbox"].Version)
}

// azurermMirror has the replay of azurerm's recorded schema in azurerm's place.
func azurermMirror(t *testing.T) string {
	t.Helper()
	version := azure.Providers["azurerm"].Version
	recording, err := filepath.Abs("../replay/testdata/azurerm-" + version + ".json")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("LAZULI_REPLAY", recording)
	return mirror(t, "terraform-provider-replay", "hashicorp", "azurerm", version)
}

// mirror builds a provider of ours to where engines look, under both registries that they know.
func mirror(t *testing.T, program, namespace, name, version string) string {
	t.Helper()
	mirror := t.TempDir()
	file := "terraform-provider-" + name + "_v" + version
	built := filepath.Join(mirror, file)
	build := exec.CommandContext(t.Context(), "go", "build", "-o", built, "github.com/lazuli-platform/lazuli/cmd/"+program) // #nosec G204 -- our own program
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", program, err, out)
	}
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		dir := filepath.Join(mirror, registry, namespace, name, version, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Link(built, filepath.Join(dir, file)); err != nil {
			t.Fatal(err)
		}
	}
	return mirror
}

// Every template that is shipped renders to a root that the engine takes, without a warning.
func TestRender_shippedTemplatesValidate(t *testing.T) {
	r := newRenderer(t, shippedModules, render.Local)
	inputs := map[string]platform.RenderInput{
		"web-service-with-database": shippedInput(t, "web-service-with-database", `{"title":"${1+1}"}`),
		"virtual-machine":           shippedInput(t, "virtual-machine", `{"startupScript":"echo ${HOME}"}`),
		"vm-lab":                    shippedInput(t, "vm-lab", `{"setupScript":"echo ${HOME}"}`),
		"kubernetes-team":           shippedInput(t, "kubernetes-team", `{}`),
		"static-site":               shippedInput(t, "static-site", `{"title":"${1+1}"}`),
		"workload":                  shippedManifest(t, parse(t, shop), nil),
		"empty":                     shippedInput(t, "empty", ``),
		"values":                    valuesInput(t),
	}
	newEngine(t, nil, "") // skips before a provider is built for nothing
	mirror := sandboxMirror(t)
	for name, in := range inputs {
		t.Run(name, func(t *testing.T) { validates(t, mustRender(t, r, in), mirror) })
	}
}

// everythingInAzure is a resource of every type, a workload of every class, and a secret value.
const everythingInAzure = `{"resources":{
	"files": {"type":"storage-account","inputs":{"containers":["uploads"]}}, "images": {"type":"container-registry"}, "vault": {"type":"key-vault"},
	"cache": {"type":"redis"}, "orders": {"type":"service-bus-queue"}, "db": {"type":"postgres"}, "sql": {"type":"sql-database"},
	"site": {"type":"app-service","inputs":{"settings":{"TITLE":"${1+1}","URL":"at ${resources.db.outputs.url}","PASSWORD":"${values.PASSWORD}"}}},
	"api": {"type":"container-app","inputs":{"image":"acme/api:1","settings":{"URL":"${resources.cache.outputs.url}"}}},
	"lab": {"type":"devtest-lab"}, "worker": {"type":"virtual-machine","class":"medium","inputs":{"lab":"${resources.lab.outputs.name}","startupScript":"echo $${HOME}"}},
	"setup": {"type":"vm-extension","inputs":{"machine":"${resources.worker.outputs.name}","script":"uname -a"}}, "cluster": {"type":"aks-cluster"},
	"on-app": {"type":"workload","class":"app-service","inputs":{"containers":{"main":{"image":"a"}}}},
	"on-containers": {"type":"workload","inputs":{"containers":{"main":{"image":"a","variables":{"X":"${resources.db.outputs.url}"}}}}},
	"on-aks": {"type":"workload","class":"aks","inputs":{"containers":{"main":{"image":"a"}},"service":{"ports":{"www":{"port":80}}}}}}}`

// So does a root in Azure with all that can be asked for, and one with nothing, by the schema of azurerm.
func TestRender_validatesInAzure(t *testing.T) {
	newEngine(t, nil, "")
	mirror := azurermMirror(t)
	r := newRenderer(t, shippedModules, azure)
	everything := strings.ReplaceAll(everythingInAzure, `"${1+1}"`, `"$${1+1}"`)
	values := platform.ValueSet{"PASSWORD": {Value: platform.Value{Secret: "https://lazuli.vault.azure.net/secrets/value-password-1/0123456789abcdef0123456789abcdef"}}}
	validates(t, mustRender(t, r, shippedManifestFor(t, azure, parse(t, everything), values)), mirror)
	validates(t, mustRender(t, r, shippedInputFor(t, azure, "empty", ``)), mirror)
}

// validates says that the engine takes a root and its proof without a warning.
func validates(t *testing.T, files map[string][]byte, mirror string) {
	t.Helper()
	e := newEngine(t, files, mirror)
	for _, folder := range []string{"", "proof"} {
		e.run(folder, "init", "-no-color", "-backend=false")
		var verdict struct {
			Diagnostics []any `json:"diagnostics"`
		}
		if err := json.Unmarshal(e.run(folder, "validate", "-json"), &verdict); err != nil {
			t.Fatal(err)
		}
		if len(verdict.Diagnostics) > 0 {
			t.Errorf("folder %q: %v", folder, verdict.Diagnostics)
		}
	}
}

// The engine hands every hostile text to the modules as it was typed: as value, as name, as class, in longer texts.
func TestRender_appliedByTheEngine(t *testing.T) {
	settings, list := map[string]any{}, []any{}
	want := map[string]any{}
	for i, text := range append(hostileTexts, tooLargeOnce[:1000]) {
		name := fmt.Sprintf("V%d", i)
		settings[name] = platform.FormatText([]platform.Segment{{Text: text}, {Kind: platform.OutputReference, Alias: "db", Name: "port"}, {Text: text}})
		want[name] = text + "5432" + text
		settings["K"+text] = literal(text)
		want["K"+text] = text
		list = append(list, literal(text), map[string]any{text: "${resources.db.outputs.port}"})
	}
	for class, text := range map[string]string{"one": `${1+1}`, "two": `"}, "x": "${file(\"/etc/passwd\")}`} {
		m := platform.Manifest{Resources: map[string]platform.Resource{
			"db":   {Type: "database", Class: text, Inputs: map[string]any{"note": literal(text)}},
			"site": {Type: "site", Class: class, Inputs: map[string]any{"settings": settings, "tree": list}},
		}}
		files := mustRender(t, newRenderer(t, "testdata/modules", plain), plainInput(t, m))
		delete(files, "backend.tf.json") // its folder is not ours to write
		e := newEngine(t, files, t.TempDir())
		e.run("", "init", "-no-color")
		e.run("", "apply", "-no-color", "-auto-approve")
		var outputs struct {
			Outputs struct {
				Sensitive bool           `json:"sensitive"`
				Value     map[string]any `json:"value"`
			} `json:"outputs"`
		}
		if err := json.Unmarshal(e.run("", "output", "-json"), &outputs); err != nil {
			t.Fatal(err)
		}
		site := outputs.Outputs.Value["site"].(map[string]any)["given"].(map[string]any)
		if diff := cmp.Diff(want, site["settings"]); diff != "" {
			t.Errorf("settings (-typed +given):\n%s", diff)
		}
		db := outputs.Outputs.Value["db"].(map[string]any)
		given := db["given"].(map[string]any)
		if given["note"] != text || given["sku"] != "B1 ${1+1}" || given["context"].(map[string]any)["class"] != text {
			t.Errorf("the database was given %v", given)
		}
		if diff := cmp.Diff(map[string]any{"secret": "https://vault.example.org/payments.dev/secrets/db--url"}, db["url"]); diff != "" || outputs.Outputs.Sensitive {
			t.Errorf("the secret left as (-want +got):\n%s", diff)
		}
	}
}

// The proof names what exists, as texts that the run reports.
func TestRender_proofAppliedByTheEngine(t *testing.T) {
	e := newEngine(t, mustRender(t, newRenderer(t, "testdata/modules", plain), plainInput(t, platform.Manifest{})), t.TempDir())
	e.run("proof", "init", "-no-color")
	e.run("proof", "apply", "-no-color", "-auto-approve")
	var outputs struct {
		Remaining struct {
			Value []string `json:"value"`
		} `json:"remaining"`
	}
	if err := json.Unmarshal(e.run("proof", "output", "-json"), &outputs); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"sites/payments-dev"}, outputs.Remaining.Value); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
