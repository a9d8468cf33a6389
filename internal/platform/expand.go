package platform

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

const parametersPointer = "/parameters"

// ExpandTemplate makes the manifest that a template means with these parameters (a JSON object; empty means {}).
//
// The parameters must satisfy the template's schema after its top-level defaults are applied; one that the schema does not
// know is refused. Every violation is a Detail of one Error with code Invalid, pointing into /parameters.
//
// A text that is exactly one parameter becomes the parameter's value, with its type; one that is not given (and has no
// default) leaves the property or list item out. Values stay literals for ever: a "${" in them is escaped.
func ExpandTemplate(t Template, parameters json.RawMessage) (Manifest, error) {
	values, err := parseParameters(parameters)
	if err != nil {
		return Manifest{}, err
	}
	message := fmt.Sprintf("The parameters do not fit the template %q.", t.Name)
	values = t.Parameters.withDefaults(values, nil, copyJSON)
	if wrong := t.Parameters.validate(parametersPointer, values, nil); len(wrong) > 0 {
		return Manifest{}, invalid(message, wrong)
	}
	e := expansion{values: values}
	out := Manifest{Resources: make(map[string]Resource, len(t.Manifest.Resources))}
	for _, alias := range t.Manifest.Aliases() {
		out.Resources[alias] = e.resource(t.Manifest.Resources[alias])
	}
	if len(e.wrong) > 0 {
		return Manifest{}, invalid(message, uniqueDetails(e.wrong))
	}
	return out, nil
}

func parseParameters(raw json.RawMessage) (map[string]any, error) {
	if len(raw) == 0 {
		return map[string]any{}, nil
	}
	if len(raw) > MaxManifestBytes {
		return nil, Errorf(BodyTooLarge, "The parameters have %d bytes; at most %d are taken.", len(raw), MaxManifestBytes)
	}
	value, err := decodeJSON(raw, MaxManifestDepth)
	if err != nil {
		return nil, Errorf(Invalid, "The parameters are not valid: %s.", err).With(Detail{parametersPointer, sentence(err)}).Because(err)
	}
	values, ok := value.(map[string]any)
	if !ok {
		return nil, invalid("The parameters are not valid.", []Detail{{parametersPointer, "Must be an object."}})
	}
	return values, nil
}

// expansion puts values in the place of parameters and remembers what does not fit.
type expansion struct {
	values map[string]any
	wrong  []Detail
}

func (e *expansion) resource(r Resource) Resource {
	out := Resource{Type: r.Type}
	if class, present := e.text(r.Class); present {
		text, ok := class.(string)
		if !ok {
			e.refuse(soleParameter(r.Class), "Must be text: the template uses it as the class of a resource.")
		}
		// A class is a plain name and never searched for placeholders again, so it carries no escapes.
		out.Class = unescapeText(text)
	}
	if len(r.Inputs) > 0 {
		out.Inputs = e.object(r.Inputs)
	}
	return out
}

func (e *expansion) object(object map[string]any) map[string]any {
	out := make(map[string]any, len(object))
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if value, present := e.value(object[key]); present {
			out[key] = value
		}
	}
	return out
}

// value expands one value; false means that it is left out.
func (e *expansion) value(value any) (any, bool) {
	switch v := value.(type) {
	case string:
		return e.text(v)
	case map[string]any:
		return e.object(v), true
	case []any:
		out := make([]any, 0, len(v))
		for _, item := range v {
			if expanded, present := e.value(item); present {
				out = append(out, expanded)
			}
		}
		return out, true
	default:
		return v, true
	}
}

func (e *expansion) text(text string) (any, bool) {
	segments, err := ParseText(text)
	if err != nil {
		// The catalog refuses such a template; one that came another way keeps its text, and ResolveManifest refuses it.
		return text, true
	}
	if len(segments) == 1 && segments[0].Kind == ParameterReference {
		value, given := e.values[segments[0].Name]
		return escapeValue(value), given
	}
	for i, s := range segments {
		if s.Kind == ParameterReference {
			segments[i] = Segment{Kind: LiteralText, Text: e.asText(s.Name)}
		}
	}
	return FormatText(segments), true
}

// asText gives a parameter's value as a part of a longer text.
func (e *expansion) asText(name string) string {
	switch v := e.values[name].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	case nil:
		e.refuse(name, "A value is required: the template puts it into a longer text.")
	default:
		e.refuse(name, "Must be text, a number, true or false: the template puts it into a longer text.")
	}
	return ""
}

func (e *expansion) refuse(parameter, message string) {
	e.wrong = append(e.wrong, Detail{parametersPointer + "/" + pointerToken(parameter), message})
}

// escapeValue copies a literal value into a manifest: nothing in it can become a placeholder.
func escapeValue(value any) any {
	switch v := value.(type) {
	case string:
		return escapeText(v)
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[key] = escapeValue(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = escapeValue(item)
		}
		return out
	default:
		return v
	}
}

// unescapeText gives the literal that a text without references stands for, and any other text as it is.
func unescapeText(text string) string {
	segments, err := ParseText(text)
	if err != nil {
		return text
	}
	var out strings.Builder
	for _, s := range segments {
		if s.Kind != LiteralText {
			return text
		}
		out.WriteString(s.Text)
	}
	return out.String()
}

// soleParameter names the parameter in a text that is nothing else.
func soleParameter(text string) string {
	segments, err := ParseText(text)
	if err != nil || len(segments) != 1 {
		return ""
	}
	return segments[0].Name
}
