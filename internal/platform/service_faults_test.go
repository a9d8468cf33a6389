package platform_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

var errCut = errors.New("the connection was cut")

// cutting is a store that fails at its nth write: before it takes effect, or after, its answer lost.
type cutting struct {
	platform.Store
	writes *int
	nth    int
	after  bool
}

func (c cutting) write(do func() error) error {
	*c.writes++
	if *c.writes != c.nth {
		return do()
	}
	if c.after {
		if err := do(); err != nil {
			return err
		}
	}
	return errCut
}

func (c cutting) PutBody(ctx context.Context, project, id string, content []byte) (ref platform.BodyRef, err error) {
	err = c.write(func() error { ref, err = c.Store.PutBody(ctx, project, id, content); return err })
	return ref, err
}

func (c cutting) OpenOperation(ctx context.Context, id, project string, at time.Time) error {
	return c.write(func() error { return c.Store.OpenOperation(ctx, id, project, at) })
}

func (c cutting) Commit(ctx context.Context, tx platform.Transaction) error {
	return c.write(func() error { return c.Store.Commit(ctx, tx) })
}

// Acceptance that is cut at any of its writes is whole or nothing. The caller asks again with the same id and gets his one
// operation; the sweep alone brings it to its run.
func TestAccept_cutAtEveryWrite(t *testing.T) {
	const acceptanceWrites = 2 // reservation, transaction
	for nth := 1; nth <= acceptanceWrites; nth++ {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("write %d, after=%v", nth, after), func(t *testing.T) {
				writes := 0
				s := newService(t, func(store platform.Store) platform.Store {
					return cutting{Store: store, writes: &writes, nth: nth, after: after}
				})
				_, err := s.PutEnvironment(t.Context(), developer, "payments", "dev", files(), platform.Preconditions{}, operationOne)
				// Once the transaction is stored, the request finds itself accepted, whatever it was told.
				if stored := nth == acceptanceWrites && after; stored != (err == nil) || !stored && !errors.Is(err, errCut) {
					t.Fatalf("the request that was cut is answered %v", err)
				}
				s.create(t, "dev", operationOne)
				all, _, err := s.Store.Operations(t.Context(), "payments", platform.OperationFilter{}, platform.Page{Size: 10})
				if err != nil || len(all) != 1 {
					t.Fatalf("%d operations: %v", len(all), err)
				}
				s.advanceBy(time.Minute)
				if err := s.Sweep(t.Context()); err != nil {
					t.Fatal(err)
				}
				if run := s.pipelines.runOf(operationOne); run == "" {
					t.Error("the sweep did not bring the operation to a run")
				}
				if n := s.sent.count(platform.OperationsQueue, operationOne); n != 1 {
					t.Errorf("%d messages for the run, want 1", n)
				}
			})
		}
	}
}

// A run's claim whose answer is lost is the run's all the same: it asks again and gets it, and no other run does.
func TestStartRun_lostAnswer(t *testing.T) {
	for _, after := range []bool{false, true} {
		writes := 0
		s := newService(t, func(store platform.Store) platform.Store {
			return cutting{Store: store, writes: &writes, nth: 3, after: after} // the first after acceptance
		})
		s.create(t, "dev", operationOne)
		if _, err := s.StartRun(t.Context(), aRun, operationOne, "7"); !errors.Is(err, errCut) {
			t.Fatalf("the cut was not felt: %v", err)
		}
		other, err := s.StartRun(t.Context(), aRun, operationOne, "8")
		if err != nil || other.Proceed == after {
			t.Errorf("after=%v: another run is told %+v: %v", after, other, err)
		}
		again, err := s.StartRun(t.Context(), aRun, operationOne, "7")
		if err != nil || again.Proceed != after {
			t.Errorf("after=%v: the run asks again and is told %+v: %v", after, again, err)
		}
	}
}
