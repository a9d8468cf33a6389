package explain

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

const (
	// maxText bounds what patterns look at, in bytes.
	maxText = 16 << 10
	// maxCaptured bounds what a sentence takes over of an error, in characters.
	maxCaptured = 120
)

// Explain finds the first rule that knows the failure. The message is asked first by all rules, since it is what the tool itself
// calls the error; the lines around it may speak of other things.
func (r *Rules) Explain(failed platform.OperationError) (platform.Explanation, bool) {
	message := flat(failed.Message)
	for _, text := range []string{message, flat(message + "\n" + strings.Join(failed.Lines, "\n"))} {
		for i := range r.rules {
			if captured, ok := r.rules[i].match(failed.Code, text); ok {
				return r.rules[i].explanation(captured), true
			}
		}
	}
	return platform.Explanation{}, false
}

// match reports whether the rule knows the text, and what its groups matched.
func (r *Rule) match(code, text string) (map[string]string, bool) {
	if len(r.Codes) > 0 && !slices.Contains(r.Codes, code) {
		return nil, false
	}
	for _, re := range r.patterns {
		m := re.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		captured := map[string]string{}
		for i, name := range re.SubexpNames() {
			if name != "" && captured[name] == "" {
				captured[name] = shown(m[i])
			}
		}
		return captured, true
	}
	return nil, len(r.patterns) == 0
}

func (r *Rule) explanation(captured map[string]string) platform.Explanation {
	return platform.Explanation{Rule: r.ID, Cause: filled(r.Cause, captured), Action: filled(r.Action, captured), WhoFixes: r.WhoFixes, Retry: r.Retry}
}

func filled(sentence string, captured map[string]string) string {
	return place.ReplaceAllStringFunc(sentence, func(at string) string {
		m := place.FindStringSubmatch(at)
		if text := captured[m[1]]; text != "" {
			return text
		}
		return m[2]
	})
}

// shown makes what an error holds fit for a sentence: it is somebody else's text.
func shown(captured string) string {
	text := strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || strings.ContainsRune("<>`", r) {
			return -1
		}
		return r
	}, captured))
	if r := []rune(text); len(r) > maxCaptured {
		text = string(r[:maxCaptured]) + "…"
	}
	return text
}

// frame is what engines draw around errors.
var frame = regexp.MustCompile(`(?m)^[\s│╷╵|]+`)

// flat makes one line of a text that a tool wrapped.
func flat(text string) string {
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "")
	}
	return strings.Join(strings.Fields(frame.ReplaceAllString(text, " ")), " ")
}
