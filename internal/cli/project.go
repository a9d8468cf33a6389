package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
)

func (s *session) projectCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "project", Short: "The products of your teams", Aliases: []string{"projects"}}
	cmd.AddCommand(s.projectCreate(), s.projectList(), s.projectShow(), s.projectUpdate(), s.projectPin(), s.projectUsage())
	return cmd
}

func (s *session) projectList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List the projects that you see", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		projects, err := collect(s, func(token *string) ([]api.Project, *string, error) {
			caller, err := s.api()
			if err != nil {
				return nil, nil, err
			}
			answer, err := caller.ListProjectsWithResponse(cmd.Context(), &api.ListProjectsParams{PageToken: token})
			if err := check(answer, err); err != nil {
				return nil, nil, err
			}
			return answer.JSON200.Value, answer.JSON200.NextLink, nil
		})
		if err != nil {
			return err
		}
		return s.print(projects, func() error {
			if len(projects) == 0 {
				fmt.Fprintln(s.Out, "You see no projects yet. An admin makes one:  lazuli project create NAME")
				return nil
			}
			var rows [][]string
			for _, p := range projects {
				rows = append(rows, []string{p.Name, p.Title, p.Team, fmt.Sprint(len(p.Members))})
			}
			return s.table("NAME\tTITLE\tTEAM\tMEMBERS", rows)
		})
	}}
}

func (s *session) projectShow() *cobra.Command {
	return &cobra.Command{Use: "show NAME", Short: "Show a project with its members, its budget and its quota", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		caller, err := s.api()
		if err != nil {
			return err
		}
		p, err := projectNamed(cmd.Context(), caller, args[0])
		if err != nil {
			return err
		}
		return s.print(p, func() error {
			if err := s.table("", projectRows(p)); err != nil {
				return err
			}
			return s.printMembers(p.Members, p.Name)
		})
	}}
}

func projectRows(p api.Project) [][]string {
	types := "all"
	if len(p.EnvironmentTypes) > 0 {
		types = strings.Join(p.EnvironmentTypes, ", ")
	}
	rows := append([][]string{{"Name", p.Name}, {"Title", p.Title}, {"Team", p.Team}, {"Environment types", types}}, quotaRows(p.Quota)...)
	if p.Budget != nil {
		rows = append(rows, []string{"Budget", p.Budget.Monthly + " a month, over it: " + string(p.Budget.Over)})
	}
	for _, pin := range p.Pins {
		rows = append(rows, []string{"Pin " + string(pin.Kind), pin.Name + "@" + pin.Version})
	}
	return rows
}

func projectNamed(ctx context.Context, caller *client.ClientWithResponses, name string) (api.Project, error) {
	answer, err := caller.GetProjectWithResponse(ctx, name)
	if err := check(answer, err); err != nil {
		return api.Project{}, err
	}
	return *answer.JSON200, nil
}
