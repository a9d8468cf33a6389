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
		return w.assessment.overQuota(true)
	}
	return w.assessment.refusal()
}

// regionOf is where environments of a type are.
func (s *Service) regionOf(t EnvironmentType) string { return cmp.Or(t.Region, s.Region) }

// assess adds what can be said of the change before anything is built.
func (s *Service) assess(ctx context.Context, c Caller, ch change, env Environment, exists bool, w *wanted) error {
	manifest := w.manifest.WithValues(w.values.Effective) // what a value says counts like what was typed
	in := AssessmentInput{Caller: c, Project: ch.in, Environment: ch.environment, Exists: exists, Type: w.envType, Template: w.template,
		Parameters: decodeInputs(w.parameters), Manifest: manifest, Resolved: w.resolved, Policies: w.policies}
	region := s.regionOf(w.envType)
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
	if exists {
		in.Has = env.holds()
	}
	if err := s.count(ctx, ch, &in, w); err != nil {
		return err
	}
	w.assessment = Assess(in)
	return nil
}

// count adds what quotas and budgets are compared with, where there are any.
func (s *Service) count(ctx context.Context, ch change, in *AssessmentInput, w *wanted) error {
	x, err := s.Roster.Current(ctx)
	if err != nil {
		return err
	}
	if team, ok := x.directory.team(ch.in.Team); ok {
		in.TeamQuota = team.Quota
	}
	if ch.in.Budget == nil && ch.in.Quota == nil && in.TeamQuota == nil {
		return nil
	}
	now := s.Now()
	usage, err := s.usage(ctx, ch.project, now)
	if err != nil {
		return fmt.Errorf("read usage of %s: %w", ch.project, err)
	}
	w.usage = &usage
	if in.Elsewhere, err = s.consumption(ctx, ch.project, ch.environment); err != nil {
		return err
	}
	for _, sibling := range ch.siblings {
		in.Elsewhere.add(sibling)
	}
	in.Elsewhere.DeploymentsPerHour = len(usage.Recent) + len(ch.siblings)
	if in.TeamQuota == nil {
		return nil
	}
	in.Teammates, err = s.teamConsumption(ctx, x, ch.in.Team, ch.project, now)
	return err
}
