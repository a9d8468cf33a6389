package catalog

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
)

// moduleFolders reads modules from a folder tree. Only files that the engine reads are of a module; tests, lock files and
// documents stay at home. A module is flat: its folder has no folders.
func moduleFolders(modules fs.FS) func(string) map[string]string {
	return func(module string) map[string]string {
		if !fs.ValidPath(module) {
			return nil
		}
		entries, err := fs.ReadDir(modules, module)
		if err != nil {
			return nil
		}
		files := map[string]string{}
		for _, entry := range entries {
			if entry.IsDir() || !isTerraform(entry.Name()) {
				continue
			}
			content, err := fs.ReadFile(modules, path.Join(module, entry.Name()))
			if err != nil {
				return nil
			}
			files[entry.Name()] = string(content)
		}
		if len(files) == 0 {
			return nil
		}
		return files
	}
}

func isTerraform(name string) bool {
	return strings.HasSuffix(name, ".tf") || strings.HasSuffix(name, ".tf.json") || strings.HasSuffix(name, ".tftpl")
}

// moduleContract is what a module asks for and gives.
type moduleContract struct {
	variables map[string]bool // whether it must be given
	outputs   map[string]bool // whether it is marked sensitive
}

// contractOf reads the variables and outputs of a module from its files; the error tells the file and the line.
func contractOf(files map[string]string) (moduleContract, error) {
	contract := moduleContract{variables: map[string]bool{}, outputs: map[string]bool{}}
	parser := hclparse.NewParser()
	for name, text := range files {
		var file *hcl.File
		var faults hcl.Diagnostics
		switch {
		case strings.HasSuffix(name, ".tf"):
			file, faults = parser.ParseHCL([]byte(text), name)
		case strings.HasSuffix(name, ".tf.json"):
			file, faults = parser.ParseJSON([]byte(text), name)
		default:
			continue
		}
		if !faults.HasErrors() {
			faults = contract.read(file.Body)
		}
		if faults.HasErrors() {
			return contract, fmt.Errorf("%s", faults.Error())
		}
	}
	return contract, nil
}

func (c moduleContract) read(body hcl.Body) hcl.Diagnostics {
	content, _, faults := body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
		{Type: "variable", LabelNames: []string{"name"}}, {Type: "output", LabelNames: []string{"name"}}}})
	if faults.HasErrors() {
		return faults
	}
	for _, block := range content.Blocks {
		inner, _, faults := block.Body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "default"}, {Name: "sensitive"}}})
		if faults.HasErrors() {
			return faults
		}
		if block.Type == "variable" {
			_, optional := inner.Attributes["default"]
			c.variables[block.Labels[0]] = !optional
			continue
		}
		sensitive := false
		if a, ok := inner.Attributes["sensitive"]; ok {
			v, _ := a.Expr.Value(nil)
			sensitive = v.IsKnown() && !v.IsNull() && v.Type().FriendlyName() == "bool" && v.True()
		}
		c.outputs[block.Labels[0]] = sensitive
	}
	return nil
}

func (c moduleContract) outputNames() []string {
	names := make([]string, 0, len(c.outputs))
	for name := range c.outputs {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
