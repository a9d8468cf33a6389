package triggers_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/mux"

	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/triggers"
)

// work remembers what it was asked to do, and does as it is told.
type work struct {
	asked []string
	err   error
	panic bool
}

func (w *work) do(what string) error {
	w.asked = append(w.asked, what)
	if w.panic {
		panic("a bug")
	}
	return w.err
}

func (w *work) RunOperation(_ context.Context, id string) error { return w.do("runOperation " + id) }
func (w *work) FollowRun(_ context.Context, id string) error    { return w.do("followRun " + id) }
func (w *work) HandleDeadLetter(_ context.Context, id string) error {
	return w.do("handleDeadLetter " + id)
}
func (w *work) ReceiveHook(_ context.Context, h platform.Hook) error {
	return w.do("receiveHook " + h.Operation)
}
func (w *work) Sweep(context.Context) error { return w.do("sweep") }
func (w *work) DeliverEvent(_ context.Context, e platform.CloudEvent) error {
	return w.do("deliverEvent " + e.Attributes["id"] + " " + string(e.Data))
}
func (w *work) AttemptDelivery(_ context.Context, project string, d platform.DeliveryRef) error {
	return w.do("attemptDelivery " + project + " " + d.Subscription + " " + d.ID)
}
func (w *work) RequeueDelivery(_ context.Context, project string, d platform.DeliveryRef) error {
	return w.do("requeueDelivery " + project + " " + d.Subscription + " " + d.ID)
}
func (w *work) Accept(_ context.Context, body []byte, authorization string) error {
	return w.do("acceptRequest " + authorization + " " + string(body))
}
func (w *work) GiveUp(_ context.Context, body []byte) error { return w.do("giveUp " + string(body)) }
func (w *work) DetectDrift(context.Context) error           { return w.do("detectDrift") }
func (w *work) ExpireEnvironments(context.Context) error    { return w.do("expireEnvironments") }

// invoke sends what the host sends: a trigger value is text of JSON of the message's text.
func invoke(t *testing.T, w *work, function, message string, properties ...string) *httptest.ResponseRecorder {
	t.Helper()
	once, err := json.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	own := map[string]any{"number": 3}
	for i := 0; i < len(properties); i += 2 {
		own[properties[i]] = properties[i+1]
	}
	envelope, err := json.Marshal(map[string]any{"Data": map[string]string{"message": string(once)}, "Metadata": map[string]any{"operation": `"01FORGED"`, "ApplicationProperties": own}})
	if err != nil {
		t.Fatal(err)
	}
	router := mux.NewRouter()
	triggers.Mount(router, triggers.Config{Work: w, Requests: w, Pauses: []time.Duration{time.Millisecond, time.Millisecond}, Log: slog.New(slog.DiscardHandler)})
	out := httptest.NewRecorder()
	router.ServeHTTP(out, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/"+function, strings.NewReader(string(envelope))))
	return out
}

func TestMount_callsTheWork(t *testing.T) {
	const operation, delivery, command = `{"project":"payments","operation":"01ABC"}`, `{"project":"payments","subscription":"chat","delivery":"1-e"}`, `{"specversion":"1.0","id":"r"}`
	event := []string{"cloudEvents_specversion", "1.0", "cloudEvents_id", "e"}
	asked := map[string]bool{}
	for _, row := range []struct {
		function, message string
		properties        []string
		want              string
	}{
		{"runOperation", operation, nil, "runOperation 01ABC"},
		{"followRun", operation, nil, "followRun 01ABC"},
		{"handleDeadLetter", operation, nil, "handleDeadLetter 01ABC"},
		{"handleDeadLetter", delivery, nil, "requeueDelivery payments chat 1-e"},
		{"handleDeadLetter", command, nil, "giveUp " + command},
		{"handleDeadLetter", `{"a":1}`, event, `deliverEvent e {"a":1}`},
		{"sweep", "", nil, "sweep"},
		{"detectDrift", "", nil, "detectDrift"},
		{"expireEnvironments", "", nil, "expireEnvironments"},
		{"receiveHook", anEvent(t, "build-complete"), nil, "receiveHook 01K9S3W0M2Q4N6P8R0T2V4X6Z8"},
		{"deliverEvent", `{"a":1}`, event, `deliverEvent e {"a":1}`},
		{"attemptDelivery", delivery, nil, "attemptDelivery payments chat 1-e"},
		{"acceptRequest", command, []string{"authorization", "Bearer t"}, "acceptRequest Bearer t " + command},
		{"acceptRequest", "no JSON", nil, "acceptRequest  no JSON"},
	} {
		asked[row.function] = true
		w := &work{}
		out := invoke(t, w, row.function, row.message, row.properties...)
		if out.Code != http.StatusOK || len(w.asked) != 1 || w.asked[0] != row.want {
			t.Errorf("%s answered %d and asked for %v, want %q", row.function, out.Code, w.asked, row.want)
		}
	}
	for _, function := range triggers.Functions() {
		if !asked[function] {
			t.Errorf("%s is not tried", function)
		}
	}
}

// A message that only the broker knows of is tried for a while before it is answered with an error, which costs one of ten tries.
func TestMount_triesAgain(t *testing.T) {
	for function, times := range map[string]int{"runOperation": 1, "attemptDelivery": 3} {
		w := &work{err: errors.New("storage is down")}
		out := invoke(t, w, function, `{"project":"payments","operation":"01ABC","subscription":"chat","delivery":"1-e"}`)
		if out.Code != http.StatusInternalServerError || len(w.asked) != times {
			t.Errorf("%s answered %d after %d tries, want %d", function, out.Code, len(w.asked), times)
		}
	}
}

// The host hangs on an empty answer and takes anything but a JSON object for a failure.
func TestMount_neverAnswersNothing(t *testing.T) {
	for name, w := range map[string]*work{"good": {}, "failing": {err: errors.New("storage is down")}, "panicking": {panic: true}} {
		out := invoke(t, w, "runOperation", `{"operation":"01ABC"}`)
		var object map[string]any
		if err := json.Unmarshal(out.Body.Bytes(), &object); err != nil || !strings.HasPrefix(out.Header().Get("Content-Type"), "application/json") {
			t.Errorf("%s: answered %q as %s", name, out.Body, out.Header().Get("Content-Type"))
		}
		if good := out.Code == http.StatusOK; good != (name == "good") {
			t.Errorf("%s: status %d", name, out.Code)
		}
	}
}

// A message that nobody can read is settled: it will never be anything else, and would come again at once, ten times.
func TestMount_unreadableMessageIsSettled(t *testing.T) {
	for _, message := range []string{"", "not JSON", "[]", `{"project":"payments"}`, `{"operation":7}`} {
		for _, function := range []string{"runOperation", "attemptDelivery", "deliverEvent"} {
			w := &work{}
			if out := invoke(t, w, function, message); out.Code != http.StatusOK || len(w.asked) != 0 {
				t.Errorf("%s %q: status %d, asked %v", function, message, out.Code, w.asked)
			}
		}
	}
}
