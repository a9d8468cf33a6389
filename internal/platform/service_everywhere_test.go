package platform_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// shop makes a project of its own team, with somebody who owns it.
func (s *servicePlatform) shop(t testing.TB, name, ownerID string) platform.Caller {
	t.Helper()
	spec := platform.ProjectSpec{Title: "Shop " + name, Team: name + "-team", Members: []platform.Member{{ID: ownerID, Role: platform.TeamOwner}}}
	if _, err := s.PutProject(t.Context(), admin, name, spec, platform.Preconditions{}); err != nil {
		t.Fatal(err)
	}
	return platform.Caller{ID: ownerID}
}

func (s *servicePlatform) found(t *testing.T, c platform.Caller, text string) []string {
	t.Helper()
	found, _, err := s.Search(t.Context(), c, text, 50)
	if err != nil {
		t.Fatalf("search %q: %v", text, err)
	}
	var out []string
	for _, f := range found {
		out = append(out, string(f.Kind)+" "+f.Title)
	}
	return out
}

func TestSearch(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	stranger := s.shop(t, "books", "stranger")
	for _, c := range []struct {
		by          platform.Caller
		text, first string
		nothing     bool
	}{
		{by: developer, text: "pay", first: "project Payments"},
		{by: developer, text: "PAYMENTS/dev", first: "environment payments/dev"},
		{by: developer, text: "dev pay", first: "environment payments/dev"},
		{by: developer, text: "creating", first: "environment payments/dev"},
		{by: developer, text: operationOne, first: "operation putEnvironment payments/dev"},
		{by: developer, text: "web service", first: "template Web service with a database"},
		{by: developer, text: "postgres", first: "resourceType PostgreSQL database"},
		{by: developer, text: "books", nothing: true},
		{by: developer, text: "ayments", nothing: true}, // words are found by how they begin
		{by: admin, text: "books", first: "project Shop books"},
		{by: stranger, text: "payments", nothing: true},
		{by: stranger, text: operationOne, nothing: true},
		{by: stranger, text: "stranger", nothing: true},
		{by: outsider, text: "pay dev", nothing: true},
		{by: aRun, text: "empty", nothing: true},
	} {
		got := s.found(t, c.by, c.text)
		if c.nothing && len(got) > 0 || !c.nothing && (len(got) == 0 || got[0] != c.first) {
			t.Errorf("%s searches %q: %q, want %q first", c.by.ID, c.text, got, c.first)
		}
	}
	for _, text := range []string{"", " / ", strings.Repeat("a", 201)} {
		if _, _, err := s.Search(t.Context(), developer, text, 5); platform.CodeOf(err) != platform.Invalid {
			t.Errorf("search %q: %v, want Invalid", text, err)
		}
	}
}

// Whose role is for one environment finds that one, and sees it in the lists.
func TestEverywhere_oneEnvironment(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	s.create(t, "hidden", operationTwo)
	guest := platform.Caller{ID: "guest"}
	s.mustGive(t, admin, "/projects/payments/environments/dev", guest.ID, platform.Reader)
	if got := s.found(t, guest, "payments"); slices.ContainsFunc(got, func(f string) bool { return strings.Contains(f, "hidden") }) || !slices.Contains(got, "environment payments/dev") {
		t.Errorf("found %q", got)
	}
	environments, next, err := s.ListAllEnvironments(t.Context(), guest, platform.EverywhereFilter{}, platform.Page{})
	if err != nil || next != "" || len(environments) != 1 || environments[0].Name != "dev" {
		t.Errorf("listed %+v %q %v", environments, next, err)
	}
	for _, open := range []bool{true, false} {
		operations, complete, err := s.ListAllOperations(t.Context(), guest, platform.OperationsEverywhere{Open: open}, 10)
		if err != nil || !complete || len(operations) != 1 || operations[0].ID != operationOne {
			t.Errorf("open %v: %+v %v %v", open, operations, complete, err)
		}
	}
}

func TestHome(t *testing.T) {
	s, _ := waiting(t, files())
	s.shop(t, "books", "stranger")
	for _, c := range []struct {
		by                                  platform.Caller
		approvals, running, recent, project int
	}{
		{approver, 1, 0, 1, 1},
		{owner, 1, 0, 1, 1},
		{developer, 0, 1, 1, 1}, // asked for it himself, and may not approve
		{viewer, 0, 1, 1, 1},
		{admin, 1, 0, 1, 2},
		{platform.Caller{ID: "stranger"}, 0, 0, 0, 1},
		{outsider, 0, 0, 0, 0},
	} {
		home, err := s.GetHome(t.Context(), c.by)
		if err != nil || len(home.Approvals) != c.approvals || len(home.Running) != c.running || len(home.Recent) != c.recent || home.Projects != c.project || !home.Complete {
			t.Errorf("home of %s: %+v %v", c.by.ID, home, err)
		}
		waits, _, err := s.ListAllOperations(t.Context(), c.by, platform.OperationsEverywhere{WaitsForMe: true}, 10)
		if err != nil || len(waits) != c.approvals {
			t.Errorf("waits for %s: %+v %v", c.by.ID, waits, err)
		}
	}
	// Nobody else decides in its place: what was said once waits for him no more, and what is over for nobody.
	if _, err := s.RejectOperation(t.Context(), approver, operationOne, agreed); err != nil {
		t.Fatal(err)
	}
	home, err := s.GetHome(t.Context(), owner)
	if err != nil || len(home.Approvals)+len(home.Running) != 0 || len(home.Recent) != 1 {
		t.Errorf("after it was rejected: %+v %v", home, err)
	}
}

