package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
)

func (s *session) projectUsage() *cobra.Command {
	return &cobra.Command{Use: "usage NAME", Short: "What a project has of its quota and its budget", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		caller, err := s.api()
		if err != nil {
			return err
		}
		answer, err := caller.GetProjectUsageWithResponse(cmd.Context(), args[0])
		if err := check(answer, err); err != nil {
			return err
		}
		return s.print(answer.JSON200, func() error { return s.printUsage(*answer.JSON200) })
	}}
}

func (s *session) teamUsage() *cobra.Command {
	return &cobra.Command{Use: "usage NAME", Short: "What all projects of a team together have of its quota", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		caller, err := s.api()
		if err != nil {
			return err
		}
		answer, err := caller.GetTeamUsageWithResponse(cmd.Context(), args[0])
		if err := check(answer, err); err != nil {
			return err
		}
		return s.print(answer.JSON200, func() error { return s.printUsage(*answer.JSON200) })
	}}
}

func (s *session) printUsage(u api.Usage) error {
	var rows [][]string
	for _, b := range u.Bounds {
		limit, left := "-", "-"
		if b.Limit != nil {
			limit, left = fmt.Sprint(*b.Limit), fmt.Sprint(max(*b.Limit-b.Used, 0))
		}
		rows = append(rows, []string{b.Bound, fmt.Sprint(b.Used), limit, left})
	}
	budget := "-"
	if u.Budget != nil {
		budget = u.Budget.Monthly
	}
	rows = append(rows, []string{"cost in a month", amount(api.Price{Monthly: u.Monthly, Currency: u.Currency}), budget, "-"})
	return s.table("OF WHAT\tUSED\tAT MOST\tLEFT", rows)
}

func (s *session) accessActions() *cobra.Command {
	return &cobra.Command{Use: "actions [SCOPE]", Short: "List what you may do at a scope", Args: cobra.MaximumNArgs(1),
		Long:    "Lists the actions that you may do: on the whole platform, or at a scope.",
		Example: "  lazuli access actions payments\n  lazuli access actions payments/prod",
		RunE: func(cmd *cobra.Command, args []string) error {
			params := api.ListMyActionsParams{}
			if len(args) > 0 {
				scope, err := scopeFrom(args[0])
				if err != nil {
					return err
				}
				params.Scope = &scope
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			answer, err := caller.ListMyActionsWithResponse(cmd.Context(), &params)
			if err := check(answer, err); err != nil {
				return err
			}
			return s.print(answer.JSON200, func() error {
				for _, action := range answer.JSON200.Actions {
					fmt.Fprintln(s.Out, action)
				}
				return nil
			})
		}}
}
