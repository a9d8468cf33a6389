package servicebus_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"

	local "github.com/lazuli-platform/lazuli/internal/local/servicebus"
	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/queuetest"
	"github.com/lazuli-platform/lazuli/internal/servicebus"
)

const source = "https://lazuli.example.com"

func TestMessenger_onEmbeddedBroker(t *testing.T) {
	queuetest.Run(t, func(t *testing.T) queuetest.Subject {
		server := start(t, filepath.Join(t.TempDir(), "servicebus.db"), "127.0.0.1:0")
		client, err := azservicebus.NewClientFromConnectionString(server.connection, nil)
		if err != nil {
			t.Fatal(err)
		}
		return subject(t, servicebus.Options{ConnectionString: server.connection, Source: source}, client)
	})
}

// namespaceVariable names a namespace in Azure with the entities of infra/platform/servicebus.json, on which whoever
// runs the test may send and listen.
const namespaceVariable = "LAZULI_TEST_SERVICE_BUS_NAMESPACE"

func TestMessenger_onAzure(t *testing.T) {
	namespace := os.Getenv(namespaceVariable)
	if namespace == "" {
		t.Skipf("set %s to run this suite on Azure Service Bus", namespaceVariable)
	}
	credential, err := azidentity.NewDefaultAzureCredential(nil)
	if err != nil {
		t.Fatal(err)
	}
	queuetest.Run(t, func(t *testing.T) queuetest.Subject {
		client, err := azservicebus.NewClient(namespace, credential, nil)
		if err != nil {
			t.Fatal(err)
		}
		return subject(t, servicebus.Options{Namespace: namespace, Credential: credential, Source: source}, client)
	})
}

// subject tries a messenger with these options, receiving by client.
func subject(t *testing.T, o servicebus.Options, client *azservicebus.Client) queuetest.Subject {
	t.Helper()
	in := &inbox{client: client, open: map[string]receiver{}}
	t.Cleanup(func() { closeIn(t, in.client.Close) })
	return queuetest.Subject{Messenger: messenger(t, o), Receive: in.receive, Source: o.Source}
}

func messenger(t *testing.T, o servicebus.Options) *servicebus.Messenger {
	t.Helper()
	m, err := servicebus.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeIn(t, m.Close) })
	return m
}

func closeIn(t *testing.T, stop func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := stop(ctx); err != nil {
		t.Errorf("close: %v", err)
	}
}

// inbox receives as consumers do.
type inbox struct {
	client *azservicebus.Client
	open   map[string]receiver
}

type receiver interface {
	ReceiveMessages(ctx context.Context, max int, o *azservicebus.ReceiveMessagesOptions) ([]*azservicebus.ReceivedMessage, error)
	CompleteMessage(ctx context.Context, m *azservicebus.ReceivedMessage, o *azservicebus.CompleteMessageOptions) error
}

func (in *inbox) receive(ctx context.Context, from platform.Destination, session string) (queuetest.Received, error) {
	r, err := in.receiver(ctx, from, session)
	if err != nil {
		return queuetest.Received{}, err
	}
	ms, err := r.ReceiveMessages(ctx, 1, nil)
	if err != nil {
		return queuetest.Received{}, err
	}
	m := ms[0]
	return queuetest.Received{ID: m.MessageID, Session: deref(m.SessionID), Correlation: deref(m.CorrelationID),
		ContentType: deref(m.ContentType), Body: m.Body, Properties: m.ApplicationProperties}, r.CompleteMessage(ctx, m, nil)
}

