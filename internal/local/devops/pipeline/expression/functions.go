package expression

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// function is one of the general functions: lazy ones choose which arguments to evaluate.
type function struct {
	takes arity
	apply func(args []Value) (Value, error)
	lazy  func(ev *evaluation, args []node) (Value, error)
}

var functions map[string]function

// The table refers to functions that refer to the table, so it is filled here.
func init() {
	functions = map[string]function{
		"and":           {takes: arity{2, -1}, lazy: until(false)},
		"or":            {takes: arity{2, -1}, lazy: until(true)},
		"iif":           {takes: arity{3, 3}, lazy: choose},
		"coalesce":      {takes: arity{2, -1}, lazy: coalesce},
		"not":           {takes: arity{1, 1}, apply: func(a []Value) (Value, error) { return !Truth(a[0]), nil }},
		"xor":           {takes: arity{2, 2}, apply: func(a []Value) (Value, error) { return Truth(a[0]) != Truth(a[1]), nil }},
		"eq":            {takes: arity{2, 2}, apply: func(a []Value) (Value, error) { return Equal(a[0], a[1]), nil }},
		"ne":            {takes: arity{2, 2}, apply: func(a []Value) (Value, error) { return !Equal(a[0], a[1]), nil }},
		"lt":            {takes: arity{2, 2}, apply: ordered(func(c int) bool { return c < 0 })},
		"le":            {takes: arity{2, 2}, apply: ordered(func(c int) bool { return c <= 0 })},
		"gt":            {takes: arity{2, 2}, apply: ordered(func(c int) bool { return c > 0 })},
		"ge":            {takes: arity{2, 2}, apply: ordered(func(c int) bool { return c >= 0 })},
		"in":            {takes: arity{2, -1}, apply: func(a []Value) (Value, error) { return among(a), nil }},
		"notin":         {takes: arity{2, -1}, apply: func(a []Value) (Value, error) { return !among(a), nil }},
		"contains":      {takes: arity{2, 2}, apply: folded(strings.Contains)},
		"startswith":    {takes: arity{2, 2}, apply: folded(strings.HasPrefix)},
		"endswith":      {takes: arity{2, 2}, apply: folded(strings.HasSuffix)},
		"containsvalue": {takes: arity{2, 2}, apply: containsValue},
		"length":        {takes: arity{1, 1}, apply: length},
		"lower":         {takes: arity{1, 1}, apply: mapText(strings.ToLower)},
		"upper":         {takes: arity{1, 1}, apply: mapText(strings.ToUpper)},
		"trim":          {takes: arity{1, 1}, apply: mapText(strings.TrimSpace)},
		"format":        {takes: arity{1, -1}, apply: format},
		"join":          {takes: arity{2, 2}, apply: join},
		"split":         {takes: arity{2, 2}, apply: split},
		"replace":       {takes: arity{3, 3}, apply: replace},
	}
}

// until makes and (stops at the first false) and or (stops at the first true).
func until(stop bool) func(*evaluation, []node) (Value, error) {
	return func(ev *evaluation, args []node) (Value, error) {
		for _, a := range args {
			v, err := ev.eval(a)
			if err != nil {
				return nil, err
			}
			if Truth(v) == stop {
				return stop, nil
			}
		}
		return !stop, nil
	}
}

func choose(ev *evaluation, args []node) (Value, error) {
	v, err := ev.eval(args[0])
	if err != nil {
		return nil, err
	}
	if Truth(v) {
		return ev.eval(args[1])
	}
	return ev.eval(args[2])
}

func coalesce(ev *evaluation, args []node) (Value, error) {
	for _, a := range args {
		v, err := ev.eval(a)
		if err != nil {
			return nil, err
		}
		if v != nil && v != Value("") {
			return plain(v), nil
		}
	}
	return nil, nil
}

func ordered(holds func(int) bool) func([]Value) (Value, error) {
	return func(a []Value) (Value, error) {
		c, err := compare(a[0], a[1])
		if err != nil {
			return nil, err
		}
		return holds(c), nil
	}
}

func among(a []Value) bool {
	for _, v := range a[1:] {
		if Equal(a[0], v) {
			return true
		}
	}
	return false
}

