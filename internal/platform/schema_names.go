package platform

import (
	"maps"
	"slices"
	"strconv"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// namedAt finds the objects that have the property and that the propertyNames at the address speak of.
//
// The validator (v6.0.3) tells the location of this one kind of fault in a buffer that it goes on writing to, so what it says is
// the location of something else as often as not; the address of the schema is right.
func (s Schema) namedAt(address, property string, values map[string]any) [][]string {
	finder := nameFinder{address: address, property: property}
	finder.visit(s.Compiled, values, nil, maxSchemaDepth)
	return finder.found
}

type nameFinder struct {
	address, property string
	found             [][]string
}

// visit goes through value and schema side by side. room bounds the steps between schemas, which may refer to each other in circles.
func (f *nameFinder) visit(s *jsonschema.Schema, value any, location []string, room int) {
	if s == nil || room == 0 {
		return
	}
	for _, same := range slices.Concat([]*jsonschema.Schema{s.Ref, s.If, s.Then, s.Else}, s.AllOf, s.AnyOf, s.OneOf) {
		f.visit(same, value, location, room-1)
	}
	switch v := value.(type) {
	case map[string]any:
		if _, has := v[f.property]; has && s.PropertyNames != nil && s.PropertyNames.Location == f.address {
			f.found = append(f.found, location)
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			for _, member := range memberSchemas(s, name) {
				f.visit(member, v[name], append(slices.Clone(location), name), room-1)
			}
		}
	case []any:
		for i, item := range v {
			member := s.Items2020
			if i < len(s.PrefixItems) {
				member = s.PrefixItems[i]
			}
			f.visit(member, item, append(slices.Clone(location), strconv.Itoa(i)), room-1)
		}
	}
}

// memberSchemas are the schemas that speak of a property's value.
func memberSchemas(s *jsonschema.Schema, name string) []*jsonschema.Schema {
	var out []*jsonschema.Schema
	if member, ok := s.Properties[name]; ok {
		out = append(out, member)
	}
	for pattern, member := range s.PatternProperties {
		if pattern.MatchString(name) {
			out = append(out, member)
		}
	}
	if member, ok := s.AdditionalProperties.(*jsonschema.Schema); ok && len(out) == 0 {
		out = append(out, member)
	}
	return out
}
