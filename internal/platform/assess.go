package platform

// Assessment is what can be said of a change before anything is built: what it costs, what the policies and budgets say
// of it, and who would have to agree.
type Assessment struct {
	Before, After Price // of the environment, in a month
	Policies      []PolicyVerdict
	Budgets       []BudgetVerdict
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
