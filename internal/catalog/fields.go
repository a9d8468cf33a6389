package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Problem is one fault of a catalog.
type Problem struct {
	File    string // relative to the catalog's folder
	Line    int    // from 1
	Message string // a sentence
}

func (p *Problem) Error() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message) }

// fields is an object of a document that is being read. What is wrong with it goes to the loader, so that one pass finds everything.
type fields struct {
	loader  *loader
	file    string
	where   string // "spec", for sentences
	node    *yaml.Node
	members map[string]member
	known   []string
}

// later are fields that mean something in the catalog's language and have no effect in this version. To accept one would be a promise.
var later = map[string]string{
	"target": "Every environment of this version has the same target",
	"roles":  "Who may use it is not decided here by this version",
}

// object opens a node that must be an object with no other properties than these.
func (l *loader) object(file, where string, node *yaml.Node, known ...string) *fields {
	f := &fields{loader: l, file: file, where: where, node: node, known: known}
	if node.Kind != yaml.MappingNode {
		f.refuse(node.Line, "%s must be an object.", where)
		return f
	}
	var err error
	if f.members, err = members(node); err != nil {
		f.refuseError(node.Line, err)
		return f
	}
	for _, name := range slices.Sorted(maps.Keys(f.members)) {
		line := f.members[name].key.Line
		switch reason, isLater := later[name]; {
		case slices.Contains(known, name):
		case isLater:
			f.refuse(line, "%s.%s would have no effect: %s. Remove it, so that nobody relies on it.", where, name, strings.ToLower(reason[:1])+reason[1:])
		default:
			f.refuse(line, "%s has no field %q; known are %s.", where, name, strings.Join(known, ", "))
		}
	}
	return f
}

func (f *fields) refuse(line int, format string, args ...any) {
	f.loader.problems = append(f.loader.problems, &Problem{File: f.file, Line: line, Message: fmt.Sprintf(format, args...)})
}

func (f *fields) refuseError(line int, err error) {
	var n *nodeError
	if errors.As(err, &n) {
		line = n.line
	}
	f.refuse(line, "%s", err)
}

func (f *fields) has(name string) bool {
	_, ok := f.members[name]
	return ok
}

// line is where a field stands, or where the object does if it is absent.
func (f *fields) line(name string) int {
	if m, ok := f.members[name]; ok {
		return m.key.Line
	}
	return f.node.Line
}

// text reads an optional text field.
func (f *fields) text(name string) string {
	m, ok := f.members[name]
	if !ok {
		return ""
	}
	v, err := value(m.value, maxDepth)
	text, isText := v.(string)
	if err != nil || !isText || strings.TrimSpace(text) == "" {
		f.refuse(m.key.Line, "%s.%s must be text; put it in quotes if it looks like a number.", f.where, name)
	}
	return text
}

// need reads a text field that must be there.
func (f *fields) need(name string) string {
	if f.members != nil && !f.has(name) { // an object that is none has been refused
		f.refuse(f.node.Line, "%s.%s is missing.", f.where, name)
	}
	return f.text(name)
}

// texts reads a list of texts; empty is as for list.
func (f *fields) texts(name, empty string) []string {
	var out []string
	for _, item := range f.list(name, empty) {
		if item.Kind != yaml.ScalarNode || item.ShortTag() != "!!str" {
			f.refuse(item.Line, "%s.%s must be a list of texts.", f.where, name)
			return nil
		}
		out = append(out, item.Value)
	}
	return out
}

// list reads a list; if empty says what is missing without items, it must have some.
func (f *fields) list(name, empty string) []*yaml.Node {
	m, ok := f.members[name]
	if ok && m.value.Kind != yaml.SequenceNode {
		f.refuse(m.key.Line, "%s.%s must be a list.", f.where, name)
		return nil
	}
	if f.members != nil && empty != "" && (!ok || len(m.value.Content) == 0) {
		f.refuse(f.line(name), "%s.%s %s", f.where, name, empty)
	}
	if !ok {
		return nil
	}
	return m.value.Content
}

// raw reads an optional object as JSON; nil when it is absent or not one.
func (f *fields) raw(name string) json.RawMessage {
	m, ok := f.members[name]
	if !ok {
		return nil
	}
	if m.value.Kind != yaml.MappingNode {
		f.refuse(m.key.Line, "%s.%s must be an object.", f.where, name)
		return nil
	}
	encoded, err := raw(m.value)
	if err != nil {
		f.refuseError(m.key.Line, err)
		return nil
	}
	return encoded
}

// child opens a field that is an object itself; one that is absent is empty.
func (f *fields) child(name string, known ...string) *fields {
	m, ok := f.members[name]
	if !ok {
		return &fields{loader: f.loader, file: f.file, where: f.where + "." + name, node: f.node}
	}
	return f.loader.object(f.file, f.where+"."+name, m.value, known...)
}
