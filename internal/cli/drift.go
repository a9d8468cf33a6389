package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
)

func (s *session) driftCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "drift", Short: "Drift: what somebody changed outside, and what is to become of it"}
	cmd.AddCommand(s.driftCheck(), s.driftShow(), s.driftPutBack(), s.driftAdopt(), s.driftIgnore(), s.driftNotice())
	return cmd
}

func (s *session) driftCheck() *cobra.Command {
	w := &wish{}
	cmd := &cobra.Command{
		Use: "check PROJECT/ENVIRONMENT", Short: "Look now whether an environment is still as it was deployed", Args: cobra.ExactArgs(1),
		Long:    "Plans what is deployed once more, and changes nothing, whatever it finds.",
		Example: "  lazuli drift check payments/prod",
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.driftOperation(cmd, args[0], w, func(ctx context.Context, caller *client.ClientWithResponses, project, name, id string) (string, error) {
				answer, err := caller.CheckDriftWithResponse(ctx, project, name, &api.CheckDriftParams{OperationID: &id})
				if err := check(answer, err); err != nil {
					return "", err
				}
				return answer.JSON202.ID, nil
			})
		},
	}
	w.waitFlags(cmd)
	return cmd
}

func (s *session) driftPutBack() *cobra.Command {
	w := &wish{}
	cmd := &cobra.Command{
		Use: "put-back PROJECT/ENVIRONMENT", Short: "Make an environment again what it was deployed as", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.driftOperation(cmd, args[0], w, func(ctx context.Context, caller *client.ClientWithResponses, project, name, id string) (string, error) {
				if err := s.confirmDrift(ctx, caller, w, args[0], "Put this back?"); err != nil {
					return "", err
				}
				answer, err := caller.PutBackDriftWithResponse(ctx, project, name, &api.PutBackDriftParams{OperationID: &id})
				if err := check(answer, err); err != nil {
					return "", err
				}
				return answer.JSON202.ID, nil
			})
		},
	}
	w.waitFlags(cmd)
	return cmd
}

