package broker

import (
	"container/heap"
	"fmt"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
)

// Action is what to do with a locked message.
type Action int

// The ways to settle a message.
const (
	Complete   Action = iota // it is done with
	Abandon                  // deliver it again, and count this delivery as failed
	Release                  // deliver it again as if it had not been delivered
	Defer                    // keep it until it is asked for by its number
	DeadLetter               // move it to the dead-letter queue
)

// Settlement ends the lock of a message.
type Settlement struct {
	Token               amqp.UUID
	Action              Action
	Reason, Description string   // of DeadLetter
	Changes             amqp.Map // application properties to set
}

func lockLost() *amqp.Error {
	return amqp.Errorf("com.microsoft:message-lock-lost", "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.")
}

// Settle settles a message of the entity name.
func (b *Broker) Settle(name string, s Settlement, done func(*amqp.Error)) {
	b.SettleAll(name, []amqp.UUID{s.Token}, s, done)
}

// SettleAll settles several messages in the same way, none if the lock on one is lost.
func (b *Broker) SettleAll(name string, tokens []amqp.UUID, s Settlement, done func(*amqp.Error)) {
	b.submit(func(t *turn) {
		e := t.entities[path(name)]
		for _, token := range tokens {
			if e.locks[token] == nil {
				t.answer(done, lockLost())
				return
			}
		}
		for _, token := range tokens {
			if m := e.locks[token]; m != nil { // nil if the token was named twice
				if err := t.settle(m, s); err != nil {
					t.answer(done, err)
					return
				}
			}
		}
		t.answer(done, nil)
	})
}

func (t *turn) settle(m *message, s Settlement) *amqp.Error {
	switch s.Action {
	case Complete:
		t.drop(m)
		return nil
	case Release:
		t.unlock(m)
		return nil
	case Abandon:
		return t.fail(m, s.Changes)
	case Defer:
		if err := t.change(m, s.Changes); err != nil {
			return err
		}
		m.state, m.count = deferred, m.count+1
		t.save(m)
		t.unlock(m)
		return nil
	case DeadLetter:
		if m.entity.Kind == DeadLetterQueue {
			return amqp.Errorf("amqp:not-allowed", "A message of a dead-letter queue cannot be dead-lettered again.")
		}
		if err := t.change(m, s.Changes); err != nil {
			return err
		}
		return t.deadLetter(m, s.Reason, s.Description)
	}
	return amqp.Errorf("amqp:not-implemented", "Settlement %d is not known.", s.Action)
}

// fail counts a delivery as failed: the message is delivered again, or dead-lettered if that was the last time. In a
// dead-letter queue nothing is counted.
func (t *turn) fail(m *message, changes amqp.Map) *amqp.Error {
	if m.entity.Kind == DeadLetterQueue && len(changes) == 0 {
		t.unlock(m)
		return nil
	}
	if err := t.change(m, changes); err != nil {
		return err
	}
	e := m.entity
	if e.Kind != DeadLetterQueue {
		m.count++
	}
	if m.state == active && e.MaxDeliveryCount > 0 && m.count >= e.MaxDeliveryCount {
		return t.deadLetter(m, "MaxDeliveryCountExceeded", fmt.Sprintf("Message could not be consumed after %d delivery attempts.", m.count))
	}
	t.save(m)
	t.unlock(m)
	return nil
}

// change loads m and sets application properties in it. The caller saves.
func (t *turn) change(m *message, changes amqp.Map) *amqp.Error {
	raw, err := t.loaded(m)
	if err != nil || len(changes) == 0 {
		return err
	}
	parsed, parseErr := amqp.ParseMessage(raw)
	if parseErr != nil {
		return t.damaged(m, parseErr)
	}
	for _, p := range changes {
		key := fmt.Sprint(p.Key) // keys come as symbols; application properties have strings
		parsed.ApplicationProperties = parsed.ApplicationProperties.Set(key, p.Value)
	}
	m.raw = parsed.Append(nil)
	return nil
}

// loaded has the bytes of m in memory until the end of the turn.
func (t *turn) loaded(m *message) ([]byte, *amqp.Error) {
	if m.raw != nil {
		return m.raw, nil
	}
	raw, err := t.load(m)
	if err != nil {
		return nil, t.damaged(m, err)
	}
	m.raw = raw
	t.fresh = append(t.fresh, m)
	return raw, nil
}

func (t *turn) damaged(m *message, err error) *amqp.Error {
	t.logger.Error("stored message cannot be read", "entity", m.entity.Name, "sequence", m.sequence, "error", err)
	return amqp.Errorf("amqp:internal-error", "Message %d of %s cannot be read.", m.sequence, m.entity.Name)
}

// deadLetter moves m to where its entity sends its dead letters.
func (t *turn) deadLetter(m *message, reason, description string) *amqp.Error {
	a, err := t.remove(m)
	if err != nil {
		return err
	}
	a.count, a.enqueuedSequence = m.count, m.enqueuedSequence
	t.bury(m.entity, a, reason, description)
	return nil
}

// bury puts a message into the dead-letter queue of e, or on to the entity that gets its dead letters, where it begins
// anew with no failed deliveries.
func (t *turn) bury(e *entity, a arrival, reason, description string) {
	for key, value := range map[string]string{"DeadLetterReason": reason, "DeadLetterErrorDescription": description} {
		if value != "" {
			a.message.ApplicationProperties = a.message.ApplicationProperties.Set(key, value)
		}
	}
	a.raw, a.source = a.message.Append(nil), e.Name
	if e.ForwardDeadLetterTo != "" && a.hops < maxHops {
		a.count, a.hops = 0, a.hops+1
		t.accept(t.entities[path(e.ForwardDeadLetterTo)], a)
		return
	}
	t.accept(e.deadLetters, a)
}

// remove takes m out of its entity and returns it as an arrival for another.
func (t *turn) remove(m *message) (arrival, *amqp.Error) {
	raw, err := t.loaded(m)
	if err != nil {
		return arrival{}, err
	}
	parsed, parseErr := amqp.ParseMessage(raw)
	if parseErr != nil {
		return arrival{}, t.damaged(m, parseErr)
	}
	t.drop(m)
	return arrival{message: parsed, raw: raw, source: m.source, hops: m.hops}, nil
}

// drop deletes m.
func (t *turn) drop(m *message) {
	t.alarms.stop(&m.alarm)
	delete(m.entity.locks, m.token)
	delete(m.entity.messages, m.sequence)
	t.changes = append(t.changes, change{m.entity, bucketMessages, sequenceKey(m.sequence), nil})
}

// unlock frees m; a deferred message stays deferred.
func (t *turn) unlock(m *message) {
	delete(m.entity.locks, m.token)
	m.token, m.until = amqp.UUID{}, noTime
	t.alarms.stop(&m.alarm)
	if m.state == active {
		t.offer(m)
	}
}

// offer puts an available message into its place in line.
func (t *turn) offer(m *message) {
	heap.Push(m.entity.line(m), m.sequence)
	t.dirty[m.entity] = true
	if m.expires > 0 {
		t.alarms.set(&m.alarm, m.expires.Time(), func(t *turn) { t.expire(m) })
	}
}

// expire ends the life of a message that nobody took in time.
func (t *turn) expire(m *message) {
	if m.entity.DeadLetterExpired {
		_ = t.deadLetter(m, "TTLExpiredException", "The message expired and was dead lettered.") // a damaged one was logged and stays
		return
	}
	t.drop(m)
}
