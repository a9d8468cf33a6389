package platform_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// What would be made is told before it is made, and nothing is: neither project, team nor environment.
func TestPreviewProject(t *testing.T) {
	writes := 0
	s := newService(t, func(store platform.Store) platform.Store { return cutting{Store: store, writes: &writes} })
	before := writes
	p, err := s.PreviewProject(t.Context(), admin, "orders", newcomers(), platform.Preconditions{MustNotExist: true})
	if err != nil || p.Exists || !p.NewTeam || p.Refusal != nil || len(p.Environments) != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
	for i, e := range p.Environments {
		if e.Refusal != nil || e.Preview == nil || len(e.Preview.Changes) == 0 {
			t.Fatalf("%s: %+v", e.Name, e)
		}
		at := slices.IndexFunc(e.Preview.Quotas, func(q platform.QuotaVerdict) bool { return q.Bound == "environments" })
		if at < 0 || e.Preview.Quotas[at].Would != i+1 {
			t.Errorf("%s does not know of those before it: %+v", e.Name, e.Preview.Quotas)
		}
	}
	if writes != before {
		t.Errorf("%d writes", writes-before)
	}
	if _, err := s.GetProject(t.Context(), admin, "orders"); platform.CodeOf(err) != platform.NotFound {
		t.Errorf("the project: %v", err)
	}
}

// One refusal does not hide the others, and each is the one that putProject would give.
func TestPreviewProject_refusals(t *testing.T) {
	s := newService(t)
	spec := newcomers()
	spec.Title, spec.Quota.Environments = "", 1
	spec.Members[1].Role = "Czar"
	p, err := s.PreviewProject(t.Context(), admin, "orders", spec, platform.Preconditions{})
	if err != nil {
		t.Fatal(err)
	}
	if p.Refusal == nil || p.Refusal.Code != platform.Invalid {
		t.Fatalf("the project: %+v", p.Refusal)
	}
	var pointers []string
	for _, d := range p.Refusal.Details {
		pointers = append(pointers, d.Pointer)
	}
	if diff := cmp.Diff([]string{"/title", "/members/1/role"}, pointers); diff != "" {
		t.Errorf("what is wrong (-want +got):\n%s", diff)
	}
	one, two := p.Environments[0], p.Environments[1]
	if one.Refusal != nil || two.Refusal == nil || two.Refusal.Code != platform.QuotaExceeded || two.Preview == nil || two.Refusal.Details[0].Pointer != "/environments/1" {
		t.Errorf("environments: %+v, %+v", one.Refusal, two.Refusal)
	}
	_, refused := s.PutProject(t.Context(), admin, "orders", spec, platform.Preconditions{})
	if platform.CodeOf(refused) != p.Refusal.Code {
		t.Errorf("putProject says %v", refused)
	}
	spec = newcomers()
	spec.Environments[0].Type, spec.Environments[1].Name = "nothing", "Not A Name"
	p, err = s.PreviewProject(t.Context(), admin, "orders", spec, platform.Preconditions{})
	if err != nil || len(p.Environments) != 2 || p.Environments[0].Refusal == nil || p.Environments[0].Preview != nil || p.Environments[1].Refusal == nil || p.Complete {
		t.Errorf("%+v, %v", p, err)
	}
}

// A gift of what one does not hold is refused in the preview too; so is the name that is taken.
func TestPreviewProject_whatExists(t *testing.T) {
	s := newService(t)
	spec := platform.ProjectSpec{Title: "Payments", Team: "payments", Members: []platform.Member{{ID: "mallory", Role: platform.PlatformAdmin}}}
	p, err := s.PreviewProject(t.Context(), owner, "payments", spec, platform.Preconditions{})
	if err != nil || !p.Exists || p.Refusal == nil || p.Refusal.Code != platform.Forbidden {
		t.Errorf("%+v, %v", p, err)
	}
	_, err = s.PreviewProject(t.Context(), admin, "payments", spec, platform.Preconditions{MustNotExist: true})
	if platform.CodeOf(err) != platform.NameTaken {
		t.Errorf("a name that is taken: %v", err)
	}
}

// Usage tells what is there of what may be there; what is not bounded is counted all the same.
func TestUsage(t *testing.T) {
	s := newService(t)
	spec := newcomers()
	spec.Quota.Resources = map[string]int{"postgres": 0}
	if _, err := s.PutProject(t.Context(), admin, "orders", spec, platform.Preconditions{}); err != nil {
		t.Fatal(err)
	}
	chief := platform.Caller{ID: "chief"}
	u, err := s.GetProjectUsage(t.Context(), chief, "orders")
	if err != nil {
		t.Fatal(err)
	}
	number := func(n int) *int { return &n }
	want := map[string]platform.BoundUse{
		"environments":               {Bound: "environments", Limit: number(3), Used: 2},
		"running operations":         {Bound: "running operations", Used: 2},
		"deployments in an hour":     {Bound: "deployments in an hour", Limit: number(10), Used: 2},
		"resources of type postgres": {Bound: "resources of type postgres", Limit: number(0)},
	}
	for _, b := range u.Bounds {
		if w, ok := want[b.Bound]; ok {
			if diff := cmp.Diff(w, b); diff != "" {
				t.Errorf("%s (-want +got):\n%s", b.Bound, diff)
			}
			delete(want, b.Bound)
		}
	}
	if len(want) > 0 {
		t.Errorf("not told: %v in %+v", want, u.Bounds)
	}
	team, err := s.GetTeamUsage(t.Context(), admin, "order-crew")
	if err != nil || team.Bounds[0].Used != 2 || team.Bounds[0].Limit != nil {
		t.Errorf("the team: %+v, %v", team, err)
	}
	if _, err := s.GetTeamUsage(t.Context(), outsider, "order-crew"); platform.CodeOf(err) != platform.NotFound {
		t.Errorf("an outsider: %v", err)
	}
	guest := platform.Caller{ID: "guest"}
	if _, _, err := s.CreateAssignment(t.Context(), admin, platform.AssignmentSpec{Scope: platform.Scope{Project: "orders", Environment: "one"}, Principal: platform.Principal{Kind: platform.UserPrincipal, ID: "guest"}, Role: platform.Reader}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.GetProjectUsage(t.Context(), guest, "orders"); platform.CodeOf(err) != platform.Forbidden {
		t.Errorf("who sees one environment alone is told how many there are: %v", err)
	}
}

// One's actions at a place are those that asking one by one would allow.
func TestListMyActions(t *testing.T) {
	s := newService(t)
	for _, c := range []platform.Caller{admin, owner, developer, viewer} {
		for _, scope := range []platform.Scope{{}, {Project: "payments"}, {Project: "payments", EnvironmentType: "prod"}} {
			mine, err := s.ListMyActions(t.Context(), c, scope)
			if err != nil {
				t.Fatalf("%s at %s: %v", c.ID, scope, err)
			}
			for _, a := range platform.Permissions() {
				e, err := s.ExplainAccess(t.Context(), c, platform.AccessQuestion{Action: a, Scope: scope})
				if err != nil || e.Allowed != slices.Contains(mine, a) {
					t.Errorf("%s, %s at %s: explained %v (%v), listed %v", c.ID, a, scope, e.Allowed, err, mine)
				}
			}
		}
	}
}
