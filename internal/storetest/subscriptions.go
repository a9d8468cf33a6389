package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

func aSubscription(project, name string) platform.Subscription {
	return platform.Subscription{Project: project, Name: name, Address: "https://hooks.example.com/in", Types: []string{"environment.*"}, Environments: []string{"dev"},
		State: platform.SubscriptionDisabled, Reason: "because", Salt: "salt", Previous: "before", Until: start.Add(time.Hour), Failures: 3,
		FailingSince: start, RetryAt: start.Add(time.Minute), Removed: true, Revision: 7, CreatedAt: start, CreatedBy: "owner", UpdatedAt: start.Add(time.Second)}
}

func subscriptionStoredAndRead(t *testing.T, s platform.Store) {
	project := newName("p")
	for _, name := range []string{"chat", "board"} {
		want := aSubscription(project, name)
		mustCommit(t, s, platform.Transaction{Project: project, Subscription: &want})
		got := must(t, func(ctx context.Context) (platform.Subscription, error) { return s.Subscription(ctx, project, name) })
		stale := want
		wantCode(t, s.Commit(t.Context(), platform.Transaction{Project: project, Subscription: &stale}), platform.Conflict)
		want.Stored = got.Stored
		same(t, "subscription", want, got)
	}
	all := pages(t, 1, func(p platform.Page) ([]platform.Subscription, string, error) {
		return s.Subscriptions(t.Context(), project, p)
	})
	wantOrder(t, "subscriptions", []string{"board", "chat"}, namesOf(all, func(s platform.Subscription) string { return s.Name }))
	_, err := s.Subscription(t.Context(), project, "other")
	wantCode(t, err, platform.NotFound)
}

func aDelivery(project string, n int) platform.Delivery {
	return platform.Delivery{Project: project, Subscription: "chat", ID: fmt.Sprintf("%013d-01ABC.%06d", 1_000+n, n), Event: fmt.Sprintf("01ABC.%06d", n), Type: "io.lazuli.environment.ready.v1",
		Subject: "projects/x", At: start, Body: []byte(`{"a":"` + strings.Repeat("'", 40<<10) + `"}`), Status: platform.DeliveryPending, Attempt: 2, Since: start,
		TriedAt: start.Add(time.Second), NextAt: start.Add(time.Minute), Answer: 503, Problem: "busy"}
}

// A delivery is stored once, changed by who has its version, listed newest first, and forgotten by age.
func deliveryLife(t *testing.T, s platform.Store) {
	project := newName("p")
	for n := range 4 {
		want := aDelivery(project, n)
		if err := s.PutDelivery(t.Context(), want); err != nil {
			t.Fatal(err)
		}
		wantCode(t, s.PutDelivery(t.Context(), want), platform.Conflict)
		got := must(t, func(ctx context.Context) (platform.Delivery, error) { return s.Delivery(ctx, project, "chat", want.ID) })
		want.Stored = got.Stored
		same(t, "delivery", want, got)
		got.Status = platform.DeliveryDelivered
		if err := s.PutDelivery(t.Context(), got); err != nil {
			t.Fatal(err)
		}
		wantCode(t, s.PutDelivery(t.Context(), got), platform.Conflict)
	}
	list := func(p platform.Page) ([]platform.Delivery, string, error) {
		return s.Deliveries(t.Context(), project, "chat", p)
	}
	event := func(d platform.Delivery) string { return d.Event }
	all := pages(t, 3, list)
	wantOrder(t, "deliveries", []string{"01ABC.000003", "01ABC.000002", "01ABC.000001", "01ABC.000000"}, namesOf(all, event))
	if len(all) > 0 && (all[0].Body != nil || all[0].Status != platform.DeliveryDelivered) {
		t.Errorf("listed %s with a body of %d bytes", all[0].Status, len(all[0].Body))
	}
	if n, err := s.ForgetDeliveries(t.Context(), project, "chat", aDelivery(project, 2).ID, 1); err != nil || n != 1 {
		t.Errorf("forgot %d, %v", n, err)
	}
	if n, err := s.ForgetDeliveries(t.Context(), project, "chat", aDelivery(project, 2).ID, 100); err != nil || n != 1 {
		t.Errorf("then forgot %d, %v", n, err)
	}
	wantOrder(t, "what is left", []string{"01ABC.000003", "01ABC.000002"}, namesOf(pages(t, 10, list), event))
	_, err := s.Delivery(t.Context(), project, "board", all[0].ID)
	wantCode(t, err, platform.NotFound)
}
