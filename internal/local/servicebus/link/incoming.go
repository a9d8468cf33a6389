package link

import (
	"fmt"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
)

// maxUnsettled is how many messages a client may have sent on a link without an answer.
const maxUnsettled = 1000

// Message is a message that a client has sent.
type Message struct {
	ID      uint32 // for Link.Settle
	Format  uint32 // 0, or 0x80013700 for a batch
	Settled bool   // the client wants no answer
	Payload []byte
}

// transfer takes one frame of a message.
func (s *session) transfer(t *amqp.Transfer, payload []byte) error {
	s.conn.mu.Lock()
	s.nextIncoming++
	if s.received++; s.received >= refreshAfter {
		s.sendFlow(nil)
	}
	l := s.links[t.Handle]
	if l == nil || l.Receiver {
		s.conn.mu.Unlock()
		return fmt.Errorf("transfer on handle %d, where the client has no sender", t.Handle)
	}
	if l.state != attached { // frames that were on their way when this side closed the link
		s.conn.mu.Unlock()
		return nil
	}
	m, err := l.collect(t, payload)
	hook := l.hooks.Message
	s.conn.mu.Unlock()
	if m != nil && hook != nil {
		hook(*m)
	}
	return err
}

// collect adds a frame to the incoming message and returns it once it is whole. The caller holds the mutex.
func (l *Link) collect(t *amqp.Transfer, payload []byte) (*Message, error) {
	if l.incoming == nil {
		if t.DeliveryID == nil {
			return nil, fmt.Errorf("first transfer of a message on handle %d has no delivery id", t.Handle)
		}
		if l.granted == 0 {
			return nil, amqp.Errorf("amqp:link:transfer-limit-exceeded", "Link %q has no credit.", l.Name)
		}
		l.granted--
		l.deliveryCount++
		l.open++
		l.oversized = 0
		l.incoming = &Message{ID: *t.DeliveryID}
		if t.MessageFormat != nil {
			l.incoming.Format = *t.MessageFormat
		}
	}
	m := l.incoming
	m.Settled = m.Settled || t.Settled
	switch size := uint64(len(m.Payload)) + l.oversized + uint64(len(payload)); {
	case size > l.maxSize:
		m.Payload, l.oversized = nil, size // count the rest, keep nothing
	case m.Payload == nil && !t.More:
		m.Payload = payload // the common case: one frame, whose memory is ours already
	default:
		m.Payload = append(m.Payload, payload...)
	}
	if t.More && !t.Aborted {
		return nil, nil
	}
	l.incoming = nil
	if t.Aborted {
		l.answered()
		return nil, nil
	}
	if l.oversized > 0 {
		l.settle(m.ID, amqp.StateOf(amqp.Errorf("amqp:link:message-size-exceeded",
			"The received message (delivery-id:%d, size:%d bytes) exceeds the limit (%d bytes) currently allowed on the link.", m.ID, l.oversized, l.maxSize)))
		return nil, nil
	}
	if m.Settled {
		l.answered()
	}
	return m, nil
}

// Settle answers a message that the client has sent.
func (l *Link) Settle(id uint32, state *amqp.State) {
	l.session.conn.mu.Lock()
	defer l.session.conn.mu.Unlock()
	if l.state == attached {
		l.settle(id, state)
	}
}

func (l *Link) settle(id uint32, state *amqp.State) {
	l.session.conn.frame(l.session.channel, &amqp.Disposition{Receiver: true, First: id, Last: id, Settled: true, State: state})
	l.answered()
}

// answered counts a message that is done with, and gives the client new credit when it has used half.
func (l *Link) answered() {
	l.open--
	if l.granted <= maxUnsettled/2 {
		l.grant()
	}
}

// grant gives the client all credit there is.
func (l *Link) grant() {
	credit := maxUnsettled - l.open
	if credit <= l.granted {
		return
	}
	l.granted = credit
	l.session.sendFlow(l)
}
