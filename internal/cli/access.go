package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
)

func (s *session) accessCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "access", Short: "Who may do what, where, and why",
		Long: `An action, such as environments/write, is what an operation of the platform asks for.
A role is a set of actions:                  lazuli role list --actions
An assignment gives a role to somebody at a scope, and counts there and beneath it:

  /                                          the whole platform
  /teams/payments                            a team, and every project that it owns
  payments                                   a project           (/projects/payments)
  /projects/payments/environment-types/prod  its environments of one type
  payments/dev                               one environment     (/projects/payments/environments/dev)

Somebody is a user, a group or an application, by the object id at the identity provider. Rights
add up; nothing takes away but revoking, and the end that an assignment may have. Nobody gives a
role that allows what he may not do there himself.`,
		Example: `  lazuli access list payments                                          who may what in a project
  lazuli access grant Deployer --to developer --at payments/prod --for 8h
  lazuli access explain deployments/write payments/prod                why may I not?
  lazuli access revoke Deployer --from developer --at payments/prod`}
	cmd.AddCommand(s.accessList(), s.accessGrant(), s.accessRevoke(), s.accessExplain(), s.accessActions())
	return cmd
}

const scopeForms = "PROJECT, PROJECT/ENVIRONMENT, or a whole scope such as /teams/payments"

// scopeFrom reads where something counts: a whole scope begins with /, everything else is short for a project or an environment
// of it. The platform checks the rest.
func scopeFrom(arg string) (string, error) {
	if strings.HasPrefix(arg, "/") {
		return arg, nil
	}
	project, environment, narrow := strings.Cut(arg, "/")
	if project == "" || narrow && environment == "" || strings.Contains(environment, "/") {
		return "", usageError{fmt.Errorf("%q is no scope: say %s", arg, scopeForms)}
	}
	if narrow {
		return "/projects/" + project + "/environments/" + environment, nil
	}
	return "/projects/" + project, nil
}

// shortScope is the way back, as far as there is a short form.
func shortScope(scope string) string {
	switch parts := strings.Split(scope, "/"); {
	case len(parts) == 3 && parts[1] == "projects":
		return parts[2]
	case len(parts) == 5 && parts[3] == "environments":
		return parts[2] + "/" + parts[4]
	}
	return scope
}

// accessFilter narrows a list of assignments; what is empty does not.
type accessFilter struct{ scope, principal, role string }

func (s *session) assignments(ctx context.Context, caller *client.ClientWithResponses, f accessFilter) ([]api.Assignment, error) {
	return collect(s, func(token *string) ([]api.Assignment, *string, error) {
		params := api.ListAssignmentsParams{PageToken: token, Scope: unlessEmpty(f.scope), Principal: unlessEmpty(f.principal), WithRole: unlessEmpty(f.role)}
		answer, err := caller.ListAssignmentsWithResponse(ctx, &params)
		if err := check(answer, err); err != nil {
			return nil, nil, err
		}
		return answer.JSON200.Value, answer.JSON200.NextLink, nil
	})
}

func unlessEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (s *session) accessList() *cobra.Command {
	var f accessFilter
	cmd := &cobra.Command{
		Use: "list [SCOPE]", Short: "List who holds which role", Args: cobra.MaximumNArgs(1),
		Long: `Lists who holds which role: at a scope, above it and, in a project, beneath it. What is inherited shows
the scope that it comes from. Without a scope all of the platform is listed, for those who may read it.`,
		Example: "  lazuli access list payments\n  lazuli access list payments/prod --role Deployer\n  lazuli access list /teams/payments\n  lazuli access list --principal developer",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				var err error
				if f.scope, err = scopeFrom(args[0]); err != nil {
					return err
				}
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			found, err := s.assignments(cmd.Context(), caller, f)
			if err != nil {
				return f.sayWhere(err)
			}
			return s.print(found, func() error { return s.printAssignments(found, f) })
		},
	}
	cmd.Flags().StringVar(&f.principal, "principal", "", "only what this user, group or application holds")
	cmd.Flags().StringVar(&f.role, "role", "", "only this role")
	return cmd
}

// sayWhere helps who asked about the whole platform and may not: most may ask about a project of theirs.
func (f accessFilter) sayWhere(err error) error {
	var refused problemError
	if f.scope == "" && errors.As(err, &refused) && refused.status == http.StatusForbidden {
		hint := "Ask about a place of yours: lazuli access list PROJECT; lazuli whoami tells where you hold a role."
		refused.problem.Action = &hint
		return refused
	}
	return err
}

func (s *session) printAssignments(found []api.Assignment, f accessFilter) error {
	if len(found) == 0 {
		at := "SCOPE"
		if f.scope != "" {
			at = shortScope(f.scope)
		}
		fmt.Fprintf(s.Out, "No such assignment is there. Next:  lazuli access grant ROLE --to ID --at %s\n", at)
		return nil
	}
	var rows [][]string
	for _, a := range found {
		rows = append(rows, []string{a.Scope, a.ID, string(a.Kind), a.Role, until(a.ExpiresAt), orDash(text(a.Comment))})
	}
	return s.table("SCOPE\tWHO\tKIND\tROLE\tUNTIL\tCOMMENT", rows)
}

// until says when something ends by itself, or that it has.
func until(end *time.Time) string {
	if end == nil {
		return "-"
	}
	shown := end.Local().Format(time.DateTime)
	if !end.After(time.Now()) {
		return shown + " (ended)"
	}
	return shown
}
