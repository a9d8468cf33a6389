package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// directoryHeadStoredAndRead changes the directory on what is there, and once on what is not there any more.
func directoryHeadStoredAndRead(t *testing.T, s platform.Store) {
	before, err := s.DirectoryHead(t.Context())
	if err != nil && platform.CodeOf(err) != platform.NotFound {
		t.Fatal(err)
	}
	next := platform.DirectoryHead{Revision: before.Revision + 1, Body: platform.BodyRef{ID: "directory", Digest: "ab", Size: 3}, Stored: before.Stored}
	commit := func(h platform.DirectoryHead) error {
		return s.Commit(t.Context(), platform.Transaction{Project: platform.PlatformScope, Directory: &h, Audit: []platform.AuditEvent{anAudit(platform.PlatformScope)}})
	}
	if err := commit(next); err != nil {
		t.Fatal(err)
	}
	same(t, "head", next, must(t, s.DirectoryHead))
	if err := commit(next); platform.CodeOf(err) != platform.Conflict {
		t.Errorf("a change on an earlier directory: %v, want %s", err, platform.Conflict)
	}
}

// usageStoredAndRead keeps two acceptances at once apart.
func usageStoredAndRead(t *testing.T, s platform.Store) {
	project := newName("p")
	if _, err := s.Usage(t.Context(), project); platform.CodeOf(err) != platform.NotFound {
		t.Errorf("before any use: %v, want %s", err, platform.NotFound)
	}
	for _, recent := range [][]time.Time{{start, start.Add(time.Second)}, nil} {
		read := func(ctx context.Context) (platform.Usage, error) { return s.Usage(ctx, project) }
		u := platform.Usage{Project: project, Recent: recent}
		if before, err := s.Usage(t.Context(), project); err == nil {
			u.Stored = before.Stored
		}
		mustCommit(t, s, platform.Transaction{Project: project, Usage: &u})
		same(t, "usage", u, must(t, read))
		if err := s.Commit(t.Context(), platform.Transaction{Project: project, Usage: &u}); platform.CodeOf(err) != platform.Conflict {
			t.Errorf("on an earlier usage: %v, want %s", err, platform.Conflict)
		}
	}
}

// environmentNamesByType lists in order, from a name on, and no type whose name begins alike.
func environmentNamesByType(t *testing.T, s platform.Store) {
	project := newName("p")
	for name, of := range map[string]string{"c-3": "dev", "a-1": "dev", "b-2": "dev", "x-1": "dev-2", "y-1": "prod"} {
		env := platform.Environment{Project: project, Name: name, Type: of, State: platform.Creating}
		mustCommit(t, s, platform.Transaction{Project: project, Environment: &env})
	}
	other := platform.Environment{Project: project + "x", Name: "z-9", Type: "dev", State: platform.Creating}
	mustCommit(t, s, platform.Transaction{Project: other.Project, Environment: &other})
	for _, row := range []struct {
		after string
		limit int
		want  []string
	}{{"", 10, []string{"a-1", "b-2", "c-3"}}, {"", 2, []string{"a-1", "b-2"}}, {"a-1", 10, []string{"b-2", "c-3"}}, {"c-3", 10, nil}} {
		got, err := s.EnvironmentNames(t.Context(), project, "dev", row.after, row.limit)
		if err != nil || !slices.Equal(got, row.want) {
			t.Errorf("after %q, at most %d: %v, %v, want %v", row.after, row.limit, got, err, row.want)
		}
	}
}

// severalInOneCommit stores a project with its first environments, or nothing of it.
func severalInOneCommit(t *testing.T, s platform.Store) {
	project := newName("p")
	p := aProject(project)
	part := func(name string) platform.Transaction {
		env := anEnvironment(project, name)
		dep := aDeployment(project, name, newID(start))
		op := anOperation(project, name, newID(start), start)
		return platform.Transaction{Project: project, Environment: &env, Deployment: &dep, Operation: &op, Audit: []platform.AuditEvent{anAudit(project)}}
	}
	taken := anEnvironment(project, "two")
	mustCommit(t, s, platform.Transaction{Project: project, Environment: &taken})
	err := s.Commit(t.Context(), platform.Transaction{Project: project, PutProject: &p, With: []platform.Transaction{part("one"), part("two")}})
	if platform.CodeOf(err) != platform.Conflict {
		t.Fatalf("with a part that conflicts: %v, want %s", err, platform.Conflict)
	}
	if _, err := s.Project(t.Context(), project); platform.CodeOf(err) != platform.NotFound {
		t.Errorf("a part of it was stored: %v", err)
	}
	mustCommit(t, s, platform.Transaction{Project: project, PutProject: &p, With: []platform.Transaction{part("one"), part("three")}})
	for _, name := range []string{"one", "two", "three"} {
		if _, err := s.Environment(t.Context(), project, name); err != nil {
			t.Errorf("environment %s: %v", name, err)
		}
	}
	stray := part("four")
	stray.Environment.Project = "another"
	if err := s.Commit(t.Context(), platform.Transaction{Project: project, With: []platform.Transaction{stray}}); err == nil {
		t.Error("a row of another project was taken")
	}
}
