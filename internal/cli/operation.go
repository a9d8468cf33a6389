package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
)

func (s *session) operationCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "operation", Short: "What is going on, and what went on", Aliases: []string{"operations", "op"}}
	cmd.AddCommand(s.operationList(), s.operationShow(), s.operationWatch(), s.operationCancel(), s.operationRetry(), s.operationLogs())
	return cmd
}

func (s *session) operationList() *cobra.Command {
	var status, environment string
	var mine bool
	cmd := &cobra.Command{Use: "list [PROJECT]", Short: "List the operations of a project, or the newest of all of them", Args: cobra.MaximumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			if environment != "" {
				return usageError{errors.New("--env needs a project")}
			}
			ask := api.ListAllOperationsParams{Mine: &mine}
			if status != "" {
				wanted := api.OperationStatus(status)
				ask.Status = &wanted
			}
			return s.operationsEverywhere(cmd, ask, "Nothing of that kind was done lately that you may see.")
		}
		if mine {
			return usageError{errors.New("--mine is for the list of all projects")}
		}
		caller, err := s.api()
		if err != nil {
			return err
		}
		params := api.ListOperationsParams{}
		if status != "" {
			wanted := api.OperationStatus(status)
			params.Status = &wanted
		}
		if environment != "" {
			params.InEnvironment = &environment
		}
		all, err := collect(s, func(token *string) ([]api.Operation, *string, error) {
			params.PageToken = token
			answer, err := caller.ListOperationsWithResponse(cmd.Context(), args[0], &params)
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
				fmt.Fprintf(s.Out, "Nothing was done in project %s yet.\n", args[0])
				return nil
			}
			var rows [][]string
			for _, op := range all {
				rows = append(rows, []string{op.ID, text(op.Environment), op.Kind, string(op.Status), op.CreatedAt.Local().Format(time.DateTime), op.RequestedBy})
			}
			return s.table("ID\tENVIRONMENT\tKIND\tSTATUS\tASKED AT\tBY", rows)
		})
	}}
	cmd.Flags().StringVar(&status, "status", "", "only NotStarted, Running, Succeeded, Failed or Canceled ones")
	cmd.Flags().StringVar(&environment, "env", "", "only those of this environment")
	cmd.Flags().BoolVar(&mine, "mine", false, "only what you asked for, of all projects")
	return cmd
}

func (s *session) operationShow() *cobra.Command {
	return &cobra.Command{Use: "show ID", Short: "Show an operation", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		caller, err := s.api()
		if err != nil {
			return err
		}
		answer, err := caller.GetOperationWithResponse(cmd.Context(), args[0], &api.GetOperationParams{})
		if err := check(answer, err); err != nil {
			return err
		}
		op := answer.JSON200
		return s.print(op, func() error {
			rows := [][]string{{"Id", op.ID}, {"Kind", op.Kind}, {"Of", op.Resource}, {"Status", string(op.Status)}, {"Stage", string(op.Stage)}, {"By", op.RequestedBy}}
			if op.Run != nil {
				rows = append(rows, []string{"Run", op.Run.ID + "  " + text(op.Run.URL)})
			}
			if op.Message != nil {
				rows = append(rows, []string{"Waits", *op.Message})
			}
			if op.Percent != nil && op.Status == "Running" {
				rows = append(rows, []string{"Progress", fmt.Sprintf("%d %%", *op.Percent)})
			}
			for _, line := range stepLines(op.Steps) {
				rows = append(rows, []string{"Step " + line.label, statusOf(line.step)})
			}
			if err := s.table("", rows); err != nil {
				return err
			}
			s.showFailure(*op)
			return nil
		})
	}}
}

func (s *session) operationWatch() *cobra.Command {
	w := &wish{through: true}
	cmd := &cobra.Command{Use: "watch ID", Short: "Watch an operation to its end, also while it waits for approval", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		caller, err := s.api()
		if err != nil {
			return err
		}
		return s.follow(cmd.Context(), caller, args[0], w)
	}}
	cmd.Flags().DurationVar(&w.timeout, "timeout", 0, "watch no longer than this, such as 10m")
	return cmd
}

func (s *session) operationCancel() *cobra.Command {
	return &cobra.Command{Use: "cancel ID", Short: "Ask for the end of an operation", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		caller, err := s.api()
		if err != nil {
			return err
		}
		answer, err := caller.CancelOperationWithResponse(cmd.Context(), args[0])
		if err := check(answer, err); err != nil {
			return err
		}
		return s.print(answer.JSON202, func() error {
			if answer.JSON202.Status == "Canceled" {
				fmt.Fprintln(s.Out, "✓ canceled; nothing had begun")
				return nil
			}
			fmt.Fprintf(s.Out, "The run was asked to stop. To see its end:  lazuli operation watch %s\n", args[0])
			return nil
		})
	}}
}

func (s *session) operationRetry() *cobra.Command {
	w := &wish{}
	cmd := &cobra.Command{Use: "retry ID", Short: "Try again what failed or was canceled", Args: cobra.ExactArgs(1),
		Long: `A new operation with the manifest, the definitions and the mode of the one that is tried again. Terraform goes on
where it stopped. Only the last change of an environment can be tried again.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			caller, err := s.api()
			if err != nil {
				return err
			}
			id := w.operationID()
			answer, err := caller.RetryOperationWithResponse(cmd.Context(), args[0], &api.RetryOperationParams{OperationID: &id})
			if err := check(answer, err); err != nil {
				return err
			}
			return s.follow(cmd.Context(), caller, answer.JSON202.ID, w)
		}}
	w.waitFlags(cmd)
	return cmd
}

func (s *session) operationLogs() *cobra.Command {
	var follow bool
	cmd := &cobra.Command{Use: "logs ID", Short: "Show the log of an operation's run", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		caller, err := s.api()
		if err != nil {
			return err
		}
		after := ""
		for {
			answer, err := caller.GetOperationLogsWithResponse(cmd.Context(), args[0], &api.GetOperationLogsParams{After: &after})
			if err := check(answer, err); err != nil {
				return err
			}
			for _, line := range answer.JSON200.Value {
				fmt.Fprintf(s.Out, "%-8s %s\n", clean(line.Step), clean(line.Text))
			}
			news := len(answer.JSON200.Value) > 0 || answer.JSON200.Next != after // steps without a line are passed over as well
			after = answer.JSON200.Next
			if answer.JSON200.Complete || !news && !follow {
				return nil
			}
			if news {
				continue
			}
			timer := time.NewTimer(time.Second)
			select {
			case <-cmd.Context().Done():
				timer.Stop()
				return cmd.Context().Err()
			case <-timer.C:
			}
		}
	}}
	cmd.Flags().BoolVarP(&follow, "follow", "f", false, "go on until the run has ended")
	return cmd
}
