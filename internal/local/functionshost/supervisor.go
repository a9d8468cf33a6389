package functionshost

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// The host's rules about a handler that ends.
const (
	exitRestart    = 200              // the handler asks to be started again
	maxStrikes     = 3                // counted ends after which the host gives up
	strikesForgets = 30 * time.Minute // a gap after which counting begins anew
)

// HandlerError is returned by Run when the handler cannot be kept running.
type HandlerError struct {
	Exits int    // counted ends within 30 minutes of each other; 0 if it never answered
	Last  string // why the last one ended
}

func (e *HandlerError) Error() string {
	if e.Exits == 0 {
		return "the handler is not there, and a request has waited too long for it: " + e.Last
	}
	return fmt.Sprintf("exceeded http worker restart retry count: the handler ended %d times, the last time: %s", e.Exits, e.Last)
}

// supervisor keeps one handler process alive by the host's rules.
type supervisor struct {
	start       func() (*process, error)
	initTimeout time.Duration
	clock       func() time.Time
	log         *slog.Logger
	gaveUp      chan error // an invocation has waited too long

	mu      sync.Mutex
	live    *process      // nil while none is ready
	changed chan struct{} // closed and replaced when live changes
}

func newSupervisor(start func() (*process, error), initTimeout time.Duration, clock func() time.Time, log *slog.Logger) *supervisor {
	return &supervisor{
		start: start, initTimeout: initTimeout, clock: clock, log: log,
		gaveUp: make(chan error, 1), changed: make(chan struct{}),
	}
}

func (s *supervisor) setLive(p *process) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live = p
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *supervisor) current() (*process, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.live, s.changed
}

// await returns a handler that has been ready. While it starts or restarts, invocations wait here, four times
// the initialization timeout at most; then the whole host is shut down.
func (s *supervisor) await(ctx context.Context) (*process, error) {
	limit := time.NewTimer(4 * s.initTimeout)
	defer limit.Stop()
	for {
		live, changed := s.current()
		if live != nil {
			return live, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-limit.C:
			err := &HandlerError{Last: fmt.Sprintf("waited %s for it to be ready", 4*s.initTimeout)}
			select {
			case s.gaveUp <- err:
			default: // another invocation has said so
			}
			return nil, err
		}
	}
}

// recycle kills the handler because a function overran its time limit; the restart does not count.
// What comes from now on waits for the next handler.
func (s *supervisor) recycle(p *process) {
	p.recycled.Store(true)
	if live, _ := s.current(); live == p {
		s.setLive(nil)
	}
	p.kill()
}

// run starts the handler and starts it again until ctx ends (nil), or until it gives up (*HandlerError). The
// process is gone when run returns.
func (s *supervisor) run(ctx context.Context) error {
	defer s.setLive(nil)
	select {
	case stale := <-s.gaveUp:
		s.log.Debug("Forgotten: an earlier run was given up", "error", stale)
	default:
	}
	strikes, last := 0, time.Time{}
	for {
		p, err := s.start()
		if err != nil {
			// The real host neither counts nor retries this; invocations wait until one of them gives up.
			s.log.Error("Failed to start Worker Channel. Is the executable there, and built for this machine?", "error", err)
			return s.idle(ctx)
		}
		s.log.Info("Handler started", "pid", p.pid)
		reason := s.tend(ctx, p)
		if ctx.Err() != nil {
			return nil
		}
		if err := (&HandlerError{}); errors.As(reason, &err) {
			return err
		}
		if reason == nil {
			continue
		}
		now := s.clock()
		if now.Sub(last) > strikesForgets {
			strikes = 0
		}
		last = now
		if strikes++; strikes >= maxStrikes {
			return &HandlerError{Exits: strikes, Last: reason.Error()}
		}
		s.log.Warn("The handler ended; starting it again", "reason", reason, "count", strikes)
	}
}

// tend waits for one process: until it is ready, then until it ends. It returns why it ended if that counts,
// nil if it does not, a *HandlerError if the host is to stop. The process is gone when tend returns.
func (s *supervisor) tend(ctx context.Context, p *process) error {
	defer func() {
		p.kill()
		<-p.exited
	}()
	if err := p.awaitReady(ctx, s.initTimeout); errors.Is(err, errNotReady) {
		return err
	} else if err == nil {
		s.log.Info("Handler ready", "pid", p.pid)
		s.setLive(p)
	}
	select {
	case <-p.exited:
	case <-ctx.Done():
		return nil
	case err := <-s.gaveUp:
		return err
	}
	switch {
	case p.recycled.Load():
		s.setLive(nil)
		return nil
	case p.code == 0:
		return s.dead(ctx, p)
	case p.code == exitRestart:
		s.setLive(nil)
		return nil
	}
	s.setLive(nil)
	return fmt.Errorf("exit code %d (-1: a signal): %s", p.code, p.stderr.tail())
}

// dead is what follows exit code 0: nothing. The process stays where invocations look for it, and each of them
// fails with "connection refused".
func (s *supervisor) dead(ctx context.Context, p *process) error {
	s.log.Warn("The handler ended by itself with exit code 0. The host does not start it again: " +
		"every invocation fails and queue messages run into the dead-letter queue. A handler must never exit 0.")
	s.setLive(p)
	return s.idle(ctx)
}

// idle waits until the host is stopped or an invocation gives up.
func (s *supervisor) idle(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.gaveUp:
		return err
	}
}
