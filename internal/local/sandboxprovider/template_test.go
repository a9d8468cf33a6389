package sandboxprovider_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/catalog"
	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/policy"
	"github.com/lazuli-platform/lazuli/internal/render"
)

// writeTemplate puts what a shipped template renders to into the root.
func (w *world) writeTemplate(name, parameters string) {
	w.t.Helper()
	infra := filepath.Join(modules(w.t), "..", "..")
	c, err := catalog.Load(os.DirFS(filepath.Join(infra, "catalog")), os.DirFS(filepath.Join(infra, "modules")), catalog.Options{Targets: []string{"local"}, CompilePolicy: policy.Compile})
	if err != nil {
		w.t.Fatal(err)
	}
	template, ok := c.Template(name)
	if !ok {
		w.t.Fatalf("there is no template %s", name)
	}
	manifest, err := platform.ExpandTemplate(template, json.RawMessage(parameters))
	if err != nil {
		w.t.Fatal(err)
	}
	resolved, manifest, err := platform.ResolveManifest(c, manifest, platform.Place{Project: "payments", Environment: "dev", Type: "dev"})
	if err != nil {
		w.t.Fatal(err)
	}
	renderer, err := render.New(os.DirFS(filepath.Join(infra, "modules")), render.LocalBackend{Directory: w.t.TempDir()}, render.Local)
	if err != nil {
		w.t.Fatal(err)
	}
	files, err := renderer.Render(platform.RenderInput{Project: "payments", Environment: "dev", Type: "dev", Manifest: manifest, Resolved: resolved})
	if err != nil {
		w.t.Fatal(err)
	}
	for name, content := range files {
		path := filepath.Join(w.root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			w.t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
	w.mustRun("init", "-no-color")
}

func TestTemplates_vmLab(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	w.writeTemplate("vm-lab", `{"size": "medium", "setupScript": "echo set up in $LAZULI_MACHINE"}`)
	w.mustRun("apply", "-no-color", "-auto-approve")
	all := w.outputs()["outputs"].(map[string]any)
	for alias, want := range map[string]map[string]any{
		"lab": {"name": "payments-dev-lab", "maxMachines": 2.0}, "vm-one": {"power": "on"}, "vm-two": {"power": "on"},
		"setup-one": {"output": "set up in vm-one\n"}, "setup-two": {"output": "set up in vm-two\n"},
	} {
		for name, value := range want {
			if got := all[alias].(map[string]any)[name]; got != value {
				t.Errorf("%s of %s is %v, want %v", name, alias, got, value)
			}
		}
	}
	if out, status := w.planStatus(); status != 0 {
		t.Errorf("a plan right after apply has changes (%d):\n%s", status, out)
	}
	w.mustRun("destroy", "-no-color", "-auto-approve")
	left, err := w.api.Leftovers(t.Context(), "payments", "dev")
	if err != nil || len(left) != 0 {
		t.Errorf("left over: %v %v", left, err)
	}
}
