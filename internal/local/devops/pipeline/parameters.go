package pipeline

import (
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline/expression"
)

// parameter is one declared parameter of a file.
type parameter struct {
	name     string
	kind     string // string, number, boolean, object, stepList, ... in the spelling of parameterTypes
	values   []*node
	fallback *node // default, nil when a value must be given
	at       position
}

// parameterTypes are the types, and where the value of a structural one stands.
var parameterTypes = map[string]place{
	"string": anywhere, "number": anywhere, "boolean": anywhere, "object": anywhere, "stringList": anywhere,
	"step": anywhere, "stepList": inSteps, "job": inJob, "jobList": inJobs, "deployment": inJob, "deploymentList": inJobs,
	"stage": inStage, "stageList": inStages,
}

// declared reads the parameters section of a file: the list form, or in templates the older map of defaults.
func declared(file *node, template bool) ([]parameter, error) {
	section := file.get("parameters")
	switch {
	case section == nil || section.kind == scalarNode && section.text == "":
		return nil, nil
	case hasExpression(section):
		return nil, section.fail("A template expression is not allowed in this context")
	case section.kind == mappingNode && template:
		return mapParameters(section), nil
	case section.kind != sequenceNode:
		return nil, section.fail("A sequence was expected")
	}
	var found []parameter
	for _, it := range section.items {
		p, err := listParameter(it)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(found, func(o parameter) bool { return strings.EqualFold(o.name, p.name) }) {
			return nil, it.fail("'%s' is already defined", p.name)
		}
		found = append(found, p)
	}
	return found, nil
}

func mapParameters(section *node) []parameter {
	var found []parameter
	for _, p := range section.pairs {
		kind := "object"
		if p.value.kind == scalarNode {
			kind = "string"
		}
		found = append(found, parameter{name: p.key.text, kind: kind, fallback: p.value, at: p.key.at})
	}
	return found
}

func listParameter(it *node) (parameter, error) {
	if it.kind != mappingNode {
		return parameter{}, it.fail("A mapping was expected")
	}
	p := parameter{kind: "string", at: it.at}
	for i, entry := range it.pairs {
		switch entry.key.text {
		case "name":
			p.name = entry.value.text
		case "displayName":
		case "type":
			p.kind = entry.value.text
			if _, ok := parameterTypes[p.kind]; !ok {
				return parameter{}, entry.value.fail("Unexpected value '%s'", p.kind)
			}
		case "default":
			p.fallback = entry.value
		case "values":
			if entry.value.kind != sequenceNode {
				return parameter{}, entry.value.fail("A sequence was expected")
			}
			p.values = entry.value.items
		default:
			return parameter{}, entry.key.fail("Unexpected value '%s'", entry.key.text)
		}
		if i == 0 && entry.key.text != "name" {
			return parameter{}, entry.key.fail("The first key of a parameter must be 'name'")
		}
	}
	if p.name == "" {
		return parameter{}, it.fail("A parameter needs a name")
	}
	return p, nil
}

func hasExpression(n *node) bool {
	if n.kind == scalarNode {
		return strings.Contains(n.text, "${{")
	}
	return slices.ContainsFunc(n.items, hasExpression) ||
		slices.ContainsFunc(n.pairs, func(p pair) bool { return hasExpression(p.key) || hasExpression(p.value) })
}

// bind converts a given value to the parameter's type and checks it; given nil means the default.
func (p parameter) bind(given *node, at position) (expression.Value, error) {
	if given == nil {
		given = p.fallback
		at = p.at
	}
	if given == nil {
		return nil, at.fail("A value for the '%s' parameter must be provided.", p.name)
	}
	v, err := p.convert(given, at)
	if err != nil {
		return nil, err
	}
	if len(p.values) > 0 {
		for _, allowed := range p.values {
			if a, err := p.convert(allowed, at); err == nil && sameValue(v, a) {
				return v, nil
			}
		}
		return nil, at.fail("The '%s' parameter value '%s' is not a valid value.", p.name, given.text)
	}
	return v, nil
}

// sameValue compares with regard to case, as values: does.
func sameValue(a, b expression.Value) bool {
	x, err1 := expression.ToText(a)
	y, err2 := expression.ToText(b)
	return err1 == nil && err2 == nil && x == y
}

func (p parameter) convert(given *node, at position) (expression.Value, error) {
	switch p.kind {
	case "string":
		if given.kind != scalarNode {
			return nil, at.fail("The '%s' parameter is not a valid String.", p.name)
		}
		return given.text, nil
	case "number":
		n, err := expression.ToNumber(given.text)
		if err != nil || given.kind != scalarNode || strings.TrimSpace(given.text) == "" {
			return nil, at.fail("The '%s' parameter value '%s' is not a valid Number.", p.name, given.text)
		}
		return n, nil
	case "boolean":
		switch strings.ToLower(given.text) {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
		return nil, at.fail("The '%s' parameter value '%s' is not a valid Boolean.", p.name, given.text)
	case "object":
		return given.value(), nil
	}
	if wantsList := strings.HasSuffix(p.kind, "List"); wantsList != (given.kind == sequenceNode) {
		return nil, at.fail("The '%s' parameter is not a valid %s%s.", p.name, strings.ToUpper(p.kind[:1]), p.kind[1:])
	}
	return given.value(), nil
}

// fromRequest binds the texts of a request to the root file's parameters.
func fromRequest(params []parameter, texts map[string]string, file string) (*expression.Object, error) {
	bound := expression.NewContext()
	used := map[string]bool{}
	var problems []Problem
	for _, p := range params {
		var given *node
		for name, text := range texts {
			if !strings.EqualFold(name, p.name) {
				continue
			}
			used[name] = true
			given = scalar(text, p.at)
			if parameterTypes[p.kind] != anywhere || p.kind == "object" || p.kind == "stringList" || p.kind == "step" {
				parsed, err := parseText(text, p.name)
				if err != nil {
					return nil, p.at.fail("The '%s' parameter is not valid YAML: %s", p.name, err)
				}
				given = parsed
			}
		}
		v, err := p.bind(given, p.at)
		problems = append(problems, problemsOf(err)...)
		bound.Set(p.name, v)
	}
	for _, name := range sortedKeys(texts) {
		if !used[name] {
			problems = append(problems, Problem{File: file, Message: "Unexpected parameter '" + name + "'"})
		}
	}
	if len(problems) > 0 {
		return nil, &ValidationError{Problems: problems}
	}
	return bound, nil
}
