package expression

import "strings"

type tokenKind int

const (
	tokenEnd     tokenKind = iota
	tokenSymbol            // one of ( ) [ ] , . *
	tokenName              // an identifier
	tokenLiteral           // value holds it
	tokenBad               // value that is none of the above
)

type token struct {
	kind  tokenKind
	text  string // as written
	value Value
	at    int // byte offset
}

// lexer cuts an expression into tokens; it never fails, bad text becomes a tokenBad.
type lexer struct {
	text string
	at   int
	last token
}

func (l *lexer) next() token {
	for l.at < len(l.text) && isSpace(l.text[l.at]) {
		l.at++
	}
	l.last = l.scan()
	l.at += len(l.last.text)
	return l.last
}

func (l *lexer) scan() token {
	if l.at >= len(l.text) {
		return token{kind: tokenEnd, at: l.at}
	}
	rest := l.text[l.at:]
	switch c := rest[0]; {
	case strings.IndexByte("()[],*", c) >= 0:
		return token{kind: tokenSymbol, text: rest[:1], at: l.at}
	case c == '.' && l.afterValue():
		return token{kind: tokenSymbol, text: rest[:1], at: l.at}
	case c == '\'':
		return l.quoted(rest)
	case c == '.' || c == '-' || c == '+' || isDigit(c):
		return l.number(rest)
	default:
		return l.word(rest)
	}
}

// afterValue says whether a dot here goes into the value before it; elsewhere it begins a number.
func (l *lexer) afterValue() bool {
	switch l.last.kind {
	case tokenName:
		return true
	case tokenSymbol:
		return l.last.text == ")" || l.last.text == "]" || l.last.text == "*"
	default:
		return false
	}
}

func (l *lexer) quoted(rest string) token {
	var b strings.Builder
	for i := 1; i < len(rest); i++ {
		if rest[i] != '\'' {
			b.WriteByte(rest[i])
			continue
		}
		if i+1 < len(rest) && rest[i+1] == '\'' {
			b.WriteByte('\'')
			i++
			continue
		}
		return token{kind: tokenLiteral, text: rest[:i+1], value: b.String(), at: l.at}
	}
	return token{kind: tokenBad, text: rest, at: l.at}
}

func (l *lexer) number(rest string) token {
	raw := rest[:wordEnd(rest, true)]
	if decimal.MatchString(raw) {
		if n, err := ToNumber(raw); err == nil {
			return token{kind: tokenLiteral, text: raw, value: n, at: l.at}
		}
	}
	if v, ok := parseVersion(raw); ok {
		return token{kind: tokenLiteral, text: raw, value: v, at: l.at}
	}
	return token{kind: tokenBad, text: raw, at: l.at}
}

func (l *lexer) word(rest string) token {
	raw := rest[:wordEnd(rest, false)]
	if !isIdentifier(raw) {
		return token{kind: tokenBad, text: raw, at: l.at}
	}
	if !(l.last.kind == tokenSymbol && l.last.text == ".") { // a member may be called true
		switch lower(raw) {
		case "true":
			return token{kind: tokenLiteral, text: raw, value: true, at: l.at}
		case "false":
			return token{kind: tokenLiteral, text: raw, value: false, at: l.at}
		}
	}
	return token{kind: tokenName, text: raw, at: l.at}
}

// wordEnd finds where a number or word ends: at a blank or a symbol; a dot belongs to numbers only.
func wordEnd(s string, dots bool) int {
	for i := 0; i < len(s); i++ {
		if isSpace(s[i]) || strings.IndexByte("()[],*'", s[i]) >= 0 || s[i] == '.' && !dots {
			if i == 0 {
				return 1 // always move on
			}
			return i
		}
	}
	return len(s)
}

func isIdentifier(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || !isDigit(c) && c != '-') {
			return false
		}
	}
	return s != ""
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func lower(s string) string { return strings.ToLower(s) }
