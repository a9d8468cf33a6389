package bindings_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/api/bindings"
)

const contract = `
openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /things/{thing}:
    parameters: [{name: thing, in: path, required: true, schema: {type: string}}]
    get: {operationId: getThing, responses: {default: {description: d}}}
    put: {operationId: putThing, responses: {default: {description: d}}}
`

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func derive(t *testing.T, text string) (map[string][]byte, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "openapi.yaml")
	write(t, path, text)
	return bindings.Derive(path)
}

func TestDerive(t *testing.T) {
	files, err := derive(t, contract)
	if err != nil {
		t.Fatal(err)
	}
	want := `{
  "bindings": [
    {
      "type": "httpTrigger",
      "direction": "in",
      "name": "req",
      "authLevel": "anonymous",
      "methods": [
        "get"
      ],
      "route": "things/{thing}"
    },
    {
      "type": "http",
      "direction": "out",
      "name": "res"
    }
  ]
}
`
	if diff := cmp.Diff(want, string(files["getThing"])); diff != "" || len(files) != 2 {
		t.Errorf("%d files, getThing: %s", len(files), diff)
	}
}

func TestDerive_refused(t *testing.T) {
	for name, text := range map[string]string{
		"has no operationId": strings.Replace(contract, "operationId: getThing, ", "", 1),
		"validate contract":  strings.Replace(contract, "{thing}:", "{other}:", 1),
		"read contract":      "openapi: [",
	} {
		if _, err := derive(t, text); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error = %v, want one that says %s", err, name)
		}
	}
}

func TestSync(t *testing.T) {
	folder := t.TempDir()
	byHand := `{"bindings": [{"type": "timerTrigger", "direction": "in", "name": "timer"}]}`
	write(t, filepath.Join(folder, "sweep", "function.json"), byHand)
	write(t, filepath.Join(folder, "getGone", "function.json"), `{"bindings": [{"type": "httpTrigger"}]}`)
	files, err := derive(t, contract)
	if err != nil {
		t.Fatal(err)
	}
	changed, err := bindings.Sync(folder, files)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(changed)
	if diff := cmp.Diff([]string{"getGone", "getThing/function.json", "putThing/function.json"}, changed); diff != "" {
		t.Error(diff)
	}
	if content, err := os.ReadFile(filepath.Join(folder, "sweep", "function.json")); err != nil || string(content) != byHand {
		t.Errorf("the hand-written function became %q (%v)", content, err)
	}
	if changed, err = bindings.Sync(folder, files); err != nil || len(changed) != 0 {
		t.Errorf("a second run changed %v (%v)", changed, err)
	}
}
