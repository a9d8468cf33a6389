package tables

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind says what a token of a $filter is.
type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenOpen
	tokenClose
	tokenWord    // a name, an operator, true, false
	tokenLiteral // a number or anything in quotes, parsed already
)

type token struct {
	kind    tokenKind
	word    string
	literal value
	at      int // byte offset, for error messages
}

// tokenize takes a $filter apart. Its work is linear in the length of the text.
func tokenize(text string) ([]token, error) {
	var tokens []token
	for at := 0; ; {
		at += len(text[at:]) - len(strings.TrimLeft(text[at:], " \t\r\n"))
		if at == len(text) {
			return append(tokens, token{kind: tokenEnd, at: at}), nil
		}
		t, length, err := nextToken(text[at:], at)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
		at += length
	}
}

func nextToken(text string, at int) (token, int, error) {
	first, _ := utf8.DecodeRuneInString(text)
	switch {
	case first == '(':
		return token{kind: tokenOpen, at: at}, 1, nil
	case first == ')':
		return token{kind: tokenClose, at: at}, 1, nil
	case first == '\'':
		return quotedToken("", text, at)
	case first == '-' || first >= '0' && first <= '9':
		return numberToken(text, at)
	case first == '_' || unicode.IsLetter(first):
		word := text[:wordLength(text)]
		if strings.HasPrefix(text[len(word):], "'") {
			return quotedToken(word, text, at)
		}
		return token{kind: tokenWord, word: word, at: at}, len(word), nil
	}
	return token{}, 0, badFilter(at, "unexpected %q", first)
}

func wordLength(text string) int {
	end := strings.IndexFunc(text, func(r rune) bool {
		return r != '_' && !unicode.IsLetter(r) && !unicode.In(r, unicode.Nd, unicode.Nl, unicode.Mn, unicode.Mc, unicode.Pc, unicode.Cf)
	})
	if end < 0 {
		return len(text)
	}
	return end
}

// quotedToken reads 'text' after an optional type name. A quote inside is doubled.
func quotedToken(typeName, text string, at int) (token, int, error) {
	var content strings.Builder
	for i := len(typeName) + 1; i < len(text); i++ {
		if text[i] != '\'' {
			content.WriteByte(text[i])
			continue
		}
		if i+1 < len(text) && text[i+1] == '\'' {
			content.WriteByte('\'')
			i++
			continue
		}
		v, err := quotedValue(typeName, content.String(), at)
		return token{kind: tokenLiteral, literal: v, at: at}, i + 1, err
	}
	return token{}, 0, badFilter(at, "the text that begins here has no closing quote")
}

func quotedValue(typeName, content string, at int) (value, error) {
	switch typeName {
	case "":
		return textValue(content), nil
	case "datetime":
		return parseDateTime(content)
	case "guid":
		return parseGUID(content)
	case "X", "binary":
		return parseHex(content)
	}
	return value{}, badFilter(at, "%s'…' is not a kind of literal", typeName)
}

// numberToken reads 36, 36L, 0.5 and 1e-3. Whole numbers beyond 32 bits need the L.
func numberToken(text string, at int) (token, int, error) {
	end := 1
	for end < len(text) && isNumberByte(text, end) {
		end++
	}
	digits := text[:end]
	length := end
	var v value
	var err error
	switch {
	case strings.HasPrefix(text[end:], "L"):
		length++
		v, err = parseInt64(digits)
	case strings.ContainsAny(digits, ".eE"):
		v, err = parseDouble(digits)
	default:
		v, err = parseInt32(digits)
	}
	if err != nil {
		return token{}, 0, badFilter(at, "%q is not a number of the type it is written as", text[:length])
	}
	if rest := text[length:]; rest != "" && wordLength(rest) > 0 {
		return token{}, 0, badFilter(at+length, "a space is missing after the number")
	}
	return token{kind: tokenLiteral, literal: v, at: at}, length, nil
}

func isNumberByte(text string, i int) bool {
	switch c := text[i]; c {
	case '.', 'e', 'E':
		return true
	case '-', '+':
		return text[i-1] == 'e' || text[i-1] == 'E'
	default:
		return c >= '0' && c <= '9'
	}
}

func badFilter(at int, format string, args ...any) *apiError {
	return invalidInput("The $filter is not valid at character %d: %s.", at+1, fmt.Sprintf(format, args...))
}
