package tables

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// A row in the data file:
//
//	key    PartitionKey 0x00 RowKey         0x00 is forbidden in keys, so the order of keys is the order of pairs
//	value  format 1, ticks (8 bytes), then for each property: name, kind, value
//
// Names and texts are preceded by their length; numbers are varints.

const rowFormat = 1

var errBrokenRow = errors.New("the row in the data file is damaged")

func rowKey(partition, row string) []byte {
	key := make([]byte, 0, len(partition)+1+len(row))
	key = append(key, partition...)
	key = append(key, 0)
	return append(key, row...)
}

func splitRowKey(key []byte) (partition, row string, err error) {
	p, r, found := bytes.Cut(key, []byte{0})
	if !found {
		return "", "", fmt.Errorf("row key %q: %w", key, errBrokenRow)
	}
	return string(p), string(r), nil
}

func (e *entity) encode() []byte {
	out := make([]byte, 0, 64+32*len(e.properties))
	out = append(out, rowFormat)
	out = binary.BigEndian.AppendUint64(out, uint64(e.written)) //nolint:gosec // ticks are never negative
	for _, p := range e.properties {
		out = appendText(out, p.name)
		out = append(out, byte(p.value.kind))
		switch p.value.kind {
		case kindString, kindGUID, kindBinary:
			out = appendText(out, p.value.text)
		case kindDouble:
			out = binary.BigEndian.AppendUint64(out, math.Float64bits(p.value.dbl))
		default:
			out = binary.AppendVarint(out, p.value.num)
		}
	}
	return out
}

func appendText(out []byte, s string) []byte {
	out = binary.AppendUvarint(out, uint64(len(s)))
	return append(out, s...)
}

// decodeRow copies everything it returns: bbolt's bytes are only valid inside their transaction.
func decodeRow(key, data []byte) (*entity, error) {
	partition, row, err := splitRowKey(key)
	if err != nil {
		return nil, err
	}
	if len(data) < 9 || data[0] != rowFormat {
		return nil, fmt.Errorf("row %q %q: %w", partition, row, errBrokenRow)
	}
	e := &entity{partition: partition, row: row}
	e.written = ticks(binary.BigEndian.Uint64(data[1:9])) //nolint:gosec // written by encode from ticks
	in := rowReader{rest: data[9:]}
	for len(in.rest) > 0 && !in.failed {
		e.properties = append(e.properties, in.property())
	}
	if in.failed {
		return nil, fmt.Errorf("row %q %q: %w", partition, row, errBrokenRow)
	}
	return e, nil
}

// rowReader reads forward and remembers that something was wrong, so that its callers need one check at the end.
type rowReader struct {
	rest   []byte
	failed bool
}

func (r *rowReader) property() property {
	p := property{name: r.text()}
	p.value.kind = kind(r.take(1)[0])
	switch p.value.kind {
	case kindString, kindGUID, kindBinary:
		p.value.text = r.text()
	case kindDouble:
		p.value.dbl = math.Float64frombits(binary.BigEndian.Uint64(r.take(8)))
	case kindInt32, kindInt64, kindBoolean, kindDateTime:
		n, size := binary.Varint(r.rest)
		if size <= 0 {
			r.failed = true
			return p
		}
		p.value.num, r.rest = n, r.rest[size:]
	default:
		r.failed = true
	}
	return p
}

func (r *rowReader) text() string {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 || n > uint64(len(r.rest)-size) {
		r.failed = true
		return ""
	}
	r.rest = r.rest[size:]
	return string(r.take(int(n))) //nolint:gosec // not more than what is left
}

// take returns n bytes; zeros when there are not enough.
func (r *rowReader) take(n int) []byte {
	if len(r.rest) < n {
		r.failed = true
		return make([]byte, n)
	}
	out := r.rest[:n]
	r.rest = r.rest[n:]
	return out
}
