package servicebus_test

import (
	"context"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
	"github.com/google/go-cmp/cmp"
)

func (b *bus) sendTo(queue, session string, bodies ...string) {
	b.Helper()
	for _, body := range bodies {
		b.sendMessage(queue, &azservicebus.Message{SessionID: &session, Body: []byte(body)})
	}
}

func (b *bus) next(queue string) *azservicebus.SessionReceiver {
	b.Helper()
	s, err := b.client.AcceptNextSessionForQueue(b.ctx, queue, nil)
	b.check(err)
	return s
}

func TestSession_nextHasTheOldestMessage(t *testing.T) {
	b := open(t)
	b.sendTo("sessions", "b", "b1")
	b.sendTo("sessions", "a", "a1", "a2")
	b.sendTo("sessions", "b", "b2")
	first, second := b.next("sessions"), b.next("sessions")
	if first.SessionID() != "b" || second.SessionID() != "a" {
		t.Fatalf("sessions %q and %q", first.SessionID(), second.SessionID())
	}
	for _, want := range []string{"b1", "b2"} {
		m := b.one(first)
		if string(m.Body) != want || *m.SessionID != "b" {
			t.Errorf("received %q, not %q", m.Body, want)
		}
		b.check(first.CompleteMessage(b.ctx, m, nil))
	}
	b.none(first)
}

func TestSession_nextWaitsForAMessage(t *testing.T) {
	b := open(t)
	accepted := make(chan *azservicebus.SessionReceiver)
	go func() {
		s, err := b.client.AcceptNextSessionForQueue(b.ctx, "sessions", nil)
		if err != nil {
			t.Error(err)
		}
		accepted <- s
	}()
	b.sendTo("sessions", "new", "x")
	if s := <-accepted; s != nil && s.SessionID() != "new" {
		t.Errorf("session %q", s.SessionID())
	}
}

func TestSession_belongsToOne(t *testing.T) {
	b := open(t)
	b.sendTo("sessions", "s", "x")
	s, err := b.client.AcceptSessionForQueue(b.ctx, "sessions", "s", nil)
	b.check(err)
	if _, err := b.client.AcceptSessionForQueue(b.ctx, "sessions", "s", nil); err == nil {
		t.Error("a second receiver got the session")
	}
	if m := b.one(s); m.DeliveryCount != 1 {
		t.Errorf("delivery count is %d", m.DeliveryCount)
	}
	b.check(s.Close(b.ctx))
	s, err = b.client.AcceptSessionForQueue(b.ctx, "sessions", "s", nil)
	b.check(err)
	if m := b.one(s); m.DeliveryCount != 1 {
		t.Errorf("delivery count is %d after the session was given back", m.DeliveryCount)
	}
}

func TestSession_lockRunsOut(t *testing.T) {
	b := open(t)
	b.sendTo("quick-sessions", "s", "x")
	lost := b.next("quick-sessions")
	m := b.one(lost)
	s := b.next("quick-sessions") // granted when the first lock has run out
	if m := b.one(s); m.DeliveryCount != 2 {
		t.Errorf("delivery count is %d", m.DeliveryCount)
	}
	// The client would go on trying to get its session back for as long as it is let.
	ctx, cancel := context.WithTimeout(b.ctx, 100*time.Millisecond)
	defer cancel()
	if err := lost.CompleteMessage(ctx, m, nil); err == nil {
		t.Error("a message was completed under a session lock that was lost")
	}
}

func TestSession_renewedLockLasts(t *testing.T) {
	b := open(t)
	b.sendTo("quick-sessions", "s", "x")
	s := b.next("quick-sessions")
	m := b.one(s)
	for end := time.Now().Add(600 * time.Millisecond); time.Now().Before(end); {
		b.check(s.RenewSessionLock(b.ctx, nil))
	}
	b.check(s.CompleteMessage(b.ctx, m, nil))
}

func TestSession_state(t *testing.T) {
	b := open(t)
	s, err := b.client.AcceptSessionForQueue(b.ctx, "sessions", "s", nil)
	b.check(err)
	for _, want := range [][]byte{[]byte("half way"), nil} {
		b.check(s.SetSessionState(b.ctx, want, nil))
		got, err := s.GetSessionState(b.ctx, nil)
		b.check(err)
		if !cmp.Equal(got, want) {
			t.Errorf("state is %q, not %q", got, want)
		}
	}
}

func TestSession_deadLettersAreForwarded(t *testing.T) {
	b := open(t)
	b.sendTo("sessions", "s", "poison")
	s := b.next("sessions")
	b.check(s.AbandonMessage(b.ctx, b.one(s), nil))
	m := b.one(b.receiver("graveyard", nil))
	if string(m.Body) != "poison" || *m.DeadLetterSource != "sessions" || *m.DeadLetterReason != "MaxDeliveryCountExceeded" || *m.SessionID != "s" || m.DeliveryCount != 1 {
		t.Errorf("forwarded %+v", m)
	}
}

func TestSession_required(t *testing.T) {
	b := open(t)
	if err := b.sender("sessions").SendMessage(b.ctx, &azservicebus.Message{}, nil); err == nil {
		t.Error("a message without session was taken")
	}
	if _, err := b.receiver("sessions", nil).ReceiveMessages(b.ctx, 1, nil); err == nil {
		t.Error("a receiver without session was let in")
	}
}

// A client that gave up waiting must not be given the session that comes later.
func TestSession_abandonedWait(t *testing.T) {
	b := open(t)
	ctx, cancel := context.WithTimeout(b.ctx, 100*time.Millisecond)
	defer cancel()
	if _, err := b.client.AcceptNextSessionForQueue(ctx, "sessions", nil); err == nil {
		t.Fatal("a session came from nowhere")
	}
	b.sendTo("sessions", "s", "x")
	if s := b.next("sessions"); s.SessionID() != "s" {
		t.Errorf("session %q", s.SessionID())
	}
}

func TestTopic_filters(t *testing.T) {
	b := open(t)
	b.sendMessage("events", &azservicebus.Message{MessageID: to.Ptr("1"), Subject: to.Ptr("red"), Body: []byte("red 3"),
		ApplicationProperties: map[string]any{"size": int64(3), "kind": "io.lazuli.environment.ready"}})
	b.sendMessage("events", &azservicebus.Message{MessageID: to.Ptr("2"), Subject: to.Ptr("Red"), Body: []byte("other"),
		ApplicationProperties: map[string]any{"size": int64(3), "kind": "io.lazuli.environment.failed"}})
	b.sendMessage("events", &azservicebus.Message{MessageID: to.Ptr("2"), Body: []byte("seen")})
	for subscription, want := range map[string][]string{"all": {"red 3", "other"}, "red": {"red 3"}, "ready": {"red 3"}} {
		peeked, err := b.subscriber("events", subscription).PeekMessages(b.ctx, 10, nil)
		b.check(err)
		if got := bodies(peeked); !cmp.Equal(got, want) {
			t.Errorf("%s holds %q, not %q", subscription, got, want)
		}
	}
	r := b.subscriber("events", "red")
	b.check(r.CompleteMessage(b.ctx, b.one(r), nil))
	b.none(r)
}

func TestTopic_scheduled(t *testing.T) {
	b := open(t)
	at := time.Now().Add(300 * time.Millisecond)
	b.sendMessage("events", &azservicebus.Message{MessageID: to.Ptr("1"), Body: []byte("x"), ScheduledEnqueueTime: &at})
	b.one(b.subscriber("events", "all"))
	if time.Now().Before(at) {
		t.Errorf("came %v too early", time.Until(at))
	}
}
