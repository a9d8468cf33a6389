//go:build planted

package simulation_test

import (
	"testing"

	"github.com/lazuli-platform/lazuli/internal/simulation"
)

// A simulation that finds no bug proves nothing. Each of these mistakes, planted into the world around the platform, must be found
// within 2,000 seeds.
func TestPlanted(t *testing.T) {
	const most = 2000
	for _, bug := range simulation.Bugs {
		t.Run(string(bug), func(t *testing.T) {
			t.Parallel()
			for seed := uint64(1); seed <= most; seed++ {
				r := simulation.Run(simulation.Settings{Seed: seed}.WithBug(bug))
				if r.Failure == nil {
					continue
				}
				short := simulation.Shorten(r)
				t.Logf("found by seed %d (%v) with %d faults: %v", seed, r.Stories, len(short.Faults), short.Failure)
				return
			}
			t.Errorf("not found in %d seeds", most)
		})
	}
}
