package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/cli/run"
)

// runCommand is for pipeline runs, not for people: infra/scripts calls it.
func (s *session) runCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "run", Short: "What pipeline runs do (infra/pipelines/deploy.yml)", Hidden: true}
	step := func(name, short string, do func(*run.Session, context.Context) error) {
		cmd.AddCommand(&cobra.Command{Use: name, Short: short, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			session, err := run.FromEnvironment(s.getenv, s.Out)
			if err != nil {
				return err
			}
			return do(session, cmd.Context())
		}})
	}
	step("start", "Claim the operation", (*run.Session).Start)
	step("bundle", "Fetch the Terraform root", (*run.Session).Bundle)
	step("plan", "Report the plan", (*run.Session).Plan)
	step("restore", "Take the plan that was approved", (*run.Session).Restore)
	step("prove", "After a deletion, look for what is left", (*run.Session).Prove)
	step("result", "Report the result", (*run.Session).Result)
	var name, folder string
	engine := &cobra.Command{Use: "engine -- ARGS", Short: "Run the Terraform engine", Args: cobra.MinimumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		session, err := run.FromEnvironment(s.getenv, s.Out)
		if err != nil {
			return err
		}
		return session.RunEngine(cmd.Context(), name, folder, args)
	}}
	engine.Flags().StringVar(&name, "step", "engine", "name of the step, for the error")
	engine.Flags().StringVar(&folder, "folder", "", "folder beneath the root")
	cmd.AddCommand(engine)
	return cmd
}
