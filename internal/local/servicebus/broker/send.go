package broker

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
)

// maxHops is how many entities may forward a message.
const maxHops = 4

// arrival is a message on its way into an entity.
type arrival struct {
	message          amqp.Message // raw, parsed
	raw              []byte
	count            uint32
	enqueuedSequence int64 // 0: this is the first entity it comes to
	source           string
	hops             uint32
}

// Send stores messages in a queue or topic, all or none. A message whose scheduled time is ahead waits for it; one
// whose id was seen in the entity's duplicate window is dropped, which is not an error.
func (b *Broker) Send(name string, messages [][]byte, done func(*amqp.Error)) {
	b.Schedule(name, messages, func(_ []int64, err *amqp.Error) { done(err) })
}

// Schedule is Send, and tells the sequence number of each message, by which it can be cancelled while it waits. A
// message that was dropped as a duplicate, or copied to a topic's subscriptions at once, has the number 0.
func (b *Broker) Schedule(name string, messages [][]byte, done func([]int64, *amqp.Error)) {
	// Parsing is done here, in the caller's goroutine: the loop is for what must be in order.
	arrivals, err := parse(messages)
	b.submit(func(t *turn) {
		var sequences []int64
		e := t.entities[path(name)]
		if err == nil {
			err = e.refuses(arrivals)
		}
		if err == nil {
			for _, a := range arrivals {
				sequences = append(sequences, t.receive(e, a))
			}
		}
		t.answer(func(err *amqp.Error) { done(sequences, err) }, err)
	})
}

func parse(messages [][]byte) (arrivals []arrival, failed *amqp.Error) {
	for _, raw := range messages {
		m, err := amqp.ParseMessage(raw)
		if err != nil {
			return nil, amqp.Errorf("amqp:decode-error", "The message cannot be decoded: %v", err)
		}
		arrivals = append(arrivals, arrival{message: m, raw: raw})
	}
	return arrivals, nil
}

// refuses is why e does not take these messages, or nil.
func (e *entity) refuses(arrivals []arrival) *amqp.Error {
	if e == nil {
		return amqp.Errorf("amqp:not-found", "The messaging entity could not be found.")
	}
	if e.Kind != Queue && e.Kind != Topic {
		return amqp.Errorf("amqp:not-allowed", "Messages cannot be sent to %s.", e.Name)
	}
	for _, a := range arrivals {
		if e.RequiresSession && a.session() == nil {
			return amqp.Errorf("amqp:not-allowed", "The SessionId was not set on a message, and it cannot be sent to the entity. "+
				"Entities that have session support enabled can only receive messages that have the SessionId set to a valid value.")
		}
	}
	return nil
}

// session is the session id; the empty string is one.
func (a *arrival) session() *string {
	if id, ok := a.message.Properties.Get(amqp.PropGroupID).(string); ok {
		return &id
	}
	return nil
}

// receive takes a message that a client sent to e.
func (t *turn) receive(e *entity, a arrival) int64 {
	if t.duplicate(e, a.message.Properties.Get(amqp.PropMessageID)) {
		return 0
	}
	due, ok := a.message.MessageAnnotations.Get("x-opt-scheduled-enqueue-time").(amqp.Timestamp)
	if !ok || !due.Time().After(t.time) {
		return t.accept(e, a)
	}
	m := t.newMessage(e, a)
	m.state, m.due = scheduled, due
	t.add(m)
	return m.sequence
}

// duplicate remembers a message id and reports whether e has seen it within its window.
func (t *turn) duplicate(e *entity, id any) bool {
	if e.DuplicateWindow == 0 || id == nil {
		return false
	}
	for _, old := range e.history.expired(t.time.Add(-e.DuplicateWindow).UnixMilli()) {
		t.changes = append(t.changes, change{e, bucketHistory, []byte(old), nil})
	}
	key := string(amqp.Append(nil, id)) // with its type: the number 1 and the text "1" are two ids
	if _, seen := e.history.seen[key]; seen {
		return true
	}
	now := t.time.UnixMilli()
	e.history.seen[key] = now
	e.history.order = append(e.history.order, key)
	t.changes = append(t.changes, change{e, bucketHistory, []byte(key), binary.BigEndian.AppendUint64(nil, uint64(now))})
	return false
}

