package platform

import (
	"context"
	"fmt"
)

// movedSince says what has moved since the plan of an operation was made; empty when nothing has. The manifest cannot have, as long as
// the operation has its environment; what the engine knows of its state, the engine itself compares when it applies the plan.
func (s *Service) movedSince(ctx context.Context, op Operation, dep Deployment) (string, error) {
	env, err := s.Store.Environment(ctx, op.Project, op.Environment)
	if err != nil {
		return "", fmt.Errorf("read environment %s: %w", targetOf(op.Project, op.Environment), err)
	}
	if env.ActiveOperation != op.ID {
		return "the environment has been changed by another operation.", nil
	}
	reason, err := s.valuesMoved(ctx, op, dep)
	if err != nil || reason != "" {
		return reason, err
	}
	return s.definitionsMoved(ctx, dep)
}

func (s *Service) valuesMoved(ctx context.Context, op Operation, dep Deployment) (string, error) {
	if dep.Values == nil {
		return "", nil
	}
	now, _, err := s.valuesToApply(ctx, op, dep)
	if err != nil {
		return "", err
	}
	if !dep.Values.same(now.pin(dep.Manifest)) {
		return "values that it uses have been changed.", nil
	}
	return "", nil
}

// valuesToApply are the values that a plan is applied with: those of now, and before its approval with those of its source where they go
// along. next is the version that is stored with the approval; nil when none is.
func (s *Service) valuesToApply(ctx context.Context, op Operation, dep Deployment) (values Values, next *ValueVersion, err error) {
	scope := ValueScope{dep.Project, dep.Environment}
	if values, err = s.valuesOf(ctx, scope); err != nil || op.Gate != GateClosed || dep.From == nil || !dep.From.ValuesGoAlong {
		return values, nil, err
	}
	from := &source{Source: *dep.From, rollback: dep.From.Environment == dep.Environment}
	if from.deployment, err = s.Store.Deployment(ctx, dep.Project, from.Environment, from.Deployment); err != nil {
		return values, nil, fmt.Errorf("read deployment %s: %w", from.Deployment, err)
	}
	if from.deployment.Values == nil {
		return values, nil, nil
	}
	if from.values, err = s.valueVersion(ctx, ValueScope{dep.Project, from.Environment}, from.deployment.Values.Environment); err != nil {
		return values, nil, err
	}
	values.Head.Scope = scope
	if next, err = from.goAlong(values.Head, Caller{ID: op.RequestedBy}, s); err != nil || next == nil {
		return values, nil, err
	}
	project, err := s.valueHead(ctx, ValueScope{Project: dep.Project})
	return Values{Head: *next, Beneath: project.Number, Effective: EffectiveValues(project, *next)}, next, err
}

// definitionsMoved compares with the versions that are in use now; what goes back to an earlier deployment keeps its own as long as they
// may be used at all.
func (s *Service) definitionsMoved(ctx context.Context, dep Deployment) (string, error) {
	p, err := s.Store.Project(ctx, dep.Project)
	if err != nil {
		return "", fmt.Errorf("read project %s: %w", dep.Project, err)
	}
	catalog, err := s.catalogOf(ctx, p)
	if err != nil {
		return "", err
	}
	back := dep.From != nil && dep.From.Environment == dep.Environment
	for _, pin := range dep.Definitions {
		name := pin.Definition + "@" + pin.Version
		if _, err := catalog.Pinned([]Pin{{Kind: KindResourceDefinition, Name: pin.Definition, Version: pin.Version}}); err != nil {
			if isCode(err, StorageUnavailable) {
				return "", err
			}
			return fmt.Sprintf("the definition %s is defective, or is not there any more.", name), nil
		}
		if !back && !inUse(catalog, pin) {
			return fmt.Sprintf("another version than %s is in use.", name), nil
		}
	}
	return "", nil
}

func inUse(catalog Catalog, pin PinnedDefinition) bool {
	for _, d := range catalog.DefinitionsOf(pin.Type) {
		if d.Name == pin.Definition {
			return d.Version == pin.Version
		}
	}
	return false
}
