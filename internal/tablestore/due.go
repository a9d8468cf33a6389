package tablestore

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Columns of an entry of what is due; written by PutDue, removed by RemoveDue.
//
//	project, environment, at
//	noted  when it was written: until some time later its commit may be under way

const duePartition = "due"

func dueKey(at time.Time, project, environment string) string {
	return keyOf(risingTime(at), project, environment)
}

// PutDue lists an environment by the time at which it is due.
func (s *Store) PutDue(ctx context.Context, d platform.DueEnvironment) error {
	r := newRow(duePartition, dueKey(d.At, d.Project, d.Environment))
	r.text("project", d.Project)
	r.text("environment", d.Environment)
	r.moment("at", d.At)
	r.moment("noted", d.Noted)
	if err := s.upsert(ctx, s.index, r); err != nil {
		return fmt.Errorf("list %s/%s as due: %w", d.Project, d.Environment, err)
	}
	return nil
}

// DueEnvironments lists a range of times. Keys rise with them, so that what is due later is not read.
func (s *Store) DueEnvironments(ctx context.Context, until time.Time, page platform.Page) ([]platform.DueEnvironment, string, error) {
	f := inPartition(duePartition).and(compare(rowKey, "lt", risingTime(until)+after))
	rows, next, err := s.list(ctx, s.index, f, "", page)
	if err != nil {
		return nil, "", fmt.Errorf("list what is due: %w", err)
	}
	due := make([]platform.DueEnvironment, 0, len(rows))
	for _, r := range rows {
		d := platform.DueEnvironment{Project: r.text("project"), Environment: r.text("environment"), At: r.moment("at"), Noted: r.moment("noted"),
			Stored: platform.Stored{Version: r.ETag}}
		if r.err != nil {
			return nil, "", r.err
		}
		due = append(due, d)
	}
	return due, next, nil
}

// RemoveDue deletes an entry in the version that was read. Another version was written for a commit that is still to come.
func (s *Store) RemoveDue(ctx context.Context, d platform.DueEnvironment) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	version := azcore.ETag(d.Stored.Version)
	_, err := s.index.DeleteEntity(ctx, duePartition, dueKey(d.At, d.Project, d.Environment), &aztables.DeleteEntityOptions{IfMatch: &version})
	if isMissingRow(err) || isStatus(err, http.StatusPreconditionFailed, string(aztables.UpdateConditionNotSatisfied)) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("take %s/%s off what is due: %w", d.Project, d.Environment, s.failure(err))
	}
	return nil
}
