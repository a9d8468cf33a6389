package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
)

func (s *session) subscriptionCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "subscription", Short: "Subscriptions: where the events of a project are sent", Aliases: []string{"subscriptions"},
		Long: `A subscription sends the events of a project to a web address, signed, until the receiver has taken them.
docs/events.md says what receivers must do.`}
	cmd.AddCommand(s.subscriptionList(), s.subscriptionShow(), s.subscriptionCreate(), s.subscriptionUpdate(), s.subscriptionRotate(), s.subscriptionDelete(), s.subscriptionDeliveries(), s.subscriptionRedeliver())
	return cmd
}

// subscriptionName reads PROJECT/NAME.
func subscriptionName(text string) (project, name string, err error) {
	project, name, ok := strings.Cut(text, "/")
	if !ok || project == "" || name == "" || strings.Contains(name, "/") {
		return "", "", usageError{fmt.Errorf("name a subscription as PROJECT/NAME, not %q", text)}
	}
	return project, name, nil
}

func (s *session) subscriptionList() *cobra.Command {
	return &cobra.Command{Use: "list PROJECT", Short: "List the subscriptions of a project", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		caller, err := s.api()
		if err != nil {
			return err
		}
		found, err := collect(s, func(token *string) ([]api.Subscription, *string, error) {
			answer, err := caller.ListSubscriptionsWithResponse(cmd.Context(), args[0], &api.ListSubscriptionsParams{PageToken: token})
			if err := check(answer, err); err != nil {
				return nil, nil, err
			}
			return answer.JSON200.Value, answer.JSON200.NextLink, nil
		})
		if err != nil {
			return err
		}
		return s.print(found, func() error {
			var rows [][]string
			for _, one := range found {
				rows = append(rows, []string{one.Name, string(one.State), one.Address, orAll(one.Types), orAll(one.Environments)})
			}
			return s.table("NAME\tSTATE\tADDRESS\tEVENTS\tENVIRONMENTS", rows)
		})
	}}
}

func orAll(names []string) string {
	if len(names) == 0 {
		return "all"
	}
	return strings.Join(names, ", ")
}

func (s *session) subscriptionShow() *cobra.Command {
	return &cobra.Command{Use: "show PROJECT/NAME", Short: "Show a subscription, and how its receiver does", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		one, err := s.subscription(cmd, args[0])
		if err != nil {
			return err
		}
		return s.print(one, func() error {
			rows := [][]string{{"Name", one.Project + "/" + one.Name}, {"State", string(one.State)}, {"Address", one.Address}, {"Events", orAll(one.Types)}, {"Environments", orAll(one.Environments)}}
			if one.Reason != nil {
				rows = append(rows, []string{"Reason", *one.Reason})
			}
			if one.FailingSince != nil {
				rows = append(rows, []string{"Failing since", one.FailingSince.Local().Format(time.DateTime)})
			}
			return s.table("", rows)
		})
	}}
}

func (s *session) subscription(cmd *cobra.Command, text string) (*api.Subscription, error) {
	project, name, err := subscriptionName(text)
	if err != nil {
		return nil, err
	}
	caller, err := s.api()
	if err != nil {
		return nil, err
	}
	answer, err := caller.GetSubscriptionWithResponse(cmd.Context(), project, name)
	if err := check(answer, err); err != nil {
		return nil, err
	}
	return answer.JSON200, nil
}

// subscriptionFlags are what is sent, and where.
type subscriptionFlags struct {
	address             string
	types, environments []string
}

func (f *subscriptionFlags) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.address, "address", "", "where events are sent; begins with https://")
	cmd.Flags().StringArrayVar(&f.types, "event", nil, "a type of event, such as environment.ready, or operation.* for all of a kind; may be repeated, none is all")
	cmd.Flags().StringArrayVar(&f.environments, "environment", nil, "an environment; may be repeated, none is all and the project itself")
}

