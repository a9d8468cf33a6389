package platform

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform/mask"
)

// RunOperation is the work behind a message of the operations queue: get the operation a run. It returns nil when the message
// is done with, also when the work is to be tried again: then another message is scheduled, since a redelivery cannot wait.
// An error means that the storage could not be used, and the message should come again.
func (s *Service) RunOperation(ctx context.Context, id string) error {
	return s.work(ctx, id, Delivered{})
}

// FollowRun is the work behind a message of the runs queue: look at the operation's run.
func (s *Service) FollowRun(ctx context.Context, id string) error {
	return s.work(ctx, id, Delivered{})
}

// HandleDeadLetter gives an operation whose message the broker gave up a reason and an end.
func (s *Service) HandleDeadLetter(ctx context.Context, id string) error {
	s.Log.Error("message was dead-lettered", "operation", id)
	return s.work(ctx, id, DeadLettered{})
}

func (s *Service) work(ctx context.Context, id string, seen Observation) error {
	if !ValidOperationID(id) {
		s.Log.Error("message names no operation", "operation", id)
		return nil
	}
	_, err := s.advance(ctx, id, seen)
	if isCode(err, NotFound) {
		s.Log.Warn("message for an operation that does not exist", "operation", id)
		return nil
	}
	return err
}

// advance feeds an observation to Decide and carries out what follows, until there is nothing to do. State is stored before
// every call to the pipeline service, so that dying on any line leaves a trace that the next delivery understands.
func (s *Service) advance(ctx context.Context, id string, seen Observation, audit ...AuditEvent) (Operation, error) {
	for range maxDecisions {
		op, err := s.Store.Operation(ctx, id)
		if err != nil {
			return Operation{}, fmt.Errorf("advance operation %s: %w", id, err)
		}
		d := Decide(op, seen, s.Now())
		op, err = s.commitDecision(ctx, op, d, audit...)
		if isCode(err, Conflict) {
			continue // somebody else was faster: look at what he left
		}
		if err != nil {
			return Operation{}, fmt.Errorf("advance operation %s: %w", id, err)
		}
		audit = nil
		s.wake(ctx, op, d)
		seen = s.act(ctx, op, d.Action)
		if seen == nil {
			return op, nil
		}
	}
	return Operation{}, Errorf(Conflict, "Operation %s changes too fast.", id)
}

// act makes the one call that a decision asks for. The answer is the next observation; nil when there is none.
func (s *Service) act(ctx context.Context, op Operation, action Action) Observation {
	switch action {
	case ActionFind:
		run, found, err := s.Pipelines.Find(ctx, op.ID)
		if err != nil {
			return s.failed(op, action, err)
		}
		if !found {
			return LookedUp{}
		}
		return LookedUp{Run: &run}
	case ActionStart:
		run, err := s.Pipelines.Start(ctx, op.ID)
		if err != nil {
			return s.failed(op, action, err)
		}
		s.Log.Info("run started", "operation", op.ID, "run", run.ID, "attempt", op.Attempt)
		return Started{Run: run}
	case ActionRead:
		s.Looks.looked(op.ID, s.Now())
		run, err := s.Pipelines.Read(ctx, op.Run().ID)
		if err != nil {
			return s.failed(op, action, err)
		}
		return Observed{Run: maskedRun(run)}
	case ActionReport:
		return s.fetchReport(ctx, op)
	case ActionCancel:
		if err := s.stop(ctx, op); err != nil {
			s.Log.Warn("run could not be asked to stop", "operation", op.ID, "run", op.Run().ID, "error", err)
		}
	case ActionNone:
	}
	return nil
}

// stop asks the run of an operation to stop. One that was asked for and is not written down yet is looked for: it would find the
// operation ended, and does not have to begin.
func (s *Service) stop(ctx context.Context, op Operation) error {
	run := op.Run()
	if run.ID == "" {
		found, ok, err := s.Pipelines.Find(ctx, op.ID)
		if err != nil || !ok {
			return err
		}
		run = found
	}
	return s.Pipelines.Cancel(ctx, run.ID)
}

func (s *Service) failed(op Operation, action Action, err error) Observation {
	s.Log.Warn("pipeline call failed", "operation", op.ID, "action", string(action), "error", err)
	var e *Error
	reason := "no answer"
	if errors.As(err, &e) {
		reason = mask.Text(e.Message)
	}
	var later Later
	passes := errors.As(err, &later)
	switch {
	case isCode(err, NotFound):
		return Gone{Run: op.Run().ID}
	case errors.Is(err, ErrRefused) && !passes && action == ActionStart:
		return StartRefused{Reason: reason}
	case errors.Is(err, ErrRefused) && e != nil && e.Action != "": // who can do something about it wants to know
		reason += " " + e.Action
	}
	return Unreachable{Reason: reason, RetryAfter: later.After}
}

