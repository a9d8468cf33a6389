package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
)

func (s *session) searchCommand() *cobra.Command {
	return &cobra.Command{Use: "search TEXT…", Short: "Find projects, environments, resources, teams, templates and operations", Args: cobra.MinimumNArgs(1),
		Example: `  lazuli search pay dev      what has words that begin with pay and dev
  lazuli search postgres     where PostgreSQL is used, and what makes it`,
		RunE: func(cmd *cobra.Command, args []string) error {
			caller, err := s.api()
			if err != nil {
				return err
			}
			answer, err := caller.SearchWithResponse(cmd.Context(), &api.SearchParams{Q: strings.Join(args, " ")})
			if err := check(answer, err); err != nil {
				return err
			}
			found := answer.JSON200
			return s.print(found, func() error {
				if len(found.Value) == 0 {
					fmt.Fprintln(s.Out, "Nothing of that name that you may see.")
					return nil
				}
				var rows [][]string
				for _, f := range found.Value {
					rows = append(rows, []string{string(f.Kind), f.Title, orDash(text(f.Detail)), "lazuli " + showing(f)})
				}
				if err := s.table("KIND\tWHAT\t\tSEE IT WITH", rows); err != nil {
					return err
				}
				s.sayIncomplete(found.Complete, "say more words")
				return nil
			})
		}}
}

// showing is the command that shows what was found.
func showing(f api.SearchResult) string {
	switch f.Kind {
	case api.SearchResultKindProject:
		return "project show " + f.Name
	case api.SearchResultKindEnvironment, api.SearchResultKindResource:
		return "env show " + text(f.Project) + "/" + text(f.Environment)
	case api.SearchResultKindOperation:
		return "operation show " + f.Name
	case api.SearchResultKindTeam:
		return "team show " + f.Name
	case api.SearchResultKindTemplate:
		return "template show " + f.Name
	case api.SearchResultKindEnvironmentType, api.SearchResultKindResourceType:
	}
	return "catalog list"
}

func (s *session) sayIncomplete(complete bool, what string) {
	if !complete {
		fmt.Fprintf(s.Err, "There is more than is told here: %s.\n", what)
	}
}

// operationsEverywhere lists operations of all projects.
func (s *session) operationsEverywhere(cmd *cobra.Command, ask api.ListAllOperationsParams, nothing string) error {
	caller, err := s.api()
	if err != nil {
		return err
	}
	answer, err := caller.ListAllOperationsWithResponse(cmd.Context(), &ask)
	if err := check(answer, err); err != nil {
		return err
	}
	found := answer.JSON200
	return s.print(found.Value, func() error {
		if len(found.Value) == 0 {
			fmt.Fprintln(s.Out, nothing)
		} else {
			var rows [][]string
			for _, op := range found.Value {
				rows = append(rows, []string{op.ID, op.Project + "/" + text(op.Environment), op.Kind, string(op.Status), op.CreatedAt.Local().Format(time.DateTime), op.RequestedBy})
			}
			if err := s.table("ID\tENVIRONMENT\tKIND\tSTATUS\tASKED AT\tBY", rows); err != nil {
				return err
			}
		}
		s.sayIncomplete(found.Complete, "name a project to see all of it")
		return nil
	})
}

// environmentsEverywhere lists the environments of all projects.
func (s *session) environmentsEverywhere(cmd *cobra.Command) error {
	caller, err := s.api()
	if err != nil {
		return err
	}
	all, err := collect(s, func(token *string) ([]api.Environment, *string, error) {
		answer, err := caller.ListAllEnvironmentsWithResponse(cmd.Context(), &api.ListAllEnvironmentsParams{PageToken: token})
		if err := check(answer, err); err != nil {
			return nil, nil, err
		}
		return answer.JSON200.Value, answer.JSON200.NextLink, nil
	})
	if err != nil {
		return err
	}
	return s.print(all, func() error {
		if len(all) == 0 {
			fmt.Fprintln(s.Out, "You see no environments. Next:  lazuli project list")
			return nil
		}
		var rows [][]string
		for _, e := range all {
			rows = append(rows, []string{e.Project + "/" + e.Name, e.Type, string(e.State), orDash(text(e.Template)), orDash(text(e.CreatedBy))})
		}
		return s.table("ENVIRONMENT\tTYPE\tSTATE\tTEMPLATE\tMADE BY", rows)
	})
}
