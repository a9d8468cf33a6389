package tablestore

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"
	"github.com/oklog/ulid/v2"
	"golang.org/x/sync/errgroup"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// indexCommit writes what leads to the rows of tx from outside its partition, before they are there.
func (s *Store) indexCommit(ctx context.Context, tx platform.Transaction) error {
	if tx.PutProject != nil && tx.PutProject.Stored.Version == "" {
		if err := s.upsert(ctx, s.index, projectIndexRow(tx.PutProject.Name)); err != nil {
			return fmt.Errorf("index project %s: %w", tx.Project, err)
		}
	}
	for _, a := range tx.Audit {
		if err := s.upsert(ctx, s.index, encodePointer(a)); err != nil {
			return fmt.Errorf("index audit event %s: %w", a.ID, err)
		}
	}
	return nil
}

// RecordRefusal stores a refusal: a pointer, then the event. Nothing is read, so that it takes as long for a project that
// does not exist.
func (s *Store) RecordRefusal(ctx context.Context, e platform.AuditEvent) error {
	if err := s.upsert(ctx, s.index, encodePointer(e)); err != nil {
		return fmt.Errorf("index refusal %s: %w", e.ID, err)
	}
	if _, err := s.insert(ctx, s.index, encodeRefusal(e)); err != nil { // taken: by our own first try, whose answer was lost
		return fmt.Errorf("store refusal %s: %w", e.ID, err)
	}
	return nil
}

// AuditEvents lists the audit log, newest first.
func (s *Store) AuditEvents(ctx context.Context, only platform.AuditFilter, page platform.Page) ([]platform.AuditEvent, string, error) {
	if only.Project == "" {
		return s.auditByDay(ctx, only, page)
	}
	return s.auditOf(ctx, only, page)
}

// auditOf merges what was accepted in a project with what was refused there. Both are in the order of the inverted id, so
// that one position is good for both.
func (s *Store) auditOf(ctx context.Context, only platform.AuditFilter, page platform.Page) ([]platform.AuditEvent, string, error) {
	size := sizeOf(page)
	window, cut, err := auditWindow(only, page.After)
	if err != nil {
		return nil, "", err
	}
	var accepted, refused []*storedRow
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		if only.Outcome != platform.OutcomeRefused {
			f := inPartition(keyOf(only.Project)).withPrefix(auditPrefix)
			accepted, err = s.auditRows(groupCtx, s.projects, f, auditPrefix, window, page.After, size+1)
		}
		return err
	})
	group.Go(func() (err error) {
		if only.Outcome != platform.OutcomeAccepted {
			refused, err = s.auditRows(groupCtx, s.index, inPartition(refusedPartition(only.Project)), "", window, page.After, size+1)
		}
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, "", fmt.Errorf("list audit events of %s: %w", only.Project, err)
	}
	rows := slices.Concat(accepted, refused)
	slices.SortFunc(rows, func(a, b *storedRow) int { return cmp.Compare(bareKey(a), bareKey(b)) })
	next := ""
	if len(rows) > size {
		rows = rows[:size]
		next = position(bareKey(rows[size-1]), "")
	} else if cut {
		oldest, err := s.oldestAuditDay(ctx)
		if err != nil {
			return nil, "", fmt.Errorf("list audit events of %s: %w", only.Project, err)
		}
		if !oldest.IsZero() && oldest.Before(window.From) {
			next = position(logKeyBefore(window.From), "")
		}
	}
	events, err := collect(ctx, rows, func(_ context.Context, r *storedRow) (platform.AuditEvent, error) {
		return decodeAudit(r, only.Project)
	})
	return events, next, err
}

// auditWindow narrows a search for what may be rare to the days that one page looks through, and says whether it did. The
// service compares row by row, and a large project's log could outlast the patience of a call.
func auditWindow(only platform.AuditFilter, after string) (window platform.AuditFilter, cut bool, err error) {
	if only.Actor == "" && only.Action == "" {
		return only, false, nil
	}
	until := only.To
	if after != "" {
		key, err := readPosition(after, "")
		if err != nil {
			return only, false, err
		}
		id, err := ulid.ParseStrict(inverted(key))
		if err != nil {
			return only, false, wrongPosition()
		}
		until = ulid.Time(id.Time())
	}
	from := until.AddDate(0, 0, -auditDaysAPage)
	if until.IsZero() || !from.After(only.From) {
		return only, false, nil
	}
	only.From = from
	return only, true, nil
}

// bareKey is the inverted id, in whichever table the row is.
func bareKey(r *storedRow) string { return strings.TrimPrefix(r.RowKey, auditPrefix) }

// auditRows reads rows of the log that match, from a position on.
func (s *Store) auditRows(ctx context.Context, table *aztables.Client, f filter, prefix string, only platform.AuditFilter, after string, limit int) ([]*storedRow, error) {
	if after != "" {
		key, err := readPosition(after, prefix)
		if err != nil {
			return nil, err
		}
		f = f.beyond(key)
	}
	return s.scan(ctx, table, f.audit(only, prefix), limit)
}

// audit narrows to events of the audit log: their ids hold their times, so that a range of times is one of keys.
func (f filter) audit(only platform.AuditFilter, prefix string) filter {
	if !only.From.IsZero() {
		f = f.and(compare(rowKey, "le", prefix+logKeyBefore(only.From)))
	}
	if !only.To.IsZero() {
		f = f.and(compare(rowKey, "gt", prefix+logKeyBefore(only.To)))
	}
	for property, literal := range map[property]string{actorProperty: only.Actor, actionProperty: only.Action, outcomeProperty: string(only.Outcome)} {
		if literal != "" {
			f = f.and(equal(property, literal))
		}
	}
	return f
}
