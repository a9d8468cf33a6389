package simulation

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// process is an instance of the handler, as the Functions host starts them: each serves requests, messages and timers.
type process struct {
	world   *world
	number  int
	life    int // how often it was started
	alive   bool
	skew    time.Duration // of its clock
	service *platform.Service
	tasks   []*task
}

func (p *process) String() string { return fmt.Sprintf("process %d.%d", p.number, p.life) }

// start makes the memory of a process anew.
func (p *process) start() {
	p.life++
	p.alive, p.tasks = true, nil
	w := p.world
	store, messenger := &storePort{w}, &messengerPort{w}
	log := slog.New(slog.DiscardHandler)
	p.service = &platform.Service{Store: store, Messenger: messenger, Pipelines: &pipelinesPort{w}, Renderer: renderer{}, Shelf: platform.NewShelf(store, compiler{}),
		Roster: platform.NewRoster(store), Relay: platform.NewRelay(store, messenger, log), Now: func() time.Time { return w.now.Add(p.skew) },
		NewID: w.newID, Looks: platform.NewLookLog(), Swept: &platform.SweepMark{}, SigningKey: []byte(strings.Repeat("k", 32)), Version: "simulated", Log: log}
	w.note("started", p.String())
}

// killProcess ends a process on the spot: what it was doing is unwound, what it knew is gone. It is started again later.
func (w *world) killProcess(p *process) {
	if !p.alive {
		return
	}
	p.alive = false
	w.note("killed", p.String())
	mine := false
	for _, t := range p.tasks {
		if t == w.current {
			mine = true
			continue
		}
		w.kill(t)
	}
	w.after(w.between(time.Second, 20*time.Second), p.start)
	if mine {
		w.current.dead = true
		panic(killed{})
	}
}

// anyProcess is one that is alive; nil when none is.
func (w *world) anyProcess() *process {
	var alive []*process
	for _, p := range w.processes {
		if p.alive {
			alive = append(alive, p)
		}
	}
	if len(alive) == 0 {
		return nil
	}
	return alive[w.rng.IntN(len(alive))]
}

// errNoAnswer is what a client sees when there is none: the request may have been carried out or not.
var errNoAnswer = errors.New("no answer")

const (
	// clientPatience is how long a client waits for an answer.
	clientPatience = 30 * time.Second
	// handlerPatience ends the work on a request or message.
	handlerPatience = 100 * time.Second
)

// request asks a process for something, and waits for the answer. The work goes on when the asker gives up.
func (t *task) request(what string, do func(context.Context, *platform.Service) error) error {
	w := t.world
	p := w.anyProcess()
	if p == nil {
		t.sleep(time.Second)
		return errNoAnswer
	}
	lost := w.fault("response "+what, AnswerLost) == AnswerLost
	result, ticket := errNoAnswer, t.ticket
	work := w.spawn(what, p, func(h *task) {
		h.deadline = w.now.Add(handlerPatience)
		err := do(background(), p.service)
		if !lost {
			result = err
		}
	})
	work.onEnd = func() {
		if !lost {
			t.wakeFrom(ticket, w.between(time.Millisecond, 10*time.Millisecond))
		}
	}
	t.sleep(clientPatience)
	return result
}

// ambiguous tells the answers that say nothing of what became of the request, or ask to try again.
func ambiguous(err error) bool {
	switch platform.CodeOf(err) {
	case platform.StorageUnavailable, platform.PipelineUnavailable, platform.Internal, platform.Conflict:
		return true
	}
	return false
}
