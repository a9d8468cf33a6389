package triggers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// errUnreadable is wrapped by errors about a message that will never be understood.
var errUnreadable = errors.New("not one of ours")

// message is what the host hands over of a queue or topic.
type message struct {
	text       string
	properties map[string]string // its application properties, as far as they are texts
}

// messageOf takes a message out of an envelope. Its text is a JSON string that holds JSON: the host writes every trigger value
// as text of its JSON. Of the metadata the application properties alone are read.
func messageOf(envelope []byte) (message, error) {
	var invocation struct {
		Data     map[string]string
		Metadata struct {
			ApplicationProperties json.RawMessage // shadowed by a member of the body, it may be anything
		}
	}
	m := message{properties: map[string]string{}}
	if err := json.Unmarshal(envelope, &invocation); err != nil {
		return m, fmt.Errorf("decode envelope: %w: %w", errUnreadable, err)
	}
	if err := json.Unmarshal([]byte(invocation.Data[binding]), &m.text); err != nil {
		return m, fmt.Errorf("decode trigger value: %w: %w", errUnreadable, err)
	}
	var properties map[string]json.RawMessage
	if json.Unmarshal(invocation.Metadata.ApplicationProperties, &properties) != nil {
		return m, nil
	}
	for name, raw := range properties {
		var value string
		if json.Unmarshal(raw, &value) == nil {
			m.properties[name] = value
		}
	}
	return m, nil
}

// names are what the messages of our own queues hold.
type names struct {
	Project      string `json:"project"`
	Operation    string `json:"operation"`
	Subscription string `json:"subscription"`
	Delivery     string `json:"delivery"`
}

func (m message) names() (names, error) {
	var n names
	if err := json.Unmarshal([]byte(m.text), &n); err != nil { // not %v: what is no message of ours may hold anything
		return n, fmt.Errorf("decode message: %w", errUnreadable)
	}
	return n, nil
}

func (m message) forOperation(ctx context.Context, do func(context.Context, string) error) error {
	n, err := m.names()
	if err != nil {
		return err
	}
	if n.Operation == "" {
		return fmt.Errorf("it names no operation: %w", errUnreadable)
	}
	return do(ctx, n.Operation)
}

func (m message) forDelivery(ctx context.Context, do func(context.Context, string, platform.DeliveryRef) error) error {
	n, err := m.names()
	if err != nil {
		return err
	}
	if n.Project == "" || n.Subscription == "" || n.Delivery == "" {
		return fmt.Errorf("it names no delivery: %w", errUnreadable)
	}
	return do(ctx, n.Project, platform.DeliveryRef{Subscription: n.Subscription, ID: n.Delivery})
}

// eventPrefix is that of the attributes of a CloudEvent in the AMQP binding.
const eventPrefix = "cloudEvents_"

func (m message) forEvent(ctx context.Context, do func(context.Context, platform.CloudEvent) error) error {
	e := platform.CloudEvent{Attributes: map[string]string{}, Data: json.RawMessage(m.text)}
	for name, value := range m.properties {
		if attribute, ok := strings.CutPrefix(name, eventPrefix); ok {
			e.Attributes[attribute] = value
		}
	}
	if e.Attributes["specversion"] != "1.0" || !json.Valid(e.Data) {
		return fmt.Errorf("it is no CloudEvent: %w", errUnreadable)
	}
	return do(ctx, e)
}

// givenUp is a message that came to the queue of dead letters, by what it is.
func (m message) givenUp(ctx context.Context, work Work, requests Requests) error {
	if m.properties[eventPrefix+"specversion"] != "" {
		return m.forEvent(ctx, work.DeliverEvent)
	}
	if n, err := m.names(); err == nil && n.Delivery != "" {
		return m.forDelivery(ctx, work.RequeueDelivery)
	}
	var command struct {
		SpecVersion string `json:"specversion"`
	}
	if json.Unmarshal([]byte(m.text), &command) == nil && command.SpecVersion != "" {
		return requests.GiveUp(ctx, []byte(m.text))
	}
	return m.forOperation(ctx, work.HandleDeadLetter)
}
