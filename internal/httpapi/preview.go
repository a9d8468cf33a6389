package httpapi

import (
	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

func previewOf(p platform.Preview) api.Preview {
	out := api.Preview{EnvironmentExists: p.Exists, Changes: []api.PreviewChange{},
		Price:    api.PriceComparison{Before: priceOf(p.Before), After: priceOf(p.After)},
		Policies: []api.PolicyVerdict{}, Budgets: []api.BudgetVerdict{}}
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
	for _, v := range p.Policies {
		out.Policies = append(out.Policies, api.PolicyVerdict{Policy: v.Policy, Passed: v.Passed, Message: optional(v.Message)})
	}
	for _, b := range p.Budgets {
		out.Budgets = append(out.Budgets, api.BudgetVerdict{Scope: b.Scope, Budget: b.Budget.Monthly.String(), Monthly: b.Monthly.String(),
			Within: b.Within, Over: api.BudgetVerdictOver(b.Budget.Over)})
	}
	if n := p.Approval; n != nil {
		out.Approval = &api.ApprovalNeed{Count: n.Count, Role: string(n.Role), NotTheRequester: n.NotTheRequester, Reasons: n.Reasons}
	}
	return out
}

func priceOf(p platform.Price) api.Price {
	out := api.Price{Currency: p.Currency, Monthly: p.Monthly.String(), Complete: len(p.Unknown) == 0,
		Items: []api.PricedItem{}, Unknown: []api.UnknownPrice{}}
	for _, item := range p.Items {
		out.Items = append(out.Items, api.PricedItem{Alias: item.Alias, Meter: item.Meter, Quantity: item.Quantity, Monthly: item.Monthly.String()})
	}
	for _, u := range p.Unknown {
		out.Unknown = append(out.Unknown, api.UnknownPrice{Alias: u.Alias, Meter: optional(u.Meter), Reason: u.Reason})
	}
	return out
}
