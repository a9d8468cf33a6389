package platform_test

import (
	"fmt"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// BenchmarkListEnvironments lists 50 environments where there are 100,000: for an admin, who sees them all; for somebody who sees 60, in a
// project of their own; and for those who see 60 of the large project's, by a role in each of them or by one for their type. The last two
// read 50 rows one by one instead of a range. Compare within one run.
func BenchmarkListEnvironments(b *testing.B) {
	s := newService(b)
	const all, seen, each = 100_000, 60, 45
	s.Reads = platform.NewReadLog()
	few := platform.Caller{ID: "few"}
	spec := platform.ProjectSpec{Title: "Large", Team: "payments", Members: []platform.Member{{ID: "tester", Role: platform.Reader, EnvironmentType: "test"}}}
	for i := range seen {
		spec.Members = append(spec.Members, platform.Member{ID: few.ID, Role: platform.Reader, Environment: fmt.Sprintf("env-%06d", i*(all/seen))})
	}
	if _, err := s.PutProject(b.Context(), admin, "large", spec, platform.Preconditions{}); err != nil {
		b.Fatal(err)
	}
	for from := 0; from < all; from += each {
		tx := platform.Transaction{Project: "large"}
		for i := from; i < min(from+each, all); i++ {
			env := platform.Environment{Project: "large", Name: fmt.Sprintf("env-%06d", i), Type: "dev", State: platform.Creating, CreatedAt: noon, UpdatedAt: noon, Revision: 1}
			if i%(all/seen) == 1 {
				env.Type = "test"
			}
			tx.With = append(tx.With, platform.Transaction{Project: "large", Environment: &env})
		}
		if err := s.Store.Commit(b.Context(), tx); err != nil {
			b.Fatal(err)
		}
	}
	own := platform.ProjectSpec{Title: "Own", Team: "payments", Members: []platform.Member{{ID: "owner", Role: platform.Reader}}}
	if _, err := s.PutProject(b.Context(), admin, "own", own, platform.Preconditions{}); err != nil {
		b.Fatal(err)
	}
	for i := range seen {
		env := platform.Environment{Project: "own", Name: fmt.Sprintf("env-%06d", i), Type: "dev", State: platform.Creating, CreatedAt: noon, UpdatedAt: noon, Revision: 1}
		if err := s.Store.Commit(b.Context(), platform.Transaction{Project: "own", Environment: &env}); err != nil {
			b.Fatal(err)
		}
	}
	for _, row := range []struct {
		name, project string
		caller        platform.Caller
	}{
		{"admin", "large", admin}, {"60 in a project", "own", platform.Caller{ID: "owner"}}, {"60 by name", "large", few}, {"60 by type", "large", platform.Caller{ID: "tester"}},
	} {
		b.Run(row.name, func(b *testing.B) {
			for b.Loop() {
				found, next, err := s.ListEnvironments(b.Context(), row.caller, row.project, platform.Page{Size: 50})
				if err != nil || len(found) != 50 || next == "" {
					b.Fatalf("%d, %q, %v", len(found), next, err)
				}
			}
		})
	}
}
