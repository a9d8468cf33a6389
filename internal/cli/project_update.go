package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
)

// projectChange is what to write of a project. Its members may be none, which the generated type cannot say: it leaves out what is
// empty, and what is left out stays as it is.
type projectChange struct {
	api.ProjectSpec
	Members *[]api.Member `json:"members,omitempty"`
}

// changeOf is a project as it is, with its members left as they are.
func changeOf(p api.Project) projectChange {
	return projectChange{ProjectSpec: api.ProjectSpec{Title: p.Title, Team: p.Team, Pins: p.Pins, Budget: p.Budget, Quota: p.Quota, EnvironmentTypes: p.EnvironmentTypes}}
}

// put writes the change if p is still what it was when it was read.
func (c projectChange) put(ctx context.Context, caller *client.ClientWithResponses, p api.Project) (*api.Onboarding, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("encode the project: %w", err)
	}
	answer, err := caller.PutProjectWithBodyWithResponse(ctx, p.Name, &api.PutProjectParams{IfMatch: &p.Etag}, "application/json", bytes.NewReader(body))
	if err := check(answer, err); err != nil {
		return nil, err
	}
	return answer.JSON200, nil
}

// projectEdit is what flags say about a project that is there.
type projectEdit struct {
	title, team, budget, over string
	types                     []string
	members                   memberChange
	quota                     quotaFlags
}

func (e *projectEdit) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&e.title, "title", "", "what people call it")
	cmd.Flags().StringVar(&e.team, "team", "", "the team to give it to (platform admins)")
	e.members.flags(cmd)
	cmd.Flags().StringVar(&e.budget, "budget", "", "what all its environments may cost in a month, such as 500; none takes the budget away")
	cmd.Flags().StringVar(&e.over, "over-budget", "", "what becomes of a request over budget: approve or refuse")
	cmd.Flags().StringArrayVar(&e.types, "environment-type", nil, "the types that new environments may have, in place of those before; * is all; may be repeated")
	e.quota.flags(cmd)
}

func (s *session) projectUpdate() *cobra.Command {
	e := &projectEdit{}
	cmd := &cobra.Command{
		Use: "update NAME", Short: "Change a project's title, members, budget or quota", Args: cobra.ExactArgs(1),
		Long: `Changes what is said and leaves the rest. When somebody else changes the project at the same time, nothing is
changed and you are told. Budget, quota and environment types take the action quotas/write, which platform admins
have. For a role at one environment, or for a time:  lazuli access grant`,
		Example: "  lazuli project update payments --add-member viewer=Reader --remove-member developer=Contributor\n  lazuli project update payments --budget 800 --environments 5 --resource postgres=none",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := mustChange(cmd); err != nil {
				return err
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			p, err := projectNamed(cmd.Context(), caller, args[0])
			if err != nil {
				return err
			}
			change, err := e.change(cmd, p)
			if err != nil {
				return err
			}
			put, err := change.put(cmd.Context(), caller, p)
			if err != nil {
				return err
			}
			return s.print(put, func() error {
				fmt.Fprintf(s.Out, "✓ project %s is as you said; look:  lazuli project show %s\n", p.Name, p.Name)
				return nil
			})
		},
	}
	e.flags(cmd)
	return cmd
}

func (e *projectEdit) change(cmd *cobra.Command, p api.Project) (projectChange, error) {
	change := changeOf(p)
	if e.title != "" {
		change.Title = e.title
	}
	if e.team != "" {
		change.Team = e.team
	}
	if slices.Equal(e.types, []string{"*"}) {
		change.EnvironmentTypes = nil
	} else if len(e.types) > 0 {
		change.EnvironmentTypes = e.types
	}
	if e.members.asked() {
		after, err := e.members.apply(p.Members)
		if err != nil {
			return change, err
		}
		change.Members = &after
	}
	var err error
	if change.Budget, err = e.budgetAfter(p.Budget); err != nil {
		return change, err
	}
	change.Quota, err = e.quota.apply(cmd, p.Quota)
	return change, err
}

func (e *projectEdit) budgetAfter(before *api.Budget) (*api.Budget, error) {
	if e.budget == "none" {
		return nil, nil
	}
	after := api.Budget{Over: "refuse"}
	if before != nil {
		after = *before
	}
	if e.budget != "" {
		after.Monthly = e.budget
	}
	if e.over != "" {
		after.Over = api.BudgetOver(e.over)
	}
	if after.Monthly == "" {
		if e.over != "" {
			return nil, usageError{errors.New("there is no budget yet: say which with --budget")}
		}
		return nil, nil
	}
	return &after, nil
}
