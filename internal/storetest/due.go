package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// dueBy lists what is due by a time, of some projects.
func dueBy(t *testing.T, s platform.Store, until time.Time, size int, projects ...string) []platform.DueEnvironment {
	t.Helper()
	all := pages(t, size, func(page platform.Page) ([]platform.DueEnvironment, string, error) {
		return s.DueEnvironments(t.Context(), until, page)
	})
	return slices.DeleteFunc(all, func(d platform.DueEnvironment) bool { return !slices.Contains(projects, d.Project) })
}

func mustPutDue(t *testing.T, s platform.Store, d platform.DueEnvironment) {
	t.Helper()
	if err := s.PutDue(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

func dueListedByTime(t *testing.T, s platform.Store) {
	project := newName("p")
	for i, name := range []string{"last", "first", "second", "later"} {
		at := start.Add([]time.Duration{3, 1, 2, 4}[i] * time.Hour)
		mustPutDue(t, s, platform.DueEnvironment{Project: project, Environment: name, At: at, Noted: start})
	}
	other := newName("p")
	mustPutDue(t, s, platform.DueEnvironment{Project: other, Environment: "first", At: start.Add(time.Hour), Noted: start}) // at the same time
	for _, size := range []int{1, 2, 50} {
		got := dueBy(t, s, start.Add(3*time.Hour), size, project) // what is due at this very time is due
		wantOrder(t, "due environments", []string{"first", "second", "last"}, namesOf(got, func(d platform.DueEnvironment) string { return d.Environment }))
	}
	got := dueBy(t, s, start.Add(3*time.Hour-1), 50, project, other)
	wantOrder(t, "what is due a moment earlier", []string{"first", "first", "second"}, namesOf(got, func(d platform.DueEnvironment) string { return d.Environment }))
	got = dueBy(t, s, start.Add(time.Hour), 50, other)
	same(t, "entry", []platform.DueEnvironment{{Project: other, Environment: "first", At: start.Add(time.Hour), Noted: start}}, got)
}

func dueRemovedUnlessWrittenAgain(t *testing.T, s platform.Store) {
	project := newName("p")
	d := platform.DueEnvironment{Project: project, Environment: "dev", At: start, Noted: start}
	mustPutDue(t, s, d)
	read := dueBy(t, s, start, 50, project)
	if len(read) != 1 {
		t.Fatalf("%d entries, want 1", len(read))
	}
	d.Noted = start.Add(time.Minute)
	mustPutDue(t, s, d) // by somebody whose commit is still to come
	if err := s.RemoveDue(t.Context(), read[0]); err != nil {
		t.Fatal(err)
	}
	again := dueBy(t, s, start, 50, project)
	if len(again) != 1 || !again[0].Noted.Equal(d.Noted) {
		t.Fatalf("an entry that was written again is gone: %v", again)
	}
	for range 2 {
		if err := s.RemoveDue(t.Context(), again[0]); err != nil {
			t.Fatal(err)
		}
	}
	if left := dueBy(t, s, start, 50, project); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}
