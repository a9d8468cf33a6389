package tablestore_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/tablestore"
)

// faulty is a transport between the SDK and a real server that loses writes or their answers.
type faulty struct {
	mu     sync.Mutex
	only   func(*http.Request) bool // what may be hit; nil for every write
	losing int                      // how many of the next writes are hit
	after  bool                     // after their effect rather than before it
	status int                      // answer this instead of breaking the connection
	then   func()                   // runs once, after the first hit
	hits   int
}

var errCut = errors.New("connection cut by the test")

func (f *faulty) Do(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	hit := r.Method != http.MethodGet && f.losing > 0 && (f.only == nil || f.only(r))
	if hit {
		f.losing--
		f.hits++
	}
	after, status, then := f.after, f.status, f.then
	if hit {
		f.then = nil
	}
	f.mu.Unlock()
	if !hit {
		return http.DefaultClient.Do(r)
	}
	if after {
		if err := deliver(r); err != nil {
			return nil, err
		}
	}
	if then != nil {
		then()
	}
	if status != 0 {
		return &http.Response{StatusCode: status, Status: http.StatusText(status), Header: http.Header{}, Request: r, Body: io.NopCloser(strings.NewReader("{}"))}, nil
	}
	return nil, errCut
}

// deliver sends the request and drops its answer. It sends a copy of the body: net/http may go on reading a body for a
// moment after the answer is there, when the SDK, told that the connection was cut, already rewinds its own.
func deliver(r *http.Request) error {
	sent := r.Clone(r.Context())
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		sent.Body = io.NopCloser(bytes.NewReader(body))
	}
	answer, err := http.DefaultClient.Do(sent)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

// lose arms the transport; it reports whether it hit anything since.
func (f *faulty) lose(writes int, after bool, status int, then func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.losing, f.after, f.status, f.then, f.hits = writes, after, status, then, 0
}

const forEver = 1 << 20

// batch picks transactions.
func batch(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "$batch") }

var moment = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// kinds are all kinds of write. Each is prepared, done, and looked for: whether its effect is there.
var kinds = map[string]func(t *testing.T, s *tablestore.Store, project string) (do func(context.Context) error, done func() bool){
	"commit of new rows": func(t *testing.T, s *tablestore.Store, project string) (func(context.Context) error, func() bool) {
		env := platform.Environment{Project: project, Name: "dev", CreatedBy: "me"}
		return func(ctx context.Context) error {
				return s.Commit(ctx, platform.Transaction{Project: project, Environment: &env})
			}, func() bool {
				_, err := s.Environment(t.Context(), project, "dev")
				return found(t, err)
			}
	},
	"commit of a change": func(t *testing.T, s *tablestore.Store, project string) (func(context.Context) error, func() bool) {
		env := create(t, s, project)
		env.State = platform.Updating
		return func(ctx context.Context) error {
				return s.Commit(ctx, platform.Transaction{Project: project, Environment: &env})
			}, func() bool {
				got, err := s.Environment(t.Context(), project, "dev")
				return found(t, err) && got.State == platform.Updating
			}
	},
	"commit of an audit event alone": func(t *testing.T, s *tablestore.Store, project string) (func(context.Context) error, func() bool) {
		audit := platform.AuditEvent{ID: newULID(), Project: project, At: moment}
		tx := platform.Transaction{Project: project, Audit: []platform.AuditEvent{audit}}
		return func(ctx context.Context) error { return s.Commit(ctx, tx) },
			func() bool { // a second commit, which has a write id of its own, meets the first
				return platform.CodeOf(s.Commit(t.Context(), tx)) == platform.Conflict
			}
	},
	"refusal": func(t *testing.T, s *tablestore.Store, project string) (func(context.Context) error, func() bool) {
		refusal := platform.AuditEvent{ID: newULID(), Project: project, At: moment, Outcome: platform.OutcomeRefused}
		return func(ctx context.Context) error { return s.RecordRefusal(ctx, refusal) },
			func() bool { return len(auditOf(t, s, project)) == 1 }
	},
	"open operation": func(t *testing.T, s *tablestore.Store, project string) (func(context.Context) error, func() bool) {
		id := newULID()
		return func(ctx context.Context) error { return s.OpenOperation(ctx, id, project, moment) },
			func() bool { return isOpen(t, s, id) }
	},
	"close operation": func(t *testing.T, s *tablestore.Store, project string) (func(context.Context) error, func() bool) {
		id := newULID()
		if err := s.OpenOperation(t.Context(), id, project, moment); err != nil {
			t.Fatal(err)
		}
		return func(ctx context.Context) error { return s.CloseOperation(ctx, id) },
			func() bool { return !isOpen(t, s, id) }
	},
	"message sent": func(t *testing.T, s *tablestore.Store, project string) (func(context.Context) error, func() bool) {
		m := platform.Message{ID: "m", Project: project, Operation: "o"}
		if err := s.Commit(t.Context(), platform.Transaction{Project: project, Outbox: []platform.Message{m}}); err != nil {
			t.Fatal(err)
		}
		return func(ctx context.Context) error { return s.Sent(ctx, m) }, func() bool {
			left, err := s.Outbox(t.Context(), project, "o")
			return found(t, err) && len(left) == 0
		}
	},
	"body": func(t *testing.T, s *tablestore.Store, project string) (func(context.Context) error, func() bool) {
		ref, err := s.PutBody(t.Context(), "elsewhere", "id", []byte("content")) // its digest follows from the content
		if err != nil {
			t.Fatal(err)
		}
		return func(ctx context.Context) error {
				_, err := s.PutBody(ctx, project, "id", []byte("content"))
				return err
			}, func() bool {
				_, err := s.Body(t.Context(), project, ref)
				return found(t, err)
			}
	},
}

