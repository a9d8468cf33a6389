package amqp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// maxDepth bounds how deep values may nest. Service Bus messages need four levels.
const maxDepth = 24

// maxCount bounds the items of one compound value; it is also what go-amqp accepts.
const maxCount = 65536

var (
	errShort = errors.New("amqp value is cut short")
	errDeep  = errors.New("amqp value nests too deep")
)

// Decode reads the value at the start of b and returns what follows it. Binary values alias b.
func Decode(b []byte) (v any, rest []byte, err error) { return decode(b, 0) }

// Skip returns what follows the value at the start of b, without looking inside it.
func Skip(b []byte) (rest []byte, err error) {
	// A described value is a zero byte and two values; each of them may be described again.
	for values := 1; values > 0; values-- {
		if len(b) == 0 {
			return nil, errShort
		}
		if b[0] == 0 {
			b, values = b[1:], values+2
			continue
		}
		if _, b, err = split(b[0], b[1:]); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func decode(b []byte, depth int) (any, []byte, error) {
	if len(b) == 0 {
		return nil, nil, errShort
	}
	if depth > maxDepth {
		return nil, nil, errDeep
	}
	code, b := b[0], b[1:]
	if code == 0 {
		descriptor, b, err := decode(b, depth+1)
		if err != nil {
			return nil, nil, err
		}
		value, b, err := decode(b, depth+1)
		return Described{descriptor, value}, b, err
	}
	data, rest, err := split(code, b)
	if err != nil {
		return nil, nil, err
	}
	v, err := decodeData(code, data, depth)
	return v, rest, err
}

// split cuts the data that belongs to constructor code from b. For a variable width the size is taken off; for a
// compound value data begins with its count. The high four bits of every constructor say how wide its data is.
func split(code byte, b []byte) (data, rest []byte, err error) {
	var width uint32
	switch code >> 4 {
	case 0x4:
	case 0x5:
		width = 1
	case 0x6:
		width = 2
	case 0x7:
		width = 4
	case 0x8:
		width = 8
	case 0x9:
		width = 16
	case 0xa, 0xc, 0xe:
		if len(b) < 1 {
			return nil, nil, errShort
		}
		width, b = uint32(b[0]), b[1:]
	case 0xb, 0xd, 0xf:
		if len(b) < 4 {
			return nil, nil, errShort
		}
		width, b = binary.BigEndian.Uint32(b), b[4:]
	default:
		return nil, nil, fmt.Errorf("amqp constructor 0x%02x is unknown", code)
	}
	if uint64(width) > uint64(len(b)) {
		return nil, nil, errShort
	}
	return b[:width], b[width:], nil
}

func decodeData(code byte, data []byte, depth int) (any, error) {
	switch code {
	case 0x40:
		return nil, nil
	case 0x41:
		return true, nil
	case 0x42:
		return false, nil
	case 0x43:
		return uint32(0), nil
	case 0x44:
		return uint64(0), nil
	case 0x45:
		return List{}, nil
	case 0x50:
		return data[0], nil
	case 0x51:
		return int8(data[0]), nil
	case 0x52:
		return uint32(data[0]), nil
	case 0x53:
		return uint64(data[0]), nil
	case 0x54:
		return int32(int8(data[0])), nil
	case 0x55:
		return int64(int8(data[0])), nil
	case 0x56:
		return data[0] != 0, nil
	case 0x60:
		return binary.BigEndian.Uint16(data), nil
	case 0x61:
		return int16(binary.BigEndian.Uint16(data)), nil
	}
	return decodeWide(code, data, depth)
}

func decodeWide(code byte, data []byte, depth int) (any, error) {
	switch code {
	case 0x70:
		return binary.BigEndian.Uint32(data), nil
	case 0x71:
		return int32(binary.BigEndian.Uint32(data)), nil
	case 0x72:
		return math.Float32frombits(binary.BigEndian.Uint32(data)), nil
	case 0x73:
		return Char(binary.BigEndian.Uint32(data)), nil
	case 0x80:
		return binary.BigEndian.Uint64(data), nil
	case 0x81:
		return int64(binary.BigEndian.Uint64(data)), nil
	case 0x82:
		return math.Float64frombits(binary.BigEndian.Uint64(data)), nil
	case 0x83:
		return Timestamp(binary.BigEndian.Uint64(data)), nil
	case 0x74, 0x84, 0x94:
		return Decimal(data), nil
	case 0x98:
		return UUID(data), nil
	case 0xa0, 0xb0:
		return data, nil
	case 0xa1, 0xb1:
		return string(data), nil
	case 0xa3, 0xb3:
		return Symbol(data), nil
	case 0xc0, 0xd0:
		items, err := decodeItems(code, data, depth)
		return List(items), err
	case 0xc1, 0xd1:
		return decodeMap(code, data, depth)
	case 0xe0, 0xf0:
		return decodeArray(code, data, depth)
	}
	return nil, fmt.Errorf("amqp constructor 0x%02x is unknown", code)
}

// splitCount takes the count off the data of a compound value: one byte wide for 0xc and 0xe, four for 0xd and 0xf.
func splitCount(code byte, data []byte) (count uint32, rest []byte, err error) {
	switch {
	case code>>4&1 == 0 && len(data) >= 1:
		count, rest = uint32(data[0]), data[1:]
	case code>>4&1 == 1 && len(data) >= 4:
		count, rest = binary.BigEndian.Uint32(data), data[4:]
	default:
		return 0, nil, errShort
	}
	if count > maxCount {
		return 0, nil, fmt.Errorf("amqp value has %d items, more than %d", count, maxCount)
	}
	return count, rest, nil
}

func decodeItems(code byte, data []byte, depth int) ([]any, error) {
	count, data, err := splitCount(code, data)
	if err != nil {
		return nil, err
	}
	if uint64(count) > uint64(len(data)) { // every item has at least its constructor
		return nil, errShort
	}
	items := make([]any, count)
	for i := range items {
		if items[i], data, err = decode(data, depth+1); err != nil {
			return nil, err
		}
	}
	return items, nil
}

func decodeMap(code byte, data []byte, depth int) (Map, error) {
	items, err := decodeItems(code, data, depth)
	if err != nil {
		return nil, err
	}
	if len(items)%2 != 0 {
		return nil, errors.New("amqp map has a key without a value")
	}
	m := make(Map, 0, len(items)/2)
	for i := 0; i < len(items); i += 2 {
		m = append(m, Pair{items[i], items[i+1]})
	}
	return m, nil
}

func decodeArray(code byte, data []byte, depth int) (any, error) {
	count, data, err := splitCount(code, data)
	if err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, errShort
	}
	if width := data[0] >> 4; width == 0 || width == 0x4 || width >= 0xc {
		return Array{Code: data[0], raw: data, count: count}, nil
	}
	a := Array{Code: data[0], Items: make([]any, 0, min(int(count), len(data)))}
	for data = data[1:]; count > 0; count-- {
		var item []byte
		if item, data, err = split(a.Code, data); err != nil {
			return nil, err
		}
		v, err := decodeData(a.Code, item, depth+1)
		if err != nil {
			return nil, err
		}
		a.Items = append(a.Items, v)
	}
	return a, nil
}
