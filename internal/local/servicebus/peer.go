package servicebus

import (
	"errors"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
	"github.com/lazuli-platform/lazuli/internal/local/servicebus/broker"
	"github.com/lazuli-platform/lazuli/internal/local/servicebus/link"
)

// peer is one connected client. It is used by the connection's reader alone.
type peer struct {
	server *Server
	grants map[string]time.Time // path → until when the client may use what is at or below it
}

// Attach implements link.Handler.
func (p *peer) Attach(l *link.Link) link.Hooks {
	terminus := l.Target
	if l.Receiver {
		terminus = l.Source
	}
	if terminus == nil {
		l.Refuse(amqp.Errorf("amqp:invalid-field", "The link names no node."))
		return link.Hooks{}
	}
	if strings.EqualFold(terminus.Address, cbsNode) {
		return p.attachNode(l, p.putToken)
	}
	node := parseAddress(terminus.Address)
	if err := p.authorize(node, l.Receiver); err != nil {
		l.Refuse(err)
		return link.Hooks{}
	}
	entity, ok := p.server.broker.Entity(node.entity)
	switch {
	case !ok:
		l.Refuse(notFound(terminus.Address))
		return link.Hooks{}
	case node.management:
		return p.attachNode(l, func(r *request) { p.manage(r, node.entity, entity) })
	case l.Receiver:
		return p.attachReceiver(l, node.entity, entity)
	}
	return p.attachSender(l, node.entity, entity)
}

// notFound is worded as the JavaScript client looks for it.
func notFound(address string) *amqp.Error {
	return amqp.Errorf("amqp:not-found", "The messaging entity '%s' could not be found.", address)
}

// authorize checks that the client has put a token for the node.
func (p *peer) authorize(node address, listen bool) *amqp.Error {
	now := p.server.cfg.Now()
	for granted, until := range p.grants {
		if covers(granted, node.entity) && until.After(now) {
			return nil
		}
	}
	claim := "Send"
	if listen {
		claim = "Listen"
	}
	return amqp.Errorf("amqp:unauthorized-access", "Unauthorized access. '%s' claim(s) are required to perform this operation. Resource: '%s'.", claim, node.entity)
}

// putToken answers a request to $cbs: it notes that the client may use what the token is for.
func (p *peer) putToken(r *request) {
	audience, _ := r.message.ApplicationProperties.Get("name").(string)
	token, _ := r.body.(string)
	path := pathOf(audience)
	until, err := p.server.key.verify(token, path, p.server.cfg.Now())
	if err == nil {
		if _, ok := p.server.broker.Entity(parseAddress(path).entity); !ok && path != "" {
			err = notFound(audience)
		}
	}
	if err != nil {
		r.reply("status-code", "status-description", "error-condition", status(err), err, nil)
		return
	}
	p.grants[parseAddress(path).entity] = until
	r.reply("status-code", "status-description", "error-condition", 202, nil, nil)
}

// batchFormat is the message format of several messages in one.
const batchFormat = 0x80013700

const (
	maxMessageSize = 262144 // bytes, of the standard tier and of the official emulator
	maxBatch       = 4500   // messages
)

func (p *peer) attachSender(l *link.Link, name string, entity broker.Entity) link.Hooks {
	if entity.Kind != broker.Queue && entity.Kind != broker.Topic {
		l.Refuse(amqp.Errorf("amqp:not-allowed", "Messages cannot be sent to '%s'.", entity.Name))
		return link.Hooks{}
	}
	l.Accept(link.Terms{MaxMessageSize: maxMessageSize})
	return link.Hooks{Message: func(m link.Message) {
		done := func(err *amqp.Error) {
			if !m.Settled {
				l.Settle(m.ID, amqp.StateOf(err))
			}
		}
		messages, err := unpack(m)
		if err != nil {
			done(amqp.Errorf("amqp:decode-error", "The message cannot be decoded: %v", err))
			return
		}
		if p.server.cfg.OnSend != nil {
			p.server.cfg.OnSend(name, len(messages))
		}
		p.server.broker.Send(name, messages, done)
	}}
}

// unpack is the messages that m stands for.
func unpack(m link.Message) ([][]byte, error) {
	if m.Format != batchFormat {
		return [][]byte{m.Payload}, nil
	}
	outer, err := amqp.ParseMessage(m.Payload)
	if err != nil {
		return nil, err
	}
	messages, err := outer.Data()
	if err == nil && len(messages) > maxBatch {
		err = errors.New("a batch holds at most 4500 messages")
	}
	return messages, err
}