func create(t *testing.T, s *tablestore.Store, project string) platform.Environment {
	t.Helper()
	env := platform.Environment{Project: project, Name: "dev"}
	if err := s.Commit(t.Context(), platform.Transaction{Project: project, Environment: &env}); err != nil {
		t.Fatal(err)
	}
	env, err := s.Environment(t.Context(), project, "dev")
	if err != nil {
		t.Fatal(err)
	}
	return env
}

func found(t *testing.T, err error) bool {
	t.Helper()
	if err != nil && platform.CodeOf(err) != platform.NotFound {
		t.Fatal(err)
	}
	return err == nil
}

func isOpen(t *testing.T, s *tablestore.Store, id string) bool {
	t.Helper()
	page := platform.Page{}
	for range 100 {
		open, next, err := s.OpenOperations(t.Context(), page)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range open {
			if o.ID == id {
				return true
			}
		}
		if next == "" {
			return false
		}
		page.After = next
	}
	t.Fatal("the work list does not end")
	return false
}

// Whatever is lost once, before or after its effect, the caller is told the truth: it succeeded.
func TestFault_lostOnce(t *testing.T) {
	connection := serve(t)
	for name, kind := range kinds {
		for _, after := range []bool{false, true} {
			for _, status := range []int{0, http.StatusServiceUnavailable, http.StatusInternalServerError} {
				t.Run(label(name, after, status), func(t *testing.T) {
					t.Parallel() // most of the time is the SDK waiting before it tries again
					transport := &faulty{}
					s := open(t, connection, transport)
					do, done := kind(t, s, "p-"+strings.ToLower(newULID()))
					transport.lose(1, after, status, nil)
					if err := do(t.Context()); err != nil {
						t.Errorf("reported %v", err)
					}
					if transport.hits != 1 {
						t.Errorf("%d requests were hit, want 1", transport.hits)
					}
					if !done() {
						t.Error("the effect is missing")
					}
				})
			}
		}
	}
}

func label(name string, after bool, status int) string {
	when := "before"
	if after {
		when = "after"
	}
	if status == 0 {
		return name + " cut " + when
	}
	return name + " " + http.StatusText(status) + " " + when
}

