package storetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// pages walks a whole list in pages of a size. A page may be short, even empty, and still have a next one.
func pages[T any](t *testing.T, size int, list func(platform.Page) ([]T, string, error)) []T {
	t.Helper()
	var all []T
	page := platform.Page{Size: size}
	for range 10_000 {
		items, next, err := list(page)
		if err != nil {
			t.Fatal(err)
		}
		if len(items) > size {
			t.Fatalf("a page of %d has %d items", size, len(items))
		}
		all = append(all, items...)
		if next == "" {
			return all
		}
		page.After = next
	}
	t.Fatal("the list does not end")
	return nil
}

func wantOrder(t *testing.T, what string, want, got []string) {
	t.Helper()
	if !slices.Equal(want, got) {
		t.Errorf("%s are %q, want %q", what, got, want)
	}
}

func namesOf[T any](items []T, name func(T) string) []string {
	names := make([]string, 0, len(items))
	for _, item := range items {
		names = append(names, name(item))
	}
	return names
}

func projectListedByName(t *testing.T, s platform.Store) {
	base := newName("p")
	var want []string
	for _, suffix := range []string{"-c", "-a", "-b"} {
		p := aProject(base + suffix)
		mustCommit(t, s, platform.Transaction{Project: p.Name, PutProject: &p})
		want = append(want, p.Name)
	}
	slices.Sort(want)
	all := pages(t, 2, func(page platform.Page) ([]platform.Project, string, error) { return s.Projects(t.Context(), page) })
	ours := slices.DeleteFunc(all, func(p platform.Project) bool { return !slices.Contains(want, p.Name) })
	wantOrder(t, "projects", want, namesOf(ours, func(p platform.Project) string { return p.Name }))
	same(t, "listed project", aProject(want[0]), ours[0])
}

func environmentsListedByName(t *testing.T, s platform.Store) {
	project := newName("p")
	for _, name := range []string{"prod", "dev", "dev-2", "test"} {
		env := anEnvironment(project, name)
		mustCommit(t, s, platform.Transaction{Project: project, Environment: &env})
	}
	other := anEnvironment(project+"x", "other")
	mustCommit(t, s, platform.Transaction{Project: project + "x", Environment: &other})
	for _, size := range []int{1, 2, 4, 10} {
		got := pages(t, size, func(page platform.Page) ([]platform.Environment, string, error) {
			return s.Environments(t.Context(), project, page)
		})
		wantOrder(t, "environments", []string{"dev", "dev-2", "prod", "test"}, namesOf(got, func(e platform.Environment) string { return e.Name }))
		got[0].State = platform.Deleting
		mustCommit(t, s, platform.Transaction{Project: project, Environment: &got[0]}) // what is listed can be written
	}
}

func deploymentsNewestFirst(t *testing.T, s platform.Store) {
	project := newName("p")
	var want []string
	for i := range 7 {
		dep := aDeployment(project, "dev", newID(start.Add(time.Duration(i)*time.Second)))
		mustCommit(t, s, platform.Transaction{Project: project, Deployment: &dep})
		want = append(want, dep.ID)
	}
	other := aDeployment(project, "dev-2", newID(start))
	mustCommit(t, s, platform.Transaction{Project: project, Deployment: &other})
	slices.Reverse(want)
	for _, size := range []int{1, 3, 7, 50} {
		got := pages(t, size, func(page platform.Page) ([]platform.Deployment, string, error) {
			return s.Deployments(t.Context(), project, "dev", page)
		})
		wantOrder(t, "deployments", want, namesOf(got, func(d platform.Deployment) string { return d.ID }))
	}
}

