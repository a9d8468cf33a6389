package cli

import (
	"fmt"

	"github.com/lazuli-platform/lazuli/internal/api"
)

// verdicts are what the rules say of a request that the caller has the right to make.
type verdicts struct {
	policies []api.PolicyVerdict
	budgets  []api.BudgetVerdict
	quotas   []api.QuotaVerdict
	approval *api.ApprovalNeed
}

// objections are the reasons of whatever stands in the way, and of what soon will.
func (v verdicts) objections() []string {
	var lines []string
	for _, p := range v.policies {
		if !p.Passed {
			lines = append(lines, fmt.Sprintf("✗ %s: %s", p.Policy, text(p.Message)))
		}
	}
	for _, b := range v.budgets {
		if !b.Within {
			lines = append(lines, fmt.Sprintf("✗ %s a month is over the budget of %s, %s", b.Monthly, b.Scope, b.Budget))
		}
	}
	for _, q := range v.quotas {
		switch {
		case !q.Within:
			lines = append(lines, fmt.Sprintf("✗ %s: %d is over the quota of %s, %d (used now: %d)", q.Bound, q.Would, q.Scope, q.Limit, q.Used))
		case isClose(q):
			lines = append(lines, fmt.Sprintf("! %s: %d of %d in the quota of %s would be used", q.Bound, q.Would, q.Limit, q.Scope))
		}
	}
	if v.approval != nil {
		for _, reason := range v.approval.Reasons {
			lines = append(lines, "! "+reason)
		}
	}
	return lines
}

// isClose reports whether a quota that still holds is used up to four fifths: the next request may not fit.
func isClose(q api.QuotaVerdict) bool { return q.Within && q.Would*5 >= q.Limit*4 }

// all tells every verdict, also those that let the request pass.
func (v verdicts) all() []string {
	var lines []string
	for _, p := range v.policies {
		line := fmt.Sprintf("%s policy %s", markOf(p.Passed), p.Policy)
		if !p.Passed {
			line += ": " + text(p.Message)
		}
		lines = append(lines, line)
	}
	for _, b := range v.budgets {
		lines = append(lines, fmt.Sprintf("%s budget of %s: %s of %s a month, over it: %s", markOf(b.Within), b.Scope, b.Monthly, b.Budget, b.Over))
	}
	for _, q := range v.quotas {
		lines = append(lines, fmt.Sprintf("%s quota of %s: %s, %d of %d (used now: %d)", markOf(q.Within), q.Scope, q.Bound, q.Would, q.Limit, q.Used))
	}
	if v.approval == nil {
		return lines
	}
	lines = append(lines, "! "+describeApproval(v.approval))
	for _, reason := range v.approval.Reasons {
		lines = append(lines, "! "+reason)
	}
	return lines
}

func markOf(good bool) string {
	if good {
		return "✓"
	}
	return "✗"
}
