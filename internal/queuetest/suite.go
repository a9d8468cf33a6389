package queuetest

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Received is a message as its consumer sees it.
type Received struct {
	ID          string
	Session     string
	Correlation string
	ContentType string
	Body        []byte
	Properties  map[string]any
}

// Subject is what the suite tries.
type Subject struct {
	Messenger platform.Messenger
	// Receive waits for the next message of a queue or, for the topic, of a subscription that gets everything, and
	// settles it. Session is set for a queue with sessions.
	Receive func(ctx context.Context, from platform.Destination, session string) (Received, error)
	// Source is the CloudEvents source that the messenger was given.
	Source string
}

// Run runs the suite. Subject is called for each test.
func Run(t *testing.T, subject func(t *testing.T) Subject) {
	for name, promise := range map[string]func(t *testing.T, s *suite){
		"Queue_namesTheOperation":  queueNamesTheOperation,
		"Queue_notBeforeItsTime":   queueNotBeforeItsTime,
		"Queue_sessionKeepsOrder":  queueSessionKeepsOrder,
		"Queue_sameIDComesOnce":    queueSameIDComesOnce,
		"Queue_togetherKeepsOrder": queueTogetherKeepsOrder,
		"Queue_scheduledKeepsID":   queueScheduledKeepsID,
		"Topic_getsCloudEvents":    topicGetsCloudEvents,
		"Topic_sameEventComesOnce": topicSameEventComesOnce,
		"Send_obeysItsContext":     sendObeysItsContext,
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			promise(t, &suite{Subject: subject(t), TB: t, ctx: ctx, operation: "TEST" + rand.Text()})
		})
	}
}

// suite is one test with ids of its own.
type suite struct {
	Subject
	testing.TB
	ctx       context.Context
	operation string
}

func (s *suite) send(m platform.Message) {
	s.Helper()
	if err := s.Messenger.Send(s.ctx, m); err != nil {
		s.Fatal(err)
	}
}

// next is the next message that this test has sent.
func (s *suite) next(from platform.Destination, session string) Received {
	s.Helper()
	for {
		m, err := s.Receive(s.ctx, from, session)
		if err != nil {
			s.Fatalf("receive from %s: %v", from, err)
		}
		if strings.HasPrefix(m.ID, s.operation) {
			return m
		}
	}
}

func (s *suite) message(suffix string, to platform.Destination) platform.Message {
	m := platform.Message{ID: s.operation + "." + suffix, Project: "payments", Operation: s.operation, Destination: to}
	if to == platform.OperationsQueue {
		m.Session = s.session()
	}
	return m
}

func (s *suite) session() string { return "payments/" + strings.ToLower(s.operation) }

// A message to a queue names its operation and nothing that could be mistaken for state.
func queueNamesTheOperation(t *testing.T, s *suite) {
	s.send(s.message("run", platform.OperationsQueue))
	m := s.next(platform.OperationsQueue, s.session())
	if m.ID != s.operation+".run" || m.Session != s.session() || m.ContentType != "application/json" || m.Correlation != s.operation {
		t.Errorf("received %+v", m)
	}
	var body map[string]string
	if err := json.Unmarshal(m.Body, &body); err != nil {
		t.Fatalf("body %q: %v", m.Body, err)
	}
	if diff := cmp.Diff(map[string]string{"project": "payments", "operation": s.operation}, body); diff != "" {
		t.Error(diff)
	}
}

// A scheduled message does not come before its time, and one without a time does not wait for it.
func queueNotBeforeItsTime(t *testing.T, s *suite) {
	later := s.message("look", platform.RunsQueue)
	later.NotBefore = time.Now().Add(2 * time.Second)
	s.send(later)
	s.send(s.message("now", platform.RunsQueue))
	if m := s.next(platform.RunsQueue, ""); m.ID != s.operation+".now" {
		t.Fatalf("first came %s", m.ID)
	}
	m := s.next(platform.RunsQueue, "")
	if m.ID != later.ID || time.Now().Before(later.NotBefore) {
		t.Errorf("%s came %v before its time", m.ID, time.Until(later.NotBefore))
	}
}

// The messages of one session come in the order in which they were sent.
func queueSessionKeepsOrder(t *testing.T, s *suite) {
	const n = 20
	for i := range n {
		s.send(s.message(fmt.Sprint(i), platform.OperationsQueue))
	}
	for i := range n {
		if m := s.next(platform.OperationsQueue, s.session()); m.ID != fmt.Sprint(s.operation, ".", i) {
			t.Fatalf("message %d is %s", i, m.ID)
		}
	}
}

