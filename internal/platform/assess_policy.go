package platform

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
)

// judgePolicies asks every policy. One that cannot be evaluated refuses, and says that it is the policy's fault.
func judgePolicies(in AssessmentInput) []PolicyVerdict {
	if len(in.Policies) == 0 {
		return nil
	}
	request := policyRequest(in)
	var out []PolicyVerdict
	for _, p := range in.Policies {
		name := p.Name + "@" + p.Version
		if p.Program == nil {
			out = append(out, PolicyVerdict{Policy: name, Message: fmt.Sprintf("The policy %s could not be evaluated: it was not compiled.", p.Name)})
			continue
		}
		switch applies, passed, err := p.Program.Judge(request); {
		case err != nil:
			out = append(out, PolicyVerdict{Policy: name, Message: fmt.Sprintf("The policy %s could not be evaluated: %v.", p.Name, err)})
		case applies && passed:
			out = append(out, PolicyVerdict{Policy: name, Passed: true})
		case applies:
			out = append(out, PolicyVerdict{Policy: name, Message: p.Message})
		}
	}
	return out
}

// policyRequest is what policies see; internal/policy/doc.go tells their authors.
func policyRequest(in AssessmentInput) map[string]any {
	resources := make([]any, 0, len(in.Manifest.Resources))
	for _, alias := range in.Manifest.Aliases() {
		r, definition := in.Manifest.Resources[alias], in.Resolved[alias].Definition
		inputs := plainObject(r.Inputs, unescapeText)
		maps.Copy(inputs, plainObject(decodeInputs(definition.Inputs), keepText))
		resources = append(resources, map[string]any{"alias": alias, "type": r.Type, "class": r.Class, "inputs": inputs, "definition": definition.Name})
	}
	return map[string]any{
		"request": map[string]any{"template": in.Template, "parameters": plainObject(in.Parameters, keepText), "resources": resources,
			"requester": map[string]any{"id": in.Caller.ID, "name": in.Caller.Name, "app": in.Caller.App}},
		"project":     map[string]any{"name": in.Project.Name, "title": in.Project.Title, "team": in.Project.Team},
		"environment": map[string]any{"name": in.Environment, "type": in.Type.Name, "exists": in.Exists},
		"price": map[string]any{"monthly": in.After.Monthly.float(), "before": in.Before.Monthly.float(),
			"complete": len(in.After.Unknown) == 0, "currency": in.After.Currency},
	}
}

// float is for comparing in policies alone.
func (m Money) float() float64 { return float64(m) / moneyScale }

func keepText(text string) string { return text }

func plainObject(object map[string]any, text func(string) string) map[string]any {
	out := make(map[string]any, len(object))
	for key, value := range object {
		out[key] = plainForPolicy(value, text)
	}
	return out
}

// plainForPolicy gives numbers as numbers and texts as what they mean.
func plainForPolicy(value any, text func(string) string) any {
	switch v := value.(type) {
	case map[string]any:
		return plainObject(v, text)
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = plainForPolicy(item, text)
		}
		return out
	case string:
		return text(v)
	case json.Number:
		if n, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return n
		}
		f, err := v.Float64()
		if err != nil {
			return v.String()
		}
		return f
	default:
		return v
	}
}
