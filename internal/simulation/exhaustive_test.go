package simulation_test

import (
	"flag"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/simulation"
)

var (
	faults = flag.Int("faults", 50, "how many single faults to try of each story; 0: all, as make test does")
	pairs  = flag.Int("pairs", 100, "how many pairs of faults to try of each story whose pairs are tried; 0: all, as make soak does")
)

// strided takes so many from everywhere; 0 takes all.
func strided[T any](all []T, most int) []T {
	if most == 0 || len(all) <= most {
		return all
	}
	var out []T
	for i := range most {
		out = append(out, all[i*len(all)/most])
	}
	return out
}

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
			tried := each(strided(e.Singles, *faults), func(f simulation.Injected) bool {
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

// Every pair of faults of the central stories: of a deployment, and of one that somebody has to approve. The pairs are walked in strides,
// so that a bounded number of them comes from everywhere.
func TestEveryPair(t *testing.T) {
	for _, story := range []string{"deploy", "approve"} {
		t.Run(story, func(t *testing.T) {
			e, err := simulation.Enumerate(story)
			if err != nil {
				t.Fatal(err)
			}
			var tried atomic.Int64
			each(e.Singles, func(first simulation.Injected) bool {
				second := e.Second(first)
				stride := 1
				if *pairs > 0 {
					stride = max(1, len(second)*len(e.Singles) / *pairs)
				}
				for i := first.Point % stride; i < len(second); i += stride {
					tried.Add(1)
					if r := e.Try(first, second[i]); r.Failure != nil {
						report(t, r)
						return false
					}
				}
				return true
			})
			t.Logf("%d pairs", tried.Load())
		})
	}
}
