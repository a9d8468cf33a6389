package expression

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// errConvert is wrapped by every failed conversion.
var errConvert = errors.New("unable to convert")

// conversionError is the sentence that Azure Pipelines has for a value that does not fit.
func conversionError(v Value, to string) error {
	text, err := ToText(v)
	if err != nil {
		return fmt.Errorf("%w from %s to %s", errConvert, kindOf(v), to)
	}
	return fmt.Errorf("%w from %s to %s. Value: '%s'", errConvert, kindOf(v), to, text)
}

// Truth converts to boolean: null, 0, and ” are false, false is false, everything else is true.
func Truth(v Value) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case float64:
		return v != 0
	case string:
		return v != ""
	default:
		return true
	}
}

var decimal = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$`)

// ToNumber converts to a number: null and ” are 0, booleans 0 and 1, text is read as a decimal number.
func ToNumber(v Value) (float64, error) {
	switch v := v.(type) {
	case nil:
		return 0, nil
	case bool:
		if v {
			return 1, nil
		}
		return 0, nil
	case float64:
		return v, nil
	case string:
		s := strings.TrimSpace(v)
		if s == "" {
			return 0, nil
		}
		if decimal.MatchString(s) {
			if n, err := strconv.ParseFloat(s, 64); err == nil {
				return n, nil
			}
		}
	}
	return 0, conversionError(v, "Number")
}

// ToText converts to text: null is ”, booleans are True and False, numbers have no exponent. Arrays and objects do
// not convert.
func ToText(v Value) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case bool:
		if v {
			return "True", nil
		}
		return "False", nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case Version:
		return v.String(), nil
	case string:
		return v, nil
	default:
		return "", fmt.Errorf("%w from %s to String", errConvert, kindOf(v))
	}
}

// String writes the version with dots.
func (v Version) String() string {
	parts := make([]string, len(v))
	for i, n := range v {
		parts[i] = strconv.Itoa(n)
	}
	return strings.Join(parts, ".")
}

func toVersion(v Value) (Version, error) {
	switch v := v.(type) {
	case Version:
		return v, nil
	case string, float64:
		text, _ := ToText(v) // text and numbers always convert
		if version, ok := parseVersion(strings.TrimSpace(text)); ok {
			return version, nil
		}
	}
	return nil, conversionError(v, "Version")
}

func parseVersion(s string) (Version, bool) {
	parts := strings.Split(s, ".")
	if len(parts) < 2 || len(parts) > 4 {
		return nil, false
	}
	version := make(Version, len(parts))
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 31)
		if err != nil {
			return nil, false
		}
		version[i] = int(n)
	}
	return version, true
}

func compareVersions(a, b Version) int {
	for i := range max(len(a), len(b)) {
		x, y := -1, -1 // a part that is not there is less than 0, as in .NET
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			return x - y
		}
	}
	return 0
}

// Equal compares as eq does: the right operand is converted to the type of the left; if it cannot be, they differ.
func Equal(left, right Value) bool {
	switch l := left.(type) {
	case nil:
		return right == nil || right == Value("")
	case *Array:
		r, ok := right.(*Array)
		return ok && l == r
	case *Object:
		r, ok := right.(*Object)
		return ok && l == r
	default:
		c, err := compare(left, right)
		return err == nil && c == 0
	}
}

// compare orders left and right after converting right to the type of left; null counts as 0.
func compare(left, right Value) (int, error) {
	switch l := left.(type) {
	case bool:
		return compareNumbers(mustNumber(l), mustNumber(Truth(right))), nil
	case string:
		r, err := ToText(right)
		if err != nil {
			return 0, err
		}
		return strings.Compare(strings.ToUpper(l), strings.ToUpper(r)), nil
	case Version:
		r, err := toVersion(right)
		if err != nil {
			return 0, err
		}
		return compareVersions(l, r), nil
	default:
		l2, err := ToNumber(left)
		if err != nil {
			return 0, err
		}
		r, err := ToNumber(right)
		if err != nil {
			return 0, err
		}
		return compareNumbers(l2, r), nil
	}
}

func mustNumber(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func compareNumbers(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}
