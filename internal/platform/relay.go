package platform

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"
)

// Relay sends what was committed to the outbox, soon after the commit. It is the fast path only: what it drops, or what is
// lost with the process, the sweep finds in the store.
//
// What it has sent stays in the outbox until the next transaction in the same project takes it out on its way, or a while later one
// that is for all of a project: a message costs no transaction of its own. What a process knows to be sent is lost with it;
// then the sweep sends it again, with the same ids, and takes it out.
type Relay struct {
	store     Store
	messenger Messenger
	log       *slog.Logger
	hints     chan hint
	again     hintSet
	sent      sentLog
}

type hint struct {
	project, operation string
	news               bool // not an operation's: done with when it is sent
}

const (
	// relayPatience bounds one attempt to empty an outbox.
	relayPatience = 15 * time.Second
	// tidyInterval is how often the relay tries again what was not sent, and ages what was.
	tidyInterval = 10 * time.Second
)

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

// Run sends until ctx ends, with at most workers at once. It returns when all of them have stopped, and what is known to be sent is
// out of the outbox.
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
					r.follow(ctx, h)
				}
			}
		}()
	}
	r.tidyUntil(ctx)
	for range workers {
		<-done
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), relayPatience)
	defer cancel()
	r.forget(last, r.sent.takeOld(0))
}

func (r *Relay) tidyUntil(ctx context.Context) {
	tick := time.NewTicker(tidyInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			for _, h := range r.again.takeAll() {
				r.hint(h)
			}
			r.Tidy(ctx)
		}
	}
}

func (r *Relay) follow(ctx context.Context, h hint) {
	var err error
	if h.news {
		err = r.tell(ctx, h.project, h.operation)
	} else {
		err = r.Send(ctx, h.project, h.operation)
	}
	if err != nil {
		r.log.Warn("outbox not sent; it will be tried again", "operation", h.operation, "error", err)
		r.again.add(h)
	}
}

// Send sends in order what is in the outbox of an operation and is not known to be sent. It is left there: see take and Tidy.
func (r *Relay) Send(ctx context.Context, project, operation string) error {
	ctx, cancel := context.WithTimeout(ctx, relayPatience)
	defer cancel()
	messages, err := r.store.Outbox(ctx, project, operation)
	if err != nil {
		return err
	}
	sent, err := r.send(ctx, r.sent.unknown(messages))
	if full := r.sent.add(sent); len(full) > 0 {
		err = errors.Join(err, r.store.Sent(ctx, full...))
	}
	return err
}

// Flush sends the outbox of one operation in order and removes what was sent. It reports whether the outbox is now empty.
// Dying between sending and removing sends the same messages, with the same ids, again.
func (r *Relay) Flush(ctx context.Context, project, operation string) (empty bool, err error) {
	return r.flush(ctx, project, operation, func(Message) bool { return true })
}

// Recover is Flush for what was committed until a time: what is younger may be on its way by another process. A message that has no
// time is as old as the next one that has.
func (r *Relay) Recover(ctx context.Context, project, operation string, until time.Time) (empty bool, err error) {
	return r.flush(ctx, project, operation, func(m Message) bool { return m.Event == nil || !m.Event.Time.After(until) })
}

func (r *Relay) flush(ctx context.Context, project, operation string, due func(Message) bool) (empty bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, relayPatience)
	defer cancel()
	messages, err := r.store.Outbox(ctx, project, operation)
	if err != nil {
		return false, err
	}
	all := len(messages)
	for i, m := range messages {
		if !due(m) {
			for i > 0 && messages[i-1].Event == nil { // committed with it
				i--
			}
			messages = messages[:i]
			break
		}
	}
	unknown := r.sent.unknown(messages)
	sent, err := r.send(ctx, unknown)
	gone := append(r.sent.known(messages), sent...)
	if len(gone) > 0 {
		removed := r.store.Sent(ctx, gone...)
		if removed == nil {
			r.sent.remove(gone)
		}
		err = errors.Join(err, removed)
	}
	return err == nil && len(messages) == all, err
}

// send sends messages in order, those to one destination together, and says which are known to have arrived.
func (r *Relay) send(ctx context.Context, messages []Message) (sent []Message, err error) {
	for len(messages) > 0 {
		n := 1
		for n < len(messages) && messages[n].Destination == messages[0].Destination {
			n++
		}
		if err := r.messenger.Send(ctx, messages[:n]...); err != nil {
			return sent, err
		}
		sent, messages = append(sent, messages[:n]...), messages[n:]
	}
	return sent, nil
}

// tell sends what was committed under an id that is no operation's, and takes the id off the work list.
func (r *Relay) tell(ctx context.Context, project, id string) error {
	if _, err := r.Flush(ctx, project, id); err != nil {
		return err
	}
	return r.store.CloseOperation(ctx, id)
}

// Tidy takes out of the outbox what was sent a while ago and no transaction has taken along: one transaction for a project.
// It is called every tidyInterval.
func (r *Relay) Tidy(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, relayPatience)
	defer cancel()
	r.forget(ctx, r.sent.takeOld(tidyAge))
}

func (r *Relay) forget(ctx context.Context, old [][]Message) {
	for _, messages := range old {
		for some := range slices.Chunk(messages, maxSentTogether) {
			if err := r.store.Sent(ctx, some...); err != nil {
				r.sent.back(some)
				r.log.Warn("outbox not emptied; it will be tried again", "project", some[0].Project, "error", err)
				continue
			}
			r.sent.remove(some)
		}
	}
}
