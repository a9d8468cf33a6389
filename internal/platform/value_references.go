package platform

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// PinnedValues says which values a deployment was made with.
type PinnedValues struct {
	Project     int64  // version of the project's values; 0 when it had none
	Environment int64  // likewise of the environment's own
	Digest      string // of the values that its manifest uses; secrets count by their address
}

// MayUseValues reports whether a manifest may hold references to values. It never misses one; Score has words of its own for them.
func (m Manifest) MayUseValues() bool {
	return len(m.Workloads) > 0 || bytes.Contains(m.JSON(), []byte("${values."))
}

// WithValues gives the manifest with the values in place of what refers to them, as literals for ever. References to secrets stay:
// nobody but the engine reads those. A resolved manifest has nothing else that could stay.
//
// A text that is exactly one reference becomes the value, with its type.
func (m Manifest) WithValues(set ValueSet) Manifest {
	out := m
	out.Resources = make(map[string]Resource, len(m.Resources))
	for alias, resource := range m.Resources {
		if resource.Inputs != nil {
			resource.Inputs, _ = set.fill(resource.Inputs).(map[string]any)
		}
		out.Resources[alias] = resource
	}
	return out
}

func (s ValueSet) fill(value any) any {
	switch v := value.(type) {
	case string:
		return s.fillText(v)
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[key] = s.fill(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = s.fill(item)
		}
		return out
	default:
		return v
	}
}

func (s ValueSet) fillText(text string) any {
	segments, err := ParseText(text)
	if err != nil {
		return text
	}
	for i, segment := range segments {
		value, ok := s[segment.Name]
		if segment.Kind != ValueReference || !ok || value.IsSecret() {
			continue
		}
		if len(segments) == 1 {
			return escapeValue(value.decoded())
		}
		if words, ok := value.asText(); ok {
			segments[i] = Segment{Kind: LiteralText, Text: words}
		}
	}
	return FormatText(segments)
}

// decoded gives the value as JSON is decoded everywhere here; nil for a secret.
func (v Value) decoded() any {
	if len(v.JSON) == 0 {
		return nil
	}
	value, err := decodeJSON(v.JSON, maxValueDepth)
	if err != nil {
		return nil // it was decoded before it was stored
	}
	return value
}

// asText gives the value as a part of a longer text; false for what cannot be one.
func (v Value) asText() (string, bool) {
	switch value := v.decoded().(type) {
	case string:
		return value, true
	case json.Number, bool:
		return string(v.JSON), true
	}
	return "", false
}

// usedValues lists the keys that the inputs of a manifest refer to, sorted.
func (m Manifest) usedValues() []string {
	used := map[string]bool{}
	var look func(value any)
	look = func(value any) {
		switch v := value.(type) {
		case string:
			segments, _ := ParseText(v)
			for _, s := range segments {
				if s.Kind == ValueReference {
					used[s.Name] = true
				}
			}
		case map[string]any:
			for _, item := range v {
				look(item)
			}
		case []any:
			for _, item := range v {
				look(item)
			}
		}
	}
	for _, resource := range m.Resources {
		look(resource.Inputs)
	}
	return slices.Sorted(maps.Keys(used))
}

// pin remembers what a manifest was made with; nil when it uses no values.
func (v Values) pin(m Manifest) *PinnedValues {
	keys := m.usedValues()
	if len(keys) == 0 {
		return nil
	}
	var used bytes.Buffer
	for _, key := range keys {
		value := v.Effective[key]
		fmt.Fprintf(&used, "%s=%s%s\n", key, value.JSON, value.Secret) // canonical JSON and addresses have no line breaks
	}
	return &PinnedValues{Project: v.Beneath, Environment: v.Head.Number, Digest: digestOf(used.Bytes())}
}

// shown stands the addresses of secrets in for them, so that manifests can be compared in all that differs.
func (s ValueSet) shown() ValueSet {
	out := make(ValueSet, len(s))
	for key, value := range s {
		if value.IsSecret() {
			value.Value = Value{JSON: encodeJSON(value.Secret)}
		}
		out[key] = value
	}
	return out
}

// shownManifest is the manifest of a deployment with the values that it was made with.
func (s *Service) shownManifest(ctx context.Context, dep Deployment) (Manifest, error) {
	if dep.Values == nil {
		return dep.Manifest.WithValues(nil), nil
	}
	project, err := s.valueVersion(ctx, ValueScope{Project: dep.Project}, dep.Values.Project)
	if err != nil {
		return Manifest{}, fmt.Errorf("read values of deployment %s: %w", dep.ID, err)
	}
	own, err := s.valueVersion(ctx, ValueScope{dep.Project, dep.Environment}, dep.Values.Environment)
	if err != nil {
		return Manifest{}, fmt.Errorf("read values of deployment %s: %w", dep.ID, err)
	}
	return dep.Manifest.WithValues(EffectiveValues(project, own).shown()), nil
}

// same reports whether two deployments were made with the same values, in whatever versions.
func (p *PinnedValues) same(other *PinnedValues) bool {
	if p == nil || other == nil {
		return p == other
	}
	return p.Digest == other.Digest
}

// reads checks a reference to a value and gives the text that will be, or marks the location: only the engine learns a secret,
// and a template may be used in a place that has other values. alone says that the text is nothing else.
func (r *inputReader) reads(pointer string, s Segment, alone bool) (value any, text string, known bool) {
	if r.parameters != nil {
		return nil, "", false
	}
	v, ok := r.values[s.Name]
	if !ok {
		r.refuse(pointer, "%s", noValue(s.Name, r.values.Keys()))
		return nil, "", false
	}
	if v.IsSecret() {
		return nil, "", false
	}
	if alone {
		return v.decoded(), "", true
	}
	text, ok = v.asText()
	if !ok {
		r.refuse(pointer, "The value %s is %s: it cannot be a part of a longer text.", s.Name, map[string]string{ListValue: "a list", ObjectValue: "an object"}[v.Type()])
	}
	return nil, text, ok
}

// noValue says that a key is unknown, with those that may have been meant.
func noValue(key string, known []string) string {
	if len(known) == 0 {
		return fmt.Sprintf("There is no value %q here; nothing is set in this environment or its project.", key)
	}
	return fmt.Sprintf("There is no value %q here; there are %s.", key, quoted(nearest(key, known)))
}

// nearest lists the names that are closest to what was written, or all when none is close, in their order.
func nearest(written string, names []string) []string {
	var near []string
	for _, name := range names {
		if distance(strings.ToUpper(written), strings.ToUpper(name)) <= 1+len(written)/3 {
			near = append(near, name)
		}
	}
	if len(near) == 0 {
		return names
	}
	return near
}

// distance counts the single characters to insert, remove or replace to make one text of the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
