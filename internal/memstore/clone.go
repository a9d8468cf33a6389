package memstore

import (
	"reflect"
	"sync"
	"time"
)

// clone copies a value with everything that it points at. Unexported fields of structs are copied as they are.
func clone[T any](v T) T {
	from := reflect.ValueOf(&v).Elem()
	if isPlain(from.Type()) {
		return v
	}
	var out T
	cloneInto(reflect.ValueOf(&out).Elem(), from)
	return out
}

func cloneInto(to, from reflect.Value) {
	if isPlain(from.Type()) {
		to.Set(from)
		return
	}
	switch from.Kind() {
	case reflect.Struct:
		to.Set(from)
		for _, i := range deepFields(from.Type()) {
			cloneInto(to.Field(i), from.Field(i))
		}
	case reflect.Pointer:
		if !from.IsNil() {
			to.Set(reflect.New(from.Type().Elem()))
			cloneInto(to.Elem(), from.Elem())
		}
	case reflect.Slice:
		cloneSlice(to, from)
	case reflect.Map:
		cloneMap(to, from)
	case reflect.Interface:
		if !from.IsNil() {
			inner := reflect.New(from.Elem().Type()).Elem()
			cloneInto(inner, from.Elem())
			to.Set(inner)
		}
	default:
		to.Set(from)
	}
}

func cloneSlice(to, from reflect.Value) {
	if from.IsNil() {
		return
	}
	to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
	if isPlain(from.Type().Elem()) {
		reflect.Copy(to, from)
		return
	}
	for i := range from.Len() {
		cloneInto(to.Index(i), from.Index(i))
	}
}

func cloneMap(to, from reflect.Value) {
	if from.IsNil() {
		return
	}
	to.Set(reflect.MakeMapWithSize(from.Type(), from.Len()))
	for walk := from.MapRange(); walk.Next(); {
		value := reflect.New(from.Type().Elem()).Elem()
		cloneInto(value, walk.Value())
		to.SetMapIndex(walk.Key(), value)
	}
}

var timeType = reflect.TypeFor[time.Time]()

// plain remembers by type whether an assignment copies everything; deep, which fields of a struct it does not.
var plain, deep sync.Map

func isPlain(t reflect.Type) bool {
	if known, ok := plain.Load(t); ok {
		return known.(bool) //nolint:errcheck // only bools are stored
	}
	answer := true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		answer = false
	case reflect.Array:
		answer = isPlain(t.Elem())
	case reflect.Struct:
		answer = t == timeType || len(deepFields(t)) == 0
	default:
	}
	plain.Store(t, answer)
	return answer
}

func deepFields(t reflect.Type) []int {
	if known, ok := deep.Load(t); ok {
		return known.([]int) //nolint:errcheck // only lists of numbers are stored
	}
	var fields []int
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() && !isPlain(f.Type) {
			fields = append(fields, i)
		}
	}
	deep.Store(t, fields)
	return fields
}
