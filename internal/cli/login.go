package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/cli/auth"
)

func (s *session) loginCommand() *cobra.Command {
	var how auth.Options
	cmd := &cobra.Command{
		Use: "login", Short: "Sign in", Args: cobra.NoArgs,
		Long: `Sign in with a browser, with a code that is typed into a browser elsewhere, or, at the
platform of "lazuli up" alone, as one of its four people: admin, team-owner, developer, viewer.`,
		Example: "  lazuli login\n  lazuli login --device-code\n  lazuli login --as developer",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := s.authConfig()
			if err != nil {
				return err
			}
			account, err := auth.Login(cmd.Context(), cfg, how)
			if err != nil {
				return err
			}
			team := ""
			if account.Team != "" {
				team = "  (team: " + clean(account.Team) + ")"
			}
			fmt.Fprintf(s.Err, "✓ Signed in to %s as %s%s\n", s.address(), clean(account.Username), team)
			return nil
		},
	}
	cmd.Flags().StringVar(&how.As, "as", "", "who to be, at the platform of lazuli up")
	cmd.Flags().BoolVar(&how.DeviceCode, "device-code", false, "show a code to type into a browser on any machine")
	cmd.MarkFlagsMutuallyExclusive("as", "device-code")
	return cmd
}

func (s *session) logoutCommand() *cobra.Command {
	return &cobra.Command{Use: "logout", Short: "Forget the sign-in", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		cfg, err := s.authConfig()
		if err != nil {
			return err
		}
		if err := auth.Logout(cmd.Context(), cfg); err != nil {
			return err
		}
		fmt.Fprintln(s.Err, "✓ Signed out of", s.address())
		return nil
	}}
}

func (s *session) whoamiCommand() *cobra.Command {
	return &cobra.Command{Use: "whoami", Short: "Say who you are, and what you may do", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		api, err := s.api()
		if err != nil {
			return err
		}
		answer, err := api.GetMeWithResponse(cmd.Context())
		if err := check(answer, err); err != nil {
			return err
		}
		me := answer.JSON200
		return s.print(me, func() error {
			var roles []string
			for _, r := range me.Roles {
				roles = append(roles, string(r))
			}
			rows := [][]string{{"Id", me.ID}, {"Name", me.Name}, {"Team", orDash(text(me.Team))}, {"Platform roles", orDash(strings.Join(roles, ", "))}}
			for _, p := range me.Projects {
				rows = append(rows, []string{"Project " + p.Project, string(p.Role)})
			}
			return s.table("", rows)
		})
	}}
}
