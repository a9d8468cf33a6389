package tablestore

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"
	"golang.org/x/sync/errgroup"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// auditDaysAPage bounds how many days, which may all be empty, one page of the log looks through.
const auditDaysAPage = 31

// auditByDay walks the days back and reads what their pointers lead to. A pointer to nothing is skipped: its transaction
// was refused, or has not taken effect yet.
func (s *Store) auditByDay(ctx context.Context, only platform.AuditFilter, page platform.Page) ([]platform.AuditEvent, string, error) {
	pointers, next, err := s.auditPointers(ctx, only, page)
	if err != nil {
		return nil, "", fmt.Errorf("list audit events: %w", err)
	}
	events, err := collect(ctx, pointers, s.auditAt)
	return events, next, err
}

// auditPointers reads a page of pointers, and the position of the next page if there may be more.
func (s *Store) auditPointers(ctx context.Context, only platform.AuditFilter, page platform.Page) ([]*storedRow, string, error) {
	if only.To.IsZero() {
		return nil, "", platform.Errorf(platform.Invalid, "The audit log of all projects is read back from a time, and none is given.")
	}
	day, after := startOfDay(only.To.Add(-time.Millisecond)), ""
	if page.After != "" {
		var err error
		if day, after, err = readDayPosition(page.After); err != nil {
			return nil, "", err
		}
	}
	oldest, err := s.oldestAuditDay(ctx)
	if err != nil || oldest.IsZero() {
		return nil, "", err
	}
	if from := startOfDay(only.From); from.After(oldest) {
		oldest = from
	}
	size := sizeOf(page)
	var pointers []*storedRow
	for range auditDaysAPage {
		if day.Before(oldest) {
			return pointers, "", nil
		}
		f := inPartition(dayPartition(day)).audit(only, "")
		if after != "" {
			f = f.beyond(after)
		}
		rows, err := s.scan(ctx, s.index, f, size+1-len(pointers))
		if err != nil {
			return nil, "", err
		}
		if pointers = append(pointers, rows...); len(pointers) > size {
			pointers = pointers[:size]
			return pointers, pointerPosition(pointers[size-1]), nil
		}
		day, after = day.AddDate(0, 0, -1), ""
	}
	return pointers, dayPosition(day, ""), nil
}

// auditAt reads the event that a pointer leads to.
func (s *Store) auditAt(ctx context.Context, pointer *storedRow) (platform.AuditEvent, error) {
	place, outcome := pointer.text("place"), pointer.text("outcome")
	if pointer.err != nil {
		return platform.AuditEvent{}, pointer.err
	}
	table, partition, key := s.auditRow(place, outcome, pointer.RowKey)
	r, _, err := s.get(ctx, table, partition, key)
	if err != nil {
		return platform.AuditEvent{}, fmt.Errorf("read audit event of %s: %w", place, err)
	}
	if r == nil {
		return platform.AuditEvent{}, notFound("There is no such audit event in %q.", place)
	}
	return decodeAudit(r, place)
}

// auditRow says where an event is: a change in the partition of its project, a refusal in one of its own.
func (s *Store) auditRow(place, outcome, key string) (table *aztables.Client, partition, rowKey string) {
	if outcome == string(platform.OutcomeRefused) {
		return s.index, refusedPartition(place), key
	}
	return s.projects, keyOf(place), auditPrefix + key
}

// ForgetAudit removes old events by the days: the event, then its pointer, so that a crash leaves a pointer, and not an
// event that nobody finds.
func (s *Store) ForgetAudit(ctx context.Context, before time.Time, limit int) (int, error) {
	if limit <= 0 {
		return 0, nil
	}
	f := compare(partitionKey, "ge", auditPrefix).and(compare(partitionKey, "lt", dayPartition(before)))
	pointers, err := s.scan(ctx, s.index, f, limit)
	if err != nil {
		return 0, fmt.Errorf("look for old audit events: %w", err)
	}
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for _, pointer := range pointers {
		group.Go(func() error { return s.forget(groupCtx, pointer) })
	}
	if err := group.Wait(); err != nil {
		return 0, fmt.Errorf("remove old audit events: %w", err)
	}
	return len(pointers), nil
}

func (s *Store) forget(ctx context.Context, pointer *storedRow) error {
	place, outcome := pointer.text("place"), pointer.text("outcome")
	if pointer.err != nil {
		return pointer.err
	}
	table, partition, key := s.auditRow(place, outcome, pointer.RowKey)
	if err := s.remove(ctx, table, partition, key); err != nil {
		return err
	}
	return s.remove(ctx, s.index, pointer.PartitionKey, pointer.RowKey)
}

// oldestAuditDay is the first day that has a pointer; zero when none has.
func (s *Store) oldestAuditDay(ctx context.Context) (time.Time, error) {
	rows, err := s.scan(ctx, s.index, compare(partitionKey, "ge", auditPrefix).and(compare(partitionKey, "lt", "audit"+after)), 1)
	if err != nil || len(rows) == 0 {
		return time.Time{}, err
	}
	day, err := time.Parse(time.DateOnly, strings.TrimPrefix(rows[0].PartitionKey, auditPrefix))
	if err != nil {
		return time.Time{}, fmt.Errorf("partition %q of the audit log: %w", rows[0].PartitionKey, errDamaged)
	}
	return day, nil
}

func startOfDay(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// The position of a list by days is the day, then the key to go on after; nothing for the whole day.
func dayPosition(day time.Time, key string) string {
	return position(day.Format(time.DateOnly)+separator+key, "")
}

func pointerPosition(pointer *storedRow) string {
	return position(strings.TrimPrefix(pointer.PartitionKey, auditPrefix)+separator+pointer.RowKey, "")
}

func readDayPosition(position string) (day time.Time, key string, err error) {
	text, err := readPosition(position, "")
	if err != nil {
		return time.Time{}, "", err
	}
	date, key, _ := strings.Cut(text, separator)
	if day, err = time.Parse(time.DateOnly, date); err != nil {
		return time.Time{}, "", wrongPosition()
	}
	return day, key, nil
}
