package platform

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// opaqueLocations are the places in a document whose values are not known yet, because they hold references; true where not even
// the type is known, false where it is some text.
type opaqueLocations map[string]bool

func locationKey(tokens []string) string {
	var key strings.Builder
	for _, t := range tokens {
		key.WriteString("\x00" + t)
	}
	return key.String()
}

func (o opaqueLocations) add(tokens []string) { o[locationKey(tokens)] = true }

func (o opaqueLocations) addText(tokens []string) { o[locationKey(tokens)] = false }

func (o opaqueLocations) at(tokens []string) bool {
	_, opaque := o[locationKey(tokens)]
	return opaque
}

func (o opaqueLocations) isText(tokens []string) bool { return o.at(tokens) && !o[locationKey(tokens)] }

// within reports whether something at or below the location is opaque.
func (o opaqueLocations) within(tokens []string) bool {
	key := locationKey(tokens)
	for location := range o {
		if location == key || strings.HasPrefix(location, key+"\x00") {
			return true
		}
	}
	return false
}

// judgement is what a document's violations are told with.
type judgement struct {
	schema  Schema
	values  map[string]any
	pointer string // of the document
	opaque  opaqueLocations
}

func (j judgement) at(location []string) string {
	pointer := j.pointer
	for _, token := range location {
		pointer += "/" + pointerToken(token)
	}
	return pointer
}

// violations turns the tree of a validator's error into sentences, without those that judge an opaque value.
// A rule that looks at a whole value ("not", "uniqueItems", "enum" of objects, …) is not judged when a part of it is opaque.
func (j judgement) violations(v *jsonschema.ValidationError) []Detail {
	at := j.at(v.InstanceLocation)
	switch k := v.ErrorKind.(type) {
	case *kind.AnyOf, *kind.OneOf:
		return j.noBranch(v)
	case *kind.Not, *kind.Contains, *kind.MinContains, *kind.MaxContains, *kind.UniqueItems, *kind.Enum, *kind.Const:
		if j.opaque.within(v.InstanceLocation) {
			return nil
		}
		return []Detail{{at, describe(v.ErrorKind)}}
	case *kind.Required:
		return eachProperty(at, k.Missing, "A value is required.")
	case *kind.AdditionalProperties:
		if len(v.InstanceLocation) == 0 {
			return nil // validate has said so already, with the names that are known
		}
		return eachProperty(at, k.Properties, "There is no property of this name here.")
	case *kind.PropertyNames:
		return j.badName(v.SchemaURL, k.Property)
	}
	if len(v.Causes) > 0 {
		var all []Detail
		for _, cause := range v.Causes {
			all = append(all, j.violations(cause)...)
		}
		return all
	}
	_, judgesType := v.ErrorKind.(*kind.Type)
	if j.opaque.at(v.InstanceLocation) && !(judgesType && j.opaque.isText(v.InstanceLocation)) {
		return nil
	}
	return []Detail{{at, describe(v.ErrorKind)}}
}

// badName tells of a property whose name its object does not allow.
func (j judgement) badName(address, property string) []Detail {
	const message = "The name of this property is not allowed."
	var out []Detail
	for _, location := range j.schema.namedAt(address, property, j.values) {
		out = append(out, Detail{j.at(append(location, property)), message})
	}
	if len(out) == 0 {
		return []Detail{{j.pointer, fmt.Sprintf("The name %q of a property is not allowed.", clip(property, 80))}}
	}
	return out
}

func eachProperty(at string, names []string, message string) []Detail {
	names = slices.Clone(names)
	slices.Sort(names)
	out := make([]Detail, 0, len(names))
	for _, name := range names {
		out = append(out, Detail{at + "/" + pointerToken(name), message})
	}
	return out
}

// noBranch explains why none (or too many) of several forms fits: all of them if they are simple, else the closest.
func (j judgement) noBranch(v *jsonschema.ValidationError) []Detail {
	at := j.at(v.InstanceLocation)
	if len(v.Causes) == 0 { // oneOf, and several matched
		if j.opaque.within(v.InstanceLocation) {
			return nil
		}
		return []Detail{{at, "Fits more than one of the forms that exclude each other."}}
	}
	var closest []Detail
	var simple []string
	for _, branch := range v.Causes {
		wrong := j.violations(branch)
		if len(wrong) == 0 {
			return nil // this form fits as far as is known
		}
		if len(wrong) == 1 && wrong[0].Pointer == at {
			simple = append(simple, wrong[0].Message)
		}
		if closest == nil || len(wrong) < len(closest) {
			closest = wrong
		}
	}
	if len(simple) == len(v.Causes) {
		return []Detail{{at, strings.Join(slices.Compact(simple), " Or: ")}}
	}
	return closest
}

