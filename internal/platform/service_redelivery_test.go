package platform_test

import (
	"context"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// commitless is a store that commits nothing.
type commitless struct{ platform.Store }

func (commitless) Commit(context.Context, platform.Transaction) error { return errCut }

// Nothing is sent again without a note of who asked for it: both are stored together, or neither is.
func TestRedeliverEvent_isNoted(t *testing.T) {
	d := newDelivering(t)
	d.subscribe("chat", platform.SubscriptionSpec{})
	d.deliver(d.event("e1", "environment.ready", devSubject))
	d.pump()
	const chat = "https://chat.example.com/in"
	got := d.list("chat")
	if len(got) != 1 || len(d.got[chat]) != 1 {
		t.Fatalf("delivered %v, listed %+v", d.got[chat], got)
	}
	store := d.Store
	d.Store = commitless{store}
	if _, err := d.RedeliverEvent(t.Context(), owner, "payments", "chat", got[0].ID); err == nil {
		t.Error("it was asked for, and not noted")
	}
	d.Store = store
	d.pass(time.Minute, 10*time.Second)
	if n := len(d.got[chat]); n != 1 {
		t.Errorf("delivered %d times, and nobody was noted", n)
	}
	if _, err := d.RedeliverEvent(t.Context(), owner, "payments", "chat", got[0].ID); err != nil {
		t.Fatal(err)
	}
	d.pass(time.Minute, 10*time.Second)
	if n := len(d.got[chat]); n != 2 || d.lastOf(t, "redeliverEvent").Actor != owner.ID {
		t.Errorf("delivered %d times, noted %+v", n, d.lastOf(t, "redeliverEvent"))
	}
}
