package tables

import "slices"

// expression is a $filter as a tree.
type expression interface {
	matches(row propertied) bool
}

// propertied is anything a filter can look at.
type propertied interface {
	property(name string) (value, bool)
}

type (
	everything struct{} // no filter
	comparison struct {
		name     string
		operator string
		literal  value
	}
	conjunction struct{ left, right expression }
	disjunction struct{ left, right expression }
	negation    struct{ inner expression }
)

var operators = []string{"eq", "ne", "gt", "ge", "lt", "le"}

// maxNesting bounds parentheses and nots, so that no text can exhaust the stack.
const maxNesting = 64

// parseFilter reads the language of $filter: comparisons "name operator literal", joined by not, and, or (which bind in
// this order) and parentheses. An empty text matches everything.
func parseFilter(text string) (expression, error) {
	tokens, err := tokenize(text)
	if err != nil {
		return nil, err
	}
	if len(tokens) == 1 {
		return everything{}, nil
	}
	p := &filterParser{tokens: tokens}
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	if rest := p.peek(); rest.kind != tokenEnd {
		return nil, badFilter(rest.at, "expected and, or, or the end")
	}
	return e, nil
}

type filterParser struct {
	tokens      []token
	next        int
	comparisons int
	nesting     int
}

func (p *filterParser) peek() token { return p.tokens[p.next] }

// take moves on; the end stays where it is.
func (p *filterParser) take() token {
	t := p.tokens[p.next]
	if t.kind != tokenEnd {
		p.next++
	}
	return t
}

func (p *filterParser) takeWord(word string) bool {
	if t := p.peek(); t.kind == tokenWord && t.word == word {
		p.next++
		return true
	}
	return false
}

func (p *filterParser) or() (expression, error) {
	left, err := p.and()
	for err == nil && p.takeWord("or") {
		var right expression
		right, err = p.and()
		left = disjunction{left, right}
	}
	return left, err
}

func (p *filterParser) and() (expression, error) {
	left, err := p.unary()
	for err == nil && p.takeWord("and") {
		var right expression
		right, err = p.unary()
		left = conjunction{left, right}
	}
	return left, err
}

func (p *filterParser) unary() (expression, error) {
	start := p.peek()
	p.nesting++
	defer func() { p.nesting-- }()
	if p.nesting > maxNesting {
		return nil, badFilter(start.at, "more than %d levels of parentheses and nots", maxNesting)
	}
	if p.takeWord("not") {
		inner, err := p.unary()
		return negation{inner}, err
	}
	if start.kind != tokenOpen {
		return p.comparison()
	}
	p.take()
	inner, err := p.or()
	if err != nil {
		return nil, err
	}
	if end := p.take(); end.kind != tokenClose {
		return nil, badFilter(end.at, "a closing parenthesis is missing")
	}
	return inner, nil
}

func (p *filterParser) comparison() (expression, error) {
	name := p.take()
	if name.kind != tokenWord {
		return nil, badFilter(name.at, "expected the name of a property")
	}
	operator := p.take()
	if operator.kind != tokenWord || !slices.Contains(operators, operator.word) {
		return nil, badFilter(operator.at, "expected one of eq, ne, gt, ge, lt, le; functions are not supported")
	}
	literal, err := p.literal()
	if err != nil {
		return nil, err
	}
	p.comparisons++
	if p.comparisons > maxComparisons {
		return nil, badFilter(name.at, "more than %d comparisons", maxComparisons)
	}
	return comparison{name.word, operator.word, literal}, nil
}

func (p *filterParser) literal() (value, error) {
	t := p.take()
	switch {
	case t.kind == tokenLiteral:
		return t.literal, nil
	case t.kind == tokenWord && t.word == "true":
		return boolValue(true), nil
	case t.kind == tokenWord && t.word == "false":
		return boolValue(false), nil
	}
	return value{}, badFilter(t.at, "expected a literal such as 'text', 36, 36L, 0.5, true, datetime'…', guid'…' or X'…'")
}
