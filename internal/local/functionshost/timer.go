package functionshost

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/functionshost/envelope"
)

// timer runs one timer function. The next run never overlaps the one before.
type timer struct {
	host     *Host
	function *function
	status   *envelope.Status // nil: not monitored
}

func newTimer(h *Host, f *function) *timer { return &timer{host: h, function: f} }

// run fires the function by its schedule until ctx ends. A run that was missed while the host was down is made up
// for once, at the start; a run that took longer than its interval is followed by one at once.
func (t *timer) run(ctx context.Context) {
	rule := t.function.timer
	now := t.host.config.Clock()
	if rule.monitored {
		t.load()
	}
	switch {
	case t.status != nil && !t.status.Next.IsZero() && t.status.Next.Before(now):
		t.fire(ctx, t.status.Next, true)
	case rule.runOnStartup:
		t.fire(ctx, now, false)
	}
	due, ok := rule.schedule.Next(t.host.config.Clock())
	for ok {
		t.remember(func(s *envelope.Status) { s.Next = due })
		if !sleep(ctx, due.Sub(t.host.config.Clock())) {
			return
		}
		t.fire(ctx, due, false)
		due, ok = rule.schedule.Next(due)
		if now := t.host.config.Clock(); ok && due.Before(now) {
			due = now // overran: one run at once, however many occurrences were missed
		}
	}
	<-ctx.Done() // the schedule has no further occurrence
}

func (t *timer) fire(ctx context.Context, due time.Time, pastDue bool) {
	if ctx.Err() != nil {
		return
	}
	if next, ok := t.function.timer.schedule.Next(t.host.config.Clock()); ok && t.status != nil {
		t.status.Next = next
	}
	_ = t.host.invoke(ctx, t.function, func(sys envelope.Sys) []byte { // a failed run is logged, nothing else
		return envelope.Timer(t.function.trigger.Name, t.status, pastDue, sys, nil)
	})
	t.remember(func(s *envelope.Status) { s.Last, s.LastUpdated = due, t.host.config.Clock() })
}

func (t *timer) file() string {
	return filepath.Join(t.host.config.StateDir, "timers", t.function.name+".json")
}

// load reads what an earlier host remembered; a file that cannot be read is a first run.
func (t *timer) load() {
	t.status = &envelope.Status{}
	if t.host.config.StateDir == "" {
		return
	}
	content, err := os.ReadFile(t.file())
	if err == nil {
		err = json.Unmarshal(content, t.status)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.host.config.Logger.Warn("The timer's status cannot be read; a missed run is not made up for", "function", t.function.name, "error", err)
	}
}

// remember changes the status and keeps it. A status that cannot be written costs a catch-up run, nothing more.
func (t *timer) remember(change func(*envelope.Status)) {
	if t.status == nil {
		return
	}
	change(t.status)
	if t.host.config.StateDir == "" {
		return
	}
	if err := writeFile(t.file(), t.status); err != nil {
		t.host.config.Logger.Warn("The timer's status cannot be kept", "function", t.function.name, "error", err)
	}
}

// writeFile replaces a file so that a reader sees the old content or the new, never a part.
func writeFile(path string, value any) error {
	content, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode %s: %w", path, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", content, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
