package platform_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// receivers are the web addresses of a test: each answers as it is told, and remembers what it got.
type receivers struct {
	mu     sync.Mutex
	answer map[string]int // by address; 0 is silence
	got    map[string][]string
	signed map[string]int // how many signatures the last had
}

func (r *receivers) Check(address string) error {
	if !strings.HasPrefix(address, "https://") {
		return fmt.Errorf("it must begin with https://")
	}
	return nil
}

func (r *receivers) Post(_ context.Context, address string, body []byte, secrets []string) (int, string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var e struct{ ID string }
	if err := json.Unmarshal(body, &e); err != nil {
		return 0, err.Error()
	}
	r.got[address] = append(r.got[address], e.ID)
	r.signed[address] = len(secrets)
	answer, told := r.answer[address]
	if !told {
		answer = 200
	}
	if answer >= 200 && answer < 300 {
		return answer, ""
	}
	return answer, "the receiver did not take it"
}

// delivering is a service whose messages of the queue deliveries reach it, when the test says so.
type delivering struct {
	*servicePlatform
	*receivers
	t    *testing.T
	done int // messages of the messenger that were looked at
	due  []platform.Message
}

func newDelivering(t *testing.T) *delivering {
	t.Helper()
	d := &delivering{servicePlatform: newService(t), receivers: &receivers{answer: map[string]int{}, got: map[string][]string{}, signed: map[string]int{}}, t: t}
	d.Hooks = d.receivers
	return d
}

func (d *delivering) subscribe(name string, spec platform.SubscriptionSpec) platform.SubscriptionView {
	d.t.Helper()
	if spec.Address == "" {
		spec.Address = "https://" + name + ".example.com/in"
	}
	view, err := d.PutSubscription(d.t.Context(), owner, "payments", name, spec, platform.Preconditions{})
	if err != nil {
		d.t.Fatal(err)
	}
	return view
}

func (d *delivering) event(id, kind, subject string) platform.CloudEvent {
	return platform.CloudEvent{Attributes: map[string]string{"specversion": "1.0", "id": id, "type": "io.lazuli." + kind + ".v1", "subject": subject,
		"time": d.clock().Format(time.RFC3339Nano)}, Data: json.RawMessage(`{"a":1}`)}
}

func (d *delivering) deliver(e platform.CloudEvent) {
	d.t.Helper()
	if err := d.DeliverEvent(d.t.Context(), e); err != nil {
		d.t.Fatal(err)
	}
}

// pump handles what is due, in a session each, until nothing is.
func (d *delivering) pump() {
	d.t.Helper()
	for range 1000 {
		d.sent.mu.Lock()
		for _, m := range d.sent.sent[d.done:] {
			if m.Destination == platform.DeliveriesQueue {
				d.due = append(d.due, m)
			}
		}
		d.done = len(d.sent.sent)
		d.sent.mu.Unlock()
		at := -1
		for i, m := range d.due {
			if !m.NotBefore.After(d.clock()) {
				at = i
				break
			}
		}
		if at < 0 {
			return
		}
		m := d.due[at]
		d.due = append(d.due[:at:at], d.due[at+1:]...)
		if err := d.AttemptDelivery(d.t.Context(), m.Project, *m.Delivery); err != nil {
			d.t.Fatal(err)
		}
	}
	d.t.Fatal("deliveries never rest")
}

// pass lets time go by in steps, handling what falls due.
func (d *delivering) pass(whole, step time.Duration) {
	d.t.Helper()
	for range int(whole / step) {
		d.advanceBy(step)
		if err := d.Sweep(d.t.Context()); err != nil { // sends what is left in outboxes
			d.t.Fatal(err)
		}
		d.pump()
	}
}

