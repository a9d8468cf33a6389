package pipeline

import (
	"strings"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline/expression"
)

// scope is what ${{ }} sees at one place.
type scope struct {
	file       string // the file that the place is in: template paths are relative to it
	nesting    int    // how many templates deep
	parameters *expression.Object
	variables  *expression.Object
	loops      []string
	values     map[string]expression.Value // of the loops, by lower-case name
}

// withLoop adds a loop variable.
func (s *scope) withLoop(name string, v expression.Value) *scope {
	inner := *s
	inner.loops = append(s.loops[:len(s.loops):len(s.loops)], name)
	inner.values = make(map[string]expression.Value, len(s.values)+1)
	for k, old := range s.values {
		inner.values[k] = old
	}
	inner.values[strings.ToLower(name)] = v
	return &inner
}

// inner is a scope whose new variables stay inside: a stage's, a job's.
func (s *scope) inner() *scope {
	c := *s
	c.variables = s.variables.Clone()
	return &c
}

// evaluate gives the value of an expression that stands at n.
func (s *scope) evaluate(n *node, text string) (expression.Value, error) {
	e, err := parseAt(n, text, s.loops)
	if err != nil {
		return nil, err
	}
	contexts := map[string]expression.Value{"parameters": s.parameters, "variables": s.variables}
	for name, v := range s.values {
		contexts[name] = v
	}
	v, err := e.Eval(expression.Scope{Contexts: contexts})
	if err != nil {
		return nil, n.fail("%s", err.Error())
	}
	return v, nil
}

// expandScalar resolves the ${{ }} of a scalar. A scalar that is exactly one expression takes its value whole.
func (s *scope) expandScalar(n *node) (*node, error) {
	if !strings.Contains(n.text, "${{") {
		return n, nil
	}
	parts, err := segments(n)
	if err != nil {
		return nil, err
	}
	if len(parts) == 1 {
		v, err := s.evaluate(n, parts[0].text)
		if err != nil {
			return nil, err
		}
		return fromValue(v, n.at), nil
	}
	var b strings.Builder
	for _, part := range parts {
		text := part.text
		if part.expression {
			v, err := s.evaluate(n, part.text)
			if err != nil {
				return nil, err
			}
			if text, err = expression.ToText(v); err != nil {
				return nil, n.fail("The expression '%s' is a list or an object and cannot stand inside text.", part.text)
			}
		}
		if b.Len()+len(text) > expression.MaxText {
			return nil, n.fail("The text is longer than %d bytes.", expression.MaxText)
		}
		b.WriteString(text)
	}
	return scalar(b.String(), n.at), nil
}
