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
	Operation string `json:"operation"`
}

const contentType = "application/json"

// encode makes the Service Bus message of m. Source is the CloudEvents source of events.
func encode(m platform.Message, source string) (*azservicebus.Message, error) {
	out := &azservicebus.Message{
		MessageID:     to.Ptr(m.ID),
		CorrelationID: to.Ptr(m.Operation),
		ContentType:   to.Ptr(contentType),
	}
	if m.Session != "" {
		out.SessionID = to.Ptr(m.Session)
	}
	if !m.NotBefore.IsZero() {
		out.ScheduledEnqueueTime = to.Ptr(m.NotBefore.UTC())
	}
	if m.Event != nil {
		// Consumers that need the events of an operation in order receive them by session.
		out.SessionID = to.Ptr(m.Operation)
		out.ApplicationProperties = attributes(m, source)
		out.Body = m.Event.Data
		return out, nil
	}
	encoded, err := json.Marshal(body{Project: m.Project, Operation: m.Operation})
	if err != nil {
		return nil, fmt.Errorf("encode message %s: %w", m.ID, err)
	}
	out.Body = encoded
	return out, nil
}

// attributes are those of the CloudEvent. All are strings in their canonical form, which every consumer must accept;
// the AMQP type for times would cut them to milliseconds. "datacontenttype" is the message's content type.
func attributes(m platform.Message, source string) map[string]any {
	return map[string]any{
		"cloudEvents_specversion":   "1.0",
		"cloudEvents_id":            m.ID,
		"cloudEvents_source":        source,
		"cloudEvents_type":          m.Event.Type,
		"cloudEvents_subject":       m.Event.Subject,
		"cloudEvents_time":          m.Event.Time.UTC().Format(time.RFC3339Nano),
		"cloudEvents_correlationid": m.Operation,
		"cloudEvents_sequence":      fmt.Sprintf("%06d", m.Event.Sequence),
	}
}
