package tables

import (
	"cmp"
	"math"
	"strings"
)

func (everything) matches(propertied) bool { return true }

func (e conjunction) matches(row propertied) bool { return e.left.matches(row) && e.right.matches(row) }

func (e disjunction) matches(row propertied) bool { return e.left.matches(row) || e.right.matches(row) }

func (e negation) matches(row propertied) bool { return !e.inner.matches(row) }

// matches is false for every operator, ne included, when the row lacks the property or has it in another type.
func (e comparison) matches(row propertied) bool {
	have, found := row.property(e.name)
	if !found {
		return false
	}
	order, comparable := compareValues(have, e.literal)
	if !comparable {
		return false
	}
	switch e.operator {
	case "eq":
		return order == 0
	case "ne":
		return order != 0
	case "gt":
		return order > 0
	case "ge":
		return order >= 0
	case "lt":
		return order < 0
	default:
		return order <= 0
	}
}

// compareValues orders two values of one type; the three number types count as one. NaN compares with nothing.
func compareValues(a, b value) (order int, comparable bool) {
	if a.isNumber() && b.isNumber() {
		if a.kind != kindDouble && b.kind != kindDouble {
			return cmp.Compare(a.num, b.num), true
		}
		x, y := a.asDouble(), b.asDouble()
		return cmp.Compare(x, y), !math.IsNaN(x) && !math.IsNaN(y)
	}
	if a.kind != b.kind {
		return 0, false
	}
	if a.kind == kindBoolean || a.kind == kindDateTime {
		return cmp.Compare(a.num, b.num), true
	}
	return strings.Compare(a.text, b.text), true
}

func (v value) isNumber() bool {
	return v.kind == kindInt32 || v.kind == kindInt64 || v.kind == kindDouble
}

func (v value) asDouble() float64 {
	if v.kind == kindDouble {
		return v.dbl
	}
	return float64(v.num)
}
