package pipeline

import (
	"errors"
	"regexp"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline/expression"
)

// segment is a stretch of text, or the inside of one ${{ }}.
type segment struct {
	text       string
	expression bool
}

// segments cuts a scalar at its ${{ }}. A closing brace pair inside a quoted text does not end the expression.
func segments(n *node) ([]segment, error) {
	rest := n.text
	var found []segment
	for {
		start := strings.Index(rest, "${{")
		if start < 0 {
			if rest != "" || len(found) == 0 {
				found = append(found, segment{text: rest})
			}
			return found, nil
		}
		if start > 0 {
			found = append(found, segment{text: rest[:start]})
		}
		inside := rest[start+3:]
		end := expressionEnd(inside)
		if end < 0 {
			return nil, n.fail("The expression is not closed. An unescaped ${{ sequence was found, but the closing }} sequence was not found.")
		}
		found = append(found, segment{text: strings.TrimSpace(inside[:end]), expression: true})
		rest = inside[end+2:]
	}
}

func expressionEnd(s string) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\'':
			quoted = !quoted // a doubled quote toggles twice
		case !quoted && strings.HasPrefix(s[i:], "}}"):
			return i
		}
	}
	return -1
}

// directive is the inside of a key such as ${{ if x }}.
type directive struct {
	word string // if, elseif, else, each, insert
	rest string // the expression; of each: what to go through
	loop string // of each: the loop variable
}

var (
	directiveText = regexp.MustCompile(`^(if|elseif|else|each|insert)(?:\s+([\s\S]*))?$`)
	ifCall        = regexp.MustCompile(`^(if|elseif)(\([\s\S]*)$`) // "if(x)" needs no blank
	eachText      = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_]*)\s+in\s+([\s\S]+)$`)
)

// asDirective says whether a key is a directive. Only a key that is exactly one expression is.
func asDirective(key *node) (*directive, error) {
	if !strings.HasPrefix(key.text, "${{") {
		return nil, nil
	}
	parts, err := segments(key)
	if err != nil || len(parts) != 1 {
		return nil, err
	}
	match := directiveText.FindStringSubmatch(parts[0].text)
	if match == nil {
		if match = ifCall.FindStringSubmatch(parts[0].text); match == nil {
			return nil, nil
		}
	}
	d := &directive{word: match[1], rest: match[2]}
	switch d.word {
	case "if", "elseif":
		if d.rest == "" {
			return nil, key.fail("The directive '%s' needs an expression.", d.word)
		}
	case "each":
		loop := eachText.FindStringSubmatch(d.rest)
		if loop == nil {
			return nil, key.fail("The directive 'each' is written 'each name in collection'.")
		}
		d.loop, d.rest = loop[1], loop[2]
	default:
		if d.rest != "" {
			return nil, key.fail("Unexpected value '%s' after '%s'", d.rest, d.word)
		}
	}
	return d, nil
}

// checkSyntax parses every expression of a file, also in branches that will not be taken.
func checkSyntax(n *node, loops []string) error {
	switch n.kind {
	case sequenceNode:
		for _, item := range n.items {
			if err := checkSyntax(item, loops); err != nil {
				return err
			}
		}
		return nil
	case mappingNode:
		for _, p := range n.pairs {
			if err := checkPair(p, loops); err != nil {
				return err
			}
		}
		return nil
	default:
		return checkScalar(n, loops)
	}
}

func checkPair(p pair, loops []string) error {
	d, err := asDirective(p.key)
	if err != nil {
		return err
	}
	if d == nil {
		if err := checkScalar(p.key, loops); err != nil {
			return err
		}
		return checkSyntax(p.value, loops)
	}
	if d.rest != "" {
		if _, err := parseAt(p.key, d.rest, loops); err != nil {
			return err
		}
	}
	if d.loop != "" {
		if expression.TemplateNames(loops...).IsContext(d.loop) {
			return p.key.fail("The loop variable '%s' has the name of something that is already there. Choose another name.", d.loop)
		}
		loops = append(loops[:len(loops):len(loops)], d.loop)
	}
	return checkSyntax(p.value, loops)
}

func checkScalar(n *node, loops []string) error {
	if !strings.Contains(n.text, "${{") {
		return nil
	}
	parts, err := segments(n)
	if err != nil {
		return err
	}
	for _, s := range parts {
		if !s.expression {
			continue
		}
		if _, err := parseAt(n, s.text, loops); err != nil {
			return err
		}
	}
	return nil
}

// parseAt parses an expression that stands at n.
func parseAt(n *node, text string, loops []string) (*expression.Expression, error) {
	if text == "" {
		return nil, n.fail("An expression was expected between ${{ and }}.")
	}
	e, err := expression.Parse(text, expression.TemplateNames(loops...))
	var syntax *expression.SyntaxError
	if errors.As(err, &syntax) {
		return nil, n.fail("%s", syntax.Error())
	}
	return e, err
}
