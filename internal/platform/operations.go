package platform

import (
	"context"
	"fmt"
	"time"
)

// pollInterval is how often a waiting GetOperation reads the operation. There is no change feed.
const pollInterval = 250 * time.Millisecond

// Wait says how long GetOperation may wait, and for what.
type Wait struct {
	For   time.Duration // at most 30 seconds; zero answers at once
	Since *int64        // answer when the revision is another one; nil: when the operation is final
}

// GetOperation returns an operation, waiting as asked. It answers with what is there when the time is over or ctx ends.
func (s *Service) GetOperation(ctx context.Context, c Caller, id string, wait Wait) (Operation, error) {
	op, err := s.operation(ctx, c, id, OperationsRead)
	if err != nil || wait.For <= 0 {
		return op, err
	}
	ctx, cancel := context.WithTimeout(ctx, min(wait.For, 30*time.Second))
	defer cancel()
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for !wait.over(op) {
		select {
		case <-ctx.Done():
			return op, nil
		case <-tick.C:
		}
		newer, err := s.Store.Operation(ctx, id)
		if ctx.Err() != nil {
			return op, nil
		}
		if err != nil {
			return op, fmt.Errorf("wait for operation %s: %w", id, err)
		}
		op = newer
	}
	return op, nil
}

func (w Wait) over(op Operation) bool {
	if w.Since == nil {
		return op.Status.Final()
	}
	return op.Revision != *w.Since
}

// ListOperations lists the operations of a project, or of one environment in it, newest first. A page may be short, even empty, and still have a next one.
func (s *Service) ListOperations(ctx context.Context, c Caller, project string, filter OperationFilter, page Page) ([]Operation, string, error) {
	var err error
	if filter.Environment == "" {
		_, err = s.project(ctx, c, project, OperationsRead)
	} else {
		_, err = s.inEnvironment(ctx, c, project, filter.Environment, "", OperationsRead)
	}
	if err != nil {
		return nil, "", err
	}
	return s.Store.Operations(ctx, project, filter, page)
}

// CancelOperation asks for the end of an operation. What no run has taken ends at once; a run is asked to stop.
func (s *Service) CancelOperation(ctx context.Context, c Caller, id string) (Operation, error) {
	op, err := s.operation(ctx, c, id, OperationsCancel)
	if err != nil {
		return Operation{}, err
	}
	if op.Status.Final() {
		return Operation{}, Errorf(OperationFinal, "Operation %s has ended already: %s.", id, op.Status)
	}
	return s.advance(ctx, id, CancelAsked{}, s.audit(c, "cancelOperation", op.Project, targetOf(op.Project, op.Environment), id, ""))
}
