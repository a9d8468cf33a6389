package servicebus

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// body is the whole body of a message to a queue.
type body struct {
	Project   string `json:"project"`
	Operation string `json:"operation,omitempty"`
	// Of a delivery, in place of the operation.
	Subscription string `json:"subscription,omitempty"`
	Delivery     string `json:"delivery,omitempty"`
}

const contentType = "application/json"

// encode makes the Service Bus message of m. Source is what the CloudEvents source of events begins with. Consumers that need
// events in order receive them by session.
func encode(m platform.Message, source string) (*azservicebus.Message, error) {
	out := &azservicebus.Message{
		MessageID:   to.Ptr(m.ID),
		ContentType: to.Ptr(contentType),
	}
	if m.Operation != "" {
		out.CorrelationID = to.Ptr(m.Operation)
	}
	if m.Session != "" {
		out.SessionID = to.Ptr(m.Session)
	}
	if !m.NotBefore.IsZero() {
		out.ScheduledEnqueueTime = to.Ptr(m.NotBefore.UTC())
	}
	if m.Event != nil {
		out.ApplicationProperties = attributes(m, source)
		out.Body = m.Event.Data
		return out, nil
	}
	content := body{Project: m.Project, Operation: m.Operation}
	if m.Delivery != nil {
		content.Subscription, content.Delivery = m.Delivery.Subscription, m.Delivery.ID
	}
	encoded, err := json.Marshal(content)
	if err != nil {
		return nil, fmt.Errorf("encode message %s: %w", m.ID, err)
	}
	out.Body = encoded
	return out, nil
}

// attributes are those of the CloudEvent. All are strings in their canonical form, which every consumer must accept;
// the AMQP type for times would cut them to milliseconds. "datacontenttype" is the message's content type. The partition key
// is the session: within it the sequence counts, in the width that sorts as text as well (of the sequence extension's Integer).
func attributes(m platform.Message, source string) map[string]any {
	out := map[string]any{
		"cloudEvents_specversion":   "1.0",
		"cloudEvents_id":            m.ID,
		"cloudEvents_source":        m.Event.Source(source, m.Project),
		"cloudEvents_type":          m.Event.Type,
		"cloudEvents_subject":       m.Event.Subject,
		"cloudEvents_time":          m.Event.Time.UTC().Format(time.RFC3339Nano),
		"cloudEvents_correlationid": m.Operation,
	}
	if m.Session != "" {
		out["cloudEvents_partitionkey"] = m.Session
	}
	if m.Event.Sequence > 0 {
		out["cloudEvents_sequence"], out["cloudEvents_sequencetype"] = m.Event.SequenceText(), "Integer"
	}
	return out
}