// accept puts a message where e sends it: into e, into the subscriptions that want it, or on to another entity.
func (t *turn) accept(e *entity, a arrival) int64 {
	switch {
	case e.Kind == Topic:
		a.enqueuedSequence = t.nextSequence(e)
		for _, s := range e.subscriptions {
			if s.wants(a.message) {
				t.accept(s, a)
			}
		}
		return 0
	case e.RequiresSession && a.session() == nil:
		t.bury(e, a, "Session ID is null.", "Session ID is null.")
		return 0
	case e.ForwardTo != "":
		if a.hops >= maxHops {
			t.bury(e, a, "MaxTransferHopCountExceeded", fmt.Sprintf("The message was forwarded %d times.", a.hops))
			return 0
		}
		a.source, a.hops = e.Name, a.hops+1
		return t.accept(t.entities[path(e.ForwardTo)], a)
	}
	m := t.newMessage(e, a)
	t.add(m)
	return m.sequence
}

func (e *entity) wants(m amqp.Message) bool {
	for _, f := range e.Filters {
		if f.Match(m) {
			return true
		}
	}
	return false
}

func (t *turn) nextSequence(e *entity) int64 {
	e.lastSequence++
	t.touched[e] = true
	return e.lastSequence
}

func (t *turn) newMessage(e *entity, a arrival) *message {
	m := &message{entity: e, sequence: t.nextSequence(e), count: a.count, enqueued: amqp.TimestampOf(t.time),
		enqueuedSequence: a.enqueuedSequence, session: a.session(), source: a.source, hops: a.hops, raw: a.raw}
	if m.enqueuedSequence == 0 {
		m.enqueuedSequence = m.sequence
	}
	if ttl := e.timeToLive(a.message); ttl > 0 {
		m.expires = amqp.TimestampOf(t.time.Add(ttl))
	}
	return m
}

// timeToLive is the shorter of what the sender and what the entity says; 0 is for ever.
func (e *entity) timeToLive(m amqp.Message) time.Duration {
	if e.Kind == DeadLetterQueue {
		return 0
	}
	ms, ok := m.Header.Get(amqp.HeaderTTL).(uint32)
	own := time.Duration(ms) * time.Millisecond
	if !ok || e.TimeToLive > 0 && e.TimeToLive < own {
		return e.TimeToLive
	}
	return own
}

// add stores a new message.
func (t *turn) add(m *message) {
	t.save(m)
	t.fresh = append(t.fresh, m)
	t.place(m.entity, m)
}

// save stores what is known of m, whose raw bytes must be loaded.
func (t *turn) save(m *message) {
	t.changes = append(t.changes, change{m.entity, bucketMessages, sequenceKey(m.sequence), m.record()})
}

// place puts a message into the memory of e as its state says.
func (t *turn) place(e *entity, m *message) {
	m.entity = e
	e.messages[m.sequence] = m
	switch m.state {
	case active:
		t.offer(m)
	case scheduled:
		t.alarms.set(&m.alarm, m.due.Time(), func(t *turn) { t.activate(m) })
	}
}

// activate makes a scheduled message a new one: it gets its place behind those that came before its time.
func (t *turn) activate(m *message) {
	a, err := t.remove(m)
	if err != nil {
		return
	}
	a.enqueuedSequence = m.enqueuedSequence
	t.accept(m.entity, a)
}

// CancelScheduled drops scheduled messages, all or none.
func (b *Broker) CancelScheduled(name string, sequences []int64, done func(*amqp.Error)) {
	b.submit(func(t *turn) {
		e := t.entities[path(name)]
		for _, s := range sequences {
			if m := e.messages[s]; m == nil || m.state != scheduled {
				t.answer(done, amqp.Errorf("com.microsoft:message-not-found", "Messages not found. Missing sequence numbers: %d", s))
				return
			}
		}
		for _, s := range sequences {
			t.drop(e.messages[s])
		}
		t.answer(done, nil)
	})
}
