package expression

import (
	"fmt"
	"slices"
)

// Limits of an expression, as the service has them (length, depth) or to keep the work bounded (text).
const (
	MaxLength = 21000
	MaxDepth  = 50
	MaxText   = 4 << 20
)

// Expression is a parsed expression. It is never changed and may be evaluated from several goroutines.
type Expression struct {
	text string
	root node
}

// SyntaxError is a mistake that can be seen without values. Position counts from 1; 0 means no place in particular.
type SyntaxError struct {
	Reason     string // "Unrecognized value", "Unexpected symbol", ...
	Token      string
	Position   int
	Expression string
}

// Error is the sentence of the service.
func (e *SyntaxError) Error() string {
	const help = "For more help, refer to https://go.microsoft.com/fwlink/?linkid=842996"
	if e.Position == 0 {
		return fmt.Sprintf("%s. %s", e.Reason, help)
	}
	return fmt.Sprintf("%s: '%s'. Located at position %d within expression: '%s'. %s", e.Reason, e.Token, e.Position, e.Expression, help)
}

// node is a part of an expression: literal, access or call.
type node interface{}

type literal struct{ value Value }

// context is a named value: variables, parameters, ...
type context struct{ name string }

// member is of.name or of[index]; index nil is the filter of.*.
type member struct {
	of    node
	index node
}

type call struct {
	name string // lower case
	raw  string
	args []node
}

// Parse reads an expression. The error is a *SyntaxError. An empty text is the null value.
func Parse(text string, names Names) (*Expression, error) {
	if len(text) > MaxLength {
		return nil, &SyntaxError{Reason: fmt.Sprintf("Exceeded max expression length %d", MaxLength), Expression: text[:64]}
	}
	p := &parser{lexer: lexer{text: text}, names: names}
	p.advance()
	if p.tok.kind == tokenEnd {
		return &Expression{text: text, root: &literal{nil}}, nil
	}
	root, err := p.expression(1)
	if err != nil {
		return nil, err
	}
	if p.tok.kind != tokenEnd {
		return nil, p.fail("Unexpected symbol", p.tok)
	}
	return &Expression{text: text, root: root}, nil
}

type parser struct {
	lexer lexer
	names Names
	tok   token
}

func (p *parser) advance() { p.tok = p.lexer.next() }

func (p *parser) is(symbol string) bool { return p.tok.kind == tokenSymbol && p.tok.text == symbol }

func (p *parser) fail(reason string, t token) error {
	if t.kind == tokenEnd {
		return &SyntaxError{Reason: reason, Token: "", Position: t.at + 1, Expression: p.lexer.text}
	}
	return &SyntaxError{Reason: reason, Token: t.text, Position: t.at + 1, Expression: p.lexer.text}
}

func (p *parser) expression(depth int) (node, error) {
	if depth > MaxDepth {
		return nil, &SyntaxError{Reason: fmt.Sprintf("Exceeded max expression depth %d", MaxDepth), Expression: p.lexer.text}
	}
	n, err := p.primary(depth)
	if err != nil {
		return nil, err
	}
	return p.members(n, depth)
}

func (p *parser) primary(depth int) (node, error) {
	t := p.tok
	switch t.kind {
	case tokenLiteral:
		p.advance()
		return &literal{t.value}, nil
	case tokenBad:
		return nil, p.fail("Unrecognized value", t)
	case tokenName:
		p.advance()
		if p.is("(") {
			return p.call(t, depth)
		}
		if !p.names.contexts[lower(t.text)] {
			return nil, p.fail("Unrecognized value", t)
		}
		return &context{lower(t.text)}, nil
	default:
		return nil, p.fail("Unexpected symbol", t)
	}
}

func (p *parser) call(name token, depth int) (node, error) {
	takes, ok := p.names.functions[lower(name.text)]
	if !ok {
		general, known := functions[lower(name.text)]
		if !known {
			return nil, p.fail("Unrecognized function", name)
		}
		takes = general.takes
	}
	c := &call{name: lower(name.text), raw: name.text}
	p.advance() // the opening parenthesis
	for !p.is(")") {
		if len(c.args) > 0 {
			if p.tok.kind == tokenEnd {
				return nil, p.fail("Expected closing parenthesis", name)
			}
			if !p.is(",") {
				return nil, p.fail("Unexpected symbol", p.tok)
			}
			p.advance()
		}
		if p.tok.kind == tokenEnd {
			return nil, p.fail("Expected closing parenthesis", name)
		}
		arg, err := p.expression(depth + 1)
		if err != nil {
			return nil, err
		}
		c.args = append(c.args, arg)
	}
	if len(c.args) < takes.least {
		return nil, p.fail("Unexpected symbol", p.tok)
	}
	if takes.most >= 0 && len(c.args) > takes.most {
		return nil, p.fail("Exceeded max number of parameters", name)
	}
	p.advance()
	return c, nil
}

// members reads the chain of .name, [expr], .* and [*] behind a value.
func (p *parser) members(n node, depth int) (node, error) {
	for p.is(".") || p.is("[") {
		// Each link nests the tree by one, and evaluating walks down it: the limit holds here too.
		if depth++; depth > MaxDepth {
			return nil, &SyntaxError{Reason: fmt.Sprintf("Exceeded max expression depth %d", MaxDepth), Expression: p.lexer.text}
		}
		var err error
		if p.is(".") {
			n, err = p.property(n)
		} else {
			n, err = p.index(n, depth)
		}
		if err != nil {
			return nil, err
		}
	}
	return n, nil
}

func (p *parser) property(of node) (node, error) {
	p.advance()
	switch {
	case p.is("*"):
		p.advance()
		return &member{of: of}, nil
	case p.tok.kind == tokenName:
		name := p.tok.text
		p.advance()
		return &member{of: of, index: &literal{name}}, nil
	default:
		return nil, p.fail("Expected a property name to follow the dereference operator '.'", p.tok)
	}
}

func (p *parser) index(of node, depth int) (node, error) {
	open := p.tok
	p.advance()
	if p.is("*") {
		p.advance()
		if !p.is("]") {
			return nil, p.fail("Unclosed indexer", open)
		}
		p.advance()
		return &member{of: of}, nil
	}
	index, err := p.expression(depth + 1)
	if err != nil {
		return nil, err
	}
	if !p.is("]") {
		return nil, p.fail("Unclosed indexer", open)
	}
	p.advance()
	return &member{of: of, index: index}, nil
}

// Calls says whether the expression calls one of these functions (lower case) anywhere.
func (e *Expression) Calls(functions ...string) bool { return calls(e.root, functions) }

func calls(n node, names []string) bool {
	switch n := n.(type) {
	case *member:
		return calls(n.of, names) || n.index != nil && calls(n.index, names)
	case *call:
		return slices.Contains(names, n.name) || slices.ContainsFunc(n.args, func(a node) bool { return calls(a, names) })
	default:
		return false
	}
}
