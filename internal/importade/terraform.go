package importade

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/zclconf/go-cty/cty"

	"github.com/lazuli-platform/lazuli/internal/catalog"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// added is the file with what every module here has.
const added = "lazuli_contract.tf"

const contextText = `# What every module of the catalog takes and gives.
variable "context" {
  description = "Whose resource this is: project, environment and its alias in the manifest."
  type = object({
    project     = string
    environment = string
    alias       = string
    class       = optional(string, "")
    region      = optional(string, "westeurope")
  })
}

output "honesty" {
  value = "real"
}

output "implementation" {
  value = "Terraform of an environment definition"
}
`

var plainFile = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*$`)

// carryTerraform takes the files of the definition's folder as the module.
func (m *importing) carryTerraform() error {
	folder := path.Dir(m.environment.TemplatePath)
	if err := checkLinks(m.folder, folder); err != nil {
		return err
	}
	entries, err := fs.ReadDir(m.folder, folder)
	if err != nil {
		return fmt.Errorf("its folder %s cannot be read: %w", folder, err)
	}
	parser := hclparse.NewParser()
	found := contract{variables: map[string]bool{}, outputs: map[string]bool{}, blocks: map[string]bool{}}
	for _, entry := range entries {
		name := entry.Name()
		isCode := strings.HasSuffix(name, ".tf") || strings.HasSuffix(name, ".tf.json")
		if !isCode && !strings.HasSuffix(name, ".tftpl") {
			if entry.IsDir() || !strings.HasSuffix(name, ".yaml") {
				m.loses("%s stays behind: a module here is the Terraform files of one folder.", name)
			}
			continue
		}
		if !plainFile.MatchString(name) || name == added {
			return fmt.Errorf("its file %q cannot be a file of a module here", name)
		}
		text, err := readFile(m.folder, path.Join(folder, name))
		if err != nil {
			return err
		}
		m.module[name] = string(text)
		if isCode {
			if err := found.read(parser, name, text); err != nil {
				return err
			}
		}
	}
	if len(m.module) == 0 {
		return fmt.Errorf("its folder %s has no Terraform files", folder)
	}
	m.module[added] = contextText
	return m.matchTerraform(found)
}

// contract is what the files declare.
type contract struct {
	variables map[string]bool // whether it must be given
	outputs   map[string]bool // whether it is sensitive
	blocks    map[string]bool // provider, backend
}

func (c contract) read(parser *hclparse.Parser, name string, text []byte) error {
	parse := parser.ParseHCL
	if strings.HasSuffix(name, ".json") {
		parse = parser.ParseJSON
	}
	file, faults := parse(text, name)
	if faults.HasErrors() {
		return fmt.Errorf("its file %s is not Terraform: %s", name, faults.Error())
	}
	content, _, faults := file.Body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "variable", LabelNames: []string{"name"}},
		{Type: "output", LabelNames: []string{"name"}}, {Type: "provider", LabelNames: []string{"name"}}, {Type: "module", LabelNames: []string{"name"}}, {Type: "terraform"}}})
	if faults.HasErrors() {
		return fmt.Errorf("its file %s is not Terraform: %s", name, faults.Error())
	}
	for _, block := range content.Blocks {
		inner, _, _ := block.Body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "default"}, {Name: "sensitive"}, {Name: "source"}},
			Blocks: []hcl.BlockHeaderSchema{{Type: "backend", LabelNames: []string{"kind"}}}})
		switch block.Type {
		case "variable":
			_, optional := inner.Attributes["default"]
			c.variables[block.Labels[0]] = !optional
		case "output":
			c.outputs[block.Labels[0]] = isTrue(inner.Attributes["sensitive"])
		case "module":
			if strings.HasPrefix(literal(inner.Attributes["source"]), ".") {
				return fmt.Errorf("its file %s calls a module of another folder, %q, and a module here is one folder: put its resources into that one", name, block.Labels[0])
			}
		case "provider":
			c.blocks["provider "+block.Labels[0]] = true
		}
		if len(inner.Blocks) > 0 {
			c.blocks["backend"] = true
		}
	}
	return nil
}

// literal gives what an attribute says, if that is a text and needs nothing to be known.
func literal(a *hcl.Attribute) string {
	if v := constant(a); v.Type() == cty.String {
		return v.AsString()
	}
	return ""
}

func isTrue(a *hcl.Attribute) bool {
	v := constant(a)
	return v.Type() == cty.Bool && v.True()
}

// constant is false where there is no constant.
func constant(a *hcl.Attribute) cty.Value {
	if a == nil {
		return cty.False
	}
	v, faults := a.Expr.Value(nil)
	if faults.HasErrors() || !v.IsKnown() || v.IsNull() {
		return cty.False
	}
	return v
}

func (m *importing) matchTerraform(found contract) error {
	for _, name := range slices.Sorted(maps.Keys(found.blocks)) {
		m.loses("Its %s is in a module now, where the engine does not want it: take it out of the files.", name)
	}
	for _, taken := range []string{"context", "honesty", "implementation"} {
		_, isVariable := found.variables[taken]
		_, isOutput := found.outputs[taken]
		if isVariable && taken == "context" || isOutput && taken != "context" {
			return fmt.Errorf("it declares %q itself, which every module here has in a form of its own", taken)
		}
	}
	for i, in := range m.inputs {
		if in.id != in.name {
			return fmt.Errorf("its variable %q would have to be called %s in its files", in.id, in.name)
		}
		if needed, ok := found.variables[in.id]; ok && needed && in.schema["default"] == nil {
			m.inputs[i].required = true
		}
	}
	m.inputs = slices.DeleteFunc(m.inputs, func(in input) bool {
		_, ok := found.variables[in.id]
		if !ok {
			m.loses("The parameter %s is no variable of its files; it is left out.", in.id)
		}
		return !ok
	})
	for _, name := range slices.Sorted(maps.Keys(found.variables)) {
		if found.variables[name] && !slices.ContainsFunc(m.inputs, func(in input) bool { return in.id == name }) {
			return fmt.Errorf("its files need the variable %q, which its environment.yaml does not name", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(found.outputs)) {
		if !platform.ValidIdentifier(name) {
			m.loses("The output %s has a name that outputs cannot have here.", name)
			continue
		}
		if found.outputs[name] && !catalog.ValidSecretName(name) {
			m.loses("The secret output %s cannot be named in a vault: call it %s in the files and in the resource type.", name, inputName(strings.ReplaceAll(name, "_", "-")))
			continue
		}
		m.outputs = append(m.outputs, output{id: name, name: name, secret: found.outputs[name]})
	}
	return nil
}
