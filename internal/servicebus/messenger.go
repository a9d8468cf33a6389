package servicebus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

const (
	// patience bounds a send: a caller that waits for it has a request to answer.
	patience = 2 * time.Second
	// openPatience bounds the opening of a sender, which goes on when the send that asked for it has given up: a first
	// token may take longer than a send may, and would never be there if each send began anew.
	openPatience = 20 * time.Second
	// closePatience bounds the closing of a sender that has failed.
	closePatience = 5 * time.Second
)

// retries fit into patience. One is needed in any case: it is how the client library finds out that its connection is
// gone and makes another.
var retries = azservicebus.RetryOptions{MaxRetries: 2, RetryDelay: 100 * time.Millisecond, MaxRetryDelay: 400 * time.Millisecond}

// Options of a Messenger. Either Namespace and Credential are set, or ConnectionString.
type Options struct {
	Namespace        string // fully qualified, such as lazuli.servicebus.windows.net
	Credential       azcore.TokenCredential
	ConnectionString string // of a loopback host
	Source           string // what the CloudEvents source of events begins with: the platform's own URL
}

// Messenger implements platform.Messenger. It is safe for concurrent use.
type Messenger struct {
	client *azservicebus.Client
	source string
	ctx    context.Context // of what goes on in the background
	stop   context.CancelFunc

	mu      sync.Mutex
	senders map[platform.Destination]*sender
	closed  bool
	work    sync.WaitGroup // openings and closings
}

// sender is a sender that is being opened, or was.
type sender struct {
	to     *azservicebus.Sender
	opened chan struct{} // closed when it is open, or failed with err
	err    error
}

var errClosed = errors.New("the messenger is closed")

// New makes a Messenger. Nothing is connected until the first send.
func New(o Options) (*Messenger, error) {
	client, err := newClient(o)
	if err != nil {
		return nil, fmt.Errorf("set up service bus: %w", err)
	}
	m := &Messenger{client: client, source: o.Source, senders: map[platform.Destination]*sender{}}
	m.ctx, m.stop = context.WithCancel(context.Background())
	return m, nil
}

// Send sends messages to the destination of the first, in one transfer where they fit. It returns within two seconds, with an error if
// they are not all known to have arrived by then.
func (m *Messenger) Send(ctx context.Context, messages ...platform.Message) error {
	if len(messages) == 0 {
		return nil
	}
	to, out := messages[0].Destination, make([]*azservicebus.Message, len(messages))
	for i, one := range messages {
		if one.Destination != to {
			return fmt.Errorf("send message %s to %s: others go to %s", one.ID, one.Destination, to)
		}
		var err error
		if out[i], err = encode(one, m.source); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := m.send(ctx, to, out); err != nil {
		return fmt.Errorf("send message %s and %d more to %s: %w", messages[0].ID, len(messages)-1, to, err)
	}
	return nil
}

func (m *Messenger) send(ctx context.Context, to platform.Destination, out []*azservicebus.Message) error {
	s, err := m.sender(to)
	if err != nil {
		return err
	}
	select {
	case <-s.opened:
	case <-ctx.Done():
		return fmt.Errorf("open sender: %w", ctx.Err())
	}
	if s.err != nil {
		return s.err
	}
	err = s.send(ctx, out)
	if err != nil && !errors.Is(err, azservicebus.ErrMessageTooLarge) {
		m.discard(to, s)
	}
	return err
}

// send sends one message alone, and more in batches: as many in each as the link takes.
func (s *sender) send(ctx context.Context, out []*azservicebus.Message) error {
	for len(out) > 1 {
		batch, err := s.to.NewMessageBatch(ctx, nil)
		if err != nil {
			return err
		}
		n := 0
		for ; n < len(out); n++ {
			err = batch.AddMessage(out[n], nil)
			if errors.Is(err, azservicebus.ErrMessageTooLarge) {
				break
			}
			if err != nil {
				return err
			}
		}
		if n <= 1 { // what is too large for a batch may be sent as it is
			n = 1
			err = s.to.SendMessage(ctx, out[0], nil)
		} else {
			err = s.to.SendMessageBatch(ctx, batch, nil)
		}
		if err != nil {
			return err
		}
		out = out[n:]
	}
	if len(out) == 0 {
		return nil
	}
	return s.to.SendMessage(ctx, out[0], nil)
}

// sender is the cached sender, or a new one that begins to open.
func (m *Messenger) sender(to platform.Destination) (*sender, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil, errClosed
	}
	if s := m.senders[to]; s != nil {
		return s, nil
	}
	sdk, err := m.client.NewSender(string(to), nil)
	if err != nil {
		return nil, err
	}
	s := &sender{to: sdk, opened: make(chan struct{})}
	m.senders[to] = s
	m.work.Go(func() { m.open(to, s) })
	return s, nil
}

// open connects s. The library opens a link when it is first needed; to ask for the size of a batch needs it, and
// sends nothing.
func (m *Messenger) open(to platform.Destination, s *sender) {
	ctx, cancel := context.WithTimeout(m.ctx, openPatience)
	defer cancel()
	_, s.err = s.to.NewMessageBatch(ctx, nil)
	close(s.opened)
	if s.err != nil {
		m.discard(to, s)
	}
}

// discard forgets a sender that has failed, so that the next send makes another.
func (m *Messenger) discard(to platform.Destination, s *sender) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.senders[to] != s || m.closed {
		return
	}
	delete(m.senders, to)
	m.work.Go(func() {
		ctx, cancel := context.WithTimeout(m.ctx, closePatience)
		defer cancel()
		_ = s.to.Close(ctx) // it has failed already; why was told to the caller
	})
}

// Close ends the connection. Sends that are under way fail. It returns ctx's error if that takes longer.
func (m *Messenger) Close(ctx context.Context) error {
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	m.stop()
	err := m.client.Close(ctx)
	done := make(chan struct{})
	go func() { // ends with the work, all of which obeys m.ctx
		m.work.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		err = errors.Join(err, ctx.Err())
	}
	if err != nil {
		return fmt.Errorf("close service bus: %w", err)
	}
	return nil
}
