package servicebus

import (
	"strings"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
	"github.com/lazuli-platform/lazuli/internal/local/servicebus/link"
)

// request is a message to the node of a request/response link, $cbs or $management.
type request struct {
	link    *link.Link // it came on
	message amqp.Message
	body    any // of its amqp-value section
}

// attachNode accepts a link to a node that answers requests. Both directions are links of their own; requests come
// from the one on which the client sends.
func (p *peer) attachNode(l *link.Link, handle func(r *request)) link.Hooks {
	l.Accept(link.Terms{MaxMessageSize: maxMessageSize})
	if l.Receiver {
		return link.Hooks{}
	}
	return link.Hooks{Message: func(m link.Message) {
		r := &request{link: l}
		var err error
		if r.message, err = amqp.ParseMessage(m.Payload); err == nil {
			r.body, err = r.message.Value()
		}
		if err != nil {
			if !m.Settled {
				l.Settle(m.ID, amqp.StateOf(amqp.Errorf("amqp:decode-error", "The request cannot be decoded: %v", err)))
			}
			return
		}
		if !m.Settled {
			l.Settle(m.ID, amqp.StateOf(nil))
		}
		handle(r)
	}}
}

// reply answers the request. $cbs and $management spell the names of the three properties differently.
func (r *request) reply(codeName, descriptionName, conditionName string, code int32, err *amqp.Error, body any) {
	to := r.replyLink()
	if to == nil {
		return // the client has closed the link on which it would have waited
	}
	description := "OK"
	if code == 202 {
		description = "Accepted"
	}
	properties := amqp.Map{{Key: codeName, Value: code}}
	if err != nil {
		description = err.Description
		properties = append(properties, amqp.Pair{Key: conditionName, Value: err.Condition})
	}
	answer := amqp.Message{
		Properties:            amqp.Fields(nil).With(amqp.PropCorrelationID, r.message.Properties.Get(amqp.PropMessageID)),
		ApplicationProperties: append(properties, amqp.Pair{Key: descriptionName, Value: description}),
		Body:                  amqp.ValueBody(body),
	}
	to.Send(nil, answer.Append(nil), true)
}

// replyLink is the link that the request names for its answer. The Go client names the link's target, the JavaScript
// client its name; one that names neither gets the answer on the link from the same node.
func (r *request) replyLink() *link.Link {
	if want := r.message.Properties.Text(amqp.PropReplyTo); want != "" {
		named := r.link.Sibling(func(l *link.Link) bool {
			return l.Name == want || l.Target != nil && l.Target.Address == want
		})
		if named != nil {
			return named
		}
	}
	return r.link.Sibling(func(l *link.Link) bool {
		return l.Source != nil && strings.EqualFold(l.Source.Address, r.link.Target.Address)
	})
}

// status is the number that goes with an error's condition.
func status(err *amqp.Error) int32 {
	switch err.Condition {
	case "com.microsoft:message-lock-lost", "com.microsoft:session-lock-lost", "com.microsoft:session-cannot-be-locked":
		return 410
	case "com.microsoft:message-not-found", "amqp:not-found":
		return 404
	case "amqp:unauthorized-access":
		return 401
	case "com.microsoft:timeout":
		return 408
	case "amqp:not-implemented":
		return 501
	case "amqp:internal-error":
		return 500
	}
	return 400
}
