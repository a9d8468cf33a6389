package tables

import (
	"bytes"
	"strings"
)

// keyRange is where the rows that a filter can match are: from low (included) to high (excluded, nil for no end).
type keyRange struct{ low, high []byte }

// rangeOf reads the bounds of the keys out of the comparisons that must all hold. It may be wider than the filter,
// never narrower: every row in it is still compared.
func rangeOf(e expression) keyRange {
	var r keyRange
	required := requirements(e, nil)
	partition, fixed := "", false
	for _, c := range required {
		// A key cannot hold 0x00 or 0x01; compared with a text that does, the bounds below would be too narrow.
		if c.name != "PartitionKey" || c.literal.kind != kindString || strings.ContainsAny(c.literal.text, "\x00\x01") {
			continue
		}
		// All rows of a partition lie between partition 0x00 and partition 0x01.
		r.narrow(c.operator, append([]byte(c.literal.text), 0), append([]byte(c.literal.text), 1))
		if c.operator == "eq" {
			partition, fixed = c.literal.text, true
		}
	}
	if !fixed {
		return r // a RowKey alone says nothing about where to look
	}
	for _, c := range required {
		if c.name == "RowKey" && c.literal.kind == kindString {
			key := rowKey(partition, c.literal.text)
			r.narrow(c.operator, key, append(bytes.Clone(key), 0))
		}
	}
	return r
}

// requirements collects the comparisons that every matching row satisfies.
func requirements(e expression, found []comparison) []comparison {
	switch e := e.(type) {
	case comparison:
		return append(found, e)
	case conjunction:
		return requirements(e.right, requirements(e.left, found))
	}
	return found
}

// narrow applies one comparison with the thing whose first key is start and whose last key is before end.
func (r *keyRange) narrow(operator string, start, end []byte) {
	low, high := r.low, r.high
	switch operator {
	case "eq":
		low, high = start, end
	case "gt":
		low = end
	case "ge":
		low = start
	case "lt":
		high = start
	case "le":
		high = end
	}
	if bytes.Compare(low, r.low) > 0 {
		r.low = low
	}
	if high != nil && (r.high == nil || bytes.Compare(high, r.high) < 0) {
		r.high = high
	}
}

// beforeEnd reports whether key is before the end of the range; callers start at low.
func (r *keyRange) beforeEnd(key []byte) bool { return r.high == nil || bytes.Compare(key, r.high) < 0 }
