package httpapi

import (
	"strconv"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// However many callers there are, 10,000 are remembered: whoever asks now and then stays, the one idle longest goes. This test is
// inside the package because that many callers over HTTP take a minute.
func TestLimiter_manyCallers(t *testing.T) {
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	l := newLimiter(24, func() time.Time { return now })
	spend := func(caller string) (taken int) {
		for l.take(platform.Caller{ID: caller}) == 0 {
			taken++
		}
		return taken
	}
	if n := spend("busy"); n != minBurst {
		t.Fatalf("%d requests at once, want %d", n, minBurst)
	}
	for i := range 3 * maxCallers {
		l.take(platform.Caller{ID: "caller-" + strconv.Itoa(i)})
		if i%(maxCallers/2) == 0 && spend("busy") != 0 {
			t.Fatalf("after %d others his requests are forgotten", i)
		}
	}
	if len(l.known) != maxCallers || l.recent.Len() != maxCallers {
		t.Errorf("%d callers in the index and %d in the list, want %d", len(l.known), l.recent.Len(), maxCallers)
	}
	if n := spend("caller-0"); n != minBurst {
		t.Errorf("who was forgotten has %d requests, want %d", n, minBurst)
	}
	if n := spend("caller-" + strconv.Itoa(3*maxCallers-1)); n != minBurst-1 {
		t.Errorf("who came last has %d requests, want %d", n, minBurst-1)
	}
}

func BenchmarkLimiter(b *testing.B) {
	l := newLimiter(1200, time.Now)
	callers := make([]platform.Caller, 2*maxCallers) // every second request of all makes the limiter forget
	for i := range callers {
		callers[i].ID = strconv.Itoa(i)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		l.take(callers[i%len(callers)])
	}
}
