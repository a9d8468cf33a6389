package route

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// ErrReserved refuses one function: its route would hide the host's own endpoints.
var ErrReserved = errors.New("the route starts with admin or runtime, which belong to the host")

// Template is a route template with its prefix.
type Template struct {
	text     string
	segments []segment
}

// segment is one part between slashes. Either literal is set, or pattern with the parameters it captures.
type segment struct {
	literal  string
	pattern  *regexp.Regexp
	params   []param
	catchAll bool
}

type param struct {
	name        string
	optional    bool
	fallback    string
	constraints []constraint
}

// Parse reads prefix + "/" + route. ErrReserved concerns the function alone; any other error stops a real host
// altogether (a leading slash, an unknown constraint, a parameter named twice, a catch-all that is not last).
func Parse(prefix, route string) (*Template, error) {
	lower := strings.ToLower(route)
	if strings.HasPrefix(lower, "admin") || strings.HasPrefix(lower, "runtime") {
		return nil, fmt.Errorf("route %q: %w", route, ErrReserved)
	}
	if prefix != "" && strings.HasPrefix(route, "/") {
		return nil, fmt.Errorf("route %q begins with a slash", route)
	}
	text := strings.Trim(strings.Trim(prefix, "/")+"/"+route, "/")
	t := &Template{text: text}
	seen := map[string]bool{}
	parts := splitTemplate(text)
	for i, part := range parts {
		s, err := parseSegment(part)
		if err != nil {
			return nil, fmt.Errorf("route %q: %w", route, err)
		}
		if s.catchAll && i < len(parts)-1 {
			return nil, fmt.Errorf("route %q: a catch-all parameter must come last", route)
		}
		for _, p := range s.params {
			key := strings.ToLower(p.name)
			if seen[key] {
				return nil, fmt.Errorf("route %q: the parameter %q appears twice", route, p.name)
			}
			seen[key] = true
		}
		t.segments = append(t.segments, s)
	}
	return t, nil
}

// String returns the whole template, with the prefix and without outer slashes.
func (t *Template) String() string { return t.text }

// Match reports whether the path matches, and the decoded values of the parameters. The path is taken as it
// came, still escaped, so that %2F stays inside its segment. One trailing slash is tolerated.
func (t *Template) Match(escapedPath string) (map[string]string, bool) {
	path := strings.TrimSuffix(strings.TrimPrefix(escapedPath, "/"), "/")
	var parts []string
	if path != "" {
		parts = strings.Split(path, "/")
	}
	for i, part := range parts {
		decoded, err := url.PathUnescape(part)
		if err != nil {
			return nil, false
		}
		parts[i] = decoded
	}
	values := map[string]string{}
	for i, s := range t.segments {
		if s.catchAll {
			return values, s.params[0].accept(strings.Join(parts[min(i, len(parts)):], "/"), values)
		}
		if i >= len(parts) {
			if !s.missing(values) {
				return nil, false
			}
			continue
		}
		if !s.match(parts[i], values) {
			return nil, false
		}
	}
	return values, len(parts) <= len(t.segments)
}

// Overlaps reports whether some path can match both templates. It errs on the side of yes: constraints are
// asked only about literals.
func (t *Template) Overlaps(other *Template) bool {
	for i := 0; i < len(t.segments) || i < len(other.segments); i++ {
		switch {
		case i >= len(t.segments):
			return other.segments[i].missing(map[string]string{})
		case i >= len(other.segments):
			return t.segments[i].missing(map[string]string{})
		}
		a, b := t.segments[i], other.segments[i]
		switch {
		case a.catchAll || b.catchAll:
			return true
		case a.literal != "" && !b.match(a.literal, map[string]string{}):
			return false
		case b.literal != "" && !a.match(b.literal, map[string]string{}):
			return false
		}
	}
	return true
}

func (s segment) match(part string, values map[string]string) bool {
	if s.pattern == nil {
		return strings.EqualFold(part, s.literal)
	}
	groups := s.pattern.FindStringSubmatch(part)
	if groups == nil {
		return false
	}
	for i, p := range s.params {
		if !p.accept(groups[i+1], values) {
			return false
		}
	}
	return true
}

// missing says whether the path may end before this segment.
func (s segment) missing(values map[string]string) bool {
	if s.catchAll {
		return true
	}
	if s.pattern == nil || len(s.params) != 1 {
		return false
	}
	p := s.params[0]
	if p.fallback != "" {
		values[p.name] = p.fallback
	}
	return p.optional || p.fallback != ""
}

// accept stores the value if all constraints hold. An empty optional value is not asked for constraints.
func (p param) accept(value string, values map[string]string) bool {
	if value == "" && p.fallback != "" {
		value = p.fallback
	}
	if value == "" && p.optional {
		return true
	}
	for _, holds := range p.constraints {
		if !holds(value) {
			return false
		}
	}
	values[p.name] = value
	return true
}
