package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

var storedType = reflect.TypeFor[platform.Stored]()

func projectStoredAndRead(t *testing.T, s platform.Store) {
	p := aProject(newName("p"))
	mustCommit(t, s, platform.Transaction{Project: p.Name, PutProject: &p, Audit: []platform.AuditEvent{anAudit(p.Name)}})
	got, err := s.Project(t.Context(), p.Name)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "project", p, got)
	if got.Stored.Version == "" {
		t.Error("a stored project has no version")
	}
	got.Title = "New"
	mustCommit(t, s, platform.Transaction{Project: p.Name, PutProject: &got})
	again := must(t, func(ctx context.Context) (platform.Project, error) { return s.Project(ctx, p.Name) })
	same(t, "changed project", got, again)
	if again.Stored.Version == got.Stored.Version {
		t.Error("a write did not change the version")
	}
}

func everyFieldSurvives(t *testing.T, s platform.Store) {
	project := newName("p")
	env := anEnvironment(project, "dev")
	dep := aDeployment(project, "dev", newID(start))
	op := anOperation(project, "dev", newID(start), start)
	audit := anAudit(project)
	audit.Operation, audit.RequestID, audit.Detail = op.ID, "request", "detail"
	mustCommit(t, s, platform.Transaction{Project: project, Environment: &env, Deployment: &dep, Operation: &op, Audit: []platform.AuditEvent{audit}})

	same(t, "environment", env, must(t, func(ctx context.Context) (platform.Environment, error) { return s.Environment(ctx, project, "dev") }))
	same(t, "deployment", dep, must(t, func(ctx context.Context) (platform.Deployment, error) {
		return s.Deployment(ctx, project, "dev", dep.ID)
	}))
	same(t, "operation", op, must(t, func(ctx context.Context) (platform.Operation, error) { return s.Operation(ctx, op.ID) }))
}

func emptyFieldsSurvive(t *testing.T, s platform.Store) {
	project := newName("p")
	p := platform.Project{Name: project}
	env := platform.Environment{Project: project, Name: "dev"}
	dep := platform.Deployment{ID: newID(start), Project: project, Environment: "dev"}
	op := platform.Operation{ID: newID(start), Project: project, Environment: "dev", CreatedAt: start}
	mustCommit(t, s, platform.Transaction{Project: project, PutProject: &p, Environment: &env, Deployment: &dep, Operation: &op})

	same(t, "project", p, must(t, func(ctx context.Context) (platform.Project, error) { return s.Project(ctx, project) }))
	same(t, "environment", env, must(t, func(ctx context.Context) (platform.Environment, error) { return s.Environment(ctx, project, "dev") }))
	same(t, "deployment", dep, must(t, func(ctx context.Context) (platform.Deployment, error) {
		return s.Deployment(ctx, project, "dev", dep.ID)
	}))
	same(t, "operation", op, must(t, func(ctx context.Context) (platform.Operation, error) { return s.Operation(ctx, op.ID) }))
}

// largeValuesSurvive stores values that do not fit into one property of a table, nor some of them into one row.
func largeValuesSurvive(t *testing.T, s platform.Store) {
	project := newName("p")
	large := func(n int) json.RawMessage {
		return json.RawMessage(`{"text":"` + strings.Repeat("large é ", n/9) + `"}`)
	}
	env := anEnvironment(project, "dev")
	env.Outputs = large(100_000)
	dep := aDeployment(project, "dev", newID(start))
	dep.Outputs, dep.Parameters = large(300_000), large(40_000)
	dep.Manifest.Resources["db"].Inputs["text"] = strings.Repeat("m", 60_000)
	op := anOperation(project, "dev", newID(start), start)
	for i := range 3000 {
		op.Error.Lines = append(op.Error.Lines, fmt.Sprintf("line %d of a long error", i))
	}
	message := anEvent(op, 1)
	message.Event.Data = large(100_000)
	mustCommit(t, s, platform.Transaction{Project: project, Environment: &env, Deployment: &dep, Operation: &op, Outbox: []platform.Message{message}})

	got := must(t, func(ctx context.Context) (platform.Environment, error) { return s.Environment(ctx, project, "dev") })
	same(t, "environment", env, got)
	same(t, "deployment", dep, must(t, func(ctx context.Context) (platform.Deployment, error) {
		return s.Deployment(ctx, project, "dev", dep.ID)
	}))
	same(t, "operation", op, must(t, func(ctx context.Context) (platform.Operation, error) { return s.Operation(ctx, op.ID) }))
	same(t, "outbox", []platform.Message{message}, must(t, func(ctx context.Context) ([]platform.Message, error) { return s.Outbox(ctx, project, op.ID) }))

	got.Outputs = json.RawMessage(`{}`)
	mustCommit(t, s, platform.Transaction{Project: project, Environment: &got})
	same(t, "environment that is small again", got, must(t, func(ctx context.Context) (platform.Environment, error) { return s.Environment(ctx, project, "dev") }))
}

