package envelope_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/lazuli-platform/lazuli/internal/local/functionshost/envelope"
)

var (
	noon = time.Date(2026, 3, 2, 9, 12, 33, 918442000, time.UTC)
	sys  = envelope.Sys{Function: "ProvisionWorker", Now: noon, ID: "1ccf82a9-11f9-4e77-aca5-ef9baf2c827d"}
)

func pointer[T any](v T) *T { return &v }

func decode(t *testing.T, data []byte) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// The message and the result are the example of the reference, member for member.
func TestServiceBus(t *testing.T) {
	body := `{"resourceId":"r-1","attempt":1,"correlationId":"from-body","dueAt":"2026-03-02T10:00:00Z","dry":false,"tags":["a"],"no":null}`
	message := &azservicebus.ReceivedMessage{
		Body: []byte(body), MessageID: "m-1", DeliveryCount: 1, SequenceNumber: pointer(int64(42)),
		LockToken: uuid.MustParse("8e7c0d5e-2f0b-4a57-9a3c-3f5a3f0b8d11"), EnqueuedTime: &noon,
		ContentType: pointer("application/json"), Subject: pointer("provision"), CorrelationID: pointer("real"),
		ApplicationProperties: map[string]any{"tenant": "acme", "n": int64(3)},
	}
	got := decode(t, envelope.ServiceBus(envelope.Binding{Name: "msg", Namespace: "ns.servicebus.windows.net"}, message, sys, nil))
	want := decode(t, []byte(`{
	  "Data": {"msg": `+quote(quote(body))+`},
	  "Metadata": {
	    "MessageReceiver": {}, "MessageSession": {}, "MessageActions": {}, "SessionActions": {}, "ReceiveActions": {},
	    "Client": {"FullyQualifiedNamespace": "ns.servicebus.windows.net", "IsClosed": false, "TransportType": 0, "Identifier": "ns.servicebus.windows.net"},
	    "DeliveryCount": "1", "LockToken": "\"8e7c0d5e-2f0b-4a57-9a3c-3f5a3f0b8d11\"",
	    "ExpiresAtUtc": "9999-12-31T23:59:59", "ExpiresAt": "9999-12-31T23:59:59+00:00",
	    "EnqueuedTimeUtc": "2026-03-02T09:12:33", "EnqueuedTime": "2026-03-02T09:12:33+00:00",
	    "MessageId": "\"m-1\"", "ContentType": "\"application/json\"", "SequenceNumber": "42",
	    "Subject": "\"provision\"", "Label": "\"provision\"", "CorrelationId": "\"from-body\"",
	    "ApplicationProperties": {"tenant": "acme", "n": 3}, "UserProperties": {"tenant": "acme", "n": 3},
	    "resourceId": "\"r-1\"", "attempt": "\"1\"", "dueAt": "\"03/02/2026 10:00:00\"", "dry": "\"False\"",
	    "sys": {"MethodName": "ProvisionWorker", "UtcNow": "2026-03-02T09:12:33.9184420Z", "RandGuid": "1ccf82a9-11f9-4e77-aca5-ef9baf2c827d"}
	  }}`))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func quote(s string) string {
	data, _ := json.Marshal(s) // a string always marshals
	return string(data)
}

func TestServiceBus_plainText(t *testing.T) {
	got := decode(t, envelope.ServiceBus(envelope.Binding{Name: "msg"}, &azservicebus.ReceivedMessage{Body: []byte("hello <b>")}, sys, nil))
	if data := got["Data"].(map[string]any)["msg"]; data != `"hello <b>"` {
		t.Errorf("Data.msg = %s", data)
	}
}

func TestServiceBus_binary(t *testing.T) {
	got := decode(t, envelope.ServiceBus(envelope.Binding{Name: "msg", Binary: true}, &azservicebus.ReceivedMessage{Body: []byte{0xff, 0}}, sys, nil))
	if data := got["Data"].(map[string]any)["msg"]; data != "/wA=" {
		t.Errorf("Data.msg = %s", data)
	}
}

// A body that is no JSON object, or holds more than one value, spills nothing; keys that end in trigger go.
func TestServiceBus_spill(t *testing.T) {
	for body, want := range map[string]map[string]any{
		`["a"]`:                      {},
		`{"a":1} {"b":2}`:            {},
		`{"myTrigger":"x","on":1.5}`: {"on": `"1.5"`},
		`{"nested":{"k":true}}`:      {"nested": map[string]any{"k": true}},
		`{"sys":"mine"}`:             {"sys": `"mine"`},
	} {
		got := decode(t, envelope.ServiceBus(envelope.Binding{Name: "msg"}, &azservicebus.ReceivedMessage{Body: []byte(body)}, sys, nil))
		metadata := got["Metadata"].(map[string]any)
		bare := decode(t, envelope.ServiceBus(envelope.Binding{Name: "msg"}, &azservicebus.ReceivedMessage{}, sys, nil))["Metadata"].(map[string]any)
		spilled := map[string]any{}
		for key, value := range metadata {
			if !cmp.Equal(bare[key], value) {
				spilled[key] = value
			}
		}
		if diff := cmp.Diff(want, spilled); diff != "" {
			t.Errorf("body %s: %s", body, diff)
		}
	}
}

func TestTimer(t *testing.T) {
	status := &envelope.Status{Next: noon}
	got := decode(t, envelope.Timer("timer", status, true, sys, &envelope.Retry{Count: 1, Max: 3, Exception: "boom"}))
	want := decode(t, []byte(`{
	  "Data": {"timer": {"Schedule": {"AdjustForDST": true}, "IsPastDue": true, "ScheduleStatus":
	    {"Last": "0001-01-01T00:00:00+00:00", "Next": "2026-03-02T09:12:33+00:00", "LastUpdated": "0001-01-01T00:00:00+00:00"}}},
	  "Metadata": {"RetryContext": {"RetryCount": 1, "MaxRetryCount": 3, "Exception": "boom"},
	    "sys": {"MethodName": "ProvisionWorker", "UtcNow": "2026-03-02T09:12:33.9184420Z", "RandGuid": "1ccf82a9-11f9-4e77-aca5-ef9baf2c827d"}}}`))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTimer_notMonitored(t *testing.T) {
	got := decode(t, envelope.Timer("timer", nil, false, sys, nil))
	if status, there := got["Data"].(map[string]any)["timer"].(map[string]any)["ScheduleStatus"]; status != nil || !there {
		t.Errorf("ScheduleStatus = %v, %t, want null", status, there)
	}
}

func TestReadAnswer(t *testing.T) {
	const asJSON = "application/json; charset=utf-8"
	for _, c := range []struct {
		name        string
		status      int
		contentType string
		body        string
		want        string // part of the error; "" for success
		hangs       bool
	}{
		{name: "object", status: 200, contentType: asJSON, body: `{"Logs":["one"]}`},
		{name: "text/json", status: 202, contentType: "text/json", body: `{}`},
		{name: "failure", status: 500, contentType: asJSON, body: `{}`, want: "status 500"},
		{name: "empty", status: 200, contentType: asJSON, want: "never completes", hangs: true},
		{name: "no content", status: 204, want: "never completes", hangs: true},
		{name: "null", status: 200, contentType: asJSON, body: "null", want: "never completes", hangs: true},
		{name: "text", status: 200, contentType: "text/plain", body: "{}", want: "Content-Type"},
		{name: "no type", status: 200, body: "{}", want: "Content-Type"},
		{name: "array", status: 200, contentType: asJSON, body: "[]", want: "JSON object"},
		{name: "no JSON", status: 200, contentType: asJSON, body: "ok", want: "JSON object"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := envelope.ReadAnswer(c.status, c.contentType, []byte(c.body))
			if (err == nil) != (c.want == "") || (err != nil && !strings.Contains(err.Error(), c.want)) {
				t.Errorf("error = %v, want %q", err, c.want)
			}
			if errors.Is(err, envelope.ErrNeverCompletes) != c.hangs {
				t.Errorf("hangs = %t, want %t", !c.hangs, c.hangs)
			}
		})
	}
}
