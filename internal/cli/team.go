package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
)

func (s *session) teamCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "team", Short: "Teams: who owns projects, and what they may use", Aliases: []string{"teams"},
		Long: `A team owns projects. What somebody holds at a team counts in all of them, and the quota of a team is
for all of them together.`}
	cmd.AddCommand(s.teamList(), s.teamShow(), s.teamCreate(), s.teamUpdate(), s.teamDelete(), s.teamUsage())
	return cmd
}

func (s *session) teamList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List the teams that you see", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		caller, err := s.api()
		if err != nil {
			return err
		}
		teams, err := collect(s, func(token *string) ([]api.Team, *string, error) {
			answer, err := caller.ListTeamsWithResponse(cmd.Context(), &api.ListTeamsParams{PageToken: token})
			if err := check(answer, err); err != nil {
				return nil, nil, err
			}
			return answer.JSON200.Value, answer.JSON200.NextLink, nil
		})
		if err != nil {
			return err
		}
		return s.print(teams, func() error {
			if len(teams) == 0 {
				fmt.Fprintln(s.Out, "You see no teams: a role at one is needed for that. A platform admin makes one:  lazuli team create NAME --member ID=TeamOwner")
				return nil
			}
			var rows [][]string
			for _, t := range teams {
				rows = append(rows, []string{t.Name, t.Title, fmt.Sprint(len(t.Members)), orDash(strings.Join(t.Projects, ", "))})
			}
			return s.table("NAME\tTITLE\tMEMBERS\tPROJECTS", rows)
		})
	}}
}

func (s *session) teamShow() *cobra.Command {
	return &cobra.Command{Use: "show NAME", Short: "Show a team with its members, its projects and its quota", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		t, err := s.team(cmd, args[0])
		if err != nil {
			return err
		}
		return s.print(t, func() error {
			rows := append([][]string{{"Name", t.Name}, {"Title", t.Title}, {"Projects", orDash(strings.Join(t.Projects, ", "))}}, quotaRows(t.Quota)...)
			if err := s.table("", rows); err != nil {
				return err
			}
			return s.printMembers(inTeam(t.Members), "/teams/"+t.Name)
		})
	}}
}

func (s *session) team(cmd *cobra.Command, name string) (*api.Team, error) {
	caller, err := s.api()
	if err != nil {
		return nil, err
	}
	answer, err := caller.GetTeamWithResponse(cmd.Context(), name)
	if err := check(answer, err); err != nil {
		return nil, err
	}
	return answer.JSON200, nil
}
