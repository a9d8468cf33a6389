package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lazuli-platform/lazuli/internal/api"
)

func (s *session) teamCreate() *cobra.Command {
	var title string
	var members []string
	var quota quotaFlags
	cmd := &cobra.Command{
		Use: "create NAME", Short: "Create a team (platform admins)", Args: cobra.ExactArgs(1),
		Example: `  lazuli team create payments --title Payments --member team-owner=TeamOwner
  lazuli team create payments --member 5f1c2d7e-0f6b-4a57-8d6e-1f0b8a7c9d11=Contributor:group \
    --environments 10 --running 3 --deployments-per-hour 30 --resource postgres=5`,
		RunE: func(cmd *cobra.Command, args []string) error {
			all, err := membersFrom(members)
			if err != nil {
				return err
			}
			spec := api.TeamSpec{Title: title, Members: ofTeam(all)}
			if title == "" {
				spec.Title = args[0]
			}
			if spec.Quota, err = quota.apply(cmd, nil); err != nil {
				return err
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			create := "*"
			answer, err := caller.PutTeamWithResponse(cmd.Context(), args[0], &api.PutTeamParams{IfNoneMatch: &create}, spec)
			if err := check(answer, err); err != nil {
				return err
			}
			return s.print(answer.JSON201, func() error {
				fmt.Fprintf(s.Out, "✓ team %s is there; next:  lazuli project create NAME --team %s\n", args[0], args[0])
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&title, "title", "", "what people call it (default the name)")
	cmd.Flags().StringArrayVar(&members, "member", nil, memberForm+" (lazuli role list); may be repeated")
	quota.flags(cmd)
	return cmd
}

// teamChange is what to write of a team. Its members may be none, which the generated type cannot say; see projectChange.
type teamChange struct {
	api.TeamSpec
	Members *[]api.TeamMember `json:"members,omitempty"`
}

func (s *session) teamUpdate() *cobra.Command {
	var title string
	var members memberChange
	var quota quotaFlags
	cmd := &cobra.Command{
		Use: "update NAME", Short: "Change a team's title, members or quota", Args: cobra.ExactArgs(1),
		Long: `Changes what is said and leaves the rest. When somebody else changes the team at the same time, nothing is
changed and you are told. The quota of a team is for platform admins.`,
		Example: "  lazuli team update payments --add-member viewer=Reader --remove-member developer\n  lazuli team update payments --environments 20 --resource postgres=none",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := mustChange(cmd); err != nil {
				return err
			}
			t, err := s.team(cmd, args[0])
			if err != nil {
				return err
			}
			spec := teamChange{TeamSpec: api.TeamSpec{Title: t.Title}}
			if title != "" {
				spec.Title = title
			}
			if members.asked() {
				after, err := members.apply(inTeam(t.Members))
				if err != nil {
					return err
				}
				all := ofTeam(after)
				spec.Members = &all
			}
			if spec.Quota, err = quota.apply(cmd, t.Quota); err != nil {
				return err
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			body, err := json.Marshal(spec)
			if err != nil {
				return fmt.Errorf("encode team %s: %w", args[0], err)
			}
			answer, err := caller.PutTeamWithBodyWithResponse(cmd.Context(), args[0], &api.PutTeamParams{IfMatch: &t.Etag}, "application/json", bytes.NewReader(body))
			if err := check(answer, err); err != nil {
				return err
			}
			return s.print(answer.JSON200, func() error {
				fmt.Fprintf(s.Out, "✓ team %s is as you said; look:  lazuli team show %s\n", args[0], args[0])
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&title, "title", "", "what people call it")
	members.flags(cmd)
	quota.flags(cmd)
	return cmd
}

// mustChange refuses a change that no flag speaks of.
func mustChange(cmd *cobra.Command) error {
	asked := false
	cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) { asked = asked || f.Changed })
	if !asked {
		return usageError{errors.New("say what to change")}
	}
	return nil
}

func (s *session) teamDelete() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use: "delete NAME", Short: "Delete a team that owns no projects (platform admins)", Args: cobra.ExactArgs(1),
		Example: "  lazuli team delete payments",
		RunE: func(cmd *cobra.Command, args []string) error {
			t, err := s.team(cmd, args[0])
			if err != nil {
				return err
			}
			fmt.Fprintf(s.Err, "Team %s will be gone, and what is held at it:\n", t.Name)
			for _, m := range t.Members {
				fmt.Fprintf(s.Err, "  - %s of %s %s\n", m.Role, text(m.Kind), clean(m.ID))
			}
			if err := s.confirm(cmd.Context(), yes, t.Name); err != nil {
				return err
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			answer, err := caller.DeleteTeamWithResponse(cmd.Context(), t.Name)
			if err := check(answer, err); err != nil {
				return err
			}
			fmt.Fprintf(s.Err, "✓ team %s is gone\n", t.Name)
			return nil
		},
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return cmd
}