// Messages that are sent together come in their order, also when they are too much for one transfer.
func queueTogetherKeepsOrder(t *testing.T, s *suite) {
	var all []platform.Message
	for i := range 12 {
		m := s.message(fmt.Sprint(i), platform.EventsTopic)
		m.Session = s.session()
		size := 10
		if i < 8 {
			size = 60_000
		}
		m.Event = &platform.Event{Type: "io.lazuli.test.v1", Subject: "test", Time: time.Now(), Sequence: int64(i + 1), Data: json.RawMessage(`"` + strings.Repeat("x", size) + `"`)}
		all = append(all, m)
	}
	if err := s.Messenger.Send(s.ctx, all...); err != nil {
		t.Fatal(err)
	}
	for i := range all {
		if m := s.next(platform.EventsTopic, ""); m.ID != fmt.Sprint(s.operation, ".", i) {
			t.Fatalf("message %d is %s", i, m.ID)
		}
	}
}

// An id that was sent twice within the queue's window comes once: a sender that does not know whether a message
// arrived sends it again.
func queueSameIDComesOnce(t *testing.T, s *suite) {
	for _, suffix := range []string{"a", "a", "b"} {
		s.send(s.message(suffix, platform.OperationsQueue))
	}
	for _, suffix := range []string{"a", "b"} {
		if m := s.next(platform.OperationsQueue, s.session()); m.ID != s.operation+"."+suffix {
			t.Fatalf("received %s, not %s", m.ID, suffix)
		}
	}
}

// The same holds for a scheduled message, from when it was sent on.
func queueScheduledKeepsID(t *testing.T, s *suite) {
	look := s.message("look", platform.RunsQueue)
	look.NotBefore = time.Now().Add(time.Second)
	s.send(look)
	s.send(look)
	last := s.message("last", platform.RunsQueue)
	last.NotBefore = look.NotBefore.Add(time.Second)
	s.send(last)
	for _, want := range []string{look.ID, last.ID} {
		if m := s.next(platform.RunsQueue, ""); m.ID != want {
			t.Fatalf("received %s, not %s", m.ID, want)
		}
	}
}

func (s *suite) event(sequence int) platform.Message {
	m := s.message(fmt.Sprintf("%06d", sequence), platform.EventsTopic)
	m.Event = &platform.Event{Type: "io.lazuli.environment.ready.v1", Subject: "projects/payments/environments/dev",
		Time: time.Date(2026, 1, 2, 3, 4, 5, 678912345, time.UTC), Sequence: int64(sequence), Data: json.RawMessage(`{"project":"payments"}`)}
	m.Session = s.session()
	return m
}

// An event is a CloudEvent 1.0 in the binary mode of the AMQP binding, with text attributes.
func topicGetsCloudEvents(t *testing.T, s *suite) {
	s.send(s.event(7))
	m := s.next(platform.EventsTopic, "")
	want := Received{
		ID: s.operation + ".000007", Session: s.session(), Correlation: s.operation, ContentType: "application/json", Body: []byte(`{"project":"payments"}`),
		Properties: map[string]any{
			"cloudEvents_specversion":   "1.0",
			"cloudEvents_id":            s.operation + ".000007",
			"cloudEvents_source":        s.Source + "/projects/payments",
			"cloudEvents_type":          "io.lazuli.environment.ready.v1",
			"cloudEvents_subject":       "projects/payments/environments/dev",
			"cloudEvents_time":          "2026-01-02T03:04:05.678912345Z",
			"cloudEvents_correlationid": s.operation,
			"cloudEvents_sequence":      "0000000007",
			"cloudEvents_sequencetype":  "Integer",
			"cloudEvents_partitionkey":  s.session(),
		},
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Error(diff)
	}
}

// An event that is published twice within the topic's window comes once.
func topicSameEventComesOnce(t *testing.T, s *suite) {
	for _, sequence := range []int{1, 1, 2} {
		s.send(s.event(sequence))
	}
	for _, want := range []string{".000001", ".000002"} {
		if m := s.next(platform.EventsTopic, ""); m.ID != s.operation+want {
			t.Fatalf("received %s, not %s", m.ID, want)
		}
	}
}

// A send whose context has ended fails, and does so at once.
func sendObeysItsContext(t *testing.T, s *suite) {
	ctx, cancel := context.WithCancel(s.ctx)
	cancel()
	begun := time.Now()
	if err := s.Messenger.Send(ctx, s.message("never", platform.RunsQueue)); err == nil {
		t.Error("a message was sent in a context that had ended")
	}
	if took := time.Since(begun); took > time.Second {
		t.Errorf("it took %v", took)
	}
}
