package platform

import "time"

// DueAction is what time alone makes of an environment.
type DueAction string

// What becomes due.
const (
	DueNothing   DueAction = ""
	DueWarning   DueAction = "warn"      // it will expire
	DueNotice    DueAction = "notice"    // it has expired, and stays because it is protected
	DueDeletion  DueAction = "delete"    // it has expired
	DueHibernate DueAction = "hibernate" // its calendar wants it off
	DueWake      DueAction = "wake"
	DuePass      DueAction = "pass" // its calendar wants what it is, or what cannot be had now
)

// Due is the next thing that time makes of an environment. It is pure. What is busy is left until it is not: then it is due still,
// or not any more. After a while in which nobody looked, the nearest warning alone is given.
func Due(env Environment, now time.Time) DueAction {
	if env.State == Deleted || now.Before(DueAt(env)) || DueAt(env).IsZero() {
		return DueNothing
	}
	if x := env.Expiry; x != nil {
		switch {
		case now.Before(x.At):
			if len(x.Warn) > 0 && !now.Before(x.At.Add(-x.Warn[0])) {
				return DueWarning
			}
		case env.Protection != nil:
			if !x.Told {
				return DueNotice
			}
		case env.ActiveOperation == "" && !now.Before(x.Next):
			return DueDeletion
		}
	}
	if env.NextPower.IsZero() || now.Before(env.NextPower) || env.ActiveOperation != "" {
		return DueNothing
	}
	return duePower(env, now)
}

// duePower is what the calendar wants now, however late somebody looks. It wakes what it put to sleep, and nothing else.
func duePower(env Environment, now time.Time) DueAction {
	switch want := env.Calendar.PowerAt(now); {
	case want == PowerOff && env.State == Ready:
		return DueHibernate
	case want == PowerOn && env.State == Hibernated && env.Sleep.ByCalendar:
		return DueWake
	}
	return DuePass
}

// DueAt is when somebody has to look at an environment because of the time; zero for never. It is part of the environment's row, and
// the list of what is due leads to it.
func DueAt(env Environment) time.Time {
	if env.State == Deleted {
		return time.Time{}
	}
	var at time.Time
	sooner := func(t time.Time) {
		if !t.IsZero() && (at.IsZero() || t.Before(at)) {
			at = t
		}
	}
	if x := env.Expiry; x != nil {
		switch {
		case len(x.Warn) > 0:
			sooner(x.At.Add(-x.Warn[0]))
		case env.Protection == nil && x.Next.After(x.At):
			sooner(x.Next)
		case env.Protection == nil || !x.Told:
			sooner(x.At)
		}
	}
	sooner(env.NextPower)
	return at.UTC()
}

// pass is the environment after what was due was told, or begun by an operation: it is not due again.
func (e Environment) pass(action DueAction, now time.Time) Environment {
	e.Expiry = e.Expiry.clone()
	switch action {
	case DueWarning:
		left := e.Expiry.Warn[:0]
		for _, lead := range e.Expiry.Warn {
			if e.Expiry.At.Add(-lead).After(now) {
				left = append(left, lead)
			}
		}
		e.Expiry.Warn = left
	case DueNotice:
		e.Expiry.Warn, e.Expiry.Told = nil, true
	case DueDeletion:
		e.Expiry.Warn, e.Expiry.Next = nil, now.Add(deletionRetry)
	case DueHibernate, DueWake, DuePass:
		e.NextPower = e.Calendar.Next(now)
	case DueNothing:
	}
	e.DueAt = DueAt(e)
	return e
}
