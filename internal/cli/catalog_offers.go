package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
)

func (s *session) catalogOffers() *cobra.Command {
	return &cobra.Command{
		Use: "offers PROJECT", Short: "List what you may use in a project, and why not the rest", Args: cobra.ExactArgs(1),
		Long: `What depends on a whole request, such as policies, budgets and quotas, only a preview tells:
lazuli env create without --yes shows it before anything is made.`,
		Example: "  lazuli catalog offers payments",
		RunE: func(cmd *cobra.Command, args []string) error {
			caller, err := s.api()
			if err != nil {
				return err
			}
			answer, err := caller.ListOffersWithResponse(cmd.Context(), args[0])
			if err := check(answer, err); err != nil {
				return err
			}
			return s.print(answer.JSON200, func() error { return s.showOffers(answer.JSON200.Value) })
		},
	}
}

// showOffers says each reason once, with everything that it keeps back.
func (s *session) showOffers(offers []api.Offer) error {
	var rows [][]string
	var reasons []string
	kept := map[string][]string{}
	for _, o := range offers {
		rows = append(rows, []string{string(o.Kind), o.Name, o.Version, orDash(strings.Join(o.EnvironmentTypes, ", "))})
		for _, w := range o.Withheld {
			reason := clean(w.Reason)
			if w.NextStep != nil {
				reason += "\n  try:  " + clean(*w.NextStep)
			}
			if kept[reason] == nil {
				reasons = append(reasons, reason)
			}
			kept[reason] = append(kept[reason], o.Name+" in "+w.EnvironmentType)
		}
	}
	if err := s.table("KIND\tNAME\tVERSION\tIN ENVIRONMENTS OF TYPE", rows); err != nil {
		return err
	}
	for _, reason := range reasons {
		fmt.Fprintf(s.Out, "\nNot %s:\n  %s\n", strings.Join(kept[reason], ", "), reason)
	}
	return nil
}