func newOnlyOnce(t *testing.T, s platform.Store) {
	project := newName("p")
	env := anEnvironment(project, "dev")
	mustCommit(t, s, platform.Transaction{Project: project, Environment: &env})
	wantCode(t, s.Commit(t.Context(), platform.Transaction{Project: project, Environment: &env}), platform.Conflict)
}

func staleVersionConflicts(t *testing.T, s platform.Store) {
	project := newName("p")
	env := anEnvironment(project, "dev")
	mustCommit(t, s, platform.Transaction{Project: project, Environment: &env})
	read := func(ctx context.Context) (platform.Environment, error) { return s.Environment(ctx, project, "dev") }
	first, second := must(t, read), must(t, read)
	first.State = platform.Updating
	mustCommit(t, s, platform.Transaction{Project: project, Environment: &first})
	second.State = platform.Deleting
	wantCode(t, s.Commit(t.Context(), platform.Transaction{Project: project, Environment: &second}), platform.Conflict)
	if got := must(t, read); got.State != platform.Updating {
		t.Errorf("the stale write went through: %s", got.State)
	}
}

func allOrNothing(t *testing.T, s platform.Store) {
	project := newName("p")
	env := anEnvironment(project, "dev")
	mustCommit(t, s, platform.Transaction{Project: project, Environment: &env})

	dep := aDeployment(project, "dev", newID(start))
	op := anOperation(project, "dev", newID(start), start)
	message := anEvent(op, 1)
	if err := s.OpenOperation(t.Context(), op.ID, project, start); err != nil {
		t.Fatal(err)
	}
	err := s.Commit(t.Context(), platform.Transaction{ // the environment exists already
		Project: project, Environment: &env, Deployment: &dep, Operation: &op, Outbox: []platform.Message{message},
	})
	wantCode(t, err, platform.Conflict)
	_, err = s.Deployment(t.Context(), project, "dev", dep.ID)
	wantCode(t, err, platform.NotFound)
	_, err = s.Operation(t.Context(), op.ID)
	wantCode(t, err, platform.NotFound)
	if left := must(t, func(ctx context.Context) ([]platform.Message, error) { return s.Outbox(ctx, project, op.ID) }); len(left) != 0 {
		t.Errorf("a refused commit left %d messages", len(left))
	}
	operations, _, err := s.Operations(t.Context(), project, platform.OperationFilter{}, platform.Page{})
	if err != nil || len(operations) != 0 {
		t.Errorf("a refused commit left %d operations in the list (%v)", len(operations), err)
	}
}

func oneOfManyCreates(t *testing.T, s platform.Store) {
	project := newName("p")
	errs := make([]error, 20)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			env := anEnvironment(project, "dev")
			env.CreatedBy = fmt.Sprintf("creator-%d", i)
			errs[i] = s.Commit(t.Context(), platform.Transaction{Project: project, Environment: &env})
		})
	}
	all.Wait()
	winner := -1
	for i, err := range errs {
		switch {
		case err == nil && winner >= 0:
			t.Errorf("both %d and %d created the environment", winner, i)
		case err == nil:
			winner = i
		default:
			wantCode(t, err, platform.Conflict)
		}
	}
	got := must(t, func(ctx context.Context) (platform.Environment, error) { return s.Environment(ctx, project, "dev") })
	if want := fmt.Sprintf("creator-%d", winner); got.CreatedBy != want {
		t.Errorf("the environment was created by %s, but %s was told so", got.CreatedBy, want)
	}
}

