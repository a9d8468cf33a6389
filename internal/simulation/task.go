package simulation

import (
	"fmt"
	"runtime/debug"
	"time"
)

// task is something that goes on step by step: a handler's work, an agent, a person. It is a coroutine: it runs until it waits,
// and then somebody else does. Only one task runs at a time.
type task struct {
	world    *world
	name     string
	process  *process // that dies with it; nil for what lives outside
	deadline time.Time
	onEnd    func()

	on     *coroutine
	ticket int // of the present wait; a wake-up for an earlier one comes too late
	dead   bool
	done   bool
}

// killed unwinds a task whose process has died. Nothing but the seam throws it, and nothing but run catches it.
type killed struct{}

// spawn begins a task. It runs for the first time when its event comes.
func (w *world) spawn(name string, p *process, run func(*task)) *task {
	t := &task{world: w, name: name, process: p, on: freeCoroutine()}
	t.on.job = func() {
		defer t.finish()
		if !t.dead {
			run(t)
		}
	}
	w.tasks = append(w.tasks, t)
	if p != nil {
		p.tasks = append(p.tasks, t)
	}
	w.after(0, func() { w.run(t) })
	return t
}

func (t *task) finish() {
	t.done = true
	if thrown := recover(); thrown != nil {
		if _, ok := thrown.(killed); !ok {
			t.world.fail("%s panics: %v\n%s", t.name, thrown, debug.Stack())
		}
	}
	if t.onEnd != nil {
		t.onEnd()
	}
}

// run lets a task go on until it waits again.
func (w *world) run(t *task) {
	if t.done {
		return
	}
	before := w.current
	w.current = t
	t.on.next()
	w.current = before
	if t.done && t.on != nil {
		t.on.free()
		t.on = nil
	}
}

// kill unwinds a task wherever it waits.
func (w *world) kill(t *task) {
	if t.done || t.dead {
		return
	}
	t.dead = true
	w.run(t)
}

// wait gives way until somebody wakes the task.
func (t *task) wait() {
	t.on.yield(struct{}{})
	t.ticket++
	if t.dead {
		panic(killed{})
	}
}

// wakeAfter ends the wait that is going on or is about to begin, unless something else does so first.
func (t *task) wakeAfter(d time.Duration) {
	t.wakeFrom(t.ticket, d)
}

// wakeFrom ends one wait alone, whose ticket was noted when it began.
func (t *task) wakeFrom(ticket int, d time.Duration) {
	t.world.after(d, func() {
		if t.ticket == ticket && !t.done {
			t.world.run(t)
		}
	})
}

func (t *task) sleep(d time.Duration) {
	t.wakeAfter(d)
	t.wait()
}

// until waits for something to become true, looking at it now and then; false when it took too long.
func (t *task) until(patience, interval time.Duration, holds func() bool) bool {
	for end := t.world.now.Add(patience); !holds(); {
		if t.world.now.After(end) || t.world.ending {
			return false
		}
		t.sleep(interval)
	}
	return true
}

func (t *task) String() string { return fmt.Sprint(t.name, " of ", t.process) }
