package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
)

func (s *session) approvalCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "approval", Short: "Plans that wait for somebody to agree", Aliases: []string{"approvals"},
		Long: `Where an environment type or a budget asks for it, a deployment stops after its plan until somebody agrees.
He agrees to exactly this plan, by its digest. If values, definitions or the state move in between, nothing is
changed and the deployment has to be asked for again.`}
	cmd.AddCommand(s.approvalList(), s.approvalShow(), s.approve(), s.reject())
	return cmd
}

func (s *session) approvalList() *cobra.Command {
	return &cobra.Command{Use: "list PROJECT", Short: "List what waits for approval in a project", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		caller, err := s.api()
		if err != nil {
			return err
		}
		running := api.OperationStatus("Running")
		params := api.ListOperationsParams{Status: &running}
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
		waiting := []api.Operation{}
		var rows [][]string
		for _, op := range all {
			if op.Stage == awaitingApproval {
				waiting = append(waiting, op)
				rows = append(rows, []string{op.ID, text(op.Environment), op.Kind, op.CreatedAt.Local().Format(time.DateTime), op.RequestedBy})
			}
		}
		return s.print(waiting, func() error {
			if len(rows) == 0 {
				fmt.Fprintf(s.Out, "Nothing waits for approval in project %s.\n", args[0])
				return nil
			}
			return s.table("OPERATION\tENVIRONMENT\tKIND\tASKED AT\tBY", rows)
		})
	}}
}

func (s *session) approvalShow() *cobra.Command {
	return &cobra.Command{Use: "show OPERATION", Short: "Show a plan, what it costs, and who has agreed", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		caller, err := s.api()
		if err != nil {
			return err
		}
		a, err := getApproval(cmd.Context(), caller, args[0])
		if err != nil {
			return err
		}
		return s.print(a, func() error {
			s.showApproval(*a)
			return nil
		})
	}}
}

func getApproval(ctx context.Context, caller *client.ClientWithResponses, operation string) (*api.Approval, error) {
	answer, err := caller.GetApprovalWithResponse(ctx, operation)
	if err := check(answer, err); err != nil {
		return nil, err
	}
	return answer.JSON200, nil
}

// showApproval writes what somebody reads before he agrees.
func (s *session) showApproval(a api.Approval) {
	fmt.Fprintf(s.Err, "%s/%s, asked for by %s: %s\n", a.Project, a.Environment, clean(a.RequestedBy), needText(a))
	if a.Plan != nil {
		showChanges(s.Err, *a.Plan)
		fmt.Fprintf(s.Err, "  %d to add, %d to change, %d to remove · plan %s\n", a.Plan.Counts.Add, a.Plan.Counts.Change, a.Plan.Counts.Remove, a.Plan.Digest[:12])
	}
	if p := a.Price; p != nil {
		fmt.Fprintf(s.Err, "  a month: %s %s now, %s then\n", p.Before.Monthly, p.After.Currency, p.After.Monthly)
	}
	for _, d := range a.Decisions {
		verdict := "rejected it"
		if d.Approved {
			verdict = "agreed"
		}
		fmt.Fprintf(s.Err, "  %s %s at %s. %s\n", clean(d.By), verdict, d.At.Local().Format(time.DateTime), clean(text(d.Comment)))
		if d.Lapsed != nil {
			fmt.Fprintf(s.Err, "    that does not count any more: %s\n", clean(*d.Lapsed))
		}
	}
	switch {
	case a.MayDecide:
		fmt.Fprintf(s.Err, "To agree:  lazuli approval approve %s   To reject it:  lazuli approval reject %s --comment WHY\n", a.Operation, a.Operation)
	case a.Reason != nil:
		fmt.Fprintln(s.Err, clean(*a.Reason))
	}
}

func needText(a api.Approval) string {
	need := fmt.Sprintf("it takes %d with the role %s", a.Need.Count, a.Need.Role)
	if a.Need.NotTheRequester {
		need += ", not the one who asked"
	}
	if a.Until != nil {
		need += ", until " + a.Until.Local().Format(time.DateTime)
	}
	return need + ". " + clean(strings.Join(a.Need.Reasons, " "))
}

