package simulation

import (
	"container/heap"
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/lazuli-platform/lazuli/internal/memstore"
)

// world is everything there is in one run: the clock, what is stored, who does what, and what was seen.
type world struct {
	settings Settings
	schedule schedule
	rng      *rand.Rand // of what is no fault: how long things take

	now     time.Time
	events  events
	asked   int // events so far
	current *task
	tasks   []*task
	ending  bool
	failure error

	store     *memstore.Store
	ids       int
	processes []*process
	broker    *broker
	devops    *devops
	ledger    *ledger
	clients   int       // that are not done yet
	pending   int       // late effects that are still to come
	busyUntil time.Time // when something outside last happened that the platform has to deal with
	nights    int       // of so many people who let a long time pass: sweeps are rare meanwhile
	waits     bool      // so it is, since all that is left waits for people

	trace trace
}

// genesis is when every world begins.
var genesis = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// event is something that will happen. Of two at the same time the one that was asked for first comes first.
type event struct {
	at    time.Time
	order int
	do    func()
}

type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	if e[i].at.Equal(e[j].at) {
		return e[i].order < e[j].order
	}
	return e[i].at.Before(e[j].at)
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) } //nolint:errcheck // heap pushes what it is given
func (e *events) Pop() any {
	last := len(*e) - 1
	out := (*e)[last]
	(*e)[last] = event{}
	*e = (*e)[:last]
	return out
}

// after makes something happen when so much time has passed.
func (w *world) after(d time.Duration, do func()) {
	w.asked++
	heap.Push(&w.events, event{w.now.Add(d), w.asked, do})
}

// live lets events happen until there is nothing left to do, something is wrong, or it takes longer than anything may.
func (w *world) live() {
	for len(w.events) > 0 && w.failure == nil && !w.ending {
		w.step()
	}
	w.end()
}

// step lets the next event happen.
func (w *world) step() {
	e, _ := heap.Pop(&w.events).(event)
	w.now = e.at
	e.do()
}

// end unwinds what still waits, so that no goroutine stays behind.
func (w *world) end() {
	w.ending = true
	for _, t := range w.tasks {
		t.onEnd = nil
		w.kill(t)
	}
}

// fail notes the first thing that is wrong. The world ends with it.
func (w *world) fail(format string, args ...any) {
	if w.failure == nil && !w.ending {
		w.failure = fmt.Errorf(format, args...)
		w.note("FAILURE", w.failure.Error())
	}
}

// between is a time that something takes.
func (w *world) between(least, most time.Duration) time.Duration {
	return least + time.Duration(w.rng.Int64N(int64(most-least)+1))
}

// chance is true so often of a hundred times.
func (w *world) chance(percent int) bool { return w.rng.IntN(100) < percent }

func (w *world) newID() string {
	w.ids++
	return fmt.Sprintf("01SIM%021d", w.ids)
}

// background is the context of everything: time is the world's, and the seam looks at it.
func background() context.Context { return context.Background() }

// trace is what happened last, and a digest of all that ever did.
type trace struct {
	lines  [traceLines]line
	count  int
	digest uint64
}

const traceLines = 50

type line struct {
	at         time.Time
	who        *task
	what, more string
}

// note remembers something that happened.
func (w *world) note(what, more string) {
	w.trace.lines[w.trace.count%traceLines] = line{w.now, w.current, what, more}
	w.trace.count++
	h := mix(w.trace.digest, uint64(w.now.UnixNano()))
	for _, text := range [...]string{what, more} {
		for i := range len(text) {
			h = mix(h, uint64(text[i]))
		}
	}
	w.trace.digest = h
}

// mix is one step of FNV-1a.
func mix(h, x uint64) uint64 { return (h ^ x) * 0x100000001b3 }

// last lists the events before the end, oldest first.
func (t *trace) last() []string {
	var out []string
	for i := max(0, t.count-traceLines); i < t.count; i++ {
		l := t.lines[i%traceLines]
		who := "world"
		if l.who != nil {
			who = l.who.name
			if l.who.process != nil {
				who += " @ " + l.who.process.String()
			}
		}
		out = append(out, fmt.Sprintf("%10.3fs  %-34s %s %s", l.at.Sub(genesis).Seconds(), who, l.what, l.more))
	}
	return out
}
