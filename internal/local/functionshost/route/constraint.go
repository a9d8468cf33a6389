package route

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// constraint says whether a decoded value may stand for a parameter. A value that fails does not match; it is
// never an error of the request.
type constraint func(value string) bool

// plain are the constraints that take no argument.
var plain = map[string]constraint{
	"int":      parses(func(v string) error { _, err := strconv.ParseInt(v, 10, 32); return err }),
	"long":     parses(func(v string) error { _, err := strconv.ParseInt(v, 10, 64); return err }),
	"bool":     func(v string) bool { return strings.EqualFold(v, "true") || strings.EqualFold(v, "false") },
	"decimal":  parses(func(v string) error { _, err := strconv.ParseFloat(v, 64); return err }),
	"double":   parses(func(v string) error { _, err := strconv.ParseFloat(v, 64); return err }),
	"float":    parses(func(v string) error { _, err := strconv.ParseFloat(v, 32); return err }),
	"guid":     parses(func(v string) error { _, err := uuid.Parse(v); return err }),
	"datetime": isTime,
	"alpha":    regexp.MustCompile(`^[A-Za-z]*$`).MatchString,
	"required": func(v string) bool { return v != "" },
	"file":     isFile,
	"nonfile":  func(v string) bool { return !isFile(v) },
}

// numeric are the constraints that take one number or two.
var numeric = map[string]func(args []int64) (constraint, bool){
	"minlength": one(func(n int64, v string) bool { return int64(len([]rune(v))) >= n }),
	"maxlength": one(func(n int64, v string) bool { return int64(len([]rune(v))) <= n }),
	"min":       one(func(n int64, v string) bool { got, err := strconv.ParseInt(v, 10, 64); return err == nil && got >= n }),
	"max":       one(func(n int64, v string) bool { got, err := strconv.ParseInt(v, 10, 64); return err == nil && got <= n }),
	"length": func(args []int64) (constraint, bool) {
		low, high := args[0], args[len(args)-1]
		return func(v string) bool { n := int64(len([]rune(v))); return n >= low && n <= high }, len(args) <= 2
	},
	"range": func(args []int64) (constraint, bool) {
		low, high := args[0], args[len(args)-1]
		return func(v string) bool {
			got, err := strconv.ParseInt(v, 10, 64)
			return err == nil && got >= low && got <= high
		}, len(args) == 2
	},
}

func parseConstraint(text string) (constraint, error) {
	name, rest, called := strings.Cut(text, "(")
	name = strings.ToLower(name)
	if !called {
		if c, ok := plain[name]; ok {
			return c, nil
		}
		return nil, fmt.Errorf("there is no constraint %q", text)
	}
	argument := strings.TrimSuffix(rest, ")")
	if name == "regex" {
		pattern, err := regexp.Compile(strings.NewReplacer("{{", "{", "}}", "}").Replace(argument))
		if err != nil {
			return nil, fmt.Errorf("constraint %q: %w", text, err)
		}
		return pattern.MatchString, nil
	}
	build, ok := numeric[name]
	if !ok {
		return nil, fmt.Errorf("there is no constraint %q", text)
	}
	var args []int64
	for part := range strings.SplitSeq(argument, ",") {
		n, err := strconv.ParseInt(strings.TrimSpace(part), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("constraint %q takes whole numbers", text)
		}
		args = append(args, n)
	}
	c, ok := build(args)
	if !ok {
		return nil, fmt.Errorf("constraint %q has the wrong number of arguments", text)
	}
	return c, nil
}

func one(holds func(n int64, value string) bool) func([]int64) (constraint, bool) {
	return func(args []int64) (constraint, bool) {
		return func(v string) bool { return holds(args[0], v) }, len(args) == 1
	}
}

func parses(parse func(string) error) constraint {
	return func(v string) bool { return parse(v) == nil }
}

// isFile reports whether the last segment of the value has a dot that is not its end.
func isFile(value string) bool {
	last := value[strings.LastIndex(value, "/")+1:]
	dot := strings.Index(last, ".")
	return dot >= 0 && dot < len(last)-1
}

// isTime knows the forms that .NET's invariant culture reads and that people put into a URL.
func isTime(value string) bool {
	for _, layout := range []string{
		time.RFC3339, time.DateOnly, time.DateTime, "2006-01-02T15:04:05", "2006-01-02T15:04", "01/02/2006", "01/02/2006 15:04:05",
	} {
		if _, err := time.Parse(layout, value); err == nil {
			return true
		}
	}
	return false
}
