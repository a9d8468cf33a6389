package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
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
		caller, err := s.api()
		if err != nil {
			return err
		}
		answer, err := caller.GetMeWithResponse(cmd.Context())
		if err := check(answer, err); err != nil {
			return err
		}
		me := answer.JSON200
		return s.print(me, func() error { return s.printMe(*me) })
	}}
}

func (s *session) printMe(me api.Me) error {
	if err := s.table("", [][]string{{"Id", me.ID}, {"Name", me.Name}, {"Team", orDash(text(me.Team))}}); err != nil {
		return err
	}
	if me.GroupsOmitted != nil && *me.GroupsOmitted {
		fmt.Fprintf(s.Out, "\n! %s\n", groupsOmitted)
	}
	rows := heldBy(me)
	if len(rows) == 0 {
		fmt.Fprintln(s.Out, "\nYou hold no role yet. The owner of a project or a team gives you one:  lazuli access grant ROLE --to "+clean(me.ID)+" --at PROJECT")
		return nil
	}
	fmt.Fprintln(s.Out)
	return s.table("ROLE\tAT\tCOUNTS IN", rows)
}

// heldBy lists the roles of a person, each once, with the projects that it counts in.
func heldBy(me api.Me) [][]string {
	var rows [][]string
	for _, role := range me.Roles {
		rows = append(rows, []string{role, "/", "everything"})
	}
	for _, held := range me.Teams {
		rows = append(rows, []string{held.Role, "/teams/" + held.Team, ""})
	}
	for _, held := range me.Projects {
		at := slices.IndexFunc(rows, func(row []string) bool { return row[0] == held.Role && row[1] == held.Scope })
		switch {
		case at < 0:
			rows = append(rows, []string{held.Role, held.Scope, held.Project})
		case rows[at][2] == "":
			rows[at][2] = held.Project
		default:
			rows[at][2] += ", " + held.Project
		}
	}
	for _, row := range rows {
		row[2] = orDash(row[2])
	}
	return rows
}
