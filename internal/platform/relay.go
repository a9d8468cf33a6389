package platform

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// Relay sends what was committed to the outbox, soon after the commit. It is the fast path only: what it drops, or what is
// lost with the process, the sweep finds in the store.
type Relay struct {
	store     Store
	messenger Messenger
	log       *slog.Logger
	hints     chan hint
}

type hint struct {
	project, operation string
	news               bool // not an operation's: done with when it is sent
}

// relayPatience bounds one attempt to empty an outbox.
const relayPatience = 15 * time.Second

// NewRelay makes a relay; nothing is sent until Run.
func NewRelay(store Store, messenger Messenger, log *slog.Logger) *Relay {
	return &Relay{store: store, messenger: messenger, log: log, hints: make(chan hint, 1024)}
}

// Hint says that an operation's outbox has something. It never blocks: when too many wait, the sweep does the rest.
func (r *Relay) Hint(project, operation string) { r.hint(hint{project: project, operation: operation}) }

// HintNews says that events were committed under an id that is no operation's.
func (r *Relay) HintNews(project, id string) { r.hint(hint{project, id, true}) }

func (r *Relay) hint(h hint) {
	select {
	case r.hints <- h:
	default:
		r.log.Warn("relay is full; the sweep will send", "operation", h.operation)
	}
}

// Run sends until ctx ends, with at most workers at once. It returns when all of them have stopped.
func (r *Relay) Run(ctx context.Context, workers int) {
	done := make(chan struct{})
	for range workers {
		go func() {
			defer func() { done <- struct{}{} }()
			for {
				select {
				case <-ctx.Done():
					return
				case h := <-r.hints:
					if err := r.follow(ctx, h); err != nil {
						r.log.Warn("outbox not sent; the sweep will send it", "operation", h.operation, "error", err)
					}
				}
			}
		}()
	}
	for range workers {
		<-done
	}
}

// Flush sends the outbox of one operation in order and removes what was sent. It reports whether the outbox is now empty.
// Dying between sending and removing sends the same messages, with the same ids, again.
func (r *Relay) Flush(ctx context.Context, project, operation string) (empty bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, relayPatience)
	defer cancel()
	messages, err := r.store.Outbox(ctx, project, operation)
	if err != nil {
		return false, err
	}
	sent := 0
	for ; sent < len(messages) && err == nil; sent++ {
		err = r.messenger.Send(ctx, messages[sent])
	}
	if err != nil {
		sent--
	}
	if sent > 0 {
		err = errors.Join(err, r.store.Sent(ctx, messages[:sent]...))
	}
	return err == nil, err
}

func (r *Relay) follow(ctx context.Context, h hint) error {
	if h.news {
		return r.tell(ctx, h.project, h.operation)
	}
	_, err := r.Flush(ctx, h.project, h.operation)
	return err
}

// tell sends what was committed under an id that is no operation's, and takes the id off the work list.
func (r *Relay) tell(ctx context.Context, project, id string) error {
	if _, err := r.Flush(ctx, project, id); err != nil {
		return err
	}
	return r.store.CloseOperation(ctx, id)
}
