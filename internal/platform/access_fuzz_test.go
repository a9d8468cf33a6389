package platform_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// attempts are how each action is really done at a scope. Each attempt is made so that it changes nothing when it is allowed, and is then
// answered with one of the codes in passed, or with success.
var attempts = map[platform.Permission]func(context.Context, *servicePlatform, platform.Caller, platform.Scope) error{
	platform.CatalogRead: func(ctx context.Context, s *servicePlatform, c platform.Caller, _ platform.Scope) error {
		return second(s.ListTemplates(ctx, c))
	},
	platform.CatalogWrite: func(ctx context.Context, s *servicePlatform, c platform.Caller, _ platform.Scope) error {
		return second(s.PublishCatalog(ctx, c, platform.Publication{}))
	},
	platform.RolesRead: func(ctx context.Context, s *servicePlatform, c platform.Caller, _ platform.Scope) error {
		return second(s.ListRoles(ctx, c))
	},
	platform.RolesWrite: func(ctx context.Context, s *servicePlatform, c platform.Caller, _ platform.Scope) error {
		_, _, err := s.PutRole(ctx, c, "x", platform.RoleSpec{}, platform.Preconditions{})
		return err
	},
	platform.AssignmentsRead: func(ctx context.Context, s *servicePlatform, c platform.Caller, at platform.Scope) error {
		_, _, err := s.ListAssignments(ctx, c, platform.AssignmentFilter{Scope: at, ScopeGiven: true}, platform.Page{})
		return err
	},
	platform.TeamsRead: func(ctx context.Context, s *servicePlatform, c platform.Caller, at platform.Scope) error {
		return second(s.GetTeam(ctx, c, at.Team))
	},
	platform.ProjectsRead: func(ctx context.Context, s *servicePlatform, c platform.Caller, at platform.Scope) error {
		return second(s.GetProject(ctx, c, at.Project))
	},
	platform.ProjectsWrite: func(ctx context.Context, s *servicePlatform, c platform.Caller, at platform.Scope) error {
		never := int64(-1)
		return second(s.PutProject(ctx, c, at.Project, platform.ProjectSpec{}, platform.Preconditions{Revision: &never}))
	},
	platform.EnvironmentsRead: func(ctx context.Context, s *servicePlatform, c platform.Caller, at platform.Scope) error {
		return second(s.GetEnvironment(ctx, c, at.Project, at.Environment))
	},
	platform.EnvironmentsWrite: func(ctx context.Context, s *servicePlatform, c platform.Caller, at platform.Scope) error {
		never := int64(-1)
		return second(s.PutEnvironment(ctx, c, at.Project, at.Environment, files(), platform.Preconditions{Revision: &never}, ""))
	},
	platform.DeploymentsWrite: func(ctx context.Context, s *servicePlatform, c platform.Caller, at platform.Scope) error {
		return second(s.CreateDeployment(ctx, c, at.Project, at.Environment, platform.DeploymentSpec{Mode: "never"}, ""))
	},
	platform.OperationsRead: func(ctx context.Context, s *servicePlatform, c platform.Caller, at platform.Scope) error {
		_, _, err := s.ListOperations(ctx, c, at.Project, platform.OperationFilter{Environment: at.Environment}, platform.Page{})
		return err
	},
	platform.ValuesRead: func(ctx context.Context, s *servicePlatform, c platform.Caller, at platform.Scope) error {
		return second(s.GetValues(ctx, c, platform.ValueScope{Project: at.Project, Environment: at.Environment}))
	},
	platform.ValuesWrite: func(ctx context.Context, s *servicePlatform, c platform.Caller, at platform.Scope) error {
		return second(s.ChangeValues(ctx, c, platform.ValueScope{Project: at.Project, Environment: at.Environment}, setValue("not a key", "1"), platform.Preconditions{}))
	},
	platform.ValuesSecretsWrite: func(ctx context.Context, s *servicePlatform, c platform.Caller, at platform.Scope) error {
		return second(s.ChangeValues(ctx, c, platform.ValueScope{Project: at.Project, Environment: at.Environment}, setSecret("not a key", "1"), platform.Preconditions{}))
	},
}

