package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
)

func (s *session) projectCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "project", Short: "The products of your teams", Aliases: []string{"projects"}}
	cmd.AddCommand(s.projectCreate(), s.projectList(), s.projectShow(), s.projectPin())
	return cmd
}

func (s *session) projectCreate() *cobra.Command {
	var title, team, budget, over string
	var members []string
	cmd := &cobra.Command{
		Use: "create NAME", Short: "Create a project (platform admins)", Args: cobra.ExactArgs(1),
		Example: "  lazuli project create payments --title Payments --team payments \\\n    --member team-owner=TeamOwner --member developer=Contributor",
		RunE: func(cmd *cobra.Command, args []string) error {
			spec := api.ProjectSpec{Title: title, Team: team, Members: []api.Member{}}
			if title == "" {
				spec.Title = args[0]
			}
			if team == "" {
				spec.Team = args[0]
			}
			for _, m := range members {
				id, role, ok := strings.Cut(m, "=")
				if !ok {
					return usageError{fmt.Errorf("--member is ID=ROLE, such as developer=Contributor, not %q", m)}
				}
				spec.Members = append(spec.Members, api.Member{ID: id, Role: role})
			}
			if budget != "" {
				spec.Budget = &api.Budget{Monthly: budget, Over: api.BudgetOver(over)}
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			create := "*"
			answer, err := caller.PutProjectWithResponse(cmd.Context(), args[0], &api.PutProjectParams{IfNoneMatch: &create}, spec)
			if err := check(answer, err); err != nil {
				return err
			}
			return s.print(answer.JSON201, func() error {
				fmt.Fprintf(s.Out, "✓ project %s is there; next:  lazuli env create %s/dev --template web-service-with-database\n", args[0], args[0])
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&title, "title", "", "what people call it (default the name)")
	cmd.Flags().StringVar(&team, "team", "", "the team that owns it (default the name)")
	cmd.Flags().StringArrayVar(&members, "member", nil, "ID=ROLE, with TeamOwner, Contributor or Reader; may be repeated")
	cmd.Flags().StringVar(&budget, "budget", "", "what all its environments may cost in a month, such as 500")
	cmd.Flags().StringVar(&over, "over-budget", "refuse", "what becomes of a request over budget: approve or refuse")
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
	return &cobra.Command{Use: "show NAME", Short: "Show a project", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		caller, err := s.api()
		if err != nil {
			return err
		}
		answer, err := caller.GetProjectWithResponse(cmd.Context(), args[0])
		if err := check(answer, err); err != nil {
			return err
		}
		p := answer.JSON200
		return s.print(p, func() error {
			rows := [][]string{{"Name", p.Name}, {"Title", p.Title}, {"Team", p.Team}}
			for _, m := range p.Members {
				rows = append(rows, []string{"Member " + m.ID, string(m.Role)})
			}
			if p.Budget != nil {
				rows = append(rows, []string{"Budget", p.Budget.Monthly + " a month, over it: " + string(p.Budget.Over)})
			}
			for _, pin := range p.Pins {
				rows = append(rows, []string{"Pin " + string(pin.Kind), pin.Name + "@" + pin.Version})
			}
			return s.table("", rows)
		})
	}}
}
