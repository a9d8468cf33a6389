package tablestore

import (
	"encoding/json"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Columns of a message in the outbox; written by Commit with Outbox, removed by Sent.
//
//	id, destination, session, notBefore
//	order  in which it was committed among those of its operation
//	event  JSON {type, subject, time, sequence, data}
//	delivery  JSON {subscription, id} of what is to be delivered

func outboxPrefix(operation string) string { return keyOf("out", operation) + separator }

func outboxKey(operation, id string) string { return keyOf("out", operation, id) }

type storedEvent struct {
	Type     string          `json:"type"`
	Subject  string          `json:"subject"`
	Time     time.Time       `json:"time"`
	Sequence int64           `json:"sequence"`
	Data     json.RawMessage `json:"data,omitempty"`
}

type storedDelivery struct {
	Subscription string `json:"subscription"`
	ID           string `json:"id"`
}

func encodeMessage(m platform.Message, order int64) (*row, error) {
	r := newRow(keyOf(m.Project), outboxKey(m.Operation, m.ID))
	r.text("id", m.ID)
	r.text("destination", string(m.Destination))
	r.text("session", m.Session)
	r.moment("notBefore", m.NotBefore)
	r.number("order", order)
	event := mappedPointer(m.Event, func(e platform.Event) storedEvent {
		e.Time = stored(e.Time)
		return storedEvent(e)
	})
	delivery := mappedPointer(m.Delivery, func(d platform.DeliveryRef) storedDelivery { return storedDelivery(d) })
	return r, r.documents(document{"event", event, event != nil}, document{"delivery", delivery, delivery != nil})
}

func decodeMessage(r *storedRow, project, operation string) (platform.Message, error) {
	var event *storedEvent
	r.document("event", &event)
	var delivery *storedDelivery
	r.document("delivery", &delivery)
	m := platform.Message{
		ID: r.text("id"), Project: project, Operation: operation, Destination: platform.Destination(r.text("destination")),
		Session: r.text("session"), NotBefore: r.moment("notBefore"),
		Event:    mappedPointer(event, func(e storedEvent) platform.Event { return platform.Event(e) }),
		Delivery: mappedPointer(delivery, func(d storedDelivery) platform.DeliveryRef { return platform.DeliveryRef(d) }),
	}
	return m, r.err
}
