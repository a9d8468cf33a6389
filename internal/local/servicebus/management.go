package servicebus

import (
	"slices"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
	"github.com/lazuli-platform/lazuli/internal/local/servicebus/broker"
)

// maxPeekSize is about how many bytes of messages one answer may hold.
const maxPeekSize = 1 << 20

// call is a request to the $management node of an entity.
type call struct {
	*request
	broker *broker.Broker
	name   string
	args   amqp.Map
}

// manage answers a request to a $management node.
func (p *peer) manage(r *request, name string, entity broker.Entity) {
	args, _ := r.body.(amqp.Map)
	c := &call{request: r, broker: p.server.broker, name: name, args: args}
	operation, _ := r.message.ApplicationProperties.Get("operation").(string)
	operation, _ = strings.CutPrefix(operation, "com.microsoft:")
	if run := operations[operation]; run != nil && suits(operation, entity) {
		run(c)
		return
	}
	c.fail(amqp.Errorf("amqp:not-implemented", "Operation '%s' is not supported on '%s'.", operation, entity.Name))
}

// operations by the name that follows "com.microsoft:".
var operations = map[string]func(c *call){
	"schedule-message":           (*call).schedule,
	"cancel-scheduled-message":   (*call).cancelScheduled,
	"peek-message":               (*call).peek,
	"renew-lock":                 (*call).renewLocks,
	"receive-by-sequence-number": (*call).receiveDeferred,
	"update-disposition":         (*call).updateDisposition,
	"renew-session-lock":         (*call).renewSession,
	"get-session-state":          (*call).sessionState,
	"set-session-state":          (*call).setSessionState,
	"get-message-sessions":       (*call).sessions,
}

// suits reports whether an operation makes sense on an entity: only what is sent to can be scheduled, and only what
// has sessions has operations on them. Everything else is for whatever holds messages, and a topic holds scheduled ones.
func suits(operation string, entity broker.Entity) bool {
	switch operation {
	case "schedule-message", "cancel-scheduled-message":
		return entity.Kind == broker.Queue || entity.Kind == broker.Topic
	case "renew-session-lock", "get-session-state", "set-session-state", "get-message-sessions":
		return entity.RequiresSession
	}
	return true
}

func (c *call) fail(err *amqp.Error) {
	c.reply("statusCode", "statusDescription", "errorCondition", status(err), err, nil)
}

func (c *call) bad(what string) {
	c.fail(amqp.Errorf("com.microsoft:argument-error", "The request has no usable %s.", what))
}

// finish answers with the error, or with the body.
func (c *call) finish(err *amqp.Error, body any) {
	if err != nil {
		c.fail(err)
		return
	}
	c.reply("statusCode", "statusDescription", "errorCondition", 200, nil, body)
}

// nothing answers that there is none of what was asked for.
func (c *call) nothing() {
	c.reply("statusCode", "statusDescription", "errorCondition", 204, nil, amqp.Map{})
}

// items are the items of an argument that is an array, or a list, all of type T.
func items[T any](c *call, name string) ([]T, bool) {
	var values []any
	switch v := c.args.Get(name).(type) {
	case amqp.Array:
		values = v.Items
	case amqp.List:
		values = v
	}
	all := make([]T, 0, len(values))
	for _, v := range values {
		item, ok := v.(T)
		if !ok {
			return nil, false
		}
		all = append(all, item)
	}
	return all, len(all) > 0
}

// session is the argument session-id, or nil.
func (c *call) session() *string {
	if id, ok := c.args.Get("session-id").(string); ok {
		return &id
	}
	return nil
}

// body is a map with symbols or strings as keys; clients take both, the service sends strings.
func body(key string, value any) amqp.Map { return amqp.Map{{Key: key, Value: value}} }

func (c *call) schedule() {
	list, ok := items[amqp.Map](c, "messages")
	var messages [][]byte
	for _, m := range list {
		encoded, isBinary := m.Get("message").([]byte)
		ok = ok && isBinary
		messages = append(messages, encoded)
	}
	if !ok {
		c.bad("messages")
		return
	}
	c.broker.Schedule(c.name, messages, func(sequences []int64, err *amqp.Error) {
		c.finish(err, body("sequence-numbers", array(sequences)))
	})
}

// array is an AMQP array of vs.
func array[T any](vs []T) amqp.Array {
	var zero T
	a := amqp.NewArray(zero)
	for _, v := range vs {
		a.Items = append(a.Items, v)
	}
	return a
}

