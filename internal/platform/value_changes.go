package platform

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"
)

// ValueChanges is what a caller wants to change of a scope's values. The keys that it does not name stay as they are.
type ValueChanges struct {
	Set     map[string]NewValue
	Remove  []string // what is not there may be named
	Comment string
	// Request is an id that the caller chose, or is empty. The same request again finds what it did.
	Request string
}

// NewValue is a value as a caller gives it: JSON, or a secret that goes to the vault.
type NewValue struct {
	JSON   json.RawMessage
	Secret *string
}

// hasSecrets reports whether the change holds a secret.
func (ch ValueChanges) hasSecrets() bool {
	for _, v := range ch.Set {
		if v.Secret != nil {
			return true
		}
	}
	return false
}

// check finds everything that is wrong with a change whatever it is applied to, and brings its values into canonical form.
func (ch ValueChanges) check() (ValueChanges, error) {
	var wrong []Detail
	out := ValueChanges{Set: make(map[string]NewValue, len(ch.Set)), Remove: ch.Remove, Comment: ch.Comment, Request: ch.Request}
	for _, key := range slices.Sorted(maps.Keys(ch.Set)) {
		at := "/set/" + pointerToken(key)
		value, problem := ch.Set[key].checked()
		switch {
		case !ValidValueKey(key):
			problem = wrongKey
		case slices.Contains(ch.Remove, key):
			problem = "Is to be set and removed at once."
		}
		if problem != "" {
			wrong = append(wrong, Detail{at, problem})
			continue
		}
		out.Set[key] = value
	}
	for i, key := range ch.Remove {
		if !ValidValueKey(key) {
			wrong = append(wrong, Detail{fmt.Sprintf("/remove/%d", i), wrongKey})
		}
	}
	if problem := checkComment(ch.Comment); problem != nil {
		wrong = append(wrong, *problem)
	}
	if len(ch.Set) > MaxValues || len(ch.Remove) > MaxValues {
		wrong = []Detail{{"/set", fmt.Sprintf("One change sets at most %d keys, and removes as many.", MaxValues)}}
	}
	if len(wrong) > 0 {
		return ValueChanges{}, invalid("The change of values is not valid.", wrong)
	}
	return out, nil
}

// fingerprint tells whether a version was made by this very request; empty where the caller chose no id. Of secrets it knows the keys: a
// digest of one is a way to guess it.
func (ch ValueChanges) fingerprint(c Caller) string {
	if ch.Request == "" {
		return ""
	}
	set := map[string]string{}
	for key, value := range ch.Set {
		set[key] = string(value.JSON)
	}
	text, err := json.Marshal([]any{ch.Request, c.ID, set, slices.Sorted(slices.Values(ch.Remove)), ch.Comment})
	if err != nil { // texts: cannot happen
		return ""
	}
	return digestOf(text)
}

const wrongKey = "This cannot be the key of a value: use up to 100 letters, digits and underscores, not a digit first."

func checkComment(comment string) *Detail {
	if len(comment) > maxComment || !utf8.ValidString(comment) {
		return &Detail{"/comment", fmt.Sprintf("A comment is text of at most %d bytes.", maxComment)}
	}
	return nil
}

// checked gives the canonical form of a value, or what is wrong with it, in words that never repeat it.
func (n NewValue) checked() (out NewValue, problem string) {
	switch {
	case n.Secret != nil && len(n.JSON) > 0:
		return NewValue{}, `Give "value" or "secret", not both.`
	case n.Secret != nil && (*n.Secret == "" || len(*n.Secret) > maxSecretBytes || !utf8.ValidString(*n.Secret)):
		return NewValue{}, fmt.Sprintf("A secret is text of 1 to %d bytes.", maxSecretBytes)
	case n.Secret != nil:
		return n, ""
	case len(n.JSON) == 0:
		return NewValue{}, `Give "value" or "secret".`
	}
	decoded, err := decodeJSON(n.JSON, maxValueDepth)
	if err != nil {
		return NewValue{}, sentence(err)
	}
	if decoded == nil {
		return NewValue{}, `There is no null value; name the key in "remove" to take it away.`
	}
	canonical := encodeJSON(decoded)
	if len(canonical) > MaxValueBytes {
		return NewValue{}, fmt.Sprintf("The value has %d bytes; at most %d are taken.", len(canonical), MaxValueBytes)
	}
	return NewValue{JSON: canonical}, ""
}

// applyTo gives the values after the change. references has the address of every secret in it, which was stored before.
func (ch ValueChanges) applyTo(values map[string]Value, references map[string]string, author string, at time.Time) map[string]Value {
	out := make(map[string]Value, len(values)+len(ch.Set))
	maps.Copy(out, values)
	for key, value := range ch.Set {
		out[key] = Value{JSON: value.JSON, Secret: references[key], SetAt: at, SetBy: author}
	}
	for _, key := range ch.Remove {
		delete(out, key)
	}
	return out
}

// hasSecrets reports whether a secret is among the keys that are named, or among all when none are.
func (v ValueVersion) hasSecrets(keys []string) bool {
	for key, value := range v.Values {
		if value.Secret != "" && (len(keys) == 0 || slices.Contains(keys, key)) {
			return true
		}
	}
	return false
}

// restored gives the values with those of an earlier version in the place of the keys that are named; none means all.
func restored(now, earlier ValueVersion, keys []string) (map[string]Value, error) {
	if len(keys) == 0 {
		return earlier.Values, nil
	}
	out := maps.Clone(now.Values)
	if out == nil {
		out = map[string]Value{}
	}
	var wrong []Detail
	for i, key := range keys {
		value, was := earlier.Values[key]
		_, is := now.Values[key]
		switch {
		case was:
			out[key] = value
		case is:
			delete(out, key)
		default:
			wrong = append(wrong, Detail{fmt.Sprintf("/keys/%d", i), fmt.Sprintf("Neither version %d nor the newest one has this key.", earlier.Number)})
		}
	}
	if len(wrong) > 0 {
		return nil, invalid("The values cannot be restored.", wrong)
	}
	return out, nil
}

// checkValueSet holds a scope's values to the limits.
func checkValueSet(scope ValueScope, values map[string]Value) error {
	size := 0
	for key, value := range values {
		size += len(key) + len(value.JSON) + len(value.Secret)
	}
	if len(values) <= MaxValues && size <= MaxValueSetBytes {
		return nil
	}
	return Errorf(Invalid, "The values of %s would be %d keys with %d bytes; at most %d keys with %d bytes are kept.",
		scope, len(values), size, MaxValues, MaxValueSetBytes).Do("Remove what is not used any more: lazuli value unset %s KEY", scope)
}
