package simulation_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/simulation"
)

// each does something for all of many, on all processors, until one fails.
func each[T any](all []T, do func(T) bool) int {
	var next atomic.Int64
	var failed atomic.Bool
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for !failed.Load() {
				i := int(next.Add(1)) - 1
				if i >= len(all) {
					return
				}
				if !do(all[i]) {
					failed.Store(true)
				}
			}
		})
	}
	workers.Wait()
	return len(all)
}

// Every single fault at every point of every story.
func TestEveryFault(t *testing.T) {
	for _, story := range simulation.Stories() {
		t.Run(story, func(t *testing.T) {
			e, err := simulation.Enumerate(story)
			if err != nil {
				t.Fatal(err)
			}
			tried := each(e.Singles, func(f simulation.Injected) bool {
				r := e.Try(f)
				if r.Failure != nil {
					report(t, r)
				}
				return r.Failure == nil
			})
			t.Logf("%d faults", tried)
		})
	}
}
