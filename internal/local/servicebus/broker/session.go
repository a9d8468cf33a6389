package broker

import (
	"slices"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
)

// session is the state of a session that has messages, state or an owner.
type session struct {
	entity *entity
	id     string
	ready  sequences
	state  []byte // nil: none

	owner *Consumer // nil: free
	until time.Time // when the owner loses it
	alarm alarm
}

// session is the session id, made if there is none.
func (e *entity) session(id string) *session {
	s := e.sessions[id]
	if s == nil {
		s = &session{entity: e, id: id}
		e.sessions[id] = s
	}
	return s
}

// attachNamed gives c the session that it asked for, which need not have messages.
func (t *turn) attachNamed(c *Consumer) {
	s := c.entity.session(*c.Session)
	if s.owner != nil {
		c.entity = nil
		t.attached(c, Grant{}, amqp.Errorf("com.microsoft:session-cannot-be-locked",
			"The requested session '%s' cannot be accepted. It may be locked by another receiver.", s.id))
		return
	}
	t.grant(s, c)
}

// grantSessions gives free sessions that have messages to those who wait, the oldest message first.
func (t *turn) grantSessions(e *entity) {
	for len(e.waiters) > 0 {
		var next *session
		var oldest int64
		for _, s := range e.sessions {
			if s.owner != nil {
				continue
			}
			if m := e.first(&s.ready); m != nil && (next == nil || m.sequence < oldest) {
				next, oldest = s, m.sequence
			}
		}
		if next == nil {
			return
		}
		c := e.waiters[0]
		e.waiters = e.waiters[1:]
		t.alarms.stop(&c.alarm)
		t.grant(next, c)
	}
}

func (t *turn) grant(s *session, c *Consumer) {
	s.owner, c.session = c, s
	s.entity.consumers = append(s.entity.consumers, c)
	t.lockSession(s)
	t.dirty[s.entity] = true
	t.attached(c, Grant{Session: s.id, Until: s.until}, nil)
}

// lockSession starts the lock of s, and so of the messages that its owner holds, anew.
func (t *turn) lockSession(s *session) {
	s.until = t.time.Add(s.entity.LockDuration)
	for _, m := range s.held() {
		m.until = s.until
	}
	t.alarms.set(&s.alarm, s.until, func(t *turn) { t.expireSession(s) })
}

// held are the locked messages of s, in order.
func (s *session) held() (all []*message) {
	for _, m := range s.entity.locks {
		if m.session != nil && *m.session == s.id {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(x, y *message) int { return int(x.sequence - y.sequence) })
	return all
}

// expireSession takes s from an owner that did not renew its lock; what he held counts as failed.
func (t *turn) expireSession(s *session) {
	c := s.owner
	t.free(s, func(m *message) { _ = t.fail(m, nil) }) // a damaged message was logged and stays locked
	t.leave(c)
	t.reply(func(*amqp.Error) { c.Lost(sessionLost(s.id)) })
}

// free takes s from its owner. release is called for each message that he held.
func (t *turn) free(s *session, release func(*message)) {
	for _, m := range s.held() {
		release(m)
	}
	s.owner, s.until = nil, noTime
	t.alarms.stop(&s.alarm)
	t.dirty[s.entity] = true
	if s.entity.first(&s.ready) == nil && s.state == nil {
		delete(s.entity.sessions, s.id) // nothing worth remembering
	}
}

func sessionLost(id string) *amqp.Error {
	return amqp.Errorf("com.microsoft:session-lock-lost", "The session lock has expired on the session '%s'. Accept the session again.", id)
}

// withSession runs f on the session id of the entity name if somebody has locked it, else done gets the error.
func (b *Broker) withSession(name, id string, done func(*amqp.Error), f func(t *turn, s *session)) {
	b.submit(func(t *turn) {
		s := t.entities[path(name)].sessions[id]
		if s == nil || s.owner == nil {
			t.answer(done, sessionLost(id))
			return
		}
		f(t, s)
		t.answer(done, nil)
	})
}

// RenewSession starts the lock of a locked session anew and tells when it ends.
func (b *Broker) RenewSession(name, id string, done func(time.Time, *amqp.Error)) {
	var until time.Time
	b.withSession(name, id, func(err *amqp.Error) { done(until, err) }, func(t *turn, s *session) {
		t.lockSession(s)
		until = s.until
	})
}

// SessionState is the state of a locked session, nil if it has none.
func (b *Broker) SessionState(name, id string, done func([]byte, *amqp.Error)) {
	var state []byte
	b.withSession(name, id, func(err *amqp.Error) { done(state, err) }, func(_ *turn, s *session) { state = s.state })
}

// SetSessionState stores the state of a locked session; nil clears it.
func (b *Broker) SetSessionState(name, id string, state []byte, done func(*amqp.Error)) {
	b.withSession(name, id, done, func(t *turn, s *session) {
		s.state = state
		t.changes = append(t.changes, change{s.entity, bucketSessions, []byte(id), state})
	})
}

// Sessions are the ids of the sessions that have messages or state, sorted.
func (b *Broker) Sessions(name string, done func([]string, *amqp.Error)) {
	b.submit(func(t *turn) {
		e := t.entities[path(name)]
		found := map[string]bool{}
		for id, s := range e.sessions {
			if s.state != nil {
				found[id] = true
			}
		}
		for _, m := range e.messages {
			if m.session != nil && e.RequiresSession {
				found[*m.session] = true
			}
		}
		var ids []string
		for id := range found {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		t.answer(func(err *amqp.Error) { done(ids, err) }, nil)
	})
}
