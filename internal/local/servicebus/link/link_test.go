package link_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
	"github.com/lazuli-platform/lazuli/internal/local/servicebus/link"
)

const idle = 4 * time.Minute

// echo accepts every link; it sends back, on the client's receivers, what comes on its senders.
type echo struct {
	receivers []*link.Link
	detached  int
}

func (e *echo) Attach(l *link.Link) link.Hooks {
	l.Accept(link.Terms{MaxMessageSize: 1000})
	if l.Receiver {
		e.receivers = append(e.receivers, l)
	}
	return link.Hooks{
		Message: func(m link.Message) {
			l.Settle(m.ID, amqp.StateOf(nil))
			for _, r := range e.receivers {
				r.Send([]byte("tag"), m.Payload, false)
			}
		},
		Settle: func(d link.Settlement) {
			for _, r := range e.receivers {
				r.Settled(d.ID, d.State)
			}
		},
		Detach: func() { e.detached++ },
	}
}

// client is the other end of a connection, frame by frame.
type client struct {
	*testing.T
	net.Conn
	served chan error
	echo   *echo
	stop   context.CancelFunc
}

// inBubble runs f with a client whose connection is being served.
func inBubble(t *testing.T, f func(c *client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		near, far := net.Pipe()
		c := &client{t, near, make(chan error, 1), &echo{}, cancel}
		go func() {
			c.served <- link.Serve(ctx, far, link.Config{ContainerID: "test", IdleTimeout: idle}, c.echo)
		}()
		f(c)
		_ = near.Close() // the test may have closed it already
		cancel()
	})
}

func (c *client) write(b []byte) {
	c.Helper()
	if _, err := c.Write(b); err != nil {
		c.Fatal(err)
	}
}

func (c *client) say(p amqp.Performative, payload ...byte) {
	c.Helper()
	c.write(amqp.AppendFrame(nil, amqp.FrameAMQP, 0, p, payload))
}

// hear is the next performative and its payload; keepalives are passed over.
func (c *client) hear() (amqp.Performative, []byte) {
	c.Helper()
	for {
		f, err := amqp.ReadFrame(c, 65536)
		if err != nil {
			c.Fatal(err)
		}
		if len(f.Body) == 0 {
			continue
		}
		p, payload, err := amqp.ParsePerformative(f.Body)
		if err != nil {
			c.Fatal(err)
		}
		return p, payload
	}
}

// expect hears a performative of type P.
func expect[P amqp.Performative](c *client) P {
	c.Helper()
	p, _ := c.hear()
	got, ok := p.(P)
	if !ok {
		c.Fatalf("heard %T %+v", p, p)
	}
	return got
}

func (c *client) open(o *amqp.Open) {
	c.Helper()
	c.write(amqp.HeaderAMQP[:])
	var h amqp.Header
	if _, err := io.ReadFull(c, h[:]); err != nil || h != amqp.HeaderAMQP {
		c.Fatalf("header %q, %v", h, err)
	}
	c.say(o)
	expect[*amqp.Open](c)
}

func (c *client) begin(window uint32) {
	c.Helper()
	c.open(&amqp.Open{ContainerID: "c"})
	c.say(&amqp.Begin{IncomingWindow: window, OutgoingWindow: 10, HandleMax: 10})
	expect[*amqp.Begin](c)
}

// attach attaches a sender with handle 0 or a receiver with handle 1.
func (c *client) attach(receiver bool) {
	c.Helper()
	a := &amqp.Attach{Name: "sender", Source: &amqp.Terminus{}, Target: &amqp.Terminus{Address: "n"}, InitialDeliveryCount: new(uint32)}
	if receiver {
		a = &amqp.Attach{Name: "receiver", Handle: 1, Receiver: true, Source: &amqp.Terminus{Address: "n"}, Target: &amqp.Terminus{}}
	}
	c.say(a)
	expect[*amqp.Attach](c)
	if !receiver {
		if f := expect[*amqp.Flow](c); f.LinkCredit == nil || *f.LinkCredit == 0 {
			c.Fatalf("a sender got %+v", f)
		}
	}
}

func (c *client) send(id uint32, payload string, more bool) {
	c.Helper()
	c.say(&amqp.Transfer{DeliveryID: &id, DeliveryTag: []byte("t"), More: more}, []byte(payload)...)
}

// credit gives the receiver credit and tells the room of the session.
func (c *client) credit(n, seen, window uint32) {
	c.Helper()
	next, handle, count := 1+seen, uint32(1), seen
	c.say(&amqp.Flow{NextIncomingID: &next, IncomingWindow: window, Handle: &handle, DeliveryCount: &count, LinkCredit: &n})
}

func TestTransfer_waitsForCreditAndWindow(t *testing.T) {
	inBubble(t, func(c *client) {
		c.begin(10)
		c.attach(true)
		c.attach(false)
		for id := range uint32(3) {
			c.send(id, string('a'+rune(id)), false)
			if d := expect[*amqp.Disposition](c); d.First != id || d.State.Outcome != amqp.Accepted {
				t.Fatalf("answered %+v", d)
			}
		}
		c.credit(2, 0, 1) // credit for two, room for one
		if p, payload := c.hear(); string(payload) != "a" {
			t.Fatalf("heard %+v %q", p, payload)
		}
		c.credit(1, 1, 10)
		if p, payload := c.hear(); string(payload) != "b" {
			t.Fatalf("heard %+v %q", p, payload)
		}
		if err := c.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := amqp.ReadFrame(c, 65536); err == nil {
			t.Error("a third message came without credit")
		}
	})
}

