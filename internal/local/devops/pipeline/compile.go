package pipeline

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline/expression"
)

// Input is what a request to run gives, and what the project has, at compile time.
type Input struct {
	Parameters     map[string]string   // templateParameters: text, converted by the declared types
	QueueVariables map[string]Variable // the request's variables; secret ones are not visible to ${{ }}
	Predefined     map[string]string   // Build.SourceBranch, Build.Reason, System.TeamProject, Build.DefinitionName, ...
	// Groups, Connections, and Environments say whether the pipeline may use a thing of that name.
	// nil means that there is none (Groups, Connections), or that any is made on first use (Environments).
	Groups       func(name string) bool
	Connections  func(name string) bool
	Environments func(name string) bool
	// Source is named in the message about a missing template file.
	RepositoryURL, Branch, Version string
}

// Compile reads the pipeline at file (slash-separated, from repo's root, leading slash optional) and expands it.
// The error is always a *ValidationError: what is wrong with the pipeline, or with the request to run it.
func Compile(repo fs.FS, file string, in Input) (*Plan, error) {
	name := path.Clean("/" + file)
	x := &expander{repo: repo, in: in, files: map[string]*node{}}
	root, err := x.load(name, nil)
	if err != nil {
		return nil, err
	}
	expanded, err := x.expandRoot(root, name)
	if err != nil {
		return nil, err
	}
	d := &decoder{in: in}
	plan := d.root(expanded)
	plan.Path = name
	if len(d.problems) > 0 {
		return nil, &ValidationError{Problems: d.problems}
	}
	if plan.FinalYAML, err = finalYAML(plan); err != nil {
		return nil, err
	}
	return plan, nil
}

// expandRoot binds the request's parameters and expands the root file; what it extends takes its place.
func (x *expander) expandRoot(root *node, name string) (*node, error) {
	params, err := declared(root, false)
	if err != nil {
		return nil, err
	}
	bound, err := fromRequest(params, x.in.Parameters, name)
	if err != nil {
		return nil, err
	}
	s := &scope{file: name, parameters: bound, variables: x.knownVariables()}
	if repositories := root.get("resources").get("repositories"); repositories != nil && hasExpression(repositories) {
		return nil, repositories.fail("A template expression is not allowed in this context")
	}
	expanded, extends, err := x.expandFile(root, s)
	if err != nil || extends == nil {
		return expanded, err
	}
	for nesting := 0; extends != nil; nesting++ {
		if nesting >= maxNesting {
			return nil, extends.at.fail("Templates are nested more than %d deep.", maxNesting)
		}
		file, inner, err := x.open(extends, s)
		if err != nil {
			return nil, err
		}
		var base *node
		if base, extends, err = x.expandFile(file, inner); err != nil {
			return nil, err
		}
		expanded = overlay(expanded, base)
		s = inner
	}
	return expanded, nil
}

// expandFile expands a whole pipeline, except its parameters, and gives what it extends, if anything.
func (x *expander) expandFile(file *node, s *scope) (*node, *reference, error) {
	content := &node{kind: mappingNode, at: file.at}
	var extends *node
	for _, p := range file.pairs {
		switch p.key.text {
		case "parameters":
		case "extends":
			extends = p.value
		default:
			content.pairs = append(content.pairs, p)
		}
	}
	expanded, err := x.expandMapping(content, inRoot, s)
	if err != nil || extends == nil {
		return expanded, nil, err
	}
	for _, p := range expanded.pairs {
		if slices.Contains([]string{"stages", "jobs", "steps"}, p.key.text) {
			return nil, nil, p.key.fail("Unexpected value '%s'", p.key.text)
		}
	}
	if extends.kind != mappingNode {
		return nil, nil, extends.fail("A mapping was expected")
	}
	entries, err := x.entries(extends, s)
	if err != nil {
		return nil, nil, err
	}
	r, err := x.reference(entries, s)
	return expanded, r, err
}

// overlay puts the extending file over the one that it extends: its keys win, variables of both are kept.
func overlay(over, base *node) *node {
	out := &node{kind: mappingNode, at: over.at, pairs: slices.Clone(over.pairs)}
	for _, p := range base.pairs {
		i := slices.IndexFunc(out.pairs, func(o pair) bool { return o.key.text == p.key.text })
		switch {
		case i < 0:
			out.pairs = append(out.pairs, p)
		case p.key.text == "variables":
			items := append(asVariableItems(out.pairs[i].value), asVariableItems(p.value)...)
			out.pairs[i].value = &node{kind: sequenceNode, at: p.value.at, items: items}
		}
	}
	return out
}

func asVariableItems(n *node) []*node {
	if n.kind == mappingNode {
		return variableItems(n)
	}
	return slices.Clone(n.items)
}

// knownVariables are those that ${{ }} sees before any is defined. Secrets are never among them.
func (x *expander) knownVariables() *expression.Object {
	known := expression.NewContext()
	for _, name := range sortedKeys(x.in.Predefined) {
		known.Set(name, x.in.Predefined[name])
	}
	for _, name := range sortedKeys(x.in.QueueVariables) {
		if v := x.in.QueueVariables[name]; !v.Secret {
			known.Set(name, v.Value)
		}
	}
	return known
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return strings.Compare(a, b) })
	return keys
}

func problemsOf(err error) []Problem {
	var validation *ValidationError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &validation):
		return validation.Problems
	default:
		return []Problem{{Message: err.Error()}}
	}
}
