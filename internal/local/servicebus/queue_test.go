package servicebus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
	"github.com/google/go-cmp/cmp"
)

func TestQueue_sendReceiveComplete(t *testing.T) {
	b := open(t)
	b.sendMessage("plain", &azservicebus.Message{Body: []byte("hello"), MessageID: to.Ptr("m1"), Subject: to.Ptr("s"),
		ContentType: to.Ptr("text/plain"), CorrelationID: to.Ptr("c"), ApplicationProperties: map[string]any{"n": int64(7), "b": true, "s": "x"}})
	r := b.receiver("plain", nil)
	m := b.one(r)
	if m.MessageID != "m1" || *m.Subject != "s" || *m.CorrelationID != "c" || *m.ContentType != "text/plain" || *m.SequenceNumber != 1 {
		t.Errorf("received %+v", m)
	}
	if diff := cmp.Diff(map[string]any{"n": int64(7), "b": true, "s": "x"}, m.ApplicationProperties); diff != "" {
		t.Error(diff)
	}
	if age := time.Since(*m.EnqueuedTime); age < 0 || age > time.Minute {
		t.Errorf("enqueued %v ago", age)
	}
	b.check(r.CompleteMessage(b.ctx, m, nil))
	b.none(r)
}

func TestQueue_batch(t *testing.T) {
	b := open(t)
	s := b.sender("plain")
	batch, err := s.NewMessageBatch(b.ctx, nil)
	b.check(err)
	const n = 300 // more than one frame holds
	for i := range n {
		b.check(batch.AddMessage(&azservicebus.Message{Body: fmt.Append(nil, strings.Repeat("x", 500), i)}, nil))
	}
	b.check(s.SendMessageBatch(b.ctx, batch, nil))
	r := b.receiver("plain", &azservicebus.ReceiverOptions{ReceiveMode: azservicebus.ReceiveModeReceiveAndDelete})
	for i := 0; i < n; {
		ms, err := r.ReceiveMessages(b.ctx, n, nil)
		b.check(err)
		for _, m := range ms {
			if want := fmt.Sprint(strings.Repeat("x", 500), i); string(m.Body) != want {
				t.Fatalf("message %d is %q", i, m.Body)
			}
			i++
		}
	}
}

func TestQueue_largeMessage(t *testing.T) {
	b := open(t)
	body := strings.Repeat("0123456789", 25_000)
	b.send("plain", body)
	if got := b.one(b.receiver("plain", nil)); string(got.Body) != body {
		t.Errorf("%d bytes came back of %d", len(got.Body), len(body))
	}
	s := b.sender("plain")
	if err := s.SendMessage(b.ctx, &azservicebus.Message{Body: make([]byte, 300_000)}, nil); !errors.Is(err, azservicebus.ErrMessageTooLarge) {
		t.Errorf("a message over the limit: %v", err)
	}
}

func TestQueue_abandonDeadLettersAtTheLimit(t *testing.T) {
	b := open(t)
	b.send("plain", "poison", "next")
	r := b.receiver("plain", nil)
	for attempt := uint32(1); attempt <= 2; attempt++ {
		m := b.one(r)
		if string(m.Body) != "poison" || m.DeliveryCount != attempt {
			t.Fatalf("attempt %d: %q with delivery count %d", attempt, m.Body, m.DeliveryCount)
		}
		b.check(r.AbandonMessage(b.ctx, m, &azservicebus.AbandonMessageOptions{PropertiesToModify: map[string]any{"attempt": int64(attempt)}}))
	}
	m := b.one(b.deadLetters("plain"))
	if string(m.Body) != "poison" || *m.DeadLetterReason != "MaxDeliveryCountExceeded" || *m.DeadLetterSource != "plain" || m.ApplicationProperties["attempt"] != int64(2) {
		t.Errorf("dead letter %+v", m)
	}
	if m := b.one(r); string(m.Body) != "next" {
		t.Errorf("then came %q", m.Body)
	}
}

func TestQueue_deadLetter(t *testing.T) {
	b := open(t)
	b.send("plain", "bad")
	r := b.receiver("plain", nil)
	b.check(r.DeadLetterMessage(b.ctx, b.one(r), &azservicebus.DeadLetterOptions{Reason: to.Ptr("why"), ErrorDescription: to.Ptr("because")}))
	dead := b.deadLetters("plain")
	m := b.one(dead)
	if *m.DeadLetterReason != "why" || *m.DeadLetterErrorDescription != "because" {
		t.Errorf("dead letter %+v", m)
	}
	b.check(dead.CompleteMessage(b.ctx, m, nil))
	b.none(dead)
}

func TestQueue_deferredComesByNumber(t *testing.T) {
	b := open(t)
	b.send("plain", "later")
	r := b.receiver("plain", nil)
	m := b.one(r)
	b.check(r.DeferMessage(b.ctx, m, nil))
	b.none(r)
	ms, err := r.ReceiveDeferredMessages(b.ctx, []int64{*m.SequenceNumber}, nil)
	b.check(err)
	if len(ms) != 1 || string(ms[0].Body) != "later" || ms[0].DeliveryCount != 2 {
		t.Fatalf("received %+v", ms)
	}
	b.check(r.CompleteMessage(b.ctx, ms[0], nil))
	_, err = r.ReceiveDeferredMessages(b.ctx, []int64{*m.SequenceNumber}, nil)
	wantCode(t, err, azservicebus.CodeNotFound)
}

