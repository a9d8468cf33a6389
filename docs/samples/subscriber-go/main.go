// Command subscriber-go prints the events of Lazuli as they happen: of each environment, and of each project, in their order.
//
//	LAZULI_SERVICE_BUS=<connection string, or the namespace's name for your own identity> go run ./docs/samples/subscriber-go
//
// It reads the subscription "ordered" of the topic events, which has sessions: one for each environment and project. Events come at
// least once, so it remembers the last sequence of each session and passes over what it has seen. A real program keeps that number
// together with what it makes of the events.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
)

const (
	topic        = "events"
	subscription = "ordered"
	sessions     = 4               // at once
	idle         = 2 * time.Second // after which a session is left to others
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Getenv("LAZULI_SERVICE_BUS"), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "subscriber:", err)
		os.Exit(1) //nolint:gocritic // there is nothing to stop any more
	}
}

// run prints events until ctx ends.
func run(ctx context.Context, bus string, out io.Writer) error {
	client, err := connect(bus)
	if err != nil {
		return err
	}
	defer client.Close(context.WithoutCancel(ctx)) //nolint:errcheck // the process ends
	p := &printer{out: out, last: map[string]string{}}
	failed := make(chan error, sessions)
	for range sessions {
		go func() { failed <- follow(ctx, client, p) }()
	}
	for range sessions {
		err = errors.Join(err, <-failed)
	}
	return err
}

func connect(bus string) (*azservicebus.Client, error) {
	if strings.HasPrefix(bus, "Endpoint=") {
		return azservicebus.NewClientFromConnectionString(bus, nil)
	}
	credential, err := azidentity.NewDefaultAzureCredential(nil)
	if err != nil {
		return nil, err
	}
	return azservicebus.NewClient(bus, credential, nil)
}

// follow takes one session after the other.
func follow(ctx context.Context, client *azservicebus.Client, p *printer) error {
	for ctx.Err() == nil {
		session, err := client.AcceptNextSessionForSubscription(ctx, topic, subscription, nil)
		var refused *azservicebus.Error
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.As(err, &refused) && refused.Code == azservicebus.CodeTimeout:
			continue // no session has anything
		case err != nil:
			return fmt.Errorf("wait for a session: %w", err)
		}
		err = drain(ctx, session, p)
		if closing := session.Close(context.WithoutCancel(ctx)); err == nil {
			err = closing
		}
		if err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// drain handles a session's events until none has come for a while.
func drain(ctx context.Context, session *azservicebus.SessionReceiver, p *printer) error {
	for {
		waiting, cancel := context.WithTimeout(ctx, idle)
		messages, err := session.ReceiveMessages(waiting, 20, nil)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("receive from session %s: %w", session.SessionID(), err)
		}
		for _, m := range messages {
			if err := p.print(m); err != nil {
				return err
			}
			if err := session.CompleteMessage(ctx, m, nil); err != nil { // after the work: what dies before comes again
				return fmt.Errorf("complete %s: %w", m.MessageID, err)
			}
		}
	}
}

// printer writes each event once, as a line of JSON.
type printer struct {
	mu   sync.Mutex
	out  io.Writer
	last map[string]string // by partition key: the sequence that came last; ten digits, so it compares as text
}

type line struct {
	ID          string          `json:"id"`
	Type        string          `json:"type"`
	Subject     string          `json:"subject"`
	Correlation string          `json:"correlationid"`
	Partition   string          `json:"partitionkey"`
	Sequence    string          `json:"sequence,omitempty"`
	Data        json.RawMessage `json:"data"`
}

func (p *printer) print(m *azservicebus.ReceivedMessage) error {
	attribute := func(name string) string {
		value, _ := m.ApplicationProperties["cloudEvents_"+name].(string)
		return value
	}
	l := line{attribute("id"), attribute("type"), attribute("subject"), attribute("correlationid"), attribute("partitionkey"), attribute("sequence"), m.Body}
	p.mu.Lock()
	defer p.mu.Unlock()
	if l.Sequence != "" && l.Sequence <= p.last[l.Partition] {
		return nil
	}
	p.last[l.Partition] = l.Sequence
	return json.NewEncoder(p.out).Encode(l)
}
