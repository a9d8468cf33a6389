package platform_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// top is the top of the repository, seen from this package.
const top = "../.."

// files are the module's files, parsed.
func files(t *testing.T) map[string]*hclsyntax.Body {
	t.Helper()
	paths, err := filepath.Glob("*.tf")
	if err != nil || len(paths) < 10 {
		t.Fatalf("there are %d files (%v)", len(paths), err)
	}
	found := map[string]*hclsyntax.Body{}
	for _, path := range paths {
		found[path] = parse(t, path)
	}
	return found
}

func parse(t *testing.T, path string) *hclsyntax.Body {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, diagnostics := hclsyntax.ParseConfig(text, path, hcl.InitialPos)
	if diagnostics.HasErrors() {
		t.Fatal(diagnostics)
	}
	return file.Body.(*hclsyntax.Body)
}

// local is the value of a local, as it is written.
func local(t *testing.T, name string) hclsyntax.Expression {
	t.Helper()
	for _, body := range files(t) {
		for _, block := range body.Blocks {
			if block.Type == "locals" && block.Body.Attributes[name] != nil {
				return block.Body.Attributes[name].Expr
			}
		}
	}
	t.Fatalf("there is no local.%s", name)
	return nil
}

// keysOf are the keys of an object, sorted.
func keysOf(t *testing.T, expression hclsyntax.Expression) []string {
	t.Helper()
	object, ok := expression.(*hclsyntax.ObjectConsExpr)
	if !ok {
		t.Fatalf("at %s there is no object", expression.Range())
	}
	var keys []string
	for _, item := range object.Items {
		key := hcl.ExprAsKeyword(item.KeyExpr)
		if key == "" {
			value, diagnostics := item.KeyExpr.Value(nil)
			if diagnostics.HasErrors() {
				t.Fatal(diagnostics)
			}
			key = value.AsString()
		}
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// resource is the block of a resource, or nil.
func resource(t *testing.T, kind, name string) *hclsyntax.Body {
	t.Helper()
	for _, body := range files(t) {
		for _, block := range body.Blocks {
			if block.Type == "resource" && slices.Equal(block.Labels, []string{kind, name}) {
				return block.Body
			}
		}
	}
	t.Fatalf("there is no %s.%s", kind, name)
	return nil
}

// source is an expression as it is written.
func source(t *testing.T, expression hclsyntax.Expression) string {
	t.Helper()
	at := expression.Range()
	text, err := os.ReadFile(at.Filename)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text[at.Start.Byte:at.End.Byte]))
}
