package platform_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// asyncAPI is apim/asyncapi.yaml, as JSON has it.
type asyncAPI struct {
	t        testing.TB
	document map[string]any
	compiler *jsonschema.Compiler
}

func readAsyncAPI(t testing.TB) *asyncAPI {
	t.Helper()
	text, err := os.ReadFile("../../apim/asyncapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var decoded any
	if err := yaml.Unmarshal(text, &decoded); err != nil {
		t.Fatal(err)
	}
	plain, err := json.Marshal(decoded)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(plain))
	if err != nil {
		t.Fatal(err)
	}
	a := &asyncAPI{t: t, document: document.(map[string]any), compiler: jsonschema.NewCompiler()}
	a.compiler.AssertFormat()
	if err := a.compiler.AddResource("asyncapi.json", document); err != nil {
		t.Fatal(err)
	}
	return a
}

// at is what a JSON pointer leads to; nil when it leads nowhere.
func (a *asyncAPI) at(pointer string) any {
	var here any = a.document
	for part := range strings.SplitSeq(strings.TrimPrefix(pointer, "#/"), "/") {
		object, ok := here.(map[string]any)
		if !ok {
			return nil
		}
		here = object[part]
	}
	return here
}

func (a *asyncAPI) messages() map[string]map[string]any {
	out := map[string]map[string]any{}
	for key, m := range a.at("#/components/messages").(map[string]any) {
		out[key] = m.(map[string]any)
	}
	return out
}

// check validates a payload or the headers of a message, given by its key.
func (a *asyncAPI) check(key, part string, value any) error {
	schema, err := a.compiler.Compile("asyncapi.json#/components/messages/" + key + "/" + part)
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// keyOf finds the message of a type.
func (a *asyncAPI) keyOf(eventType string) string {
	for key, m := range a.messages() {
		if m["name"] == eventType {
			return key
		}
	}
	return ""
}

func eachRef(v any, do func(string)) {
	switch v := v.(type) {
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok {
			do(ref)
		}
		for _, member := range v {
			eachRef(member, do)
		}
	case []any:
		for _, member := range v {
			eachRef(member, do)
		}
	}
}

// The document is an AsyncAPI 3.0 document: it says what it must, every reference leads somewhere, every example is valid.
func TestAsyncAPI_document(t *testing.T) {
	a := readAsyncAPI(t)
	if a.document["asyncapi"] != "3.0.0" || a.at("#/info/title") == nil || a.at("#/info/version") == nil {
		t.Error("asyncapi, info.title and info.version are required")
	}
	eachRef(a.document, func(ref string) {
		if !strings.HasPrefix(ref, "#/") || a.at(ref) == nil {
			t.Errorf("%s leads nowhere", ref)
		}
	})
	for name, o := range a.at("#/operations").(map[string]any) {
		o := o.(map[string]any)
		if action := o["action"]; action != "send" && action != "receive" || o["channel"] == nil {
			t.Errorf("operation %s needs an action and a channel", name)
		}
	}
	onChannels := map[string]bool{}
	for _, channel := range []string{"events", "requests"} {
		eachRef(a.at("#/channels/"+channel+"/messages"), func(ref string) { onChannels[ref] = true })
	}
	for key, m := range a.messages() {
		if !onChannels["#/components/messages/"+key] {
			t.Errorf("message %s is on no channel", key)
		}
		examples, _ := m["examples"].([]any)
		if len(examples) == 0 {
			t.Errorf("message %s has no example", key)
		}
		for _, e := range examples {
			if err := a.check(key, "payload", e.(map[string]any)["payload"]); err != nil {
				t.Errorf("the example of %s: %v", key, err)
			}
		}
	}
}

// Types that the code declares, those of the document, and those that the code uses are the same.
func TestEventTypes(t *testing.T) {
	a := readAsyncAPI(t)
	var declared, documented []string
	for _, e := range platform.EventTypes() {
		declared = append(declared, e.Name())
		if e.Doc() == "" || a.messages()[a.keyOf(e.Name())]["summary"] != e.Doc() {
			t.Errorf("%s is %q in the document, %q in code", e.Name(), a.messages()[a.keyOf(e.Name())]["summary"], e.Doc())
		}
	}
	for key, m := range a.messages() {
		if key != "request" {
			documented = append(documented, m["name"].(string))
		}
	}
	slices.Sort(declared)
	slices.Sort(documented)
	if !slices.Equal(declared, documented) {
		t.Errorf("declared in code\n%v\nin apim/asyncapi.yaml\n%v", declared, documented)
	}
	used := map[string]int{}
	for name, uses := range declaredTypeUses(t) {
		if used[name] = uses; uses < 1 {
			t.Errorf("%s is declared, and nothing emits it", name)
		}
	}
	if len(used) != len(declared) {
		t.Errorf("%d variables hold %d types", len(used), len(declared))
	}
}

// declaredTypeUses counts how often the code uses each variable that holds a type of event, beside its declaration.
func declaredTypeUses(t *testing.T) map[string]int {
	t.Helper()
	uses := map[string]int{}
	var files []*ast.File
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			if call, ok := spec.Values[0].(*ast.CallExpr); ok {
				if fun, ok := call.Fun.(*ast.Ident); ok && fun.Name == "declare" {
					uses[spec.Names[0].Name] = -1
				}
			}
			return true
		})
	}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				if _, is := uses[id.Name]; is {
					uses[id.Name]++
				}
			}
			return true
		})
	}
	return uses
}
