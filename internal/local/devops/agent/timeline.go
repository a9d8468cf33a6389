package agent

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

const (
	recordTimeout  = 15 * time.Second       // for one call to the Recorder
	flushEvery     = 200 * time.Millisecond // how late lines and progress may be
	flushLines     = 500                    // lines that do not wait for that
	maxIssues      = 10                     // of each type on one record
	stampLayout    = "2006-01-02T15:04:05.0000000Z"
	attachmentSize = 1 << 20
)

// timeline holds the records and log lines of a run on their way to the Recorder. Changes of state go out at once;
// lines and progress are collected for a moment. All its methods may be called from several goroutines.
type timeline struct {
	rec    Recorder
	ctx    context.Context // not canceled with the run: its end must be recorded too
	now    func() time.Time
	mask   *masker
	failed func(error) // called with the first error of the Recorder

	mu      sync.Mutex // guards what follows, and keeps the calls to the Recorder in order
	records map[string]*Record
	dirty   map[string]bool
	lines   map[int][]string
	pending int
	err     error
}

func newTimeline(ctx context.Context, rec Recorder, now func() time.Time, mask *masker, failed func(error)) *timeline {
	return &timeline{
		rec: rec, ctx: context.WithoutCancel(ctx), now: now, mask: mask, failed: failed,
		records: map[string]*Record{}, dirty: map[string]bool{}, lines: map[int][]string{},
	}
}

// call runs one call to the Recorder; after the first error there are no more.
func (t *timeline) call(what string, f func(context.Context) error) {
	if t.err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(t.ctx, recordTimeout)
	defer cancel()
	if err := f(ctx); err != nil {
		t.err = fmt.Errorf("%s: %w", what, err)
		t.failed(t.err)
	}
}

// add puts a new record into the timeline.
func (t *timeline) add(r Record) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.records[r.ID] = &r
	t.write(r.ID)
}

// update changes a record and writes it at once.
func (t *timeline) update(id string, change func(*Record)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if r := t.records[id]; r != nil {
		change(r)
		t.write(id)
	}
}

// touch changes a record and lets it wait for the next flush.
func (t *timeline) touch(id string, change func(*Record)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if r := t.records[id]; r != nil {
		change(r)
		t.dirty[id] = true
	}
}

// write hands a masked copy to the Recorder; the lock is held.
func (t *timeline) write(id string) {
	delete(t.dirty, id)
	r := *t.records[id]
	r.Name, r.CurrentOperation = t.mask.mask(r.Name), t.mask.mask(r.CurrentOperation)
	r.Issues = slices.Clone(r.Issues)
	for i := range r.Issues {
		r.Issues[i].Message = t.mask.mask(r.Issues[i].Message)
		r.Issues[i].Data = maps.Clone(r.Issues[i].Data)
		for k, v := range r.Issues[i].Data {
			r.Issues[i].Data[k] = t.mask.mask(v)
		}
	}
	t.call("record "+r.Type+" "+r.ID, func(ctx context.Context) error { return t.rec.Record(ctx, r) })
}

// start sets a record to in progress.
func (t *timeline) start(id string) {
	at := t.now().UTC()
	t.update(id, func(r *Record) {
		if r.State == Pending {
			r.State, r.Start = InProgress, &at
		}
	})
}

// finish completes a record. One that was never started gets no times.
func (t *timeline) finish(id string, result Result) {
	at := t.now().UTC()
	t.flush()
	t.update(id, func(r *Record) {
		if r.State == Completed {
			return
		}
		if r.Start != nil {
			r.Finish = &at
			if r.Type == TypeTask && result != Skipped {
				done := 100
				r.PercentComplete = &done
			}
		}
		r.State, r.Result = Completed, result
	})
}

// issue adds an error or a warning to a record.
func (t *timeline) issue(id string, i Issue) {
	if i.Category == "" {
		i.Category = "General"
	}
	t.touch(id, func(r *Record) {
		count := &r.ErrorCount
		if i.Type == "warning" {
			count = &r.WarningCount
		}
		if *count++; *count <= maxIssues {
			r.Issues = append(r.Issues, i)
		}
	})
}

// createLog makes a log for a record.
func (t *timeline) createLog(recordID string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	var id int
	t.call("create log for record "+recordID, func(ctx context.Context) error {
		var err error
		id, err = t.rec.CreateLog(ctx)
		return err
	})
	if r := t.records[recordID]; r != nil {
		r.LogID = id
		t.write(recordID)
	}
	return id
}

// append adds a stamped line to logs.
func (t *timeline) append(line string, logs ...int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, id := range logs {
		if id != 0 {
			t.lines[id] = append(t.lines[id], line)
			t.pending++
		}
	}
	if t.pending >= flushLines {
		t.flushLocked()
	}
}

// flush hands everything that waits to the Recorder.
func (t *timeline) flush() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.flushLocked()
}

func (t *timeline) flushLocked() {
	ids := make([]int, 0, len(t.lines))
	for id := range t.lines {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		lines := t.lines[id]
		t.call(fmt.Sprintf("append to log %d", id), func(ctx context.Context) error { return t.rec.AppendLog(ctx, id, lines) })
	}
	t.lines, t.pending = map[int][]string{}, 0
	dirty := make([]string, 0, len(t.dirty))
	for id := range t.dirty {
		dirty = append(dirty, id)
	}
	slices.Sort(dirty)
	for _, id := range dirty {
		t.write(id)
	}
}

// flushUntil flushes regularly until done is closed, and once more then.
func (t *timeline) flushUntil(done <-chan struct{}) {
	ticker := time.NewTicker(flushEvery)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			t.flush()
			return
		case <-ticker.C:
			t.flush()
		}
	}
}

// failure is the first error of the Recorder.
func (t *timeline) failure() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// other runs a call that has an error for the step that asked for it, not for the whole run.
func (t *timeline) other(f func(context.Context) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err != nil {
		return errors.New("the run can no longer be recorded")
	}
	ctx, cancel := context.WithTimeout(t.ctx, recordTimeout)
	defer cancel()
	return f(ctx)
}
