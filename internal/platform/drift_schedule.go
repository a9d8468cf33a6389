package platform

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"
)

// DriftSchedule says how often somebody looks for drift of the environments of a type.
type DriftSchedule struct {
	Every time.Duration
}

const (
	// looksPerTick bounds the looks that one tick of the timer starts: what it does not get to, the next does.
	looksPerTick = 20
	driftPage    = 100
)

// timerCaller is who asks when a timer does.
var timerCaller = Caller{ID: "platform", App: true}

// DetectDrift looks for drift where it is time to. Each environment has a moment of its own in the period, so that they do not
// all plan at once; one that is busy then is looked at later. What cannot be looked at does not keep the others from it.
func (s *Service) DetectDrift(ctx context.Context) error {
	left := looksPerTick
	page := Page{Size: driftPage}
	for {
		projects, next, err := s.Store.Projects(ctx, page)
		if err != nil {
			return fmt.Errorf("look for drift: %w", err)
		}
		for _, p := range projects {
			if err := s.detectIn(ctx, p, &left); err != nil {
				s.Log.Warn("project not looked at for drift; the next tick will", "project", p.Name, "error", err)
			}
			if left == 0 || ctx.Err() != nil {
				return nil // the next tick goes on: what was looked at is not due any more
			}
		}
		if next == "" {
			return nil
		}
		page.After = next
	}
}

func (s *Service) detectIn(ctx context.Context, p Project, left *int) error {
	catalog, err := s.catalogOf(ctx, p)
	if err != nil {
		return err
	}
	schedules := map[string]DriftSchedule{}
	for _, t := range catalog.EnvironmentTypes() {
		if t.Drift != nil {
			schedules[t.Name] = *t.Drift
		}
	}
	if len(schedules) == 0 {
		return nil
	}
	page := Page{Size: driftPage}
	for {
		environments, next, err := s.Store.Environments(ctx, p.Name, page)
		if err != nil {
			return err
		}
		for _, env := range environments {
			schedule, scheduled := schedules[env.Type]
			if !scheduled || mayLook(env) != nil || !schedule.due(env, s.Now()) {
				continue
			}
			if *left--; *left < 0 {
				*left = 0
				return nil
			}
			s.lookByTimer(ctx, env)
		}
		if next == "" || ctx.Err() != nil {
			return nil
		}
		page.After = next
	}
}

func (s *Service) lookByTimer(ctx context.Context, env Environment) {
	ch := change{kind: "checkDrift", project: env.Project, environment: env.Name, operation: s.NewID(), mode: ModeDrift}
	_, err := s.acceptLook(ctx, timerCaller, env, ch, fingerprintOf(timerCaller, ch))
	switch {
	case isCode(err, Conflict): // somebody was faster, the timer of another process perhaps
	case err != nil:
		s.Log.Warn("environment not looked at for drift; the next tick will", "environment", targetOf(env.Project, env.Name), "error", err)
	}
}

// due reports whether the environment's moment has come since it was last looked at or changed. A change counts like a look, since it
// plans too; and one that was made a short while ago is left in peace. What is noted about it, as its end or what is ignored, does not count.
func (d DriftSchedule) due(env Environment, now time.Time) bool {
	last := env.SettledAt
	if last.IsZero() {
		last = env.CreatedAt
	}
	if env.Drift != nil && env.Drift.Check.At.After(last) {
		last = env.Drift.Check.At
	}
	return now.Sub(last) >= d.Every/2 && d.moment(env, now).After(last)
}

// moment is the last one of an environment's moments that is not after now.
func (d DriftSchedule) moment(env Environment, now time.Time) time.Time {
	sum := sha256.Sum256([]byte(env.Project + "/" + env.Name))                  // names that differ by a letter must not lie side by side
	offset := time.Duration(binary.BigEndian.Uint64(sum[:8]) % uint64(d.Every)) //nolint:gosec // a period is positive
	passed := time.Duration((now.UnixNano() - int64(offset)) % int64(d.Every))
	if passed < 0 {
		passed += d.Every
	}
	return now.Add(-passed)
}