func TestTransfer_inParts(t *testing.T) {
	inBubble(t, func(c *client) {
		c.begin(10)
		c.attach(true)
		c.credit(5, 0, 10)
		c.attach(false)
		c.send(0, "one ", true)
		c.say(&amqp.Transfer{}, []byte("message")...)
		expect[*amqp.Disposition](c)
		if _, payload := c.hear(); string(payload) != "one message" {
			t.Errorf("heard %q", payload)
		}
		c.send(1, strings.Repeat("x", 900), true)
		c.say(&amqp.Transfer{}, make([]byte, 900)...)
		if d := expect[*amqp.Disposition](c); d.State.Error == nil || d.State.Error.Condition != "amqp:link:message-size-exceeded" {
			t.Errorf("a message over the limit was answered %+v", d.State)
		}
	})
}

func TestSettle_unknownDeliveryIsLost(t *testing.T) {
	inBubble(t, func(c *client) {
		c.begin(10)
		c.attach(true)
		c.say(&amqp.Disposition{Receiver: true, First: 7, Last: 7, State: &amqp.State{Outcome: amqp.Accepted}})
		if d := expect[*amqp.Disposition](c); d.Receiver || !d.Settled || d.State.Error == nil || d.State.Error.Condition != "com.microsoft:message-lock-lost" {
			t.Errorf("answered %+v", d)
		}
	})
}

func TestDetach_isToldOnce(t *testing.T) {
	inBubble(t, func(c *client) {
		c.begin(10)
		c.attach(true)
		c.say(&amqp.Detach{Handle: 1, Closed: true})
		if d := expect[*amqp.Detach](c); d.Handle != 1 || !d.Closed {
			t.Errorf("answered %+v", d)
		}
		c.attach(true)
		c.say(&amqp.Close{})
		expect[*amqp.Close](c)
		if err := <-c.served; err != nil {
			t.Errorf("served: %v", err)
		}
		if c.echo.detached != 2 {
			t.Errorf("the handler was told of %d detached links", c.echo.detached)
		}
	})
}

func TestKeepalive_bothWays(t *testing.T) {
	inBubble(t, func(c *client) {
		c.open(&amqp.Open{ContainerID: "c", IdleTimeout: 30_000})
		begun := time.Now()
		f, err := amqp.ReadFrame(c, 65536)
		if err != nil || len(f.Body) != 0 || time.Since(begun) > 15*time.Second {
			t.Fatalf("heard %+v after %v (%v)", f, time.Since(begun), err)
		}
		if p := expect[*amqp.Close](c); p.Error == nil || time.Since(begun) < idle {
			t.Errorf("a silent client was closed after %v with %v", time.Since(begun), p.Error)
		}
	})
}

func TestServe_saysThatItStops(t *testing.T) {
	inBubble(t, func(c *client) {
		c.begin(10)
		c.stop()
		if p := expect[*amqp.Close](c); p.Error == nil || p.Error.Condition != "amqp:connection:forced" {
			t.Errorf("closed with %v", p.Error)
		}
		if err := <-c.served; err != nil {
			t.Errorf("served: %v", err)
		}
	})
}

// What breaks the protocol ends the connection, never the server.
func TestServe_refusesStrangers(t *testing.T) {
	frame := func(p amqp.Performative) []byte { return amqp.AppendFrame(nil, amqp.FrameAMQP, 0, p, nil) }
	handle := uint32(3)
	for name, row := range map[string]struct {
		opened bool
		said   []byte
	}{
		"HTTP":                     {false, []byte("GET / HTTP/1.1\r\n\r\n")},
		"TLS":                      {false, []byte("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03")},
		"garbage in a frame":       {true, []byte("\x00\x00\x00\x0a\x02\x00\x00\x00\xff\xff")},
		"a frame that is too long": {true, []byte("\x7f\xff\xff\xff\x02\x00\x00\x00")},
		"open twice":               {true, frame(&amqp.Open{ContainerID: "c"})},
		"attach without a session": {true, frame(&amqp.Attach{Name: "x"})},
		"begin twice":              {true, append(frame(&amqp.Begin{}), frame(&amqp.Begin{})...)},
		"flow for no link":         {true, append(frame(&amqp.Begin{}), frame(&amqp.Flow{Handle: &handle})...)},
		"transfer for no link":     {true, append(frame(&amqp.Begin{}), frame(&amqp.Transfer{})...)},
		"detach of no link":        {true, append(frame(&amqp.Begin{}), frame(&amqp.Detach{})...)},
		"a wide disposition":       {true, append(frame(&amqp.Begin{}), frame(&amqp.Disposition{Receiver: true, Last: 1 << 31})...)},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(c *client) {
				if row.opened {
					c.open(&amqp.Open{ContainerID: "c"})
				}
				go func() { // a pipe holds nothing, and the server need not take all
					_, _ = c.Write(row.said)
				}()
				if _, err := io.Copy(io.Discard, c); err != nil && !errors.Is(err, io.ErrClosedPipe) {
					t.Error(err)
				}
				if err := <-c.served; err == nil {
					t.Error("the connection ended in good order")
				}
			})
		})
	}
}
