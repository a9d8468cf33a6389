package render_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// This is the little of Terraform's JSON syntax that a rendered root may use. Whatever is not in it is a fault: that is how the
// tests know that no typed text has become code. The oracle of the oracle is TestRender_appliedByTheEngine.

var (
	interpolation = regexp.MustCompile(`\$\{([^{}]*)\}`)
	variablePath  = regexp.MustCompile(`^var\.(context|secrets|r_[a-z][a-z0-9-]*)\.([A-Za-z][A-Za-z0-9_]*)(?:\.([A-Za-z][A-Za-z0-9_]*)|\[(\d+)\])?$`)
	modulePath    = regexp.MustCompile(`^module\.([a-z][a-z0-9-]*|value_[A-Za-z_][A-Za-z0-9_]*)\.([A-Za-z][A-Za-z0-9_]*)$`)
)

// evaluate computes an expression of a module call. References to modules become reference texts.
func evaluate(expression any, variables map[string]any) (any, error) {
	switch e := expression.(type) {
	case map[string]any:
		out := make(map[string]any, len(e))
		for key, item := range e {
			name, err := evaluateText(key, variables)
			if err != nil {
				return nil, err
			}
			if out[fmt.Sprint(name)], err = evaluate(item, variables); err != nil {
				return nil, err
			}
		}
		return out, nil
	case []any:
		out := make([]any, len(e))
		for i, item := range e {
			var err error
			if out[i], err = evaluate(item, variables); err != nil {
				return nil, err
			}
		}
		return out, nil
	case string:
		return evaluateText(e, variables)
	default:
		return nil, fmt.Errorf("%v stands in the code as it is", e)
	}
}

func evaluateText(text string, variables map[string]any) (any, error) {
	found := interpolation.FindAllStringSubmatch(text, -1)
	if rest := interpolation.ReplaceAllString(text, ""); rest != "" || len(found) == 0 {
		return nil, fmt.Errorf("%q is more than references", text)
	}
	if len(found) == 1 {
		return lookUp(found[0][1], variables)
	}
	var out strings.Builder
	for _, reference := range found {
		value, err := lookUp(reference[1], variables)
		if err != nil {
			return nil, err
		}
		fmt.Fprint(&out, value)
	}
	return out.String(), nil
}

func lookUp(reference string, variables map[string]any) (any, error) {
	if m := modulePath.FindStringSubmatch(reference); m != nil {
		return referenceText(m[1], m[2]), nil
	}
	m := variablePath.FindStringSubmatch(reference)
	if m == nil {
		return nil, fmt.Errorf("%q is no reference that a root may use", reference)
	}
	value := variables[m[1]].(map[string]any)[m[2]]
	switch {
	case m[3] != "":
		return value.(map[string]any)[m[3]], nil
	case m[4] != "":
		i, err := strconv.Atoi(m[4])
		if err != nil {
			return nil, err
		}
		return value.([]any)[i], nil
	}
	return value, nil
}

func referenceText(alias, output string) string { return "«" + alias + "." + output + "»" }

// meant gives the value that an input of a manifest means, with reference texts in place of references.
func meant(t testing.TB, value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[key] = meant(t, item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = meant(t, item)
		}
		return out
	case string:
		segments, err := platform.ParseText(v)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		for _, s := range segments {
			switch s.Kind {
			case platform.OutputReference:
				out.WriteString(referenceText(s.Alias, s.Name))
			case platform.ValueReference:
				value := someValues[s.Name]
				if value.IsSecret() {
					out.WriteString(referenceText("value_"+s.Name, "value"))
					break
				}
				decoded := decodedValue(t, value.Value)
				if len(segments) == 1 {
					return decoded
				}
				fmt.Fprint(&out, decoded)
			case platform.ContextReference:
				out.WriteString(map[string]string{"project": "payments", "environment": "dev", "type": "dev"}[s.Name])
			default:
				out.WriteString(s.Text)
			}
		}
		return out.String()
	default:
		return v
	}
}

func decodedValue(t testing.TB, v platform.Value) any {
	t.Helper()
	return decode(t, []byte(`{"value":`+string(v.JSON)+`}`))["value"]
}

// decode reads a rendered file.
func decode(t testing.TB, content []byte) map[string]any {
	t.Helper()
	var out map[string]any
	d := json.NewDecoder(strings.NewReader(string(content)))
	d.UseNumber()
	if err := d.Decode(&out); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, content)
	}
	return out
}
