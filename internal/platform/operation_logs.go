package platform

import (
	"context"
	"fmt"
	"strings"
)

// afterPlan begins a cursor into the log of the run that applies an approved plan; the log of the run that made it comes first.
const afterPlan = "apply."

// GetOperationLogs reads the log of the operation's run from a cursor on: of the run that planned, then of the one that applied, where
// there are two. An operation without a run has no lines yet, or never.
func (s *Service) GetOperationLogs(ctx context.Context, c Caller, id, after string) (LogPage, error) {
	op, err := s.operation(ctx, c, id, OperationsRead)
	if err != nil {
		return LogPage{}, err
	}
	if op.PlanRun.ID == "" {
		page, err := s.runLog(ctx, op, op.Run().ID, after)
		page.Complete = page.Complete && op.noMore()
		return page, err
	}
	rest, applying := strings.CutPrefix(after, afterPlan)
	if !applying {
		page, err := s.runLog(ctx, op, op.PlanRun.ID, after)
		if err != nil || !page.Complete {
			return page, err
		}
		page.Complete = op.Status.Final() && op.Run().ID == ""
		page.Next = afterPlan
		return page, nil
	}
	page, err := s.runLog(ctx, op, op.Run().ID, rest)
	page.Next, page.Complete = afterPlan+page.Next, page.Complete && op.noMore()
	return page, err
}

// noMore reports whether no other run follows the one that has the operation. Where people have to agree, one may until the operation
// has ended: that a run has ended is known from its log before it is known here.
func (o Operation) noMore() bool { return o.Gate == NoGate || o.Status.Final() }

func (s *Service) runLog(ctx context.Context, op Operation, run, after string) (LogPage, error) {
	if run == "" {
		return LogPage{Next: after, Complete: op.Status.Final()}, nil
	}
	page, err := s.Pipelines.Log(ctx, run, after)
	if isCode(err, NotFound) { // while the operation goes on, another run may take the place of one that is gone
		return LogPage{Next: after, Complete: op.Status.Final()}, nil
	}
	if err != nil {
		return LogPage{}, fmt.Errorf("read log of operation %s: %w", op.ID, err)
	}
	return maskedLog(page), nil
}
