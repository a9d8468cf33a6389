package tables

import (
	"net/http"
	"strings"
	"unicode"
)

// Limits of the service. Texts are counted in UTF-16 code units.
const (
	maxEntity       = 1 << 20
	maxProperties   = 252 // 255 less PartitionKey, RowKey and Timestamp
	maxPropertyName = 255
	maxString       = 32 * 1024
	maxBinary       = 64 * 1024
	maxKey          = 512
	maxBody         = 4 << 20
	maxBatch        = 100
	maxPage         = 1000
	maxComparisons  = 15
)

type property struct {
	name  string
	value value
}

// entity is one row. Properties keep the order they were first written in.
type entity struct {
	partition, row string
	properties     []property
	written        ticks // set by the store; Timestamp and ETag are made of it
}

// property returns the value of name, the keys and Timestamp included.
func (e *entity) property(name string) (value, bool) {
	switch name {
	case "PartitionKey":
		return textValue(e.partition), true
	case "RowKey":
		return textValue(e.row), true
	case "Timestamp":
		return value{kind: kindDateTime, num: int64(e.written)}, true
	}
	for _, p := range e.properties {
		if p.name == name {
			return p.value, true
		}
	}
	return value{}, false
}

// mergedWith returns e with the properties of other added or replaced. Neither argument is changed.
func (e *entity) mergedWith(other *entity) *entity {
	merged := &entity{partition: e.partition, row: e.row}
	merged.properties = append(merged.properties, e.properties...)
	for _, p := range other.properties {
		merged.set(p)
	}
	return merged
}

func (e *entity) set(p property) {
	for i := range e.properties {
		if e.properties[i].name == p.name {
			e.properties[i] = p
			return
		}
	}
	e.properties = append(e.properties, p)
}

// check applies every limit of the service to the whole entity, so that a merge cannot grow past them either.
func (e *entity) check() error {
	if err := checkKeys(e.partition, e.row); err != nil {
		return err
	}
	if len(e.properties) > maxProperties {
		return refuse(http.StatusBadRequest, "TooManyProperties",
			"The entity has %d properties of its own; %d is the most.", len(e.properties), maxProperties)
	}
	size := 4 + 2*(utf16Len(e.partition)+utf16Len(e.row))
	for _, p := range e.properties {
		if err := checkProperty(p); err != nil {
			return err
		}
		size += 8 + 2*utf16Len(p.name) + p.value.size()
	}
	if size > maxEntity {
		return refuse(http.StatusBadRequest, "EntityTooLarge",
			"The entity is %d bytes large (text counts two bytes a character); %d is the most.", size, maxEntity)
	}
	return nil
}

func checkProperty(p property) error {
	if utf16Len(p.name) > maxPropertyName {
		return refuse(http.StatusBadRequest, "PropertyNameTooLong",
			"A property name has more than %d characters: %.40q…", maxPropertyName, p.name)
	}
	if !isIdentifier(p.name) {
		return refuse(http.StatusBadRequest, "PropertyNameInvalid",
			"The property name %q is not an identifier: letters, digits and underscores, no digit first.", p.name)
	}
	tooLarge := p.value.kind == kindString && utf16Len(p.value.text) > maxString ||
		p.value.kind == kindBinary && len(p.value.text) > maxBinary
	if tooLarge {
		return refuse(http.StatusBadRequest, "PropertyValueTooLarge",
			"The value of %q is larger than 64 KiB, the most for one property (text counts two bytes a character).", p.name)
	}
	return nil
}

// isIdentifier follows the rule for C# identifiers, which the service applies to property names.
func isIdentifier(name string) bool {
	for i, r := range name {
		switch {
		case r == '_' || unicode.IsLetter(r) || unicode.Is(unicode.Nl, r):
		case i > 0 && unicode.In(r, unicode.Nd, unicode.Mn, unicode.Mc, unicode.Pc, unicode.Cf):
		default:
			return false
		}
	}
	return name != ""
}

func checkKeys(partition, row string) error {
	for _, key := range [...]struct{ name, value string }{{"PartitionKey", partition}, {"RowKey", row}} {
		if utf16Len(key.value) > maxKey {
			return refuse(http.StatusBadRequest, "PropertyValueTooLarge",
				"The %s has more than %d characters.", key.name, maxKey)
		}
		if strings.ContainsFunc(key.value, forbiddenInKey) {
			return outOfRange("The %s %q is out of range: / \\ # ? and control characters are not allowed in keys.", key.name, key.value)
		}
	}
	return nil
}

func forbiddenInKey(r rune) bool {
	return strings.ContainsRune(`/\#?`, r) || r <= 0x1F || (r >= 0x7F && r <= 0x9F)
}
