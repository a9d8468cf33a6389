package platform

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
)

// PriceTemplates tells what an environment of each template costs in a month, with the defaults of its parameters and in the
// first environment type that allows it, dev before others. A template that cannot be expanded without a person's answers,
// or that nothing here can build, has no entry.
func (s *Service) PriceTemplates(ctx context.Context, c Caller, templates []Template) (map[string]Price, error) {
	catalog, err := s.seeCatalog(ctx, c)
	if err != nil {
		return nil, err
	}
	types := catalog.EnvironmentTypes()
	slices.SortStableFunc(types, func(a, b EnvironmentType) int { return cmp.Compare(rank(a), rank(b)) })
	prices := map[string]Price{}
	for _, t := range templates {
		i := slices.IndexFunc(types, func(e EnvironmentType) bool { return e.allows(t.Name) })
		if i < 0 {
			continue
		}
		m, err := ExpandTemplate(t, answers(t.Parameters))
		if err != nil {
			continue
		}
		resolved, m, err := ResolveManifest(catalog, m, Place{Project: "any", Environment: "any", Type: types[i].Name})
		if err != nil {
			continue
		}
		prices[t.Name] = EstimateManifest(s.Prices, m, resolved, s.regionOf(types[i]))
	}
	return prices, nil
}

func rank(t EnvironmentType) int {
	if t.Name == "dev" {
		return 0
	}
	return 1
}

// allows says whether a template may be used in environments of the type.
func (t EnvironmentType) allows(template string) bool {
	return slices.Contains(t.Templates, "*") || slices.Contains(t.Templates, template)
}

// answers gives a value for each parameter that must be given and has no default, as simple as its schema takes.
func answers(s Schema) json.RawMessage {
	out := map[string]any{}
	if s.Compiled == nil {
		return nil
	}
	for _, name := range s.Compiled.Required {
		property, _ := s.Property(name)
		if _, has := property["default"]; has {
			continue
		}
		choices, _ := property["enum"].([]any)
		switch kind := property["type"]; {
		case len(choices) > 0:
			out[name] = choices[0]
		case kind == "integer" || kind == "number":
			out[name] = cmp.Or(property["minimum"], any(1))
		case kind == "boolean":
			out[name] = false
		case kind == "array":
			out[name] = []any{}
		case kind == "object":
			out[name] = map[string]any{}
		default:
			least, _ := property["minLength"].(float64)
			out[name] = strings.Repeat("x", max(int(least), 1))
		}
	}
	return encodeJSON(plainNumbers(out))
}

// plainNumbers writes numbers as the encoder takes them.
func plainNumbers(values map[string]any) any {
	text, err := json.Marshal(values)
	if err != nil {
		return values
	}
	decoded, err := decodeJSON(text, MaxManifestDepth)
	if err != nil {
		return values
	}
	return decoded
}
