package platform

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Power says whether what can be switched off in an environment is on.
type Power string

// The powers. A deployment without one is on.
const (
	PowerOn  Power = "on"
	PowerOff Power = "off"
)

// Calendar says when an environment sleeps: while any of its times off holds, by the clocks of its zone.
type Calendar struct {
	TimeZone string // IANA, such as Europe/Berlin
	Off      []OffTime
}

// OffTime begins on each of its days. Minutes count from midnight by the clock on the wall; To may be 24:00, and one that is not
// after From is on the next day.
type OffTime struct {
	Days     []time.Weekday
	From, To int
}

const (
	minutesOfDay  = 24 * 60
	minutesOfWeek = 7 * minutesOfDay
	maxOffTimes   = 14
	// horizon is further than any calendar's next change: a week, and what clocks can be moved by.
	horizon = 9
)

var dayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// ParseDay reads mon … sun.
func ParseDay(name string) (time.Weekday, bool) {
	at := slices.Index(dayNames, name)
	return time.Weekday(at), at >= 0
}

// DayName is the name that ParseDay reads.
func DayName(d time.Weekday) string { return dayNames[d] }

// ParseClock reads 00:00 to 24:00 as minutes.
func ParseClock(text string) (int, bool) {
	if len(text) != 5 || text[2] != ':' {
		return 0, false
	}
	for _, at := range []int{0, 1, 3, 4} {
		if text[at] < '0' || text[at] > '9' {
			return 0, false
		}
	}
	hours, minutes := int(text[0]-'0')*10+int(text[1]-'0'), int(text[3]-'0')*10+int(text[4]-'0')
	at := hours*60 + minutes
	return at, minutes < 60 && at <= minutesOfDay
}

// FormatClock writes minutes as ParseClock reads them.
func FormatClock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// length is for how many minutes the wall clock says that it is off.
func (o OffTime) length() int {
	if o.To > o.From {
		return o.To - o.From
	}
	return o.To + minutesOfDay - o.From
}

// Check says what is wrong with a calendar, with pointers into it.
func (c Calendar) Check() []Detail {
	var wrong []Detail
	if _, err := c.location(); err != nil {
		wrong = append(wrong, Detail{"/timeZone", "is no time zone of the IANA database, such as Europe/Berlin"})
	}
	if len(c.Off) == 0 || len(c.Off) > maxOffTimes {
		return append(wrong, Detail{"/off", fmt.Sprintf("must have 1 to %d times", maxOffTimes)})
	}
	for i, o := range c.Off {
		at := fmt.Sprintf("/off/%d", i)
		switch {
		case len(o.Days) == 0:
			wrong = append(wrong, Detail{at + "/days", "must name at least one of mon, tue, wed, thu, fri, sat, sun"})
		case o.From < 0 || o.From >= minutesOfDay:
			wrong = append(wrong, Detail{at + "/from", "must be 00:00 to 23:59"})
		case o.To < 0 || o.To > minutesOfDay:
			wrong = append(wrong, Detail{at + "/to", "must be 00:00 to 24:00"})
		case o.From == o.To:
			wrong = append(wrong, Detail{at + "/to", "is the same as from: a whole day is 00:00 to 24:00"})
		}
	}
	if len(wrong) == 0 && c.minutesOff() == minutesOfWeek {
		wrong = append(wrong, Detail{"/off", "leaves no time in which it is on"})
	}
	return wrong
}

// location never reads the zone of the machine: an empty name and Local are no zones here.
func (c Calendar) location() (*time.Location, error) {
	if c.TimeZone == "" || c.TimeZone == "Local" || len(c.TimeZone) > 60 {
		return nil, fmt.Errorf("no time zone %q", clip(c.TimeZone, 60))
	}
	if zone, known := zones.Load(c.TimeZone); known {
		return zone.(*time.Location), nil
	}
	zone, err := time.LoadLocation(c.TimeZone)
	if err == nil {
		zones.Store(c.TimeZone, zone)
	}
	return zone, err
}

// zones are the time zones that were asked for, at most as many as the IANA database has: reading one is a file and a parse.
var zones sync.Map

