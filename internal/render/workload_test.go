package render_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/render"
)

// Whatever stands in a Score document, where Score takes text, is nowhere but in the variables.
func TestRender_workloadTextIsNeverCode(t *testing.T) {
	r := newRenderer(t, shippedModules, render.Local)
	input := shippedResolver(t)
	rapid.Check(t, func(rt *rapid.T) {
		text := func(label string) string {
			return strings.NewReplacer("\x00", "", "$", "$$").Replace(typedText().Draw(rt, label)) // a literal of Score
		}
		document := map[string]any{"apiVersion": "score.dev/v1b1", "metadata": map[string]any{"name": "shop", "owner": text("owner")},
			"containers": map[string]any{"main": map[string]any{"image": text("image"), "command": []any{text("command")}, "args": []any{text("argument")},
				"variables": map[string]any{strings.ReplaceAll(text("name"), "=", ""): text("variable") + "${metadata.owner}${resources.db.url}"},
				"files":     map[string]any{"/" + text("path"): map[string]any{"content": text("content") + "${resources.db.host}"}}}},
			"resources": map[string]any{"db": map[string]any{"type": "postgres"}}}
		raw, err := json.Marshal(map[string]any{"workloads": map[string]any{"shop": document}})
		if err != nil {
			rt.Fatal(err)
		}
		m, err := platform.ParseManifest(raw)
		if err != nil {
			rt.Skip("refused:", err)
		}
		in, err := input(m, nil)
		if err != nil {
			rt.Skip("refused:", err)
		}
		for name, content := range mustRender(t, r, in) {
			if strings.Contains(string(content), taint) && name != "terraform.tfvars.json" {
				rt.Fatalf("typed text is in %s:\n%s", name, content)
			}
		}
	})
}
