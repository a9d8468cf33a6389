package link

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
)

const (
	maxFrameSize     = 65536 // what this side accepts, and sends to a client that names no limit
	channelMax       = 4999
	maxBuffered      = 4 << 20 // bytes of output that wait for the client, above which no transfers are added
	handshakeTimeout = 30 * time.Second
	writeTimeout     = 30 * time.Second
)

// Config is what all connections of a server have in common.
type Config struct {
	// ContainerID names this server to its clients.
	ContainerID string
	// IdleTimeout is how long a client may be silent. Clients are told, and send keepalives at half of it.
	IdleTimeout time.Duration
}

// Handler decides about the links of one connection.
type Handler interface {
	// Attach is called when the client wants a link. It must not wait: it calls l.Accept or l.Refuse at once or later.
	Attach(l *Link) Hooks
}

// Hooks are called, one at a time, when something happens on a link. Nil ones are not called.
type Hooks struct {
	// Message receives a message from the client, which must be answered by Link.Settle unless it came settled.
	Message func(m Message)
	// Credit tells that messages may be sent until their count since the attach reaches limit. With drain the handler
	// must send what it has and then call Link.Drained. Without this hook the link drains itself.
	Credit func(limit uint32, drain bool)
	// Settle tells what the client did with a message that was sent to it unsettled. If settled is false the client
	// waits for Link.Settled.
	Settle func(d Settlement)
	// Detach is called once, when the client has ended the link, its session or the connection, even if the link was
	// not accepted yet. It is not called after Refuse or Detach.
	Detach func()
}

// Conn is one connection.
type Conn struct {
	cfg     Config
	net     net.Conn
	in      *bufio.Reader
	handler Handler

	kick chan struct{} // wakes the writer

	mu        sync.Mutex
	out       []byte
	spare     []byte // the writer's other buffer
	stalled   bool   // a link stopped because out is full
	closing   bool   // nothing is added to out any more
	sessions  map[uint16]*session
	peerFrame int           // largest frame for the client
	peerIdle  time.Duration // 0: the client wants no keepalives
}

// errClosed is how the reader ends when the client has said goodbye.
var errClosed = errors.New("closed by the client")