// minutesOff counts the minutes of a week in which it is off, where no clock is moved.
func (c Calendar) minutesOff() int {
	var off [minutesOfWeek]bool
	n := 0
	for _, o := range c.Off {
		for _, d := range o.Days {
			for m := range o.length() {
				at := (int(d)*minutesOfDay + o.From + m) % minutesOfWeek
				if !off[at] {
					off[at] = true
					n++
				}
			}
		}
	}
	return n
}

// Saves is what it saves in a month, of an amount that is only spent while an environment is on.
func (c Calendar) Saves(monthly Money) Money {
	return monthly * Money(c.minutesOff()) / minutesOfWeek
}

// PowerAt tells what the calendar wants at a moment. A zone that cannot be read wants nothing switched off.
func (c Calendar) PowerAt(t time.Time) Power {
	return powerIn(c.spans(t), t)
}

func powerIn(spans []span, t time.Time) Power {
	for _, s := range spans {
		if !t.Before(s.from) && t.Before(s.to) {
			return PowerOff
		}
	}
	return PowerOn
}

// Next is the first moment after t at which the calendar wants something else; zero if there is none.
func (c Calendar) Next(t time.Time) time.Time {
	spans := c.spans(t)
	now := powerIn(spans, t)
	var moments []time.Time
	for _, s := range spans {
		moments = append(moments, s.from, s.to)
	}
	slices.SortFunc(moments, time.Time.Compare)
	for _, m := range moments {
		if m.After(t) && powerIn(spans, m) != now {
			return m.UTC()
		}
	}
	return time.Time{}
}

type span struct{ from, to time.Time }

// spans lists the times off around a moment: those that began the days before, and all that begin in the next week.
func (c Calendar) spans(t time.Time) []span {
	zone, err := c.location()
	if err != nil {
		return nil
	}
	local := t.In(zone)
	var out []span
	for offset := -2; offset <= horizon; offset++ {
		date := time.Date(local.Year(), local.Month(), local.Day()+offset, 0, 0, 0, 0, time.UTC)
		for _, o := range c.Off {
			if slices.Contains(o.Days, date.Weekday()) {
				from := date.Add(time.Duration(o.From) * time.Minute)
				out = append(out, span{onTheWall(from, zone), onTheWall(from.Add(time.Duration(o.length())*time.Minute), zone)})
			}
		}
	}
	return out
}

// onTheWall is the moment at which the clocks of a zone show what wall, in UTC, says. What they show twice, because they were put
// back, counts the first time; what they never show, because they were put forward, is the moment at which they were.
func onTheWall(wall time.Time, zone *time.Location) time.Time {
	var valid, ahead time.Time
	for _, around := range []time.Duration{-day, day} {
		_, offset := wall.Add(around).In(zone).Zone()
		at := wall.Add(-time.Duration(offset) * time.Second)
		_, there := at.In(zone).Zone()
		if there == offset && (valid.IsZero() || at.Before(valid)) {
			valid = at
		}
		if around < 0 {
			ahead = at
		}
	}
	if !valid.IsZero() {
		return valid
	}
	put, _ := ahead.In(zone).ZoneBounds()
	return put
}

// String is the calendar for people: "mon-fri 19:00-07:00, sat sun 00:00-24:00 (Europe/Berlin)".
func (c Calendar) String() string {
	var parts []string
	for _, o := range c.Off {
		parts = append(parts, daysText(o.Days)+" "+FormatClock(o.From)+"-"+FormatClock(o.To))
	}
	return strings.Join(parts, ", ") + " (" + c.TimeZone + ")"
}

func daysText(days []time.Weekday) string {
	var week []int // from Monday on
	for _, d := range days {
		week = append(week, (int(d)+6)%7)
	}
	slices.Sort(week)
	week = slices.Compact(week)
	name := func(i int) string { return dayNames[(i+1)%7] }
	if n := len(week); n > 2 && week[n-1]-week[0] == n-1 {
		return name(week[0]) + "-" + name(week[n-1])
	}
	var names []string
	for _, i := range week {
		names = append(names, name(i))
	}
	return strings.Join(names, " ")
}
