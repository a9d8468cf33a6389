package broker

import (
	"encoding/binary"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
)

// RenewLocks starts the locks of messages anew, all or none, and tells when each ends.
func (b *Broker) RenewLocks(name string, tokens []amqp.UUID, done func([]time.Time, *amqp.Error)) {
	b.submit(func(t *turn) {
		e := t.entities[path(name)]
		var until []time.Time
		var err *amqp.Error
		if slices.ContainsFunc(tokens, func(token amqp.UUID) bool { return e.locks[token] == nil }) {
			err = lockLost()
		} else {
			for _, token := range tokens {
				m := e.locks[token]
				if !e.RequiresSession { // in a session the lock is the session's, and only renewed with it
					t.lockUntil(m, t.time.Add(e.LockDuration))
				}
				until = append(until, m.until)
			}
		}
		t.answer(func(err *amqp.Error) { done(until, err) }, err)
	})
}

// Peek reads messages from the sequence number from on, in order, without locking them: at most count, and no more
// than fit into size bytes unless it is the first. A session, if given, leaves out the messages of others.
func (b *Broker) Peek(name string, from int64, count, size int, session *string, done func([][]byte, *amqp.Error)) {
	b.submit(func(t *turn) {
		e := t.entities[path(name)]
		var messages [][]byte
		err := t.db.View(func(tx *bolt.Tx) error {
			total := 0
			c := tx.Bucket([]byte(e.path)).Bucket(bucketMessages).Cursor()
			for key, record := c.Seek(sequenceKey(max(0, from))); key != nil && len(messages) < count; key, record = c.Next() {
				// What was settled in this turn is still in the file but not in memory any more.
				m := e.messages[int64(binary.BigEndian.Uint64(key))]
				if m == nil || session != nil && (m.session == nil || *m.session != *session) {
					continue
				}
				stored, err := readRecord(record)
				if err != nil {
					return err
				}
				encoded := m.render(stored.raw)
				if total += len(encoded); total > size && len(messages) > 0 {
					return nil
				}
				messages = append(messages, encoded)
			}
			return nil
		})
		var failed *amqp.Error
		if err != nil {
			t.logger.Error("messages cannot be read", "entity", e.Name, "error", err)
			failed = amqp.Errorf("amqp:internal-error", "The messages of %s cannot be read: %v", e.Name, err)
		}
		t.answer(func(err *amqp.Error) { done(messages, err) }, failed)
	})
}

// ReceiveDeferred locks deferred messages by their numbers, or deletes them if remove is true; all or none. A session
// must be given for an entity that has them, and be locked.
func (b *Broker) ReceiveDeferred(name string, numbers []int64, remove bool, id *string, done func([]Delivery, *amqp.Error)) {
	b.submit(func(t *turn) {
		var deliveries []Delivery
		err := t.receiveDeferred(t.entities[path(name)], numbers, remove, id, &deliveries)
		t.answer(func(err *amqp.Error) { done(deliveries, err) }, err)
	})
}

func (t *turn) receiveDeferred(e *entity, numbers []int64, remove bool, id *string, deliveries *[]Delivery) *amqp.Error {
	var s *session
	if e.RequiresSession {
		if id == nil || e.sessions[*id] == nil || e.sessions[*id].owner == nil {
			return sessionLost("")
		}
		s = e.sessions[*id]
	}
	for _, n := range numbers {
		m := e.messages[n]
		if m == nil || m.state != deferred || m.locked() || s != nil && *m.session != s.id {
			return amqp.Errorf("com.microsoft:message-not-found", "Failed to lock one or more specified messages. Either the message is already locked or does not exist.")
		}
		if _, err := t.loaded(m); err != nil {
			return err
		}
	}
	for _, n := range numbers {
		m := e.messages[n]
		if m == nil || m.locked() { // asked for twice
			continue
		}
		if remove {
			*deliveries = append(*deliveries, Delivery{Message: m.render(m.raw)})
			t.drop(m)
			continue
		}
		t.lock(m, s)
		*deliveries = append(*deliveries, Delivery{Token: m.token, Message: m.render(m.raw)})
	}
	return nil
}
