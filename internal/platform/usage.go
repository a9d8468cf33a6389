package platform

import (
	"context"
	"maps"
	"slices"
)

// UsageView is what a project, or all projects of a team together, have of what they may have.
type UsageView struct {
	Bounds   []BoundUse
	Monthly  Money // of all environments, as far as it is known
	Currency string
	Budget   *Budget // nil when there is none
}

// BoundUse is one bound of a quota, or what could be bounded.
type BoundUse struct {
	Bound string
	Limit *int // nil: not bounded
	Used  int
}

// GetProjectUsage counts what is there, for who may read all environments of the project.
func (s *Service) GetProjectUsage(ctx context.Context, c Caller, name string) (UsageView, error) {
	p, err := s.project(ctx, c, name, EnvironmentsRead)
	if err != nil {
		return UsageView{}, err
	}
	used, err := s.consumption(ctx, p.Name, "")
	if err != nil {
		return UsageView{}, err
	}
	recent, err := s.usage(ctx, p.Name, s.Now())
	if err != nil {
		return UsageView{}, err
	}
	used.DeploymentsPerHour = len(recent.Recent)
	return s.usageView(used, p.Quota, p.Budget), nil
}

// GetTeamUsage counts what all projects of a team have together, for who may read the team.
func (s *Service) GetTeamUsage(ctx context.Context, c Caller, name string) (UsageView, error) {
	g, err := s.look(ctx, c)
	if err != nil {
		return UsageView{}, err
	}
	t, ok := g.index.directory.team(name)
	if !ok || !g.decide(TeamsRead, Target{Team: name}).Allowed {
		return UsageView{}, noTeam(name)
	}
	if _, err := s.teamView(ctx, g, t); err != nil { // it may never have come to be
		return UsageView{}, err
	}
	used, err := s.teamConsumption(ctx, g.index, name, "", g.now)
	if err != nil {
		return UsageView{}, err
	}
	return s.usageView(used, t.Quota, nil), nil
}

func (s *Service) usageView(used Consumption, q *Quota, b *Budget) UsageView {
	v := UsageView{Bounds: q.uses(used), Monthly: used.Monthly, Budget: b}
	if s.Prices != nil {
		v.Currency = s.Prices.Currency()
	}
	return v
}

// uses tells of everything that a quota can bound how much of it there is. It is pure.
func (q *Quota) uses(used Consumption) []BoundUse {
	if q == nil {
		q = &Quota{}
	}
	bounded := func(bound string, limit, used int) BoundUse {
		use := BoundUse{Bound: bound, Used: used}
		if limit > 0 {
			use.Limit = &limit
		}
		return use
	}
	out := []BoundUse{
		bounded("environments", q.Environments, used.Environments),
		bounded("running operations", q.RunningOperations, used.RunningOperations),
		bounded("deployments in an hour", q.DeploymentsPerHour, used.DeploymentsPerHour),
	}
	types := maps.Clone(used.Resources)
	if types == nil {
		types = map[string]int{}
	}
	for name := range q.Resources {
		types[name] += 0
	}
	for _, name := range slices.Sorted(maps.Keys(types)) {
		use := BoundUse{Bound: "resources of type " + name, Used: types[name]}
		if limit, ok := q.Resources[name]; ok { // here zero forbids
			use.Limit = &limit
		}
		out = append(out, use)
	}
	return out
}
