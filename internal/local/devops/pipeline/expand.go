package pipeline

import (
	"io/fs"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline/expression"
)

// Limits of one compilation: files read, templates within templates, nodes made.
const (
	maxFiles   = 100
	maxNesting = 20
	maxNodes   = 200_000
)

// place is a place in the document with rules of its own: template items, and variables that ${{ }} below it can see.
type place int

const (
	anywhere place = iota
	inRoot
	inStages
	inStage
	inJobs
	inJob
	inStrategy
	inSteps
	inVariables
)

// childPlace says where the value of a key is.
func childPlace(p place, key string) place {
	switch {
	case key == "variables" && (p == inRoot || p == inStage || p == inJob):
		return inVariables
	case key == "stages" && p == inRoot:
		return inStages
	case key == "jobs" && (p == inRoot || p == inStage):
		return inJobs
	case key == "steps" && (p == inRoot || p == inJob || p == inStrategy):
		return inSteps
	case key == "strategy" && p == inJob, p == inStrategy:
		return inStrategy
	default:
		return anywhere
	}
}

// itemPlace says where the items of a list are.
func itemPlace(p place) place {
	switch p {
	case inStages:
		return inStage
	case inJobs:
		return inJob
	default:
		return anywhere
	}
}

// expander resolves templates and ${{ }}, depth first, in the order written.
type expander struct {
	repo  fs.FS
	in    Input
	files map[string]*node // loaded files by path
	nodes int              // made so far
}

func (x *expander) spend(at *node) error {
	if x.nodes++; x.nodes > maxNodes {
		return at.fail("The expanded pipeline has more than %d nodes.", maxNodes)
	}
	return nil
}

// expand resolves a node and everything below it.
func (x *expander) expand(n *node, p place, s *scope) (*node, error) {
	if err := x.spend(n); err != nil {
		return nil, err
	}
	switch n.kind {
	case sequenceNode:
		return x.expandSequence(n, p, s)
	case mappingNode:
		return x.expandMapping(n, p, s)
	default:
		return s.expandScalar(n)
	}
}

// expandMapping resolves the variables before the other keys, so that the whole level sees them.
func (x *expander) expandMapping(n *node, p place, s *scope) (*node, error) {
	if p == inVariables {
		return x.variableMap(n, s)
	}
	if p == inStage || p == inJob {
		s = s.inner()
	}
	entries, err := x.entries(n, s)
	if err != nil {
		return nil, err
	}
	out := &node{kind: mappingNode, at: n.at, pairs: make([]pair, len(entries))}
	for _, wantVariables := range []bool{true, false} {
		for i, e := range entries {
			below := childPlace(p, e.key.text)
			if (below == inVariables) != wantVariables {
				continue
			}
			value, err := x.expandEntry(e, below, s)
			if err != nil {
				return nil, err
			}
			out.pairs[i] = pair{e.key, value}
		}
	}
	return out, nil
}

func (x *expander) expandEntry(e entry, below place, s *scope) (*node, error) {
	if e.done {
		return e.value, nil
	}
	if below != inVariables {
		return x.expand(e.value, below, e.scope)
	}
	// Variables are added to the level's own scope also when they stand inside an ${{ if }}.
	inside := *e.scope
	inside.variables = s.variables
	return x.expand(e.value, below, &inside)
}

func (x *expander) expandSequence(n *node, p place, s *scope) (*node, error) {
	out := &node{kind: sequenceNode, at: n.at}
	err := x.eachItem(n, s, func(it item) error {
		expanded, err := x.expandItem(it, p)
		out.items = append(out.items, expanded...)
		return err
	})
	return out, err
}

// expandItem resolves one item of a list; a template item becomes many.
func (x *expander) expandItem(it item, p place) ([]*node, error) {
	if it.done {
		return []*node{it.node}, nil
	}
	if p != anywhere && it.node.kind == mappingNode {
		reference, err := x.templateReference(it)
		if err != nil {
			return nil, err
		}
		if reference != nil {
			return x.include(reference, p, it.scope)
		}
		if p == inVariables {
			return x.variableItem(it)
		}
	}
	expanded, err := x.expand(it.node, itemPlace(p), it.scope)
	if err != nil {
		return nil, err
	}
	if it.node.kind == mappingNode && len(expanded.pairs) == 0 && len(it.node.pairs) > 0 {
		return nil, nil // an item of conditional keys, none of which held
	}
	return []*node{expanded}, nil
}

// variableMap expands the map form of variables, in order, each seen by those that follow.
func (x *expander) variableMap(n *node, s *scope) (*node, error) {
	out := &node{kind: mappingNode, at: n.at}
	err := x.eachEntry(n, s, func(e entry) error {
		value := e.value
		if !e.done {
			var err error
			if value, err = x.expand(e.value, anywhere, e.scope); err != nil {
				return err
			}
		}
		out.pairs = append(out.pairs, pair{e.key, value})
		x.define(s, e.key.text, value)
		return nil
	})
	return out, err
}

func (x *expander) variableItem(it item) ([]*node, error) {
	expanded, err := x.expand(it.node, anywhere, it.scope)
	if err != nil {
		return nil, err
	}
	if name := expanded.get("name"); name != nil {
		value := expanded.get("value")
		if value == nil {
			value = scalar("", expanded.at)
		}
		x.define(it.scope, name.text, value)
	}
	return []*node{expanded}, nil
}

func (x *expander) define(s *scope, name string, value *node) {
	if value.kind == scalarNode && name != "" {
		s.variables.Set(name, expression.Value(value.text))
	}
}
