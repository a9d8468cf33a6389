package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
)

func (s *session) envExtend() *cobra.Command {
	var by, until string
	cmd := &cobra.Command{
		Use: "extend PROJECT/ENVIRONMENT", Short: "Put off when an environment expires", Args: cobra.ExactArgs(1),
		Long:    "Puts off when an environment is deleted by itself, within what its type allows from now on.",
		Example: "  lazuli env extend payments/dev --by P7D\n  lazuli env extend payments/dev --until 2026-12-24",
		RunE: func(cmd *cobra.Command, args []string) error {
			var body api.ExtensionRequest
			switch {
			case (by == "") == (until == ""):
				return usageError{errors.New("say --by P7D (days, hours or weeks, as ISO 8601 writes them) or --until 2026-12-24")}
			case by != "":
				body.By = &by
			default:
				at, err := dateOrTime(until)
				if err != nil {
					return err
				}
				body.Until = &at
			}
			return s.changeEnvironment(args[0], func(caller *client.ClientWithResponses, project, name string) (*api.Environment, error) {
				answer, err := caller.ExtendEnvironmentWithResponse(cmd.Context(), project, name, body)
				if err := check(answer, err); err != nil {
					return nil, err
				}
				return answer.JSON200, nil
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "by how much, such as P7D, P2W or PT12H")
	cmd.Flags().StringVar(&until, "until", "", "until when: a date, whose end it is, or a time such as 2026-12-24T18:00:00Z")
	return cmd
}

// dateOrTime reads a time, or a date that counts until its end, in UTC.
func dateOrTime(text string) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	date, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return date, usageError{fmt.Errorf("%q is neither a date such as 2026-12-24 nor a time such as 2026-12-24T18:00:00Z", text)}
	}
	return date.AddDate(0, 0, 1), nil
}

func (s *session) envProtect() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use: "protect PROJECT/ENVIRONMENT", Short: "Keep an environment from being deleted", Args: cobra.ExactArgs(1),
		Long:    "Keeps an environment from being deleted, by people and by its expiry. Whoever tries reads the reason.",
		Example: "  lazuli env protect payments/dev --reason \"customer demo until June\"",
		RunE: func(cmd *cobra.Command, args []string) error {
			if reason == "" {
				return usageError{errors.New("say why with --reason: whoever wants to delete it reads that")}
			}
			return s.changeEnvironment(args[0], func(caller *client.ClientWithResponses, project, name string) (*api.Environment, error) {
				answer, err := caller.ProtectEnvironmentWithResponse(cmd.Context(), project, name, api.ProtectionRequest{Reason: reason})
				if err := check(answer, err); err != nil {
					return nil, err
				}
				return answer.JSON200, nil
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, in one line")
	return cmd
}

func (s *session) envUnprotect() *cobra.Command {
	return &cobra.Command{
		Use: "unprotect PROJECT/ENVIRONMENT", Short: "Let an environment be deleted again", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.changeEnvironment(args[0], func(caller *client.ClientWithResponses, project, name string) (*api.Environment, error) {
				answer, err := caller.UnprotectEnvironmentWithResponse(cmd.Context(), project, name)
				if err := check(answer, err); err != nil {
					return nil, err
				}
				return answer.JSON200, nil
			})
		},
	}
}

// changeEnvironment does something to an environment, and shows what it is then.
func (s *session) changeEnvironment(arg string, change func(caller *client.ClientWithResponses, project, name string) (*api.Environment, error)) error {
	project, name, err := place(arg)
	if err != nil {
		return err
	}
	caller, err := s.api()
	if err != nil {
		return err
	}
	env, err := change(caller, project, name)
	if err != nil {
		return err
	}
	return s.print(env, func() error {
		fmt.Fprintf(s.Err, "✓ %s\n", arg)
		return s.table("", s.lifetime(*env, time.Now()))
	})
}

// lifetime are the rows that say how long an environment lives, and when it sleeps.
func (s *session) lifetime(env api.Environment, now time.Time) [][]string {
	expires := "never by itself"
	if env.ExpiresAt != nil {
		expires = env.ExpiresAt.UTC().Format("2006-01-02 15:04 UTC") + left(env.ExpiresAt.Sub(now))
	}
	rows := [][]string{{"Expires", expires}}
	if p := env.Protection; p != nil {
		rows = append(rows, []string{"Protected", fmt.Sprintf("since %s by %s: %s", p.At.UTC().Format(time.DateOnly), clean(p.By), clean(p.Reason))})
	}
	if env.Calendar != nil {
		rows = append(rows, []string{"Calendar", "off " + calendarText(*env.Calendar)})
	}
	if env.NextPowerAt != nil {
		rows = append(rows, []string{"Next", env.NextPowerAt.UTC().Format("2006-01-02 15:04 UTC")})
	}
	h := env.Hibernation
	if h == nil {
		return rows
	}
	if h.CalendarSaves != nil {
		rows = append(rows, []string{"Calendar saves", "about " + *h.CalendarSaves + " a month"})
	}
	if h.Since != nil {
		rows = append(rows, []string{"Asleep since", h.Since.UTC().Format("2006-01-02 15:04 UTC")})
	}
	return append(rows, []string{"Slept so far", fmt.Sprintf("%d hours, which saved %s", h.Hours, h.Saved)})
}

func left(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d <= 0:
		return " (past)"
	case d < 2*day:
		return fmt.Sprintf(" (in %d hours)", d/time.Hour)
	}
	return fmt.Sprintf(" (in %d days)", d/day)
}