// fetchReport reads the result that the run published, when its call-back was lost.
func (s *Service) fetchReport(ctx context.Context, op Operation) Observation {
	none := ReportFetched{Run: op.Claimed.ID}
	raw, err := s.Pipelines.Report(ctx, op.Claimed.ID)
	if isCode(err, NotFound) {
		return none
	}
	if err != nil {
		return s.failed(op, ActionReport, err)
	}
	var published struct {
		Operation string          `json:"operation"`
		Status    Status          `json:"status"`
		Outputs   json.RawMessage `json:"outputs"`
		Remaining []string        `json:"remaining"`
		Error     *OperationError `json:"error"`
	}
	if err := json.Unmarshal(raw, &published); err != nil || published.Operation != op.ID {
		s.Log.Warn("published result is not this operation's", "operation", op.ID, "run", op.Claimed.ID, "error", err)
		return none
	}
	report := Report{Status: published.Status, Outputs: published.Outputs, Remaining: published.Remaining, Error: takenIn(published.Error)}
	if err := s.checkReport(ctx, op, report); err != nil {
		s.Log.Warn("published result is not valid", "operation", op.ID, "run", op.Claimed.ID, "error", err)
		return none
	}
	return ReportFetched{Run: op.Claimed.ID, Report: &report}
}

// wake schedules the looks that a decision asks for. They are only for speed: a lost one costs the sweep's interval.
func (s *Service) wake(ctx context.Context, op Operation, d Decision) {
	now := s.Now()
	send := func(kind string, to Destination, at time.Time) {
		m := Message{ID: wakeID(op, kind, at, now), Project: op.Project, Operation: op.ID, Destination: to}
		if to == OperationsQueue {
			m.Session = sessionOf(op.Project, op.Environment)
		}
		if at.After(now) {
			m.NotBefore = at
		}
		if err := s.Messenger.Send(ctx, m); err != nil {
			s.Log.Warn("next look not scheduled; the sweep will look", "operation", op.ID, "error", err)
		}
	}
	if !d.RetryAt.IsZero() {
		send("retry", OperationsQueue, d.RetryAt)
	}
	if !d.LookAt.IsZero() {
		send("look", RunsQueue, d.LookAt)
	}
}

// commitDecision stores what a decision changed, and what the end of an operation means for its environment with it.
func (s *Service) commitDecision(ctx context.Context, before Operation, d Decision, audit ...AuditEvent) (Operation, error) {
	return s.commitWith(ctx, before, d, Transaction{Audit: audit})
}

func (s *Service) commitWith(ctx context.Context, before Operation, d Decision, tx Transaction) (Operation, error) {
	op := d.Operation
	if tx.Deployment == nil && tx.Environment == nil && len(tx.Audit) == 0 && sameButForLooks(before, op) {
		return op, nil
	}
	now := s.Now()
	op.UpdatedAt, op.Revision = now, op.Revision+1
	tx.Project, tx.Operation = op.Project, &op
	if err := s.tell(ctx, before, &op, &tx, now); err != nil {
		return Operation{}, err
	}
	if err := s.commit(ctx, tx); err != nil {
		return Operation{}, err
	}
	if len(tx.Outbox) > 0 {
		s.Relay.Hint(op.Project, op.ID)
	}
	return s.Store.Operation(ctx, op.ID) // with the version that the next write needs
}

// tell adds what everybody should hear of a step of an operation, and at its end what that means for its environment. The
// environment's row counts its events, so it is part of the same transaction.
func (s *Service) tell(ctx context.Context, before Operation, op *Operation, tx *Transaction, now time.Time) error {
	ends := op.Status.Final() && !before.Status.Final()
	steps := stepEvents(before, *op, tx.Deployment)
	if !ends && len(steps) == 0 {
		return nil
	}
	if tx.Environment == nil {
		env, err := s.Store.Environment(ctx, op.Project, op.Environment)
		if err != nil {
			return fmt.Errorf("read environment %s: %w", targetOf(op.Project, op.Environment), err)
		}
		tx.Environment = &env
	}
	for _, step := range steps {
		tx.Outbox = append(tx.Outbox, newEvent(op, tx.Environment, step.kind, step.data, now))
	}
	if !ends {
		return nil
	}
	op.Error = explained(op.Error, s.Explainer)
	if tx.Deployment == nil { // else it has what was said that ends the operation
		dep, err := s.Store.Deployment(ctx, op.Project, op.Environment, op.Deployment)
		if err != nil {
			return fmt.Errorf("settle deployment %s: %w", op.Deployment, err)
		}
		tx.Deployment = &dep
	}
	was := *tx.Environment
	env, dep := Settle(*op, was, *tx.Deployment, now)
	tx.Environment, tx.Deployment = &env, &dep
	tx.Outbox = append(tx.Outbox, endEvents(op, &env, now)...)
	tx.Outbox = append(tx.Outbox, driftEvents(op, was, &env, now)...)
	s.Log.Info("operation ended", "operation", op.ID, "status", string(op.Status), "environment", targetOf(op.Project, op.Environment))
	return nil
}

// sameButForLooks reports whether nothing changed that is worth a write. When to look next is not: the sweep may look early.
func sameButForLooks(a, b Operation) bool {
	a.NextLook = b.NextLook
	return reflect.DeepEqual(a, b)
}