func (d *delivering) list(name string) []platform.Delivery {
	d.t.Helper()
	all, _, err := d.ListDeliveries(d.t.Context(), owner, "payments", name, platform.Page{Size: 200})
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

const devSubject = "projects/payments/environments/dev"

func TestDeliverEvent_filters(t *testing.T) {
	d := newDelivering(t)
	d.subscribe("everything", platform.SubscriptionSpec{})
	d.subscribe("readiness", platform.SubscriptionSpec{Types: []string{"environment.ready"}})
	d.subscribe("operations", platform.SubscriptionSpec{Types: []string{"operation.*"}, Environments: []string{"dev"}})
	d.deliver(d.event("e1", "environment.ready", devSubject))
	d.deliver(d.event("e2", "operation.failed", devSubject))
	d.deliver(d.event("e3", "operation.failed", "projects/payments/environments/prod"))
	d.deliver(d.event("e4", "project.updated", "projects/payments"))
	d.deliver(d.event("e5", "environment.ready", "projects/orders/environments/dev"))
	d.deliver(d.event("e6", "request.accepted", "requests/x"))
	d.deliver(d.event("e1", "environment.ready", devSubject)) // the broker delivers at least once
	d.pump()
	for name, want := range map[string]string{"everything": "e1 e2 e3 e4", "readiness": "e1", "operations": "e2"} {
		if got := strings.Join(d.got["https://"+name+".example.com/in"], " "); got != want {
			t.Errorf("%s got %q, want %q", name, got, want)
		}
	}
}

// A failing receiver is tried again with longer and longer pauses for a day, then the event is given up; asked for, it comes again.
func TestAttemptDelivery_backsOff(t *testing.T) {
	d := newDelivering(t)
	d.subscribe("chat", platform.SubscriptionSpec{})
	const chat = "https://chat.example.com/in"
	d.answer[chat] = 503
	d.deliver(d.event("e1", "environment.ready", devSubject))
	d.pump()
	d.pass(time.Minute, time.Second)
	if n := len(d.got[chat]); n < 4 || n > 5 { // at 0, 5, 15 and 35 seconds, with a tenth more
		t.Errorf("%d attempts in the first minute", n)
	}
	d.pass(25*time.Hour, 5*time.Minute)
	if n := len(d.got[chat]); n < 25 || n > 40 {
		t.Errorf("%d attempts in a day", n)
	}
	got := d.list("chat")
	if len(got) != 1 || got[0].Status != platform.DeliveryFailed || got[0].Answer != 503 || got[0].Attempt != len(d.got[chat]) {
		t.Fatalf("the list says %+v", got)
	}
	d.answer[chat] = 204
	if _, err := d.RedeliverEvent(t.Context(), owner, "payments", "chat", got[0].ID); err != nil {
		t.Fatal(err)
	}
	d.pass(2*time.Hour, 5*time.Minute)
	if got = d.list("chat"); got[0].Status != platform.DeliveryDelivered || got[0].Answer != 204 {
		t.Errorf("the list says %+v", got)
	}
	sub, err := d.GetSubscription(t.Context(), owner, "payments", "chat")
	if err != nil || sub.Failures != 0 || sub.State != platform.SubscriptionActive {
		t.Errorf("the receiver that took it is %+v, %v", sub, err)
	}
}

// A receiver that does not answer costs one attempt at a time, however many events wait for it; others get theirs at once.
func TestAttemptDelivery_silentReceiverAlone(t *testing.T) {
	d := newDelivering(t)
	d.subscribe("silent", platform.SubscriptionSpec{})
	d.subscribe("chat", platform.SubscriptionSpec{})
	d.answer["https://silent.example.com/in"] = 0
	for n := range 30 {
		d.deliver(d.event(fmt.Sprintf("e%d", n), "environment.ready", devSubject))
	}
	d.pump()
	if n := len(d.got["https://chat.example.com/in"]); n != 30 {
		t.Errorf("the other got %d of 30", n)
	}
	d.pass(time.Minute, time.Second)
	if n := len(d.got["https://silent.example.com/in"]); n > 6 {
		t.Errorf("%d attempts at a silent receiver in a minute", n)
	}
	delete(d.answer, "https://silent.example.com/in")
	d.pass(10*time.Minute, time.Second)
	for _, got := range d.list("silent") {
		if got.Status != platform.DeliveryDelivered {
			t.Errorf("%s is %s", got.Event, got.Status)
		}
	}
}

// After days of nothing but failures a subscription is switched off, which is told and noted; put again, it goes on.
func TestAttemptDelivery_disables(t *testing.T) {
	d := newDelivering(t)
	d.subscribe("chat", platform.SubscriptionSpec{})
	d.answer["https://chat.example.com/in"] = 404
	for day := range 4 {
		d.deliver(d.event(fmt.Sprintf("e%d", day), "environment.ready", devSubject))
		d.pump()
		d.pass(24*time.Hour, time.Hour)
	}
	sub, err := d.GetSubscription(t.Context(), owner, "payments", "chat")
	if err != nil || sub.State != platform.SubscriptionDisabled || sub.Reason == "" {
		t.Fatalf("it is %+v, %v", sub, err)
	}
	if got := kindsIn(d.heard(t), "payments"); !strings.HasSuffix(got, "subscription.disabled") {
		t.Errorf("told were %s", got)
	}
	events, _, err := d.ListAuditEvents(t.Context(), owner, platform.AuditFilter{Project: "payments", Action: "disableSubscription"}, platform.Page{})
	if err != nil || len(events) != 1 {
		t.Errorf("the log has %+v, %v", events, err)
	}
	d.deliver(d.event("late", "environment.ready", devSubject))
	if d.list("chat")[0].Event == "late" {
		t.Error("an event was kept for a disabled subscription")
	}
	if d.subscribe("chat", platform.SubscriptionSpec{}).State != platform.SubscriptionActive {
		t.Error("it stays disabled")
	}
}

// The secret is shown once, follows from nothing that is stored alone, and the one before signs for another day.
func TestSubscription_secret(t *testing.T) {
	d := newDelivering(t)
	first := d.subscribe("chat", platform.SubscriptionSpec{}).Secret
	if again := d.subscribe("chat", platform.SubscriptionSpec{}).Secret; again != "" || len(first) < 40 {
		t.Errorf("shown %q, then %q", first, again)
	}
	second, err := d.RotateSubscriptionSecret(t.Context(), owner, "payments", "chat")
	if err != nil || second.Secret == first || second.Secret == "" {
		t.Fatalf("exchanged for %q, %v", second.Secret, err)
	}
	for n, after := range []time.Duration{0, 25 * time.Hour} {
		d.advanceBy(after)
		d.deliver(d.event(fmt.Sprintf("e%d", n), "environment.ready", devSubject))
		d.pump()
		if want := 2 - n; d.signed["https://chat.example.com/in"] != want {
			t.Errorf("after %s there are %d signatures, want %d", after, d.signed["https://chat.example.com/in"], want)
		}
	}
	if err := d.DeleteSubscription(t.Context(), owner, "payments", "chat", platform.Preconditions{}); err != nil {
		t.Fatal(err)
	}
	if anew := d.subscribe("chat", platform.SubscriptionSpec{}).Secret; anew == first || anew == second.Secret {
		t.Error("one of the same name has the same secret")
	}
}

// What waits for a subscription that was removed is not sent to one that takes its name.
func TestSubscription_removedMeanwhile(t *testing.T) {
	d := newDelivering(t)
	d.subscribe("chat", platform.SubscriptionSpec{})
	d.deliver(d.event("e1", "environment.ready", devSubject))
	if err := d.DeleteSubscription(t.Context(), owner, "payments", "chat", platform.Preconditions{}); err != nil {
		t.Fatal(err)
	}
	d.advanceBy(time.Second)
	d.subscribe("chat", platform.SubscriptionSpec{Address: "https://other.example.com/in"})
	d.pump()
	if len(d.got) != 0 || d.list("chat")[0].Status != platform.DeliveryFailed {
		t.Errorf("sent were %v", d.got)
	}
}

// Nobody sends elsewhere what he may not read, and who may not see the project is told that there is none.
func TestSubscription_rights(t *testing.T) {
	d := newDelivering(t)
	spec := platform.SubscriptionSpec{Address: "https://chat.example.com/in"}
	for _, row := range []struct {
		caller platform.Caller
		code   platform.Code
	}{{developer, platform.Forbidden}, {viewer, platform.Forbidden}, {outsider, platform.NotFound}, {nobody, platform.Unauthenticated}} {
		_, err := d.PutSubscription(t.Context(), row.caller, "payments", "chat", spec, platform.Preconditions{})
		mustCode(t, err, row.code)
		_, _, err = d.ListDeliveries(t.Context(), row.caller, "payments", "chat", platform.Page{})
		mustCode(t, err, row.code)
	}
	if _, _, err := d.PutRole(t.Context(), admin, "Plumber", platform.RoleSpec{Title: "Connects.", Actions: []platform.Permission{platform.ProjectsRead, platform.SubscriptionsWrite}}, platform.Preconditions{}); err != nil {
		t.Fatal(err)
	}
	plumber := platform.Caller{ID: "plumber"}
	if _, _, err := d.CreateAssignment(t.Context(), admin, platform.AssignmentSpec{Scope: platform.Scope{Project: "payments"}, Principal: platform.Principal{Kind: platform.UserPrincipal, ID: "plumber"}, Role: "Plumber"}); err != nil {
		t.Fatal(err)
	}
	_, err := d.PutSubscription(t.Context(), plumber, "payments", "chat", spec, platform.Preconditions{})
	mustCode(t, err, platform.Forbidden)
}
