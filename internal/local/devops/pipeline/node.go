package pipeline

import (
	"fmt"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline/expression"
)

type nodeKind int

const (
	scalarNode nodeKind = iota // text; an empty value is the empty text
	sequenceNode
	mappingNode
)

// position is where a node was written; it survives expansion, so that a message always names a line of a file.
type position struct {
	file         string
	line, column int
}

// node is a part of a YAML document. Scalars are text: a typed place converts them. Nodes are never changed once made.
type node struct {
	kind  nodeKind
	text  string
	items []*node
	pairs []pair
	at    position
}

type pair struct{ key, value *node }

func scalar(text string, at position) *node { return &node{kind: scalarNode, text: text, at: at} }

// get gives the value of a key, or nil.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	for _, p := range n.pairs {
		if p.key.text == key {
			return p.value
		}
	}
	return nil
}

// fail makes a ValidationError at the node's place.
func (n *node) fail(format string, args ...any) error { return n.at.fail(format, args...) }

func (p position) fail(format string, args ...any) error {
	return &ValidationError{Problems: []Problem{p.problem(fmt.Sprintf(format, args...))}}
}

func (p position) problem(message string) Problem {
	return Problem{File: p.file, Line: p.line, Column: p.column, Message: message}
}

// value converts to the expression language; a sequence or mapping remembers its node, so that inserting it whole
// gives back the very node with its positions.
func (n *node) value() expression.Value {
	switch n.kind {
	case sequenceNode:
		a := &expression.Array{Origin: n}
		for _, item := range n.items {
			a.Items = append(a.Items, item.value())
		}
		return a
	case mappingNode:
		o := expression.NewObject()
		o.Origin = n
		for _, p := range n.pairs {
			o.Set(p.key.text, p.value.value())
		}
		return o
	default:
		return n.text
	}
}

// fromValue is the reverse: what an expression made, as a node that stands at the place of the expression.
func fromValue(v expression.Value, at position) *node {
	switch v := v.(type) {
	case *expression.Array:
		if origin, ok := v.Origin.(*node); ok {
			return origin
		}
		n := &node{kind: sequenceNode, at: at}
		for _, item := range v.Items {
			n.items = append(n.items, fromValue(item, at))
		}
		return n
	case *expression.Object:
		if origin, ok := v.Origin.(*node); ok {
			return origin
		}
		n := &node{kind: mappingNode, at: at}
		for _, key := range v.Keys() {
			item, _ := v.Get(key)
			n.pairs = append(n.pairs, pair{scalar(key, at), fromValue(item, at)})
		}
		return n
	default:
		text, _ := expression.ToText(v) // only arrays and objects do not convert
		return scalar(text, at)
	}
}
