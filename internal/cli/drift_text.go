package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/lazuli-platform/lazuli/internal/api"
)

// driftWords say what became of a resource, for people.
var driftWords = map[api.DriftedResourceAction]string{"change": "changed", "remove": "removed", "add": "missing", "replace": "replaced"}

// showDrift tells a report: its status first, since an unknown must not look like nothing.
func (s *session) showDrift(out io.Writer, place string, r api.DriftReport) {
	switch r.Status {
	case "unchecked":
		fmt.Fprintf(out, "Nobody has looked at %s since it was deployed.  Look now:  lazuli drift check %s\n", place, place)
	case "none":
		fmt.Fprintf(out, "✓ %s was as it was deployed, at %s\n", place, seenAt(r.CheckedAt))
	case "drifted":
		fmt.Fprintf(out, "(!) %s has drifted in %d of its resources, seen at %s\n", place, len(r.Resources), seenAt(r.CheckedAt))
	default:
		fmt.Fprintf(out, "(?) Nothing is known of %s: %s (at %s)\n", place, clean(text(r.Reason)), seenAt(r.CheckedAt))
		if len(r.Resources) > 0 {
			fmt.Fprintf(out, "Before, at %s, it had drifted:\n", seenAt(r.FoundAt))
		}
	}
	showDrifted(out, r.Resources)
	if len(r.Ignored) > 0 {
		fmt.Fprintln(out, "Ignored for now:")
		showDrifted(out, r.Ignored)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(out, "  note %s: %s %suntil %s by %s: %s\n", clean(n.ID), clean(n.Address), spaced(n.Path), n.Until.Format(time.RFC3339), clean(n.By), clean(n.Reason))
	}
}

func showDrifted(out io.Writer, resources []api.DriftedResource) {
	for _, d := range resources {
		word := driftWords[d.Action]
		if !d.Outside {
			word = "would " + string(d.Action)
		}
		fmt.Fprintf(out, "  %-8s %s\n", word, clean(d.Address))
		for i, p := range d.Properties {
			if i == maxShownProperties {
				break
			}
			fmt.Fprintf(out, "             %s: %s\n", clean(p.Path), driftText(p))
		}
		if more := len(d.Properties) - maxShownProperties + numberOf(d.MoreProperties); more > 0 && len(d.Properties) >= maxShownProperties {
			fmt.Fprintf(out, "             … and %d more\n", more)
		}
	}
}

func driftText(p api.DriftedProperty) string {
	switch {
	case isSo(p.Sensitive):
		return "(sensitive)"
	case isSo(p.Unknown):
		return "found " + quoted(p.Found)
	}
	return fmt.Sprintf("expected %s, found %s", quoted(p.Expected), quoted(p.Found))
}

func seenAt(at *time.Time) string {
	if at == nil {
		return "no time"
	}
	return at.Format(time.RFC3339)
}

func spaced(path *string) string {
	if path == nil {
		return ""
	}
	return clean(*path) + " "
}
