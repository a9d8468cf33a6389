package sandbox_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"

	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// quickly gives up at the first refusal instead of asking for minutes.
var quickly = &azservicebus.ClientOptions{RetryOptions: azservicebus.RetryOptions{MaxRetries: -1}}

// send is what an application does with the official client.
func send(t *testing.T, connection, queue, text string, session *string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	client, err := azservicebus.NewClientFromConnectionString(connection, quickly)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close(context.WithoutCancel(ctx)) }()
	sender, err := client.NewSender(queue, nil)
	if err != nil {
		return err
	}
	return sender.SendMessage(ctx, &azservicebus.Message{Body: []byte(text), SessionID: session, MessageID: &text}, nil)
}

// receive takes n messages out of a queue, within a session if there is one.
func receive(t *testing.T, made sandboxapi.Queue, session string, n int) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	client, err := azservicebus.NewClientFromConnectionString(made.ConnectionString, quickly)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close(context.WithoutCancel(ctx)) }()
	var receiver interface {
		ReceiveMessages(ctx context.Context, n int, o *azservicebus.ReceiveMessagesOptions) ([]*azservicebus.ReceivedMessage, error)
		CompleteMessage(ctx context.Context, m *azservicebus.ReceivedMessage, o *azservicebus.CompleteMessageOptions) error
	}
	if session == "" {
		receiver, err = client.NewReceiverForQueue(made.Queue, nil)
	} else {
		receiver, err = client.AcceptSessionForQueue(ctx, made.Queue, session, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for len(texts) < n {
		messages, err := receiver.ReceiveMessages(ctx, n-len(texts), nil)
		if err != nil {
			t.Fatalf("after %v: %v", texts, err)
		}
		for _, message := range messages {
			texts = append(texts, string(message.Body))
			if err := receiver.CompleteMessage(ctx, message, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	return strings.Join(texts, " ")
}

var usual = sandboxapi.QueueSpec{MaxDeliveryCount: 10, LockDurationSeconds: 60}

func TestQueues_life(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	made := put[sandboxapi.Queue](w, sandboxapi.Queues, named("orders"), usual)
	if made.Honesty != sandboxapi.StandIn || made.Queue != "payments-dev-orders" || !strings.HasPrefix(made.Namespace, "sb://127.0.0.1:") {
		t.Errorf("the queue is %+v", made)
	}
	for _, text := range []string{"one", "two"} {
		if err := send(t, made.ConnectionString, made.Queue, text, nil); err != nil {
			t.Fatal(err)
		}
	}
	if got := receive(t, made, "", 1); got != "one" {
		t.Errorf("received %q", got)
	}

	w.stop()
	if send(t, made.ConnectionString, made.Queue, "late", nil) == nil {
		t.Error("the queue goes on after Close")
	}
	w.start()
	var now sandboxapi.Queue
	if err := w.api.Get(t.Context(), sandboxapi.Queues, named("orders"), &now); err != nil || now != made {
		t.Errorf("after a restart the queue is %+v (%v), was %+v", now, err, made)
	}
	harder := usual
	harder.MaxDeliveryCount = 3
	if changed := put[sandboxapi.Queue](w, sandboxapi.Queues, named("orders"), harder); changed.ConnectionString != made.ConnectionString || changed.MaxDeliveryCount != 3 {
		t.Errorf("changed, the queue is %+v", changed)
	}
	if got := receive(t, made, "", 1); got != "two" {
		t.Errorf("after a restart and a change it holds %q", got)
	}
	w.wantLeft("queues/orders")

	if err := os.RemoveAll(filepath.Join(w.cfg.Dir, "queues", "payments", "dev", "orders")); err != nil {
		t.Fatal(err)
	}
	w.wantGone(sandboxapi.Queues, named("orders"))
	again := put[sandboxapi.Queue](w, sandboxapi.Queues, named("orders"), usual)
	if err := send(t, again.ConnectionString, again.Queue, "three", nil); err != nil {
		t.Errorf("made again, it refuses: %v", err)
	}
	w.remove(sandboxapi.Queues, named("orders"))
	if send(t, again.ConnectionString, again.Queue, "four", nil) == nil {
		t.Error("a removed queue takes messages")
	}
	w.wantLeft()
}

func TestQueues_sessionsAndDuplicates(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	spec := usual
	spec.Sessions, spec.DuplicateDetection = true, true
	made := put[sandboxapi.Queue](w, sandboxapi.Queues, named("orders"), spec)
	alice := "alice"
	for _, text := range []string{"one", "one", "two"} { // the second one is dropped
		if err := send(t, made.ConnectionString, made.Queue, text, &alice); err != nil {
			t.Fatal(err)
		}
	}
	if got := receive(t, made, alice, 2); got != "one two" {
		t.Errorf("received %q", got)
	}
	if send(t, made.ConnectionString, made.Queue, "homeless", nil) == nil {
		t.Error("a message without a session was taken")
	}
	if err := w.api.Put(t.Context(), sandboxapi.Queues, named("orders"), usual, nil); err == nil || !strings.Contains(err.Error(), "cannot be changed") {
		t.Errorf("taking the sessions away: %v", err)
	}
}

// An application holds its queue's connection string and nothing that opens another one's.
func TestQueues_apart(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	ours := put[sandboxapi.Queue](w, sandboxapi.Queues, named("orders"), usual)
	theirs := put[sandboxapi.Queue](w, sandboxapi.Queues, sandboxapi.ID{Project: "other", Environment: "dev", Name: "orders"}, usual)
	stolen := strings.Replace(ours.ConnectionString, ours.Namespace, theirs.Namespace, 1)
	if err := send(t, stolen, theirs.Queue, "intruder", nil); err == nil || !strings.Contains(strings.ToLower(err.Error()), "unauthorized") {
		t.Errorf("with the other queue's key: %v", err)
	}
	if err := send(t, ours.ConnectionString, theirs.Queue, "intruder", nil); err == nil {
		t.Error("the other queue is in our namespace")
	}
	for name, c := range map[string]struct {
		spec sandboxapi.QueueSpec
		want string
	}{
		"never delivered": {sandboxapi.QueueSpec{LockDurationSeconds: 60}, "maxDeliveryCount is 0"},
		"long lock":       {sandboxapi.QueueSpec{MaxDeliveryCount: 1, LockDurationSeconds: 301}, "lockDurationSeconds is 301"},
	} {
		if err := w.api.Put(t.Context(), sandboxapi.Queues, named("bad"), c.spec, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want a refusal with %q", name, err, c.want)
		}
	}
}
