package platform_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// meanwhile is a store that lets something happen after the nth look at the directory, once.
type meanwhile struct {
	platform.Store
	looks, nth int
	happen     func()
}

func (m *meanwhile) DirectoryHead(ctx context.Context) (platform.DirectoryHead, error) {
	head, err := m.Store.DirectoryHead(ctx)
	if m.looks++; m.looks == m.nth {
		m.happen()
	}
	return head, err
}

// between runs a request in a process of its own, with a change of the project's people after each of its first looks.
func between(t *testing.T, request func(*platform.Service) error, check func(*servicePlatform, int)) {
	t.Helper()
	for nth := 1; nth <= 4; nth++ {
		s := newService(t)
		s.mustGive(t, admin, "/projects/payments", "guest", platform.Reader)
		other := *s.Service
		m := &meanwhile{Store: s.Store, nth: nth, happen: func() { s.mustGive(t, admin, "/projects/payments", fmt.Sprintf("late-%d", nth), platform.Reader) }}
		other.Store, other.Roster = m, platform.NewRoster(m)
		if err := request(&other); err != nil {
			t.Fatalf("change after look %d: %v", nth, err)
		}
		check(s, nth)
	}
}

func (s *servicePlatform) membersOf(t *testing.T, project string) map[string]platform.Role {
	t.Helper()
	p, err := s.GetProject(t.Context(), admin, project)
	if err != nil {
		t.Fatal(err)
	}
	members := map[string]platform.Role{}
	for _, m := range p.Members {
		members[m.ID] = m.Role
	}
	return members
}

// A grant while others are given roles adds to theirs, whatever it had read of them.
func TestAssignment_grantAmongOthers(t *testing.T) {
	between(t, func(s *platform.Service) error {
		_, _, err := s.CreateAssignment(t.Context(), admin, platform.AssignmentSpec{Scope: platform.Scope{Project: "payments"}, Principal: platform.Principal{Kind: platform.UserPrincipal, ID: "mine"}, Role: platform.Reader})
		return err
	}, func(s *servicePlatform, nth int) {
		members := s.membersOf(t, "payments")
		for _, id := range []string{"team-owner", "developer", "viewer", "guest", "mine"} {
			if members[id] == "" {
				t.Errorf("change after look %d: %s is gone: %v", nth, id, members)
			}
		}
	})
}

// A revoke that is answered with success has taken the role away, whatever happened meanwhile.
func TestAssignment_revokeAmongOthers(t *testing.T) {
	between(t, func(s *platform.Service) error {
		all, _, err := s.ListAssignments(t.Context(), admin, platform.AssignmentFilter{Scope: platform.Scope{Project: "payments"}, ScopeGiven: true, PrincipalID: "guest"}, platform.Page{})
		if err != nil || len(all) != 1 {
			return fmt.Errorf("%d assignments: %w", len(all), err)
		}
		return s.DeleteAssignment(t.Context(), admin, all[0].ID)
	}, func(s *servicePlatform, nth int) {
		if members := s.membersOf(t, "payments"); members["guest"] != "" || len(members) < 3 {
			t.Errorf("change after look %d: %v", nth, members)
		}
	})
}

// Who is a member all the time is never told that there is no project, though people come and go.
func TestAssignment_membersStaySeen(t *testing.T) {
	between(t, func(s *platform.Service) error { return second(s.GetProject(t.Context(), developer, "payments")) }, func(*servicePlatform, int) {})
}

// Many processes that give roles in one project at once lose none.
func TestAssignment_noGrantIsLost(t *testing.T) {
	s := newService(t)
	const many = 6
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() {
			other := *s.Service
			other.Roster = platform.NewRoster(s.Store)
			_, _, err := other.CreateAssignment(t.Context(), admin, platform.AssignmentSpec{Scope: platform.Scope{Project: "payments"},
				Principal: platform.Principal{Kind: platform.UserPrincipal, ID: fmt.Sprintf("guest-%d", i)}, Role: platform.Reader})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if members := s.membersOf(t, "payments"); len(members) != 3+many {
		t.Errorf("%d members: %v", len(members), members)
	}
}

// Whoever read a team before a role was taken away does not bring it back by writing what he read.
func TestPutTeam_afterARevoke(t *testing.T) {
	s := newService(t)
	spec := platform.TeamSpec{Title: "Crew", Members: []platform.Member{{ID: "chief", Role: platform.TeamOwner}, {ID: "eve", Role: platform.Contributor}}}
	read, _, err := s.PutTeam(t.Context(), admin, "crew", spec, platform.Preconditions{})
	if err != nil {
		t.Fatal(err)
	}
	given, _, err := s.ListAssignments(t.Context(), admin, platform.AssignmentFilter{Scope: platform.Scope{Team: "crew"}, ScopeGiven: true, PrincipalID: "eve"}, platform.Page{})
	if err != nil || len(given) != 1 {
		t.Fatalf("%+v, %v", given, err)
	}
	if err := s.DeleteAssignment(t.Context(), admin, given[0].ID); err != nil {
		t.Fatal(err)
	}
	spec.Title = "Crew!"
	if _, _, err := s.PutTeam(t.Context(), admin, "crew", spec, platform.Preconditions{Revision: &read.Revision}); platform.CodeOf(err) != platform.PreconditionFailed {
		t.Errorf("written back: %v, want %s", err, platform.PreconditionFailed)
	}
}

// A project that changes its people often does not fill the directory: what was replaced is dropped with the next change.
func TestAssignment_replacedSetsAreDropped(t *testing.T) {
	s := newService(t)
	for i := range 30 {
		s.mustGive(t, admin, "/projects/payments", fmt.Sprintf("guest-%d", i), platform.Reader)
	}
	head, err := s.Store.DirectoryHead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// Two sets of some thirty members at most; thirty of them would be 60 KiB and more.
	if head.Body.Size > 25_000 {
		t.Errorf("the directory has %d bytes", head.Body.Size)
	}
}

// Moving a project gives it to the other team, so it takes the right to give.
func TestPutProject_moveIsAGift(t *testing.T) {
	s := newService(t)
	if _, _, err := s.PutTeam(t.Context(), admin, "mine", platform.TeamSpec{Title: "Mine", Members: []platform.Member{{ID: "mallory", Role: platform.TeamOwner}}}, platform.Preconditions{}); err != nil {
		t.Fatal(err)
	}
	mover := platform.RoleSpec{Title: "Moves projects.", Actions: []platform.Permission{platform.ProjectsRead, platform.ProjectsWrite, platform.ProjectsCreate}}
	if _, _, err := s.PutRole(t.Context(), admin, "Mover", mover, platform.Preconditions{}); err != nil {
		t.Fatal(err)
	}
	s.mustGive(t, admin, "/projects/payments", "mallory", "Mover")
	s.mustGive(t, admin, "/teams/mine", "mallory", "Mover")
	_, err := s.PutProject(t.Context(), platform.Caller{ID: "mallory"}, "payments", platform.ProjectSpec{Title: "x", Team: "mine"}, platform.Preconditions{MustExist: true})
	if platform.CodeOf(err) != platform.Forbidden {
		t.Errorf("moved: %v, want %s", err, platform.Forbidden)
	}
}