func (s *session) approve() *cobra.Command {
	w := &wish{}
	var plan, comment string
	cmd := &cobra.Command{Use: "approve OPERATION", Short: "Agree to a plan", Args: cobra.ExactArgs(1),
		Example: `  lazuli approval approve 01JG7Q…                     show the plan, ask, agree
  lazuli approval approve 01JG7Q… --plan DIGEST --yes   agree to this plan and to no other`,
		RunE: func(cmd *cobra.Command, args []string) error {
			caller, err := s.api()
			if err != nil {
				return err
			}
			if plan == "" {
				if plan, err = s.readPlan(cmd.Context(), caller, args[0], w.yes); err != nil {
					return err
				}
			}
			body := api.ApprovalRequest{Plan: plan}
			if comment != "" {
				body.Comment = &comment
			}
			answer, err := caller.ApproveOperationWithResponse(cmd.Context(), args[0], body)
			if err := check(answer, err); err != nil {
				return err
			}
			if answer.JSON202.Stage == awaitingApproval {
				fmt.Fprintf(s.Err, "✓ agreed. %s\n", clean(text(answer.JSON202.Message)))
				return s.print(answer.JSON202, func() error { return nil })
			}
			fmt.Fprintln(s.Err, "✓ agreed; the plan is being applied")
			return s.follow(cmd.Context(), caller, args[0], w)
		}}
	cmd.Flags().StringVar(&plan, "plan", "", "digest of the plan that you saw; without it the plan is shown now")
	cmd.Flags().StringVar(&comment, "comment", "", "what others should know")
	w.waitFlags(cmd)
	return cmd
}

// readPlan shows the plan and asks. What is agreed to is what was shown.
func (s *session) readPlan(ctx context.Context, caller *client.ClientWithResponses, operation string, yes bool) (string, error) {
	a, err := getApproval(ctx, caller, operation)
	if err != nil {
		return "", err
	}
	s.showApproval(*a)
	if a.Plan == nil {
		return "", hintError{fmt.Errorf("operation %s has no plan yet", operation), "lazuli operation watch " + operation}
	}
	if !a.MayDecide || yes {
		return a.Plan.Digest, nil // who may not is told so by the platform
	}
	question := "Agree to this plan? (y/N) "
	if a.Plan.Unlisted != nil {
		question = "Agree to this plan, with what is not listed? (y/N) "
	}
	return a.Plan.Digest, s.ask(ctx, question, func(answer string) bool { return strings.EqualFold(answer, "y") || strings.EqualFold(answer, "yes") })
}

func (s *session) reject() *cobra.Command {
	var plan, comment string
	cmd := &cobra.Command{Use: "reject OPERATION --comment WHY", Short: "Reject a plan; nothing is changed", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		caller, err := s.api()
		if err != nil {
			return err
		}
		if comment == "" {
			return usageError{fmt.Errorf("say why, for who asked: --comment WHY")}
		}
		if plan == "" {
			a, err := getApproval(cmd.Context(), caller, args[0])
			if err != nil {
				return err
			}
			if a.Plan == nil {
				return hintError{fmt.Errorf("operation %s has no plan yet", args[0]), "lazuli operation cancel " + args[0]}
			}
			plan = a.Plan.Digest
		}
		answer, err := caller.RejectOperationWithResponse(cmd.Context(), args[0], api.RejectionRequest{Plan: plan, Comment: comment})
		if err := check(answer, err); err != nil {
			return err
		}
		return s.print(answer.JSON202, func() error {
			fmt.Fprintln(s.Out, "✓ rejected; nothing was changed")
			return nil
		})
	}}
	cmd.Flags().StringVar(&plan, "plan", "", "digest of the plan that you saw; without it the one that waits")
	cmd.Flags().StringVar(&comment, "comment", "", "why")
	return cmd
}

// showWaiting says that nothing goes on until somebody agrees.
func (s *session) showWaiting(ctx context.Context, caller *client.ClientWithResponses, op api.Operation) error {
	a, err := getApproval(ctx, caller, op.ID)
	if err != nil {
		return err
	}
	fmt.Fprintln(s.Err, "(…) planned; nothing is changed until somebody agrees")
	s.showApproval(*a)
	fmt.Fprintf(s.Err, "To watch it:  lazuli operation watch %s   To end it:  lazuli operation cancel %s\n", op.ID, op.ID)
	if err := s.print(op, func() error { return nil }); err != nil {
		return err
	}
	return stillWaiting{op.ID}
}
