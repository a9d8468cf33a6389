package link

import (
	"fmt"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
)

const (
	incomingWindow = 5000 // transfer frames that the client may send before the next flow
	refreshAfter   = 1000 // transfer frames after which it gets one
	outgoingWindow = 5000
	handleMax      = 4095
)

// session is one AMQP session. Everything in it is guarded by the connection's mutex.
type session struct {
	conn    *Conn
	channel uint16 // the same in both directions
	links   map[uint32]*Link

	nextIncoming uint32 // transfer id that the client will use next
	received     int    // transfer frames since the last flow

	nextOutgoing uint32 // transfer id of the next frame from here
	nextDelivery uint32
	window       uint32 // transfer frames that the client has room for
	unsettled    map[uint32]*outgoing
}

// handle takes one frame of an open connection.
func (c *Conn) handle(channel uint16, p amqp.Performative, payload []byte) error {
	switch p := p.(type) {
	case *amqp.Close:
		c.bye(nil)
		return errClosed
	case *amqp.Begin:
		return c.begin(channel, p)
	}
	c.mu.Lock()
	s := c.sessions[channel]
	c.mu.Unlock()
	if s == nil {
		return fmt.Errorf("%T on channel %d, where no session has begun", p, channel)
	}
	switch p := p.(type) {
	case *amqp.Attach:
		return s.attach(p)
	case *amqp.Flow:
		return s.flow(p)
	case *amqp.Transfer:
		return s.transfer(p, payload)
	case *amqp.Disposition:
		return s.disposition(p)
	case *amqp.Detach:
		return s.detach(p)
	case *amqp.End:
		c.mu.Lock()
		gone := s.end()
		delete(c.sessions, channel)
		c.frame(channel, &amqp.End{})
		c.mu.Unlock()
		for _, l := range gone {
			l.gone()
		}
		return nil
	}
	return fmt.Errorf("%T is out of place", p)
}

func (c *Conn) begin(channel uint16, b *amqp.Begin) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if channel > channelMax || c.sessions[channel] != nil {
		return fmt.Errorf("channel %d is not free", channel)
	}
	s := &session{conn: c, channel: channel, links: map[uint32]*Link{}, nextIncoming: b.NextOutgoingID,
		nextOutgoing: 1, window: b.IncomingWindow, unsettled: map[uint32]*outgoing{}}
	c.sessions[channel] = s
	c.frame(channel, &amqp.Begin{RemoteChannel: &channel, NextOutgoingID: s.nextOutgoing,
		IncomingWindow: incomingWindow, OutgoingWindow: outgoingWindow, HandleMax: handleMax})
	return nil
}

// end marks all links of the session as ended and returns those whose hooks must be told.
func (s *session) end() (gone []*Link) {
	for _, l := range s.links {
		if l.state != ended {
			l.state = ended
			gone = append(gone, l)
		}
	}
	clear(s.links)
	clear(s.unsettled)
	return gone
}

// flow takes the client's view of both windows and, if it names a link, of that link's credit.
func (s *session) flow(f *amqp.Flow) error {
	s.conn.mu.Lock()
	if f.NextIncomingID != nil {
		// The JavaScript client makes its window smaller than what is under way already.
		s.window = uint32(max(0, int32(*f.NextIncomingID+f.IncomingWindow-s.nextOutgoing)))
	}
	s.pump()
	if f.Handle == nil {
		if f.Echo {
			s.sendFlow(nil)
		}
		s.conn.mu.Unlock()
		return nil
	}
	l := s.links[*f.Handle]
	if l == nil {
		s.conn.mu.Unlock()
		return fmt.Errorf("flow for handle %d, where no link is attached", *f.Handle)
	}
	then := l.flow(f)
	s.conn.mu.Unlock()
	then()
	return nil
}

// sendFlow tells the client this side's windows and, if l is not nil, that link's credit. The caller holds the mutex.
func (s *session) sendFlow(l *Link) {
	s.received = 0
	f := &amqp.Flow{NextIncomingID: &s.nextIncoming, IncomingWindow: incomingWindow, NextOutgoingID: s.nextOutgoing, OutgoingWindow: outgoingWindow}
	if l != nil {
		credit := l.credit()
		f.Handle, f.DeliveryCount, f.LinkCredit, f.Drain = &l.handle, &l.deliveryCount, &credit, l.drained
	}
	s.conn.frame(s.channel, f)
}

// pump sends what the links have waiting, as far as windows and credits allow. The caller holds the mutex.
func (s *session) pump() {
	for _, l := range s.links {
		l.pump()
	}
}

// disposition settles deliveries that were sent to the client. Its other use, to tell that the client has seen an
// acknowledgement, needs no answer.
func (s *session) disposition(d *amqp.Disposition) error {
	if !d.Receiver {
		return nil
	}
	if d.Last-d.First >= incomingWindow {
		return fmt.Errorf("disposition of deliveries %d to %d is too wide", d.First, d.Last)
	}
	for id := d.First; ; id++ {
		s.settle(id, d)
		if id == d.Last {
			return nil
		}
	}
}

func (s *session) settle(id uint32, d *amqp.Disposition) {
	s.conn.mu.Lock()
	o := s.unsettled[id]
	if o == nil || d.State == nil || d.State.Outcome == amqp.Received {
		if o == nil && !d.Settled {
			s.settled(id, amqp.StateOf(amqp.Errorf("com.microsoft:message-lock-lost",
				"The delivery is not known on this link. Either its lock expired, or the message has already been settled.")))
		}
		s.conn.mu.Unlock()
		return
	}
	if d.Settled {
		delete(s.unsettled, id)
	}
	hook := o.link.hooks.Settle
	s.conn.mu.Unlock()
	if hook != nil {
		hook(Settlement{ID: id, Tag: o.tag, State: d.State, Settled: d.Settled})
	}
}

// settled answers a disposition. The caller holds the mutex.
func (s *session) settled(id uint32, state *amqp.State) {
	delete(s.unsettled, id)
	s.conn.frame(s.channel, &amqp.Disposition{First: id, Last: id, Settled: true, State: state})
}
