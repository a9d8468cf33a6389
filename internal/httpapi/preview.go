package httpapi

import (
	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

func previewOf(p platform.Preview) api.Preview {
	out := api.Preview{EnvironmentExists: p.Exists, Changes: []api.PreviewChange{},
		Price:    api.PriceComparison{Before: priceOf(p.Before), After: priceOf(p.After)},
		Policies: policiesOf(p.Policies), Budgets: budgetsOf(p.Budgets), Quotas: quotasOf(p.Quotas), Approval: approvalOf(p.Approval)}
	for _, ch := range p.Changes {
		switch ch.Action {
		case "add":
			out.Counts.Add++
		case "change":
			out.Counts.Change++
		case "remove":
			out.Counts.Remove++
		}
		out.Changes = append(out.Changes, api.PreviewChange{Alias: ch.Alias, Action: api.PreviewChangeAction(ch.Action), Type: ch.Type,
			Class: optional(ch.Class), Definition: optional(ch.Definition), Differences: ch.Differences})
	}
	return out
}

func policiesOf(verdicts []platform.PolicyVerdict) []api.PolicyVerdict {
	out := make([]api.PolicyVerdict, 0, len(verdicts))
	for _, v := range verdicts {
		out = append(out, api.PolicyVerdict{Policy: v.Policy, Passed: v.Passed, Message: optional(v.Message)})
	}
	return out
}

func budgetsOf(verdicts []platform.BudgetVerdict) []api.BudgetVerdict {
	out := make([]api.BudgetVerdict, 0, len(verdicts))
	for _, b := range verdicts {
		out = append(out, api.BudgetVerdict{Scope: b.Scope, Budget: b.Budget.Monthly.String(), Monthly: b.Monthly.String(),
			Within: b.Within, Over: api.BudgetVerdictOver(b.Budget.Over)})
	}
	return out
}

func quotasOf(verdicts []platform.QuotaVerdict) []api.QuotaVerdict {
	var out []api.QuotaVerdict
	for _, q := range verdicts {
		out = append(out, api.QuotaVerdict{Scope: q.Scope, Bound: q.Bound, Limit: q.Limit, Used: q.Used, Would: q.Would, Within: q.Within})
	}
	return out
}

func approvalOf(n *platform.ApprovalNeed) *api.ApprovalNeed {
	if n == nil {
		return nil
	}
	return &api.ApprovalNeed{Count: n.Count, Role: string(n.Role), NotTheRequester: n.NotTheRequester, Days: optional(n.Days), Reasons: n.Reasons}
}

func priceOf(p platform.Price) api.Price {
	out := api.Price{Currency: p.Currency, Monthly: p.Monthly.String(), MonthlyOff: optional(p.Off.String()), Complete: len(p.Unknown) == 0,
		Items: []api.PricedItem{}, Unknown: []api.UnknownPrice{}}
	for _, item := range p.Items {
		out.Items = append(out.Items, api.PricedItem{Alias: item.Alias, Meter: item.Meter, Quantity: item.Quantity, Monthly: item.Monthly.String()})
	}
	for _, u := range p.Unknown {
		out.Unknown = append(out.Unknown, api.UnknownPrice{Alias: u.Alias, Meter: optional(u.Meter), Reason: u.Reason})
	}
	return out
}
