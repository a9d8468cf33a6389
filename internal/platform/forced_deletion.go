package platform

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// ForcedDeletion is what an admin has to say to have an environment called deleted that is not proven to be.
type ForcedDeletion struct {
	Reason  string
	Confirm string // the name of the environment, typed: payments/dev
	// DespiteProtection says that he knows the environment to be protected, and means it all the same.
	DespiteProtection bool
}

// The length of a reason, in characters.
const (
	minReason = 10
	maxReason = 500
)

// ForceDeleteEnvironment breaks the glass: an environment whose deletion failed is called deleted without any proof, so that its
// name and its quota are free. Nothing is removed by it. What was left stays on the record: in the environment, in the audit
// log with the reason, and in the event. What is protected stays, unless he says that it is to go despite that. Errors: Invalid, NotFound,
// OperationInProgress, Conflict, EnvironmentProtected.
func (s *Service) ForceDeleteEnvironment(ctx context.Context, c Caller, project, name string, f ForcedDeletion, operation string) (Operation, error) {
	if _, err := s.inEnvironment(ctx, c, project, name, "", EnvironmentsForceDelete); err != nil {
		return Operation{}, err
	}
	if err := f.check(project, name); err != nil {
		return Operation{}, err
	}
	fingerprint := f.fingerprint(c, project, name)
	if operation == "" {
		operation = s.NewID()
	} else if !ValidOperationID(operation) {
		return Operation{}, badOperationID()
	}
	op, err := s.Store.Operation(ctx, operation)
	if !isCode(err, NotFound) {
		if err == nil && op.Fingerprint != fingerprint {
			err = operationReused(operation)
		}
		return op, err
	}
	env, exists, err := s.environment(ctx, project, name)
	switch {
	case err != nil:
		return Operation{}, err
	case !exists:
		return Operation{}, noEnvironment(project, name)
	case env.ActiveOperation != "":
		return Operation{}, inProgress(env)
	case env.State != DeleteFailed:
		return Operation{}, Errorf(Conflict, "Environment %s/%s is %s: only one whose deletion failed can be called deleted without proof.", project, name, env.State).
			Do("Delete it: lazuli env delete %s/%s", project, name)
	case env.Protection != nil && !f.DespiteProtection:
		return Operation{}, isProtected(env).Do("Ask who protected it. If it is to go all the same, say so: lazuli env force-delete %s/%s --despite-protection", project, name)
	}
	return s.commitForcedDeletion(ctx, c, env, f, Operation{
		ID: operation, Kind: "forceDeleteEnvironment", Project: project, Environment: name, Mode: ModeDestroy,
		Status: Succeeded, Stage: Done, Message: "Called deleted without proof: " + f.Reason, RequestedBy: c.ID, Fingerprint: fingerprint,
	})
}

func (f ForcedDeletion) check(project, name string) error {
	var wrong []Detail
	if n := utf8.RuneCountInString(strings.TrimSpace(f.Reason)); n < minReason || n > maxReason {
		wrong = append(wrong, Detail{"/reason", fmt.Sprintf("must have %d to %d characters", minReason, maxReason)})
	}
	if want := project + "/" + name; f.Confirm != want {
		wrong = append(wrong, Detail{"/confirm", "must be " + want})
	}
	if len(wrong) == 0 {
		return nil
	}
	return Errorf(Invalid, "A deletion without proof takes a reason, and the name of the environment as a confirmation.").With(wrong...)
}

func (f ForcedDeletion) fingerprint(c Caller, project, name string) string {
	parts := []string{"forceDeleteEnvironment", project, name, c.ID, f.Reason}
	if f.DespiteProtection {
		parts = append(parts, "despiteProtection")
	}
	text, err := json.Marshal(parts)
	if err != nil { // strings: cannot happen
		text = nil
	}
	return digestOf(text)
}

// commitForcedDeletion stores the end of an environment with the operation that is its record: it is final when it is made.
func (s *Service) commitForcedDeletion(ctx context.Context, c Caller, env Environment, f ForcedDeletion, op Operation) (Operation, error) {
	now := s.Now()
	op.CreatedAt, op.UpdatedAt, op.NextLook, op.Deadline, op.Revision = now, now, now, now, 1
	left := env.left()
	audit := s.audit(c, op.Kind, op.Project, targetOf(op.Project, op.Environment), op.ID, "").
		changing(env.auditedForce(), map[string]any{"state": Deleted, "proven": false, "reason": f.Reason, "remaining": someOf(left), "remainingCount": len(left)})
	env = calledDeleted(env, now)
	events := []Message{newEvent(&op, &env, operationSucceeded, eventData{Status: string(op.Status), Stage: string(op.Stage), State: string(env.State)}, now),
		newEvent(&op, &env, environmentDeleted, deletedData(env), now)}
	if err := s.open(ctx, op); err != nil {
		return Operation{}, err
	}
	if err := s.commit(ctx, Transaction{Project: op.Project, Environment: &env, Operation: &op, Audit: []AuditEvent{audit}, Outbox: events}); err != nil {
		return Operation{}, fmt.Errorf("delete %s without proof: %w", targetOf(op.Project, op.Environment), err)
	}
	s.Relay.Hint(op.Project, op.ID)
	s.Log.Warn("environment called deleted without proof", "operation", op.ID, "environment", targetOf(op.Project, op.Environment), "remaining", len(left))
	return op, nil
}

// auditedForce is what the audit log shows of an environment that was called deleted, as it was.
func (e Environment) auditedForce() map[string]any {
	out := map[string]any{"state": e.State, "deployment": e.Deployment}
	if p := e.Protection; p != nil {
		out["protected"], out["protectedBy"] = p.Reason, p.By
	}
	return out
}

// calledDeleted ends an environment that is not proven to be empty. Its failure stays: it says what was left.
func calledDeleted(env Environment, now time.Time) Environment {
	env.State, env.Unproven, env.Outputs, env.Drift = Deleted, true, nil, nil
	env.Monthly, env.Planned, env.Resources, env.PlannedResources = 0, 0, nil, nil
	env.UpdatedAt = now
	env.Revision++
	return env
}

// left is what the last deletion left, as far as it is known.
func (e Environment) left() []string {
	if e.Failure == nil {
		return nil
	}
	return e.Failure.Remaining
}

// maxTold and maxToldName bound what events and the audit log say of what is left; the environment's record has all of it.
const (
	maxTold     = 50
	maxToldName = 200
)

func someOf(left []string) []string {
	told := make([]string, 0, min(len(left), maxTold))
	for _, name := range left[:min(len(left), maxTold)] {
		told = append(told, clip(name, maxToldName))
	}
	return told
}

// deletedData is the body of an event about a deletion: whether it is proven, and what was left.
func deletedData(env Environment) eventData {
	proven := env.State == Deleted && !env.Unproven
	return eventData{State: string(env.State), Proven: &proven, Remaining: someOf(env.left()), RemainingCount: len(env.left())}
}
