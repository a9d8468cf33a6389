package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
)

// principalKind is what the flags --group and --application say of an id; a user without them.
type principalKind struct{ group, application bool }

func (k *principalKind) flags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&k.group, "group", false, "the id is that of a group")
	cmd.Flags().BoolVar(&k.application, "application", false, "the id is that of an application or managed identity")
	cmd.MarkFlagsMutuallyExclusive("group", "application")
}

func (k principalKind) kind() api.PrincipalKind {
	switch {
	case k.group:
		return "group"
	case k.application:
		return "application"
	}
	return "user"
}

func (s *session) accessGrant() *cobra.Command {
	var who, at, comment string
	var kind principalKind
	var end expiry
	cmd := &cobra.Command{
		Use: "grant ROLE", Short: "Give a role to somebody at a scope", Args: cobra.ExactArgs(1),
		Long: `Gives a role to a user, a group or an application. It counts with the next request, at the scope and
beneath it. Giving what is held already changes its end and its comment, and nothing else.`,
		Example: `  lazuli access grant Contributor --to developer --at payments
  lazuli access grant Deployer --to developer --at payments/prod --for 8h --comment "release 4.2"
  lazuli access grant Reader --to 5f1c2d7e-0f6b-4a57-8d6e-1f0b8a7c9d11 --group --at /teams/payments
  lazuli access grant Approver --to team-owner --at /projects/payments/environment-types/prod --until 2026-12-31T18:00:00Z`,
		RunE: func(cmd *cobra.Command, args []string) error {
			scope, err := scopeFrom(at)
			if err != nil {
				return err
			}
			spec := api.AssignmentSpec{ID: who, Role: args[0], Scope: scope, Comment: unlessEmpty(comment)}
			k := kind.kind()
			spec.Kind = &k
			if spec.ExpiresAt, err = end.at(time.Now()); err != nil {
				return err
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			answer, err := caller.CreateAssignmentWithResponse(cmd.Context(), spec)
			if err := check(answer, err); err != nil {
				return err
			}
			made, verb := answer.JSON201, "holds"
			if made == nil {
				made, verb = answer.JSON200, "holds already, and keeps,"
			}
			return s.print(made, func() error {
				fmt.Fprintf(s.Out, "✓ %s %s %s %s at %s%s\n", made.Kind, clean(made.ID), verb, made.Role, made.Scope, untilPhrase(made.ExpiresAt))
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&who, "to", "", "object id of who gets it (lazuli whoami shows one's own)")
	cmd.Flags().StringVar(&at, "at", "", "where: "+scopeForms)
	cmd.Flags().StringVar(&comment, "comment", "", "why, for those who look later")
	kind.flags(cmd)
	end.flags(cmd)
	mustSay(cmd, "to", "at")
	return cmd
}

func untilPhrase(end *time.Time) string {
	if end == nil {
		return ""
	}
	return " until " + until(end)
}

// mustSay makes flags required, for what has no sensible default.
func mustSay(cmd *cobra.Command, names ...string) {
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		for _, name := range names {
			if cmd.Flag(name).Value.String() == "" {
				return usageError{fmt.Errorf("--%s is missing", name)}
			}
		}
		return run(cmd, args)
	}
}

// expiry is when something ends by itself.
type expiry struct{ span, until string }

func (e *expiry) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&e.span, "for", "", "how long it lasts, such as 8h or 7d (default: until it is revoked)")
	cmd.Flags().StringVar(&e.until, "until", "", "when it ends, such as 2026-12-31T18:00:00Z")
	cmd.MarkFlagsMutuallyExclusive("for", "until")
}

func (e expiry) at(now time.Time) (*time.Time, error) {
	switch {
	case e.until != "":
		end, err := time.Parse(time.RFC3339, e.until)
		if err != nil {
			return nil, usageError{fmt.Errorf("--until is a time such as 2026-12-31T18:00:00Z, not %q", e.until)}
		}
		return &end, nil
	case e.span != "":
		span, err := spanOf(e.span)
		if err != nil {
			return nil, err
		}
		end := now.Add(span).UTC().Truncate(time.Second)
		return &end, nil
	}
	return nil, nil
}

// maxDays keeps a number of days within what a duration holds.
const maxDays = 36500

// spanOf reads hours, minutes and seconds as Go does, and whole days, in which people think of rights.
func spanOf(text string) (time.Duration, error) {
	span, err := time.ParseDuration(text)
	if number, ok := strings.CutSuffix(text, "d"); ok {
		var days int
		if days, err = strconv.Atoi(number); days > maxDays {
			err = errors.New("too long")
		}
		span = time.Duration(days) * 24 * time.Hour
	}
	if err != nil || span <= 0 {
		return 0, usageError{fmt.Errorf("--for is a time such as 8h or 7d, not %q", text)}
	}
	return span, nil
}

func (s *session) accessRevoke() *cobra.Command {
	var who, at string
	var kind principalKind
	cmd := &cobra.Command{
		Use: "revoke ROLE", Short: "Take a role away from somebody at a scope", Args: cobra.ExactArgs(1),
		Long: `Takes a role away, with the next request. What is held at a wider scope stays: take it away there. Without
--group or --application the id may be of any kind.`,
		Example: "  lazuli access revoke Deployer --from developer --at payments/prod",
		RunE: func(cmd *cobra.Command, args []string) error {
			scope, err := scopeFrom(at)
			if err != nil {
				return err
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			found, err := s.assignments(cmd.Context(), caller, accessFilter{scope: scope, principal: who, role: args[0]})
			if err != nil {
				return err
			}
			gone := slices.DeleteFunc(slices.Clone(found), func(a api.Assignment) bool {
				return a.Scope != scope || kind != (principalKind{}) && a.Kind != kind.kind()
			})
			for _, a := range gone {
				answer, err := caller.DeleteAssignmentWithResponse(cmd.Context(), a.Assignment)
				if err := check(answer, err); err != nil {
					return err
				}
			}
			return s.print(gone, func() error {
				s.sayRevoked(args[0], who, scope, gone, found)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&who, "from", "", "object id of who loses it")
	cmd.Flags().StringVar(&at, "at", "", "where: "+scopeForms)
	kind.flags(cmd)
	mustSay(cmd, "from", "at")
	return cmd
}

// sayRevoked tells what was taken away, and from where the role still comes.
func (s *session) sayRevoked(role, who, scope string, gone, found []api.Assignment) {
	if len(gone) == 0 {
		fmt.Fprintf(s.Out, "There was nothing to revoke: %s does not hold %s at %s.\n", who, role, scope)
	}
	for _, a := range gone {
		fmt.Fprintf(s.Out, "✓ %s %s no longer holds %s at %s\n", a.Kind, clean(a.ID), a.Role, a.Scope)
	}
	for _, a := range found {
		if a.Scope != scope {
			fmt.Fprintf(s.Out, "! %s %s still holds it at %s:  lazuli access revoke %s --from %s --at %s\n", a.Kind, clean(a.ID), a.Scope, a.Role, clean(a.ID), shortScope(a.Scope))
		}
	}
}
