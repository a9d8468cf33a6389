package importade

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// document is a document of the catalog, in the order in which people read it.
type document struct {
	APIVersion string         `yaml:"apiVersion"`
	Kind       string         `yaml:"kind"`
	Metadata   metadata       `yaml:"metadata"`
	Spec       map[string]any `yaml:"spec"`
}

type metadata struct {
	Name        string `yaml:"name"`
	Title       string `yaml:"title,omitempty"`
	Description string `yaml:"description,omitempty"`
	Version     string `yaml:"version"`
	Status      string `yaml:"status,omitempty"`
}

// documents makes the resource type, the definition and the template.
func (m *importing) documents() (map[string]string, error) {
	files := map[string]string{}
	for path, d := range map[string]document{
		"catalog/resource-types/" + m.name + ".yaml": m.document("ResourceType", map[string]any{"inputs": m.inputSchema(), "outputs": m.outputSchema()}),
		"catalog/definitions/" + m.name + ".yaml": m.document("ResourceDefinition", map[string]any{"type": m.name, "engine": "terraform", "module": "modules/azure/" + m.name,
			"match": []any{map[string]any{}}}),
		"catalog/templates/" + m.name + ".yaml": m.document("Template", map[string]any{"parameters": m.inputSchema(),
			"manifest": map[string]any{"resources": map[string]any{"main": m.resource()}}}),
	} {
		text, err := yaml.Marshal(d)
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", path, err)
		}
		files[path] = "# Imported from an environment definition of Azure Deployment Environments.\n" + string(text)
	}
	return files, nil
}

// document makes a document. What would be offered or built as soon as it is published is proposed: somebody looks at it first. A
// type alone offers nothing, and the other two need it.
func (m *importing) document(kind string, spec map[string]any) document {
	e := m.environment
	out := document{APIVersion: "lazuli/v1", Kind: kind, Spec: spec, Metadata: metadata{
		Name: m.name, Title: strings.TrimSpace(e.Name), Description: strings.TrimSpace(cmp.Or(e.Description, e.Summary)), Version: version(e.Version)}}
	if kind != "ResourceType" {
		out.Metadata.Status = string(platform.StatusProposed)
	}
	return out
}

var versionPattern = regexp.MustCompile(`^[A-Za-z0-9.-]{1,40}$`)

func version(text string) string {
	if versionPattern.MatchString(text) {
		return text
	}
	return "1"
}

func (m *importing) inputSchema() map[string]any {
	properties, required := map[string]any{}, []any{}
	for _, in := range m.inputs {
		properties[in.name] = in.schema
		if in.required {
			required = append(required, in.name)
		}
	}
	out := map[string]any{"type": "object", "properties": properties}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

func (m *importing) outputSchema() map[string]any {
	properties := map[string]any{"honesty": map[string]any{"enum": []any{"real", "stand-in"}}, "implementation": map[string]any{"type": "string"}}
	for _, out := range m.outputs {
		schema := map[string]any{}
		if out.kind != "" {
			schema["type"] = []any{out.kind, "null"}
		}
		if out.secret {
			schema["x-secret"] = true
		}
		properties[out.name] = schema
	}
	return map[string]any{"type": "object", "required": []any{"honesty", "implementation"}, "properties": properties}
}

// resource is what the template asks for: everything is a parameter.
func (m *importing) resource() map[string]any {
	inputs := map[string]any{}
	for _, in := range m.inputs {
		inputs[in.name] = "${parameters." + in.name + "}"
	}
	out := map[string]any{"type": m.name}
	if len(inputs) > 0 {
		out["inputs"] = inputs
	}
	return out
}
