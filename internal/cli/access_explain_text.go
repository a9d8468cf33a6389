package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
)

// printExplanation tells the answer in one sentence, then what it follows from, then what to do.
func (s *session) printExplanation(ctx context.Context, caller *client.ClientWithResponses, q question, e api.AccessExplanation) error {
	who := "You"
	if q.principal != "" {
		who = q.principal
	}
	right := fmt.Sprintf("%s at %s", e.Action, e.Scope)
	switch {
	case e.Allowed:
		fmt.Fprintf(s.Out, "✓ %s may do %s: %s.\n", clean(who), right, sourceOf(*e.DecidedBy))
	case e.DecidedBy == nil:
		fmt.Fprintf(s.Out, "✗ %s may not do %s: no role that counts there allows it.\n", clean(who), right)
	default:
		fmt.Fprintf(s.Out, "✗ %s may do %s in general, but not this. %s\n", clean(who), right, clean(text(e.Reason)))
		fmt.Fprintf(s.Out, "  The right comes from %s.\n", sourceOf(*e.DecidedBy))
	}
	for _, line := range (verdicts{e.Policies, e.Budgets, e.Quotas, e.Approval}).all() {
		fmt.Fprintf(s.Out, "  %s\n", clean(line))
	}
	if e.GroupsOmitted != nil && *e.GroupsOmitted {
		fmt.Fprintf(s.Out, "  ! %s\n", groupsOmitted)
	}
	if e.DecidedBy == nil {
		return s.printMissing(ctx, caller, q, e)
	}
	if e.NextStep != nil {
		fmt.Fprintf(s.Out, "try:  %s\n", clean(*e.NextStep))
	}
	return nil
}

const groupsOmitted = "The token leaves groups out, because there are too many of them; what groups hold does not count. Ask for a token with the groups that are assigned to Lazuli alone, or have the role given to the person."

// sourceOf says where a right comes from.
func sourceOf(w api.WeighedAssignment) string {
	role := fmt.Sprintf("%s at %s", w.Role, w.Scope)
	switch text(w.From) {
	case "token":
		return role + ", which the token gives"
	case "signed-in":
		return role + ", which everybody who is signed in holds"
	case "pipeline-run":
		return role + ", which pipeline runs hold"
	}
	return fmt.Sprintf("%s, assigned to %s %s%s", role, text(w.Kind), clean(text(w.ID)), untilPhrase(w.ExpiresAt))
}

// printMissing tells what was considered, and who could give what is missing.
func (s *session) printMissing(ctx context.Context, caller *client.ClientWithResponses, q question, e api.AccessExplanation) error {
	var rows [][]string
	for _, w := range e.Considered {
		rows = append(rows, []string{"  " + w.Role, w.Scope, text(w.Kind) + " " + text(w.ID), uselessBecause(w, e.Action)})
	}
	if len(rows) == 0 {
		fmt.Fprintln(s.Out, "  Nothing is held there, above it, or elsewhere in the project.")
	} else if err := s.table("  CONSIDERED\tAT\tHELD BY\tWHY IT DOES NOT HELP", rows); err != nil {
		return err
	}
	var givers []string
	for _, a := range e.Ask {
		givers = append(givers, fmt.Sprintf("%s (%s at %s)", a.ID, a.Role, a.Scope))
	}
	if len(givers) == 0 {
		fmt.Fprintln(s.Out, "  Who may give it: platform admins. You see nobody else who can.")
	} else {
		fmt.Fprintf(s.Out, "  Who may give it: %s, and platform admins.\n", clean(strings.Join(givers, ", ")))
	}
	s.printRemedy(ctx, caller, q, e)
	return nil
}

func uselessBecause(w api.WeighedAssignment, action string) string {
	switch w.Verdict {
	case "actionNotInRole":
		return "it does not allow " + action
	case "expired":
		return "it has ended: " + until(w.ExpiresAt)
	case "otherScope":
		return "it counts elsewhere"
	}
	return w.Verdict
}

// platformAdmin is the role that allows everything.
const platformAdmin = "PlatformAdmin"

// printRemedy names the command that would give the smallest role with the missing action. It needs answers to two more questions;
// without them the platform's own words have to do.
func (s *session) printRemedy(ctx context.Context, caller *client.ClientWithResponses, q question, e api.AccessExplanation) {
	role, id := smallestRole(ctx, caller, e.Action), q.principal
	if role == platformAdmin { // nobody should ask to be one for the sake of one action
		fmt.Fprintln(s.Out, "try:  ask a platform admin to do it for you")
		return
	}
	if id == "" {
		if me, err := caller.GetMeWithResponse(ctx); check(me, err) == nil {
			id = me.JSON200.ID
			q.application = me.JSON200.Kind == api.MeKindApplication
		}
	}
	if role == "" || id == "" {
		if e.NextStep != nil {
			fmt.Fprintf(s.Out, "try:  %s\n", clean(*e.NextStep))
		}
		return
	}
	flags := ""
	if q.application {
		flags = " --application"
	}
	fmt.Fprintf(s.Out, "try:  ask one of them for:  lazuli access grant %s --to %s%s --at %s\n", role, clean(id), flags, shortScope(e.Scope))
}

// smallestRole is the role with the action that allows the least besides.
func smallestRole(ctx context.Context, caller *client.ClientWithResponses, action string) string {
	answer, err := caller.ListRolesWithResponse(ctx)
	if check(answer, err) != nil {
		return ""
	}
	best, fewest := "", 0
	for _, r := range answer.JSON200.Value {
		if slices.Contains(r.Actions, action) && r.Assignable && (best == "" || len(r.Actions) < fewest) {
			best, fewest = r.Name, len(r.Actions)
		}
	}
	return best
}
