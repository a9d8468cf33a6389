package link

import (
	"fmt"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
)

type linkState int

const (
	waiting  linkState = iota // attach not answered yet
	attached                  // in use
	closing                   // this side has sent a detach
	ended                     // the client has sent one too, or its session is gone
)

// Link is one link of a client: a sender or a receiver. Its exported fields never change.
type Link struct {
	Name       string
	Source     *amqp.Terminus // nil if the client gave none
	Target     *amqp.Terminus
	Properties amqp.Map
	// Receiver is whether the client receives on this link.
	Receiver bool
	// Delete is whether messages go to the client settled, so that it cannot give them back.
	Delete bool

	session *session
	handle  uint32
	asked   *amqp.Attach
	hooks   Hooks

	// All below is guarded by the connection's mutex.
	state         linkState
	deliveryCount uint32

	limit    uint32 // of a receiver: deliveryCount up to which the client gave credit
	draining bool   // the client has asked to use or throw away the credit
	drained  bool   // the flow being sent answers that
	queue    []*outgoing

	maxSize   uint64 // of a sender: bytes of a message
	granted   uint32 // credit the client has left
	open      uint32 // messages that wait for Settle
	incoming  *Message
	oversized uint64 // bytes of the incoming message, once they are too many to keep
}

// Terms are what the answer to an attach grants.
type Terms struct {
	// Source replaces the source that the client asked for, to tell what filter was granted.
	Source *amqp.Terminus
	// Properties of the link.
	Properties amqp.Map
	// MaxMessageSize is the size in bytes that a client may send. It is not told to a client that receives: the Go
	// client would close its link on a longer reply.
	MaxMessageSize uint64
}

func (s *session) attach(a *amqp.Attach) error {
	c := s.conn
	c.mu.Lock()
	if a.Handle > handleMax || s.links[a.Handle] != nil {
		c.mu.Unlock()
		return fmt.Errorf("handle %d is not free", a.Handle)
	}
	l := &Link{Name: a.Name, Source: a.Source, Target: a.Target, Properties: a.Properties, Receiver: a.Receiver,
		Delete: a.SenderSettleMode != nil && *a.SenderSettleMode == 1, session: s, handle: a.Handle, asked: a}
	if !a.Receiver && a.InitialDeliveryCount != nil {
		l.deliveryCount = *a.InitialDeliveryCount
	}
	s.links[a.Handle] = l
	c.mu.Unlock()
	if a.Coordinator {
		l.Refuse(amqp.Errorf("amqp:not-implemented", "Transactions are not supported."))
		return nil
	}
	hooks := c.handler.Attach(l)
	c.mu.Lock()
	l.hooks = hooks
	c.mu.Unlock()
	return nil
}

// Accept answers the attach. It does nothing if the link has ended meanwhile; then the Detach hook was called.
func (l *Link) Accept(t Terms) {
	l.session.conn.mu.Lock()
	defer l.session.conn.mu.Unlock()
	if l.state != waiting {
		return
	}
	l.state = attached
	answer := l.answer()
	answer.Properties = t.Properties
	if t.Source != nil {
		answer.Source = t.Source
	}
	if !l.Receiver {
		answer.MaxMessageSize, l.maxSize = t.MaxMessageSize, t.MaxMessageSize
	}
	l.session.conn.frame(l.session.channel, answer)
	if !l.Receiver {
		l.grant()
	}
}

// answer is an attach that says what the client's said, from the other side.
func (l *Link) answer() *amqp.Attach {
	answer := &amqp.Attach{Name: l.Name, Handle: l.handle, Receiver: !l.Receiver, SenderSettleMode: l.asked.SenderSettleMode,
		ReceiverSettleMode: l.asked.ReceiverSettleMode, Source: l.Source, Target: l.Target}
	if answer.Source == nil {
		answer.Source = &amqp.Terminus{}
	}
	if answer.Target == nil {
		answer.Target = &amqp.Terminus{}
	}
	if l.Receiver {
		answer.InitialDeliveryCount = new(uint32)
	}
	return answer
}

// Refuse answers the attach with an error. The null terminus and the detach go out together: the JavaScript client
// takes the link for opened if it sees the first without the second.
func (l *Link) Refuse(err *amqp.Error) {
	l.session.conn.mu.Lock()
	defer l.session.conn.mu.Unlock()
	if l.state != waiting {
		return
	}
	answer := l.answer()
	if l.Receiver {
		answer.Source = nil
	} else {
		answer.Target = nil
	}
	l.session.conn.frame(l.session.channel, answer)
	l.close(err)
}

// Detach ends the link with an error.
func (l *Link) Detach(err *amqp.Error) {
	l.session.conn.mu.Lock()
	defer l.session.conn.mu.Unlock()
	if l.state == attached {
		l.close(err)
	}
}

// close sends a detach. The caller holds the mutex.
func (l *Link) close(err *amqp.Error) {
	l.state = closing
	l.forget()
	l.session.conn.frame(l.session.channel, &amqp.Detach{Handle: l.handle, Closed: true, Error: err})
}

// forget drops what is in flight on the link.
func (l *Link) forget() {
	l.queue, l.incoming = nil, nil
	for id, o := range l.session.unsettled {
		if o.link == l {
			delete(l.session.unsettled, id)
		}
	}
}

// detach takes the client's detach: its wish to end the link, or its answer to ours.
func (s *session) detach(d *amqp.Detach) error {
	s.conn.mu.Lock()
	l := s.links[d.Handle]
	if l == nil {
		s.conn.mu.Unlock()
		return fmt.Errorf("detach of handle %d, where no link is attached", d.Handle)
	}
	delete(s.links, d.Handle)
	told := l.state == closing
	if !told {
		l.close(nil)
	}
	l.state = ended
	s.conn.mu.Unlock()
	if !told {
		l.gone()
	}
	return nil
}

// gone tells the handler that the client has left.
func (l *Link) gone() {
	if l.hooks.Detach != nil {
		l.hooks.Detach()
	}
}

// Sibling finds an attached receiver of the same AMQP session for which match is true, or nil.
func (l *Link) Sibling(match func(*Link) bool) *Link {
	l.session.conn.mu.Lock()
	defer l.session.conn.mu.Unlock()
	for _, other := range l.session.links {
		if other.Receiver && other.state == attached && match(other) {
			return other
		}
	}
	return nil
}

// flow takes the client's flow for this link and returns what to do without the mutex, which the caller holds.
func (l *Link) flow(f *amqp.Flow) (then func()) {
	then = func() {}
	if !l.Receiver {
		if f.Echo && l.state == attached {
			l.session.sendFlow(l)
		}
		return then
	}
	if f.LinkCredit != nil {
		l.limit = *f.LinkCredit
		if f.DeliveryCount != nil { // absent while the client has not seen the attach, whose count is 0
			l.limit += *f.DeliveryCount
		}
	}
	l.draining = f.Drain
	limit, hook := l.limit, l.hooks.Credit
	if hook != nil {
		then = func() { hook(limit, f.Drain) }
	} else if f.Drain {
		l.deliveryCount = limit
	}
	l.pump()
	if f.Drain && hook == nil {
		l.answerDrain()
	} else if f.Echo && l.state == attached {
		l.session.sendFlow(l)
	}
	return then
}

// credit is what the flow for this link says: what the client has, or what this side has, to send.
func (l *Link) credit() uint32 {
	if !l.Receiver {
		return l.granted
	}
	if int32(l.limit-l.deliveryCount) < 0 { // the client has taken credit back
		return 0
	}
	return l.limit - l.deliveryCount
}
