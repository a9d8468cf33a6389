package envelope

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
	"github.com/google/uuid"
)

// Binding is what the envelope needs to know of a Service Bus trigger.
type Binding struct {
	Name      string
	Binary    bool   // dataType "binary": the body goes as base64
	Namespace string // fully qualified, shown as the client's
}

// ServiceBus writes the envelope of one received message (cardinality "one").
func ServiceBus(b Binding, message *azservicebus.ReceivedMessage, sys Sys, retry *Retry) []byte {
	m := newMetadata()
	for _, helper := range []string{"MessageReceiver", "MessageSession", "MessageActions", "SessionActions", "ReceiveActions"} {
		m.set(helper, struct{}{})
	}
	m.set("Client", map[string]any{
		"FullyQualifiedNamespace": b.Namespace, "IsClosed": false, "TransportType": 0, "Identifier": b.Namespace,
	})
	setBrokerValues(m, message)
	properties := message.ApplicationProperties
	if properties == nil {
		properties = map[string]any{}
	}
	m.set("ApplicationProperties", properties)
	m.set("UserProperties", properties)
	spill(m, message.Body)

	var data any = text(strings.ToValidUTF8(string(message.Body), "\uFFFD"))
	if b.Binary {
		data = base64.StdEncoding.EncodeToString(message.Body)
	}
	return finish(b.Name, data, m, sys, retry)
}

func setBrokerValues(m metadata, message *azservicebus.ReceivedMessage) {
	m.set("DeliveryCount", text(max(message.DeliveryCount, 1)))
	m.set("LockToken", text(uuid.UUID(message.LockToken).String()))
	m.set("ExpiresAtUtc", local(message.ExpiresAt, never))
	m.set("ExpiresAt", local(message.ExpiresAt, never)+"+00:00")
	m.set("EnqueuedTimeUtc", local(message.EnqueuedTime, unset[:len(never)]))
	m.set("EnqueuedTime", local(message.EnqueuedTime, unset[:len(never)])+"+00:00")
	m.set("MessageId", text(message.MessageID))
	var sequence int64
	if message.SequenceNumber != nil {
		sequence = *message.SequenceNumber
	}
	m.set("SequenceNumber", text(sequence))
	m.setText("ContentType", message.ContentType)
	m.setText("Subject", message.Subject)
	m.setText("Label", message.Subject) // the old name of Subject
	m.setText("CorrelationId", message.CorrelationID)
	m.setText("SessionId", message.SessionID)
	m.setText("ReplyToSessionId", message.ReplyToSessionID)
	m.setText("ReplyTo", message.ReplyTo)
	m.setText("To", message.To)
	m.setText("PartitionKey", message.PartitionKey)
	m.setText("DeadLetterSource", message.DeadLetterSource)
}

// spill copies the top-level properties of a JSON object into the metadata, over system values of the same
// name: a trap of the real host, which a handler avoids by reading payload fields from Data only.
func spill(m metadata, body []byte) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var object map[string]any
	if decoder.Decode(&object) != nil || decoder.More() {
		return
	}
	for key, value := range object {
		switch v := value.(type) {
		case nil, []any:
		case map[string]any:
			m.set(key, v)
		default:
			m.set(key, text(netText(v)))
		}
	}
}

// netText is a scalar as .NET prints it after its JSON reader has taken what looks like a date for a date.
func netText(value any) string {
	switch v := value.(type) {
	case bool:
		if v {
			return "True"
		}
		return "False"
	case string:
		for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
			if when, err := time.Parse(layout, v); err == nil {
				return when.UTC().Format("01/02/2006 15:04:05")
			}
		}
		return v
	default:
		return fmt.Sprint(v)
	}
}
