package functionshost_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus"
)

const entities = `{"UserConfig": {"Namespaces": [{"Name": "sbemulatorns",
  "Queues": [
    {"Name": "jobs", "Properties": {"LockDuration": "PT5S", "MaxDeliveryCount": 3, "ForwardDeadLetteredMessagesTo": "dead"}},
    {"Name": "dead", "Properties": {}},
    {"Name": "lanes", "Properties": {"RequiresSession": true, "LockDuration": "PT5S"}}],
  "Topics": [{"Name": "events", "Properties": {}, "Subscriptions": [{"Name": "all", "Properties": {}}]}]}],
  "Logging": {"Type": "File"}}}`

// bus is a Service Bus namespace of the test's own.
type bus struct {
	t       *testing.T
	server  *servicebus.Server
	client  *azservicebus.Client
	address string
}

func newBus(t *testing.T) *bus {
	t.Helper()
	list, err := servicebus.ParseEntities([]byte(entities))
	if err != nil {
		t.Fatal(err)
	}
	server, err := servicebus.Open(servicebus.Config{
		File: filepath.Join(t.TempDir(), "bus"), Entities: list, KeyName: "n", Key: "k", Now: time.Now, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &bus{t: t, server: server, address: listener.Addr().String()}
	served := make(chan error, 1)
	go func() { served <- server.Serve(context.WithoutCancel(t.Context()), listener) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		_ = b.client.Close(ctx) // the server goes, too
		if err := server.Close(ctx); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	if b.client, err = azservicebus.NewClientFromConnectionString(server.ConnectionString(b.address), nil); err != nil {
		t.Fatal(err)
	}
	return b
}

// setting lets the host's functions find this bus as BUS.
func (b *bus) setting() option { return with("BUS", b.server.ConnectionString(b.address)) }

func (b *bus) send(entity, session string, bodies ...string) {
	b.t.Helper()
	sender, err := b.client.NewSender(entity, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	defer sender.Close(b.t.Context())
	for _, body := range bodies {
		message := &azservicebus.Message{Body: []byte(body)}
		if session != "" {
			message.SessionID = &session
		}
		if err := sender.SendMessage(b.t.Context(), message, nil); err != nil {
			b.t.Fatal(err)
		}
	}
}

// waiting returns the bodies of the messages that a queue still holds.
func (b *bus) waiting(queue string) []string {
	b.t.Helper()
	receiver, err := b.client.NewReceiverForQueue(queue, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	defer receiver.Close(b.t.Context())
	messages, err := receiver.PeekMessages(b.t.Context(), 10, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	var bodies []string
	for _, message := range messages {
		bodies = append(bodies, string(message.Body))
	}
	return bodies
}

func queueJSON(queue string, sessions bool) string {
	return fmt.Sprintf(`{"bindings": [{"type": "serviceBusTrigger", "direction": "in", "name": "message",
	  "queueName": %q, "connection": "BUS", "isSessionsEnabled": %t}]}`, queue, sessions)
}

func (r report) text() string {
	text, _ := r.Body.Data["message"].(string)
	return strings.Trim(text, `"`)
}

func TestServiceBus_completes(t *testing.T) {
	b := newBus(t)
	f := start(t, files{"work/function.json": queueJSON("jobs", false)}, nil, b.setting())
	b.send("jobs", "", "hello")
	got := f.next()
	metadata := got.Body.Metadata
	if got.Function != "work" || got.text() != "hello" || metadata["DeliveryCount"] != "1" || metadata["SequenceNumber"] == nil {
		t.Errorf("invocation %+v", got)
	}
	if client := metadata["Client"].(map[string]any); client["FullyQualifiedNamespace"] != b.address {
		t.Errorf("client %v, want namespace %s", client, b.address)
	}
	f.stop()
	if err := f.runEnds(); err != nil {
		t.Fatal(err)
	}
	if left := b.waiting("jobs"); left != nil {
		t.Errorf("left in the queue: %v", left)
	}
}

// A failed invocation is abandoned at once, again and again, until the broker gives the message up.
func TestServiceBus_failureIsAbandoned(t *testing.T) {
	b := newBus(t)
	f := start(t, files{"work/function.json": queueJSON("jobs", false), "dead/function.json": queueJSON("dead", false)},
		func(r report) string {
			if r.Function == "work" {
				return "fail"
			}
			return "ok"
		}, b.setting())
	began := time.Now()
	b.send("jobs", "", "poison")
	var seen []string
	for range 4 {
		got := f.next()
		seen = append(seen, fmt.Sprint(got.Function, got.Body.Metadata["DeliveryCount"]))
	}
	if diff := cmp.Diff([]string{"work1", "work2", "work3", "dead1"}, seen); diff != "" {
		t.Error(diff)
	}
	if waited := time.Since(began); waited > 4*time.Second {
		t.Errorf("it took %s: the message was not abandoned but its lock ran out", waited)
	}
}

func TestServiceBus_maxConcurrentCalls(t *testing.T) {
	b := newBus(t)
	release := make(chan struct{})
	f := start(t, files{"work/function.json": queueJSON("jobs", false)}, func(report) string { hold(t, release); return "ok" }, b.setting())
	b.send("jobs", "", "1", "2", "3")
	f.next()
	f.next()
	select {
	case got := <-f.reports:
		t.Errorf("a third call beside two that are not over: %s", got.text())
	case <-time.After(500 * time.Millisecond):
	}
	release <- struct{}{}
	if got := f.next(); got.text() != "3" {
		t.Errorf("got %s", got.text())
	}
	close(release)
}

// The lock (5 s) is renewed while the function works.
func TestServiceBus_lockIsRenewed(t *testing.T) {
	t.Parallel()
	b := newBus(t)
	release := make(chan struct{})
	f := start(t, files{"work/function.json": queueJSON("jobs", false)}, func(report) string { hold(t, release); return "ok" }, b.setting())
	b.send("jobs", "", "slow")
	f.next()
	select {
	case got := <-f.reports:
		t.Errorf("the lock was lost: delivery %v", got.Body.Metadata["DeliveryCount"])
	case <-time.After(7 * time.Second):
	}
	close(release)
	f.log.await(t, "succeeded")
}

func TestServiceBus_sessionsInOrder(t *testing.T) {
	t.Parallel()
	b := newBus(t)
	goOn := make(chan struct{})
	f := start(t, files{"work/function.json": queueJSON("lanes", true)}, func(r report) string {
		if r.text() == "a1" {
			hold(t, goOn)
		}
		return "ok"
	}, b.setting())
	b.send("lanes", "a", "a1", "a2")
	if got := f.next(); got.text() != "a1" || got.Body.Metadata["SessionId"] != `"a"` {
		t.Fatalf("invocation %+v", got)
	}
	b.send("lanes", "b", "b1") // another session goes on beside the one that is held up
	if got := f.next(); got.text() != "b1" {
		t.Fatalf("got %s before b1", got.text())
	}
	close(goOn)
	if got := f.next(); got.text() != "a2" {
		t.Fatalf("got %s, want a2", got.text())
	}
	// Two sessions at a time are held; a third gets its turn when one has been silent.
	b.send("lanes", "c", "c1")
	if got := f.next(); got.text() != "c1" {
		t.Fatalf("got %s, want c1", got.text())
	}
}

func TestServiceBus_subscription(t *testing.T) {
	b := newBus(t)
	f := start(t, files{"audit/function.json": `{"bindings": [{"type": "serviceBusTrigger", "direction": "in", "name": "message",
	  "topicName": "%TOPIC%", "subscriptionName": "all", "connection": "BUS"}]}`}, nil, b.setting(), with("TOPIC", "events"))
	b.send("events", "", "news")
	if got := f.next(); got.text() != "news" {
		t.Errorf("got %s", got.text())
	}
}

// The handler is killed in the middle of an invocation: the message comes again, to the next handler.
func TestServiceBus_handlerKilled(t *testing.T) {
	b := newBus(t)
	f := start(t, files{"work/function.json": queueJSON("jobs", false)}, func(r report) string {
		if r.Body.Metadata["DeliveryCount"] == "1" {
			hold(t, nil) // for ever
		}
		return "ok"
	}, b.setting())
	b.send("jobs", "", "job")
	first := f.next()
	if err := syscall.Kill(first.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	second := f.next()
	if second.text() != "job" || second.Body.Metadata["DeliveryCount"] == "1" || second.PID == first.PID {
		t.Errorf("second delivery %v to handler %d", second.Body.Metadata["DeliveryCount"], second.PID)
	}
	f.log.await(t, "succeeded")
}

// A broker that is not there yet is waited for.
func TestServiceBus_down(t *testing.T) {
	t.Parallel()
	f := start(t, standard(), nil)
	f.log.await(t, "Service Bus cannot be received from")
	if got := f.get("GET", "/v1/echo/x", ""); got.Code != 202 {
		t.Errorf("HTTP functions suffer: status %d", got.Code)
	}
}
