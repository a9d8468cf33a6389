package platform

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Quota bounds what a project, or all projects of a team together, may have. Zero, or a type that is not named, is no bound.
type Quota struct {
	Environments       int            `json:"environments,omitempty"`
	RunningOperations  int            `json:"runningOperations,omitempty"`
	DeploymentsPerHour int            `json:"deploymentsPerHour,omitempty"`
	Resources          map[string]int `json:"resources,omitempty"` // by resource type; 0 forbids the type
}

// Usage is when a project deployed in the last hour. Every acceptance that a quota or budget bounds writes its row, so that of two
// at the same time one has to count again.
type Usage struct {
	Project string
	Recent  []time.Time // oldest first
	Stored  Stored
}

// Consumption is what is there, with what is being made of it now.
type Consumption struct {
	Environments       int
	RunningOperations  int
	DeploymentsPerHour int
	Resources          map[string]int
	Monthly            Money
}

// QuotaVerdict compares one bound with what there would be.
type QuotaVerdict struct {
	Scope  string // "project payments", "team payments"
	Bound  string // "environments", "resources of type postgres", …
	Limit  int
	Used   int // now
	Would  int // with what is asked for
	Within bool
	paced  bool // it bounds how much happens at a time; plans count too
}

// maxRecent bounds the deployments that are remembered, and with it the quota for an hour.
const maxRecent = 1000

func checkQuota(q *Quota, at string) []Detail {
	if q == nil {
		return nil
	}
	var wrong []Detail
	for name, n := range map[string]int{"environments": q.Environments, "runningOperations": q.RunningOperations, "deploymentsPerHour": q.DeploymentsPerHour} {
		if n < 0 || n > maxRecent {
			wrong = append(wrong, Detail{at + "/" + name, fmt.Sprintf("must be 1 to %d, or left out", maxRecent)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(q.Resources)) {
		if n := q.Resources[name]; !ValidName(name) || n < 0 || n > maxRecent {
			wrong = append(wrong, Detail{at + "/resources/" + pointerToken(clip(name, 80)), fmt.Sprintf("must be a resource type with 0 to %d", maxRecent)})
		}
	}
	slices.SortFunc(wrong, func(a, b Detail) int { return strings.Compare(a.Pointer, b.Pointer) })
	return wrong
}

// judge compares a quota with what is elsewhere and what is asked for. It is pure.
func (q *Quota) judge(scope string, now Consumption, before, after map[string]int, exists bool) []QuotaVerdict {
	if q == nil {
		return nil
	}
	var out []QuotaVerdict
	add := func(bound string, limit, used, would int, paced bool) {
		out = append(out, QuotaVerdict{scope, bound, limit, used, would, would <= limit, paced})
	}
	if q.Environments > 0 && !exists {
		add("environments", q.Environments, now.Environments, now.Environments+1, false)
	}
	if q.RunningOperations > 0 {
		add("running operations", q.RunningOperations, now.RunningOperations, now.RunningOperations+1, true)
	}
	if q.DeploymentsPerHour > 0 {
		add("deployments in an hour", q.DeploymentsPerHour, now.DeploymentsPerHour, now.DeploymentsPerHour+1, true)
	}
	for _, name := range slices.Sorted(maps.Keys(q.Resources)) {
		if more := after[name]; more > before[name] { // what asks for no more than it has may stay
			used := now.Resources[name]
			add("resources of type "+name, q.Resources[name], used+before[name], used+more, false)
		}
	}
	return out
}

// resourcesOf counts the resources of a manifest by type.
func resourcesOf(m Manifest) map[string]int {
	out := map[string]int{}
	for _, r := range m.Resources {
		out[r.Type]++
	}
	return out
}

// holds is what an environment has, or will have when its operation succeeds: of each type the larger number.
func (e Environment) holds() map[string]int {
	out := maps.Clone(e.Resources)
	if out == nil {
		out = map[string]int{}
	}
	for name, n := range e.PlannedResources {
		out[name] = max(out[name], n)
	}
	return out
}

// add counts an environment.
func (c *Consumption) add(e Environment) {
	c.Environments++
	if e.ActiveOperation != "" {
		c.RunningOperations++
	}
	c.Monthly += max(e.Monthly, e.Planned)
	if c.Resources == nil {
		c.Resources = map[string]int{}
	}
	for name, n := range e.holds() {
		c.Resources[name] += n
	}
}

func (c *Consumption) plus(o Consumption) {
	c.Environments += o.Environments
	c.RunningOperations += o.RunningOperations
	c.DeploymentsPerHour += o.DeploymentsPerHour
	c.Monthly += o.Monthly
	if c.Resources == nil {
		c.Resources = map[string]int{}
	}
	for name, n := range o.Resources {
		c.Resources[name] += n
	}
}

// consumption adds up a project's environments but one. That one counts as an environment, and no more.
func (s *Service) consumption(ctx context.Context, project, except string) (Consumption, error) {
	var sum Consumption
	page := Page{Size: 200}
	for range maxEnvironmentPages {
		environments, next, err := s.Store.Environments(ctx, project, page)
		if err != nil {
			return Consumption{}, fmt.Errorf("list environments of %s: %w", project, err)
		}
		for _, env := range environments {
			if env.Name != except && env.State != Deleted {
				sum.add(env)
			}
		}
		if next == "" {
			return sum, nil
		}
		page.After = next
	}
	return Consumption{}, Errorf(Internal, "Project %s has too many environments to add up what they use.", project)
}

// maxEnvironmentPages bounds the environments of a project that are added up.
const maxEnvironmentPages = 50

// usage reads when a project deployed in the last hour.
func (s *Service) usage(ctx context.Context, project string, now time.Time) (Usage, error) {
	u, err := s.Store.Usage(ctx, project)
	if isCode(err, NotFound) {
		return Usage{Project: project}, nil
	}
	u.Recent = slices.DeleteFunc(u.Recent, func(at time.Time) bool { return now.Sub(at) >= time.Hour })
	return u, err
}

// with notes deployments, and forgets the oldest beyond what any quota can ask for.
func (u Usage) with(now time.Time, deployments int) *Usage {
	for range deployments {
		u.Recent = append(u.Recent, now)
	}
	if n := len(u.Recent); n > maxRecent {
		u.Recent = u.Recent[n-maxRecent:]
	}
	return &u
}

// teamConsumption adds up the other projects of a team. Two projects that deploy in the same moment may both pass: what bounds a
// team is asked for at acceptance, and no transaction spans two projects.
func (s *Service) teamConsumption(ctx context.Context, x *AccessIndex, team, except string, now time.Time) (Consumption, error) {
	var sum Consumption
	for _, name := range x.projects[team] {
		if name == except {
			continue
		}
		p, err := s.Store.Project(ctx, name)
		if isCode(err, NotFound) || err == nil && p.Team != team {
			continue
		}
		if err != nil {
			return Consumption{}, err
		}
		c, err := s.consumption(ctx, name, "")
		if err != nil {
			return Consumption{}, err
		}
		u, err := s.usage(ctx, name, now)
		if err != nil {
			return Consumption{}, err
		}
		c.DeploymentsPerHour = len(u.Recent)
		sum.plus(c)
	}
	return sum, nil
}
