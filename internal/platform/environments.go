package platform

import (
	"context"
	"encoding/json"
)

// EnvironmentSpec is what a caller may say of an environment: a template with parameters, or a manifest.
type EnvironmentSpec struct {
	Type       string
	Template   string
	Parameters json.RawMessage // nil means {}
	Manifest   *Manifest
	Ends       EndWish // of a new environment; zero leaves it to its type
	From       *Source // what was deployed before, instead of a template or a manifest
}

// Accepted is the answer to a change of an environment. Operation is nil when there was nothing to do.
type Accepted struct {
	Environment Environment
	Operation   *Operation
	Created     bool
}

// GetEnvironment returns an environment; NotFound also for a deleted one.
func (s *Service) GetEnvironment(ctx context.Context, c Caller, project, name string) (Environment, error) {
	if _, err := s.inEnvironment(ctx, c, project, name, "", EnvironmentsRead); err != nil {
		return Environment{}, err
	}
	env, exists, err := s.environment(ctx, project, name)
	if err == nil && !exists {
		err = noEnvironment(project, name)
	}
	return env, err
}

// PutEnvironment records what an environment should be and queues the run that makes it so. It answers without an operation
// when the environment is that already. Errors: NameTaken, PreconditionFailed, OperationInProgress, Invalid, NotFound.
func (s *Service) PutEnvironment(ctx context.Context, c Caller, project, name string, spec EnvironmentSpec, pre Preconditions, operation string) (Accepted, error) {
	in, err := s.inEnvironment(ctx, c, project, name, spec.Type, EnvironmentsWrite)
	if err != nil {
		return Accepted{}, err
	}
	if err := checkName("an environment", name); err != nil {
		return Accepted{}, err
	}
	from, err := s.sourceOf(ctx, c, in, name, spec)
	if err != nil {
		return Accepted{}, err
	}
	return s.accept(ctx, c, change{kind: "putEnvironment", in: in, project: project, environment: name, operation: operation,
		mode: ModeDeploy, spec: spec, from: from, pre: pre, mayCreate: true, skipIfSame: true})
}

// DeleteEnvironment queues the run that destroys everything in an environment and proves that nothing is left. Repeated while
// that runs it answers with the same operation. Operation is nil when there is no such environment.
func (s *Service) DeleteEnvironment(ctx context.Context, c Caller, project, name string, pre Preconditions, operation string) (Accepted, error) {
	in, err := s.inEnvironment(ctx, c, project, name, "", EnvironmentsWrite)
	if err != nil {
		return Accepted{}, err
	}
	env, exists, err := s.environment(ctx, project, name)
	if err != nil {
		return Accepted{}, err
	}
	if !exists && (operation == "" || !ValidOperationID(operation)) {
		return Accepted{}, nil
	}
	if env.State == Deleting && env.ActiveOperation != "" && operation == "" {
		op, err := s.Store.Operation(ctx, env.ActiveOperation)
		return Accepted{Environment: env, Operation: &op}, err
	}
	done, err := s.accept(ctx, c, change{kind: "deleteEnvironment", in: in, project: project, environment: name, operation: operation,
		mode: ModeDestroy, spec: EnvironmentSpec{Manifest: &Manifest{}}, pre: pre})
	if !exists && isCode(err, NotFound) {
		return Accepted{}, nil
	}
	return done, err
}

// environment loads an environment; exists is false for one that never was and for one that is deleted.
func (s *Service) environment(ctx context.Context, project, name string) (env Environment, exists bool, err error) {
	if !ValidName(name) {
		return Environment{}, false, nil
	}
	env, err = s.Store.Environment(ctx, project, name)
	if isCode(err, NotFound) {
		return Environment{}, false, nil
	}
	return env, err == nil && env.State != Deleted, err
}

func noEnvironment(project, name string) *Error {
	return Errorf(NotFound, "There is no environment %q in project %s.", clip(name, 80), project).Do("List them: lazuli env list %s", project)
}