func (in *inbox) receiver(ctx context.Context, from platform.Destination, session string) (r receiver, err error) {
	key := string(from) + " " + session
	if r := in.open[key]; r != nil {
		return r, nil
	}
	switch {
	case session != "":
		r, err = in.client.AcceptSessionForQueue(ctx, string(from), session, nil)
	case from == platform.EventsTopic:
		r, err = in.client.NewReceiverForSubscription(string(from), "all", nil)
	default:
		r, err = in.client.NewReceiverForQueue(string(from), nil)
	}
	in.open[key] = r
	return r, err
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// server is an embedded broker with the platform's own entities.
type server struct {
	connection, address string
	stop                func()
}

func start(t *testing.T, file, address string) server {
	t.Helper()
	config, err := os.ReadFile("../../infra/platform/servicebus.json")
	if err != nil {
		t.Fatal(err)
	}
	entities, err := local.ParseEntities(config)
	if err != nil {
		t.Fatal(err)
	}
	s, err := local.Open(local.Config{File: file, Entities: entities, KeyName: "RootManageSharedAccessKey", Key: "SAS_KEY_VALUE",
		Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(context.Background(), ln) }()
	stopped := false
	stop := func() {
		if stopped {
			return
		}
		stopped = true
		closeIn(t, s.Close)
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
	}
	t.Cleanup(stop)
	return server{connection: s.ConnectionString(ln.Addr().String()), address: ln.Addr().String(), stop: stop}
}

func message(id string) platform.Message {
	return platform.Message{ID: id, Project: "payments", Operation: id, Destination: platform.RunsQueue}
}

// sendInTime sends and checks that the answer, whatever it is, comes soon enough for a request that waits for it.
func sendInTime(t *testing.T, m *servicebus.Messenger, id string) error {
	t.Helper()
	begun := time.Now()
	err := m.Send(context.Background(), message(id))
	if took := time.Since(begun); took > 2500*time.Millisecond {
		t.Errorf("the send took %v", took)
	}
	return err
}

func TestSend_whileServiceBusIsDown(t *testing.T) {
	file := filepath.Join(t.TempDir(), "servicebus.db")
	s := start(t, file, "127.0.0.1:0")
	m := messenger(t, servicebus.Options{ConnectionString: s.connection})
	if err := sendInTime(t, m, "before"); err != nil {
		t.Fatal(err)
	}
	s.stop()
	for range 2 { // the first finds the connection broken, the second finds none
		if err := sendInTime(t, m, "while"); err == nil {
			t.Error("a message was sent to nobody")
		}
	}
	start(t, file, s.address)
	deadline := time.Now().Add(10 * time.Second)
	for err := errors.New("not sent yet"); err != nil; {
		if time.Now().After(deadline) {
			t.Fatalf("still not sent: %v", err)
		}
		err = sendInTime(t, m, "after")
	}
}

// A server that takes the connection and never says a word is the worst case.
func TestSend_whileServiceBusIsMute(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	m := messenger(t, servicebus.Options{ConnectionString: "Endpoint=sb://" + ln.Addr().String() +
		";SharedAccessKeyName=n;SharedAccessKey=k;UseDevelopmentEmulator=true"})
	if err := sendInTime(t, m, "x"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v", err)
	}
}

func TestSend_unknownQueue(t *testing.T) {
	s := start(t, filepath.Join(t.TempDir(), "servicebus.db"), "127.0.0.1:0")
	m := messenger(t, servicebus.Options{ConnectionString: s.connection})
	unknown := message("x")
	unknown.Destination = "nowhere"
	var e *azservicebus.Error
	if err := m.Send(context.Background(), unknown); !errors.As(err, &e) || e.Code != azservicebus.CodeNotFound {
		t.Errorf("error is %v", err)
	}
}

func TestNew_refusesKeysForOtherHosts(t *testing.T) {
	const key = "SharedAccessKeyName=n;SharedAccessKey=verysecret"
	for connection, want := range map[string]string{
		"Endpoint=sb://lazuli.servicebus.windows.net;" + key: "loopback",
		"Endpoint=sb://127.0.0.1.example.com:5672;" + key:    "loopback",
		"endpoint=sb://10.0.0.1;" + key:                      "loopback",
		key:                                                  "no endpoint",
		"Endpoint=sb://127.0.0.1;Endpoint=sb://e.com;" + key: "loopback",
		"Endpoint=%zz;" + key:                                "not a URL",
	} {
		_, err := servicebus.New(servicebus.Options{ConnectionString: connection})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "verysecret") {
			t.Errorf("%s: error is %v", connection, err)
		}
	}
	if _, err := servicebus.New(servicebus.Options{}); err == nil {
		t.Error("a messenger without any settings was made")
	}
}
