package platform_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// newcomers is a project of a team that does not exist yet, with people and two environments.
func newcomers() platform.ProjectSpec {
	env := func(name string) platform.OnboardedEnvironment {
		return platform.OnboardedEnvironment{Name: name, EnvironmentSpec: files()}
	}
	return platform.ProjectSpec{Title: "Orders", Team: "order-crew", Quota: &platform.Quota{Environments: 3, DeploymentsPerHour: 10}, EnvironmentTypes: []string{"dev"},
		Members:      []platform.Member{{ID: "chief", Role: platform.TeamOwner}, {ID: "crew", Kind: platform.GroupPrincipal, Role: platform.Contributor}},
		Environments: []platform.OnboardedEnvironment{env("one"), env("two")}}
}

// One request makes team, people, project and environments, and starts their deployments.
func TestPutProject_onboards(t *testing.T) {
	s := newService(t)
	done, err := s.PutProject(t.Context(), admin, "orders", newcomers(), platform.Preconditions{})
	if err != nil || !done.Created || len(done.Operations) != 2 || len(done.Members) != 2 {
		t.Fatalf("%+v, %v", done, err)
	}
	chief, crew := platform.Caller{ID: "chief"}, platform.Caller{ID: "somebody", Groups: []string{"crew"}}
	for _, op := range done.Operations {
		if got := s.finish(t, op.ID, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded); got.Status != platform.Succeeded {
			t.Errorf("operation %s: %s %+v", got.ID, got.Status, got.Error)
		}
	}
	for _, c := range []platform.Caller{chief, crew} {
		envs, _, err := s.ListEnvironments(t.Context(), c, "orders", platform.Page{})
		if err != nil || len(envs) != 2 || envs[0].State != platform.Ready {
			t.Errorf("%s sees %+v, %v", c.ID, envs, err)
		}
	}
	if team, err := s.GetTeam(t.Context(), admin, "order-crew"); err != nil || len(team.Projects) != 1 {
		t.Errorf("the team: %+v, %v", team, err)
	}
	again, err := s.PutProject(t.Context(), admin, "orders", newcomers(), platform.Preconditions{})
	if err != nil || again.Created || again.Revision != done.Revision {
		t.Errorf("the same again: %+v, %v", again, err)
	}
}

// Somebody may hold one role in several environments, several roles in one, and roles by type.
func TestPutProject_membersBeneath(t *testing.T) {
	s := newService(t)
	spec := platform.ProjectSpec{Title: "Orders", Team: "payments", Members: []platform.Member{
		{ID: "guest", Role: platform.Reader, Environment: "one"}, {ID: "guest", Role: platform.Reader, Environment: "two"},
		{ID: "guest", Role: platform.Approver, Environment: "two"}, {ID: "guest", Role: platform.Contributor, EnvironmentType: "dev", ExpiresAt: noon.AddDate(1, 0, 0), Comment: "a year"}}}
	done, err := s.PutProject(t.Context(), admin, "orders", spec, platform.Preconditions{})
	if err != nil || len(done.Members) != 4 {
		t.Fatalf("%+v, %v", done, err)
	}
	again := spec
	again.Members = done.Members
	if same, err := s.PutProject(t.Context(), admin, "orders", again, platform.Preconditions{}); err != nil || same.Revision != done.Revision {
		t.Errorf("what was read is not what is there: %+v, %v", same, err)
	}
}

// Whatever is cut, before or after its effect, there is everything or nothing; and asking again makes everything.
func TestPutProject_cutAtEveryWrite(t *testing.T) {
	const writes = 6 // directory and its body, three reservations, the transaction
	for nth := 1; nth <= writes; nth++ {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("write %d, after=%v", nth, after), func(t *testing.T) {
				count := 0
				s := newService(t, func(store platform.Store) platform.Store {
					return cutting{Store: store, writes: &count, nth: nth, after: after}
				})
				chief := platform.Caller{ID: "chief"}
				_, err := s.PutProject(t.Context(), admin, "orders", newcomers(), platform.Preconditions{})
				if !errors.Is(err, errCut) {
					t.Fatalf("the request that was cut is answered %v", err)
				}
				whole := nth == writes && after
				p, err := s.GetProject(t.Context(), chief, "orders")
				if whole != (err == nil) || whole && len(p.Members) != 2 {
					t.Errorf("its owner sees %+v, %v", p, err)
				}
				if _, err := s.GetTeam(t.Context(), admin, "order-crew"); whole != (err == nil) {
					t.Errorf("the team: %v", err)
				}
				if projects, _, err := s.ListProjects(t.Context(), chief, platform.Page{}); err != nil || (len(projects) == 1) != whole {
					t.Errorf("its owner lists %+v, %v", projects, err)
				}
				if _, err := s.PutProject(t.Context(), admin, "orders", newcomers(), platform.Preconditions{}); err != nil {
					t.Fatalf("asked again: %v", err)
				}
				envs, _, err := s.ListEnvironments(t.Context(), chief, "orders", platform.Page{})
				if err != nil || len(envs) != 2 {
					t.Errorf("in the end there are %+v, %v", envs, err)
				}
			})
		}
	}
	// The test is about every write: were there more, the last of them would not have been cut.
	count := 0
	s := newService(t, func(store platform.Store) platform.Store { return cutting{Store: store, writes: &count} })
	if _, err := s.PutProject(t.Context(), admin, "orders", newcomers(), platform.Preconditions{}); err != nil || count != writes {
		t.Errorf("%d writes, %v; the test knows of %d", count, err, writes)
	}
}

