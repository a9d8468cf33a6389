package cli

import (
	"fmt"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/api"
)

// showPreview says on the error stream what would happen, what it would cost, and whether it may.
func (s *session) showPreview(p api.Preview) error {
	signs := map[api.PreviewChangeAction]string{"add": "+", "change": "~", "remove": "-", "keep": " "}
	printer := &session{Streams: Streams{Out: s.Err}}
	var rows [][]string
	for _, ch := range p.Changes {
		rows = append(rows, []string{"  " + signs[ch.Action] + " " + ch.Alias, ch.Type, orDash(text(ch.Class)), text(ch.Definition), strings.Join(ch.Differences, " ")})
	}
	if err := printer.table("", rows); err != nil {
		return err
	}
	counts := fmt.Sprintf("%d to add, %d to change, %d to remove", p.Counts.Add, p.Counts.Change, p.Counts.Remove)
	fmt.Fprintf(s.Err, "  %s\n", strings.Join([]string{counts, describePrice(p.Price), describePolicies(p.Policies), describeApproval(p.Approval)}, " · "))
	s.showObjections(p)
	return nil
}

// describePrice says what it would cost in a month, what it costs now if that is another sum, and how much is left out.
func describePrice(p api.PriceComparison) string {
	text := amount(p.After) + " a month"
	if p.Before.Monthly != p.After.Monthly && p.Before.Monthly != "0.00" {
		text += " (now " + amount(p.Before) + ")"
	}
	if n := len(p.After.Unknown); n > 0 {
		text += fmt.Sprintf(" and %d of unknown price", n)
	}
	return text
}

func amount(p api.Price) string {
	if p.Currency == "USD" {
		return "$" + p.Monthly
	}
	return p.Monthly + " " + p.Currency
}

func describePolicies(verdicts []api.PolicyVerdict) string {
	for _, v := range verdicts {
		if !v.Passed {
			return "policy: refused"
		}
	}
	return "policy: passed"
}

func describeApproval(need *api.ApprovalNeed) string {
	if need == nil {
		return "approval: not needed"
	}
	return fmt.Sprintf("approval: %d × %s", need.Count, need.Role)
}

// showObjections tells the reasons of whatever stands in the way, and what is not known.
func (s *session) showObjections(p api.Preview) {
	for _, line := range (verdicts{p.Policies, p.Budgets, p.Quotas, p.Approval}).objections() {
		fmt.Fprintf(s.Err, "  %s\n", clean(line))
	}
	for _, u := range p.Price.After.Unknown {
		fmt.Fprintf(s.Err, "  ? %s %s\n", strings.TrimSpace(u.Alias+" "+text(u.Meter)+":"), clean(u.Reason))
	}
}
