package platform

import (
	"context"
	"fmt"
)

// HibernateEnvironment switches off what can be in an environment, and keeps everything: what is deployed is deployed again as it is,
// with the power off. It costs less and needs no approval. Errors: EnvironmentNotReady, OperationInProgress, NotFound.
func (s *Service) HibernateEnvironment(ctx context.Context, c Caller, project, name, operation string) (Accepted, error) {
	return s.switchPower(ctx, c, project, name, PowerOff, operation)
}

// WakeEnvironment switches on again what HibernateEnvironment switched off.
func (s *Service) WakeEnvironment(ctx context.Context, c Caller, project, name, operation string) (Accepted, error) {
	return s.switchPower(ctx, c, project, name, PowerOn, operation)
}

func (s *Service) switchPower(ctx context.Context, c Caller, project, name string, power Power, operation string) (Accepted, error) {
	in, err := s.inEnvironment(ctx, c, project, name, "", EnvironmentsPower)
	if err != nil {
		return Accepted{}, err
	}
	return s.accept(ctx, c, powerChange(in, name, power, operation))
}

func powerChange(in Project, environment string, power Power, operation string) change {
	kind := "wakeEnvironment"
	if power == PowerOff {
		kind = "hibernateEnvironment"
	}
	return change{kind: kind, in: in, project: in.Name, environment: environment, operation: operation, mode: ModeDeploy, power: power}
}

// settleOnPower makes the rows of a change that only switches. Nothing is chosen anew: it is the root of now, so whatever happened to
// catalog, values and policies since does not matter.
func (s *Service) settleOnPower(ctx context.Context, c Caller, ch change, env Environment, fingerprint string) (decided, error) {
	if err := switchable(ch.power, env); err != nil {
		return decided{}, err
	}
	current, err := s.Store.Deployment(ctx, env.Project, env.Name, env.Deployment)
	if err != nil {
		return decided{}, fmt.Errorf("read deployment %s: %w", env.Deployment, err)
	}
	bundle, err := s.switched(ctx, ch, current)
	if err != nil {
		return decided{}, err
	}
	d := decided{dep: current, bundle: bundle}
	d.dep.ID, d.dep.Operation, d.dep.Mode, d.dep.Power, d.dep.Bundle = s.NewID(), ch.operation, ModeDeploy, ch.power, bundle.Ref
	d.dep.From, d.dep.Before, d.dep.Need, d.dep.Decisions, d.dep.Plan, d.dep.Outputs = nil, current.Price, nil, nil, nil, nil
	d.dep.Adopts = nil
	d.dep.CreatedAt, d.dep.CreatedBy, d.dep.Askers, d.dep.Stored = s.Now(), c.ID, []Asker{askerOf(c)}, Stored{}
	w := wanted{manifest: current.Manifest}
	if current.Price != nil {
		w.assessment.After = *current.Price
	}
	now := d.dep.CreatedAt
	d.op = newOperation(c, ch, d.dep, fingerprint, now)
	d.audit = s.audit(c, ch.kind, ch.project, targetOf(ch.project, ch.environment), d.op.ID, "power "+string(ch.power)).changing(current.audited(), d.dep.audited())
	d.env = begin(env, true, ch, w, d.op, now).pass(ch.due, now)
	return d, nil
}

// switchable says why an environment cannot be switched from where it stands.
func switchable(power Power, env Environment) error {
	name := env.Project + "/" + env.Name
	switch {
	case power == PowerOff && env.State == Hibernated:
		return Errorf(EnvironmentNotReady, "Environment %s is hibernated already.", name).Do("Wake it: lazuli env wake %s", name)
	case power == PowerOff && env.State != Ready:
		return Errorf(EnvironmentNotReady, "Environment %s is %s; only what is ready can hibernate.", name, env.State).Do("Deploy it first: lazuli deploy %s", name)
	case power == PowerOn && env.State != Hibernated:
		return Errorf(EnvironmentNotReady, "Environment %s is %s, and not hibernated.", name, env.State).Do("Look at it: lazuli env show %s", name)
	}
	return nil
}

// switched is the root of a deployment with another power.
func (s *Service) switched(ctx context.Context, ch change, current Deployment) (Body, error) {
	at := targetOf(ch.project, ch.environment)
	stored, err := s.Store.Body(ctx, ch.project, current.Bundle)
	if err != nil {
		return Body{}, fmt.Errorf("read bundle of %s: %w", current.ID, err)
	}
	files, err := decodeBundle(stored)
	if err != nil {
		return Body{}, err
	}
	files, any, err := s.Renderer.Switch(files, ch.power)
	if err != nil {
		return Body{}, fmt.Errorf("switch %s: %w", at, err)
	}
	if !any {
		return Body{}, Errorf(EnvironmentNotReady, "Nothing in %s/%s can be switched off.", ch.project, ch.environment).
			Do("Delete what is not needed, or ask the platform team for definitions with power: lazuli catalog list")
	}
	raw := make(map[string][]byte, len(files))
	for name, text := range files {
		raw[name] = []byte(text)
	}
	return newBundle(ch, raw)
}
