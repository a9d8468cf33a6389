package platform_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

func (s *servicePlatform) mustLeave(t *testing.T, operation string, want int) {
	t.Helper()
	left, err := s.Store.Outbox(t.Context(), "payments", operation)
	if err != nil || len(left) != want {
		t.Errorf("the outbox has %d messages, want %d: %v", len(left), want, err)
	}
}

// What was sent leaves the outbox with the next transaction of the project, whatever that is about. It is sent once.
func TestRelay_sentLeavesWithTheNext(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	for range 2 {
		if err := s.Relay.Send(t.Context(), "payments", operationOne); err != nil {
			t.Fatal(err)
		}
	}
	s.mustLeave(t, operationOne, 3)
	s.create(t, "other", "01OTHER0000000000000000000")
	s.mustLeave(t, operationOne, 0)
	if n := s.sent.count(platform.EventsTopic, operationOne) + s.sent.count(platform.OperationsQueue, operationOne); n != 3 {
		t.Errorf("%d messages were sent, want 3", n)
	}
}

// A transaction that is refused takes nothing along, and what it would have taken goes with the next.
func TestRelay_refusalForgetsNothing(t *testing.T) {
	writes := 0
	s := newService(t, func(store platform.Store) platform.Store { return cutting{Store: store, writes: &writes, nth: 4} })
	s.create(t, "dev", operationOne) // two writes
	if err := s.Relay.Send(t.Context(), "payments", operationOne); err != nil {
		t.Fatal(err)
	}
	id := "01OTHER0000000000000000000"
	if _, err := s.PutEnvironment(t.Context(), developer, "payments", "other", files(), platform.Preconditions{}, id); err == nil {
		t.Fatal("the cut was not felt")
	}
	s.mustLeave(t, operationOne, 3)
	s.create(t, "other", id)
	s.mustLeave(t, operationOne, 0)
}

// What no transaction takes along is taken out after a while, that of all operations of a project at once.
func TestRelay_tidies(t *testing.T) {
	s := newService(t)
	two := "01OTHER0000000000000000000"
	s.create(t, "dev", operationOne)
	s.create(t, "other", two)
	for _, id := range []string{operationOne, two} {
		if err := s.Relay.Send(t.Context(), "payments", id); err != nil {
			t.Fatal(err)
		}
	}
	s.Relay.Tidy(t.Context())
	s.mustLeave(t, operationOne, 3)
	for range 2 {
		s.Relay.Tidy(t.Context())
	}
	s.mustLeave(t, operationOne, 0)
	s.mustLeave(t, two, 0)
}

// A sweep leaves alone for a minute what another process may have sent. What that knew may be lost with it: then all is sent again,
// with the same ids.
func TestSweep_leavesARelayItsTime(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	if err := s.Relay.Send(t.Context(), "payments", operationOne); err != nil {
		t.Fatal(err)
	}
	next := *s.Service
	next.Relay = platform.NewRelay(s.Store, s.sent, slog.New(slog.DiscardHandler))
	s.advanceBy(40 * time.Second)
	if err := next.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := s.sent.count(platform.EventsTopic, operationOne); n != 2 {
		t.Errorf("%d events, want the two that were sent", n)
	}
	s.advanceBy(40 * time.Second)
	if err := next.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := s.sent.count(platform.EventsTopic, operationOne); n != 4 {
		t.Errorf("%d events, want the two once more", n)
	}
	s.mustLeave(t, operationOne, 0)
}

// late is a store in which something is committed between two reads: after an operation was not found, before its outbox is read.
type late struct {
	platform.Store
	meanwhile func()
}

func (l *late) Outbox(ctx context.Context, project, operation string) ([]platform.Message, error) {
	if do := l.meanwhile; do != nil {
		l.meanwhile = nil
		do()
	}
	return l.Store.Outbox(ctx, project, operation)
}

// An operation whose acceptance was cut, and is asked for again while the sweep looks at what was reserved for it, stays on the work list.
func TestSweep_acceptedMeanwhile(t *testing.T) {
	s := newService(t)
	if err := s.Store.OpenOperation(t.Context(), operationOne, "payments", s.clock()); err != nil {
		t.Fatal(err)
	}
	s.advanceBy(time.Minute)
	store := &late{Store: s.Store, meanwhile: func() { s.create(t, "dev", operationOne) }}
	sweeper := *s.Service
	sweeper.Store = store
	if err := sweeper.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if store.meanwhile != nil {
		t.Fatal("the sweep did not look at the outbox")
	}
	if open, _, err := s.Store.OpenOperations(t.Context(), platform.Page{Size: 10}); err != nil || len(open) != 1 {
		t.Errorf("%d operations are on the work list, want the one that was accepted: %v", len(open), err)
	}
}
