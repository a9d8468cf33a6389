package importade_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/catalog"
	"github.com/lazuli-platform/lazuli/internal/importade"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

func importSample(t *testing.T) importade.Result {
	t.Helper()
	result, err := importade.Import(os.DirFS("testdata/catalog"))
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// Every definition of the sample is imported, with what was lost, or refused, with the reason.
func TestImport_everyDefinition(t *testing.T) {
	result := importSample(t)
	var got []string
	for _, d := range result.Imported {
		got = append(got, d.Name+" ("+d.Runner+")")
		for _, lost := range d.Lost {
			got = append(got, "  "+lost)
		}
	}
	for _, r := range result.Refused {
		reason, _, _ := strings.Cut(r.Reason, ": yaml")
		got = append(got, "NOT "+strings.TrimPrefix(r.Folder, "Environments/")+": "+reason)
	}
	want := []string{
		"bicep-compiled (Bicep)",
		"  The Bicep stays behind: what is deployed is main.json, as it was compiled.",
		"every-type (ARM)",
		`  The type "colour" of the parameter colour is not known; any value is taken.`,
		"  The default many of the parameter wrong does not fit its type or what it allows.",
		"  The default x of the parameter outside does not fit its type or what it allows.",
		"  The parameter locked is read-only there; here a request can set it, unless the definition fixes it.",
		"  The parameter decimal is of type number in environment.yaml and of type string in the template, which will refuse it: make them agree.",
		"secret-input (ARM)",
		"  The parameter admin-password is called adminPassword here.",
		"  The parameter version is called givenVersion here.",
		"  The parameter admin-password is secret: give it a secret value, ${values.<key>}, and never the secret itself.",
		"  The parameter unused is none of the template; it is left out.",
		"standard-image (ARM)",
		"terraform-provider (Terraform)",
		"  Its backend is in a module now, where the engine does not want it: take it out of the files.",
		"  Its provider azurerm is in a module now, where the engine does not want it: take it out of the files.",
		"terraform-storage (Terraform)",
		"  README.md stays behind: a module here is the Terraform files of one folder.",
		"  The secret output connection_string cannot be named in a vault: call it connectionString in the files and in the resource type.",
		"web-app (ARM)",
		"  The output key is securestring, which ARM does not give away.",
		"NOT bicep-only: Its Bicep is not compiled; run: az bicep build --file main.bicep.",
		"NOT broken: It is not YAML of the documented form",
		`NOT outside: Its templatePath "../web-app/azuredeploy.json" leads out of its folder.`,
		"NOT own-image: Its runner is the image acme.azurecr.io/runner:1, which can do anything; write a definition for what it does.",
		`NOT subscription: Its template azuredeploy.json does not deploy into a resource group: its $schema is "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#".`,
		`NOT terraform-needy: Its files need the variable "resource_group_name", which its environment.yaml does not name.`,
		`NOT zz/web-app: Its name would be "web-app", which Environments/web-app has already.`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is imported is a sound catalog: every document loads, and every module has what its type promises.
func TestImport_isACatalog(t *testing.T) {
	documents, modules := fstest.MapFS{}, fstest.MapFS{}
	result := importSample(t)
	for _, d := range result.Imported {
		for path, text := range d.Files {
			if rest, ok := strings.CutPrefix(path, "catalog/"); ok {
				documents[rest] = &fstest.MapFile{Data: []byte(text)}
			} else {
				modules[strings.TrimPrefix(path, "modules/")] = &fstest.MapFile{Data: []byte(text)}
			}
		}
	}
	c, err := catalog.Load(documents, modules, catalog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(c.Items()); n != 3*len(result.Imported) || len(result.Imported) != 7 {
		t.Errorf("%d definitions made %d documents", len(result.Imported), n)
	}
	storage, _ := c.ResourceType("terraform-storage")
	if !storage.Outputs.Secret("accessKey") || storage.Outputs.Secret("group") {
		t.Errorf("its outputs are %s", storage.Outputs.JSON)
	}
	for _, item := range c.Items() {
		if proposed := item.Status == platform.StatusProposed; proposed != (item.Kind != platform.KindResourceType) {
			t.Errorf("%s %s has the status %q", item.Kind, item.Name, item.Status)
		}
	}
	every, _ := c.ResourceType("every-type")
	for name, want := range map[string]string{"whole": "3", "choice": "false", "list": "[1,2]", "thing": `{"a":1}`} {
		property, _ := every.Inputs.Property(name)
		if got, err := json.Marshal(property["default"]); err != nil || string(got) != want {
			t.Errorf("the default of %s is %s, want %s", name, got, want)
		}
	}
}

// An ARM template is carried word for word: what Terraform would take for its own is escaped, also in the template's expressions.
func TestImport_armTemplateIsText(t *testing.T) {
	result := importSample(t)
	i := slices.IndexFunc(result.Imported, func(d importade.Definition) bool { return d.Name == "web-app" })
	main := result.Imported[i].Files["modules/azure/web-app/main.tf.json"]
	for _, want := range []string{`costs 5 $${dollars} and %%{percent}`, `"name": "${var.name}"`, `"template_content": "${jsonencode(local.template)}"`, `output_content).url.value`} {
		if !strings.Contains(main, want) || strings.Contains(main, `5 ${dollars}`) {
			t.Errorf("the module has no %s:\n%s", want, main)
		}
	}
}

func FuzzImport(f *testing.F) {
	f.Add("name: x\nrunner: ARM\ntemplatePath: a.json\nparameters: [{id: a, type: integer, default: 1, allowed: [1]}]", `{"$schema":"deploymentTemplate.json","parameters":{"a":{"type":"int"}},"outputs":{"b":{"type":"string"}}}`)
	f.Add("name: x\ntemplatePath: a.tf", "variable \"a\" {}\noutput \"b\" { value = 1 }")
	f.Fuzz(func(t *testing.T, environment, template string) {
		result, err := importade.Import(fstest.MapFS{"d1/environment.yaml": {Data: []byte(environment)}, "d1/a.json": {Data: []byte(template)}, "d1/a.tf": {Data: []byte(template)}})
		if err != nil || len(result.Imported)+len(result.Refused) != 1 {
			t.Fatalf("%+v, %v", result, err)
		}
		for _, d := range result.Imported {
			if err := loads(d); err != nil {
				t.Fatalf("it does not load: %v", err)
			}
			for path := range d.Files {
				if strings.Contains(path, "..") || strings.Count(path, "/") > 3 {
					t.Fatalf("it would write %q", path)
				}
			}
		}
	})
}
