package platform

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	// readInterval is how long one event stands for all like reads.
	readInterval = 10 * time.Minute
	// maxReads bounds what a ReadLog remembers.
	maxReads = 10_000
)

// ReadLog remembers which reads were recorded lately in this process. It is safe for concurrent use.
type ReadLog struct {
	mu    sync.Mutex
	reads map[read]time.Time
}

type read struct{ actor, action, target string }

// NewReadLog makes an empty one.
func NewReadLog() *ReadLog { return &ReadLog{reads: map[read]time.Time{}} }

// begin reports whether the read is to be recorded, and takes it for recorded from now on. Nil remembers nothing.
func (l *ReadLog) begin(r read, now time.Time) bool {
	if l == nil {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if at, ok := l.reads[r]; ok && now.Sub(at) < readInterval {
		return false
	}
	if len(l.reads) >= maxReads {
		for known, at := range l.reads {
			if now.Sub(at) >= readInterval {
				delete(l.reads, known)
			}
		}
	}
	if len(l.reads) >= maxReads { // all of them recent: better to record one twice than to leave one out
		clear(l.reads)
	}
	l.reads[r] = now
	return true
}

// undo takes back what begin did, for a read that could not be recorded.
func (l *ReadLog) undo(r read) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.reads, r)
}

// RecordRead puts into the audit log that somebody read something by a right on the whole platform rather than by a role in
// the project. Reading the same again is recorded once in ten minutes.
func (s *Service) RecordRead(ctx context.Context, c Caller, action, project, target string) error {
	if project == "" {
		project = PlatformScope
	}
	r := read{c.ID, action, target}
	if !s.Reads.begin(r, s.Now()) {
		return nil
	}
	event := s.audit(c, action, project, target, "", "read with a right on the whole platform")
	if err := s.Store.Commit(ctx, Transaction{Project: project, Audit: []AuditEvent{event}}); err != nil {
		s.Reads.undo(r)
		return fmt.Errorf("record read of %s: %w", target, err)
	}
	return nil
}
