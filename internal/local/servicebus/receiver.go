package servicebus

import (
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
	"github.com/lazuli-platform/lazuli/internal/local/servicebus/broker"
	"github.com/lazuli-platform/lazuli/internal/local/servicebus/link"
)

const (
	sessionFilter     = amqp.Symbol("com.microsoft:session-filter")
	sessionFilterCode = uint64(0x000000137000000C)
	lockedUntil       = amqp.Symbol("com.microsoft:locked-until-utc")

	// defaultWait is how long a receiver that names no time waits for the next session.
	defaultWait = 65 * time.Second
	maxWait     = 10 * time.Minute
)

// sessionWish is the session filter of a source.
type sessionWish struct {
	present   bool
	described bool    // the Go client describes the value, the JavaScript client does not; each wants its own form back
	id        *string // nil: the next available
}

func sessionWishOf(source *amqp.Terminus) (w sessionWish) {
	for _, pair := range source.Filter {
		if pair.Key != sessionFilter {
			continue
		}
		w.present = true
		value := pair.Value
		if d, ok := value.(amqp.Described); ok {
			w.described, value = true, d.Value
		}
		if id, ok := value.(string); ok {
			w.id = &id
		}
	}
	return w
}

// granted is source with the session that the link got.
func (w sessionWish) granted(source *amqp.Terminus, id string) *amqp.Terminus {
	var value any = id
	if w.described {
		value = amqp.Described{Descriptor: sessionFilterCode, Value: id}
	}
	return &amqp.Terminus{Address: source.Address, Filter: amqp.Map{{Key: sessionFilter, Value: value}}}
}

func (p *peer) attachReceiver(l *link.Link, name string, entity broker.Entity) link.Hooks {
	wish := sessionWishOf(l.Source)
	if err := receiveError(entity, wish); err != nil {
		l.Refuse(err)
		return link.Hooks{}
	}
	wait := defaultWait
	if ms, ok := l.Properties.Get("com.microsoft:timeout").(uint32); ok {
		wait = min(time.Duration(ms)*time.Millisecond, maxWait)
	}
	consumer := p.server.broker.Attach(name, broker.ConsumerOptions{
		Delete: l.Delete, Sessions: wish.present, Session: wish.id, Wait: wait,
		Attached: func(g broker.Grant, err *amqp.Error) {
			switch {
			case err != nil:
				l.Refuse(err)
			case wish.present:
				l.Accept(link.Terms{Source: wish.granted(l.Source, g.Session), Properties: amqp.Map{{Key: lockedUntil, Value: ticks(g.Until)}}})
			default:
				l.Accept(link.Terms{})
			}
		},
		Deliver: func(d broker.Delivery) {
			if l.Delete {
				l.Send(nil, d.Message, true)
				return
			}
			tag := d.Token.GUID()
			l.Send(tag[:], d.Message, false)
		},
		Drained: l.Drained,
		Lost:    l.Detach,
	})
	return link.Hooks{
		Credit: consumer.Limit,
		Detach: consumer.Detach,
		Settle: func(d link.Settlement) { p.settle(l, name, d) },
	}
}

// receiveError is why a receiver with this wish cannot be had, or nil.
func receiveError(entity broker.Entity, wish sessionWish) *amqp.Error {
	switch {
	case entity.Kind == broker.Topic:
		return amqp.Errorf("amqp:not-allowed", "Messages cannot be received from the topic '%s', only from its subscriptions.", entity.Name)
	case entity.RequiresSession && !wish.present:
		return amqp.Errorf("amqp:not-allowed", "It is not possible for an entity that requires sessions to create a non-sessionful message receiver.")
	case !entity.RequiresSession && wish.present:
		return amqp.Errorf("amqp:not-allowed", "A sessionful message receiver cannot be created on an entity that does not require sessions.")
	}
	return nil
}

// ticks is t as .NET counts: 100 nanoseconds since the year 1.
func ticks(t time.Time) int64 { return 621355968000000000 + t.UnixMilli()*10000 }

// settle does what the client wants with a message and answers if it waits.
func (p *peer) settle(l *link.Link, name string, d link.Settlement) {
	s := settlementOf(d.State)
	if len(d.Tag) == len(s.Token) {
		s.Token = amqp.UUID(d.Tag).GUID()
	}
	p.server.broker.Settle(name, s, func(err *amqp.Error) {
		switch {
		case d.Settled:
		case err != nil:
			l.Settled(d.ID, amqp.StateOf(err))
		default:
			// Without the error of a rejected state: clients take an error in the answer for their failure.
			l.Settled(d.ID, &amqp.State{Outcome: d.State.Outcome})
		}
	})
}

// settlementOf reads what Service Bus clients mean by the outcomes of AMQP.
func settlementOf(state *amqp.State) broker.Settlement {
	switch state.Outcome {
	case amqp.Accepted:
		return broker.Settlement{Action: broker.Complete}
	case amqp.Modified:
		if state.Undeliverable {
			return broker.Settlement{Action: broker.Defer, Changes: state.Annotations}
		}
		return broker.Settlement{Action: broker.Abandon, Changes: state.Annotations}
	case amqp.Rejected:
		return deadLetterOf(state.Error)
	}
	return broker.Settlement{Action: broker.Release}
}

func deadLetterOf(err *amqp.Error) broker.Settlement {
	s := broker.Settlement{Action: broker.DeadLetter}
	if err == nil {
		return s
	}
	if err.Condition != "com.microsoft:dead-letter" { // another client's reason is better than none
		s.Reason, s.Description = string(err.Condition), err.Description
	}
	for _, pair := range err.Info {
		switch text, _ := pair.Value.(string); pair.Key {
		case amqp.Symbol("DeadLetterReason"), "DeadLetterReason":
			s.Reason = text
		case amqp.Symbol("DeadLetterErrorDescription"), "DeadLetterErrorDescription":
			s.Description = text
		default:
			s.Changes = append(s.Changes, pair)
		}
	}
	return s
}
