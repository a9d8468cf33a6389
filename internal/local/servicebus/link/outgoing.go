package link

import (
	"encoding/binary"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
)

// perFrame is what is left free in a frame for its header and the transfer performative.
const perFrame = 128

// outgoing is a message on its way to the client.
type outgoing struct {
	link    *Link
	id      uint32 // once started
	tag     []byte
	payload []byte // what is not sent yet
	settled bool
	started bool
}

// Settlement is what a client did with a message that it had received.
type Settlement struct {
	ID      uint32 // for Link.Settled
	Tag     []byte
	State   *amqp.State
	Settled bool // the client does not wait for an answer
}

// Send queues an encoded message for the client. It goes out when credit and window allow. The client settles it
// under tag, which may be nil for a message that is settled.
func (l *Link) Send(tag, payload []byte, settled bool) {
	l.session.conn.mu.Lock()
	defer l.session.conn.mu.Unlock()
	if l.state != attached {
		return
	}
	l.queue = append(l.queue, &outgoing{link: l, tag: tag, payload: payload, settled: settled})
	l.pump()
}

// Settled answers a settlement for which the client waits.
func (l *Link) Settled(id uint32, state *amqp.State) {
	l.session.conn.mu.Lock()
	defer l.session.conn.mu.Unlock()
	if l.state == attached {
		l.session.settled(id, state)
	}
}

// Drained ends a drain: everything there was has been given to Send, count messages in all and credit thrown away.
func (l *Link) Drained(count uint32) {
	l.session.conn.mu.Lock()
	defer l.session.conn.mu.Unlock()
	if l.state != attached || !l.draining {
		return
	}
	l.limit = count
	l.pump()
	if len(l.queue) == 0 {
		l.deliveryCount = count
		l.answerDrain()
	}
}

// answerDrain tells the client that its credit is used up. The caller holds the mutex.
func (l *Link) answerDrain() {
	l.draining, l.drained = false, true
	l.session.sendFlow(l)
	l.drained = false
}

// pump sends waiting messages as far as credit, window and the output buffer allow. The caller holds the mutex.
func (l *Link) pump() {
	for l.state == attached && len(l.queue) > 0 {
		o := l.queue[0]
		if l.session.window == 0 || !o.started && l.credit() == 0 {
			return
		}
		if len(l.session.conn.out) > maxBuffered {
			l.session.conn.stalled = true // the writer pumps again
			return
		}
		if l.part(o) {
			l.queue = l.queue[1:]
		}
	}
}

// part sends the next frame of o and reports whether it was the last.
func (l *Link) part(o *outgoing) bool {
	s, first := l.session, !o.started
	t := &amqp.Transfer{Handle: l.handle, Settled: o.settled}
	if first {
		o.id, o.started = s.nextDelivery, true
		s.nextDelivery++
		l.deliveryCount++
		if o.tag == nil {
			o.tag = binary.BigEndian.AppendUint32(nil, o.id)
		}
		t.DeliveryID, t.DeliveryTag, t.MessageFormat = &o.id, o.tag, new(uint32)
		if !o.settled {
			s.unsettled[o.id] = o
		}
	}
	n := min(len(o.payload), s.conn.peerFrame-perFrame)
	t.More = n < len(o.payload)
	s.conn.transfer(s.channel, t, o.payload[:n])
	if o.payload = o.payload[n:]; !t.More {
		o.payload = nil // what waits to be settled need not keep the bytes
	}
	s.nextOutgoing++
	s.window--
	return !t.More
}
