package importade

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// input is a parameter on its way: what it is called there, what it is called here, and its JSON Schema.
type input struct {
	id, name string
	schema   map[string]any
	required bool
}

// output is what a template gives.
type output struct {
	id, name string
	kind     string // of JSON Schema; empty when anything
	secret   bool
}

// kept are the names that inputs of modules cannot have.
var kept = []string{"source", "version", "providers", "count", "for_each", "depends_on", "lifecycle", "locals", "context"}

func (m *importing) readParameters() error {
	seen := map[string]string{}
	for _, p := range m.environment.Parameters {
		name := inputName(p.ID)
		if name == "" {
			return fmt.Errorf("no name can be made of its parameter %q", p.ID)
		}
		if first, taken := seen[name]; taken {
			return fmt.Errorf("its parameters %q and %q would have the same name, %s", first, p.ID, name)
		}
		seen[name] = p.ID
		if name != p.ID {
			m.loses("The parameter %s is called %s here.", p.ID, name)
		}
		in := input{id: p.ID, name: name, required: p.Required && p.Default == nil, schema: map[string]any{}}
		if p.Name != "" {
			in.schema["title"] = p.Name
		}
		if p.Description != "" {
			in.schema["description"] = p.Description
		}
		m.schemaOf(p, &in)
		if p.ReadOnly {
			m.loses("The parameter %s is read-only there; here a request can set it, unless the definition fixes it.", p.ID)
		}
		for _, name := range slices.Sorted(maps.Keys(p.Other)) {
			m.loses("The property %s of the parameter %s is not known; it is left out.", name, p.ID)
		}
		m.inputs = append(m.inputs, in)
	}
	return nil
}

// inputName makes a legal name: camelCase at dashes, and never one that Terraform keeps.
func inputName(id string) string {
	var out strings.Builder
	upper := false
	for _, r := range id {
		switch {
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_':
			if upper {
				r = []rune(strings.ToUpper(string(r)))[0]
			}
			out.WriteRune(r)
			upper = false
		default:
			upper = out.Len() > 0
		}
	}
	name := out.String()
	if slices.Contains(kept, name) {
		name = "given" + capital(name)
	}
	if !platform.ValidIdentifier(name) {
		return ""
	}
	return name
}

func (m *importing) schemaOf(p parameter, in *input) {
	kind := strings.ToLower(p.Type)
	if kind == "" {
		kind = "string"
	}
	if !slices.Contains([]string{"string", "integer", "number", "boolean", "array", "object"}, kind) {
		m.loses("The type %q of the parameter %s is not known; any value is taken.", p.Type, p.ID)
		kind = ""
	}
	if kind != "" {
		in.schema["type"] = kind
	}
	if len(p.Allowed) > 0 {
		var allowed []any
		for _, value := range p.Allowed {
			if fitted, ok := fit(kind, value); ok {
				allowed = append(allowed, fitted)
			} else {
				m.loses("The parameter %s allows %v, which is no %s.", p.ID, value, kind)
			}
		}
		if len(allowed) > 0 {
			in.schema["enum"] = allowed
		}
	}
	if p.Default == nil {
		return
	}
	value, ok := fit(kind, p.Default)
	if enum, has := in.schema["enum"].([]any); ok && has && !slices.ContainsFunc(enum, func(v any) bool { return fmt.Sprint(v) == fmt.Sprint(value) }) {
		ok = false
	}
	if !ok {
		m.loses("The default %v of the parameter %s does not fit its type or what it allows.", p.Default, p.ID)
		in.required = p.Required
		return
	}
	in.schema["default"] = value
}

// fit gives a value in the type that a parameter has, if JSON has it too: YAML has infinite numbers, and names that are no text.
func fit(kind string, value any) (any, bool) {
	fitted, ok := typed(kind, value)
	if !ok {
		return nil, false
	}
	_, err := json.Marshal(fitted)
	return fitted, err == nil
}

// typed reads what is written as text: environment.yaml often writes numbers and objects so.
func typed(kind string, value any) (any, bool) {
	text, isText := value.(string)
	switch kind {
	case "integer":
		if isText {
			n, err := strconv.ParseInt(text, 10, 64)
			return n, err == nil
		}
		if f, isFloat := value.(float64); isFloat && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			return int64(f), true
		}
		_, isInt := value.(int)
		return value, isInt
	case "number":
		if isText {
			n, err := strconv.ParseFloat(text, 64)
			return n, err == nil
		}
		switch value.(type) {
		case int, float64:
			return value, true
		}
		return nil, false
	case "boolean":
		if isText {
			b, err := strconv.ParseBool(strings.ToLower(text))
			return b, err == nil
		}
		_, isBool := value.(bool)
		return value, isBool
	case "array", "object":
		if isText {
			var decoded any
			if json.Unmarshal([]byte(text), &decoded) != nil {
				return nil, false
			}
			value = decoded
		}
		_, isList := value.([]any)
		_, isObject := value.(map[string]any)
		return value, kind == "array" && isList || kind == "object" && isObject
	case "string":
		switch value.(type) {
		case map[string]any, []any:
			return nil, false
		}
		return fmt.Sprint(value), true
	}
	return value, true
}
