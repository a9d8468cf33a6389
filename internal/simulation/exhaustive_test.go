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

// pairsOf are the stories whose pairs of faults are tried, and how many of them. Of the central ones, a deployment and one that somebody has
// to approve, that is every pair when -pairs is 0; the others are long, so a pair of them costs more and there are very many.
func pairsOf() map[string]int {
	most := map[string]int{"deploy": *pairs, "approve": *pairs}
	for _, story := range []string{"two", "again", "retry", "moved", "newer", "putback", "adopt", "power"} {
		if most[story] = *pairs / 5; *pairs == 0 {
			most[story] = 20_000
		}
	}
	return most
}

// The pairs are walked in strides, so that a bounded number of them comes from everywhere.
func TestEveryPair(t *testing.T) {
	for story, most := range pairsOf() {
		t.Run(story, func(t *testing.T) {
			e, err := simulation.Enumerate(story)
			if err != nil {
				t.Fatal(err)
			}
			firsts := e.Singles
			if most != *pairs {
				firsts = strided(firsts, max(1, most/10)) // to find the second ones of each costs a world, too
			}
			var tried atomic.Int64
			each(firsts, func(first simulation.Injected) bool {
				second := e.Second(first)
				stride := 1
				if most > 0 {
					stride = max(1, len(second)*len(firsts)/most)
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
