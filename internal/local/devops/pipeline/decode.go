package pipeline

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline/expression"
)

// maxProblems is how many problems one answer lists.
const maxProblems = 20

// decoder checks the expanded document against the schema and makes the plan. It goes on after a problem, so that one
// answer lists many.
type decoder struct {
	in       Input
	problems []Problem
}

func (d *decoder) fail(n *node, format string, args ...any) {
	d.add(n.at.problem(fmt.Sprintf(format, args...)))
}

func (d *decoder) add(p Problem) {
	if len(d.problems) < maxProblems && !slices.Contains(d.problems, p) {
		d.problems = append(d.problems, p)
	}
}

// mapping checks that n is a mapping with none but the allowed keys, each once.
func (d *decoder) mapping(n *node, allowed ...string) bool {
	if n.kind != mappingNode {
		d.fail(n, "A mapping was expected")
		return false
	}
	ok := true
	seen := map[string]bool{}
	for _, p := range n.pairs {
		folded := strings.ToLower(p.key.text)
		switch {
		case allowed != nil && !slices.Contains(allowed, p.key.text):
			d.fail(p.key, "Unexpected value '%s'", p.key.text)
			ok = false
		case seen[folded]:
			d.fail(p.key, "'%s' is already defined", p.key.text)
			ok = false
		}
		seen[folded] = true
	}
	return ok
}

// items gives the items of a sequence.
func (d *decoder) items(n *node) []*node {
	if n.kind != sequenceNode {
		d.fail(n, "A sequence was expected")
		return nil
	}
	return n.items
}

// text gives the text of a scalar; "" for nil.
func (d *decoder) text(n *node) string {
	if n == nil {
		return ""
	}
	if n.kind != scalarNode {
		d.fail(n, "A text was expected")
		return ""
	}
	return n.text
}

// texts gives a text as a list of one, or a list of texts; an empty text is the empty list.
func (d *decoder) texts(n *node) []string {
	if n.kind == scalarNode {
		if n.text == "" {
			return []string{}
		}
		return []string{n.text}
	}
	found := []string{}
	for _, it := range d.items(n) {
		found = append(found, d.text(it))
	}
	return found
}

// boolean gives "true", "false", the fallback, or a text that is decided at run time: $(macro) or $[ expression ].
func (d *decoder) boolean(n *node, fallback string) string {
	text := d.text(n)
	switch lowered := strings.ToLower(text); {
	case text == "":
		return fallback
	case lowered == "true" || lowered == "false":
		return lowered
	case d.isRuntime(n):
		return text
	default:
		d.fail(n, "Expected a boolean value. Actual value: '%s'", text)
		return fallback
	}
}

var digits = regexp.MustCompile(`^[0-9]{1,9}$`)

// minutes gives a whole number as text, or a text that is decided at run time.
func (d *decoder) minutes(n *node) string {
	text := d.text(n)
	if text != "" && !digits.MatchString(text) && !d.isRuntime(n) {
		d.fail(n, "Expected a number of minutes. Actual value: '%s'", text)
	}
	return text
}

// isRuntime says whether a text has macros or is one $[ expression ], whose syntax it checks.
func (d *decoder) isRuntime(n *node) bool {
	if inside, ok := RuntimeExpression(n.text); ok {
		d.expression(n, inside, expression.RuntimeNames())
		return true
	}
	return strings.Contains(n.text, "$(")
}

// refuse reports a key that real Azure DevOps has and this executor does not: better here than half-way through a run.
func (d *decoder) refuse(n *node, keys ...string) {
	for _, p := range n.pairs {
		if slices.Contains(keys, p.key.text) {
			d.fail(p.key, "'%s' is not available in the local Azure DevOps.", p.key.text)
		}
	}
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// name checks a stage's or job's name.
func (d *decoder) name(n *node, what string) string {
	text := d.text(n)
	if text != "" && !identifier.MatchString(text) {
		d.fail(n, "%s name %s is not valid. Names start with a letter or underscore and have only letters, digits and underscores.", what, text)
	}
	return text
}