// describe says in a sentence what a value must be. It never repeats the value: that may be secret, or not fit to be printed.
func describe(k jsonschema.ErrorKind) string {
	switch k := k.(type) {
	case *kind.Type:
		return "Must be " + orList(typeWords(k.Want)) + "."
	case *kind.Enum:
		return "Must be one of: " + valueList(k.Want) + "."
	case *kind.Const:
		return "Must be " + valueList([]any{k.Want}) + "."
	case *kind.Format:
		return fmt.Sprintf("Must be a valid %s.", k.Want)
	case *kind.Pattern:
		return fmt.Sprintf("Does not have the form that is asked for (regular expression %s).", k.Want)
	case *kind.MinLength:
		if k.Want == 1 {
			return "Must not be empty."
		}
		return fmt.Sprintf("Must be at least %d characters long; it has %d.", k.Want, k.Got)
	case *kind.MaxLength:
		return fmt.Sprintf("Must be at most %d characters long; it has %d.", k.Want, k.Got)
	case *kind.Minimum:
		return "Must be at least " + number(k.Want) + "."
	case *kind.Maximum:
		return "Must be at most " + number(k.Want) + "."
	case *kind.ExclusiveMinimum:
		return "Must be more than " + number(k.Want) + "."
	case *kind.ExclusiveMaximum:
		return "Must be less than " + number(k.Want) + "."
	case *kind.MultipleOf:
		return "Must be a multiple of " + number(k.Want) + "."
	default:
		return describeCollection(k)
	}
}

func describeCollection(k jsonschema.ErrorKind) string {
	switch k := k.(type) {
	case *kind.MinItems:
		return fmt.Sprintf("Must have at least %d items; it has %d.", k.Want, k.Got)
	case *kind.MaxItems:
		return fmt.Sprintf("Must have at most %d items; it has %d.", k.Want, k.Got)
	case *kind.UniqueItems:
		return fmt.Sprintf("Items %d and %d are the same.", k.Duplicates[0]+1, k.Duplicates[1]+1)
	case *kind.MinProperties:
		return fmt.Sprintf("Must have at least %d properties; it has %d.", k.Want, k.Got)
	case *kind.MaxProperties:
		return fmt.Sprintf("Must have at most %d properties; it has %d.", k.Want, k.Got)
	case *kind.DependentRequired:
		return fmt.Sprintf("%s must be given too when %q is.", quoted(k.Missing), k.Prop)
	case *kind.FalseSchema:
		return "Must not be given here."
	default:
		return fmt.Sprintf("Does not satisfy the rule %q.", strings.Join(k.KeywordPath(), "/"))
	}
}

func unknownProperty(known []string) string {
	if len(known) == 0 {
		return "There is no property of this name; nothing can be set here."
	}
	return "There is no property of this name; known are " + quoted(known) + "."
}

func typeWords(types []string) []string {
	words := map[string]string{
		"string": "text", "integer": "a whole number", "number": "a number", "boolean": "true or false",
		"array": "a list", "object": "an object", "null": "null",
	}
	out := make([]string, 0, len(types))
	for _, t := range types {
		out = append(out, words[t])
	}
	return out
}

func orList(words []string) string { return strings.Join(words, ", or ") }

// maxListed bounds how many allowed values a sentence lists.
const maxListed = 30

func valueList(values []any) string {
	words := make([]string, 0, min(len(values), maxListed))
	for i, v := range values {
		if i == maxListed {
			words = append(words, "…")
			break
		}
		if text, ok := v.(string); ok && text != "" {
			words = append(words, text)
		} else {
			words = append(words, string(encodeJSON(v)))
		}
	}
	return strings.Join(words, ", ")
}

func quoted(names []string) string {
	words := make([]string, 0, min(len(names), maxListed))
	for i, name := range names {
		if i == maxListed {
			words = append(words, "…")
			break
		}
		words = append(words, `"`+name+`"`)
	}
	return strings.Join(words, ", ")
}

func number(r *big.Rat) string {
	f, _ := r.Float64()
	n, err := canonicalNumber(json.Number(big.NewFloat(f).Text('g', -1)))
	if err != nil {
		return r.RatString()
	}
	return n.String()
}

// sentence makes one out of the text of an error.
func sentence(err error) string {
	text := err.Error()
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}

// maxDetails bounds how many wrong values one answer names.
const maxDetails = 100

// invalid makes the Error that names all wrong values, sorted.
func invalid(message string, wrong []Detail) *Error {
	slices.SortStableFunc(wrong, func(a, b Detail) int {
		return cmp.Or(strings.Compare(a.Pointer, b.Pointer), strings.Compare(a.Message, b.Message))
	})
	if more := len(wrong) - maxDetails; more > 0 {
		message += fmt.Sprintf(" These are the first %d faults; there are %d more.", maxDetails, more)
		wrong = wrong[:maxDetails]
	}
	return Errorf(Invalid, "%s", message).With(wrong...).Do("Correct the values that are named, and send the request again.")
}

// uniqueDetails keeps the first of equal details.
func uniqueDetails(details []Detail) []Detail {
	seen := make(map[Detail]bool, len(details))
	return slices.DeleteFunc(details, func(d Detail) bool {
		twice := seen[d]
		seen[d] = true
		return twice
	})
}
