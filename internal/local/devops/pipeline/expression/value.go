package expression

import (
	"strings"
)

// Value is one of nil (null), bool, float64, Version, string, *Array, and *Object.
type Value any

// Version is a version number of two to four parts.
type Version []int

// Array is a list of values.
type Array struct {
	Items  []Value
	Origin any // whatever the maker wants to find again when the whole array is inserted somewhere; not looked at here
}

// Object maps names to values and keeps their order.
type Object struct {
	Origin any // as in Array

	fold   bool
	keys   []string
	values map[string]Value
}

// NewObject makes an empty object whose keys are looked up exactly as written, as those of object parameters are.
func NewObject() *Object { return &Object{values: map[string]Value{}} }

// NewContext makes an empty object whose keys are looked up without regard to case, as variables and parameters are.
func NewContext() *Object { return &Object{fold: true, values: map[string]Value{}} }

// Set adds or replaces a member; a replaced one keeps its place.
func (o *Object) Set(key string, v Value) {
	k := o.fold1(key)
	if _, ok := o.values[k]; !ok {
		o.keys = append(o.keys, key)
	}
	o.values[k] = v
}

// Get gives the member of that name.
func (o *Object) Get(key string) (Value, bool) {
	v, ok := o.values[o.fold1(key)]
	return v, ok
}

// Keys gives the names in the order in which they were set.
func (o *Object) Keys() []string { return o.keys }

// Len is the number of members.
func (o *Object) Len() int { return len(o.keys) }

// Clone gives a copy that can be added to without changing o; the values are shared.
func (o *Object) Clone() *Object {
	c := &Object{fold: o.fold, Origin: o.Origin, keys: append([]string(nil), o.keys...), values: make(map[string]Value, len(o.values))}
	for k, v := range o.values {
		c.values[k] = v
	}
	return c
}

func (o *Object) fold1(key string) string {
	if o.fold {
		return strings.ToLower(key)
	}
	return key
}

// kindOf names a value's type as the error messages do.
func kindOf(v Value) string {
	switch v.(type) {
	case nil:
		return "Null"
	case bool:
		return "Boolean"
	case float64:
		return "Number"
	case Version:
		return "Version"
	case string:
		return "String"
	case *Array:
		return "Array"
	default:
		return "Object"
	}
}
