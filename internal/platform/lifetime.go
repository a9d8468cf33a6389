package platform

import (
	"slices"
	"time"
)

// ExpiryRule says how long environments of a type live: what they get, how far ahead an end may ever be, and how long before it
// somebody is warned.
type ExpiryRule struct {
	Default time.Duration
	Max     time.Duration
	Warn    []time.Duration // longest first
}

// fallbackWarnings are for an environment that was given an end where its type asks for none.
var fallbackWarnings = []time.Duration{3 * day, day}

// Expiry is when an environment is deleted by itself.
type Expiry struct {
	At time.Time
	// Warn are the warnings that are still to be given, as times before At, longest first. One is taken off in the transaction that
	// sends it, so that it is given once.
	Warn []time.Duration
	Told bool // that it has expired and stays because it is protected
	// Next is when its deletion is begun again, after one that did not succeed.
	Next time.Time
}

// Protection keeps an environment from being deleted, by people and by time.
type Protection struct {
	Reason string
	By     string // object id
	At     time.Time
}

// Sleep is the ledger of an environment's hibernation.
type Sleep struct {
	Since      time.Time     // zero while it is awake
	ByCalendar bool          // the calendar put it to sleep, and wakes it
	For        time.Duration // all earlier sleeps together
	Saved      Money         // by them
}

const (
	// deletionRetry is how long after the platform began a deletion it begins the next, if the environment is still there.
	deletionRetry = 6 * time.Hour
	// protectionGrace is how long an environment stays that expired while it was protected, from the end of the protection on.
	protectionGrace = day
)

// expiryAt is an end at a time, with those warnings that lie ahead.
func expiryAt(at time.Time, rule *ExpiryRule, now time.Time) *Expiry {
	warnings := fallbackWarnings
	if rule != nil {
		warnings = rule.Warn
	}
	e := &Expiry{At: at.UTC()}
	for _, lead := range warnings {
		if at.Add(-lead).After(now) {
			e.Warn = append(e.Warn, lead)
		}
	}
	return e
}

// EndWish is when somebody wants an environment to end; at most one of its members is set.
type EndWish struct {
	At time.Time
	In time.Duration
}

func (w EndWish) isZero() bool { return w.At.IsZero() && w.In == 0 }

// endOf is when a new environment of a type ends: as it was wished, else as the type says; nil for one that stays.
func endOf(t EnvironmentType, wish EndWish, now time.Time) (*Expiry, error) {
	at := wish.At
	switch {
	case !wish.At.IsZero() && wish.In != 0:
		return nil, Errorf(Invalid, "Say when it expires in one way.").With(Detail{"/expiresIn", "does not go with expiresAt"})
	case wish.In != 0:
		at = now.Add(wish.In)
	case at.IsZero() && t.Expiry == nil:
		return nil, nil
	case at.IsZero():
		at = now.Add(t.Expiry.Default)
	}
	pointer := "/expiresAt"
	if wish.In != 0 {
		pointer = "/expiresIn"
	}
	if err := checkEnd(t, at, now, pointer); err != nil {
		return nil, err
	}
	return expiryAt(at, t.Expiry, now), nil
}

// checkEnd holds an end to what its type allows, from now on.
func checkEnd(t EnvironmentType, at, now time.Time, pointer string) error {
	longest := maxDuration
	if t.Expiry != nil {
		longest = t.Expiry.Max
	}
	latest := now.Add(longest)
	switch {
	case !at.After(now):
		return Errorf(Invalid, "An environment cannot expire in the past.").With(Detail{pointer, "must be later than now"})
	case at.After(latest):
		return Errorf(Invalid, "Environments of type %s expire within %s: not later than %s.", t.Name, FormatDuration(longest), latest.UTC().Format(time.RFC3339)).
			With(Detail{pointer, "is too far ahead"}).Do("Choose an earlier time, and extend it when it comes near: lazuli env extend PROJECT/ENVIRONMENT --by P7D")
	}
	return nil
}

// Ends is when it is deleted by itself; zero for one that stays.
func (e Environment) Ends() time.Time {
	if e.Expiry == nil {
		return time.Time{}
	}
	return e.Expiry.At
}

// saving is what a time asleep saves. A month has 730 hours, as in the price rules.
func (e Environment) saving(asleep time.Duration) Money {
	const month = 730 * 60
	return max(0, e.Monthly-e.MonthlyOff) * Money(asleep/time.Minute) / month
}

// Asleep is how long the environment has slept so far, and what that saved.
func (e Environment) Asleep(now time.Time) (time.Duration, Money) {
	if e.Sleep.Since.IsZero() {
		return e.Sleep.For, e.Sleep.Saved
	}
	this := max(0, now.Sub(e.Sleep.Since))
	return e.Sleep.For + this, e.Sleep.Saved + e.saving(this)
}

// CalendarSaves is what its calendar saves in a month; zero without one.
func (e Environment) CalendarSaves() Money {
	if e.Calendar == nil {
		return 0
	}
	return e.Calendar.Saves(max(0, e.Monthly-e.MonthlyOff))
}

// awake closes the ledger of a sleep.
func (e Environment) awake(now time.Time) Environment {
	slept, saved := e.Asleep(now)
	e.Sleep = Sleep{For: slept, Saved: saved}
	return e
}

// clone keeps a changed copy from reaching into the one that was read.
func (e *Expiry) clone() *Expiry {
	if e == nil {
		return nil
	}
	out := *e
	out.Warn = slices.Clone(e.Warn)
	return &out
}
