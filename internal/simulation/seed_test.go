package simulation_test

import (
	"flag"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/simulation"
)

var (
	seed  = flag.Uint64("seed", 0, "replay this seed, with its last events")
	seeds = flag.Int("seeds", 300, "how many seeds to try; make test tries 20,000")
	from  = flag.Uint64("from", 1, "the first of them")
)

// onceFailed are seeds that have found something. They come first, for ever; what a seed means changes with the simulation, so each
// bug has a plain test besides.
var onceFailed = []uint64{11, 14, 541, 581, 1066, 1305, 13229, 22662, 29052, 107482, 2236}

// TestMain spares the collector: worlds are short-lived, and there is memory for many.
func TestMain(m *testing.M) {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(512 << 20)
	m.Run()
}

// report tells a failure as somebody needs it who has to mend it: the seed, the faults that it takes, the last events.
func report(t *testing.T, r simulation.Result) {
	t.Helper()
	short := simulation.Shorten(r)
	var faults strings.Builder
	for _, f := range short.Faults {
		fmt.Fprintf(&faults, "  %s\n", f)
	}
	t.Errorf("seed %d (%v): %v\nafter it was shortened from %d faults to %d: %v\n%s\nthe last events:\n%s\nreplay: go test ./internal/simulation -run TestSeed -seed %d",
		r.Settings.Seed, r.Stories, r.Failure, len(r.Faults), len(short.Faults), short.Failure, faults.String(), strings.Join(short.Last, "\n"), r.Settings.Seed)
}

// TestSeed replays one seed.
func TestSeed(t *testing.T) {
	if *seed == 0 {
		t.Skip("no -seed is given")
	}
	r := simulation.Run(simulation.Settings{Seed: *seed})
	t.Logf("%v: %d points, %d runs, lasted %v\n%s", r.Stories, r.Points, r.Runs, r.Lasted, strings.Join(r.Last, "\n"))
	if r.Failure != nil {
		report(t, r)
	}
}

// TestSeeds_onceFailed tries those that have found something.
func TestSeeds_onceFailed(t *testing.T) {
	each(onceFailed, func(seed uint64) bool { return survives(t, simulation.Settings{Seed: seed}) })
}

// survives lets a world live, and reports what is wrong in it.
func survives(t *testing.T, s simulation.Settings) bool {
	t.Helper()
	r := simulation.Run(s)
	if r.Failure != nil {
		report(t, r)
	}
	return r.Failure == nil
}

// The same seed is the same history, to the last event; another seed is another one.
func TestSeed_isWhollyDetermined(t *testing.T) {
	digests := map[uint64]bool{}
	for seed := uint64(1); seed <= 40; seed++ {
		first, again := simulation.Run(simulation.Settings{Seed: seed}), simulation.Run(simulation.Settings{Seed: seed})
		if first.Digest != again.Digest {
			t.Errorf("seed %d went two ways", seed)
		}
		digests[first.Digest] = true
	}
	if len(digests) != 40 {
		t.Errorf("40 seeds gave %d histories", len(digests))
	}
}

// TestSeeds tries many worlds. The first that fails is shortened and told.
func TestSeeds(t *testing.T) {
	count := *seeds
	var next atomic.Uint64
	next.Store(*from)
	var mu sync.Mutex
	var failed *simulation.Result
	var points, runs atomic.Int64
	begun := time.Now()
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for {
				s := next.Add(1) - 1
				if s >= *from+uint64(count) {
					return
				}
				r := simulation.Run(simulation.Settings{Seed: s})
				points.Add(int64(r.Points))
				runs.Add(int64(r.Runs))
				if n := s - *from + 1; n%50_000 == 0 {
					fmt.Printf("%d seeds after %v\n", n, time.Since(begun).Round(time.Second))
				}
				mu.Lock()
				if r.Failure != nil && failed == nil {
					failed = &r
				}
				stop := failed != nil
				mu.Unlock()
				if stop {
					return
				}
			}
		})
	}
	workers.Wait()
	if failed != nil {
		report(t, *failed)
		return
	}
	t.Logf("%d seeds, %d points, %d runs of the pipeline, %v", count, points.Load(), runs.Load(), time.Since(begun).Round(time.Millisecond))
}
