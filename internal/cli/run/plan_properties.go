package run

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform/mask"
)

const (
	// maxProperties is how many properties of one resource are told; maxAllProperties is about how many bytes all of them may take.
	maxProperties    = 100
	maxAllProperties = 400 << 10
	// maxShown is how much is told of one value, in bytes.
	maxShown = 500
)

// plannedChange is what a JSON plan says of one resource. Sensitive marks are true, or a tree with true at the places meant.
type plannedChange struct {
	Actions         []string `json:"actions"`
	Before          any      `json:"before"`
	After           any      `json:"after"`
	AfterUnknown    any      `json:"after_unknown"`
	BeforeSensitive any      `json:"before_sensitive"`
	AfterSensitive  any      `json:"after_sensitive"`
	ReplacePaths    [][]any  `json:"replace_paths"`
}

// secretName matches names of properties that are secret whatever the provider says of them.
var secretName = regexp.MustCompile(`(?i)(password|passwd|passphrase|pwd|secret|token|credential|private_?key|access_?key|account_?key|api_?key|primary_key|secondary_key|connection_?string|sas_?(url|uri|key)|certificate_data|kube_?config|custom_data|user_data)`)

// properties tells what becomes of the properties of a resource: those that differ, by path. What is sensitive is told to change
// and never shown. Those beyond maxProperties, and beyond what is left of maxAllProperties, are counted alone.
func (c plannedChange) properties(left *int) (shown []api.PropertyChange, more int) {
	w := walk{replaces: c.replaces()}
	w.compare("", c.Before, c.After, c.AfterUnknown, c.BeforeSensitive, c.AfterSensitive)
	slices.SortStableFunc(w.found, func(a, b api.PropertyChange) int { return strings.Compare(a.Path, b.Path) })
	for i, p := range w.found {
		*left -= sizeOf(p)
		if i == maxProperties || *left < 0 {
			return w.found[:i:i], len(w.found) - i
		}
	}
	return w.found, 0
}

// sizeOf is about what a property takes in the report; nearly all text is longer as JSON.
func sizeOf(p api.PropertyChange) int {
	return 80 + 2*(len(p.Path)+len(value(p.Before))+len(value(p.After)))
}

// replaces is the set of paths whose change makes the resource be made anew.
func (c plannedChange) replaces() map[string]bool {
	paths := map[string]bool{}
	for _, steps := range c.ReplacePaths {
		path := ""
		for _, step := range steps {
			switch step := step.(type) {
			case string:
				path = below(path, step)
			case float64:
				path = fmt.Sprintf("%s[%d]", path, int(step))
			}
		}
		paths[path] = true
	}
	return paths
}

type walk struct {
	replaces map[string]bool
	found    []api.PropertyChange
}

// compare goes through the values of before and after together, down to where they are not objects or lists any more.
func (w *walk) compare(path string, before, after, unknown, hiddenBefore, hiddenAfter any) {
	if unknown != true && reflect.DeepEqual(before, after) && !marked(unknown) {
		return
	}
	if hiddenBefore == true || hiddenAfter == true || path != "" && secretName.MatchString(lastStep(path)) {
		w.add(api.PropertyChange{Path: path, Sensitive: yes(true), Unknown: yes(unknown == true)})
		return
	}
	if unknown == true {
		w.add(api.PropertyChange{Path: path, Before: shown(before), Unknown: yes(true)})
		return
	}
	switch {
	case allOf(isObject, before, after, unknown) && allOf(isObject, hiddenBefore, hiddenAfter, map[string]any{}):
		b, a, u := object(before), object(after), object(unknown)
		names := maps.Clone(b)
		if names == nil {
			names = map[string]any{}
		}
		maps.Copy(names, a)
		maps.Copy(names, u)
		hb, ha := object(hiddenBefore), object(hiddenAfter)
		named := namesValue(b) || namesValue(a)
		for _, name := range slices.Sorted(maps.Keys(names)) {
			hidden := ha[name]
			if named && name == "value" {
				hidden = true
			}
			w.compare(below(path, name), b[name], a[name], u[name], hb[name], hidden)
		}
	case allOf(isList, before, after, unknown) && allOf(isList, hiddenBefore, hiddenAfter, []any{}):
		b, a, u := list(before), list(after), list(unknown)
		hb, ha := list(hiddenBefore), list(hiddenAfter)
		for i := range max(len(b), len(a), len(u)) {
			w.compare(fmt.Sprintf("%s[%d]", path, i), at(b, i), at(a, i), at(u, i), at(hb, i), at(ha, i))
		}
	case marked(hiddenBefore) || marked(hiddenAfter) || namesSecret(before) || namesSecret(after): // shapes that do not match are not taken apart
		w.add(api.PropertyChange{Path: path, Sensitive: yes(true)})
	default:
		w.add(api.PropertyChange{Path: path, Before: shown(before), After: shown(after)})
	}
}

// namesValue reports whether an object has a name, which says that its value is secret: a variable of a container is one.
func namesValue(o map[string]any) bool {
	for _, key := range []string{"name", "key"} {
		if name, ok := o[key].(string); ok && secretName.MatchString(name) {
			return true
		}
	}
	return false
}

// namesSecret reports whether a value has a member whose name says that it is secret, at any depth.
func namesSecret(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		if _, has := v["value"]; has && namesValue(v) {
			return true
		}
		for name, member := range v {
			if secretName.MatchString(name) || namesSecret(member) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, namesSecret)
	}
	return false
}

func (w *walk) add(p api.PropertyChange) {
	p.Path = clipped(safe(p.Path), maxShown)
	p.Replaces = yes(w.replaces[p.Path])
	w.found = append(w.found, p)
}

// shown is a value as text: strings as they are, the rest as JSON. Nothing for null.
func shown(v any) *string {
	text, ok := v.(string)
	if v == nil {
		return nil
	}
	if !ok {
		raw, err := json.Marshal(v)
		if err != nil { // it was JSON before
			return nil
		}
		text = string(raw)
	}
	text = clipped(mask.Text(safe(text)), maxShown)
	return &text
}

func clipped(text string, most int) string {
	if len(text) <= most {
		return text
	}
	most -= len("…")
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "…"
}

// marked reports whether a tree of marks has one.
func marked(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(v)), marked)
	case []any:
		return slices.ContainsFunc(v, marked)
	}
	return false
}

func isObject(v any) bool { _, ok := v.(map[string]any); return ok }
func isList(v any) bool   { _, ok := v.([]any); return ok }

// allOf reports whether every value that is there is of a kind, and at least one is.
func allOf(kind func(any) bool, values ...any) bool {
	some := false
	for _, v := range values {
		if v == nil || v == false {
			continue
		}
		if !kind(v) {
			return false
		}
		some = true
	}
	return some
}

func object(v any) map[string]any { m, _ := v.(map[string]any); return m }
func list(v any) []any            { l, _ := v.([]any); return l }

func at(l []any, i int) any {
	if i < len(l) {
		return l[i]
	}
	return nil
}

func below(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func lastStep(path string) string {
	return strings.SplitAfter(path, ".")[strings.Count(path, ".")]
}

// yes leaves out what is not so.
func yes(so bool) *bool {
	if !so {
		return nil
	}
	return &so
}
