package memstore

import (
	"reflect"
	"sync"
	"time"
)

// clone copies a value with everything that it points at. Unexported fields of structs are copied as they are.
func clone[T any](v T) T {
	from := reflect.ValueOf(&v).Elem()
	deep := copierOf(from.Type())
	if deep == nil {
		return v
	}
	var out T
	deep(reflect.ValueOf(&out).Elem(), from)
	return out
}

// copier copies a value of one type into a zero one. It is nil for a type of which an assignment copies everything.
type copier func(to, from reflect.Value)

var copiers sync.Map // by type

func copierOf(t reflect.Type) copier {
	if known, ok := copiers.Load(t); ok {
		return known.(copier) //nolint:errcheck // only copiers are stored
	}
	made := newCopier(t)
	copiers.Store(t, made)
	return made
}

func newCopier(t reflect.Type) copier {
	switch t.Kind() {
	case reflect.Struct:
		return structCopier(t)
	case reflect.Pointer:
		return func(to, from reflect.Value) {
			if from.IsNil() {
				return
			}
			to.Set(reflect.New(t.Elem()))
			copyInto(copierOf(t.Elem()), to.Elem(), from.Elem())
		}
	case reflect.Slice:
		return sliceCopier(t)
	case reflect.Map:
		return mapCopier(t)
	case reflect.Interface:
		return func(to, from reflect.Value) {
			if from.IsNil() {
				return
			}
			inner := reflect.New(from.Elem().Type()).Elem()
			copyInto(copierOf(inner.Type()), inner, from.Elem())
			to.Set(inner)
		}
	default:
		return nil
	}
}

func copyInto(deep copier, to, from reflect.Value) {
	if deep == nil {
		to.Set(from)
		return
	}
	deep(to, from)
}

func structCopier(t reflect.Type) copier {
	type field struct {
		index int
		deep  copier
	}
	var fields []field
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() && t != reflect.TypeFor[time.Time]() {
			if deep := copierOf(f.Type); deep != nil {
				fields = append(fields, field{i, deep})
			}
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return func(to, from reflect.Value) {
		to.Set(from)
		for _, f := range fields {
			if inner := from.Field(f.index); !inner.IsZero() {
				f.deep(to.Field(f.index), inner)
			}
		}
	}
}

func sliceCopier(t reflect.Type) copier {
	deep := copierOf(t.Elem())
	return func(to, from reflect.Value) {
		if from.IsNil() {
			return
		}
		to.Set(reflect.MakeSlice(t, from.Len(), from.Len()))
		if deep == nil {
			reflect.Copy(to, from)
			return
		}
		for i := range from.Len() {
			deep(to.Index(i), from.Index(i))
		}
	}
}

func mapCopier(t reflect.Type) copier {
	return func(to, from reflect.Value) {
		if from.IsNil() {
			return
		}
		deep := copierOf(t.Elem())
		to.Set(reflect.MakeMapWithSize(t, from.Len()))
		for walk := from.MapRange(); walk.Next(); {
			value := reflect.New(t.Elem()).Elem()
			copyInto(deep, value, walk.Value())
			to.SetMapIndex(walk.Key(), value)
		}
	}
}
