package render_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/render"
)

// A target in Azure is proven by a question about the tags; one that is not has no such file, and the run asks nobody.
func TestRender_asksResourceGraph(t *testing.T) {
	azure := plain
	azure.Leftovers, azure.ResourceGraph = "", true
	r, err := render.New(os.DirFS("testdata/modules"), states, azure)
	if err != nil {
		t.Fatal(err)
	}
	files := mustRender(t, r, plainInput(t, platform.Manifest{}))
	var question struct{ Query, Sees string }
	if err := json.Unmarshal(files["proof/resource-graph.json"], &question); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"tags['lazuli-project'] == 'payments'", "tags['lazuli-environment'] == 'dev'", "resourcecontainers ", "union (resources "} {
		if !strings.Contains(question.Query, want) {
			t.Errorf("%s is not in %s", want, question.Query)
		}
	}
	if _, asked := mustRender(t, newRenderer(t, "testdata/modules", plain), plainInput(t, platform.Manifest{}))["proof/resource-graph.json"]; asked {
		t.Error("a local target asks Azure")
	}
	e := newEngine(t, files, t.TempDir())
	e.run("proof", "init", "-no-color")
	e.run("proof", "apply", "-no-color", "-auto-approve")
	if out := string(e.run("proof", "output", "-json")); !strings.Contains(out, `"remaining"`) {
		t.Errorf("the proof root says %s", out)
	}
}
