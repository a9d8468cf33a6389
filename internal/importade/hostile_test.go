package importade_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lazuli-platform/lazuli/internal/catalog"
	"github.com/lazuli-platform/lazuli/internal/importade"
)

const (
	plainARM = `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
 "parameters": {"size": {"type": "string", "defaultValue": "small"}}, "resources": [], "outputs": {}}`
	tellTale = "this file is nobody's template"
)

// Links lead out of the catalog that is read, so whatever they lead to stays where it is.
func TestImport_linksAreNotFollowed(t *testing.T) {
	outside := t.TempDir()
	write(t, outside, "secret.json", strings.Replace(plainARM, `"resources"`, `"metadata": {"_": "`+tellTale+`"}, "resources"`, 1))
	write(t, outside, "secret.tf", `locals { x = "`+tellTale+`" }`)
	write(t, outside, "environment.yaml", "name: "+tellTale+"\ntemplatePath: secret.json")
	for name, test := range map[string]struct{ templatePath, link, to string }{
		"the template":                {"azuredeploy.json", "web/azuredeploy.json", "secret.json"},
		"a folder on the way to it":   {"elsewhere/secret.json", "web/elsewhere", "."},
		"a file beside the template":  {"main.tf", "web/secret.tf", "secret.tf"},
		"the folder of the templates": {"elsewhere/secret.tf", "web/elsewhere", "."},
		"a definition's whole folder": {"main.tf", "linked", "."},
		"the environment.yaml":        {"main.tf", "linked/environment.yaml", "environment.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			tree := t.TempDir()
			write(t, tree, "web/environment.yaml", "name: Web\ntemplatePath: "+test.templatePath)
			write(t, tree, "web/main.tf", "")
			link := filepath.Join(tree, filepath.FromSlash(test.link))
			if err := os.MkdirAll(filepath.Dir(link), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(filepath.Join(outside, test.to), link); err != nil {
				t.Skipf("SKIPPED: this system makes no symbolic links here: %v", err)
			}
			result, err := importade.Import(os.DirFS(tree))
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range result.Imported {
				for path, text := range d.Files {
					if strings.Contains(text, tellTale) {
						t.Errorf("%s holds what is outside", path)
					}
				}
			}
			if !slices.ContainsFunc(result.Refused, func(r importade.Refusal) bool { return strings.Contains(r.Reason, "links are not followed") }) {
				t.Errorf("nothing is said of the link: %+v", result)
			}
		})
	}
}

// What JSON, Terraform or the catalog cannot hold is told of; what is written always loads.
func TestImport_strangeDefinitionsLoad(t *testing.T) {
	for name, test := range map[string]struct {
		environment string
		files       map[string]string
		want        string // in what was lost or in the refusal; empty for nothing
	}{
		"an infinite default":             {"templatePath: a.json\nparameters: [{id: size, type: number, default: .inf}]", nil, "The default +Inf"},
		"a default that is no number":     {"templatePath: a.json\nparameters: [{id: size, type: number, default: NaN}]", nil, "The default NaN"},
		"a name that is no text":          {"templatePath: a.json\nparameters: [{id: size, type: object, default: {a: {1: x}}}]", nil, "The default map[a:map[1:x]]"},
		"a whole number with a point":     {"templatePath: a.json\nparameters: [{id: size, type: integer, default: 3.0}]", nil, "of type integer in environment.yaml and of type string"},
		"a property of its own":           {"templatePath: a.json\nicon: web\nparameters: [{id: size, minLength: 3}]", nil, "The property icon is not known"},
		"a version that cannot be one":    {"version: 1 beta\ntemplatePath: a.json", nil, `The version "1 beta" cannot be one here`},
		"a parameter in capitals":         {"templatePath: a.json\nparameters: [{id: SIZE}]", nil, ""},
		"a path from here":                {"templatePath: ./a.json", nil, ""},
		"a path up and down":              {"templatePath: x/../a.json", nil, "leads out of its folder"},
		"an absolute path":                {"templatePath: /etc/passwd", nil, "leads out of its folder"},
		"Terraform in JSON":               {"templatePath: main.tf.json", map[string]string{"main.tf.json": `{"output": {"it": {"value": 1}}}`}, ""},
		"a variable in JSON beside it":    {"templatePath: main.tf", map[string]string{"main.tf": "", "v.tf.json": `{"variable": {"must": {}}}`}, `need the variable "must"`},
		"a module of another folder":      {"templatePath: main.tf", map[string]string{"main.tf": "module \"net\" {\n  source = \"./net\"\n}", "net/main.tf": ""}, "calls a module of another folder"},
		"an output with a dash":           {"templatePath: main.tf", map[string]string{"main.tf": "output \"a-b\" {\n  value = 1\n}"}, "The output a-b has a name"},
		"an output that is not sensitive": {"templatePath: main.tf", map[string]string{"main.tf": "output \"open\" {\n  value     = 1\n  sensitive = false\n}"}, ""},
		"a secret with a hard name":       {"templatePath: main.tf", map[string]string{"main.tf": "output \"keyOfABC\" {\n  value     = 1\n  sensitive = true\n}"}, "cannot be named in a vault"},
	} {
		t.Run(name, func(t *testing.T) {
			tree := fstest.MapFS{"web/environment.yaml": {Data: []byte("name: Web\n" + test.environment)}, "web/a.json": {Data: []byte(plainARM)}}
			for path, text := range test.files {
				tree["web/"+path] = &fstest.MapFile{Data: []byte(text)}
			}
			result, err := importade.Import(tree)
			if err != nil || len(result.Imported)+len(result.Refused) != 1 {
				t.Fatalf("%+v, %v", result, err)
			}
			said := ""
			for _, r := range result.Refused {
				said += r.Reason
			}
			for _, d := range result.Imported {
				said += strings.Join(slices.DeleteFunc(d.Lost, func(s string) bool { return strings.Contains(s, "stays behind") }), "\n")
				if err := loads(d); err != nil {
					t.Errorf("it does not load: %v", err)
				}
			}
			if !strings.Contains(said, test.want) || test.want == "" && said != "" {
				t.Errorf("it says %q, want %q", said, test.want)
			}
		})
	}
}

// A long name is cut where it is still a name.
func TestImport_longName(t *testing.T) {
	folder := strings.Repeat("a", 39) + "-environment"
	result, err := importade.Import(fstest.MapFS{folder + "/environment.yaml": {Data: []byte("name: Web\ntemplatePath: a.json")}, folder + "/a.json": {Data: []byte(plainARM)}})
	if err != nil || len(result.Imported) != 1 || result.Imported[0].Name != strings.Repeat("a", 39) {
		t.Errorf("%+v, %v", result, err)
	}
}

func loads(d importade.Definition) error {
	documents, modules := fstest.MapFS{}, fstest.MapFS{}
	for path, text := range d.Files {
		if rest, ok := strings.CutPrefix(path, "catalog/"); ok {
			documents[rest] = &fstest.MapFile{Data: []byte(text)}
		} else {
			modules[strings.TrimPrefix(path, "modules/")] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	_, err := catalog.Load(documents, modules, catalog.Options{})
	return err
}

func write(t *testing.T, folder, name, text string) {
	t.Helper()
	path := filepath.Join(folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
