package cli

import (
	"fmt"
	"io"

	"github.com/lazuli-platform/lazuli/internal/api"
)

// maxShownProperties is how many properties of a resource are listed for people; --output json has them all.
const maxShownProperties = 20

// showChanges lists what a plan changes: each resource, and beneath it the properties; then how much is not listed.
func showChanges(out io.Writer, plan api.Plan) {
	for _, ch := range plan.Changes {
		fmt.Fprintf(out, "  %-8s %s\n", ch.Action, clean(ch.Address))
		if ch.Action == "add" {
			continue // everything about it is new
		}
		for i, p := range ch.Properties {
			if i == maxShownProperties {
				break
			}
			fmt.Fprintf(out, "             %s: %s\n", clean(p.Path), propertyText(p))
		}
		if more := len(ch.Properties) - maxShownProperties + numberOf(ch.MoreProperties); more > 0 && len(ch.Properties) >= maxShownProperties {
			fmt.Fprintf(out, "             … and %d more\n", more)
		}
	}
	showUnlisted(out, plan)
}

// showUnlisted warns of what the plan does and does not list.
func showUnlisted(out io.Writer, plan api.Plan) {
	if u := plan.Unlisted; u != nil {
		fmt.Fprintf(out, "(!) That is not all: %d more to add, %d more to change and %d more to remove are NOT listed here.\n", u.Add, u.Change, u.Remove)
	}
}

func propertyText(p api.PropertyChange) string {
	was, becomes := quoted(p.Before), quoted(p.After)
	switch {
	case isSo(p.Sensitive):
		was, becomes = "", "(sensitive)"
	case isSo(p.Unknown):
		becomes = "(known when it is applied)"
	}
	text := becomes
	if was != "" {
		text = was + " → " + becomes
	}
	if isSo(p.Replaces) {
		text += "  (makes it anew)"
	}
	return text
}

func quoted(text *string) string {
	if text == nil {
		return "nothing"
	}
	return fmt.Sprintf("%q", clean(*text))
}

func isSo(flag *bool) bool { return flag != nil && *flag }

// numberOf is zero for what was left out.
func numberOf(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}
