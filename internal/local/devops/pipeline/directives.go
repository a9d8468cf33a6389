package pipeline

import (
	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline/expression"
)

// entry is a pair of a mapping after its directives: the key is resolved, the value is not unless done.
type entry struct {
	key, value *node
	scope      *scope // for the value: the loops around it
	done       bool
}

// item is the same for a sequence.
type item struct {
	node  *node
	scope *scope
	done  bool
}

// chain follows if, elseif, else at one level.
type chain struct {
	open  bool // an if or elseif stood just before
	taken bool // one of the chain's conditions held
}

// branch says whether the body of an if, elseif or else is taken.
func (c *chain) branch(d *directive, key *node, s *scope) (bool, error) {
	if d.word == "if" {
		*c = chain{open: true}
	} else if !c.open {
		return false, key.fail("'%s' must directly follow 'if' or 'elseif' at the same level.", d.word)
	}
	if d.word == "else" {
		c.open = false
		return !c.taken, nil
	}
	if c.taken {
		return false, nil // what follows a branch that was taken is not evaluated
	}
	v, err := s.evaluate(key, d.rest)
	if err != nil {
		return false, err
	}
	c.taken = expression.Truth(v)
	return c.taken, nil
}

// bodies calls f once for each scope in which the body of a directive stands: never or once for a branch, once per
// item for each.
func (c *chain) bodies(d *directive, key *node, s *scope, f func(*scope) error) error {
	switch d.word {
	case "if", "elseif", "else":
		taken, err := c.branch(d, key, s)
		if err != nil || !taken {
			return err
		}
		return f(s)
	case "each":
		*c = chain{}
		v, err := s.evaluate(key, d.rest)
		if err != nil {
			return err
		}
		items, err := iterate(v, key)
		if err != nil {
			return err
		}
		for _, it := range items {
			if err := f(s.withLoop(d.loop, it)); err != nil {
				return err
			}
		}
		return nil
	default: // insert
		*c = chain{}
		return f(s)
	}
}

// iterate gives what each goes through: the items of a sequence, key and value pairs of a mapping, nothing for null.
func iterate(v expression.Value, at *node) ([]expression.Value, error) {
	switch v := v.(type) {
	case *expression.Array:
		return v.Items, nil
	case *expression.Object:
		var items []expression.Value
		for _, key := range v.Keys() {
			member, _ := v.Get(key)
			kv := expression.NewContext()
			kv.Set("key", key)
			kv.Set("value", member)
			items = append(items, kv)
		}
		return items, nil
	case nil:
		return nil, nil
	case string:
		if v == "" {
			return nil, nil
		}
	}
	return nil, at.fail("'each' needs a sequence or a mapping to go through.")
}

// entries resolves the directives and keys of a mapping.
func (x *expander) entries(n *node, s *scope) ([]entry, error) {
	var found []entry
	err := x.eachEntry(n, s, func(e entry) error {
		found = append(found, e)
		return nil
	})
	return found, err
}

// eachEntry calls f for the entries of a mapping in order; f may change the scope's variables for those that follow.
func (x *expander) eachEntry(n *node, s *scope, f func(entry) error) error {
	var c chain
	for _, p := range n.pairs {
		if err := x.spend(p.key); err != nil {
			return err
		}
		d, err := asDirective(p.key)
		if err != nil {
			return err
		}
		if d == nil {
			c = chain{}
			key, err := s.expandScalar(p.key)
			if err != nil {
				return err
			}
			if key.kind != scalarNode {
				return p.key.fail("A key must be text.")
			}
			if err := f(entry{key: key, value: p.value, scope: s}); err != nil {
				return err
			}
			continue
		}
		err = c.bodies(d, p.key, s, func(inner *scope) error { return x.mergeBody(p.value, inner, f) })
		if err != nil {
			return err
		}
	}
	return nil
}

// mergeBody merges the mapping below a directive into the mapping around it.
func (x *expander) mergeBody(body *node, s *scope, f func(entry) error) error {
	if body.kind == mappingNode {
		return x.eachEntry(body, s, f)
	}
	value, err := s.expandScalar(body)
	if err != nil {
		return err
	}
	if value.kind == scalarNode && value.text == "" {
		return nil
	}
	if value.kind != mappingNode {
		return body.fail("A mapping was expected.")
	}
	for _, p := range value.pairs {
		if err := f(entry{key: p.key, value: p.value, scope: s, done: true}); err != nil {
			return err
		}
	}
	return nil
}

// eachItem calls f for the items of a sequence in order, with directives and inserted sequences spliced flat.
func (x *expander) eachItem(n *node, s *scope, f func(item) error) error {
	var c chain
	for _, it := range n.items {
		if err := x.spend(it); err != nil {
			return err
		}
		splices, err := isSequenceForm(it)
		if err != nil {
			return err
		}
		if splices {
			for _, p := range it.pairs {
				d, err := asDirective(p.key)
				if err != nil {
					return err
				}
				err = c.bodies(d, p.key, s, func(inner *scope) error { return x.spliceBody(p.value, inner, f) })
				if err != nil {
					return err
				}
			}
			continue
		}
		c = chain{}
		if it.kind == scalarNode {
			err = x.spliceBody(it, s, f)
		} else {
			err = f(item{node: it, scope: s})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// isSequenceForm says whether an item consists of directives whose bodies are spliced into the sequence. A directive
// above a mapping is conditional keys of an item instead.
func isSequenceForm(it *node) (bool, error) {
	if it.kind != mappingNode || len(it.pairs) == 0 {
		return false, nil
	}
	for _, p := range it.pairs {
		d, err := asDirective(p.key)
		if err != nil || d == nil || p.value.kind == mappingNode {
			return false, err
		}
	}
	return true, nil
}

func (x *expander) spliceBody(body *node, s *scope, f func(item) error) error {
	if body.kind == sequenceNode {
		return x.eachItem(body, s, f)
	}
	value, err := s.expandScalar(body)
	if err != nil {
		return err
	}
	if value.kind != sequenceNode {
		return f(item{node: value, scope: s, done: true})
	}
	for _, it := range value.items {
		if err := x.spend(it); err != nil {
			return err
		}
		if err := f(item{node: it, scope: s, done: true}); err != nil {
			return err
		}
	}
	return nil
}