// operationsNewestFirst: the ids of operations may be chosen by callers, so that they say nothing about time.
func operationsNewestFirst(t *testing.T, s platform.Store) {
	project := newName("p")
	var want []string
	for i := range 7 {
		id := newID(start)
		if i%2 == 0 {
			id = fmt.Sprintf("%08x-0000-4000-8000-%s", 1000-i, newID(start)[14:])
		}
		op := anOperation(project, "dev", id, start.Add(time.Duration(i)*time.Second))
		op.CreatedAt = op.CreatedAt.Add(55) // less than a store keeps: it must not matter
		mustCommit(t, s, platform.Transaction{Project: project, Operation: &op})
		read := must(t, func(ctx context.Context) (platform.Operation, error) { return s.Operation(ctx, id) })
		mustCommit(t, s, platform.Transaction{Project: project, Operation: &read}) // and once more, which must not list it twice
		want = append(want, id)
	}
	slices.Reverse(want)
	for _, size := range []int{1, 3, 7, 50} {
		got := pages(t, size, func(page platform.Page) ([]platform.Operation, string, error) {
			return s.Operations(t.Context(), project, platform.OperationFilter{}, page)
		})
		wantOrder(t, "operations", want, namesOf(got, func(o platform.Operation) string { return o.ID }))
	}
}

func operationsFiltered(t *testing.T, s platform.Store) {
	project := newName("p")
	byID := map[string]string{}
	for i := range 8 {
		op := anOperation(project, []string{"dev", "prod"}[i%2], newID(start), start.Add(time.Duration(i)*time.Second))
		op.Status = []platform.Status{platform.Running, platform.Failed}[i/4]
		byID[op.ID] = fmt.Sprintf("%s %s", op.Environment, op.Status)
		mustCommit(t, s, platform.Transaction{Project: project, Operation: &op})
	}
	for _, test := range []struct {
		filter platform.OperationFilter
		want   int
	}{
		{platform.OperationFilter{}, 8},
		{platform.OperationFilter{Environment: "dev"}, 4},
		{platform.OperationFilter{Status: platform.Failed}, 4},
		{platform.OperationFilter{Environment: "prod", Status: platform.Running}, 2},
		{platform.OperationFilter{Environment: "x' or PartitionKey ne '"}, 0},
	} {
		got := pages(t, 3, func(page platform.Page) ([]platform.Operation, string, error) {
			return s.Operations(t.Context(), project, test.filter, page)
		})
		if len(got) != test.want {
			t.Errorf("%+v: %d operations, want %d", test.filter, len(got), test.want)
		}
		for _, op := range got {
			if f := test.filter; f.Environment != "" && op.Environment != f.Environment || f.Status != "" && op.Status != f.Status {
				t.Errorf("%+v: found %s", f, byID[op.ID])
			}
		}
	}
}

func openOperationsOldestFirst(t *testing.T, s platform.Store) {
	project := newName("p")
	want := make([]platform.OpenOperation, 5)
	for _, i := range []int{3, 0, 4, 1, 2} {
		want[i] = platform.OpenOperation{ID: newID(start), Project: project, At: start.Add(time.Duration(i) * time.Minute)}
		if err := s.OpenOperation(t.Context(), want[i].ID, project, want[i].At); err != nil {
			t.Fatal(err)
		}
	}
	ours := func() []platform.OpenOperation {
		all := pages(t, 2, func(page platform.Page) ([]platform.OpenOperation, string, error) {
			return s.OpenOperations(t.Context(), page)
		})
		return slices.DeleteFunc(all, func(o platform.OpenOperation) bool { return o.Project != project })
	}
	same(t, "work list", want, ours())
	if err := s.CloseOperation(t.Context(), want[1].ID); err != nil {
		t.Fatal(err)
	}
	same(t, "work list after closing one", slices.Delete(want, 1, 2), ours())
}

func readMissing(t *testing.T, s platform.Store) {
	project := newName("p")
	_, err := s.Project(t.Context(), project)
	wantCode(t, err, platform.NotFound)
	_, err = s.Environment(t.Context(), project, "dev")
	wantCode(t, err, platform.NotFound)
	_, err = s.Deployment(t.Context(), project, "dev", newID(start))
	wantCode(t, err, platform.NotFound)
	_, err = s.Operation(t.Context(), newID(start))
	wantCode(t, err, platform.NotFound)
	if messages, err := s.Outbox(t.Context(), project, newID(start)); err != nil || len(messages) != 0 {
		t.Errorf("outbox of nothing: %d messages, error %v", len(messages), err)
	}
	if environments, next, err := s.Environments(t.Context(), project, platform.Page{}); err != nil || len(environments) != 0 || next != "" {
		t.Errorf("environments of nothing: %d, next %q, error %v", len(environments), next, err)
	}
	if err := s.Sent(t.Context(), platform.Message{ID: "x", Project: project, Operation: newID(start)}); err != nil {
		t.Errorf("removing a message that never was: %v", err)
	}
}

