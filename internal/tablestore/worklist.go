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

// OpenOperation inserts the reservation, which decides whose the id is, then the entry of the work list. What is there
// already is taken as it is: a repetition keeps the first time, and with it the place in the list.
func (s *Store) OpenOperation(ctx context.Context, id, project string, at time.Time) error {
	open := platform.OpenOperation{ID: id, Project: project, At: at}
	taken, err := s.insert(ctx, s.index, encodeReservation(id, project, at))
	if err != nil {
		return fmt.Errorf("reserve operation %s: %w", id, err)
	}
	if taken { // also by our own first try, whose answer was lost
		earlier, found, err := s.reservation(ctx, id)
		if err != nil {
			return err
		}
		if !found || earlier.Project != project {
			return platform.Errorf(platform.Conflict, "The operation id %s is in use.", id).Do("Use a new id.")
		}
		open = earlier
	}
	if err := s.upsert(ctx, s.index, encodeOpen(open)); err != nil {
		return fmt.Errorf("list operation %s as open: %w", id, err)
	}
	return nil
}

func (s *Store) reservation(ctx context.Context, id string) (platform.OpenOperation, bool, error) {
	r, _, err := s.get(ctx, s.index, reservationPartition(id), reservationKey)
	if err != nil {
		return platform.OpenOperation{}, false, fmt.Errorf("read reservation of operation %s: %w", id, err)
	}
	if r == nil {
		return platform.OpenOperation{}, false, nil
	}
	return platform.OpenOperation{ID: id, Project: r.text("project"), At: r.moment("at")}, true, r.err
}

// CloseOperation removes an operation from the work list and keeps its reservation. Closing again is harmless.
func (s *Store) CloseOperation(ctx context.Context, id string) error {
	open, found, err := s.reservation(ctx, id)
	if err != nil || !found {
		return err
	}
	if err := s.remove(ctx, s.index, openPartition, openKey(open.At, id)); err != nil {
		return fmt.Errorf("close operation %s: %w", id, err)
	}
	return nil
}

// OpenOperations lists the work list, oldest first.
func (s *Store) OpenOperations(ctx context.Context, page platform.Page) ([]platform.OpenOperation, string, error) {
	rows, next, err := s.list(ctx, s.index, inPartition(openPartition), "", page)
	if err != nil {
		return nil, "", fmt.Errorf("list open operations: %w", err)
	}
	open := make([]platform.OpenOperation, 0, len(rows))
	for _, r := range rows {
		o, err := decodeOpen(r)
		if err != nil {
			return nil, "", err
		}
		open = append(open, o)
	}
	return open, next, nil
}

// Sent removes messages from the outbox: in one transaction, unless one of them is gone already, which a transaction does not forgive.
func (s *Store) Sent(ctx context.Context, messages ...platform.Message) error {
	if len(messages) > 1 && len(messages) <= maxActions {
		if s.sentTogether(ctx, messages) == nil {
			return nil
		}
	}
	for _, m := range messages {
		if err := s.remove(ctx, s.projects, keyOf(m.Project), outboxKey(m.Operation, m.ID)); err != nil {
			return fmt.Errorf("remove message %s: %w", m.ID, err)
		}
	}
	return nil
}

func (s *Store) sentTogether(ctx context.Context, messages []platform.Message) error {
	var actions []aztables.TransactionAction
	for _, m := range messages {
		entity, err := newRow(keyOf(m.Project), outboxKey(m.Operation, m.ID)).encode()
		if err != nil {
			return err
		}
		whatever := azcore.ETagAny
		actions = append(actions, aztables.TransactionAction{ActionType: aztables.TransactionTypeDelete, Entity: entity, IfMatch: &whatever})
	}
	return s.submit(ctx, actions)
}

// insert reports whether the row was there already.
func (s *Store) insert(ctx context.Context, table *aztables.Client, r *row) (taken bool, err error) {
	entity, err := r.encode()
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err = table.AddEntity(ctx, entity, nil)
	if isStatus(err, http.StatusConflict, string(aztables.EntityAlreadyExists)) {
		return true, nil
	}
	return false, s.failure(err)
}

// upsert is for rows whose content follows from their key: whoever wrote it before wrote the same.
func (s *Store) upsert(ctx context.Context, table *aztables.Client, r *row) error {
	entity, err := r.encode()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err = table.UpsertEntity(ctx, entity, &aztables.UpsertEntityOptions{UpdateMode: aztables.UpdateModeReplace})
	return s.failure(err)
}

// remove deletes a row whatever its version; one that is gone, perhaps by our own first try, is as good.
func (s *Store) remove(ctx context.Context, table *aztables.Client, partition, key string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	whatever := azcore.ETagAny
	_, err := table.DeleteEntity(ctx, partition, key, &aztables.DeleteEntityOptions{IfMatch: &whatever})
	if isMissingRow(err) {
		return nil
	}
	return s.failure(err)
}
