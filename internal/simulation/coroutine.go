package simulation

import (
	"iter"
	"sync"
)

// coroutine runs one job after another, each until it yields or ends. Making one costs more than most jobs do, so they are kept.
type coroutine struct {
	next  func() (struct{}, bool)
	yield func(struct{}) bool
	job   func()
}

var idle struct {
	sync.Mutex
	coroutines []*coroutine
}

// freeCoroutine is one without a job.
func freeCoroutine() *coroutine {
	idle.Lock()
	defer idle.Unlock()
	if last := len(idle.coroutines) - 1; last >= 0 {
		c := idle.coroutines[last]
		idle.coroutines = idle.coroutines[:last]
		return c
	}
	c := &coroutine{}
	c.next, _ = iter.Pull(func(yield func(struct{}) bool) {
		c.yield = yield
		for c.job(); yield(struct{}{}); c.job() {
		}
	})
	return c
}

// free keeps a coroutine whose job has ended for the next one.
func (c *coroutine) free() {
	c.job = nil
	idle.Lock()
	defer idle.Unlock()
	idle.coroutines = append(idle.coroutines, c)
}
