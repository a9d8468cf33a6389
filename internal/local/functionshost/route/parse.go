package route

import (
	"fmt"
	"regexp"
	"strings"
)

// splitTemplate cuts at slashes outside braces: a regex constraint may hold one.
func splitTemplate(text string) []string {
	if text == "" {
		return nil
	}
	var parts []string
	depth, start := 0, 0
	for i, r := range text {
		switch {
		case r == '{':
			depth++
		case r == '}':
			depth--
		case r == '/' && depth == 0:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}

func parseSegment(part string) (segment, error) {
	if part == "" {
		return segment{}, fmt.Errorf("an empty segment")
	}
	if !strings.ContainsAny(part, "{}") {
		return segment{literal: part}, nil
	}
	var s segment
	var pattern strings.Builder
	pattern.WriteString("(?i)^")
	for rest := part; rest != ""; {
		if rest[0] != '{' {
			text, _, _ := strings.Cut(rest, "{")
			pattern.WriteString(regexp.QuoteMeta(text))
			rest = rest[len(text):]
			continue
		}
		end := closingBrace(rest)
		if end < 0 {
			return segment{}, fmt.Errorf("the brace in %q is not closed", part)
		}
		p, catchAll, err := parseParam(rest[1:end])
		if err != nil {
			return segment{}, err
		}
		s.params = append(s.params, p)
		s.catchAll = s.catchAll || catchAll
		pattern.WriteString("(.+)")
		rest = rest[end+1:]
	}
	if s.catchAll && len(s.params) > 1 {
		return segment{}, fmt.Errorf("a catch-all parameter must stand alone in %q", part)
	}
	var err error
	s.pattern, err = regexp.Compile(pattern.String() + "$")
	return s, err
}

// closingBrace finds the brace that ends the parameter; a regex constraint holds braces of its own.
func closingBrace(text string) int {
	depth := 0
	for i, r := range text {
		switch r {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

var paramName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// parseParam reads what stands between braces: [*]name[:constraint…][=default][?].
func parseParam(text string) (p param, catchAll bool, err error) {
	trimmed := strings.TrimLeft(text, "*")
	catchAll = len(trimmed) < len(text)
	head, constraints := cutConstraints(trimmed)
	last := &head
	if len(constraints) > 0 {
		last = &constraints[len(constraints)-1]
	}
	if before, after, ok := strings.Cut(*last, "="); ok && !strings.Contains(before, "(") {
		*last, p.fallback = before, after
	} else if before, ok := strings.CutSuffix(*last, "?"); ok {
		*last, p.optional = before, true
	}
	p.name = head
	if !paramName.MatchString(p.name) {
		return p, catchAll, fmt.Errorf("%q is not the name of a parameter", text)
	}
	for _, c := range constraints {
		holds, err := parseConstraint(c)
		if err != nil {
			return p, catchAll, err
		}
		p.constraints = append(p.constraints, holds)
	}
	return p, catchAll, nil
}

// cutConstraints splits name:int:min(1) at colons outside parentheses.
func cutConstraints(text string) (head string, constraints []string) {
	depth, start := 0, 0
	var parts []string
	for i, r := range text {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == ':' && depth == 0:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	parts = append(parts, text[start:])
	return parts[0], parts[1:]
}
