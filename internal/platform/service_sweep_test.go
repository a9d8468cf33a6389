package platform_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// hurried ends the time of whoever uses it after so many operations that he read.
type hurried struct {
	platform.Store
	left int
	end  context.CancelFunc
}

func (h *hurried) Operation(ctx context.Context, id string) (platform.Operation, error) {
	if h.left--; h.left == 0 {
		h.end()
	}
	return h.Store.Operation(ctx, id)
}

// What waits for days is the oldest of the list. A sweep that has no time for all of it leaves the rest to the next one, which does not
// begin with the same again.
func TestSweep_goesOn(t *testing.T) {
	var store *hurried
	s := newService(t, func(inner platform.Store) platform.Store {
		store = &hurried{Store: inner}
		return store
	})
	for i := range 150 {
		if err := s.Store.OpenOperation(t.Context(), fmt.Sprintf("01WAITING%017d", i), "payments", s.clock().Add(-time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	s.sent.down = true
	if _, err := s.PutEnvironment(t.Context(), developer, "payments", "dev", files(), platform.Preconditions{}, operationOne); err != nil {
		t.Fatal(err)
	}
	s.advanceBy(time.Minute)
	for range 2 {
		ctx, cancel := context.WithCancel(t.Context())
		store.left, store.end = 120, cancel
		if err := s.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		cancel()
	}
	if len(s.pipelines.runs) != 1 {
		t.Errorf("%d runs: the sweeps never got to the operation behind those that wait", len(s.pipelines.runs))
	}
}