func folded(test func(s, part string) bool) func([]Value) (Value, error) {
	return func(a []Value) (Value, error) {
		texts, err := allText(a)
		if err != nil {
			return nil, err
		}
		return test(strings.ToUpper(texts[0]), strings.ToUpper(texts[1])), nil
	}
}

func containsValue(a []Value) (Value, error) {
	for _, item := range values(a[0]) {
		if Equal(item, a[1]) {
			return true, nil
		}
	}
	return false, nil
}

func length(a []Value) (Value, error) {
	switch v := a[0].(type) {
	case *Array:
		return float64(len(v.Items)), nil
	case *Object:
		return float64(v.Len()), nil
	default:
		text, err := ToText(v)
		if err != nil {
			return nil, err
		}
		return float64(utf8.RuneCountInString(text)), nil
	}
}

func mapText(f func(string) string) func([]Value) (Value, error) {
	return func(a []Value) (Value, error) {
		text, err := ToText(a[0])
		if err != nil {
			return nil, err
		}
		return f(text), nil
	}
}

// format fills {0}, {1}, ... ; {{ and }} are braces.
func format(a []Value) (Value, error) {
	pattern, err := ToText(a[0])
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch {
		case (c == '{' || c == '}') && i+1 < len(pattern) && pattern[i+1] == c:
			b.WriteByte(c)
			i++
		case c == '{':
			end := strings.IndexByte(pattern[i:], '}')
			n, ok := placeholder(pattern[i:], end)
			if !ok {
				return nil, fmt.Errorf("the format string '%s' has a placeholder that is not a number", pattern)
			}
			if n+1 >= len(a) {
				return nil, fmt.Errorf("the format string '%s' refers to argument %d, which is not given", pattern, n)
			}
			text, err := ToText(a[n+1])
			if err != nil {
				return nil, err
			}
			b.WriteString(text)
			i += end
		case c == '}':
			return nil, fmt.Errorf("the format string '%s' has a single closing brace: write }} for one", pattern)
		default:
			b.WriteByte(c)
		}
		if b.Len() > MaxText {
			return nil, errTooLong
		}
	}
	return b.String(), nil
}

func placeholder(s string, end int) (int, bool) {
	if end < 2 || end > 4 {
		return 0, false
	}
	n := 0
	for _, c := range []byte(s[1:end]) {
		if !isDigit(c) {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

var errTooLong = fmt.Errorf("the text that the expression makes is longer than %d bytes", MaxText)

// join leaves out nothing: an item that is no text counts as empty.
func join(a []Value) (Value, error) {
	separator, err := ToText(a[0])
	if err != nil {
		return nil, err
	}
	list, ok := a[1].(*Array)
	if !ok {
		text, err := ToText(a[1])
		if err != nil {
			return nil, err
		}
		return text, nil
	}
	var b strings.Builder
	for i, item := range list.Items {
		if i > 0 {
			b.WriteString(separator)
		}
		text, _ := ToText(item) // "" for what does not convert
		b.WriteString(text)
		if b.Len() > MaxText {
			return nil, errTooLong
		}
	}
	return b.String(), nil
}

func split(a []Value) (Value, error) {
	texts, err := allText(a)
	if err != nil {
		return nil, err
	}
	result := &Array{}
	if texts[1] == "" {
		result.Items = []Value{texts[0]}
		return result, nil
	}
	for _, part := range strings.Split(texts[0], texts[1]) {
		result.Items = append(result.Items, part)
	}
	return result, nil
}

func replace(a []Value) (Value, error) {
	texts, err := allText(a)
	if err != nil {
		return nil, err
	}
	if texts[1] == "" {
		return texts[0], nil
	}
	if n := strings.Count(texts[0], texts[1]); len(texts[0])+n*(len(texts[2])-len(texts[1])) > MaxText {
		return nil, errTooLong
	}
	return strings.ReplaceAll(texts[0], texts[1], texts[2]), nil
}

func allText(a []Value) ([]string, error) {
	texts := make([]string, len(a))
	for i, v := range a {
		text, err := ToText(v)
		if err != nil {
			return nil, err
		}
		texts[i] = text
	}
	return texts, nil
}
