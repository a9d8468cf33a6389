package platform

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Extension puts off when an environment expires: until a time, or by a time from when it would, or from now if that is past.
// Exactly one is set.
type Extension struct {
	Until time.Time
	By    time.Duration
}

// maxProtectionReason bounds what people write as the reason of a protection.
const maxProtectionReason = 500

// ExtendEnvironment puts off when an environment expires, within what its type allows from now on.
func (s *Service) ExtendEnvironment(ctx context.Context, c Caller, project, name string, x Extension) (Environment, error) {
	in, err := s.inEnvironment(ctx, c, project, name, "", EnvironmentsExtend)
	if err != nil {
		return Environment{}, err
	}
	if x.Until.IsZero() == (x.By == 0) {
		return Environment{}, Errorf(Invalid, "Say until when, or by how much.").With(Detail{"", "needs either until or by"})
	}
	return s.changeLifetime(ctx, c, "extendEnvironment", project, name, environmentExtended, func(env Environment, now time.Time) (Environment, error) {
		if env.Expiry == nil {
			return env, Errorf(Invalid, "Environment %s/%s does not expire, so there is nothing to extend.", project, name)
		}
		at, pointer := x.Until, "/until"
		if x.By != 0 {
			at, pointer = latest(env.Expiry.At, now).Add(x.By), "/by"
		}
		if at.Before(env.Expiry.At) {
			return env, Errorf(Invalid, "Environment %s/%s expires later than that: at %s.", project, name, env.Expiry.At.Format(time.RFC3339)).With(Detail{pointer, "is earlier than it expires already"})
		}
		envType, err := s.typeOf(ctx, in, env)
		if err != nil {
			return env, err
		}
		if err := checkEnd(envType, at, now, pointer); err != nil {
			return env, err
		}
		env.Expiry = expiryAt(at, envType.Expiry, now)
		return env, nil
	})
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// typeOf is the type of an environment; one that is not in the catalog any more allows what a type without rules does.
func (s *Service) typeOf(ctx context.Context, in Project, env Environment) (EnvironmentType, error) {
	catalog, err := s.catalogOf(ctx, in)
	if err != nil {
		return EnvironmentType{}, err
	}
	if t, ok := catalog.EnvironmentType(env.Type); ok {
		return t, nil
	}
	return EnvironmentType{Name: env.Type}, nil
}

// ProtectEnvironment keeps an environment from being deleted, by anybody and by its expiry, until somebody takes the protection away.
func (s *Service) ProtectEnvironment(ctx context.Context, c Caller, project, name, reason string) (Environment, error) {
	if _, err := s.inEnvironment(ctx, c, project, name, "", EnvironmentsProtect); err != nil {
		return Environment{}, err
	}
	reason = strings.TrimSpace(reason)
	if reason == "" || len(reason) > maxProtectionReason || strings.ContainsFunc(reason, isControl) {
		return Environment{}, Errorf(Invalid, "Say why it is protected: whoever wants to delete it reads that.").With(Detail{"/reason", fmt.Sprintf("must be one line of 1 to %d characters", maxProtectionReason)})
	}
	return s.changeLifetime(ctx, c, "protectEnvironment", project, name, environmentProtected, func(env Environment, now time.Time) (Environment, error) {
		if env.State == Deleting {
			return env, inProgress(env)
		}
		if env.Protection != nil && env.Protection.Reason == reason {
			return env, nil
		}
		env.Protection = &Protection{Reason: reason, By: c.ID, At: now}
		return env, nil
	})
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// UnprotectEnvironment takes the protection away. One that has expired meanwhile gets a day, in which it can be extended.
func (s *Service) UnprotectEnvironment(ctx context.Context, c Caller, project, name string) (Environment, error) {
	if _, err := s.inEnvironment(ctx, c, project, name, "", EnvironmentsProtect); err != nil {
		return Environment{}, err
	}
	return s.changeLifetime(ctx, c, "unprotectEnvironment", project, name, environmentUnprotected, func(env Environment, now time.Time) (Environment, error) {
		if env.Protection == nil {
			return env, nil
		}
		env.Protection = nil
		if grace := now.Add(protectionGrace); env.Expiry != nil && env.Expiry.At.Before(grace) {
			env.Expiry = &Expiry{At: grace}
		}
		return env, nil
	})
}

// SetCalendar has an environment put to sleep and woken by a calendar, from its next change on: what is on now stays on until then.
// nil takes that of its type.
func (s *Service) SetCalendar(ctx context.Context, c Caller, project, name string, own *Calendar) (Environment, error) {
	in, err := s.inEnvironment(ctx, c, project, name, "", EnvironmentsPower)
	if err != nil {
		return Environment{}, err
	}
	if own != nil {
		if wrong := own.Check(); len(wrong) > 0 {
			return Environment{}, Errorf(Invalid, "This calendar cannot be kept.").With(wrong...).Do("See docs/environments.md for one that can.")
		}
	}
	return s.changeLifetime(ctx, c, "setEnvironmentCalendar", project, name, environmentCalendar, func(env Environment, now time.Time) (Environment, error) {
		calendar := own
		if calendar == nil {
			envType, err := s.typeOf(ctx, in, env)
			if err != nil {
				return env, err
			}
			if calendar = envType.Calendar; calendar == nil {
				return env, Errorf(Invalid, "Environments of type %s have no calendar of their own.", env.Type).With(Detail{"", "needs timeZone and off"}).Do("Give one.")
			}
		}
		env.Calendar = calendar
		env.NextPower = calendar.Next(now)
		return env, nil
	})
}

// RemoveCalendar leaves an environment to the hands of people. What sleeps goes on sleeping until somebody wakes it.
func (s *Service) RemoveCalendar(ctx context.Context, c Caller, project, name string) (Environment, error) {
	if _, err := s.inEnvironment(ctx, c, project, name, "", EnvironmentsPower); err != nil {
		return Environment{}, err
	}
	return s.changeLifetime(ctx, c, "removeEnvironmentCalendar", project, name, environmentCalendar, func(env Environment, _ time.Time) (Environment, error) {
		env.Calendar, env.NextPower = nil, time.Time{}
		return env, nil
	})
}

// changeLifetime decides on a row until its write wins, and tells of it. What changes nothing is not written.
func (s *Service) changeLifetime(ctx context.Context, c Caller, kind, project, name string, event *EventType, change func(Environment, time.Time) (Environment, error)) (Environment, error) {
	for range maxDecisions {
		before, exists, err := s.environment(ctx, project, name)
		if err == nil && !exists {
			err = noEnvironment(project, name)
		}
		if err != nil {
			return Environment{}, err
		}
		now := s.Now()
		after, err := change(before, now)
		if err != nil {
			return Environment{}, err
		}
		if sameLifetime(before, after) {
			return before, nil
		}
		audit := s.audit(c, kind, project, targetOf(project, name), "", "").changing(before.auditedLifetime(), after.auditedLifetime())
		err = s.tellLifetime(ctx, before, after.pass(DueNothing, now), event, c.ID, now, audit)
		if isCode(err, Conflict) {
			continue
		}
		if err != nil {
			return Environment{}, fmt.Errorf("%s %s: %w", kind, targetOf(project, name), err)
		}
		return s.Store.Environment(ctx, project, name)
	}
	return Environment{}, Errorf(Conflict, "Too many changes to %s at once.", targetOf(project, name)).Do("Try again.")
}