// Serve speaks AMQP on nc until the client closes it, breaks the protocol or is silent for too long, or until ctx is
// done, which the client is told. It closes nc, has told every link's Detach hook when it returns, and returns nil
// after an orderly end.
func Serve(ctx context.Context, nc net.Conn, cfg Config, h Handler) error {
	c := &Conn{
		cfg: cfg, net: nc, in: bufio.NewReaderSize(nc, maxFrameSize), handler: h,
		kick: make(chan struct{}, 1), sessions: map[uint16]*session{}, peerFrame: maxFrameSize,
	}
	// A deadline in the past is what makes a blocked read return when the server stops.
	stop := context.AfterFunc(ctx, func() { _ = nc.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	var writer sync.WaitGroup
	writer.Go(c.write)

	err := c.read(ctx)
	switch {
	case errors.Is(err, errClosed) || errors.Is(err, io.EOF):
		err = nil
	case ctx.Err() != nil:
		c.bye(amqp.Errorf("amqp:connection:forced", "The server is stopping."))
		err = nil
	default:
		var amqpErr *amqp.Error
		if !errors.As(err, &amqpErr) {
			amqpErr = amqp.Errorf("amqp:decode-error", "%v", err)
		}
		c.bye(amqpErr)
	}
	c.endSessions()
	c.mu.Lock()
	c.closing = true
	c.wakeWriter()
	c.mu.Unlock()
	writer.Wait()
	// The writer has given up or written everything; what the peer sends from here on has nobody to read it.
	_ = nc.Close()
	return err
}

// read greets the client and handles its frames until the connection ends; the error says why it did.
func (c *Conn) read(ctx context.Context) error {
	if err := c.net.SetReadDeadline(time.Now().Add(handshakeTimeout)); err != nil {
		return err
	}
	if err := c.greet(); err != nil {
		return err
	}
	for opened := false; ; {
		frame, err := amqp.ReadFrame(c.in, maxFrameSize)
		if errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() == nil {
			return amqp.Errorf("amqp:resource-limit-exceeded", "Nothing was heard from the client for %v.", c.cfg.IdleTimeout)
		}
		if err != nil {
			return err
		}
		if err := c.net.SetReadDeadline(time.Now().Add(c.cfg.IdleTimeout)); err != nil {
			return err
		}
		if ctx.Err() != nil { // the line above may have undone the deadline that ctx had set
			return ctx.Err()
		}
		if len(frame.Body) == 0 {
			continue
		}
		p, payload, err := amqp.ParsePerformative(frame.Body)
		if err != nil {
			return err
		}
		open, isOpen := p.(*amqp.Open)
		switch {
		case isOpen && !opened:
			c.open(open)
			opened = true
		case isOpen || !opened:
			return fmt.Errorf("%T is out of place", p)
		default:
			if err := c.handle(frame.Channel, p, payload); err != nil {
				return err
			}
		}
	}
}

// greet exchanges protocol headers and lets the client in by SASL. Who may do what is decided later, by the tokens
// that the client puts to the $cbs node, so every mechanism is taken as anonymous.
func (c *Conn) greet() error {
	header, err := c.readHeader()
	if err != nil {
		return err
	}
	if header == amqp.HeaderSASL {
		c.send(amqp.HeaderSASL[:])
		c.sendFrame(amqp.FrameSASL, 0, &amqp.SASLMechanisms{Mechanisms: []amqp.Symbol{"MSSBCBS", "PLAIN", "ANONYMOUS", "EXTERNAL"}}, nil)
		frame, err := amqp.ReadFrame(c.in, maxFrameSize)
		if err != nil {
			return err
		}
		p, _, err := amqp.ParsePerformative(frame.Body)
		if err != nil {
			return err
		}
		if _, ok := p.(*amqp.SASLInit); !ok || frame.Type != amqp.FrameSASL {
			return fmt.Errorf("%T is out of place during SASL", p)
		}
		c.sendFrame(amqp.FrameSASL, 0, &amqp.SASLOutcome{Code: 0}, nil)
		if header, err = c.readHeader(); err != nil {
			return err
		}
	}
	if header != amqp.HeaderAMQP {
		// What the specification asks for: name the protocol that is spoken here, and close.
		c.send(amqp.HeaderAMQP[:])
		return fmt.Errorf("protocol header %q is not AMQP 1.0", header[:])
	}
	c.send(amqp.HeaderAMQP[:])
	return nil
}

func (c *Conn) readHeader() (h amqp.Header, err error) {
	_, err = io.ReadFull(c.in, h[:])
	return h, err
}

func (c *Conn) open(o *amqp.Open) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if o.MaxFrameSize >= 512 && o.MaxFrameSize < maxFrameSize { // 512 is the least that AMQP allows
		c.peerFrame = int(o.MaxFrameSize)
	}
	c.peerIdle = time.Duration(o.IdleTimeout) * time.Millisecond
	c.frame(0, &amqp.Open{ContainerID: c.cfg.ContainerID, MaxFrameSize: maxFrameSize, ChannelMax: channelMax,
		IdleTimeout: uint32(c.cfg.IdleTimeout.Milliseconds())})
}

// bye tells the client why the connection ends.
func (c *Conn) bye(reason *amqp.Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.frame(0, &amqp.Close{Error: reason})
}

// endSessions tells the links that they are gone.
func (c *Conn) endSessions() {
	c.mu.Lock()
	var gone []*Link
	for _, s := range c.sessions {
		gone = append(gone, s.end()...)
	}
	clear(c.sessions)
	c.mu.Unlock()
	for _, l := range gone {
		l.gone()
	}
}
