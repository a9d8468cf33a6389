package platform

import (
	"strings"
	"unicode"
)

// maxSearch bounds what may be typed.
const maxSearch = 200

// searchWords are the words of a text, in lower case: what stands between anything that is no letter and no digit.
func searchWords(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// How well something fits, best first. Zero is not at all.
const (
	fitsNot = iota
	fitsWords
	fitsStart
	fitsName
)

// fit tells how well a thing fits what was typed: each word has to begin a word of its name or of what else is told of it. It is
// the better when the name is, or begins with, what was typed.
func fit(typed []string, name string, more ...string) int {
	if len(typed) == 0 {
		return fitsNot
	}
	inName := searchWords(name)
	all := inName
	for _, text := range more {
		all = append(all[:len(all):len(all)], searchWords(text)...)
	}
	for _, word := range typed {
		if !begins(all, word) {
			return fitsNot
		}
	}
	whole, wanted := strings.Join(inName, " "), strings.Join(typed, " ")
	switch {
	case whole == wanted:
		return fitsName
	case strings.HasPrefix(whole, wanted):
		return fitsStart
	}
	return fitsWords
}

func begins(words []string, with string) bool {
	for _, w := range words {
		if strings.HasPrefix(w, with) {
			return true
		}
	}
	return false
}
