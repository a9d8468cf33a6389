package platform

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Assessment is what can be said of a change before anything is built: what it costs, what the policies and budgets say
// of it, and who would have to agree.
type Assessment struct {
	Before, After Price // of the environment, in a month
	Policies      []PolicyVerdict
	Budgets       []BudgetVerdict
	Quotas        []QuotaVerdict
	Approval      *ApprovalNeed // nil when nobody has to agree
}

// PolicyVerdict is what one policy says of a request. Policies that do not speak of it give none.
type PolicyVerdict struct {
	Policy  string // name@version
	Passed  bool
	Message string // when it refuses: for people
}

// BudgetVerdict compares a budget with what would be spent.
type BudgetVerdict struct {
	Scope   string // "project payments", "environment type prod"
	Budget  Budget
	Monthly Money // what would be spent, as far as it is known
	Within  bool
}

// ApprovalNeed says who has to agree to a deployment, and why.
type ApprovalNeed struct {
	Approvals
	Reasons []string // sentences
}

// AssessmentInput is everything that an assessment depends on.
type AssessmentInput struct {
	Caller      Caller
	Project     Project
	Environment string
	Exists      bool
	Type        EnvironmentType
	Template    string
	Parameters  map[string]any
	Manifest    Manifest
	Resolved    map[string]Resolved
	Policies    []Policy
	Before      Price // of what the environment is now
	After       Price
	Elsewhere   Consumption    // of the project's other environments
	Teammates   Consumption    // of the other projects of its team
	TeamQuota   *Quota         // of the team
	Has         map[string]int // resources of the environment now, by type
}

// Assess is pure. Prices that are not known never count as zero: budgets compare what is known, and where one is exceeded the
// sentence says how much is left out; After.Unknown always does.
func Assess(in AssessmentInput) Assessment {
	out := Assessment{Before: in.Before, After: in.After, Policies: judgePolicies(in)}
	need := ApprovalNeed{}
	if a := in.Type.Approvals; a != nil {
		need.require(*a, fmt.Sprintf("Environments of type %s need it.", in.Type.Name))
	}
	for _, b := range budgets(in) {
		out.Budgets = append(out.Budgets, b.BudgetVerdict)
		if !b.Within && b.Budget.Over == OverApprove {
			need.require(Approvals{Count: 1, Role: b.approver, NotTheRequester: true}, fmt.Sprintf("It goes over the budget of %s: %s of %s a month.%s", b.Scope, b.Monthly, b.Budget.Monthly, leftOut(in.After)))
		}
	}
	if need.Count > 0 {
		out.Approval = &need
	}
	out.Quotas = quotas(in)
	return out
}

// quotas compares with the quota of the project, and with that of its team.
func quotas(in AssessmentInput) []QuotaVerdict {
	wants := resourcesOf(in.Manifest)
	out := in.Project.Quota.judge("project "+in.Project.Name, in.Elsewhere, in.Has, wants, in.Exists)
	all := in.Teammates
	all.Resources = maps.Clone(all.Resources)
	all.plus(in.Elsewhere)
	return append(out, in.TeamQuota.judge("team "+in.Project.Team, all, in.Has, wants, in.Exists)...)
}

// approverRanks are the roles that approve, each of which may do all that those before it may.
var approverRanks = []Role{Approver, TeamOwner, PlatformAdmin}

// require adds a reason. Of two needs the stricter one counts: more approvals, the higher role, another person, less time.
func (n *ApprovalNeed) require(a Approvals, reason string) {
	n.Count = max(n.Count, a.Count)
	if slices.Index(approverRanks, a.Role) > slices.Index(approverRanks, n.Role) {
		n.Role = a.Role
	}
	n.NotTheRequester = n.NotTheRequester || a.NotTheRequester
	if n.Days == 0 || a.Days > 0 && a.Days < n.Days {
		n.Days = a.Days
	}
	n.Reasons = append(n.Reasons, reason)
}

type budgetOf struct {
	BudgetVerdict
	approver Role
}

// budgets compares with the budget of the environment type, which is for each environment, and with that of the project,
// which is for all of its environments together.
func budgets(in AssessmentInput) []budgetOf {
	var out []budgetOf
	if b := in.Type.Budget; b != nil {
		out = append(out, budgetOf{BudgetVerdict{"environment type " + in.Type.Name, *b, in.After.Monthly, in.After.Monthly <= b.Monthly}, PlatformAdmin})
	}
	if b := in.Project.Budget; b != nil {
		monthly := in.Elsewhere.Monthly + in.After.Monthly
		out = append(out, budgetOf{BudgetVerdict{"project " + in.Project.Name, *b, monthly, monthly <= b.Monthly}, TeamOwner})
	}
	return out
}

// refusal is the reason why a change may not be deployed, or nil. What needs an approval may be: it waits for it after its plan.
func (a Assessment) refusal() error {
	var refused []Detail
	for _, v := range a.Policies {
		if !v.Passed {
			refused = append(refused, Detail{"", v.Policy + ": " + v.Message})
		}
	}
	if len(refused) > 0 {
		return Errorf(PolicyRefused, "%s", messagesOf(a.Policies)).With(refused...).Do("Change what is asked for, or ask the platform team about the policy.")
	}
	if err := a.overQuota(false); err != nil {
		return err
	}
	for _, b := range a.Budgets {
		if !b.Within && b.Budget.Over == OverRefuse {
			return Errorf(BudgetExceeded, "This would cost %s %s a month, and the budget of %s is %s.%s", b.Monthly, a.After.Currency, b.Scope, b.Budget.Monthly, leftOut(a.After)).
				Do("Ask for less, or ask for a larger budget.")
		}
	}
	return nil
}

// overQuota is the refusal of what goes over a quota, or nil. A plan makes nothing, so it is held to the pace alone.
func (a Assessment) overQuota(planOnly bool) error {
	for _, q := range a.Quotas {
		if !q.Within && (q.paced || !planOnly) {
			err := Errorf(QuotaExceeded, "The quota of %s for %s is %d. Used now: %d. With this: %d.", q.Scope, q.Bound, q.Limit, q.Used, q.Would)
			if q.paced {
				return err.Do("Try again when what runs has ended, or ask a platform admin to raise it; that takes the action quotas/write.")
			}
			return err.Do("Delete what is not needed, or ask a platform admin to raise it; that takes the action quotas/write.")
		}
	}
	return nil
}

func messagesOf(verdicts []PolicyVerdict) string {
	var messages []string
	for _, v := range verdicts {
		if !v.Passed {
			messages = append(messages, v.Message)
		}
	}
	return strings.Join(messages, " ")
}

// leftOut says that a sum is not all.
func leftOut(p Price) string {
	if len(p.Unknown) == 0 {
		return ""
	}
	return fmt.Sprintf(" That leaves out %d parts whose price is not known beforehand.", len(p.Unknown))
}
