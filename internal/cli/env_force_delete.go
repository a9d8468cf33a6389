package cli

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
)

// minReason is the length of the shortest reason that the platform takes.
const minReason = 10

func (s *session) envForceDelete() *cobra.Command {
	var reason, confirm string
	var despite bool
	cmd := &cobra.Command{
		Use: "force-delete PROJECT/ENVIRONMENT", Short: "Call an environment deleted without proof (platform admins)", Args: cobra.ExactArgs(1),
		Long: `Breaks the glass: an environment whose deletion failed is called deleted, although things of it are left. Nothing is removed
by it; what is left has to be removed by hand. The audit log keeps the reason. Without the flags it asks for both.
One that is protected against deletion stays, unless --despite-protection says that it is to go all the same.`,
		Example: `  lazuli env force-delete payments/dev
  lazuli env force-delete payments/dev --confirm payments/dev --reason "The subscription was closed"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			project, name, err := place(args[0])
			if err != nil {
				return err
			}
			env, err := s.environment(cmd, args[0])
			if err != nil {
				return err
			}
			fmt.Fprintf(s.Err, "Environment %s is %s. It will be called deleted, without proof, and nothing will be removed.\n", args[0], env.State)
			if env.Failure != nil {
				showLeft(s.Err, *env.Failure)
			}
			if p := env.Protection; p != nil {
				fmt.Fprintf(s.Err, "(!) It is protected against deletion, by %s: %s\n", clean(p.By), clean(p.Reason))
			}
			if err := s.breakGlass(cmd, args[0], &reason, &confirm); err != nil {
				return err
			}
			return s.sendForcedDeletion(cmd, project, name, api.ForcedDeletion{Reason: reason, Confirm: confirm, DespiteProtection: &despite})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why nobody waits for the proof, in 10 to 500 characters")
	cmd.Flags().StringVar(&confirm, "confirm", "", "the environment's name again, in place of being asked to type it")
	cmd.Flags().BoolVar(&despite, "despite-protection", false, "it is protected against deletion, and is to go all the same")
	return cmd
}

// breakGlass asks for what was not given: the name, typed, and a reason. The platform checks both.
func (s *session) breakGlass(cmd *cobra.Command, place string, reason, confirm *string) error {
	if (*reason == "" || *confirm == "") && !s.interactive() {
		return usageError{errors.New("this takes a typed name and a reason, and there is no terminal to ask on: add --confirm and --reason")}
	}
	if *confirm == "" {
		if err := s.ask(cmd.Context(), fmt.Sprintf("Type %s to call it deleted: ", place), func(answer string) bool { *confirm = answer; return answer == place }); err != nil {
			return err
		}
	}
	if *reason != "" {
		return nil
	}
	return s.ask(cmd.Context(), "Why? (10 characters or more) ", func(answer string) bool {
		*reason = answer
		return utf8.RuneCountInString(strings.TrimSpace(answer)) >= minReason
	})
}

func (s *session) sendForcedDeletion(cmd *cobra.Command, project, name string, body api.ForcedDeletion) error {
	caller, err := s.api()
	if err != nil {
		return err
	}
	id := (&wish{}).operationID()
	answer, err := caller.ForceDeleteEnvironmentWithResponse(cmd.Context(), project, name, &api.ForceDeleteEnvironmentParams{OperationID: &id}, body)
	if err := check(answer, err); err != nil {
		return err
	}
	return s.print(answer.JSON200, func() error {
		fmt.Fprintf(s.Err, "(!) %s/%s is called deleted; that nothing is left is NOT proven. The audit log keeps the reason: lazuli audit --project %s\n", project, name, project)
		return nil
	})
}