// What cannot be as a whole leaves nothing: neither the team, nor people, nor the environments that could have been.
func TestPutProject_allOrNothing(t *testing.T) {
	for name, row := range map[string]struct {
		change func(*platform.ProjectSpec)
		code   platform.Code
		says   string
	}{
		"a second environment that is not valid": {func(p *platform.ProjectSpec) { p.Environments[1].Manifest = nil }, platform.Invalid, "/environments/1"},
		"more environments than its own quota":   {func(p *platform.ProjectSpec) { p.Quota.Environments = 1 }, platform.QuotaExceeded, "project orders"},
		"a type that it may not have":            {func(p *platform.ProjectSpec) { p.EnvironmentTypes = []string{"prod"} }, platform.Invalid, "/environments/0/type"},
		"more deployments than in an hour":       {func(p *platform.ProjectSpec) { p.Quota.DeploymentsPerHour = 1 }, platform.QuotaExceeded, "in an hour"},
		"a role that does not exist":             {func(p *platform.ProjectSpec) { p.Members[1].Role = "Czar" }, platform.Invalid, "/members/1/role"},
		"the role of pipelines":                  {func(p *platform.ProjectSpec) { p.Members[1].Role = platform.PipelineRun }, platform.Invalid, "/members/1/role"},
		"somebody twice":                         {func(p *platform.ProjectSpec) { p.Members[1] = p.Members[0] }, platform.Invalid, "/members/1/id"},
		"two environments of one name":           {func(p *platform.ProjectSpec) { p.Environments[1].Name = "one" }, platform.Invalid, "/environments/1/name"},
		"a negative quota":                       {func(p *platform.ProjectSpec) { p.Quota.RunningOperations = -1 }, platform.Invalid, "/quota/runningOperations"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			spec := newcomers()
			row.change(&spec)
			_, err := s.PutProject(t.Context(), admin, "orders", spec, platform.Preconditions{})
			var e *platform.Error
			if !errors.As(err, &e) || e.Code != row.code || !strings.Contains(fmt.Sprint(e.Message, e.Details), row.says) {
				t.Errorf("%v (%+v), want %s with %q", err, e, row.code, row.says)
			}
			if _, err := s.GetProject(t.Context(), admin, "orders"); platform.CodeOf(err) != platform.NotFound {
				t.Errorf("the project: %v", err)
			}
			if _, err := s.GetTeam(t.Context(), admin, "order-crew"); platform.CodeOf(err) != platform.NotFound {
				t.Errorf("the team: %v", err)
			}
			if _, err := s.Store.Environment(t.Context(), "orders", "one"); platform.CodeOf(err) != platform.NotFound {
				t.Errorf("an environment: %v", err)
			}
		})
	}
}

// Of many who take a name at once one gets it, with the people that he named and nobody else's.
func TestPutProject_oneOfManyGetsTheName(t *testing.T) {
	s := newService(t)
	const many = 6
	won := make([]bool, many)
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() {
			spec := platform.ProjectSpec{Title: "Orders", Team: "payments", Members: []platform.Member{{ID: fmt.Sprintf("owner-%d", i), Role: platform.TeamOwner}}}
			done, err := s.PutProject(t.Context(), admin, "orders", spec, platform.Preconditions{MustNotExist: true})
			won[i] = err == nil && done.Created
		})
	}
	all.Wait()
	s.advanceBy(2 * time.Hour)
	p, err := s.GetProject(t.Context(), admin, "orders")
	if err != nil || len(p.Members) != 1 {
		t.Fatalf("%+v, %v", p, err)
	}
	for i, w := range won {
		if owner := fmt.Sprintf("owner-%d", i); w != (p.Members[0].ID == owner) {
			t.Errorf("%s: won %v, but it belongs to %s", owner, w, p.Members[0].ID)
		}
		_, err := s.GetProject(t.Context(), platform.Caller{ID: fmt.Sprintf("owner-%d", i)}, "orders")
		if won[i] != (err == nil) {
			t.Errorf("owner-%d: won %v, sees it: %v", i, won[i], err)
		}
	}
}
