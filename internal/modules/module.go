package modules

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Module is a folder of Terraform files.
type Module struct {
	Path      string // azure/postgres
	Comment   string // at the head of its main.tf
	Variables []Variable
	Outputs   []Output
	Resources []Resource
	Providers map[string]Provider // by local name
}

// Variable is an input of a module. Type and Default are as they are written; no Default means that it must be given.
type Variable struct {
	Name, Type, Default, Description string
	Sensitive                        bool
}

// Output is what a module gives.
type Output struct {
	Name, Description string
	Sensitive         bool
}

// Resource is one that a module makes, or reads.
type Resource struct {
	Type, Name string
	Data       bool
	Attributes []string // that it sets, sorted
	Ignores    string   // the text of lifecycle.ignore_changes
}

// Provider is one that a module needs.
type Provider struct {
	Source, Version string
}

// List finds the modules in a tree: every folder with a versions.tf, two levels deep.
func List(tree fs.FS) ([]string, error) {
	files, err := fs.Glob(tree, "*/*/versions.tf")
	for i := range files {
		files[i] = path.Dir(files[i])
	}
	return files, err
}

// Read reads one module of a tree.
func Read(tree fs.FS, folder string) (Module, error) {
	m := Module{Path: folder, Providers: map[string]Provider{}}
	files, err := fs.Glob(tree, folder+"/*.tf")
	if err != nil || len(files) == 0 {
		return m, fmt.Errorf("read module %s: it has no files (%w)", folder, err)
	}
	for _, name := range files {
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return m, fmt.Errorf("read module %s: %w", folder, err)
		}
		file, faults := hclparse.NewParser().ParseHCL(text, name)
		if faults.HasErrors() {
			return m, fmt.Errorf("read module %s: %w", folder, faults)
		}
		if path.Base(name) == "main.tf" {
			m.Comment = headComment(string(text))
		}
		for _, block := range file.Body.(*hclsyntax.Body).Blocks {
			m.add(block, text)
		}
	}
	slices.SortFunc(m.Variables, func(a, b Variable) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(m.Outputs, func(a, b Output) int { return strings.Compare(a.Name, b.Name) })
	return m, nil
}

func headComment(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		comment, ok := strings.CutPrefix(strings.TrimSpace(line), "# ")
		if !ok {
			break
		}
		lines = append(lines, comment)
	}
	return strings.Join(lines, " ")
}

func (m *Module) add(block *hclsyntax.Block, text []byte) {
	attribute := func(body *hclsyntax.Body, name string) string {
		a, ok := body.Attributes[name]
		if !ok {
			return ""
		}
		return string(a.Expr.Range().SliceBytes(text))
	}
	sentence := func(name string) string {
		if a, ok := block.Body.Attributes[name]; ok {
			if v, faults := a.Expr.Value(nil); !faults.HasErrors() && v.Type().FriendlyName() == "string" {
				return v.AsString()
			}
		}
		return ""
	}
	switch block.Type {
	case "variable":
		m.Variables = append(m.Variables, Variable{Name: block.Labels[0], Type: attribute(block.Body, "type"), Default: attribute(block.Body, "default"),
			Description: sentence("description"), Sensitive: attribute(block.Body, "sensitive") == "true"})
	case "output":
		m.Outputs = append(m.Outputs, Output{Name: block.Labels[0], Description: sentence("description"), Sensitive: attribute(block.Body, "sensitive") == "true"})
	case "resource", "data":
		r := Resource{Type: block.Labels[0], Name: block.Labels[1], Data: block.Type == "data", Attributes: slices.Sorted(maps.Keys(block.Body.Attributes))}
		for _, inner := range block.Body.Blocks {
			if inner.Type == "lifecycle" {
				r.Ignores = attribute(inner.Body, "ignore_changes")
			}
		}
		m.Resources = append(m.Resources, r)
	case "terraform":
		m.addProviders(block)
	}
}

func (m *Module) addProviders(block *hclsyntax.Block) {
	for _, inner := range block.Body.Blocks {
		if inner.Type != "required_providers" {
			continue
		}
		for name, a := range inner.Body.Attributes {
			pairs, _ := hcl.ExprMap(a.Expr)
			var p Provider
			for _, pair := range pairs {
				value, _ := pair.Value.Value(nil)
				switch hcl.ExprAsKeyword(pair.Key) {
				case "source":
					p.Source = value.AsString()
				case "version":
					p.Version = value.AsString()
				}
			}
			m.Providers[name] = p
		}
	}
}
