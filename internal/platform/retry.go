package platform

import (
	"context"
	"fmt"
)

// RetryOperation asks again for what an operation was to do that failed or was canceled, in a new operation: with the manifest, the
// definitions and the mode of then. The engine goes on where it stopped, since it knows what is there. Only the last change of an
// environment can be tried again, so that none undoes what came after it. Policies, quotas and approvals are asked again; where another
// pair of eyes is asked for, it is neither his who asked first nor his who tries again.
func (s *Service) RetryOperation(ctx context.Context, c Caller, id, operation string) (Accepted, error) {
	op, err := s.operation(ctx, c, id, DeploymentsWrite)
	if err != nil {
		return Accepted{}, err
	}
	action := DeploymentsWrite
	if op.Mode == ModeDestroy {
		action = EnvironmentsWrite
	}
	in, err := s.inEnvironment(ctx, c, op.Project, op.Environment, "", action)
	if err != nil {
		return Accepted{}, err
	}
	switch {
	case !op.Status.Final():
		return Accepted{}, Errorf(OperationInProgress, "Operation %s has not ended: it is %s.", id, op.Stage).Do("Wait for it: lazuli operation watch %s", id)
	case op.Mode == ModeDrift:
		return Accepted{}, Errorf(OperationFinal, "Operation %s looked for drift and changed nothing, so there is nothing to try again.", id).Do("Look again: lazuli drift check %s/%s", op.Project, op.Environment)
	case op.Status == Succeeded:
		return Accepted{}, Errorf(OperationFinal, "Operation %s has succeeded; there is nothing to try again.", id)
	}
	dep, err := s.Store.Deployment(ctx, op.Project, op.Environment, op.Deployment)
	if err != nil {
		return Accepted{}, fmt.Errorf("read deployment %s: %w", op.Deployment, err)
	}
	ch := change{kind: "retryOperation", in: in, project: op.Project, environment: op.Environment, operation: operation, mode: op.Mode, retryOf: id, askers: dep.triedAgainBy(c), adopts: dep.Adopts}
	if op.Mode == ModeDestroy {
		ch.spec.Manifest = &Manifest{}
	} else if dep.Power != "" {
		ch.power = dep.Power
	} else {
		again := Source{Environment: op.Environment, Deployment: dep.ID}
		ch.spec.From = &again
		ch.from = &source{Source: again, deployment: dep, rollback: true}
	}
	return s.accept(ctx, c, ch)
}

// isLast refuses to try something again after which something else happened. A plan undoes nothing.
func (ch change) isLast(env Environment) error {
	if ch.retryOf == "" || ch.mode == ModePlan || env.Failure != nil && env.Failure.Operation == ch.retryOf {
		return nil
	}
	return Errorf(OperationFinal, "Operation %s was not the last change of %s/%s, so it is not tried again.", ch.retryOf, env.Project, env.Name).
		Do("Ask for what you want now: lazuli deploy %s/%s", env.Project, env.Name)
}
