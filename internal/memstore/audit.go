package memstore

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// AuditEvents lists the audit log, newest first.
func (s *Store) AuditEvents(ctx context.Context, only platform.AuditFilter, p platform.Page) ([]platform.AuditEvent, string, error) {
	if only.Project == "" && only.To.IsZero() {
		return nil, "", platform.Errorf(platform.Invalid, "The audit log of all projects is read back from a time, and none is given.")
	}
	return page(ctx, list(s, s.audit, nil, func(_ key, e platform.AuditEvent) (string, bool) {
		return falling(e.ID), matches(only, e)
	}), p)
}

func matches(only platform.AuditFilter, e platform.AuditEvent) bool {
	at := e.At.UnixMilli()
	return (only.Project == "" || only.Project == e.Project) && (only.Actor == "" || only.Actor == e.Actor) &&
		(only.Action == "" || only.Action == e.Action) && (only.Outcome == "" || only.Outcome == e.Outcome) &&
		(only.From.IsZero() || at >= only.From.UnixMilli()) && (only.To.IsZero() || at < only.To.UnixMilli())
}

// RecordRefusal stores the event of a refusal. Again is harmless.
func (s *Store) RecordRefusal(ctx context.Context, e platform.AuditEvent) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.audit[key{project: e.Project, id: e.ID}] = &row[platform.AuditEvent]{value: clone(e)}
	return nil
}

// ForgetAudit removes at most limit events of days before that of before, oldest first.
func (s *Store) ForgetAudit(ctx context.Context, before time.Time, limit int) (int, error) {
	if err := ended(ctx); err != nil {
		return 0, err
	}
	y, m, d := before.UTC().Date()
	day := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	s.mu.Lock()
	defer s.mu.Unlock()
	var old []key
	for k, r := range s.audit {
		if r.value.At.Before(day) {
			old = append(old, k)
		}
	}
	slices.SortFunc(old, func(a, b key) int { return strings.Compare(a.id, b.id) })
	old = old[:min(max(limit, 0), len(old))]
	for _, k := range old {
		delete(s.audit, k)
	}
	return len(old), nil
}
