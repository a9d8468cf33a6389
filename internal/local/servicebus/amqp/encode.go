package amqp

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Append appends the encoding of v to dst. The dynamic type of v must be in the table of the package comment; any
// other is a mistake in the calling code and panics. Whatever Decode returned is accepted.
func Append(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, 0x40)
	case bool:
		if v {
			return append(dst, 0x41)
		}
		return append(dst, 0x42)
	case uint32:
		switch {
		case v == 0:
			return append(dst, 0x43)
		case v <= math.MaxUint8:
			return append(dst, 0x52, byte(v))
		}
	case uint64:
		switch {
		case v == 0:
			return append(dst, 0x44)
		case v <= math.MaxUint8:
			return append(dst, 0x53, byte(v))
		}
	case string:
		return appendSized(dst, 0xa1, v)
	case Symbol:
		return appendSized(dst, 0xa3, string(v))
	case []byte:
		return appendSized(dst, 0xa0, string(v))
	case List:
		if len(v) == 0 {
			return append(dst, 0x45)
		}
	case Described:
		return Append(Append(append(dst, 0), v.Descriptor), v.Value)
	}
	code := codeOf(v)
	return appendData(append(dst, code), code, v)
}

// AppendComposite appends a described list: descriptor and fields, without the null fields at its end.
func AppendComposite(dst []byte, descriptor uint64, fields ...any) []byte {
	for len(fields) > 0 && fields[len(fields)-1] == nil {
		fields = fields[:len(fields)-1]
	}
	return Append(Append(append(dst, 0), descriptor), List(fields))
}

// NewArray is the array of items, which all have the type of example; example also types an empty array.
func NewArray(example any, items ...any) Array { return Array{Code: codeOf(example), Items: items} }

// codeOf is the constructor of the full width for the type of v.
func codeOf(v any) byte {
	switch v := v.(type) {
	case bool:
		return 0x56
	case uint8:
		return 0x50
	case int8:
		return 0x51
	case uint16:
		return 0x60
	case int16:
		return 0x61
	case uint32:
		return 0x70
	case int32:
		return 0x71
	case float32:
		return 0x72
	case Char:
		return 0x73
	case uint64:
		return 0x80
	case int64:
		return 0x81
	case float64:
		return 0x82
	case Timestamp:
		return 0x83
	case UUID:
		return 0x98
	case Decimal:
		return map[int]byte{4: 0x74, 8: 0x84, 16: 0x94}[len(v)]
	case []byte:
		return 0xb0
	case string:
		return 0xb1
	case Symbol:
		return 0xb3
	case List:
		return 0xd0
	case Map:
		return 0xd1
	case Array:
		return 0xf0
	}
	panic(fmt.Sprintf("amqp: %T is not an AMQP type", v))
}

// appendSized writes text or bytes with the shorter of the two forms; short is the one-byte constructor.
func appendSized(dst []byte, short byte, s string) []byte {
	if len(s) <= math.MaxUint8 {
		return append(append(dst, short, byte(len(s))), s...)
	}
	dst = append(dst, short+0x10)
	return append(binary.BigEndian.AppendUint32(dst, uint32(len(s))), s...)
}

// appendData writes the data of v as constructor code, which may be any that Decode knows for the type of v: items
// of a decoded array keep the constructor they came with.
func appendData(dst []byte, code byte, v any) []byte {
	switch v := v.(type) {
	case bool:
		if v {
			return append(dst, 1)
		}
		return append(dst, 0)
	case uint8:
		return append(dst, v)
	case int8:
		return append(dst, byte(v))
	case uint16:
		return binary.BigEndian.AppendUint16(dst, v)
	case int16:
		return binary.BigEndian.AppendUint16(dst, uint16(v))
	case uint32:
		return appendInt(dst, code, uint64(v))
	case uint64:
		return appendInt(dst, code, v)
	case int32:
		return appendInt(dst, code, uint64(v))
	case int64:
		return appendInt(dst, code, uint64(v))
	case Timestamp:
		return appendInt(dst, code, uint64(v))
	case Char:
		return appendInt(dst, code, uint64(v))
	case float32:
		return binary.BigEndian.AppendUint32(dst, math.Float32bits(v))
	case float64:
		return binary.BigEndian.AppendUint64(dst, math.Float64bits(v))
	case UUID:
		return append(dst, v[:]...)
	case Decimal:
		return append(dst, v...)
	}
	return appendVariable(dst, code, v)
}

// appendInt writes the low bytes of n that constructor code has room for.
func appendInt(dst []byte, code byte, n uint64) []byte {
	switch code >> 4 {
	case 0x5:
		return append(dst, byte(n))
	case 0x7:
		return binary.BigEndian.AppendUint32(dst, uint32(n))
	}
	return binary.BigEndian.AppendUint64(dst, n)
}

func appendVariable(dst []byte, code byte, v any) []byte {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	switch v := v.(type) {
	case string:
		dst = append(dst, v...)
	case Symbol:
		dst = append(dst, v...)
	case []byte:
		dst = append(dst, v...)
	case List:
		dst = binary.BigEndian.AppendUint32(dst, uint32(len(v)))
		for _, item := range v {
			dst = Append(dst, item)
		}
	case Map:
		dst = binary.BigEndian.AppendUint32(dst, uint32(2*len(v)))
		for _, p := range v {
			dst = Append(Append(dst, p.Key), p.Value)
		}
	case Array:
		dst = appendArray(dst, v)
	}
	size := len(dst) - start - 4
	if code>>4 == 0xa { // an item of an array of short texts
		dst[start] = byte(size)
		return append(dst[:start+1], dst[start+4:]...)
	}
	binary.BigEndian.PutUint32(dst[start:], uint32(size))
	return dst
}

func appendArray(dst []byte, a Array) []byte {
	if a.raw != nil {
		return append(binary.BigEndian.AppendUint32(dst, a.count), a.raw...)
	}
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(a.Items)))
	dst = append(dst, a.Code)
	for _, item := range a.Items {
		dst = appendData(dst, a.Code, item)
	}
	return dst
}
