package tables

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"
)

const typeAnnotation = "@odata.type"

// sentEntity is an entity as it came in a body. The keys may be missing in an update, which names them in the URL.
type sentEntity struct {
	properties   []property
	partitionKey *string
	rowKey       *string
}

// decodeEntity reads a JSON object into typed properties. A property that is null is not stored, Timestamp and the
// odata.* members are the server's own and ignored.
func decodeEntity(body []byte) (*sentEntity, error) {
	members, err := decodeObject(body)
	if err != nil {
		return nil, err
	}
	types := map[string]string{}
	for _, m := range members {
		if name, found := strings.CutSuffix(m.name, typeAnnotation); found {
			typeName, ok := m.value.(string)
			if !ok {
				return nil, invalidInput("The type of %q is not a text.", name)
			}
			types[name] = typeName
		}
	}
	sent := &sentEntity{}
	for _, m := range members {
		if strings.HasSuffix(m.name, typeAnnotation) || strings.HasPrefix(m.name, "odata.") || m.name == "Timestamp" || m.value == nil {
			continue
		}
		v, err := decodeValue(m.name, types[m.name], m.value)
		if err != nil {
			return nil, err
		}
		if err := sent.add(m.name, v); err != nil {
			return nil, err
		}
	}
	return sent, nil
}

func (s *sentEntity) add(name string, v value) error {
	switch name {
	case "PartitionKey", "RowKey":
		if v.kind != kindString {
			return invalidInput("The %s must be a text.", name)
		}
		if name == "RowKey" {
			s.rowKey = &v.text
		} else {
			s.partitionKey = &v.text
		}
	default:
		s.properties = append(s.properties, property{name, v})
	}
	return nil
}

// inserted is the entity of an insert, whose keys are in the body.
func (s *sentEntity) inserted() (*entity, error) {
	if s.partitionKey == nil || s.rowKey == nil {
		return nil, refuse(http.StatusBadRequest, "PropertiesNeedValue", "The values are not specified for all properties: an entity needs PartitionKey and RowKey.")
	}
	return &entity{partition: *s.partitionKey, row: *s.rowKey, properties: s.properties}, nil
}

// updated is the entity of an update, whose keys are in the URL. Other keys in the body are a mistake of the caller.
func (s *sentEntity) updated(partition, row string) (*entity, error) {
	if (s.partitionKey != nil && *s.partitionKey != partition) || (s.rowKey != nil && *s.rowKey != row) {
		return nil, invalidInput("The keys in the body are not those in the URL; keys of an entity cannot be changed.")
	}
	return &entity{partition: partition, row: row, properties: s.properties}, nil
}

type member struct {
	name  string
	value any // string, json.Number, bool or nil
}

// decodeObject reads one flat JSON object and refuses what encoding/json would let pass: names given twice, text that
// is not UTF-8, nested values, anything after the object.
func decodeObject(body []byte) ([]member, error) {
	if !utf8.Valid(body) {
		return nil, invalidInput("The body is not valid UTF-8.")
	}
	in := json.NewDecoder(bytes.NewReader(body))
	in.UseNumber()
	if start, err := in.Token(); err != nil || start != json.Delim('{') {
		return nil, invalidInput("The body is not a JSON object.")
	}
	var members []member
	seen := map[string]bool{}
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return nil, invalidInput("The body is not valid JSON: %v.", err)
		}
		key := name.(string) // the decoder allows nothing else here
		if seen[key] {
			return nil, refuse(http.StatusBadRequest, "DuplicatePropertiesSpecified", "The property %q is given more than once.", key)
		}
		seen[key] = true
		v, err := in.Token()
		if err != nil {
			return nil, invalidInput("The body is not valid JSON: %v.", err)
		}
		if _, nested := v.(json.Delim); nested {
			return nil, invalidInput("The value of %q is a list or an object; only plain values can be stored.", key)
		}
		members = append(members, member{key, v})
	}
	if _, err := in.Token(); err != nil { // the closing brace
		return nil, invalidInput("The body is not valid JSON: %v.", err)
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return nil, invalidInput("Something follows the JSON object in the body.")
	}
	return members, nil
}

// decodeValue gives a JSON value its type: the annotated one, or the one the service infers.
func decodeValue(name, typeName string, raw any) (value, error) {
	if typeName == "" {
		return inferValue(raw)
	}
	k, known := edmKinds[typeName]
	if !known {
		return value{}, refuse(http.StatusBadRequest, "InvalidValueType", "The type %q of %q is not one that can be stored.", typeName, name)
	}
	switch raw := raw.(type) {
	case bool:
		if k == kindBoolean {
			return boolValue(raw), nil
		}
	case json.Number:
		return numberOf(k, name, raw.String())
	case string:
		return textOf(k, name, raw)
	}
	return value{}, invalidInput("The value of %q is not of the type %s.", name, typeName)
}

func inferValue(raw any) (value, error) {
	switch raw := raw.(type) {
	case bool:
		return boolValue(raw), nil
	case json.Number:
		if v, err := parseInt32(raw.String()); err == nil {
			return v, nil
		}
		return parseDouble(raw.String())
	default:
		return textValue(raw.(string)), nil // nil was dropped and nested values were refused before
	}
}

func numberOf(k kind, name, digits string) (value, error) {
	switch k {
	case kindInt32:
		return parseInt32(digits)
	case kindInt64:
		return parseInt64(digits)
	case kindDouble:
		return parseDouble(digits)
	}
	return value{}, invalidInput("The value of %q is a number, not of the type %s.", name, edmNames[k])
}

func textOf(k kind, name, text string) (value, error) {
	switch k {
	case kindString:
		return textValue(text), nil
	case kindInt64:
		return parseInt64(text)
	case kindDouble:
		return parseDouble(text)
	case kindDateTime:
		return parseDateTime(text)
	case kindGUID:
		return parseGUID(text)
	case kindBinary:
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return value{}, invalidInput("The value of %q is not base64.", name)
		}
		return value{kind: kindBinary, text: string(raw)}, nil
	}
	return value{}, invalidInput("The value of %q is a text, not of the type %s.", name, edmNames[k])
}
