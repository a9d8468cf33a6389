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
	maxText = 8 << 10
	// maxCaptured bounds what a sentence takes over of an error, in characters.
	maxCaptured = 120
)

// Explain finds the first rule that knows the failure. The message is asked first by all rules, since it is what the tool itself
// calls the error; the lines around it may speak of other things.
func (r *Rules) Explain(failed platform.OperationError) (platform.Explanation, bool) {
	message := flat(failed.Message)
	all := flat(message + "\n" + strings.Join(failed.Lines, "\n"))
	for _, text := range []string{message, all} {
		for i := range r.rules {
			if r.rules[i].knows(failed.Code, text) {
				return r.rules[i].explanation(message, all), true
			}
		}
	}
	return platform.Explanation{}, false
}

// knows reports whether the rule is about the text.
func (r *Rule) knows(code, text string) bool {
	if len(r.Codes) > 0 && !slices.Contains(r.Codes, code) {
		return false
	}
	return len(r.patterns) == 0 || slices.ContainsFunc(r.patterns, func(re *regexp.Regexp) bool { return re.MatchString(text) })
}

// explanation fills the sentences with what any pattern of the rule finds, in the first of the texts that has it.
func (r *Rule) explanation(texts ...string) platform.Explanation {
	captured := map[string]string{}
	for _, text := range texts {
		for _, re := range r.patterns {
			m := re.FindStringSubmatch(text)
			for i, name := range re.SubexpNames() {
				if m != nil && name != "" && captured[name] == "" {
					captured[name] = shown(m[i])
				}
			}
		}
	}
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
		if !unicode.IsPrint(r) || strings.ContainsRune("<`", r) {
			return -1
		}
		return r
	}, captured))
	text = strings.TrimRight(shortID(text), ".")
	if r := []rune(text); len(r) > maxCaptured {
		text = string(r[:maxCaptured]) + "…"
	}
	return text
}

var armID = regexp.MustCompile(`(?i)^/subscriptions/[^/]+(?:/resourceGroups/([^/]+)(?:/providers/.*?([^/]+/[^/]+))?)?/?$`)

// shortID tells a resource of Azure as people do: its type and name, and the group that it lies in.
func shortID(text string) string {
	switch m := armID.FindStringSubmatch(text); {
	case m == nil:
		return text
	case m[2] != "":
		return m[2] + " in resource group " + m[1]
	case m[1] != "":
		return "resource group " + m[1]
	default:
		return "the subscription"
	}
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