func TestHome_failedAndExpiring(t *testing.T) {
	s := newService(t)
	soon := files()
	soon.Ends.In = 60 * time.Hour
	env := s.made(t, "soon", soon)
	s.create(t, "broken", operationTwo)
	if err := s.RunOperation(t.Context(), operationTwo); err != nil {
		t.Fatal(err)
	}
	s.claim(t, operationTwo)
	s.endRun(t, operationTwo, platform.RunFailed)
	home, err := s.GetHome(t.Context(), developer)
	if err != nil || len(home.Failed) != 1 || home.Failed[0].ID != operationTwo || home.Failed[0].Error == nil {
		t.Errorf("failed: %+v %v", home.Failed, err)
	}
	if len(home.Expiring) != 1 || home.Expiring[0].Name != env.Name {
		t.Errorf("expiring: %+v", home.Expiring)
	}
	if _, err := s.ProtectEnvironment(t.Context(), owner, "payments", "soon", "is shown to a customer"); err != nil {
		t.Fatal(err)
	}
	if home, err = s.GetHome(t.Context(), developer); err != nil || len(home.Expiring) != 0 {
		t.Errorf("what is protected stays: %+v %v", home.Expiring, err)
	}
	s.advanceBy(15 * 24 * time.Hour)
	if home, err = s.GetHome(t.Context(), developer); err != nil || len(home.Failed) != 0 {
		t.Errorf("what failed long ago is not news: %+v %v", home.Failed, err)
	}
}

// All pages together hold everything once, whatever the size of a page, with projects larger and smaller than that.
func TestListAllEnvironments_pages(t *testing.T) {
	s := newService(t)
	var want []string
	for i, name := range []string{"aa", "bb", "cc"} {
		s.shop(t, name, "developer")
		for n := range []int{3, 1, 4}[i] {
			env := fmt.Sprintf("e%d", n)
			if _, err := s.PutEnvironment(t.Context(), developer, name, env, files(), platform.Preconditions{}, ""); err != nil {
				t.Fatal(err)
			}
			want = append(want, name+"/"+env)
		}
	}
	for _, by := range []platform.Caller{developer, admin} {
		for size := 1; size <= 9; size++ {
			var got []string
			page := platform.Page{Size: size}
			for range 20 {
				found, next, err := s.ListAllEnvironments(t.Context(), by, platform.EverywhereFilter{Type: "dev"}, page)
				if err != nil || len(found) > size {
					t.Fatalf("%s, pages of %d: %d %v", by.ID, size, len(found), err)
				}
				for _, e := range found {
					got = append(got, e.Project+"/"+e.Name)
				}
				if page.After = next; next == "" {
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s, pages of %d: %q, want %q", by.ID, size, got, want)
			}
		}
	}
	none, _, err := s.ListAllEnvironments(t.Context(), developer, platform.EverywhereFilter{Owner: "somebody"}, platform.Page{})
	if err != nil || len(none) != 0 {
		t.Errorf("of somebody else: %+v %v", none, err)
	}
}

// counted counts the reads of a store that grow with what there is.
type counted struct {
	platform.Store
	reads *atomic.Int64
}

func (c counted) Project(ctx context.Context, name string) (platform.Project, error) {
	c.reads.Add(1)
	return c.Store.Project(ctx, name)
}

func (c counted) Environments(ctx context.Context, project string, page platform.Page) ([]platform.Environment, string, error) {
	c.reads.Add(1)
	return c.Store.Environments(ctx, project, page)
}

// What somebody is told costs the same whether there are others or not.
func TestEverywhere_costsWhatOneSees(t *testing.T) {
	var reads atomic.Int64
	s := newService(t, func(store platform.Store) platform.Store { return counted{store, &reads} })
	cost := func() (all []int64) {
		for _, ask := range []func() error{
			func() error { _, err := s.GetHome(t.Context(), developer); return err },
			func() error { _, _, err := s.Search(t.Context(), developer, "foreign", 5); return err },
			func() error {
				_, _, err := s.ListAllEnvironments(t.Context(), developer, platform.EverywhereFilter{}, platform.Page{})
				return err
			},
			func() error {
				_, _, err := s.ListAllOperations(t.Context(), developer, platform.OperationsEverywhere{}, 5)
				return err
			},
		} {
			reads.Store(0)
			if err := ask(); err != nil {
				t.Fatal(err)
			}
			all = append(all, reads.Load())
		}
		return all
	}
	before := cost()
	for i := range 20 {
		s.shop(t, fmt.Sprintf("foreign-%d", i), "stranger")
	}
	if after := cost(); !slices.Equal(before, after) {
		t.Errorf("%v reads, and %v beside 20 projects of others", before, after)
	}
}
