package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// parameters makes the parameters of a template from a file and from NAME=VALUE pairs, which go before it. A value has the
// type that the template's schema says.
func parameters(schema map[string]any, file string, pairs []string) (map[string]any, error) {
	out := map[string]any{}
	if file != "" {
		raw, err := os.ReadFile(file) // #nosec G304 -- the user names it
		if err != nil {
			return nil, usageError{fmt.Errorf("read parameters: %w", err)}
		}
		if err := json.Unmarshal(raw, &out); err != nil {
			return nil, usageError{fmt.Errorf("parameters in %s are no JSON object: %w", file, err)}
		}
	}
	properties, _ := schema["properties"].(map[string]any)
	for _, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return nil, usageError{fmt.Errorf("--set is NAME=VALUE, not %q", pair)}
		}
		property, _ := properties[name].(map[string]any)
		typed, err := typedValue(property, value)
		if err != nil {
			return nil, usageError{fmt.Errorf("--set %s: %w", name, err)}
		}
		out[name] = typed
	}
	return out, nil
}

// typedValue reads a number, a boolean, a list or an object where the schema wants one; everything else is text.
func typedValue(schema map[string]any, value string) (any, error) {
	kind, _ := schema["type"].(string)
	switch kind {
	case "integer", "number", "boolean", "array", "object":
		decoder := json.NewDecoder(strings.NewReader(value))
		decoder.UseNumber()
		var v any
		if err := decoder.Decode(&v); err != nil || decoder.More() {
			return nil, fmt.Errorf("%q is not of type %s", value, kind)
		}
		return v, nil
	}
	return value, nil
}
