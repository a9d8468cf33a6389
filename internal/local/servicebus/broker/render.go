package broker

import (
	"math"
	"slices"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
)

// render is the message as a receiver sees it: raw with what the broker knows of it. The types of the annotations are
// exact: the Go client asserts them.
func (m *message) render(raw []byte) []byte {
	parsed, err := amqp.ParseMessage(raw)
	if err != nil {
		return raw // it was parsed when it came in; damage is for the receiver to find
	}
	parsed.Header = parsed.Header.With(amqp.HeaderDeliveryCount, m.count)
	parsed.DeliveryAnnotations = nil
	if m.locked() {
		parsed.DeliveryAnnotations = amqp.Map{{Key: amqp.Symbol("x-opt-lock-token"), Value: m.token}}
	}
	parsed.MessageAnnotations = m.annotations(parsed.MessageAnnotations)
	if m.expires > 0 {
		if m.state != scheduled {
			// The field holds 49 days; who lives longer says so by the expiry time below.
			ttl := min(m.expires-m.enqueued, math.MaxUint32)
			parsed.Header = parsed.Header.With(amqp.HeaderTTL, uint32(ttl))
		}
		parsed.Properties = parsed.Properties.With(amqp.PropAbsoluteExpiryTime, m.expires).With(amqp.PropCreationTime, m.enqueued)
	}
	return parsed.Append(make([]byte, 0, len(raw)+256))
}

// ours are the annotations that only the broker sets.
var ours = []amqp.Symbol{"x-opt-enqueued-time", "x-opt-sequence-number", "x-opt-enqueue-sequence-number",
	"x-opt-message-state", "x-opt-locked-until", "x-opt-deadletter-source"}

func (m *message) annotations(sent amqp.Map) amqp.Map {
	sent = slices.DeleteFunc(slices.Clone(sent), func(p amqp.Pair) bool {
		key, ok := p.Key.(amqp.Symbol)
		return ok && slices.Contains(ours, key)
	})
	sent = append(sent,
		amqp.Pair{Key: ours[0], Value: m.enqueued},
		amqp.Pair{Key: ours[1], Value: m.sequence},
		amqp.Pair{Key: ours[2], Value: m.enqueuedSequence},
		amqp.Pair{Key: ours[3], Value: int32(m.state)})
	if m.locked() {
		sent = append(sent, amqp.Pair{Key: ours[4], Value: amqp.TimestampOf(m.until)})
	}
	if m.source != "" {
		sent = append(sent, amqp.Pair{Key: ours[5], Value: m.source})
	}
	return sent
}