func (s *session) driftAdopt() *cobra.Command {
	w := &wish{}
	var rest bool
	cmd := &cobra.Command{
		Use: "adopt PROJECT/ENVIRONMENT", Short: "Make what was found the wanted state", Args: cobra.ExactArgs(1),
		Long: `Puts what was found into the inputs of the manifest, where a property is an input of its resource, and deploys that. The
environment has a manifest of its own from then on, and no template. A deployment puts everything else back: what cannot be adopted
is told, and is put back with --put-back-rest alone.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.driftOperation(cmd, args[0], w, func(ctx context.Context, caller *client.ClientWithResponses, project, name, id string) (string, error) {
				if err := s.confirmDrift(ctx, caller, w, args[0], "Adopt this?"); err != nil {
					return "", err
				}
				answer, err := caller.AdoptDriftWithResponse(ctx, project, name, &api.AdoptDriftParams{OperationID: &id}, api.DriftAdoptionSpec{PutBackRest: &rest})
				if err := check(answer, err); err != nil {
					return "", err
				}
				for _, a := range answer.JSON202.Adopted {
					fmt.Fprintf(s.Err, "  adopted   %s %s is input %s of %s\n", clean(a.Address), clean(a.Property), clean(a.Input), clean(a.Alias))
				}
				for _, u := range answer.JSON202.PutBack {
					fmt.Fprintf(s.Err, "  put back  %s %s: %s\n", clean(u.Address), clean(text(u.Property)), clean(u.Reason))
				}
				return answer.JSON202.Operation.ID, nil
			})
		},
	}
	cmd.Flags().BoolVar(&rest, "put-back-rest", false, "put back what cannot be adopted")
	w.waitFlags(cmd)
	return cmd
}

// driftOperation asks for something that takes time, and watches it.
func (s *session) driftOperation(cmd *cobra.Command, arg string, w *wish, ask func(context.Context, *client.ClientWithResponses, string, string, string) (string, error)) error {
	project, name, err := place(arg)
	if err != nil {
		return err
	}
	caller, err := s.api()
	if err != nil {
		return err
	}
	id, err := ask(cmd.Context(), caller, project, name, w.operationID())
	if err != nil {
		return err
	}
	return s.follow(cmd.Context(), caller, id, w)
}

// confirmDrift shows what is known and asks, unless that was answered beforehand.
func (s *session) confirmDrift(ctx context.Context, caller *client.ClientWithResponses, w *wish, arg, question string) error {
	report, err := driftOf(ctx, caller, arg)
	if err != nil {
		return err
	}
	s.showDrift(s.Err, arg, *report)
	if w.yes {
		return nil
	}
	return s.ask(ctx, question+" (y/N) ", func(answer string) bool { return answer == "y" || answer == "yes" })
}

func driftOf(ctx context.Context, caller *client.ClientWithResponses, arg string) (*api.DriftReport, error) {
	project, name, err := place(arg)
	if err != nil {
		return nil, err
	}
	answer, err := caller.GetDriftReportWithResponse(ctx, project, name)
	if err := check(answer, err); err != nil {
		return nil, err
	}
	return answer.JSON200, nil
}

func (s *session) driftShow() *cobra.Command {
	return &cobra.Command{Use: "show PROJECT/ENVIRONMENT", Short: "Show what the last look found", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		caller, err := s.api()
		if err != nil {
			return err
		}
		report, err := driftOf(cmd.Context(), caller, args[0])
		if err != nil {
			return err
		}
		return s.print(report, func() error { s.showDrift(s.Out, args[0], *report); return nil })
	}}
}

func (s *session) driftIgnore() *cobra.Command {
	var until, property, reason string
	cmd := &cobra.Command{
		Use: "ignore PROJECT/ENVIRONMENT ADDRESS", Short: "Ignore a drifted resource, or a property of it, until a date", Args: cobra.ExactArgs(2),
		Example: `  lazuli drift ignore payments/prod module.db.azurerm_postgresql_flexible_server.this --property tags --until 2027-01-31 \
    --reason "The tagging policy is being rolled out"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			at, err := dateOf(until, time.Now())
			if err != nil {
				return err
			}
			project, name, err := place(args[0])
			if err != nil {
				return err
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			spec := api.DriftNoteSpec{Address: args[1], Until: at, Reason: reason}
			if property != "" {
				spec.Path = &property
			}
			answer, err := caller.IgnoreDriftWithResponse(cmd.Context(), project, name, spec)
			if err := check(answer, err); err != nil {
				return err
			}
			return s.print(answer.JSON200, func() error { s.showDrift(s.Out, args[0], *answer.JSON200); return nil })
		},
	}
	cmd.Flags().StringVar(&until, "until", "", "a date such as 2027-01-31, or a time from now such as 30d; at most 90 days")
	cmd.Flags().StringVar(&property, "property", "", "the property, with all beneath it; the whole resource without")
	cmd.Flags().StringVar(&reason, "reason", "", "why, in 10 to 500 characters")
	_ = cmd.MarkFlagRequired("until") // the flag is there
	_ = cmd.MarkFlagRequired("reason")
	return cmd
}

func (s *session) driftNotice() *cobra.Command {
	return &cobra.Command{Use: "notice PROJECT/ENVIRONMENT NOTE", Short: "Ignore it no longer", Args: cobra.ExactArgs(2), RunE: func(cmd *cobra.Command, args []string) error {
		project, name, err := place(args[0])
		if err != nil {
			return err
		}
		caller, err := s.api()
		if err != nil {
			return err
		}
		answer, err := caller.DeleteDriftNoteWithResponse(cmd.Context(), project, name, args[1])
		if err := check(answer, err); err != nil {
			return err
		}
		fmt.Fprintf(s.Err, "✓ note %s of %s is gone\n", clean(args[1]), args[0])
		return nil
	}}
}

// dateOf reads a date, whose whole day counts, or a number of days from now.
func dateOf(text string, now time.Time) (time.Time, error) {
	if at, err := time.Parse(time.DateOnly, text); err == nil {
		return at.AddDate(0, 0, 1), nil
	}
	var days int
	var unit string
	if n, _ := fmt.Sscanf(text, "%d%s", &days, &unit); n == 2 && unit == "d" && days > 0 {
		return now.AddDate(0, 0, days).UTC(), nil
	}
	return time.Time{}, usageError{errors.New("--until takes a date such as 2027-01-31, or days from now such as 30d")}
}
