package schedule

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// horizon bounds the search for the next occurrence. The rarest date that a calendar holds, 29 February on a
// given day of the week, comes back within 40 years.
const horizon = 41

// Schedule tells when a timer fires.
type Schedule struct {
	every                                    time.Duration // a time span; 0 for an expression
	second, minute, hour, day, month, weekly field
}

// Parse reads an NCRONTAB expression or a time span. Its error names the field that cannot be read.
func Parse(text string) (Schedule, error) {
	parts := strings.Fields(text)
	switch len(parts) {
	case 1:
		every, err := parseSpan(parts[0])
		if err != nil {
			return Schedule{}, fmt.Errorf("schedule %q: %w", text, err)
		}
		return Schedule{every: every}, nil
	case 5:
		parts = append([]string{"0"}, parts...)
	case 6:
	default:
		return Schedule{}, fmt.Errorf("schedule %q: want 6 fields (second minute hour day month day-of-week), got %d", text, len(parts))
	}
	var s Schedule
	targets := []*field{&s.second, &s.minute, &s.hour, &s.day, &s.month, &s.weekly}
	for i, kind := range kinds {
		f, err := parseField(kind, parts[i])
		if err != nil {
			return Schedule{}, fmt.Errorf("schedule %q: %w", text, err)
		}
		*targets[i] = f
	}
	return s, nil
}

// Next returns the first occurrence after t, in t's zone, and false if there is none (31 February).
func (s Schedule) Next(t time.Time) (time.Time, bool) {
	if s.every > 0 {
		return t.Add(s.every), true
	}
	start := t.Truncate(time.Second).Add(time.Second)
	year, month, day := start.Date()
	for first := true; year <= t.Year()+horizon; first = false {
		date := time.Date(year, month, day, 0, 0, 0, 0, t.Location())
		year, month, day = date.Date()
		if s.onDay(date) {
			from := 0
			if first {
				from = start.Hour()*3600 + start.Minute()*60 + start.Second()
			}
			if next, ok := s.inDay(date, from); ok {
				return next, true
			}
		}
		day++
	}
	return time.Time{}, false
}

// Shortest returns the smallest gap that the expression can leave between two occurrences, looked for in the
// ten occurrences after t; the host keeps no status for timers that fire more often than once a minute.
func (s Schedule) Shortest(t time.Time) time.Duration {
	shortest := time.Duration(1<<63 - 1)
	last, ok := s.Next(t)
	for i := 0; ok && i < 10; i++ {
		var next time.Time
		if next, ok = s.Next(last); ok {
			shortest = min(shortest, next.Sub(last))
			last = next
		}
	}
	return shortest
}

// onDay holds the rule that NCrontab has and Unix cron has not: day AND day of week.
func (s Schedule) onDay(date time.Time) bool {
	return s.month.has(int(date.Month())) && s.day.has(date.Day()) && s.weekly.has(int(date.Weekday()))
}

// inDay returns the first occurrence at or after the given second of the day.
func (s Schedule) inDay(date time.Time, from int) (time.Time, bool) {
	for hour := from / 3600; hour < 24; hour++ {
		for minute := 0; s.hour.has(hour) && minute < 60; minute++ {
			for second := 0; s.minute.has(minute) && second < 60; second++ {
				if s.second.has(second) && hour*3600+minute*60+second >= from {
					return time.Date(date.Year(), date.Month(), date.Day(), hour, minute, second, 0, date.Location()), true
				}
			}
		}
	}
	return time.Time{}, false
}

// parseSpan reads [d.]hh:mm:ss, the form of a .NET TimeSpan, and refuses what is not positive.
func parseSpan(text string) (time.Duration, error) {
	d, err := Span(text)
	if err == nil && d <= 0 {
		err = fmt.Errorf("the time span %q is not positive", text)
	}
	return d, err
}

// Span reads a .NET time span, [-][d.]hh:mm[:ss[.fraction]], as host.json and function.json write durations.
func Span(text string) (time.Duration, error) {
	bad := fmt.Errorf("%q is not a time span hh:mm:ss", text)
	rest, negative := strings.CutPrefix(text, "-")
	clock, days := rest, 0
	if head, tail, ok := strings.Cut(rest, "."); ok && !strings.Contains(head, ":") {
		n, err := strconv.Atoi(head)
		if err != nil || n < 0 {
			return 0, bad
		}
		days, clock = n, tail
	}
	parts := strings.Split(clock, ":")
	if len(parts) < 2 || len(parts) > 3 {
		return 0, bad
	}
	total := time.Duration(days) * 24 * time.Hour
	for i, unit := range []time.Duration{time.Hour, time.Minute, time.Second}[:len(parts)] {
		limit := []float64{24, 60, 60}[i]
		n, err := strconv.ParseFloat(parts[i], 64)
		if err != nil || n < 0 || n >= limit || (i < 2 && n != float64(int(n))) {
			return 0, bad
		}
		total += time.Duration(n * float64(unit))
	}
	if negative {
		total = -total
	}
	return total, nil
}
