package link

import (
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
)

// send adds bytes to the output.
func (c *Conn) send(b []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out = append(c.out, b...)
	c.wakeWriter()
}

// sendFrame adds a frame to the output.
func (c *Conn) sendFrame(kind byte, channel uint16, p amqp.Performative, payload []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out = amqp.AppendFrame(c.out, kind, channel, p, payload)
	c.wakeWriter()
}

// frame adds an AMQP frame without payload to the output. The caller holds mu.
func (c *Conn) frame(channel uint16, p amqp.Performative) { c.transfer(channel, p, nil) }

// transfer adds an AMQP frame to the output. The caller holds mu.
func (c *Conn) transfer(channel uint16, p amqp.Performative, payload []byte) {
	if c.closing {
		return
	}
	c.out = amqp.AppendFrame(c.out, amqp.FrameAMQP, channel, p, payload)
	c.wakeWriter()
}

func (c *Conn) wakeWriter() {
	select {
	case c.kick <- struct{}{}:
	default: // it has not taken the last wake-up yet
	}
}

// write sends the output until the connection is closing and everything is sent, or the client takes nothing for too
// long. It puts a keepalive where nothing else was sent for half the time after which the client would give up.
func (c *Conn) write() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		c.mu.Lock()
		buf := c.out
		c.out, c.spare = c.spare[:0], nil
		closing, idle := c.closing, c.peerIdle
		c.mu.Unlock()
		if len(buf) > 0 {
			if !c.flush(buf) {
				return
			}
			continue
		}
		c.mu.Lock()
		c.spare = buf
		c.mu.Unlock()
		if closing {
			return
		}
		timer.Stop()
		if idle > 0 {
			timer.Reset(idle / 2)
		}
		select {
		case <-c.kick:
		case <-timer.C:
			c.mu.Lock()
			c.frame(0, nil)
			c.mu.Unlock()
		}
	}
}

// flush writes buf and keeps it for reuse. It reports whether the connection still works; if not, the reader is woken
// by closing it.
func (c *Conn) flush(buf []byte) bool {
	err := c.net.SetWriteDeadline(time.Now().Add(writeTimeout))
	if err == nil {
		_, err = c.net.Write(buf)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.closing = true
		_ = c.net.Close() // the reader reports why it ended; a second error here adds nothing
		return false
	}
	if cap(buf) <= maxBuffered {
		c.spare = buf[:0]
	}
	if c.stalled {
		c.stalled = false
		for _, s := range c.sessions {
			s.pump()
		}
	}
	return true
}
