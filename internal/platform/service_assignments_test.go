package platform_test

import (
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

func (s *servicePlatform) give(t testing.TB, by platform.Caller, scope, id string, role platform.Role, until time.Time) (platform.Assignment, error) {
	t.Helper()
	sc, ok := platform.ParseScope(scope)
	if !ok {
		t.Fatalf("no scope: %s", scope)
	}
	a, _, err := s.CreateAssignment(t.Context(), by, platform.AssignmentSpec{Scope: sc, Principal: platform.Principal{Kind: platform.UserPrincipal, ID: id}, Role: role, ExpiresAt: until})
	return a, err
}

func (s *servicePlatform) mustGive(t testing.TB, by platform.Caller, scope, id string, role platform.Role) platform.Assignment {
	t.Helper()
	a, err := s.give(t, by, scope, id, role, time.Time{})
	if err != nil {
		t.Fatalf("give %s at %s: %v", role, scope, err)
	}
	return a
}

// A role that ends counts until then and not a moment longer; one that is taken away counts no more with the next request.
func TestAssignment_endsAndIsTakenAway(t *testing.T) {
	s := newService(t)
	guest := platform.Caller{ID: "guest"}
	sees := func() bool {
		_, err := s.GetProject(t.Context(), guest, "payments")
		return err == nil
	}
	if _, err := s.give(t, owner, "/projects/payments", "guest", platform.Reader, s.clock().Add(8*time.Hour)); err != nil || !sees() {
		t.Fatalf("given: %v", err)
	}
	s.advanceBy(8*time.Hour - time.Nanosecond)
	if !sees() {
		t.Error("it ended before its time")
	}
	s.advanceBy(time.Nanosecond)
	if sees() {
		t.Error("it counts after its end")
	}
	a := s.mustGive(t, owner, "/projects/payments", "guest", platform.Reader)
	if !sees() {
		t.Error("given anew it does not count")
	}
	if err := s.DeleteAssignment(t.Context(), owner, a.ID); err != nil || sees() {
		t.Errorf("taken away: %v", err)
	}
	if err := s.DeleteAssignment(t.Context(), owner, a.ID); err != nil {
		t.Errorf("taken away again: %v", err)
	}
	if _, err := s.give(t, owner, "/projects/payments", "guest", platform.Reader, s.clock()); platform.CodeOf(err) != platform.Invalid {
		t.Errorf("given until now: %v", err)
	}
}

// Nobody gives what he does not hold himself at that place, nor where he may not give anything, nor by way of a role of his own.
func TestAssignment_noEscalation(t *testing.T) {
	s := newService(t)
	s.mustGive(t, admin, "/projects/payments/environments/dev", "keeper", platform.TeamOwner)
	keeper := platform.Caller{ID: "keeper"}
	for name, row := range map[string]struct {
		by    platform.Caller
		scope string
		role  platform.Role
		want  platform.Code
	}{
		"an owner makes an admin of his project":          {owner, "/projects/payments", platform.PlatformAdmin, platform.Forbidden},
		"an owner makes an admin of the platform":         {owner, "/", platform.PlatformAdmin, platform.Forbidden},
		"an owner makes a catalog author":                 {owner, "/", platform.CatalogAuthor, platform.Forbidden},
		"an owner gives his team":                         {owner, "/teams/payments", platform.Reader, platform.NotFound},
		"an owner gives what he has":                      {owner, "/projects/payments", platform.TeamOwner, ""},
		"a developer gives what he has":                   {developer, "/projects/payments", platform.Reader, platform.Forbidden},
		"a viewer gives":                                  {viewer, "/projects/payments", platform.Reader, platform.Forbidden},
		"an outsider gives":                               {outsider, "/projects/payments", platform.Reader, platform.NotFound},
		"an environment's owner gives it":                 {keeper, "/projects/payments/environments/dev", platform.Contributor, ""},
		"an environment's owner gives another":            {keeper, "/projects/payments/environments/other", platform.Contributor, platform.Forbidden},
		"an environment's owner gives the whole project":  {keeper, "/projects/payments", platform.Reader, platform.Forbidden},
		"an environment's owner gives a type":             {keeper, "/projects/payments/environment-types/dev", platform.Reader, platform.Forbidden},
		"an admin gives a role that nobody can be given":  {admin, "/", platform.PipelineRun, platform.Invalid},
		"an admin gives the role that everyone has":       {admin, "/", platform.Everyone, platform.Invalid},
		"an admin gives at a project that does not exist": {admin, "/projects/nothing", platform.Reader, platform.NotFound},
		"a run gives": {aRun, "/projects/payments", platform.Reader, platform.NotFound},
	} {
		_, err := s.give(t, row.by, row.scope, "guest", row.role, time.Time{})
		if got := platform.CodeOf(err); err == nil && row.want != "" || err != nil && got != row.want {
			t.Errorf("%s: %v, want %q", name, err, row.want)
		}
	}
	spec := platform.RoleSpec{Title: "Everything", Actions: []platform.Permission{platform.QuotasWrite}}
	if _, _, err := s.PutRole(t.Context(), owner, "Bigger", spec, platform.Preconditions{}); platform.CodeOf(err) != platform.Forbidden {
		t.Errorf("an owner makes a role: %v", err)
	}
	spec.Actions = []platform.Permission{platform.RunsReport}
	if _, _, err := s.PutRole(t.Context(), admin, "Runner", spec, platform.Preconditions{}); platform.CodeOf(err) != platform.Invalid {
		t.Errorf("a role that reports runs: %v", err)
	}
	p, err := s.GetProject(t.Context(), owner, "payments")
	if err != nil {
		t.Fatal(err)
	}
	members := append(p.Members, platform.Member{ID: "team-owner", Role: platform.PlatformAdmin})
	_, err = s.PutProject(t.Context(), owner, "payments", platform.ProjectSpec{Title: p.Title, Team: p.Team, Members: members}, platform.Preconditions{Revision: &p.Revision})
	if platform.CodeOf(err) != platform.Forbidden {
		t.Errorf("an owner makes himself admin by the project: %v", err)
	}
	raised := platform.ProjectSpec{Title: p.Title, Team: p.Team, Quota: &platform.Quota{Environments: 1000}}
	if _, err = s.PutProject(t.Context(), owner, "payments", raised, platform.Preconditions{Revision: &p.Revision}); platform.CodeOf(err) != platform.Forbidden {
		t.Errorf("an owner gives himself a quota: %v", err)
	}
	moved := platform.ProjectSpec{Title: p.Title, Team: "elsewhere"}
	if _, err = s.PutProject(t.Context(), owner, "payments", moved, platform.Preconditions{Revision: &p.Revision}); platform.CodeOf(err) != platform.Forbidden {
		t.Errorf("an owner moves his project to another team: %v", err)
	}
}

// The last admin whose role does not end stays, however he is to go.
func TestAssignment_lastAdmin(t *testing.T) {
	s := newService(t)
	first := s.mustGive(t, admin, "/", "first", platform.PlatformAdmin)
	if _, err := s.give(t, admin, "/", "guest", platform.PlatformAdmin, s.clock().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteAssignment(t.Context(), admin, first.ID); platform.CodeOf(err) != platform.LastAdmin {
		t.Errorf("taken away: %v, want %s", err, platform.LastAdmin)
	}
	if _, err := s.give(t, admin, "/", "first", platform.PlatformAdmin, s.clock().Add(time.Hour)); platform.CodeOf(err) != platform.LastAdmin {
		t.Errorf("given an end: %v, want %s", err, platform.LastAdmin)
	}
	s.mustGive(t, admin, "/", "second", platform.PlatformAdmin)
	if err := s.DeleteAssignment(t.Context(), platform.Caller{ID: "second"}, first.ID); err != nil {
		t.Errorf("with another one there: %v", err)
	}
}

// Who holds a role in one environment sees that it is in a project, and nothing of what else is there.
func TestAssignment_atAnEnvironment(t *testing.T) {
	s := newService(t)
	made := s.create(t, "dev", operationOne)
	hidden := s.create(t, "hidden", operationTwo)
	s.mustGive(t, owner, "/projects/payments/environments/dev", "guest", platform.Contributor)
	guest := platform.Caller{ID: "guest"}
	if p, err := s.GetProject(t.Context(), guest, "payments"); err != nil || len(p.Members) != 0 {
		t.Errorf("the project: %+v, %v", p, err)
	}
	if envs, _, err := s.ListEnvironments(t.Context(), guest, "payments", platform.Page{}); err != nil || len(envs) != 1 || envs[0].Name != "dev" {
		t.Errorf("environments: %+v, %v", envs, err)
	}
	if _, err := s.GetOperation(t.Context(), guest, made.Operation.ID, platform.Wait{}); err != nil {
		t.Errorf("its operation: %v", err)
	}
	_, there := s.GetEnvironment(t.Context(), guest, "payments", "hidden")
	_, absent := s.GetEnvironment(t.Context(), guest, "payments", "absent")
	if platform.CodeOf(there) != platform.NotFound || strings.ReplaceAll(there.Error(), "hidden", "absent") != absent.Error() {
		t.Errorf("another environment: %v; one that is not there: %v", there, absent)
	}
	if _, err := s.GetOperation(t.Context(), guest, hidden.Operation.ID, platform.Wait{}); platform.CodeOf(err) != platform.NotFound {
		t.Errorf("another's operation: %v", err)
	}
	if _, _, err := s.ListOperations(t.Context(), guest, "payments", platform.OperationFilter{}, platform.Page{}); platform.CodeOf(err) != platform.Forbidden {
		t.Errorf("all operations: %v", err)
	}
	if ops, _, err := s.ListOperations(t.Context(), guest, "payments", platform.OperationFilter{Environment: "dev"}, platform.Page{}); err != nil || len(ops) != 1 {
		t.Errorf("its operations: %v, %v", ops, err)
	}
	if _, err := s.GetValues(t.Context(), guest, payments); platform.CodeOf(err) != platform.Forbidden {
		t.Errorf("the project's values: %v", err)
	}
}

// A role by environment type counts in every environment of that type, also in one that is being made, and in no other.
func TestAssignment_byType(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	s.mustGive(t, owner, "/projects/payments/environment-types/test", "tester", platform.Contributor)
	tester := platform.Caller{ID: "tester"}
	spec := files()
	if _, err := s.PutEnvironment(t.Context(), tester, "payments", "mine", spec, platform.Preconditions{}, ""); platform.CodeOf(err) != platform.NotFound {
		t.Errorf("a new one of another type: %v", err)
	}
	spec.Type = "test"
	if _, err := s.PutEnvironment(t.Context(), tester, "payments", "mine", spec, platform.Preconditions{}, ""); err != nil {
		t.Errorf("a new one of the type: %v", err)
	}
	if _, err := s.PutEnvironment(t.Context(), tester, "payments", "dev", spec, platform.Preconditions{}, ""); platform.CodeOf(err) != platform.NotFound {
		t.Errorf("one of another type, said to be of this: %v", err)
	}
	if envs, _, err := s.ListEnvironments(t.Context(), tester, "payments", platform.Page{}); err != nil || len(envs) != 1 || envs[0].Name != "mine" {
		t.Errorf("environments: %+v, %v", envs, err)
	}
}

// Where another pair of eyes is asked for, nobody approves what he asked for himself, whatever roles he holds.
func TestMayApprove(t *testing.T) {
	need := &platform.Approvals{Count: 1, NotTheRequester: true}
	me := platform.Caller{ID: "me", Roles: []platform.Role{platform.PlatformAdmin}, Groups: []string{"you"}}.Subject()
	for name, row := range map[string]struct {
		requester string
		need      *platform.Approvals
		want      bool
	}{
		"his own": {"me", need, false}, "in capitals": {"ME", need, false}, "another's": {"you", need, true},
		"where nobody asks for it": {"me", &platform.Approvals{Count: 1}, true}, "where none is needed": {"me", nil, true},
	} {
		if got := platform.MayApprove(me, row.need, "somebody", row.requester); got != row.want {
			t.Errorf("%s: %v, want %v", name, got, row.want)
		}
	}
}
