package broker

import (
	"container/heap"
	"slices"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
)

// noTime is the end of a lock that is not held.
var noTime time.Time

// Delivery is a message for a consumer.
type Delivery struct {
	Token   amqp.UUID // to settle it by; not of a message that was deleted on delivery
	Message []byte    // encoded, as the consumer is to see it
}

// Grant is what an attached consumer got.
type Grant struct {
	Session string    // its session, if it asked for one
	Until   time.Time // when the lock on the session ends
}

// ConsumerOptions say what a consumer wants and how it is told. All functions are needed; see Broker for where they run.
type ConsumerOptions struct {
	Delete   bool          // delete messages on delivery, before the consumer gets them
	Sessions bool          // receive from one session
	Session  *string       // which one; nil is the next that has messages and is free
	Wait     time.Duration // how long to wait for the next one

	Attached func(Grant, *amqp.Error)
	Deliver  func(Delivery)
	Drained  func(count uint32) // deliveries and credit thrown away since the attach
	Lost     func(*amqp.Error)  // the consumer is detached, and why
}

// Consumer takes messages from an entity.
type Consumer struct {
	ConsumerOptions
	broker *Broker

	// What follows belongs to the loop.
	entity  *entity  // nil once detached
	session *session // of a consumer with sessions, once it was granted
	count   uint32   // deliveries since the attach
	limit   uint32   // up to which there is credit
	alarm   alarm    // end of the wait for a session
}

// Attach adds a consumer to the entity name, which must exist and not be a topic. It gets messages once it was given
// credit.
func (b *Broker) Attach(name string, o ConsumerOptions) *Consumer {
	c := &Consumer{ConsumerOptions: o, broker: b}
	b.submit(func(t *turn) {
		c.entity = t.entities[path(name)]
		switch {
		case !o.Sessions:
			c.entity.consumers = append(c.entity.consumers, c)
			t.attached(c, Grant{}, nil)
		case o.Session != nil:
			t.attachNamed(c)
		default:
			c.entity.waiters = append(c.entity.waiters, c)
			t.dirty[c.entity] = true
			t.alarms.set(&c.alarm, t.time.Add(o.Wait), func(t *turn) {
				t.leave(c)
				t.attached(c, Grant{}, amqp.Errorf("com.microsoft:timeout", "The operation did not complete within the allotted time."))
			})
		}
	})
	return c
}

// attached reports the outcome of an attach.
func (t *turn) attached(c *Consumer, g Grant, err *amqp.Error) {
	t.answer(func(err *amqp.Error) { c.Attached(g, err) }, err)
}

// Limit gives credit: messages may be delivered until their count since the attach reaches limit. With drain,
// Drained is called when everything that is available was delivered; the rest of the credit is gone then.
func (c *Consumer) Limit(limit uint32, drain bool) {
	c.broker.submit(func(t *turn) {
		if c.entity == nil {
			return
		}
		c.limit = limit
		if !drain {
			t.dirty[c.entity] = true
			return
		}
		t.dispatch(c.entity)
		c.count = c.limit
		count := c.count
		t.reply(func(*amqp.Error) { c.Drained(count) })
	})
}

// Detach ends the consumer. Its session is freed with the messages that it holds; locks on messages of entities
// without sessions stay until they run out.
func (c *Consumer) Detach() {
	c.broker.submit(func(t *turn) {
		if c.entity == nil {
			return
		}
		if c.session != nil {
			t.free(c.session, func(m *message) { t.unlock(m) })
		}
		t.leave(c)
	})
}

// leave takes c off its entity.
func (t *turn) leave(c *Consumer) {
	is := func(other *Consumer) bool { return other == c }
	c.entity.consumers = slices.DeleteFunc(c.entity.consumers, is)
	c.entity.waiters = slices.DeleteFunc(c.entity.waiters, is)
	c.entity = nil
	t.alarms.stop(&c.alarm)
}

// loseConsumers detaches all consumers, after a commit that failed.
func (b *Broker) loseConsumers(why *amqp.Error) {
	for _, e := range b.entities {
		lost := e.consumers
		e.consumers = nil
		for _, c := range lost {
			c.entity = nil
			c.Lost(why)
		}
		waiters := e.waiters
		e.waiters = nil
		for _, c := range waiters {
			c.entity = nil
			c.Attached(Grant{}, why)
		}
	}
}

func (c *Consumer) credit() bool { return int32(c.limit-c.count) > 0 }

// dispatch hands out what e has to consumers that have credit.
func (t *turn) dispatch(e *entity) {
	if e.RequiresSession {
		t.grantSessions(e)
		for _, c := range e.consumers {
			for m := e.first(&c.session.ready); m != nil && c.credit(); m = e.first(&c.session.ready) {
				heap.Pop(&c.session.ready)
				t.deliver(c, m)
			}
		}
		return
	}
	for m := e.first(&e.ready); m != nil; m = e.first(&e.ready) {
		i := slices.IndexFunc(e.consumers, (*Consumer).credit)
		if i < 0 {
			return
		}
		c := e.consumers[i]
		// Those that have had their turn go to the end, so that all get their share.
		e.consumers = append(slices.Delete(e.consumers, i, i+1), c)
		heap.Pop(&e.ready)
		t.deliver(c, m)
	}
}

// deliver gives m, which was just taken off its line, to c.
func (t *turn) deliver(c *Consumer, m *message) {
	raw, err := t.loaded(m)
	if err != nil {
		return // it was logged; the message stays where it is until the file is repaired
	}
	if c.Delete {
		d := Delivery{Message: m.render(raw)}
		t.drop(m)
		t.delivery(c, d)
		return
	}
	t.lock(m, c.session)
	t.delivery(c, Delivery{Token: m.token, Message: m.render(raw)})
}

func (t *turn) delivery(c *Consumer, d Delivery) {
	c.count++
	t.reply(func(failed *amqp.Error) {
		if failed == nil {
			c.Deliver(d)
		}
	})
}

// lock locks m, in a session for as long as that is locked.
func (t *turn) lock(m *message, s *session) {
	m.token = newToken()
	m.entity.locks[m.token] = m
	if s != nil {
		m.until = s.until
		t.alarms.stop(&m.alarm)
		return
	}
	t.lockUntil(m, t.time.Add(m.entity.LockDuration))
}

func (t *turn) lockUntil(m *message, until time.Time) {
	m.until = until
	t.alarms.set(&m.alarm, until, func(t *turn) {
		_ = t.fail(m, nil) // a damaged message was logged and stays locked
	})
}
