package pipeline

import (
	"errors"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline/expression"
)

// variables decodes a variables section in either form.
func (d *decoder) variables(n *node) []Entry {
	switch {
	case n == nil || n.kind == scalarNode && n.text == "":
		return nil
	case n.kind == mappingNode:
		d.mapping(n)
		var entries []Entry
		for _, p := range n.pairs {
			entries = append(entries, d.variable(p.key.text, p.value, nil))
		}
		return entries
	default:
		var entries []Entry
		for _, it := range d.items(n) {
			if e, ok := d.variableItem(it); ok {
				entries = append(entries, e)
			}
		}
		return entries
	}
}

func (d *decoder) variableItem(it *node) (Entry, bool) {
	if group := it.get("group"); group != nil {
		if !d.mapping(it, "group") {
			return Entry{}, false
		}
		name := d.text(group)
		if d.in.Groups == nil || !d.in.Groups(name) {
			d.add(Problem{Message: "Variable group " + name + " could not be found. The variable group does not exist or has not been authorized for use."})
		}
		return Entry{Group: name}, true
	}
	if !d.mapping(it, "name", "value", "readonly") {
		return Entry{}, false
	}
	if it.get("name") == nil {
		d.fail(it, "A variable needs a name.")
		return Entry{}, false
	}
	return d.variable(d.text(it.get("name")), it.get("value"), it.get("readonly")), true
}

func (d *decoder) variable(name string, value, readOnly *node) Entry {
	e := Entry{Name: name, Value: d.text(value), ReadOnly: d.boolean(readOnly, "false") == "true"}
	if inside, ok := RuntimeExpression(e.Value); ok {
		d.expression(value, inside, expression.RuntimeNames())
	}
	return e
}

// RuntimeExpression gives the inside of a value that is exactly one $[ expression ].
func RuntimeExpression(value string) (string, bool) {
	trimmed := strings.TrimSpace(value)
	if !strings.HasPrefix(trimmed, "$[") || !strings.HasSuffix(trimmed, "]") {
		return "", false
	}
	return strings.TrimSpace(trimmed[2 : len(trimmed)-1]), true
}

// condition checks a condition's syntax; it may be written with or without $[ ].
func (d *decoder) condition(n *node) string {
	text := strings.TrimSpace(d.text(n))
	if inside, ok := RuntimeExpression(text); ok {
		text = inside
	}
	if text != "" {
		d.expression(n, text, expression.ConditionNames())
	}
	return text
}

func (d *decoder) expression(n *node, text string, names expression.Names) {
	e, err := expression.Parse(text, names)
	var syntax *expression.SyntaxError
	switch {
	case errors.As(err, &syntax):
		d.fail(n, "%s", syntax.Error())
	case err == nil && e.Calls("counter"):
		d.fail(n, "counter() is not available in the local Azure DevOps.")
	}
}
