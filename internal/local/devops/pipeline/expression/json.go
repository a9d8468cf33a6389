package expression

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// toJSON is convertToJson: indented by two blanks, members in their order.
func toJSON(v Value) (Value, error) {
	var b bytes.Buffer
	if err := writeJSON(&b, v, 0); err != nil {
		return nil, err
	}
	return b.String(), nil
}

func writeJSON(b *bytes.Buffer, v Value, depth int) error {
	if b.Len() > MaxText {
		return errTooLong
	}
	if depth > 2*MaxDepth {
		return fmt.Errorf("the value is nested more than %d deep", 2*MaxDepth)
	}
	switch v := v.(type) {
	case *Array:
		return writeList(b, '[', ']', len(v.Items), depth, func(i int) error {
			return writeJSON(b, v.Items[i], depth+1)
		})
	case *Object:
		return writeList(b, '{', '}', v.Len(), depth, func(i int) error {
			key := v.keys[i]
			if err := writeScalar(b, key); err != nil {
				return err
			}
			b.WriteString(": ")
			item, _ := v.Get(key)
			return writeJSON(b, item, depth+1)
		})
	case Version:
		return writeScalar(b, v.String())
	default:
		return writeScalar(b, v)
	}
}

func writeList(b *bytes.Buffer, open, end byte, n, depth int, item func(int) error) error {
	b.WriteByte(open)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n" + strings.Repeat("  ", depth+1))
		if err := item(i); err != nil {
			return err
		}
	}
	if n > 0 {
		b.WriteString("\n" + strings.Repeat("  ", depth))
	}
	b.WriteByte(end)
	return nil
}

func writeScalar(b *bytes.Buffer, v any) error {
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	b.Truncate(b.Len() - 1) // the encoder's newline
	return nil
}
