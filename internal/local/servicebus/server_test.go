package servicebus_test

import (
	"context"
	"log/slog"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus"
)

// entities has one of each kind that the tests need. Times are short where a test waits for them.
const entities = `{"UserConfig": {"Namespaces": [{"Name": "sbemulatorns",
  "Queues": [
    {"Name": "plain", "Properties": {"MaxDeliveryCount": 2}},
    {"Name": "quick", "Properties": {"LockDuration": "PT0.4S"}},
    {"Name": "quick-sessions", "Properties": {"LockDuration": "PT0.4S", "RequiresSession": true}},
    {"Name": "once", "Properties": {"RequiresDuplicateDetection": true}},
    {"Name": "sessions", "Properties": {"RequiresSession": true, "MaxDeliveryCount": 1, "ForwardDeadLetteredMessagesTo": "graveyard"}},
    {"Name": "graveyard"},
    {"Name": "brief", "Properties": {"DefaultMessageTimeToLive": "PT0.2S", "DeadLetteringOnMessageExpiration": true}}],
  "Topics": [{"Name": "events", "Properties": {"RequiresDuplicateDetection": true}, "Subscriptions": [
    {"Name": "all"},
    {"Name": "red", "Rules": [{"Name": "r", "Properties": {"FilterType": "Correlation", "CorrelationFilter": {"Label": "red", "Properties": {"size": 3}}}}]},
    {"Name": "ready", "Rules": [{"Name": "r", "Properties": {"FilterType": "Sql", "SqlFilter": {"SqlExpression": "kind LIKE 'io.lazuli.%.ready' AND size > 2"}}}]}]}]}]}}`

// quiet is for servers that outlive or precede a test.
var quiet = slog.New(slog.DiscardHandler)

// config is that of a server which keeps its messages in file.
func config(t testing.TB, file string) servicebus.Config {
	t.Helper()
	es, err := servicebus.ParseEntities([]byte(entities))
	if err != nil {
		t.Fatal(err)
	}
	return servicebus.Config{File: file, Entities: es, KeyName: "RootManageSharedAccessKey", Key: "SAS_KEY_VALUE",
		Now: time.Now, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))}
}

// start runs a server until the test ends, or until stop is called, and returns its connection string.
func start(t testing.TB, file string) (connection string, stop func()) {
	t.Helper()
	s, err := servicebus.Open(config(t, file))
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(context.Background(), ln) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
	}
	t.Cleanup(stop)
	return s.ConnectionString(ln.Addr().String()), stop
}

// bus is a client of a server, with the errors taken care of.
type bus struct {
	testing.TB
	ctx    context.Context
	client *azservicebus.Client
}

func open(t testing.TB) *bus {
	t.Helper()
	connection, _ := start(t, filepath.Join(t.TempDir(), "servicebus.db"))
	return dial(t, connection)
}

func dial(t testing.TB, connection string) *bus {
	t.Helper()
	// Well beyond what any step needs, so that a hang becomes a failure that says where.
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	client, err := azservicebus.NewClientFromConnectionString(connection, &azservicebus.ClientOptions{RetryOptions: azservicebus.RetryOptions{MaxRetries: -1}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = client.Close(ctx) // what is wrong with the connection shows in the test itself
		cancel()
	})
	return &bus{TB: t, ctx: ctx, client: client}
}

func (b *bus) check(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bus) sender(entity string) *azservicebus.Sender {
	b.Helper()
	s, err := b.client.NewSender(entity, nil)
	b.check(err)
	return s
}

// send sends messages with these bodies, one after another.
func (b *bus) send(entity string, bodies ...string) {
	b.Helper()
	for _, body := range bodies {
		b.sendMessage(entity, &azservicebus.Message{Body: []byte(body)})
	}
}

func (b *bus) sendMessage(entity string, m *azservicebus.Message) {
	b.Helper()
	s := b.sender(entity)
	defer func() { b.check(s.Close(b.ctx)) }()
	b.check(s.SendMessage(b.ctx, m, nil))
}

func (b *bus) receiver(queue string, o *azservicebus.ReceiverOptions) *azservicebus.Receiver {
	b.Helper()
	r, err := b.client.NewReceiverForQueue(queue, o)
	b.check(err)
	return r
}

func (b *bus) subscriber(topic, subscription string) *azservicebus.Receiver {
	b.Helper()
	r, err := b.client.NewReceiverForSubscription(topic, subscription, nil)
	b.check(err)
	return r
}

// deadLetters receives from the dead-letter queue of a queue.
func (b *bus) deadLetters(queue string) *azservicebus.Receiver {
	b.Helper()
	return b.receiver(queue, &azservicebus.ReceiverOptions{SubQueue: azservicebus.SubQueueDeadLetter})
}

// receiving is what receivers with and without sessions have in common.
type receiving interface {
	ReceiveMessages(ctx context.Context, max int, o *azservicebus.ReceiveMessagesOptions) ([]*azservicebus.ReceivedMessage, error)
}

// one receives the next message.
func (b *bus) one(r receiving) *azservicebus.ReceivedMessage {
	b.Helper()
	ms, err := r.ReceiveMessages(b.ctx, 1, nil)
	b.check(err)
	return ms[0]
}

// none checks that nothing is there to be received now. A short wait is all that can be done to see nothing come.
func (b *bus) none(r receiving) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 150*time.Millisecond)
	defer cancel()
	if ms, err := r.ReceiveMessages(ctx, 1, nil); err == nil {
		b.Fatalf("received %q where nothing was expected", ms[0].Body)
	}
}
