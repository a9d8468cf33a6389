package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
)

func (s *session) envDelete() *cobra.Command {
	w := &wish{}
	cmd := &cobra.Command{
		Use: "delete PROJECT/ENVIRONMENT", Short: "Delete an environment, and prove that nothing is left", Args: cobra.ExactArgs(1),
		Example: "  lazuli env delete payments/dev",
		RunE: func(cmd *cobra.Command, args []string) error {
			project, name, err := place(args[0])
			if err != nil {
				return err
			}
			env, err := s.environment(cmd, args[0])
			if err != nil {
				return err
			}
			fmt.Fprintf(s.Err, "Environment %s and everything in it will be gone:\n", args[0])
			for _, alias := range slices.Sorted(maps.Keys(env.Outputs)) {
				fmt.Fprintf(s.Err, "  - %s\n", clean(alias))
			}
			if err := s.confirm(cmd.Context(), w.yes, args[0]); err != nil {
				return err
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			id := w.operationID()
			answer, err := caller.DeleteEnvironmentWithResponse(cmd.Context(), project, name, &api.DeleteEnvironmentParams{OperationID: &id})
			if err := check(answer, err); err != nil {
				return err
			}
			if answer.JSON202 == nil {
				fmt.Fprintf(s.Err, "There is no environment %s.\n", args[0])
				return nil
			}
			return s.follow(cmd.Context(), caller, answer.JSON202.ID, w)
		},
	}
	w.waitFlags(cmd)
	return cmd
}

// showWhatIsLeft lists after a deletion that failed what is there still.
func (s *session) showWhatIsLeft(ctx context.Context, caller *client.ClientWithResponses, op api.Operation) {
	if op.Kind != "deleteEnvironment" || op.Status != "Failed" {
		return
	}
	answer, err := caller.GetEnvironmentWithResponse(ctx, op.Project, text(op.Environment))
	if check(answer, err) == nil && answer.JSON200.Failure != nil && answer.JSON200.Failure.Operation == op.ID {
		showLeft(s.Err, *answer.JSON200.Failure)
	}
}

func showLeft(to io.Writer, f api.EnvironmentFailure) {
	if len(f.Remaining) == 0 {
		return
	}
	fmt.Fprintf(to, "Left over (%d):\n", len(f.Remaining))
	for _, name := range f.Remaining {
		fmt.Fprintf(to, "  - %s\n", clean(name))
	}
}

// confirm asks a person to type the name of what will be gone, unless that was answered beforehand.
func (s *session) confirm(ctx context.Context, yes bool, name string) error {
	if yes {
		return nil
	}
	return s.ask(ctx, fmt.Sprintf("Type %s to delete it: ", name), func(answer string) bool { return answer == name })
}
