package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
)

const memberForm = "ID=ROLE, ID=ROLE:group or ID=ROLE:application"

// memberFrom reads a member as a flag says it. The platform knows which roles there are.
func memberFrom(text string) (api.Member, error) {
	id, rest, ok := strings.Cut(text, "=")
	role, of, _ := strings.Cut(rest, ":")
	kind := api.PrincipalKind(of)
	if of == "" {
		kind = "user"
	}
	if !ok || id == "" || role == "" || !slices.Contains([]api.PrincipalKind{"user", "group", "application"}, kind) {
		return api.Member{}, usageError{fmt.Errorf("a member is %s, such as developer=Contributor, not %q", memberForm, text)}
	}
	return api.Member{ID: id, Role: role, Kind: &kind}, nil
}

func membersFrom(texts []string) ([]api.Member, error) {
	members := []api.Member{}
	for _, text := range texts {
		m, err := memberFrom(text)
		if err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	return members, nil
}

// memberChange is what flags say about the members of what is there.
type memberChange struct{ add, remove []string }

func (c *memberChange) flags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&c.add, "add-member", nil, memberForm+"; may be repeated")
	cmd.Flags().StringArrayVar(&c.remove, "remove-member", nil, "ID for all that it holds there, or ID=ROLE; may be repeated")
}

func (c memberChange) asked() bool { return len(c.add)+len(c.remove) > 0 }

// apply changes a list of members. What is to be removed has to be there: it may be a slip of the pen, and somebody keeps his right.
func (c memberChange) apply(members []api.Member) ([]api.Member, error) {
	out := append([]api.Member{}, members...)
	for _, text := range c.remove {
		id, role, _ := strings.Cut(text, "=")
		n := len(out)
		out = slices.DeleteFunc(out, func(m api.Member) bool { return m.ID == id && (role == "" || m.Role == role) })
		if len(out) == n {
			return nil, usageError{fmt.Errorf("--remove-member: %s is no member there; nothing was changed", text)}
		}
	}
	added, err := membersFrom(c.add)
	if err != nil {
		return nil, err
	}
	for _, m := range added {
		// One that ends, or has ended, is given anew: who asks for a member wants one.
		out = slices.DeleteFunc(out, func(o api.Member) bool { return sameGift(o, m) && o.ExpiresAt != nil })
		if !slices.ContainsFunc(out, func(o api.Member) bool { return sameGift(o, m) }) {
			out = append(out, m)
		}
	}
	return out, nil
}

// sameGift reports whether two members are one with the same role at the same scope.
func sameGift(a, b api.Member) bool {
	kind := func(m api.Member) string {
		if m.Kind == nil {
			return "user"
		}
		return string(*m.Kind)
	}
	return a.ID == b.ID && a.Role == b.Role && kind(a) == kind(b) && text(a.Environment) == text(b.Environment) && text(a.EnvironmentType) == text(b.EnvironmentType)
}

// ofTeam and inTeam turn members into those of a team, which have no environments, and back.
func ofTeam(members []api.Member) []api.TeamMember {
	out := make([]api.TeamMember, 0, len(members))
	for _, m := range members {
		out = append(out, api.TeamMember{ID: m.ID, Kind: m.Kind, Role: m.Role, ExpiresAt: m.ExpiresAt, Comment: m.Comment})
	}
	return out
}

func inTeam(members []api.TeamMember) []api.Member {
	out := make([]api.Member, 0, len(members))
	for _, m := range members {
		out = append(out, api.Member{ID: m.ID, Kind: m.Kind, Role: m.Role, ExpiresAt: m.ExpiresAt, Comment: m.Comment})
	}
	return out
}

// printMembers tells who holds what at a team or a project itself; what comes from above is told by access list.
func (s *session) printMembers(members []api.Member, scope string) error {
	if len(members) == 0 {
		fmt.Fprintf(s.Out, "\nYou see no members of its own: there are none, or who they are is not for you to see. Who holds what:  lazuli access list %s\n", scope)
		return nil
	}
	fmt.Fprintln(s.Out)
	var rows [][]string
	for _, m := range members {
		rows = append(rows, []string{m.ID, text(m.Kind), m.Role, withinOf(m), until(m.ExpiresAt), orDash(text(m.Comment))})
	}
	return s.table("MEMBER\tKIND\tROLE\tCOUNTS IN\tUNTIL\tCOMMENT", rows)
}

// withinOf says where in its team or project a member's role counts.
func withinOf(m api.Member) string {
	switch {
	case m.Environment != nil:
		return "environment " + *m.Environment
	case m.EnvironmentType != nil:
		return "type " + *m.EnvironmentType
	}
	return "all of it"
}
