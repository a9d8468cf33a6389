package tablestore

import (
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// What the row of an environment says of how long it lives and when it sleeps. codec_environment.go lists the columns.

type storedExpiry struct {
	At   time.Time  `json:"at"`
	Warn []int64    `json:"warn,omitempty"` // seconds
	Told bool       `json:"told,omitempty"`
	Next *time.Time `json:"next,omitempty"`
}

func encodeExpiry(e platform.Expiry) storedExpiry {
	out := storedExpiry{At: stored(e.At), Told: e.Told, Warn: mapped(e.Warn, func(d time.Duration) int64 { return int64(d / time.Second) })}
	if !e.Next.IsZero() {
		out.Next = new(stored(e.Next))
	}
	return out
}

func decodeExpiry(e storedExpiry) platform.Expiry {
	out := platform.Expiry{At: e.At.UTC(), Told: e.Told, Warn: mapped(e.Warn, func(s int64) time.Duration { return time.Duration(s) * time.Second })}
	if e.Next != nil {
		out.Next = e.Next.UTC()
	}
	return out
}

type storedProtection struct {
	Reason string    `json:"reason"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

func encodeProtection(p platform.Protection) storedProtection {
	p.At = stored(p.At)
	return storedProtection(p)
}

type storedCalendar struct {
	TimeZone string          `json:"timeZone"`
	Off      []storedOffTime `json:"off"`
}

type storedOffTime struct {
	Days []int `json:"days"` // 0 is Sunday
	From int   `json:"from"` // minutes
	To   int   `json:"to"`
}

func encodeCalendar(c platform.Calendar) storedCalendar {
	return storedCalendar{c.TimeZone, mapped(c.Off, func(o platform.OffTime) storedOffTime {
		return storedOffTime{mapped(o.Days, func(d time.Weekday) int { return int(d) }), o.From, o.To}
	})}
}

func decodeCalendar(c storedCalendar) platform.Calendar {
	return platform.Calendar{TimeZone: c.TimeZone, Off: mapped(c.Off, func(o storedOffTime) platform.OffTime {
		return platform.OffTime{Days: mapped(o.Days, func(d int) time.Weekday { return time.Weekday(d) }), From: o.From, To: o.To}
	})}
}

func encodeSleep(r *row, s platform.Sleep) {
	r.moment("asleepSince", s.Since)
	r.flag("asleepByCalendar", s.ByCalendar)
	if s.For != 0 || s.Saved != 0 {
		r.number("asleepSeconds", int64(s.For/time.Second))
		r.number("saved", int64(s.Saved))
	}
}

func decodeSleep(r *storedRow) platform.Sleep {
	return platform.Sleep{Since: r.moment("asleepSince"), ByCalendar: r.flag("asleepByCalendar"),
		For: time.Duration(r.number("asleepSeconds")) * time.Second, Saved: platform.Money(r.number("saved"))}
}
