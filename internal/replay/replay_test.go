package replay_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/replay"
)

const recording = "testdata/azurerm-5.2.0.json"

func recorded(t *testing.T) replay.Recording {
	t.Helper()
	text, err := os.ReadFile(recording)
	if err != nil {
		t.Fatal(err)
	}
	r, err := replay.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A recording says whose it is, and becomes a provider.
func TestNew_shippedRecording(t *testing.T) {
	r := recorded(t)
	if !strings.Contains(r.Origin, "azurerm 5.2.0") || !strings.Contains(r.Origin, "MPL-2.0") {
		t.Errorf("the recording is of %q", r.Origin)
	}
	provider, err := replay.New(r)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := provider().GetProviderSchema(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(answer.ResourceSchemas) != len(r.Resources) || answer.ResourceSchemas["azurerm_storage_account"] == nil {
		t.Errorf("the provider has %d of %d resources", len(answer.ResourceSchemas), len(r.Resources))
	}
}

func TestTrim(t *testing.T) {
	r := recorded(t)
	trimmed, err := r.Trim([]string{"azurerm_subnet"}, []string{"azurerm_client_config"})
	if err != nil || len(trimmed.Resources) != 1 || len(trimmed.DataSources) != 1 {
		t.Errorf("trimmed to %d and %d, %v", len(trimmed.Resources), len(trimmed.DataSources), err)
	}
	if _, err := r.Trim([]string{"azurerm_moon"}, nil); err == nil || !strings.Contains(err.Error(), "azurerm_moon") {
		t.Errorf("what was never recorded: %v", err)
	}
}

func TestUsed(t *testing.T) {
	resources, dataSources, err := replay.Used(fstest.MapFS{
		"a/main.tf":  {Data: []byte("resource \"azurerm_subnet\" \"x\" {}\nresource \"terraform_data\" \"y\" {}\n")},
		"b/main.tf":  {Data: []byte("data \"azurerm_client_config\" \"x\" {}\nresource \"azurerm_subnet\" \"z\" {}\n")},
		"b/notes.md": {Data: []byte("resource \"azurerm_no\" \"x\" {}\n")},
	})
	if diff := cmp.Diff([]string{"azurerm_subnet"}, resources); err != nil || diff != "" {
		t.Errorf("resources (-want +got), %v:\n%s", err, diff)
	}
	if diff := cmp.Diff([]string{"azurerm_client_config"}, dataSources); diff != "" {
		t.Errorf("data sources (-want +got):\n%s", diff)
	}
	if _, _, err := replay.Used(fstest.MapFS{"a/main.tf": {Data: []byte("resource {")}}); err == nil {
		t.Error("what is no HCL was read")
	}
}

func TestRead_refuses(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":       "x",
		"nothing":       "{}",
		"two providers": `{"provider_schemas":{"a":{"resource_schemas":{"x":{}}},"b":{"resource_schemas":{"x":{}}}}}`,
	} {
		if _, err := replay.Read([]byte(text)); err == nil {
			t.Errorf("%s: it is read", name)
		}
	}
	r, err := replay.Read([]byte(`{"resource_schemas":{"x":{"block":{"attributes":{"a":{"type":"moon"}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := replay.New(r); err == nil {
		t.Error("an attribute of no type is taken")
	}
}

const sound = `resource "azurerm_resource_group" "this" {
  name     = "rg"
  location = "westeurope"
}

resource "azurerm_virtual_network" "this" {
  name                = "vnet"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  address_space       = ["10.0.0.0/16"]
}
`

// The engine finds with a recording what it would find with the provider, as far as a schema says it.
func TestReplay_whatTheEngineFinds(t *testing.T) {
	e := newEngine(t)
	for name, test := range map[string]struct{ from, to, want string }{
		"nothing wrong":            {"", "", ""},
		"unknown argument":         {`name     = "rg"`, "name = \"rg\"\n  colour = \"blue\"", `An argument named "colour" is not expected here`},
		"missing argument":         {`  location = "westeurope"`, "", `The argument "location" is required`},
		"wrong reference":          {"azurerm_resource_group.this.name", "azurerm_resource_group.this.nome", `This object has no argument, nested block, or exported attribute named "nome"`},
		"unknown resource":         {`"azurerm_virtual_network"`, `"azurerm_virtual_netwurk"`, `does not support resource type "azurerm_virtual_netwurk"`},
		"wrong type":               {`["10.0.0.0/16"]`, `{ a = 1 }`, `Inappropriate value for attribute "address_space"`},
		"computed is not settable": {`name     = "rg"`, "name = \"rg\"\n  guid = \"x\"", `An argument named "guid" is not expected here`},
	} {
		t.Run(name, func(t *testing.T) {
			text := sound
			if test.from != "" {
				text = strings.Replace(sound, test.from, test.to, 1)
			}
			e.write(t, text)
			output, err := e.run(t, "validate", "-no-color", "-json")
			var verdict struct {
				Diagnostics []struct{ Summary, Detail string } `json:"diagnostics"`
			}
			if e := json.Unmarshal(output, &verdict); e != nil {
				t.Fatalf("%v, %v: %s", err, e, output)
			}
			if test.want == "" {
				if err != nil || len(verdict.Diagnostics) > 0 {
					t.Errorf("%v: %+v", err, verdict.Diagnostics)
				}
				return
			}
			if err == nil || len(verdict.Diagnostics) == 0 || !strings.Contains(verdict.Diagnostics[0].Summary+" "+verdict.Diagnostics[0].Detail, test.want) {
				t.Errorf("want %q, got %v, %+v", test.want, err, verdict.Diagnostics)
			}
		})
	}
}

// Nobody takes the replay for the provider: it says that it makes nothing.
func TestReplay_makesNothing(t *testing.T) {
	e := newEngine(t)
	e.write(t, sound)
	output, err := e.run(t, "plan", "-no-color")
	if err == nil || !strings.Contains(string(output), "replays a recorded schema and makes nothing") {
		t.Errorf("%v: %s", err, output)
	}
}

type engine struct{ program, dir, config string }

// newEngine builds the replay to where an engine looks for azurerm.
func newEngine(t *testing.T) engine {
	t.Helper()
	program, err := exec.LookPath("tofu")
	if err != nil {
		if program, err = exec.LookPath("terraform"); err != nil {
			t.Skip("SKIPPED: neither tofu nor terraform is on the PATH, so recordings are not tried with an engine")
		}
	}
	e := engine{program: program, dir: t.TempDir()}
	mirror := t.TempDir()
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		file := filepath.Join(mirror, registry, "hashicorp", "azurerm", "5.2.0", runtime.GOOS+"_"+runtime.GOARCH, "terraform-provider-azurerm_v5.2.0")
		build := exec.CommandContext(t.Context(), "go", "build", "-o", file, "github.com/lazuli-platform/lazuli/cmd/terraform-provider-replay") // #nosec G204 -- our own program
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("build the replay: %v\n%s", err, out)
		}
	}
	e.config = filepath.Join(mirror, "engine.tfrc")
	if err := os.WriteFile(e.config, []byte("provider_installation {\n  filesystem_mirror {\n    path = \""+filepath.ToSlash(mirror)+"\"\n  }\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	e.write(t, "terraform {\n  required_providers {\n    azurerm = {\n      source  = \"hashicorp/azurerm\"\n      version = \"5.2.0\"\n    }\n  }\n}\nprovider \"azurerm\" {\n  features {}\n}\n")
	if err := os.Rename(filepath.Join(e.dir, "main.tf"), filepath.Join(e.dir, "versions.tf")); err != nil {
		t.Fatal(err)
	}
	if output, err := e.run(t, "init", "-no-color"); err != nil {
		t.Fatalf("init: %v\n%s", err, output)
	}
	return e
}

func (e engine) write(t *testing.T, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(e.dir, "main.tf"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (e engine) run(t *testing.T, args ...string) ([]byte, error) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	path, err := filepath.Abs(recording)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, e.program, args...) // #nosec G204 -- the engine, with arguments of this test
	cmd.Dir = e.dir
	cmd.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+e.config, "LAZULI_REPLAY="+path, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_INPUT=0")
	return cmd.CombinedOutput()
}
