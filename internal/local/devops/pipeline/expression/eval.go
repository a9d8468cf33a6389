package expression

import (
	"fmt"
	"strings"
)

// Scope gives the values for one evaluation.
type Scope struct {
	Contexts map[string]Value // by lower-case name; one that is missing is null
	// Call answers the functions that depend on the place: status functions and counter. name is in lower case.
	Call func(name string, args []Value) (Value, error)
}

// Eval computes the value.
func (e *Expression) Eval(s Scope) (Value, error) {
	v, err := (&evaluation{scope: s}).eval(e.root)
	if err != nil {
		return nil, fmt.Errorf("evaluate '%s': %w", e.text, err)
	}
	return plain(v), nil
}

// Explain computes the value as Eval does and also gives the expression with the values that it found in place of the
// names, as logs show it: and(True, eq('1', '2')). Parts that were not looked at stay as written.
func (e *Expression) Explain(s Scope) (Value, string, error) {
	ev := &evaluation{scope: s, seen: map[node]Value{}}
	v, err := ev.eval(e.root)
	if err != nil {
		return nil, "", fmt.Errorf("evaluate '%s': %w", e.text, err)
	}
	return plain(v), ev.expanded(e.root), nil
}

// String is the expression as written.
func (e *Expression) String() string { return e.text }

type evaluation struct {
	scope Scope
	seen  map[node]Value // what was evaluated, when someone wants to know
}

func (ev *evaluation) eval(n node) (Value, error) {
	v, err := ev.value(n)
	if err == nil && ev.seen != nil {
		ev.seen[n] = v
	}
	return v, err
}

func (ev *evaluation) value(n node) (Value, error) {
	switch n := n.(type) {
	case *literal:
		return n.value, nil
	case *context:
		return ev.scope.Contexts[n.name], nil
	case *member:
		return ev.member(n)
	case *call:
		return ev.call(n)
	default:
		return nil, fmt.Errorf("unknown node %T", n)
	}
}

func (ev *evaluation) member(n *member) (Value, error) {
	of, err := ev.eval(n.of)
	if err != nil {
		return nil, err
	}
	if n.index == nil {
		return &filtered{values(of)}, nil
	}
	index, err := ev.eval(n.index)
	if err != nil {
		return nil, err
	}
	if f, ok := of.(*filtered); ok { // x.*.name looks into each, and leaves out those that have none
		var found []Value
		for _, item := range f.items {
			if v := lookup(item, index); v != nil {
				found = append(found, v)
			}
		}
		return &filtered{found}, nil
	}
	return lookup(of, index), nil
}

// filtered is the result of .*: an array on which a further member looks into each item.
type filtered struct{ items []Value }

func values(v Value) []Value {
	switch v := v.(type) {
	case *Array:
		return v.Items
	case *Object:
		items := make([]Value, 0, v.Len())
		for _, k := range v.keys {
			item, _ := v.Get(k)
			items = append(items, item)
		}
		return items
	case *filtered:
		var items []Value
		for _, item := range v.items {
			items = append(items, values(item)...)
		}
		return items
	default:
		return nil
	}
}

func lookup(of, index Value) Value {
	switch of := of.(type) {
	case *Object:
		name, err := ToText(index)
		if err != nil {
			return nil
		}
		v, _ := of.Get(name)
		return v
	case *Array:
		n, err := ToNumber(index)
		if i := int(n); err == nil && n >= 0 && n < float64(len(of.Items)) {
			return of.Items[i]
		}
	}
	return nil
}

func (ev *evaluation) call(n *call) (Value, error) {
	if f, ok := functions[n.name]; ok {
		if f.lazy != nil {
			return f.lazy(ev, n.args)
		}
		args, err := ev.args(n)
		if err != nil {
			return nil, err
		}
		return f.apply(args)
	}
	args, err := ev.args(n)
	if err != nil {
		return nil, err
	}
	if n.name == "converttojson" {
		return toJSON(args[0])
	}
	if ev.scope.Call == nil {
		return nil, fmt.Errorf("the function %s has no meaning here", n.raw)
	}
	return ev.scope.Call(n.name, args)
}

func (ev *evaluation) args(n *call) ([]Value, error) {
	args := make([]Value, len(n.args))
	for i, a := range n.args {
		v, err := ev.eval(a)
		if err != nil {
			return nil, err
		}
		args[i] = plain(v)
	}
	return args, nil
}

// plain turns the result of a filter into an ordinary array.
func plain(v Value) Value {
	if f, ok := v.(*filtered); ok {
		return &Array{Items: f.items}
	}
	return v
}

func (ev *evaluation) expanded(n node) string {
	c, isCall := n.(*call)
	v, seen := ev.seen[n]
	switch {
	case isCall && len(c.args) > 0:
		args := make([]string, len(c.args))
		for i, a := range c.args {
			args[i] = ev.expanded(a)
		}
		return c.raw + "(" + strings.Join(args, ", ") + ")"
	case seen:
		return display(plain(v))
	default:
		return source(n)
	}
}

func display(v Value) string {
	switch v := v.(type) {
	case nil:
		return "Null"
	case string:
		return "'" + strings.ReplaceAll(v, "'", "''") + "'"
	case *Array, *Object:
		return kindOf(v)
	default:
		text, _ := ToText(v) // only arrays and objects do not convert
		return text
	}
}

func source(n node) string {
	switch n := n.(type) {
	case *literal:
		return display(n.value)
	case *context:
		return n.name
	case *member:
		if n.index == nil {
			return source(n.of) + ".*"
		}
		return source(n.of) + "[" + source(n.index) + "]"
	case *call:
		args := make([]string, len(n.args))
		for i, a := range n.args {
			args[i] = source(a)
		}
		return n.raw + "(" + strings.Join(args, ", ") + ")"
	default:
		return ""
	}
}
