package platform

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// inputReader reads the texts among the inputs of one resource: it checks references, and gives the values as they
// will be, as far as they are known.
type inputReader struct {
	*resolution
	alias  string
	opaque opaqueLocations
}

func (r *inputReader) object(pointer string, location []string, object map[string]any) map[string]any {
	out := make(map[string]any, len(object))
	for _, key := range slices.Sorted(maps.Keys(object)) {
		out[key] = r.value(pointer+"/"+pointerToken(key), append(location, key), object[key])
	}
	return out
}

func (r *inputReader) value(pointer string, location []string, value any) any {
	switch v := value.(type) {
	case map[string]any:
		return r.object(pointer, location, v)
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			index := strconv.Itoa(i)
			out[i] = r.value(pointer+"/"+index, append(location, index), item)
		}
		return out
	case string:
		return r.text(pointer, location, v)
	default:
		return v
	}
}

// text gives the text that will be, or marks the location as opaque when only the engine will know it.
func (r *inputReader) text(pointer string, location []string, text string) any {
	segments, err := ParseText(text)
	if err != nil {
		r.refuse(pointer, "%s", sentence(err))
		r.opaque.add(location)
		return text
	}
	var out strings.Builder
	known, alone := true, len(segments) == 1
	for _, s := range segments {
		switch s.Kind {
		case LiteralText:
			out.WriteString(s.Text)
		case ContextReference:
			out.WriteString(r.context[s.Name])
			known = known && r.context != nil
		case ParameterReference:
			r.parameter(pointer, s.Name, alone)
			known = false
		case ValueReference:
			value, text, ok := r.reads(pointer, s, alone)
			if ok && alone {
				return value
			}
			out.WriteString(text)
			known = known && ok
		case OutputReference:
			r.reference(pointer, s)
			known = false
		}
	}
	switch {
	case !known && alone && r.values[segments[0].Name].IsSecret() && segments[0].Kind == ValueReference:
		r.opaque.addText(location) // what it is, only the engine will know; that it is text, everybody does
	case !known:
		r.opaque.add(location)
	}
	return out.String()
}

// reference checks that an output exists, and remembers the dependency.
func (r *inputReader) reference(pointer string, s Segment) {
	target, ok := r.manifest.Resources[s.Alias]
	if !ok {
		r.refuse(pointer, "There is no resource %q in this manifest; it has %s.", s.Alias, quoted(r.manifest.Aliases()))
		return
	}
	if kind, ok := r.catalog.ResourceType(target.Type); ok {
		if _, ok := kind.Outputs.Property(s.Name); !ok {
			r.refuse(pointer, "Resources of type %q have no output %q; they have %s.", target.Type, s.Name, quoted(kind.Outputs.Names()))
			return
		}
	}
	if r.edges == nil {
		r.edges = map[string][]string{}
	}
	if !slices.Contains(r.edges[r.alias], s.Alias) {
		r.edges[r.alias] = append(r.edges[r.alias], s.Alias)
	}
}

// parameter checks a placeholder of a template. alone says that the text is nothing else, so that an absent value may leave it out.
func (r *resolution) parameter(pointer, name string, alone bool) {
	if r.parameters == nil {
		r.refuse(pointer, "${parameters.%s} means something in templates only.", name)
		return
	}
	property, ok := r.parameters.Property(name)
	if !ok {
		r.refuse(pointer, "The template has no parameter %q; it has %s.", name, quoted(r.parameters.Names()))
		return
	}
	_, hasDefault := property["default"]
	if !alone && !hasDefault && !slices.Contains(r.parameters.Compiled.Required, name) {
		r.refuse(pointer, "The parameter %q is put into a longer text, so it must be required or have a default.", name)
	}
}

// templateClass checks the class of a resource in a template: a name, with parameters in it perhaps.
func (r *resolution) templateClass(alias, class string) {
	pointer := resourcePointer(alias) + "/class"
	segments, err := ParseText(class)
	if err != nil {
		r.refuse(pointer, "%s", sentence(err))
		return
	}
	for _, s := range segments {
		switch s.Kind {
		case ParameterReference:
			r.parameter(pointer, s.Name, len(segments) == 1)
		case LiteralText:
			if strings.Trim(s.Text, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
				r.refuse(pointer, "This cannot be a class: use up to 63 lower-case letters, digits and dashes.")
			}
		default:
			r.refuse(pointer, "A class decides what is built, so it can depend on parameters only.")
		}
	}
}

// checkCycles refuses resources that wait for each other, naming one way around for each knot.
func (r *resolution) checkCycles() {
	const entered, left = 1, 2
	state := make(map[string]int, len(r.manifest.Resources))
	var path []string
	var visit func(alias string)
	visit = func(alias string) {
		state[alias] = entered
		path = append(path, alias)
		next := slices.Sorted(slices.Values(r.edges[alias]))
		for _, to := range next {
			switch state[to] {
			case entered:
				around := append(slices.Clone(path[slices.Index(path, to):]), to)
				r.refuse(resourcePointer(to), "These resources wait for each other: %s.", strings.Join(around, " → "))
			case left:
			default:
				visit(to)
			}
		}
		path = path[:len(path)-1]
		state[alias] = left
	}
	for _, alias := range r.manifest.Aliases() {
		if state[alias] == 0 {
			visit(alias)
		}
	}
}
