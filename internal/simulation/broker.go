package simulation

import (
	"context"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// What infra/platform/servicebus.json says of every queue.
const (
	duplicateWindow = 10 * time.Minute
	lockDuration    = time.Minute
	maxDeliveries   = 10
	// longestRenewal is how long the host renews a lock while the handler works: host.json.
	longestRenewal = 5 * time.Minute
)

// broker is Service Bus: queues that deliver at least once, sessions that deliver one at a time, a topic that keeps what it got.
type broker struct {
	world     *world
	seen      map[platform.Destination]map[string]time.Time // ids, for duplicate detection
	sessions  map[string]*session
	queued    int // messages that are due and not settled yet
	published []platform.Message
}

type session struct {
	held    *item
	waiting []*item
}

// item is a message in a queue.
type item struct {
	platform.Message
	deliveries int
	lock       int // of the present delivery; an earlier one has lost its lock
	settled    bool
}

func newBroker(w *world) *broker {
	return &broker{world: w, seen: map[platform.Destination]map[string]time.Time{}, sessions: map[string]*session{}}
}

// accept takes a message: from here on it is the broker's to deliver.
func (b *broker) accept(m platform.Message) {
	w := b.world
	seen := b.seen[m.Destination]
	if seen == nil {
		seen = map[string]time.Time{}
		b.seen[m.Destination] = seen
	}
	if at, ok := seen[m.ID]; ok && w.now.Sub(at) < duplicateWindow {
		w.note("duplicate dropped", m.ID)
		return
	}
	seen[m.ID] = w.now
	if m.Destination == platform.EventsTopic {
		b.publish(m)
		return
	}
	delay, copies := max(0, m.NotBefore.Sub(w.now)), 1
	switch w.fault("message "+m.ID, Doubled, Delayed, Lost) {
	case Doubled:
		copies = 2
	case Delayed:
		delay += w.schedule.length(time.Second, 10*time.Minute)
	case Lost:
		return
	default:
	}
	for range copies {
		b.enqueue(&item{Message: m}, delay)
		delay += w.between(0, 30*time.Second)
	}
}

func (b *broker) publish(m platform.Message) {
	b.world.note("event", m.ID+" "+m.Event.Type)
	b.published = append(b.published, m)
}

func (b *broker) enqueue(i *item, delay time.Duration) {
	b.world.after(delay+b.world.between(time.Millisecond, 20*time.Millisecond), func() {
		b.queued++
		b.offer(i)
	})
}

// offer delivers a message, or lets it wait for its session.
func (b *broker) offer(i *item) {
	if i.settled {
		return
	}
	if i.Session != "" {
		s := b.sessions[i.Session]
		if s == nil {
			s = &session{}
			b.sessions[i.Session] = s
		}
		if s.held != nil && s.held != i {
			s.waiting = append(s.waiting, i)
			return
		}
		s.held = i
	}
	b.deliver(i)
}

func (b *broker) deliver(i *item) {
	w := b.world
	p := w.anyProcess()
	if p == nil {
		w.after(time.Second, func() { b.deliver(i) })
		return
	}
	i.deliveries++
	i.lock++
	if i.deliveries > maxDeliveries {
		b.deadLetter(i)
		return
	}
	lock, fault := i.lock, w.fault("delivery "+i.ID, LockLost, DeadNote)
	if fault == DeadNote {
		b.deadLetter(i)
		return
	}
	settled := false
	work := w.spawn(string(i.Destination)+" "+i.ID, p, func(t *task) {
		t.deadline = w.now.Add(handlerPatience)
		do := p.service.FollowRun
		if i.Destination == platform.OperationsQueue {
			do = p.service.RunOperation
		}
		err := do(background(), i.Operation)
		settled = true
		b.settle(i, lock, err)
	})
	// The process may die, or be slower than its lock lasts: the message comes again.
	if fault == LockLost {
		w.after(w.schedule.length(0, lockDuration/2), func() { b.again(i, lock) })
		return
	}
	work.onEnd = func() {
		if !settled {
			w.after(lockDuration, func() { b.again(i, lock) })
		}
	}
	w.after(longestRenewal, func() { b.again(i, lock) })
}

// again delivers a message whose lock has ended.
func (b *broker) again(i *item, lock int) {
	if !i.settled && i.lock == lock {
		b.deliver(i)
	}
}

// settle removes a message that was handled, if its lock still holds; with an error it comes again at once.
func (b *broker) settle(i *item, lock int, err error) {
	switch {
	case i.settled || i.lock != lock:
	case err != nil:
		b.world.after(0, func() { b.again(i, lock) })
	default:
		b.remove(i)
	}
}

func (b *broker) remove(i *item) {
	i.settled = true
	b.queued--
	s := b.sessions[i.Session]
	if i.Session == "" || s == nil || s.held != i {
		return
	}
	s.held = nil
	if len(s.waiting) > 0 {
		next := s.waiting[0]
		s.waiting = s.waiting[1:]
		b.world.after(0, func() { b.offer(next) })
	}
}

// deadLetter gives a message up. The queue of such messages has a handler too.
func (b *broker) deadLetter(i *item) {
	b.world.note("dead-lettered", i.ID)
	b.remove(i)
	b.queued++
	b.bury(i.Operation, 1)
}

func (b *broker) bury(operation string, delivery int) {
	w := b.world
	p := w.anyProcess()
	if p == nil {
		w.after(time.Second, func() { b.bury(operation, delivery) })
		return
	}
	handled := false
	work := w.spawn("dead letter of "+operation, p, func(t *task) {
		t.deadline = w.now.Add(handlerPatience)
		handled = p.service.HandleDeadLetter(context.Background(), operation) == nil
	})
	work.onEnd = func() {
		if handled || delivery == maxDeliveries {
			b.queued--
			return
		}
		w.after(lockDuration, func() { b.bury(operation, delivery+1) })
	}
}
