package platform_test

import (
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// What time makes of an environment: warned 3 days and 1 day before its end.
func TestDue(t *testing.T) {
	day := 24 * time.Hour
	end := moment(t, "2028-03-01T12:00:00Z") // the day before is the 29th of February
	night := nights(t, "Europe/Berlin", "19:00", "07:00", workdays...)
	ready := platform.Environment{State: platform.Ready, Expiry: &platform.Expiry{At: end, Warn: []time.Duration{3 * day, day}}}
	with := func(change func(*platform.Environment)) platform.Environment {
		e := ready
		x := *ready.Expiry
		e.Expiry = &x
		change(&e)
		return e
	}
	sleepy := func(state platform.EnvironmentState, byCalendar bool, next string) platform.Environment {
		return platform.Environment{State: state, Calendar: &night, NextPower: moment(t, next), Sleep: platform.Sleep{ByCalendar: byCalendar}}
	}
	for name, c := range map[string]struct {
		env  platform.Environment
		now  string
		want platform.DueAction
	}{
		"long before":                    {ready, "2028-02-01T00:00:00Z", platform.DueNothing},
		"a moment before the warning":    {ready, "2028-02-27T11:59:59Z", platform.DueNothing},
		"the first warning":              {ready, "2028-02-27T12:00:00Z", platform.DueWarning},
		"both warnings are past":         {ready, "2028-02-29T12:00:00Z", platform.DueWarning},
		"the second warning, leap day":   {with(func(e *platform.Environment) { e.Expiry.Warn = []time.Duration{day} }), "2028-02-29T12:00:00Z", platform.DueWarning},
		"warned of both":                 {with(func(e *platform.Environment) { e.Expiry.Warn = nil }), "2028-03-01T11:59:59Z", platform.DueNothing},
		"expired":                        {with(func(e *platform.Environment) { e.Expiry.Warn = nil }), "2028-03-01T12:00:00Z", platform.DueDeletion},
		"expired, and nobody had looked": {ready, "2028-04-01T12:00:00Z", platform.DueDeletion},
		"expired and busy":               {with(func(e *platform.Environment) { e.ActiveOperation = "op" }), "2028-03-01T12:00:00Z", platform.DueNothing},
		"warned while busy":              {with(func(e *platform.Environment) { e.ActiveOperation = "op" }), "2028-02-27T12:00:00Z", platform.DueWarning},
		"expired and protected":          {with(func(e *platform.Environment) { e.Protection = &platform.Protection{} }), "2028-03-01T12:00:00Z", platform.DueNotice},
		"told so": {with(func(e *platform.Environment) {
			e.Protection, e.Expiry.Told, e.Expiry.Warn = &platform.Protection{}, true, nil
		}), "2030-03-01T12:00:00Z", platform.DueNothing},
		"a deletion failed just now": {with(func(e *platform.Environment) { e.State, e.Expiry.Next = platform.DeleteFailed, end.Add(6*time.Hour) }), "2028-03-01T15:00:00Z", platform.DueNothing},
		"a deletion failed before":   {with(func(e *platform.Environment) { e.State, e.Expiry.Next = platform.DeleteFailed, end.Add(6*time.Hour) }), "2028-03-01T18:00:00Z", platform.DueDeletion},
		"never made":                 {with(func(e *platform.Environment) { e.State = platform.Broken }), "2028-03-01T12:00:00Z", platform.DueDeletion},
		"deleted":                    {with(func(e *platform.Environment) { e.State = platform.Deleted }), "2028-03-01T12:00:00Z", platform.DueNothing},
		"it stays":                   {platform.Environment{State: platform.Ready}, "2099-01-01T00:00:00Z", platform.DueNothing},
		"evening":                    {sleepy(platform.Ready, false, "2026-01-13T18:00:00Z"), "2026-01-13T18:00:00Z", platform.DueHibernate},
		"before the evening":         {sleepy(platform.Ready, false, "2026-01-13T18:00:00Z"), "2026-01-13T17:59:59Z", platform.DueNothing},
		"busy in the evening": {func() platform.Environment {
			e := sleepy(platform.Ready, false, "2026-01-13T18:00:00Z")
			e.ActiveOperation = "op"
			return e
		}(), "2026-01-13T18:00:00Z", platform.DueNothing},
		"nobody looked until dawn": {sleepy(platform.Ready, false, "2026-01-13T18:00:00Z"), "2026-01-14T06:30:00Z", platform.DuePass},
		"asleep already":           {sleepy(platform.Hibernated, false, "2026-01-13T18:00:00Z"), "2026-01-13T18:00:00Z", platform.DuePass},
		"morning":                  {sleepy(platform.Hibernated, true, "2026-01-14T06:00:00Z"), "2026-01-14T06:00:00Z", platform.DueWake},
		"put to sleep by hand":     {sleepy(platform.Hibernated, false, "2026-01-14T06:00:00Z"), "2026-01-14T06:00:00Z", platform.DuePass},
		"broken in the evening":    {sleepy(platform.Broken, false, "2026-01-13T18:00:00Z"), "2026-01-13T18:00:00Z", platform.DuePass},
	} {
		t.Run(name, func(t *testing.T) {
			if got := platform.Due(c.env, moment(t, c.now)); got != c.want {
				t.Errorf("it is due to %q, want %q", got, c.want)
			}
			// What is due is found by the time that the list has, and what the list has not reached is not due.
			if at := platform.DueAt(c.env); c.want != platform.DueNothing && (at.IsZero() || at.After(moment(t, c.now))) {
				t.Errorf("it is listed for %s", at)
			}
		})
	}
}

// Hours asleep are counted with what they save: the part of a month that is not paid while everything is off.
func TestEnvironment_asleep(t *testing.T) {
	since := moment(t, "2026-01-13T18:00:00Z")
	env := platform.Environment{Monthly: 830_0000, MonthlyOff: 100_0000, Sleep: platform.Sleep{Since: since, For: 10 * time.Hour, Saved: 10_0000}}
	if slept, saved := env.Asleep(since.Add(20 * time.Hour)); slept != 30*time.Hour || saved != 30_0000 {
		t.Errorf("asleep for %s, which saved %s", slept, saved)
	}
	env.Sleep.Since = time.Time{}
	if slept, saved := env.Asleep(since.Add(99 * time.Hour)); slept != 10*time.Hour || saved != 10_0000 {
		t.Errorf("awake it counts %s and %s", slept, saved)
	}
}
