package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
)

// notAllowed is the answer "no" to a question, which programs find in the exit code.
type notAllowed struct{}

func (notAllowed) Error() string { return "it is not allowed" }

// question is what flags say of a question about access.
type question struct {
	principal, operation string
	groups               []string
	application          bool
	wish                 wish
}

func (q *question) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&q.principal, "principal", "", "ask about somebody else, by object id (takes assignments/read there)")
	cmd.Flags().StringArrayVar(&q.groups, "group", nil, "with --principal: a group that counts; may be repeated. The directory is not asked")
	cmd.Flags().BoolVar(&q.application, "application", false, "with --principal: it is an application or managed identity")
	cmd.Flags().StringVar(&q.operation, "operation", "", "with deployments/approve: the operation to be approved")
	cmd.Flags().StringVar(&q.wish.template, "template", "", "with PROJECT/ENVIRONMENT: ask policies, quotas and budgets about this template too")
	cmd.Flags().StringArrayVar(&q.wish.set, "set", nil, "NAME=VALUE of a parameter of the template; may be repeated")
	cmd.Flags().StringVar(&q.wish.envType, "type", "", "type of an environment that does not exist yet")
}

func (s *session) accessExplain() *cobra.Command {
	q := &question{}
	cmd := &cobra.Command{
		Use: "explain ACTION [SCOPE]", Short: "Why somebody may do something, or may not", Args: cobra.RangeArgs(1, 2),
		Long: `Answers by the code that decides about requests: which assignment gives the right, or what was considered and
why each does not help, and who may give it. With --template it goes on: what policies, quotas and budgets say,
and which approval is needed.

The exit code is 0 when it is allowed and 8 when it is not. Without a scope the whole platform is meant. An
environment that does not exist yet has no type, so roles at a type do not count for it: ask about the type,
/projects/payments/environment-types/dev, or about what you want to make, with --type and --template.
The actions:  lazuli role list --actions`,
		Example: `  lazuli access explain environments/write payments/dev
  lazuli access explain deployments/write payments/prod --principal developer
  lazuli access explain deployments/approve --operation 01K2ZV7RTC8B1X6SVJ0EXAMPLE
  lazuli access explain environments/write payments/dev --type dev --template web-service-with-database --set title=Payments`,
		RunE: func(cmd *cobra.Command, args []string) error {
			caller, err := s.api()
			if err != nil {
				return err
			}
			body, err := q.body(cmd.Context(), caller, args)
			if err != nil {
				return err
			}
			answer, err := caller.ExplainAccessWithResponse(cmd.Context(), body)
			if err := check(answer, err); err != nil {
				return err
			}
			e := *answer.JSON200
			if err := s.print(e, func() error { return s.printExplanation(cmd.Context(), caller, *q, e) }); err != nil || e.Allowed {
				return err
			}
			return notAllowed{}
		},
	}
	q.flags(cmd)
	return cmd
}

// body makes the question. The template's schema gives the parameters their types.
func (q *question) body(ctx context.Context, caller *client.ClientWithResponses, args []string) (api.AccessQuestion, error) {
	body := api.AccessQuestion{Action: args[0], Operation: unlessEmpty(q.operation)}
	if len(args) > 1 {
		scope, err := scopeFrom(args[1])
		if err != nil {
			return body, err
		}
		body.Scope = &scope
	}
	switch {
	case q.principal != "":
		kind := principalKind{application: q.application}.kind()
		body.Principal = &api.AccessPrincipal{ID: q.principal, Kind: &kind, Groups: q.groups}
	case len(q.groups) > 0 || q.application:
		return body, usageError{errors.New("--group and --application go with --principal; your own groups are in your token")}
	}
	if q.wish.template == "" {
		if len(q.wish.set) > 0 || q.wish.envType != "" {
			return body, usageError{errors.New("--set and --type go with --template")}
		}
		return body, nil
	}
	if body.Scope == nil || !strings.Contains(*body.Scope, "/environments/") {
		return body, usageError{errors.New("--template goes with an environment: say PROJECT/ENVIRONMENT")}
	}
	spec, err := q.wish.spec(ctx, caller, "", "")
	body.Environment = &spec
	return body, err
}
