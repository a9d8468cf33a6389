package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// values sorts what was typed for one resource into its variable, and gives the code that puts it together again.
type values struct {
	name      string // of the variable, as an expression
	class     string
	resources map[string]platform.Resource // that may be referred to
	set       platform.ValueSet            // likewise

	inputs map[string]any
	parts  []any
	keys   []string
	text   []string

	secrets map[string]string // addresses of the secret values that it refers to, by key
}

func newValues(alias string, resource platform.Resource, in platform.RenderInput) *values {
	return &values{
		name: "var." + variableName(alias), class: resource.Class, resources: in.Manifest.Resources, set: in.Values,
		inputs: map[string]any{}, parts: []any{}, keys: []string{}, text: []string{}, secrets: map[string]string{},
	}
}

// variable is what terraform.tfvars.json holds for the resource.
func (v *values) variable() map[string]any {
	return map[string]any{"class": v.class, "inputs": v.inputs, "values": v.parts, "keys": v.keys, "text": v.text}
}

// arguments adds an argument to the module call for every input, of the request or fixed by the definition.
func (v *values) arguments(call map[string]any, resource platform.Resource, definition platform.ResourceDefinition) error {
	inputs := maps.Clone(resource.Inputs)
	if inputs == nil {
		inputs = map[string]any{}
	}
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		if _, taken := call[name]; taken || !identifierPattern.MatchString(name) {
			return fmt.Errorf("input %q cannot be an argument of a module", clip(name))
		}
		expression, literal, err := v.input(name, inputs[name])
		if err != nil {
			return fmt.Errorf("input %s: %w", name, err)
		}
		if literal {
			expression = "${" + v.name + ".inputs." + name + "}"
		}
		call[name] = expression
	}
	return v.fixed(call, definition)
}

// input gives the code of an input that refers to something; one that does not is literal and goes into the variable whole.
func (v *values) input(name string, value any) (expression any, literal bool, err error) {
	plain, refers, err := plainValue(value)
	if err != nil {
		return nil, false, err
	}
	if !refers {
		v.inputs[name] = plain
		return nil, true, nil
	}
	expression, err = v.expression(value)
	return expression, false, err
}

// fixed adds the inputs that the platform sets. They are written by the platform team, but travel like all others.
func (v *values) fixed(call map[string]any, definition platform.ResourceDefinition) error {
	if len(definition.Inputs) == 0 {
		return nil
	}
	var inputs map[string]any
	decoder := json.NewDecoder(bytes.NewReader(definition.Inputs))
	decoder.UseNumber()
	if err := decoder.Decode(&inputs); err != nil {
		return fmt.Errorf("fixed inputs of definition %s: %w", definition.Name, err)
	}
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		if _, taken := call[name]; taken || !identifierPattern.MatchString(name) {
			return fmt.Errorf("fixed input %q of definition %s cannot be an argument of its module", name, definition.Name)
		}
		v.inputs[name] = inputs[name]
		call[name] = "${" + v.name + ".inputs." + name + "}"
	}
	return nil
}

// expression gives the code of a value: structure, indexes and references, and nothing that was typed.
func (v *values) expression(value any) (any, error) {
	plain, refers, err := plainValue(value)
	if err != nil {
		return nil, err
	}
	if !refers {
		v.parts = append(v.parts, plain)
		return v.index("values", len(v.parts)), nil
	}
	switch t := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(t))
		for _, key := range slices.Sorted(maps.Keys(t)) {
			v.keys = append(v.keys, key)
			name := v.index("keys", len(v.keys))
			if out[name], err = v.expression(t[key]); err != nil {
				return nil, err
			}
		}
		return out, nil
	case []any:
		out := make([]any, len(t))
		for i, item := range t {
			if out[i], err = v.expression(item); err != nil {
				return nil, err
			}
		}
		return out, nil
	default:
		return v.template(value.(string)) // nothing else refers to anything
	}
}

// template gives the code of a text with references. A text that is one reference keeps the type of what it refers to.
func (v *values) template(text string) (string, error) {
	segments, err := platform.ParseText(text)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for _, s := range segments {
		switch s.Kind {
		case platform.LiteralText:
			v.text = append(v.text, s.Text)
			out.WriteString(v.index("text", len(v.text)))
		case platform.ContextReference:
			out.WriteString("${var.context." + s.Name + "}")
		case platform.OutputReference:
			if _, ok := v.resources[s.Alias]; !ok {
				return "", fmt.Errorf("it refers to the resource %q, which is not there", s.Alias)
			}
			out.WriteString("${" + moduleOutput(s.Alias, s.Name) + "}")
		case platform.ValueReference:
			value, ok := v.set[s.Name]
			if !ok || !value.IsSecret() || !platform.ValidValueKey(s.Name) {
				return "", fmt.Errorf("it refers to the value %q, which is not there", clip(s.Name))
			}
			v.secrets[s.Name] = value.Secret
			out.WriteString("${module." + secretValue(s.Name) + ".value}")
		default:
			return "", fmt.Errorf("it holds the parameter %q: the template was not expanded", s.Name)
		}
	}
	return out.String(), nil
}

// index refers to the last of count items.
func (v *values) index(list string, count int) string {
	return "${" + v.name + "." + list + "[" + strconv.Itoa(count-1) + "]}"
}

// plainValue gives the value that is meant (with "$${" as "${") and whether something in it is a reference.
func plainValue(value any) (plain any, refers bool, err error) {
	switch t := value.(type) {
	case string:
		return plainText(t)
	case map[string]any:
		out := make(map[string]any, len(t))
		for _, key := range slices.Sorted(maps.Keys(t)) {
			item, itemRefers, err := plainValue(t[key])
			if err != nil {
				return nil, false, err
			}
			out[key], refers = item, refers || itemRefers
		}
		return out, refers, nil
	case []any:
		out := make([]any, len(t))
		for i, item := range t {
			plainItem, itemRefers, err := plainValue(item)
			if err != nil {
				return nil, false, err
			}
			out[i], refers = plainItem, refers || itemRefers
		}
		return out, refers, nil
	default:
		return value, false, nil
	}
}

func plainText(text string) (plain any, refers bool, err error) {
	segments, err := platform.ParseText(text)
	if err != nil {
		return nil, false, err
	}
	var out strings.Builder
	for _, s := range segments {
		if s.Kind != platform.LiteralText {
			return nil, true, nil
		}
		out.WriteString(s.Text)
	}
	return out.String(), false, nil
}

// clip keeps a hostile name short in an error.
func clip(name string) string { return name[:min(len(name), 60)] }
