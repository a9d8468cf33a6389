package platform

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Hook is what a service hook of Azure DevOps hints at: that something has changed in a run. What it says of the change is not
// here, since it would not be believed.
type Hook struct {
	Operation string // that the run was started for, by its number or parameter
	Run       string // empty where the hook does not tell
	Ended     bool   // the whole run seems to have
}

// hookInterval is how soon after a look hooks are worth another one; those that come sooner share one, at its end.
const hookInterval = 500 * time.Millisecond

// ReceiveHook looks at the run of the operation that a hook names: the hook is the reason to ask Azure DevOps, never the answer. So a
// hook that is forged, or comes twice, late, or out of order, costs a look at most, and none where there is nothing to learn. It
// never fails: what is not looked at now is looked at later, without any hook.
func (s *Service) ReceiveHook(ctx context.Context, h Hook) error {
	if !ValidOperationID(h.Operation) {
		s.Log.Info("hook of a run that is none of ours")
		return nil
	}
	op, err := s.Store.Operation(ctx, h.Operation)
	if err != nil {
		if !isCode(err, NotFound) {
			s.Log.Warn("hook passed over", "operation", h.Operation, "error", err)
		}
		return nil
	}
	if !op.heeds(h) {
		s.Log.Debug("hook has nothing to tell", "operation", op.ID)
		return nil
	}
	now := s.Now()
	switch at, look := s.Looks.after(h, now); {
	case look:
		if _, err := s.advance(ctx, op.ID, Delivered{}); err != nil {
			s.Log.Warn("operation not looked at for a hook; it will be without one", "operation", op.ID, "error", err)
		}
	case !at.IsZero():
		s.lookSoon(ctx, op, at)
	}
	return nil
}

// heeds reports whether a hook can tell anything of the operation: it goes on, and the hook is not of another run than the one that
// has it. A run that is not known yet makes itself known, by its claim.
func (o Operation) heeds(h Hook) bool {
	switch {
	case o.Status.Final():
		return false
	case o.Run().ID == "": // one that has ended makes itself known no more
		return h.Ended && o.Attempt > 0
	case h.Run == "" || o.Claimed.ID == "":
		return true
	}
	return h.Run == o.Claimed.ID
}

// lookSoon schedules the look that hooks share. Its id is the same for all handlers that are told within the same interval.
func (s *Service) lookSoon(ctx context.Context, op Operation, at time.Time) {
	m := Message{ID: fmt.Sprintf("%s.hook.%d", op.ID, at.UnixMilli()/hookInterval.Milliseconds()), Project: op.Project, Operation: op.ID, Destination: RunsQueue, NotBefore: at}
	if err := s.Messenger.Send(ctx, m); err != nil {
		s.Log.Warn("look for a hook not scheduled; there will be one without it", "operation", op.ID, "error", err)
	}
}

// LookLog remembers which operations this process looked at lately, so that a storm of hooks costs few looks. Losing it costs
// a look more.
type LookLog struct {
	mu    sync.Mutex
	looks map[string]looks
}

// looks are those at one operation: the last of any kind, the last that a run's end was the reason of, the next that is scheduled.
type looks struct{ last, end, next time.Time }

// maxLooks bounds what is remembered.
const maxLooks = 4096

// NewLookLog makes an empty one.
func NewLookLog() *LookLog { return &LookLog{looks: map[string]looks{}} }

// after says what a hook leads to: a look now, a look to be scheduled, or neither since there is one scheduled. The end of a run is
// worth a look however lately there was one for anything less.
func (l *LookLog) after(h Hook, now time.Time) (at time.Time, look bool) {
	if l == nil {
		return time.Time{}, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	seen := l.looks[h.Operation]
	last := seen.last
	if h.Ended {
		last = seen.end
	}
	switch at = last.Add(hookInterval); {
	case !now.Before(at):
		seen.last = now
		if h.Ended {
			seen.end = now
		}
		l.remember(h.Operation, seen, now)
		return time.Time{}, true
	case seen.next.After(now):
		return time.Time{}, false
	}
	seen.next = at
	l.remember(h.Operation, seen, now)
	return at, false
}

// looked notes a look that had another reason than a hook.
func (l *LookLog) looked(operation string, now time.Time) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	seen := l.looks[operation]
	seen.last = now
	l.remember(operation, seen, now)
}

// remember keeps at most maxLooks, the latest.
func (l *LookLog) remember(operation string, seen looks, now time.Time) {
	if len(l.looks) >= maxLooks {
		for known, old := range l.looks {
			if now.Sub(old.last) >= hookInterval {
				delete(l.looks, known)
			}
		}
	}
	if len(l.looks) >= maxLooks { // all of them recent: better a look too many than to grow
		clear(l.looks)
	}
	l.looks[operation] = seen
}
