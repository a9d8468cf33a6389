package filter

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
)

const (
	maxExpression = 1024 // characters, the limit of the service
	maxNesting    = 32
)

// token is one symbol of an expression; the pattern's alternatives are in the order in which they are tried.
var token = regexp.MustCompile(`^\s*(?:('(?:[^']|'')*')|("[^"]+"|\[[^\]]+\])|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_][A-Za-z0-9_]*)|(<>|!=|<=|>=|[=<>(),.+-]))`)

type kind int

const (
	end kind = iota
	text
	quoted // a property name in quotes or brackets
	number
	word
	sign
)

type symbol struct {
	kind kind
	text string
}

// ParseSQL makes a filter of an expression, or says what in it is not understood.
func ParseSQL(expression string) (SQL, error) {
	if len(expression) > maxExpression {
		return SQL{}, fmt.Errorf("SQL filter has %d characters, more than %d", len(expression), maxExpression)
	}
	symbols, err := scan(expression)
	if err != nil {
		return SQL{}, fmt.Errorf("SQL filter %q: %w", expression, err)
	}
	p := &parser{symbols: symbols}
	predicate, err := p.disjunction()
	if err == nil && p.peek().kind != end {
		err = fmt.Errorf("%q is not expected here", p.peek().text)
	}
	if err != nil {
		return SQL{}, fmt.Errorf("SQL filter %q: %w", expression, err)
	}
	return SQL{predicate}, nil
}

func scan(s string) (symbols []symbol, err error) {
	for strings.TrimSpace(s) != "" {
		m := token.FindStringSubmatch(s)
		if m == nil {
			return nil, fmt.Errorf("%q is not understood", strings.TrimSpace(s))
		}
		s = s[len(m[0]):]
		for k := text; k <= sign; k++ {
			if m[k] != "" {
				symbols = append(symbols, symbol{k, m[k]})
			}
		}
	}
	return append(symbols, symbol{end, "the end"}), nil
}

type parser struct {
	symbols []symbol
	depth   int
}

func (p *parser) peek() symbol { return p.symbols[0] }

func (p *parser) next() symbol {
	s := p.symbols[0]
	if s.kind != end {
		p.symbols = p.symbols[1:]
	}
	return s
}

// took takes the next symbol if it is the word or sign s.
func (p *parser) took(s string) bool {
	if k := p.peek().kind; (k == word || k == sign) && strings.EqualFold(p.peek().text, s) {
		p.next()
		return true
	}
	return false
}

func (p *parser) need(s string) error {
	if !p.took(s) {
		return fmt.Errorf("%q stands where %q is needed", p.peek().text, s)
	}
	return nil
}

func (p *parser) disjunction() (predicate, error) {
	left, err := p.conjunction()
	for err == nil && p.took("OR") {
		var right predicate
		if right, err = p.conjunction(); err == nil {
			left = or(left, right)
		}
	}
	return left, err
}

func (p *parser) conjunction() (predicate, error) {
	left, err := p.negation()
	for err == nil && p.took("AND") {
		var right predicate
		if right, err = p.negation(); err == nil {
			left = and(left, right)
		}
	}
	return left, err
}

func (p *parser) negation() (predicate, error) {
	if p.depth++; p.depth > maxNesting {
		return nil, errors.New("it nests too deep")
	}
	defer func() { p.depth-- }()
	switch {
	case p.took("NOT"):
		inner, err := p.negation()
		if err != nil {
			return nil, err
		}
		return not(inner), nil
	case p.took("("):
		inner, err := p.disjunction()
		if err == nil {
			err = p.need(")")
		}
		return inner, err
	case p.took("EXISTS"):
		if err := p.need("("); err != nil {
			return nil, err
		}
		x, err := p.property()
		if err != nil {
			return nil, err
		}
		return not(isNull(x)), p.need(")")
	}
	return p.comparison()
}

func (p *parser) comparison() (predicate, error) {
	x, err := p.operand()
	if err != nil {
		return nil, err
	}
	if p.took("IS") {
		negated := p.took("NOT")
		return negate(isNull(x), negated), p.need("NULL")
	}
	negated := p.took("NOT")
	switch {
	case p.took("IN"):
		list, err := p.list()
		return negate(in(x, list), negated), err
	case p.took("LIKE"):
		inner, err := p.like(x)
		return negate(inner, negated), err
	case negated:
		return nil, fmt.Errorf("%q stands where IN or LIKE is needed", p.peek().text)
	}
	switch operator := p.peek().text; operator {
	case "=", "<>", "!=", "<", "<=", ">", ">=":
		p.next()
		y, err := p.operand()
		if err != nil {
			return nil, err
		}
		return comparison(operator, x, y), nil
	}
	// TRUE and FALSE stand alone as well, and so does a property that holds one of them.
	return comparison("=", x, constant(true)), nil
}

func negate(p predicate, really bool) predicate {
	if really {
		return not(p)
	}
	return p
}

func (p *parser) list() (list []operand, err error) {
	if err = p.need("("); err != nil {
		return nil, err
	}
	for {
		x, err := p.operand()
		if err != nil {
			return nil, err
		}
		list = append(list, x)
		if !p.took(",") {
			return list, p.need(")")
		}
	}
}

func (p *parser) like(x operand) (predicate, error) {
	pattern, err := p.operand()
	if err != nil {
		return nil, err
	}
	var escape rune
	if p.took("ESCAPE") {
		c := []rune(unquote(p.peek().text))
		if p.next().kind != text || len(c) != 1 {
			return nil, errors.New("ESCAPE needs one character in quotes")
		}
		escape = c[0]
	}
	return like(x, pattern, escape), nil
}

func constant(v any) operand { return func(amqp.Message) any { return v } }

// unquote is what stands between the quotes of a text.
func unquote(s string) string {
	if len(s) < 2 {
		return s
	}
	return strings.ReplaceAll(s[1:len(s)-1], "''", "'")
}

func (p *parser) operand() (operand, error) {
	switch s := p.peek(); {
	case s.kind == text:
		p.next()
		return constant(unquote(s.text)), nil
	case s.kind == number:
		p.next()
		return numeric(s.text)
	case p.took("-"):
		n := p.next()
		if n.kind != number {
			return nil, fmt.Errorf("%q stands where a number is needed", n.text)
		}
		return numeric("-" + n.text)
	case p.took("TRUE"):
		return constant(true), nil
	case p.took("FALSE"):
		return constant(false), nil
	}
	return p.property()
}

func numeric(s string) (operand, error) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return constant(n), nil
	}
	f, err := strconv.ParseFloat(s, 64)
	return constant(f), err
}

// reserved words are not property names, unless quoted.
var reserved = map[string]bool{"and": true, "or": true, "not": true, "in": true, "like": true, "is": true, "null": true,
	"exists": true, "escape": true, "true": true, "false": true}

func (p *parser) property() (operand, error) {
	scope, name := "", p.next()
	if name.kind == word && p.took(".") {
		scope, name = name.text, p.next()
	}
	switch {
	case name.kind == quoted:
		return property(scope, name.text[1:len(name.text)-1])
	case name.kind != word || reserved[strings.ToLower(name.text)]:
		return nil, fmt.Errorf("%q stands where a value is needed", name.text)
	case p.took("("):
		return nil, fmt.Errorf("function %s is not supported", name.text)
	}
	return property(scope, name.text)
}
