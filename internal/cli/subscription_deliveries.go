package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
)

func (s *session) subscriptionDeliveries() *cobra.Command {
	limit := 50
	cmd := &cobra.Command{Use: "deliveries PROJECT/NAME", Short: "List what was sent to a subscription, newest event first", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			project, name, err := subscriptionName(args[0])
			if err != nil {
				return err
			}
			if limit < 1 || limit > 200 {
				return usageError{fmt.Errorf("--limit must be 1 to 200, not %d", limit)}
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			answer, err := caller.ListDeliveriesWithResponse(cmd.Context(), project, name, &api.ListDeliveriesParams{Maxpagesize: &limit})
			if err := check(answer, err); err != nil {
				return err
			}
			return s.print(answer.JSON200.Value, func() error {
				var rows [][]string
				for _, d := range answer.JSON200.Value {
					rows = append(rows, []string{d.ID, strings.TrimSuffix(strings.TrimPrefix(d.Type, "io.lazuli."), ".v1"), string(d.Status), fmt.Sprint(d.Attempts), deliveryAnswer(d), orDash(momentOf(d.NextAt))})
				}
				return s.table("ID\tEVENT\tSTATUS\tATTEMPTS\tANSWER\tNEXT TRY", rows)
			})
		}}
	cmd.Flags().IntVar(&limit, "limit", limit, "show at most so many")
	return cmd
}

// deliveryAnswer is what the receiver said last.
func deliveryAnswer(d api.Delivery) string {
	switch {
	case d.Answer != nil && d.Problem != nil:
		return fmt.Sprintf("%d, %s", *d.Answer, *d.Problem)
	case d.Answer != nil:
		return fmt.Sprint(*d.Answer)
	case d.Problem != nil:
		return *d.Problem
	}
	return "-"
}

func momentOf(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.Local().Format(time.DateTime)
}

func (s *session) subscriptionRedeliver() *cobra.Command {
	return &cobra.Command{Use: "redeliver PROJECT/NAME ID", Short: "Send an event once more, whatever became of it", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			project, name, err := subscriptionName(args[0])
			if err != nil {
				return err
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			answer, err := caller.RedeliverEventWithResponse(cmd.Context(), project, name, args[1])
			if err := check(answer, err); err != nil {
				return err
			}
			return s.print(answer.JSON202, func() error {
				fmt.Fprintf(s.Out, "✓ %s is sent once more; see with:  lazuli subscription deliveries %s\n", answer.JSON202.Event, args[0])
				return nil
			})
		}}
}
