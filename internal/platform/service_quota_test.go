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

func (s *servicePlatform) setQuota(t *testing.T, q *platform.Quota) {
	t.Helper()
	p, err := s.GetProject(t.Context(), admin, "payments")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutProject(t.Context(), admin, "payments", platform.ProjectSpec{Title: p.Title, Team: p.Team, Quota: q}, platform.Preconditions{Revision: &p.Revision}); err != nil {
		t.Fatal(err)
	}
}

func (s *servicePlatform) setTeamQuota(t *testing.T, q *platform.Quota) {
	t.Helper()
	if _, _, err := s.PutTeam(t.Context(), admin, "payments", platform.TeamSpec{Title: "Payments", Quota: q}, platform.Preconditions{MustExist: true}); err != nil {
		t.Fatal(err)
	}
}

func stores(n int) platform.EnvironmentSpec {
	m := platform.Manifest{Resources: map[string]platform.Resource{}}
	for i := range n {
		m.Resources[fmt.Sprintf("files-%d", i)] = platform.Resource{Type: "storage-account"}
	}
	return platform.EnvironmentSpec{Type: "dev", Manifest: &m}
}

func (s *servicePlatform) put(t *testing.T, name string, spec platform.EnvironmentSpec) error {
	t.Helper()
	_, err := s.PutEnvironment(t.Context(), developer, "payments", name, spec, platform.Preconditions{}, "")
	return err
}

// built puts an environment and carries it to its end.
func (s *servicePlatform) built(t *testing.T, name string, spec platform.EnvironmentSpec) {
	t.Helper()
	done, err := s.PutEnvironment(t.Context(), developer, "payments", name, spec, platform.Preconditions{}, "")
	if err != nil {
		t.Fatal(err)
	}
	s.finish(t, done.Operation.ID, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
}

// mustExceed checks that a refusal says what is used, and who can raise it.
func mustExceed(t *testing.T, what string, err error, says ...string) {
	t.Helper()
	var e *platform.Error
	if !errors.As(err, &e) || e.Code != platform.QuotaExceeded {
		t.Errorf("%s: %v, want %s", what, err, platform.QuotaExceeded)
		return
	}
	for _, part := range append(says, "quotas/write") {
		if !strings.Contains(e.Message+" "+e.Action, part) {
			t.Errorf("%s: %q does not say %q", what, e.Message+" "+e.Action, part)
		}
	}
}

func TestQuota_environments(t *testing.T) {
	s := newService(t)
	s.setQuota(t, &platform.Quota{Environments: 1})
	s.built(t, "one", stores(1))
	mustExceed(t, "a second", s.put(t, "two", stores(1)), "project payments", "for environments is 1", "Used now: 1", "With this: 2")
	if err := s.put(t, "one", stores(2)); err != nil {
		t.Errorf("a change of the first: %v", err)
	}
	s.advanceBy(time.Minute)
}

func TestQuota_resources(t *testing.T) {
	s := newService(t)
	s.setQuota(t, &platform.Quota{Resources: map[string]int{"storage-account": 3, "postgres": 0}})
	s.built(t, "one", stores(2))
	mustExceed(t, "two more", s.put(t, "two", stores(2)), "for resources of type storage-account is 3", "Used now: 2", "With this: 4")
	s.built(t, "two", stores(1))
	mustExceed(t, "one more in the second", s.put(t, "two", stores(2)), "storage-account")
	s.built(t, "one", stores(1)) // fewer always may be
	s.built(t, "two", stores(2))
	none := platform.EnvironmentSpec{Type: "dev", Manifest: &platform.Manifest{Resources: map[string]platform.Resource{"db": {Type: "postgres"}}}}
	mustExceed(t, "a type that is forbidden", s.put(t, "three", none), "for resources of type postgres is 0")
	done, err := s.DeleteEnvironment(t.Context(), developer, "payments", "two", platform.Preconditions{}, "")
	if err != nil {
		t.Fatal(err)
	}
	s.finish(t, done.Operation.ID, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	s.built(t, "two", stores(2))
}

// What a quota paces holds plans back too; deleting is never refused.
func TestQuota_pace(t *testing.T) {
	s := newService(t)
	s.setQuota(t, &platform.Quota{RunningOperations: 1, DeploymentsPerHour: 3})
	s.built(t, "one", stores(1))
	if err := s.put(t, "one", stores(2)); err != nil {
		t.Fatal(err)
	}
	mustExceed(t, "two at once", s.put(t, "two", stores(1)), "for running operations is 1")
	env, err := s.GetEnvironment(t.Context(), developer, "payments", "one")
	if err != nil {
		t.Fatal(err)
	}
	s.finish(t, env.ActiveOperation, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	s.built(t, "two", stores(1))
	plan := platform.DeploymentSpec{Mode: platform.ModePlan, EnvironmentSpec: stores(3)}
	_, err = s.CreateDeployment(t.Context(), developer, "payments", "one", plan, "")
	mustExceed(t, "a plan, the fourth in an hour", err, "for deployments in an hour is 3")
	if done, err := s.DeleteEnvironment(t.Context(), developer, "payments", "two", platform.Preconditions{}, ""); err != nil {
		t.Errorf("deleting: %v", err)
	} else {
		s.finish(t, done.Operation.ID, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	}
	s.advanceBy(time.Hour)
	if _, err = s.CreateDeployment(t.Context(), developer, "payments", "one", plan, ""); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}

// Of many that ask at once for the last place one gets it.
func TestQuota_oneOfManyGetsTheLastPlace(t *testing.T) {
	s := newService(t)
	s.setQuota(t, &platform.Quota{Environments: 1})
	var all sync.WaitGroup
	errs := make([]error, 5)
	for i := range errs {
		all.Go(func() { errs[i] = s.put(t, fmt.Sprintf("env-%d", i), stores(1)) })
	}
	all.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
		} else {
			mustExceed(t, "one too many", err)
		}
	}
	if made != 1 {
		t.Errorf("%d were made: %v", made, errs)
	}
}

// A team's quota is for all its projects together.
func TestQuota_ofTheTeam(t *testing.T) {
	s := newService(t)
	if _, err := s.PutProject(t.Context(), admin, "payments-two", platform.ProjectSpec{Title: "Second", Team: "payments"}, platform.Preconditions{}); err != nil {
		t.Fatal(err)
	}
	s.setTeamQuota(t, &platform.Quota{Environments: 2, Resources: map[string]int{"storage-account": 3}})
	if _, err := s.PutEnvironment(t.Context(), admin, "payments-two", "one", stores(2), platform.Preconditions{}, ""); err != nil {
		t.Fatal(err)
	}
	mustExceed(t, "too many resources", s.put(t, "one", stores(2)), "team payments", "storage-account", "Used now: 2")
	if err := s.put(t, "one", stores(1)); err != nil {
		t.Fatal(err)
	}
	mustExceed(t, "a third", s.put(t, "two", stores(0)), "team payments", "for environments is 2", "Used now: 2")
}

// What a deployment made before it failed is there, and counts: repeating failures does not get around a quota.
func TestQuota_failedDeploymentsCount(t *testing.T) {
	s := newService(t)
	s.setQuota(t, &platform.Quota{Resources: map[string]int{"storage-account": 1}})
	done, err := s.PutEnvironment(t.Context(), developer, "payments", "one", stores(1), platform.Preconditions{}, "")
	if err != nil {
		t.Fatal(err)
	}
	s.finish(t, done.Operation.ID, platform.Report{Status: platform.Failed}, platform.RunFailed)
	mustExceed(t, "a second after the first failed", s.put(t, "two", stores(1)), "storage-account", "Used now: 1")
}
