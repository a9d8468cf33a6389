package platform

import (
	"cmp"
	"context"
	"fmt"
)

// judge assesses a change and refuses a deployment that may not be. A plan may always be seen, and a deletion costs nothing.
func (s *Service) judge(ctx context.Context, c Caller, ch change, env Environment, exists bool, w *wanted) error {
	if ch.mode == ModeDestroy {
		return nil
	}
	if err := s.assess(ctx, c, ch, env, exists, w); err != nil {
		return err
	}
	if ch.mode == ModePlan {
		return nil
	}
	return w.assessment.refusal()
}

// assess adds what can be said of the change before anything is built.
func (s *Service) assess(ctx context.Context, c Caller, ch change, env Environment, exists bool, w *wanted) error {
	manifest := w.manifest.WithValues(w.values.Effective) // what a value says counts like what was typed
	in := AssessmentInput{Caller: c, Project: ch.in, Environment: ch.environment, Exists: exists, Type: w.envType, Template: w.template,
		Parameters: decodeInputs(w.parameters), Manifest: manifest, Resolved: w.resolved, Policies: w.policies}
	region := cmp.Or(w.envType.Region, s.Region)
	in.After = EstimateManifest(s.Prices, manifest, w.resolved, region)
	in.Before = Price{Currency: in.After.Currency}
	if exists && env.Deployment != "" {
		dep, err := s.Store.Deployment(ctx, env.Project, env.Name, env.Deployment)
		if err != nil {
			return fmt.Errorf("read deployment %s: %w", env.Deployment, err)
		}
		w.current = &dep
		if dep.Price != nil {
			in.Before = *dep.Price
		}
	}
	if ch.in.Budget != nil {
		var err error
		if in.Elsewhere, err = s.spentElsewhere(ctx, ch); err != nil {
			return err
		}
	}
	w.assessment = Assess(in)
	return nil
}

// spentElsewhere is what the other environments of the project cost in a month, with what is being deployed to them now.
func (s *Service) spentElsewhere(ctx context.Context, ch change) (Money, error) {
	var sum Money
	page := Page{Size: 200}
	for range maxEnvironmentPages {
		environments, next, err := s.Store.Environments(ctx, ch.project, page)
		if err != nil {
			return 0, fmt.Errorf("list environments of %s: %w", ch.project, err)
		}
		for _, env := range environments {
			if env.Name != ch.environment && env.State != Deleted {
				sum += max(env.Monthly, env.Planned)
			}
		}
		if next == "" {
			return sum, nil
		}
		page.After = next
	}
	return 0, Errorf(Internal, "Project %s has too many environments to add up what they cost.", ch.project)
}

// maxEnvironmentPages bounds the environments of a project that are added up.
const maxEnvironmentPages = 50