func (c *call) cancelScheduled() {
	sequences, ok := items[int64](c, "sequence-numbers")
	if !ok {
		c.bad("sequence-numbers")
		return
	}
	c.broker.CancelScheduled(c.name, sequences, func(err *amqp.Error) { c.finish(err, nil) })
}

func (c *call) peek() {
	from, _ := c.args.Get("from-sequence-number").(int64)
	count, ok := c.args.Get("message-count").(int32)
	if !ok || count < 1 {
		c.bad("message-count")
		return
	}
	c.broker.Peek(c.name, from, int(count), maxPeekSize, c.session(), func(messages [][]byte, err *amqp.Error) {
		var list amqp.List
		for _, m := range messages {
			list = append(list, body("message", m))
		}
		if err == nil && len(list) == 0 {
			c.nothing()
			return
		}
		c.finish(err, body("messages", list))
	})
}

func (c *call) renewLocks() {
	tokens, ok := items[amqp.UUID](c, "lock-tokens")
	if !ok {
		c.bad("lock-tokens")
		return
	}
	c.broker.RenewLocks(c.name, tokens, func(until []time.Time, err *amqp.Error) {
		expirations := make([]amqp.Timestamp, 0, len(until))
		for _, t := range until {
			expirations = append(expirations, amqp.TimestampOf(t))
		}
		c.finish(err, body("expirations", array(expirations)))
	})
}

func (c *call) receiveDeferred() {
	sequences, ok := items[int64](c, "sequence-numbers")
	if !ok {
		c.bad("sequence-numbers")
		return
	}
	mode, _ := c.args.Get("receiver-settle-mode").(uint32)
	c.broker.ReceiveDeferred(c.name, sequences, mode == 0, c.session(), func(deliveries []broker.Delivery, err *amqp.Error) {
		var list amqp.List
		for _, d := range deliveries {
			list = append(list, amqp.Map{{Key: "lock-token", Value: d.Token}, {Key: "message", Value: d.Message}})
		}
		c.finish(err, body("messages", list))
	})
}

func (c *call) updateDisposition() {
	tokens, ok := items[amqp.UUID](c, "lock-tokens")
	if !ok {
		c.bad("lock-tokens")
		return
	}
	changes, _ := c.args.Get("properties-to-modify").(amqp.Map)
	reason, _ := c.args.Get("deadletter-reason").(string)
	description, _ := c.args.Get("deadletter-description").(string)
	s := broker.Settlement{Reason: reason, Description: description, Changes: changes}
	switch c.args.Get("disposition-status") {
	case "completed":
		s.Action = broker.Complete
	case "abandoned":
		s.Action = broker.Abandon
	case "suspended":
		s.Action = broker.DeadLetter
	case "defered": // the protocol's spelling
		s.Action = broker.Defer
	default:
		c.bad("disposition-status")
		return
	}
	c.broker.SettleAll(c.name, tokens, s, func(err *amqp.Error) { c.finish(err, nil) })
}

func (c *call) renewSession() {
	id := c.session()
	if id == nil {
		c.bad("session-id")
		return
	}
	c.broker.RenewSession(c.name, *id, func(until time.Time, err *amqp.Error) {
		c.finish(err, body("expiration", amqp.TimestampOf(until)))
	})
}

func (c *call) sessionState() {
	id := c.session()
	if id == nil {
		c.bad("session-id")
		return
	}
	c.broker.SessionState(c.name, *id, func(state []byte, err *amqp.Error) {
		var value any
		if state != nil {
			value = state
		}
		c.finish(err, body("session-state", value))
	})
}

func (c *call) setSessionState() {
	id := c.session()
	if id == nil {
		c.bad("session-id")
		return
	}
	state, _ := c.args.Get("session-state").([]byte)
	// Three spellings of "none": null of .NET, nothing of Go, four letters of JavaScript.
	if len(state) == 0 || string(state) == "null" {
		state = nil
	}
	c.broker.SetSessionState(c.name, *id, slices.Clone(state), func(err *amqp.Error) { c.finish(err, nil) })
}

func (c *call) sessions() {
	skip, _ := c.args.Get("skip").(int32)
	top, _ := c.args.Get("top").(int32)
	c.broker.Sessions(c.name, func(ids []string, err *amqp.Error) {
		ids = ids[min(max(0, int(skip)), len(ids)):]
		ids = ids[:min(max(0, int(top)), len(ids))]
		if err == nil && len(ids) == 0 {
			c.nothing()
			return
		}
		c.finish(err, amqp.Map{{Key: "skip", Value: skip + int32(len(ids))}, {Key: "sessions-ids", Value: array(ids)}})
	})
}