func TestQueue_scheduled(t *testing.T) {
	b := open(t)
	s, r := b.sender("plain"), b.receiver("plain", nil)
	at := time.Now().Add(700 * time.Millisecond)
	numbers, err := s.ScheduleMessages(b.ctx, []*azservicebus.Message{{Body: []byte("then")}, {Body: []byte("never")}}, at, nil)
	b.check(err)
	b.check(s.CancelScheduledMessages(b.ctx, numbers[1:], nil))
	b.sendMessage("plain", &azservicebus.Message{Body: []byte("then too"), ScheduledEnqueueTime: &at})
	b.send("plain", "now")
	peeked, err := r.PeekMessages(b.ctx, 10, nil)
	b.check(err)
	if got := bodies(peeked); !cmp.Equal(got, []string{"then", "then too", "now"}) {
		t.Errorf("peeked %q", got)
	}
	for _, want := range []string{"now", "then", "then too"} {
		m := b.one(r)
		if string(m.Body) != want {
			t.Fatalf("received %q, not %q", m.Body, want)
		}
		if want != "now" && time.Now().Before(at) {
			t.Errorf("%q came %v too early", want, time.Until(at))
		}
		b.check(r.CompleteMessage(b.ctx, m, nil))
	}
	err = s.CancelScheduledMessages(b.ctx, numbers[:1], nil)
	wantCode(t, err, azservicebus.CodeNotFound)
}

func TestQueue_sameIDIsDropped(t *testing.T) {
	b := open(t)
	for range 3 {
		b.sendMessage("once", &azservicebus.Message{MessageID: to.Ptr("id"), Body: []byte("x")})
	}
	b.send("once", "without id", "without id")
	peeked, err := b.receiver("once", nil).PeekMessages(b.ctx, 10, nil)
	b.check(err)
	if got := bodies(peeked); !cmp.Equal(got, []string{"x", "without id", "without id"}) {
		t.Errorf("the queue holds %q", got)
	}
}

func TestQueue_lockRunsOut(t *testing.T) {
	b := open(t)
	b.send("quick", "x")
	r := b.receiver("quick", nil)
	m := b.one(r)
	again := b.one(r) // comes when the lock of the first delivery has run out
	if again.DeliveryCount != 2 {
		t.Errorf("delivery count is %d", again.DeliveryCount)
	}
	wantCode(t, r.CompleteMessage(b.ctx, m, nil), azservicebus.CodeLockLost)
	b.check(r.CompleteMessage(b.ctx, again, nil))
}

func TestQueue_renewedLockLasts(t *testing.T) {
	b := open(t)
	b.send("quick", "x")
	r := b.receiver("quick", nil)
	m := b.one(r)
	first := *m.LockedUntil
	for end := time.Now().Add(600 * time.Millisecond); time.Now().Before(end); {
		b.check(r.RenewMessageLock(b.ctx, m, nil))
	}
	if !m.LockedUntil.After(first) {
		t.Errorf("locked until %v, as before", m.LockedUntil)
	}
	b.check(r.CompleteMessage(b.ctx, m, nil))
}

func TestQueue_expiredIsDeadLettered(t *testing.T) {
	b := open(t)
	b.send("brief", "late")
	if m := b.one(b.deadLetters("brief")); *m.DeadLetterReason != "TTLExpiredException" {
		t.Errorf("reason %q", *m.DeadLetterReason)
	}
}

// The client gives back what arrives between two calls; that must cost no attempt.
func TestQueue_releasedIsNotCounted(t *testing.T) {
	b := open(t)
	r := b.receiver("plain", nil)
	b.none(r) // leaves its credit behind
	b.send("plain", "x")
	b.none(b.deadLetters("plain"))
	if m := b.one(r); m.DeliveryCount != 1 {
		t.Errorf("delivery count is %d", m.DeliveryCount)
	}
}

func TestUnknownEntity(t *testing.T) {
	b := open(t)
	err := b.sender("nowhere").SendMessage(b.ctx, &azservicebus.Message{}, nil)
	wantCode(t, err, azservicebus.CodeNotFound)
}

func TestWrongKey(t *testing.T) {
	connection, _ := start(t, t.TempDir()+"/servicebus.db")
	b := dial(t, strings.Replace(connection, "SAS_KEY_VALUE", "guess", 1))
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	err := b.sender("plain").SendMessage(ctx, &azservicebus.Message{}, nil)
	wantCode(t, err, azservicebus.CodeUnauthorizedAccess)
}

func bodies(ms []*azservicebus.ReceivedMessage) (all []string) {
	for _, m := range ms {
		all = append(all, string(m.Body))
	}
	return all
}

func wantCode(t *testing.T, err error, code azservicebus.Code) {
	t.Helper()
	var e *azservicebus.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Errorf("error is %v, not with code %q", err, code)
	}
}
