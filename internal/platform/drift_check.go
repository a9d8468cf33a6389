package platform

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// CheckDrift queues a look whether an environment is still as it was deployed: the plan of its current deployment, whose bundle
// it uses as it is. It changes nothing, whatever it finds. Errors: NotFound, OperationInProgress, Invalid when there is nothing deployed.
func (s *Service) CheckDrift(ctx context.Context, c Caller, project, name, operation string) (Operation, error) {
	if _, err := s.inEnvironment(ctx, c, project, name, "", DeploymentsWrite); err != nil {
		return Operation{}, err
	}
	if operation == "" {
		operation = s.NewID()
	} else if !ValidOperationID(operation) {
		return Operation{}, badOperationID()
	}
	ch := change{kind: "checkDrift", project: project, environment: name, operation: operation, mode: ModeDrift}
	fingerprint := fingerprintOf(c, ch)
	for range maxDecisions {
		done, repeated, err := s.repeat(ctx, ch, fingerprint)
		if err != nil {
			return Operation{}, err
		}
		if repeated {
			return *done.Operation, nil
		}
		env, exists, err := s.environment(ctx, project, name)
		if err != nil {
			return Operation{}, err
		}
		if !exists {
			return Operation{}, noEnvironment(project, name)
		}
		if err := mayLook(env); err != nil {
			return Operation{}, err
		}
		op, err := s.acceptLook(ctx, c, env, ch, fingerprint)
		if !isCode(err, Conflict) {
			return op, err
		}
	}
	return Operation{}, Errorf(Conflict, "Too many changes to %s at once.", targetOf(project, name)).Do("Try again.")
}

// mayLook reports what keeps a look for drift from making sense now.
func mayLook(env Environment) error {
	switch {
	case env.ActiveOperation != "":
		return inProgress(env)
	case env.Deployment == "" || env.State != Ready && env.State != Hibernated:
		return Errorf(Invalid, "Environment %s/%s is %s, so there is nothing to compare it with.", env.Project, env.Name, env.State).
			Do("Deploy it: lazuli deploy %s/%s", env.Project, env.Name)
	}
	return nil
}

// acceptLook stores the operation and takes the environment's lock, as every operation that needs its state does.
func (s *Service) acceptLook(ctx context.Context, c Caller, env Environment, ch change, fingerprint string) (Operation, error) {
	now := s.Now()
	op := newOperation(c, ch, Deployment{ID: env.Deployment}, fingerprint, now)
	env.Resting, env.ActiveOperation, env.UpdatedAt = env.State, op.ID, now
	env.Revision++
	d := decided{env: env, op: op, audit: s.audit(c, ch.kind, op.Project, targetOf(op.Project, op.Environment), op.ID, "")}
	if err := s.open(ctx, op); err != nil {
		return Operation{}, err
	}
	tx := s.transactionOf(c, ch, &d)
	tx.Deployment = nil // it is another operation's, and stays as it is
	if err := s.commit(ctx, tx); err != nil {
		return Operation{}, fmt.Errorf("look for drift of %s: %w", targetOf(op.Project, op.Environment), err)
	}
	s.Relay.Hint(op.Project, op.ID)
	return d.op, nil
}

// storeDrift keeps what a look saw with the environment. The first report of an operation counts: the same plan again is answered
// the same, and there is nothing to apply in any case.
func (s *Service) storeDrift(ctx context.Context, op Operation, plan Plan) (PlanDecision, error) {
	done := PlanDecision{Reason: "It was looked for drift alone."}
	env, err := s.Store.Environment(ctx, op.Project, op.Environment)
	if err != nil {
		return done, fmt.Errorf("store drift of %s: %w", op.ID, err)
	}
	if env.ActiveOperation != op.ID || env.Drift != nil && env.Drift.Known != nil && env.Drift.Known.Operation == op.ID {
		return done, nil
	}
	dep, err := s.Store.Deployment(ctx, op.Project, op.Environment, op.Deployment)
	if err != nil {
		return done, fmt.Errorf("read deployment %s: %w", op.Deployment, err)
	}
	now := s.Now()
	found := driftedIn(plan, dep.Manifest)
	drift := env.drift()
	drift.Notes = drift.live(now)
	open, _ := judgeDrift(found, drift.Notes, now)
	drift.Known = &DriftKnown{Operation: op.ID, At: now, Deployment: op.Deployment, Open: len(open)}
	if drift.Known.Found, err = s.putDrift(ctx, env, found); err != nil {
		return done, err
	}
	env.Drift, env.UpdatedAt = &drift, now
	env.Revision++
	d := Decide(op, Planned{Plan: plan}, now)
	op, err = s.commitWith(ctx, op, d, Transaction{Environment: &env})
	if err != nil {
		return done, err
	}
	s.wake(ctx, op, d)
	return done, nil
}

// putDrift stores what was found. The same again is the same body, however often it is found.
func (s *Service) putDrift(ctx context.Context, env Environment, found []DriftedResource) (BodyRef, error) {
	if len(found) == 0 {
		return BodyRef{}, nil
	}
	text, err := json.Marshal(found)
	if err != nil {
		return BodyRef{}, fmt.Errorf("encode drift of %s: %w", targetOf(env.Project, env.Name), err)
	}
	ref, err := s.Store.PutBody(ctx, env.Project, "drift-"+env.Name+"-"+digestOf(text)[:16], text)
	if err != nil {
		return BodyRef{}, fmt.Errorf("store drift of %s: %w", targetOf(env.Project, env.Name), err)
	}
	return ref, nil
}

// driftOf reads what was found.
func (s *Service) driftOf(ctx context.Context, env Environment) ([]DriftedResource, error) {
	if env.Drift == nil || env.Drift.Known == nil || env.Drift.Known.Found == (BodyRef{}) {
		return nil, nil
	}
	text, err := s.Store.Body(ctx, env.Project, env.Drift.Known.Found)
	if err != nil {
		return nil, fmt.Errorf("read drift of %s: %w", targetOf(env.Project, env.Name), err)
	}
	var found []DriftedResource
	if err := json.Unmarshal(text, &found); err != nil {
		return nil, fmt.Errorf("decode drift of %s: %w", targetOf(env.Project, env.Name), err)
	}
	return found, nil
}

// GetDriftReport says what the last look for drift found, and what is ignored of it for now.
func (s *Service) GetDriftReport(ctx context.Context, c Caller, project, name string) (DriftReport, error) {
	env, err := s.GetEnvironment(ctx, c, project, name)
	if err != nil {
		return DriftReport{}, err
	}
	return s.reportDrift(ctx, env, s.Now())
}

func (s *Service) reportDrift(ctx context.Context, env Environment, now time.Time) (DriftReport, error) {
	found, err := s.driftOf(ctx, env)
	if err != nil {
		return DriftReport{}, err
	}
	return driftReport(env.Drift, found, now), nil
}
