package broker

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
)

const (
	maxTurn    = 2000        // operations in one turn
	reloadWait = time.Second // between attempts to read the file again after a failed commit
	noAlarm    = time.Hour   // how long the loop sleeps if nothing is due
)

// Options of a Broker.
type Options struct {
	File     string // of the messages; made if it is not there
	Entities []Entity
	Now      func() time.Time
	Logger   *slog.Logger
}

// Broker keeps messages. Its methods may be called from any goroutine and never wait; callbacks run one at a time in
// the broker's goroutine and must not wait either.
type Broker struct {
	db     *bolt.DB
	now    func() time.Time
	logger *slog.Logger
	specs  map[string]Entity // by path; never changes

	mu    sync.Mutex
	inbox []func(t *turn)
	wake  chan struct{}
	stop  chan struct{}
	done  chan struct{}

	// What follows belongs to the loop.
	entities map[string]*entity
	alarms   alarms
	stale    bool // memory is ahead of the file and must be rebuilt
}

// Open opens or creates the file and starts the broker. Close must be called in the end.
func Open(o Options) (*Broker, error) {
	b := &Broker{now: o.Now, logger: o.Logger, specs: map[string]Entity{},
		wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{})}
	for _, e := range o.Entities {
		b.specs[path(e.Name)] = e
		if e.Kind != Topic {
			// Time to live and the delivery limit do not apply to a dead-letter queue, nor do sessions.
			b.specs[path(e.Name)+deadLetterSuffix] = Entity{Name: e.Name + "/$DeadLetterQueue", Kind: DeadLetterQueue, LockDuration: e.LockDuration}
		}
	}
	var err error
	if b.db, err = openFile(o.File); err != nil {
		return nil, err
	}
	if err = b.createBuckets(); err == nil {
		err = b.rebuild()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open service bus file %s: %w", o.File, err), b.db.Close())
	}
	go b.run()
	return b, nil
}

// Close ends the broker after the operations that it has been given, and closes the file. Consumers are not told.
// If ctx is done first, it returns its error while the loop goes on to finish the turn that it is in.
func (b *Broker) Close(ctx context.Context) error {
	b.mu.Lock()
	select {
	case <-b.stop:
	default:
		close(b.stop)
	}
	b.mu.Unlock()
	select {
	case <-b.done:
		return b.db.Close()
	case <-ctx.Done():
		return fmt.Errorf("close service bus file: %w", ctx.Err())
	}
}

// Entity is the description of the entity at name, in any spelling.
func (b *Broker) Entity(name string) (Entity, bool) {
	e, ok := b.specs[path(name)]
	return e, ok
}

// submit gives an operation to the loop.
func (b *Broker) submit(op func(t *turn)) {
	b.mu.Lock()
	b.inbox = append(b.inbox, op)
	b.mu.Unlock()
	select {
	case b.wake <- struct{}{}:
	default: // the loop has not taken the last one yet
	}
}

// take is what the next turn works on.
func (b *Broker) take() []func(t *turn) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := min(len(b.inbox), maxTurn)
	ops := b.inbox[:n:n]
	if b.inbox = b.inbox[n:]; n > 0 && len(b.inbox) == 0 {
		b.inbox = nil
	}
	return ops
}

func (b *Broker) run() {
	defer close(b.done)
	timer := time.NewTimer(noAlarm)
	defer timer.Stop()
	for {
		wait := noAlarm
		switch {
		case b.stale:
			wait = reloadWait
		case len(b.alarms) > 0:
			wait = max(0, b.alarms[0].at.Sub(b.now()))
		}
		timer.Reset(wait)
		stopping := false
		select {
		case <-b.wake:
		case <-timer.C:
		case <-b.stop:
			stopping = true
		}
		if b.stale {
			if err := b.rebuild(); err != nil {
				b.logger.Error("service bus file cannot be read", "error", err)
				if stopping {
					return
				}
				continue
			}
		}
		for ops := b.take(); ; ops = b.take() {
			b.turn(ops)
			if len(ops) == 0 || b.stale {
				break
			}
		}
		if stopping {
			return
		}
	}
}

// turn is one round of the loop: what was changed and whom to tell.
type turn struct {
	*Broker
	time    time.Time
	changes []change
	touched map[*entity]bool // got a new sequence number
	fresh   []*message       // their raw bytes may be dropped once they are stored
	dirty   map[*entity]bool // may have something to hand out
	replies []func(failed *amqp.Error)
}

func (b *Broker) newTurn() *turn {
	return &turn{Broker: b, time: b.now(), touched: map[*entity]bool{}, dirty: map[*entity]bool{}}
}

func (b *Broker) turn(ops []func(t *turn)) {
	t := b.newTurn()
	// What is due comes first: a lock that has run out is lost, even if its settlement waits in this very turn.
	for a := b.alarms.due(t.time); a != nil; a = b.alarms.due(t.time) {
		a.ring(t)
	}
	for _, op := range ops {
		op(t)
	}
	for e := range t.dirty {
		t.dispatch(e)
	}
	var failed *amqp.Error
	if err := b.commit(t.changes, t.touched); err != nil {
		b.logger.Error("service bus messages cannot be stored", "error", err)
		failed = amqp.Errorf("amqp:internal-error", "The message store failed: %v", err)
		b.stale = true
	}
	for _, m := range t.fresh {
		m.raw = nil
	}
	for _, reply := range t.replies {
		reply(failed)
	}
	if failed != nil {
		b.loseConsumers(failed)
	}
}

// reply has f called when the turn's changes are stored, or with the error if they could not be.
func (t *turn) reply(f func(failed *amqp.Error)) { t.replies = append(t.replies, f) }

// answer has done called with err, or with the reason why the turn's changes could not be stored.
func (t *turn) answer(done func(*amqp.Error), err *amqp.Error) {
	t.reply(func(failed *amqp.Error) {
		if failed != nil {
			err = failed
		}
		done(err)
	})
}

// rebuild makes the state in memory from the file.
func (b *Broker) rebuild() error {
	b.entities, b.alarms = map[string]*entity{}, nil
	for p, spec := range b.specs {
		b.entities[p] = newEntity(spec)
	}
	for _, e := range b.entities {
		e.deadLetters = b.entities[e.path+deadLetterSuffix]
		if topic := b.entities[path(e.Topic)]; e.Kind == Subscription && topic != nil {
			topic.subscriptions = append(topic.subscriptions, e)
		}
	}
	t := b.newTurn()
	for _, e := range b.entities {
		if err := b.readEntity(t, e); err != nil {
			return err
		}
	}
	b.stale = false
	return nil
}

// newToken is a random lock token.
func newToken() (u amqp.UUID) {
	_, _ = rand.Read(u[:]) // never fails, by its documentation
	return u
}