func (s *session) subscriptionCreate() *cobra.Command {
	var f subscriptionFlags
	cmd := &cobra.Command{Use: "create PROJECT/NAME", Short: "Send the events of a project to a web address", Args: cobra.ExactArgs(1),
		Long:    "Makes a subscription, and prints the secret that deliveries are signed with. It is never shown again.",
		Example: "  lazuli subscription create payments/chat --address https://hooks.example.com/lazuli --event operation.failed --event 'environment.*'",
		RunE: func(cmd *cobra.Command, args []string) error {
			project, name, err := subscriptionName(args[0])
			if err != nil {
				return err
			}
			if f.address == "" {
				return usageError{errors.New("say where to with --address")}
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			create := "*"
			answer, err := caller.PutSubscriptionWithResponse(cmd.Context(), project, name, &api.PutSubscriptionParams{IfNoneMatch: &create},
				api.SubscriptionSpec{Address: f.address, Types: f.types, Environments: f.environments})
			if err := check(answer, err); err != nil {
				return err
			}
			return s.printSecret(answer.JSON201)
		}}
	f.flags(cmd)
	return cmd
}

// printSecret shows a new secret alone on standard output, so that it can go straight to where it is kept.
func (s *session) printSecret(one *api.Subscription) error {
	return s.print(one, func() error {
		fmt.Fprintf(s.Err, "✓ events of %s go to subscription %s; its secret, shown this once:\n", one.Project, one.Name)
		if one.Secret != nil {
			fmt.Fprintln(s.Out, *one.Secret)
		}
		return nil
	})
}

func (s *session) subscriptionUpdate() *cobra.Command {
	var f subscriptionFlags
	cmd := &cobra.Command{Use: "update PROJECT/NAME", Short: "Change a subscription, and switch it on if it is disabled", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			before, err := s.subscription(cmd, args[0])
			if err != nil {
				return err
			}
			spec := api.SubscriptionSpec{Address: before.Address, Types: before.Types, Environments: before.Environments}
			if cmd.Flags().Changed("address") {
				spec.Address = f.address
			}
			if cmd.Flags().Changed("event") {
				spec.Types = f.types
			}
			if cmd.Flags().Changed("environment") {
				spec.Environments = f.environments
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			answer, err := caller.PutSubscriptionWithResponse(cmd.Context(), before.Project, before.Name, &api.PutSubscriptionParams{IfMatch: &before.Etag}, spec)
			if err := check(answer, err); err != nil {
				return err
			}
			return s.print(answer.JSON200, func() error {
				fmt.Fprintf(s.Out, "✓ subscription %s is changed and active\n", before.Name)
				return nil
			})
		}}
	f.flags(cmd)
	return cmd
}

func (s *session) subscriptionRotate() *cobra.Command {
	return &cobra.Command{Use: "rotate PROJECT/NAME", Short: "Make a new secret; for a day deliveries carry both signatures", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			project, name, err := subscriptionName(args[0])
			if err != nil {
				return err
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			answer, err := caller.RotateSubscriptionSecretWithResponse(cmd.Context(), project, name)
			if err := check(answer, err); err != nil {
				return err
			}
			return s.printSecret(answer.JSON200)
		}}
}

func (s *session) subscriptionDelete() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{Use: "delete PROJECT/NAME", Short: "Send nothing there any more", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			one, err := s.subscription(cmd, args[0])
			if err != nil {
				return err
			}
			fmt.Fprintf(s.Err, "Subscription %s/%s will be gone; what is not delivered yet never will be.\n", one.Project, one.Name)
			if err := s.confirm(cmd.Context(), yes, one.Name); err != nil {
				return err
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			answer, err := caller.DeleteSubscriptionWithResponse(cmd.Context(), one.Project, one.Name, nil)
			if err := check(answer, err); err != nil {
				return err
			}
			fmt.Fprintf(s.Err, "✓ subscription %s is gone\n", one.Name)
			return nil
		}}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return cmd
}
