package render_test

import (
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/render"
)

func rendered(t *testing.T, r *render.Renderer, manifest string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for name, content := range mustRender(t, r, shippedManifest(t, parse(t, manifest), nil)) {
		files[name] = string(content)
	}
	return files
}

// Switching changes the variable of the power and not one other byte, and back it is what it was.
func TestSwitch(t *testing.T) {
	r := newRenderer(t, shippedModules, render.Local)
	files := rendered(t, r, `{"resources":{"db":{"type":"postgres"},"vm":{"type":"virtual-machine","inputs":{"power":"off"}},"files":{"type":"storage-account"}}}`)
	off, any, err := r.Switch(files, platform.PowerOff)
	if err != nil || !any {
		t.Fatalf("switch: %v %v", any, err)
	}
	for name, text := range files {
		want := text
		if name == "terraform.tfvars.json" {
			want = strings.Replace(text, `"power": "on"`, `"power": "off"`, 1)
		}
		if off[name] != want {
			t.Errorf("%s is\n%s\nwant\n%s", name, off[name], want)
		}
	}
	if off["terraform.tfvars.json"] == files["terraform.tfvars.json"] {
		t.Error("nothing was switched")
	}
	on, _, err := r.Switch(off, platform.PowerOn)
	if err != nil || on["terraform.tfvars.json"] != files["terraform.tfvars.json"] {
		t.Errorf("back again it is\n%s (%v)", on["terraform.tfvars.json"], err)
	}
}

// What cannot be switched says so.
func TestSwitch_nothing(t *testing.T) {
	r := newRenderer(t, shippedModules, render.Local)
	files := rendered(t, r, `{"resources":{"files":{"type":"storage-account"}}}`)
	if _, any, err := r.Switch(files, platform.PowerOff); any || err != nil {
		t.Errorf("a storage account is switched: %v %v", any, err)
	}
	if _, _, err := r.Switch(map[string]string{}, platform.PowerOff); err == nil {
		t.Error("a root without variables is switched")
	}
}
