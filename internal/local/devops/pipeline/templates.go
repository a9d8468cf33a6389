package pipeline

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline/expression"
)

// reference is "- template: path" with the parameters that it gives.
type reference struct {
	at         *node
	path       string
	parameters []entry
}

// templateReference says whether an item is a reference to a template, with its path and parameters' names resolved.
func (x *expander) templateReference(it item) (*reference, error) {
	if !slices.ContainsFunc(it.node.pairs, func(p pair) bool { return p.key.text == "template" }) {
		return nil, nil
	}
	entries, err := x.entries(it.node, it.scope)
	if err != nil {
		return nil, err
	}
	return x.reference(entries, it.scope)
}

func (x *expander) reference(entries []entry, s *scope) (*reference, error) {
	r := &reference{}
	for _, e := range entries {
		switch e.key.text {
		case "template":
			value, err := e.scope.expandScalar(e.value)
			if err != nil {
				return nil, err
			}
			r.at, r.path = value, value.text
		case "parameters":
			var err error
			if r.parameters, err = x.givenParameters(e); err != nil {
				return nil, err
			}
		default:
			return nil, e.key.fail("Unexpected value '%s'", e.key.text)
		}
	}
	if r.at == nil || r.path == "" {
		return nil, position{file: s.file}.fail("A template reference needs a path.")
	}
	return r, nil
}

func (x *expander) givenParameters(e entry) ([]entry, error) {
	value := e.value
	if value.kind == scalarNode {
		var err error
		if value, err = e.scope.expandScalar(value); err != nil {
			return nil, err
		}
		if value.kind == scalarNode && value.text == "" {
			return nil, nil
		}
	}
	if value.kind != mappingNode {
		return nil, e.value.fail("A mapping was expected")
	}
	return x.entries(value, e.scope)
}

// include gives the items that a template contributes to the list it is in.
func (x *expander) include(r *reference, p place, s *scope) ([]*node, error) {
	file, inner, err := x.open(r, s)
	if err != nil {
		return nil, err
	}
	section := map[place]string{inStages: "stages", inJobs: "jobs", inSteps: "steps", inVariables: "variables"}[p]
	for _, pair := range file.pairs {
		if pair.key.text != "parameters" && pair.key.text != section {
			return nil, pair.key.fail("Unexpected value '%s'", pair.key.text)
		}
	}
	content := file.get(section)
	if content == nil {
		return nil, file.fail("The template has no '%s'.", section)
	}
	expanded, err := x.expand(content, p, inner)
	if err != nil {
		return nil, err
	}
	if p == inVariables && expanded.kind == mappingNode { // a map among list items
		return variableItems(expanded), nil
	}
	if expanded.kind != sequenceNode {
		return nil, content.fail("A sequence was expected")
	}
	return expanded.items, nil
}

func variableItems(m *node) []*node {
	var items []*node
	for _, p := range m.pairs {
		items = append(items, &node{kind: mappingNode, at: p.key.at, pairs: []pair{
			{scalar("name", p.key.at), p.key}, {scalar("value", p.value.at), p.value},
		}})
	}
	return items
}

// open loads a template and binds its parameters; the scope is the one for its content.
func (x *expander) open(r *reference, s *scope) (*node, *scope, error) {
	if s.nesting >= maxNesting {
		return nil, nil, r.at.fail("Templates are nested more than %d deep.", maxNesting)
	}
	name, err := resolvePath(r, s.file)
	if err != nil {
		return nil, nil, err
	}
	file, err := x.load(name, &r.at.at)
	if err != nil {
		return nil, nil, err
	}
	params, err := declared(file, true)
	if err != nil {
		return nil, nil, err
	}
	bound, err := x.bindReference(r, params)
	if err != nil {
		return nil, nil, err
	}
	return file, &scope{file: name, nesting: s.nesting + 1, parameters: bound, variables: s.variables}, nil
}

// resolvePath makes the path absolute: relative ones start from the including file.
func resolvePath(r *reference, from string) (string, error) {
	name, alias, hasAlias := strings.Cut(r.path, "@")
	if hasAlias && alias != "self" {
		return "", r.at.fail("The repository '%s' is not available locally: templates must be in the repository of the pipeline.", alias)
	}
	name = strings.ReplaceAll(name, `\`, "/")
	if !strings.HasPrefix(name, "/") {
		name = path.Join(path.Dir(from), name)
	}
	return path.Clean(name), nil
}

// bindReference expands each given value where the caller stands and binds it to the declared parameter.
func (x *expander) bindReference(r *reference, params []parameter) (*expression.Object, error) {
	bound := expression.NewContext()
	given := map[string]*node{}
	for _, e := range r.parameters {
		i := slices.IndexFunc(params, func(p parameter) bool { return strings.EqualFold(p.name, e.key.text) })
		if i < 0 {
			return nil, e.key.fail("Unexpected parameter '%s'", e.key.text)
		}
		value := e.value
		if !e.done {
			var err error
			if value, err = x.expand(e.value, parameterTypes[params[i].kind], e.scope); err != nil {
				return nil, err
			}
		}
		given[params[i].name] = value
	}
	for _, p := range params {
		at := r.at.at
		if g := given[p.name]; g != nil {
			at = g.at
		}
		v, err := p.bind(given[p.name], at)
		if err != nil {
			return nil, err
		}
		bound.Set(p.name, v)
	}
	return bound, nil
}

// load reads and checks a file once. from is where it was asked for, nil for the root file.
func (x *expander) load(name string, from *position) (*node, error) {
	if file, ok := x.files[name]; ok {
		return file, nil
	}
	asked := position{file: name}
	if from != nil {
		asked = position{file: from.file}
	}
	if len(x.files) >= maxFiles {
		return nil, asked.fail("The pipeline uses more than %d files.", maxFiles)
	}
	data, err := fs.ReadFile(x.repo, strings.TrimPrefix(name, "/"))
	switch {
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid):
		return nil, asked.fail("File %s not found in repository %s branch %s version %s.", name, x.in.RepositoryURL, x.in.Branch, x.in.Version)
	case err != nil:
		return nil, asked.fail("File %s cannot be read: %s", name, err)
	}
	file, err := parseYAML(data, name)
	if err != nil {
		return nil, err
	}
	if file.kind != mappingNode {
		return nil, file.fail("A mapping was expected")
	}
	if err := checkSyntax(file, nil); err != nil {
		return nil, err
	}
	x.files[name] = file
	return file, nil
}
