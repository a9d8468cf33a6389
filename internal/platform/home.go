package platform

import (
	"context"
	"slices"
	"time"
)

const (
	expiresSoon  = 3 * day
	failedLately = 14 * day
	// mostOnHome bounds each list of the home page; newestOfEach is how many operations of a project may come into its activity.
	mostOnHome   = 20
	newestOfEach = 5
)

// Home is what somebody looks at first: what needs him, what goes on, and what happened, in all projects that he sees.
type Home struct {
	Approvals []Operation   // wait for him: he may decide, and has not
	Running   []Operation   // run, or wait for others
	Failed    []Operation   // the last change of an environment, within two weeks
	Expiring  []Environment // are deleted by themselves within three days, the next one first
	Recent    []Operation   // the newest
	Projects  int           // how many he sees, as far as they were looked at
	Complete  bool          // nothing was left out for being too much
}

// GetHome looks across the projects of the caller. It costs what a survey does, a reading of each of the newest operations, and
// one for each operation that runs or has failed; two for each that waits for approval.
func (s *Service) GetHome(ctx context.Context, c Caller) (Home, error) {
	v, err := s.survey(ctx, c, func(string) bool { return false })
	if err != nil {
		return Home{}, err
	}
	h := Home{Projects: len(v.projects), Complete: v.complete, Expiring: expiring(v)}
	open, err := s.underway(ctx, v)
	if err != nil {
		return Home{}, err
	}
	for _, op := range open {
		mine, err := s.waitsFor(ctx, v.sight, op)
		switch {
		case err != nil:
			return Home{}, err
		case mine:
			h.Approvals = append(h.Approvals, op.Operation)
		default:
			h.Running = append(h.Running, op.Operation)
		}
	}
	if h.Failed, err = readNamed(ctx, failures(v), s.Store.Operation); err != nil {
		return Home{}, err
	}
	if h.Recent, err = s.newest(ctx, v, "", newestOfEach); err != nil {
		return Home{}, err
	}
	h.Recent = h.Recent[:min(len(h.Recent), mostOnHome)]
	return h, nil
}

// expiring lists the environments that are deleted soon, the next one first. What is protected stays.
func expiring(v survey) []Environment {
	var out []Environment
	for _, p := range v.projects {
		for _, e := range p.environments {
			if e.Expiry != nil && e.Protection == nil && e.State != Deleting && e.Expiry.At.Before(v.now.Add(expiresSoon)) {
				out = append(out, e)
			}
		}
	}
	slices.SortFunc(out, func(a, b Environment) int { return a.Expiry.At.Compare(b.Expiry.At) })
	return out[:min(len(out), mostOnHome)]
}

// failures lists the operations that were the last change of their environment and failed, newest first.
func failures(v survey) []string {
	type failure struct {
		id string
		at time.Time
	}
	var all []failure
	for _, p := range v.projects {
		for _, e := range p.environments {
			if f := e.Failure; f != nil && e.ActiveOperation == "" && v.now.Sub(f.At) < failedLately && v.decide(OperationsRead, p.place(e)).Allowed {
				all = append(all, failure{f.Operation, f.At})
			}
		}
	}
	slices.SortFunc(all, func(a, b failure) int { return b.at.Compare(a.at) })
	var ids []string
	for _, f := range all[:min(len(all), mostOnHome)] {
		ids = append(ids, f.id)
	}
	return ids
}