// noUpdateIsLost lets writers count together, each by reading, changing and writing until he wins.
func noUpdateIsLost(t *testing.T, s platform.Store) {
	const writers, each = 4, 10
	project := newName("p")
	env := anEnvironment(project, "dev")
	env.Revision = 0
	mustCommit(t, s, platform.Transaction{Project: project, Environment: &env})
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for range each {
				if err := countUp(t.Context(), s, project); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	got := must(t, func(ctx context.Context) (platform.Environment, error) { return s.Environment(ctx, project, "dev") })
	if got.Revision != writers*each {
		t.Errorf("counted to %d, want %d", got.Revision, writers*each)
	}
}

func countUp(ctx context.Context, s platform.Store, project string) error {
	for range 1000 {
		env, err := s.Environment(ctx, project, "dev")
		if err != nil {
			return err
		}
		env.Revision++
		if err = s.Commit(ctx, platform.Transaction{Project: project, Environment: &env}); platform.CodeOf(err) != platform.Conflict {
			return err
		}
	}
	return errors.New("never won in 1000 attempts")
}

// otherProjectRefused: a transaction is of one project; a row of another in it is a mistake of the caller.
func otherProjectRefused(t *testing.T, s platform.Store) {
	project, other := newName("p"), newName("q")
	env := anEnvironment(other, "dev")
	if err := s.Commit(t.Context(), platform.Transaction{Project: project, Environment: &env}); err == nil {
		t.Error("a row of another project was accepted")
	}
	_, err := s.Environment(t.Context(), other, "dev")
	wantCode(t, err, platform.NotFound)
}

func operationOpenedBeforeStored(t *testing.T, s platform.Store) {
	project := newName("p")
	op := anOperation(project, "dev", newID(start), start)
	_, err := s.Operation(t.Context(), op.ID)
	wantCode(t, err, platform.NotFound)
	for _, at := range []time.Time{start, start.Add(time.Second)} { // again for the same project is harmless
		if err := s.OpenOperation(t.Context(), op.ID, project, at); err != nil {
			t.Fatal(err)
		}
	}
	_, err = s.Operation(t.Context(), op.ID)
	wantCode(t, err, platform.NotFound)
	wantCode(t, s.OpenOperation(t.Context(), op.ID, newName("q"), start), platform.Conflict)

	mustCommit(t, s, platform.Transaction{Project: project, Operation: &op})
	for range 2 { // closing again is harmless
		if err := s.CloseOperation(t.Context(), op.ID); err != nil {
			t.Fatal(err)
		}
	}
	same(t, "closed operation", op, must(t, func(ctx context.Context) (platform.Operation, error) { return s.Operation(ctx, op.ID) }))
	if err := s.CloseOperation(t.Context(), newID(start)); err != nil {
		t.Errorf("closing an operation that never was: %v", err)
	}
}

func outboxInOrderUntilSent(t *testing.T, s platform.Store) {
	project := newName("p")
	op := anOperation(project, "dev", newID(start), start)
	op.Revision = 1
	run := platform.Message{ID: op.ID + ".run", Project: project, Operation: op.ID, Destination: platform.OperationsQueue, Session: project + "/dev", NotBefore: start}
	first, second, third := anEvent(op, 1), anEvent(op, 2), anEvent(op, 3)
	mustCommit(t, s, platform.Transaction{Project: project, Operation: &op, Outbox: []platform.Message{run, second, first}})

	other := anOperation(project, "dev", newID(start), start)
	mustCommit(t, s, platform.Transaction{Project: project, Operation: &other, Outbox: []platform.Message{anEvent(other, 1)}})

	read := must(t, func(ctx context.Context) (platform.Operation, error) { return s.Operation(ctx, op.ID) })
	read.Revision = 2
	mustCommit(t, s, platform.Transaction{Project: project, Operation: &read, Outbox: []platform.Message{third}})

	outbox := func(ctx context.Context) ([]platform.Message, error) { return s.Outbox(ctx, project, op.ID) }
	same(t, "outbox", []platform.Message{run, second, first, third}, must(t, outbox))
	for range 2 { // removing again is harmless
		if err := s.Sent(t.Context(), second); err != nil {
			t.Fatal(err)
		}
	}
	same(t, "outbox after one was sent", []platform.Message{run, first, third}, must(t, outbox))
	if err := s.Sent(t.Context(), run, second, first); err != nil { // of which one is gone already
		t.Fatal(err)
	}
	same(t, "outbox after others were sent", []platform.Message{third}, must(t, outbox))
	fourth := anEvent(op, 4)
	read = must(t, func(ctx context.Context) (platform.Operation, error) { return s.Operation(ctx, op.ID) })
	read.Revision = 3
	mustCommit(t, s, platform.Transaction{Project: project, Operation: &read, Outbox: []platform.Message{fourth}})
	if err := s.Sent(t.Context(), third, fourth); err != nil {
		t.Fatal(err)
	}
	same(t, "outbox after all were sent", []platform.Message{}, must(t, outbox))
}
