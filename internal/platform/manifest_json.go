package platform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// decodeJSON decodes one JSON value as a careful reader would: where encoding/json takes the last of two equal keys and
// mends broken UTF-8, it refuses, so that two readers of one document never see two different things.
// Objects become map[string]any, lists []any, numbers json.Number in canonical form.
func decodeJSON(raw []byte, maxDepth int) (any, error) {
	if !utf8.Valid(raw) {
		return nil, errors.New("the text is not valid UTF-8")
	}
	d := strictDecoder{json: json.NewDecoder(bytes.NewReader(raw)), room: maxDepth}
	d.json.UseNumber()
	value, err := d.value()
	if err != nil {
		return nil, err
	}
	if _, err := d.json.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the end of the JSON value")
	}
	return value, nil
}

// strictDecoder reads token by token; room is how many levels may still be opened.
type strictDecoder struct {
	json *json.Decoder
	room int
}

func (d *strictDecoder) value() (any, error) {
	token, err := d.json.Token()
	if err != nil {
		return nil, notJSON(err)
	}
	switch t := token.(type) {
	case json.Delim:
		if d.room == 0 {
			return nil, errors.New("objects and lists are nested too deeply")
		}
		d.room--
		defer func() { d.room++ }()
		if t == '{' {
			return d.object()
		}
		return d.list()
	case json.Number:
		return canonicalNumber(t)
	default:
		return t, nil
	}
}

func (d *strictDecoder) object() (any, error) {
	out := map[string]any{}
	for d.json.More() {
		token, err := d.json.Token()
		if err != nil {
			return nil, notJSON(err)
		}
		key, ok := token.(string)
		if !ok {
			return nil, errors.New("an object's property has no name")
		}
		if _, twice := out[key]; twice {
			return nil, fmt.Errorf("the property %q is given twice", clip(key, 80))
		}
		if out[key], err = d.value(); err != nil {
			return nil, err
		}
	}
	return out, d.end()
}

func (d *strictDecoder) list() (any, error) {
	out := []any{}
	for d.json.More() {
		item, err := d.value()
		if err != nil {
			return nil, err
		}
		out = append(out, item)
	}
	return out, d.end()
}

func (d *strictDecoder) end() error {
	if _, err := d.json.Token(); err != nil {
		return notJSON(err)
	}
	return nil
}

func notJSON(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the JSON ends too early")
	}
	return fmt.Errorf("the text is not JSON (%w)", err)
}

// canonicalNumber writes a number in the one form that its value has (RFC 8785, section 3.2.2.3, but whole numbers stay
// whole however they were written): 1.0, 1 and 10e-1 are the same wish and must not differ in a digest. What a
// double cannot hold is refused rather than rounded behind the caller's back.
func canonicalNumber(n json.Number) (json.Number, error) {
	f, err := strconv.ParseFloat(n.String(), 64)
	if err != nil || math.IsInf(f, 0) {
		return "", errors.New("a number is too large")
	}
	if f == math.Trunc(f) {
		if math.Abs(f) > 1<<53-1 {
			return "", errors.New("a whole number is beyond ±(2^53−1): write it as text")
		}
		return json.Number(strconv.FormatInt(int64(f), 10)), nil
	}
	return json.Number(strconv.FormatFloat(f, 'g', -1, 64)), nil
}

// encodeJSON writes the canonical form of a decoded value. It cannot fail: such values hold nothing but JSON. Numbers
// of Go's own types, which a manifest made in code may hold, are written like those of a document.
func encodeJSON(value any) json.RawMessage {
	var out bytes.Buffer
	writeJSON(&out, value)
	return out.Bytes()
}

func writeJSON(out *bytes.Buffer, value any) {
	switch v := value.(type) {
	case map[string]any:
		out.WriteByte('{')
		for i, key := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				out.WriteByte(',')
			}
			writeText(out, key)
			out.WriteByte(':')
			writeJSON(out, v[key])
		}
		out.WriteByte('}')
	case []any:
		out.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				out.WriteByte(',')
			}
			writeJSON(out, item)
		}
		out.WriteByte(']')
	case json.Number:
		out.WriteString(v.String())
	case bool:
		out.WriteString(strconv.FormatBool(v))
	case string:
		writeText(out, v)
	case nil:
		out.WriteString("null")
	default:
		writeNumber(out, v)
	}
}

func writeNumber(out *bytes.Buffer, value any) {
	text := fmt.Sprint(value)
	if n, err := canonicalNumber(json.Number(text)); err == nil {
		text = n.String()
	}
	out.WriteString(text)
}

// writeText leaves <, > and & as they are: the canonical form is for machines and digests, never for a web page.
func writeText(out *bytes.Buffer, text string) {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text)    // text always encodes, and a Buffer always takes it
	out.Truncate(out.Len() - 1) // Encode ends with a line feed
}

// copyJSON copies a decoded value with everything in it, for a value that two owners would change.
func copyJSON(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[key] = copyJSON(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = copyJSON(item)
		}
		return out
	default:
		return v
	}
}

// pointerToken escapes a property name for a JSON pointer (RFC 6901).
func pointerToken(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(clip(name, 80))
}