// FuzzExplainAccess holds the explanation to what really happens: for whoever holds whatever wherever, what the explanation allows
// is done, and what it does not allow is refused.
func FuzzExplainAccess(f *testing.F) {
	for seed := range 48 {
		f.Add(uint64(seed)*2654435761, uint8(seed*7))
	}
	s := newService(f)
	if _, err := s.PutProject(f.Context(), admin, "orders", platform.ProjectSpec{Title: "Orders", Team: "orders"}, platform.Preconditions{}); err != nil {
		f.Fatal(err)
	}
	for i, project := range []string{"payments", "orders"} {
		if _, err := s.PutEnvironment(f.Context(), admin, project, "dev", files(), platform.Preconditions{}, fmt.Sprintf("01FUZZ0000000000000000000%d", i)); err != nil {
			f.Fatal(err)
		}
	}
	if _, _, err := s.PutRole(f.Context(), admin, "Odd", platform.RoleSpec{Title: "Odd", Actions: []platform.Permission{platform.ValuesRead, platform.DeploymentsWrite, platform.ProjectsWrite}}, platform.Preconditions{}); err != nil {
		f.Fatal(err)
	}
	person := 0
	f.Fuzz(func(t *testing.T, choices uint64, action uint8) {
		pick := func(n int) int {
			at := int(choices % uint64(n)) //nolint:gosec // small
			choices = choices/uint64(n) + choices<<57
			return at
		}
		person++
		caller := platform.Caller{ID: fmt.Sprintf("person-%d", person), Groups: []string{fmt.Sprintf("group-%d", person)}}
		roles := []platform.Role{platform.PlatformAdmin, platform.CatalogAuthor, platform.TeamOwner, platform.Contributor, platform.Deployer, platform.Approver, platform.Reader, "Odd"}
		scopes := []string{"/", "/teams/payments", "/teams/orders", "/projects/payments", "/projects/orders", "/projects/payments/environments/dev", "/projects/payments/environment-types/dev", "/projects/orders/environment-types/test"}
		for range pick(4) {
			scope, _ := platform.ParseScope(scopes[pick(len(scopes))])
			to := platform.Principal{Kind: platform.UserPrincipal, ID: caller.ID}
			if pick(3) == 0 {
				to = platform.Principal{Kind: platform.GroupPrincipal, ID: caller.Groups[0]}
			}
			spec := platform.AssignmentSpec{Scope: scope, Principal: to, Role: roles[pick(len(roles))]}
			if pick(4) == 0 {
				spec.ExpiresAt = s.clock().Add(time.Minute)
			}
			if _, _, err := s.CreateAssignment(t.Context(), admin, spec); err != nil {
				t.Fatal(err)
			}
		}
		if pick(2) == 0 {
			s.advanceBy(2 * time.Minute) // what ends has ended
		}
		all := platform.Permissions()
		wanted := all[int(action)%len(all)]
		try, ok := attempts[wanted]
		if !ok {
			t.Skip("no operation asks for this action alone")
		}
		at := scopeFor(wanted, pick(2))
		err := try(t.Context(), s, caller, at)
		really := allowedBy(err)
		explained, err2 := s.ExplainAccess(t.Context(), caller, platform.AccessQuestion{Action: wanted, Scope: at})
		said := err2 == nil && explained.Allowed
		if err2 != nil && platform.CodeOf(err2) != platform.NotFound {
			t.Fatal(err2)
		}
		if really != said {
			t.Errorf("%s at %s: really %v (%v), explained %v (%+v, %v)", wanted, at, really, err, said, explained, err2)
		}
		// Somebody who may ask about others is told the same of him.
		other, err := s.ExplainAccess(t.Context(), admin, platform.AccessQuestion{Action: wanted, Scope: at, Groups: caller.Groups,
			Principal: &platform.Principal{Kind: platform.UserPrincipal, ID: caller.ID}})
		if err != nil || other.Allowed != really {
			t.Errorf("%s at %s: really %v, an admin is told %v, %v", wanted, at, really, other.Allowed, err)
		}
	})
}

// scopeFor is a scope at which the action makes sense.
func scopeFor(a platform.Permission, which int) platform.Scope {
	project := []string{"payments", "orders"}[which]
	switch a {
	case platform.CatalogRead, platform.CatalogWrite, platform.RolesRead, platform.RolesWrite:
		return platform.Scope{}
	case platform.TeamsRead:
		return platform.Scope{Team: project}
	case platform.ProjectsRead, platform.ProjectsWrite:
		return platform.Scope{Project: project}
	}
	return platform.Scope{Project: project, Environment: "dev"}
}

// allowedBy tells from an answer whether the action was allowed: every attempt is wrong in something that is looked at afterwards.
func allowedBy(err error) bool {
	switch {
	case err == nil:
		return true
	case platform.CodeOf(err) == platform.Invalid, platform.CodeOf(err) == platform.PreconditionFailed:
		return true
	}
	return false
}
