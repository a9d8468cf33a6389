package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
)

func (s *session) roleCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "role", Short: "Roles: named sets of actions", Aliases: []string{"roles"},
		Long: `A role is a set of actions. It gives nothing by itself: "lazuli access grant" gives it to somebody
at a scope. Seven are built in, and stay as they are; platform admins make others.`}
	cmd.AddCommand(s.roleList(), s.roleShow(), s.roleCreate(), s.roleDelete())
	return cmd
}

func (s *session) roleList() *cobra.Command {
	var actions bool
	cmd := &cobra.Command{
		Use: "list", Short: "List the roles, or with --actions what they allow", Args: cobra.NoArgs,
		Example: "  lazuli role list\n  lazuli role list --actions",
		RunE: func(cmd *cobra.Command, _ []string) error {
			caller, err := s.api()
			if err != nil {
				return err
			}
			answer, err := caller.ListRolesWithResponse(cmd.Context())
			if err := check(answer, err); err != nil {
				return err
			}
			roles := answer.JSON200.Value
			if actions {
				return s.printActions(allowedBy(roles))
			}
			return s.print(roles, func() error { return s.printRoles(roles) })
		},
	}
	cmd.Flags().BoolVar(&actions, "actions", false, "list all actions, and the roles that allow each")
	return cmd
}

func (s *session) printRoles(roles []api.RoleDefinition) error {
	var rows [][]string
	for _, r := range roles {
		rows = append(rows, []string{r.Name, originOf(r), fmt.Sprint(len(r.Actions)), r.Title})
	}
	return s.table("NAME\tKIND\tACTIONS\tWHAT IT IS FOR", rows)
}

// originOf says where a role comes from, and of some that nobody can give them.
func originOf(r api.RoleDefinition) string {
	switch {
	case !r.Assignable:
		return "held by itself"
	case r.BuiltIn:
		return "built in"
	}
	return "own"
}

// allowedAction is an action with the roles that allow it.
type allowedAction struct {
	Action string   `json:"action"`
	Roles  []string `json:"roles"`
}

// allowedBy turns roles around. Every action is in one of them at least: what no role allows, nobody can do.
func allowedBy(roles []api.RoleDefinition) []allowedAction {
	var out []allowedAction
	for _, r := range roles {
		for _, name := range r.Actions {
			at := slices.IndexFunc(out, func(a allowedAction) bool { return a.Action == name })
			if at < 0 {
				at = len(out)
				out = append(out, allowedAction{Action: name})
			}
			out[at].Roles = append(out[at].Roles, r.Name)
		}
	}
	slices.SortFunc(out, func(a, b allowedAction) int { return strings.Compare(a.Action, b.Action) })
	return out
}

func (s *session) printActions(actions []allowedAction) error {
	return s.print(actions, func() error {
		var rows [][]string
		for _, a := range actions {
			rows = append(rows, []string{a.Action, strings.Join(a.Roles, ", ")})
		}
		return s.table("ACTION\tALLOWED BY", rows)
	})
}

func (s *session) roleShow() *cobra.Command {
	return &cobra.Command{Use: "show NAME", Short: "Show what a role allows", Args: cobra.ExactArgs(1), Example: "  lazuli role show Deployer", RunE: func(cmd *cobra.Command, args []string) error {
		role, err := s.role(cmd, args[0])
		if err != nil {
			return err
		}
		return s.print(role, func() error {
			rows := [][]string{{"Name", role.Name}, {"Title", role.Title}, {"Kind", originOf(*role)}}
			for i, a := range role.Actions {
				rows = append(rows, []string{firstOnly(i, "Allows"), a})
			}
			return s.table("", rows)
		})
	}}
}

// firstOnly puts the head of several rows beside the first.
func firstOnly(i int, head string) string {
	if i > 0 {
		return ""
	}
	return head
}

func (s *session) role(cmd *cobra.Command, name string) (*api.RoleDefinition, error) {
	caller, err := s.api()
	if err != nil {
		return nil, err
	}
	answer, err := caller.GetRoleWithResponse(cmd.Context(), name)
	if err := check(answer, err); err != nil {
		return nil, err
	}
	return answer.JSON200, nil
}

func (s *session) roleCreate() *cobra.Command {
	var title string
	var actions []string
	cmd := &cobra.Command{
		Use: "create NAME", Short: "Make a role of your own (platform admins)", Args: cobra.ExactArgs(1),
		Example: "  lazuli role create ValueEditor --title \"Sets values, and sees what they are for.\" \\\n    --action projects/read --action environments/read --action values/read --action values/write",
		RunE: func(cmd *cobra.Command, args []string) error {
			if title == "" || len(actions) == 0 {
				return usageError{errors.New("say what it is for with --title, and what it allows with --action; lazuli role list --actions shows what there is")}
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			create := "*"
			answer, err := caller.PutRoleWithResponse(cmd.Context(), args[0], &api.PutRoleParams{IfNoneMatch: &create}, api.RoleSpec{Title: title, Actions: actions})
			if err := check(answer, err); err != nil {
				return err
			}
			return s.print(answer.JSON201, func() error {
				fmt.Fprintf(s.Out, "✓ role %s is there; next:  lazuli access grant %s --to ID --at PROJECT\n", args[0], args[0])
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&title, "title", "", "what it is for, in a sentence")
	cmd.Flags().StringArrayVar(&actions, "action", nil, "an action that it allows (lazuli role list --actions); may be repeated")
	return cmd
}

func (s *session) roleDelete() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use: "delete NAME", Short: "Delete a role that nobody holds (platform admins)", Args: cobra.ExactArgs(1),
		Example: "  lazuli role delete ValueEditor",
		RunE: func(cmd *cobra.Command, args []string) error {
			role, err := s.role(cmd, args[0])
			if err != nil {
				return err
			}
			fmt.Fprintf(s.Err, "Role %s will be gone, and with it:\n", role.Name)
			for _, a := range role.Actions {
				fmt.Fprintf(s.Err, "  - %s\n", clean(a))
			}
			if err := s.confirm(cmd.Context(), yes, role.Name); err != nil {
				return err
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			answer, err := caller.DeleteRoleWithResponse(cmd.Context(), role.Name)
			if err := check(answer, err); err != nil {
				return err
			}
			fmt.Fprintf(s.Err, "✓ role %s is gone\n", role.Name)
			return nil
		},
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return cmd
}