// A storage that takes nothing in is reported as unavailable, and the same write succeeds when it is back.
func TestFault_neverArrives(t *testing.T) {
	connection := serve(t)
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := &faulty{}
			s := open(t, connection, transport)
			do, done := kind(t, s, "p-"+strings.ToLower(newULID()))
			transport.lose(forEver, false, 0, nil)
			if err := do(t.Context()); platform.CodeOf(err) != platform.StorageUnavailable {
				t.Errorf("reported %v, want %s", err, platform.StorageUnavailable)
			}
			if transport.hits != 3 {
				t.Errorf("%d tries, want 3", transport.hits)
			}
			transport.lose(0, false, 0, nil)
			if err := do(t.Context()); err != nil || !done() {
				t.Errorf("when the storage was back: %v", err)
			}
		})
	}
}

// When every answer is lost, a commit is found by its write id; the others are repeated without harm.
func TestFault_noAnswerEver(t *testing.T) {
	connection := serve(t)
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := &faulty{}
			s := open(t, connection, transport)
			do, done := kind(t, s, "p-"+strings.ToLower(newULID()))
			commit := strings.HasPrefix(name, "commit")
			if commit {
				transport.only = batch // the pointer before it is repeated as others are
			}
			transport.lose(forEver, true, 0, nil)
			err := do(t.Context())
			if commit && err != nil {
				t.Errorf("reported %v though it took effect", err)
			}
			if !commit && platform.CodeOf(err) != platform.StorageUnavailable {
				t.Errorf("reported %v, want %s", err, platform.StorageUnavailable)
			}
			transport.lose(0, false, 0, nil)
			if !commit {
				if err := do(t.Context()); err != nil {
					t.Errorf("repeated: %v", err)
				}
			}
			if !done() {
				t.Error("the effect is missing")
			}
		})
	}
}

// Between our write, whose answer is lost, and its repetition somebody else writes the row. It was us all the same.
func TestFault_overtakenAfterOurWrite(t *testing.T) {
	transport, connection := &faulty{}, serve(t)
	s, other := open(t, connection, transport), open(t, connection, nil)
	env := create(t, s, "p")
	env.CreatedBy = "us"
	transport.lose(1, true, 0, func() {
		theirs, err := other.Environment(t.Context(), "p", "dev")
		if err != nil || theirs.CreatedBy != "us" {
			t.Errorf("our write is not there: %+v, %v", theirs, err)
		}
		theirs.State = platform.Deleting
		if err := other.Commit(t.Context(), platform.Transaction{Project: "p", Environment: &theirs}); err != nil {
			t.Error(err)
		}
	})
	if err := s.Commit(t.Context(), platform.Transaction{Project: "p", Environment: &env}); err != nil {
		t.Errorf("reported %v though our write took effect", err)
	}
	got, err := s.Environment(t.Context(), "p", "dev")
	if err != nil || got.CreatedBy != "us" || got.State != platform.Deleting {
		t.Errorf("got %+v, %v", got, err)
	}
}

// Somebody else writes the row before ours arrives. That is a conflict, however often ours is repeated.
func TestFault_overtakenBeforeOurWrite(t *testing.T) {
	transport, connection := &faulty{}, serve(t)
	s, other := open(t, connection, transport), open(t, connection, nil)
	env := create(t, s, "p")
	theirs := env
	env.CreatedBy, theirs.CreatedBy = "us", "them"
	transport.lose(1, false, 0, func() {
		if err := other.Commit(t.Context(), platform.Transaction{Project: "p", Environment: &theirs}); err != nil {
			t.Error(err)
		}
	})
	if err := s.Commit(t.Context(), platform.Transaction{Project: "p", Environment: &env}); platform.CodeOf(err) != platform.Conflict {
		t.Errorf("reported %v, want %s", err, platform.Conflict)
	}
	if got, err := s.Environment(t.Context(), "p", "dev"); err != nil || got.CreatedBy != "them" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestPrepare_lostAnswer(t *testing.T) {
	transport := &faulty{}
	transport.lose(1, true, 0, nil)
	open(t, serve(t), transport) // fails the test if Prepare does
	if transport.hits != 1 {
		t.Errorf("%d requests were hit, want 1", transport.hits)
	}
}
