package catalog_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/lazuli-platform/lazuli/internal/catalog"
	"github.com/lazuli-platform/lazuli/internal/policy"
)

// published is the JSON Schema that editors check documents with.
func published(t *testing.T) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	for _, name := range []string{"catalog.json", "manifest.json"} {
		content, err := os.ReadFile(filepath.Join("../../apim/schemas", name))
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiler.AddResource("https://lazuli-platform.github.io/schemas/"+name, document); err != nil {
			t.Fatal(err)
		}
	}
	schema, err := compiler.Compile("https://lazuli-platform.github.io/schemas/catalog.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(t *testing.T, schema *jsonschema.Schema, document json.RawMessage) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

// Every document that ships satisfies the published schema.
func TestSchema_shippedDocuments(t *testing.T) {
	schema := published(t)
	c, err := catalog.Load(os.DirFS("../../infra/catalog"), os.DirFS("../../infra/modules"), catalog.Options{CompilePolicy: policy.Compile})
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range c.Items() {
		if err := validate(t, schema, item.Document); err != nil {
			t.Errorf("%s: %v", item.Ref(), err)
		}
	}
}

// Every document that ships says where its schema is, so that editors complete it.
func TestSchema_shippedDocumentsNameIt(t *testing.T) {
	root := os.DirFS("../../infra/catalog")
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".yaml") {
			return err
		}
		content, err := fs.ReadFile(root, name)
		if err == nil && !strings.HasPrefix(string(content), "# yaml-language-server: $schema=../../../apim/schemas/catalog.json\n") {
			t.Errorf("%s does not begin with the line that names its schema", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What an editor should mark: a fault for each kind of document, which the loader refuses too.
func TestSchema_refuses(t *testing.T) {
	schema := published(t)
	for name, document := range map[string]string{
		"other kind":          `{"apiVersion":"lazuli/v1","kind":"Thing","metadata":{"name":"aa"},"spec":{}}`,
		"no title":            `{"apiVersion":"lazuli/v1","kind":"ResourceType","metadata":{"name":"aa"},"spec":{"inputs":{"type":"object"},"outputs":{"type":"object"}}}`,
		"no outputs":          `{"apiVersion":"lazuli/v1","kind":"ResourceType","metadata":{"name":"aa","title":"A"},"spec":{"inputs":{"type":"object"}}}`,
		"module elsewhere":    `{"apiVersion":"lazuli/v1","kind":"ResourceDefinition","metadata":{"name":"aa"},"spec":{"type":"aa","module":"../x","match":[{}]}}`,
		"rule of nothing":     `{"apiVersion":"lazuli/v1","kind":"ResourceDefinition","metadata":{"name":"aa"},"spec":{"type":"aa","module":"modules/local/x","match":[{"env":"dev"}]}}`,
		"price of nothing":    `{"apiVersion":"lazuli/v1","kind":"ResourceDefinition","metadata":{"name":"aa"},"spec":{"type":"aa","module":"modules/local/x","match":[{}],"price":[{"meter":"a/b/c"}]}}`,
		"resource of no type": `{"apiVersion":"lazuli/v1","kind":"Template","metadata":{"name":"aa","title":"A"},"spec":{"parameters":{"type":"object"},"manifest":{"resources":{"db":{}}}}}`,
		"budget of text":      `{"apiVersion":"lazuli/v1","kind":"EnvironmentType","metadata":{"name":"aa","title":"A"},"spec":{"templates":["*"],"budget":{"monthly":"much"}}}`,
		"policy in silence":   `{"apiVersion":"lazuli/v1","kind":"Policy","metadata":{"name":"aa"},"spec":{"require":"true"}}`,
		"a field too many":    `{"apiVersion":"lazuli/v1","kind":"Policy","metadata":{"name":"aa"},"spec":{"require":"true","message":"No.","because":"x"}}`,
	} {
		if err := validate(t, schema, json.RawMessage(document)); err == nil {
			t.Errorf("%s: the schema takes %s", name, document)
		}
		if _, err := (catalog.Compiler{Options: catalog.Options{CompilePolicy: policy.Compile}}).Item(json.RawMessage(document), map[string]string{"main.tf": ""}); err == nil {
			t.Errorf("%s: the loader takes %s", name, document)
		}
	}
}
