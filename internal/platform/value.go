package platform

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// Limits of values. They keep all values of a scope in one row and its body, and a secret in Key Vault.
const (
	MaxValues        = 200       // keys of one scope
	MaxValueBytes    = 32 << 10  // of one value's canonical JSON
	MaxValueSetBytes = 256 << 10 // of the values of one scope together
	maxValueDepth    = 10        // levels of objects and lists in one value
	maxSecretBytes   = 25_000    // Key Vault's limit
	maxComment       = 500       // bytes
)

// ValueScope is where values are set: a project, or one of its environments.
type ValueScope struct {
	Project     string
	Environment string // empty: the project's own
}

func (s ValueScope) String() string {
	if s.Environment == "" {
		return s.Project
	}
	return s.Project + "/" + s.Environment
}

// target is the scope's values as an audit event names them.
func (s ValueScope) target() string {
	if s.Environment == "" {
		return "/projects/" + s.Project + "/values"
	}
	return targetOf(s.Project, s.Environment) + "/values"
}

// kind names the operation of the API at the level of the scope: "change" gives changeProjectValues or changeEnvironmentValues.
func (s ValueScope) kind(verb string) string {
	if s.Environment == "" {
		return verb + "ProjectValues"
	}
	return verb + "EnvironmentValues"
}

// Value is what a key stands for: JSON, or a secret that the vault alone holds.
type Value struct {
	JSON   json.RawMessage // canonical: text, a number, true or false, a list or an object; nil for a secret
	Secret string          // the address in the vault, of this very version; empty for what is no secret
	SetAt  time.Time
	SetBy  string
}

// The types of values.
const (
	TextValue    = "string"
	NumberValue  = "number"
	BooleanValue = "boolean"
	ListValue    = "list"
	ObjectValue  = "object"
)

// IsSecret reports whether the vault alone holds the value.
func (v Value) IsSecret() bool { return v.Secret != "" }

// Type tells the type by the value's first character, which in canonical JSON says it all. Secrets are text.
func (v Value) Type() string {
	if v.IsSecret() || len(v.JSON) == 0 {
		return TextValue
	}
	switch v.JSON[0] {
	case '"':
		return TextValue
	case '{':
		return ObjectValue
	case '[':
		return ListValue
	case 't', 'f':
		return BooleanValue
	}
	return NumberValue
}

// same reports whether two values mean the same, whoever set them.
func (v Value) same(other Value) bool {
	return v.Secret == other.Secret && bytes.Equal(v.JSON, other.JSON)
}

// ValueVersion is what the values of a scope were from one change to the next. It never changes; the newest one is the head.
type ValueVersion struct {
	Scope   ValueScope
	Number  int64 // from 1 on, without gaps; 0 is the empty beginning, which is not stored
	Author  string
	At      time.Time
	Comment string
	Request string           // digest of the request that made it, where its caller chose an id; else empty
	Changes []ValueChange    // against the version before, by key
	Values  map[string]Value // all that the scope itself has, by key; nil in lists
	Stored  Stored           // of the head alone
}

// ValueChange says what became of a key.
type ValueChange struct {
	Key    string
	Action string // add, change, remove
}

// ValueDifference is a key that two versions do not agree on.
type ValueDifference struct {
	ValueChange
	Before, After *Value // nil where there is none
}

// CompareValues lists the keys in which two sets of values differ, sorted.
func CompareValues(before, after map[string]Value) []ValueDifference {
	var differences []ValueDifference
	for key, b := range before {
		a, ok := after[key]
		switch {
		case !ok:
			differences = append(differences, ValueDifference{ValueChange: ValueChange{key, ChangeRemove}, Before: &b})
		case !a.same(b):
			differences = append(differences, ValueDifference{ValueChange: ValueChange{key, ChangeChange}, Before: &b, After: &a})
		}
	}
	for key, a := range after {
		if _, ok := before[key]; !ok {
			differences = append(differences, ValueDifference{ValueChange: ValueChange{key, ChangeAdd}, After: &a})
		}
	}
	slices.SortFunc(differences, func(a, b ValueDifference) int { return bytes.Compare([]byte(a.Key), []byte(b.Key)) })
	return differences
}

// followedBy makes the version after this one; false if nothing would change. A value that stays as it was keeps who set it.
func (v ValueVersion) followedBy(values map[string]Value, author, comment string, at time.Time) (ValueVersion, bool) {
	differences := CompareValues(v.Values, values)
	if len(differences) == 0 {
		return v, false
	}
	next := ValueVersion{Scope: v.Scope, Number: v.Number + 1, Author: author, At: at, Comment: comment, Values: maps.Clone(values), Stored: v.Stored}
	for key, before := range v.Values {
		if after, ok := values[key]; ok && after.same(before) {
			next.Values[key] = before
		}
	}
	for _, d := range differences {
		next.Changes = append(next.Changes, d.ValueChange)
	}
	return next, true
}

// writes lists the keys that the version gives another value than the one before.
func (v ValueVersion) writes() []string {
	var keys []string
	for _, ch := range v.Changes {
		if ch.Action != "remove" {
			keys = append(keys, ch.Key)
		}
	}
	return keys
}

// EffectiveValue is a value with the scope that it comes from.
type EffectiveValue struct {
	Value
	Scope ValueScope
}

// ValueSet is what holds in a place, by key.
type ValueSet map[string]EffectiveValue

// EffectiveValues gives what holds when the scopes' values are laid over each other; the later one wins.
func EffectiveValues(versions ...ValueVersion) ValueSet {
	set := ValueSet{}
	for _, version := range versions {
		for key, value := range version.Values {
			set[key] = EffectiveValue{value, version.Scope}
		}
	}
	return set
}

// Keys lists the keys, sorted.
func (s ValueSet) Keys() []string { return slices.Sorted(maps.Keys(s)) }