// readAwkwardNames: names are checked before they come here; if one should slip through, nothing is found by it.
func readAwkwardNames(t *testing.T, s platform.Store) {
	project := newName("p")
	env := anEnvironment(project, "dev")
	mustCommit(t, s, platform.Transaction{Project: project, Environment: &env})
	for _, name := range []string{"", "o'b", "' or '1' eq '1", "dev|", "..", "a/b", "a\\b", "#", "?", "%27", "\x00", "\n", "é", "🦊", "DEV", "dev ", string(make([]byte, 2000))} {
		_, err := s.Environment(t.Context(), project, name)
		wantCode(t, err, platform.NotFound)
		_, err = s.Project(t.Context(), name)
		wantCode(t, err, platform.NotFound)
		_, err = s.Operation(t.Context(), name)
		wantCode(t, err, platform.NotFound)
		_, err = s.Deployment(t.Context(), project, name, name)
		wantCode(t, err, platform.NotFound)
	}
}

func bodyStoredAndRead(t *testing.T, s platform.Store) {
	project := newName("p")
	noise := make([]byte, 3<<20) // random, so that it does not shrink
	if _, err := rand.Read(noise); err != nil {
		t.Fatal(err)
	}
	for _, content := range [][]byte{{}, []byte("small"), bytes.Repeat([]byte("x"), 1<<20), noise[:100_000], noise} {
		var ref platform.BodyRef
		for range 2 { // again is harmless
			var err error
			if ref, err = s.PutBody(t.Context(), project, "bundle", content); err != nil {
				t.Fatal(err)
			}
		}
		if ref.ID != "bundle" || ref.Size != len(content) || len(ref.Digest) != 64 {
			t.Errorf("reference is %+v", ref)
		}
		got := must(t, func(ctx context.Context) ([]byte, error) { return s.Body(ctx, project, ref) })
		if !bytes.Equal(got, content) {
			t.Errorf("a body of %d bytes came back as %d others", len(content), len(got))
		}
	}
}

func bodyMissing(t *testing.T, s platform.Store) {
	project := newName("p")
	ref, err := s.PutBody(t.Context(), project, "bundle", []byte("content"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Body(t.Context(), newName("q"), ref)
	wantCode(t, err, platform.NotFound)
	_, err = s.Body(t.Context(), project, platform.BodyRef{})
	wantCode(t, err, platform.NotFound)
	_, err = s.PutBody(t.Context(), project, "bundle", make([]byte, 32<<20))
	wantCode(t, err, platform.BodyTooLarge)
}

// madeUpPosition: a position may come back from a caller; one that the list did not give is refused, and never leads out of
// the list.
func madeUpPosition(t *testing.T, s platform.Store) {
	project := newName("p")
	env := anEnvironment(project, "dev")
	mustCommit(t, s, platform.Transaction{Project: project, Environment: &env})
	for _, after := range []string{"%%%", "' or '1' eq '1", "Jw"} {
		_, _, err := s.Environments(t.Context(), project, platform.Page{After: after})
		wantCode(t, err, platform.Invalid)
	}
}

func contextCanceled(t *testing.T, s platform.Store) {
	project := newName("p")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	env := anEnvironment(project, "dev")
	if err := s.Commit(ctx, platform.Transaction{Project: project, Environment: &env}); err == nil {
		t.Error("a commit after the end of its context succeeded")
	}
	if _, err := s.Project(ctx, project); platform.CodeOf(err) == platform.NotFound || err == nil {
		t.Errorf("a read after the end of its context said %v", err)
	}
}
