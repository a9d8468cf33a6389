package platform

import (
	"context"
	"sync/atomic"
	"time"
)

const (
	sweepPage = 100
	// sweepPages bounds one sweep; the next one goes on where it stopped.
	sweepPages = 50
	// abandonedAfter is when an id that was reserved, and never committed, is forgotten.
	abandonedAfter = 10 * time.Minute
	// sweepGrace leaves the fast paths their time: relay, scheduled looks.
	sweepGrace = 5 * time.Second
	// outboxGrace leaves a relay its time to take out of the outbox what it has sent: tidyAge times tidyInterval, and a transaction.
	outboxGrace = time.Minute
)

// Sweep looks at every open operation: it sends what is left in outboxes, looks at what is due, and takes what has ended off
// the list. It is what makes the rest safe to lose. An operation that cannot be swept does not keep the others from it.
// Then it forgets what the audit log has kept for long enough.
func (s *Service) Sweep(ctx context.Context) error {
	err := s.sweepOperations(ctx)
	s.forgetAudit(ctx)
	return err
}

// SweepMark is where the last sweep of this process stopped. Operations that wait for people stay on the list for days, and are the
// oldest there: what is behind them must get its turn too. Losing it costs the way there.
type SweepMark struct{ after atomic.Pointer[string] }

// take is where to begin: at the start, unless a sweep stopped in between.
func (m *SweepMark) take() string {
	if m == nil {
		return ""
	}
	if after := m.after.Swap(nil); after != nil {
		return *after
	}
	return ""
}

func (m *SweepMark) put(after string) {
	if m != nil && after != "" {
		m.after.Store(&after)
	}
}

func (s *Service) sweepOperations(ctx context.Context) error {
	page := Page{Size: sweepPage, After: s.Swept.take()}
	for n := range sweepPages {
		open, next, err := s.Store.OpenOperations(ctx, page)
		if err != nil {
			return err
		}
		for _, o := range open {
			if err := s.sweepOne(ctx, o); err != nil {
				s.Log.Warn("operation not swept; the next sweep will", "operation", o.ID, "error", err)
			}
			if ctx.Err() != nil { // out of time; the next sweep goes on
				if n == 0 { // a page that is too much for one sweep is no reason to stay
					page.After = next
				}
				s.Swept.put(page.After)
				return nil
			}
		}
		if next == "" {
			return nil
		}
		page.After = next
	}
	s.Swept.put(page.After)
	return nil
}

func (s *Service) sweepOne(ctx context.Context, o OpenOperation) error {
	now := s.Now()
	op, err := s.Store.Operation(ctx, o.ID)
	if isCode(err, NotFound) {
		return s.sweepNews(ctx, o, now)
	}
	if err != nil {
		return err
	}
	if now.Sub(op.UpdatedAt) < sweepGrace {
		return nil
	}
	empty, err := s.Relay.Recover(ctx, op.Project, op.ID, now.Add(-outboxGrace))
	if err != nil {
		s.Log.Warn("outbox not sent", "operation", op.ID, "error", err) // a broker that is down does not keep us from looking
	}
	switch {
	case op.Status.Final() && empty:
		return s.Store.CloseOperation(ctx, op.ID)
	case !op.Status.Final() && now.After(op.NextLook.Add(sweepGrace)):
		_, err := s.advance(ctx, op.ID, Delivered{})
		return err
	}
	return nil
}

// sweepNews sends what is told under an id that is no operation's, and is done with it: all of it was committed at once. One
// with nothing to send may be that of a request which is not committed yet; in the end it is that of one which died before
// it was, and nobody was told that it was accepted.
func (s *Service) sweepNews(ctx context.Context, o OpenOperation, now time.Time) error {
	age := now.Sub(o.At)
	if age < sweepGrace {
		return nil
	}
	waiting, err := s.Store.Outbox(ctx, o.Project, o.ID)
	if err != nil {
		return err
	}
	if len(waiting) == 0 && age <= abandonedAfter {
		return nil
	}
	// What waits may have been committed after the operation was looked for, and then it is there with it: it stays on the list.
	if _, err := s.Store.Operation(ctx, o.ID); !isCode(err, NotFound) {
		return err
	}
	return s.Relay.tell(ctx, o.Project, o.ID)
}
