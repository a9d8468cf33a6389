package platform_test

import (
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

var workdays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}

func clock(t *testing.T, text string) int {
	t.Helper()
	at, ok := platform.ParseClock(text)
	if !ok {
		t.Fatalf("%q is no time of a clock", text)
	}
	return at
}

func nights(t *testing.T, zone, from, to string, days ...time.Weekday) platform.Calendar {
	t.Helper()
	return platform.Calendar{TimeZone: zone, Off: []platform.OffTime{{Days: days, From: clock(t, from), To: clock(t, to)}}}
}

func moment(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Each row is a calendar and the moments at which it changes, after a moment. The clocks of Berlin and New York are put forward in
// March and back in autumn, on different days and at different hours.
func TestCalendar_next(t *testing.T) {
	everyDay := append([]time.Weekday{time.Saturday, time.Sunday}, workdays...)
	week := nights(t, "Europe/Berlin", "19:00", "07:00", workdays...)
	week.Off = append(week.Off, platform.OffTime{Days: []time.Weekday{time.Saturday, time.Sunday}, From: 0, To: 24 * 60},
		platform.OffTime{Days: []time.Weekday{time.Sunday}, From: 19 * 60, To: 7 * 60})
	for name, c := range map[string]struct {
		calendar platform.Calendar
		after    string
		changes  []string // from on to off and back
	}{
		"a winter's night":                       {nights(t, "Europe/Berlin", "19:00", "07:00", workdays...), "2026-01-13T12:00:00Z", []string{"2026-01-13T18:00:00Z", "2026-01-14T06:00:00Z", "2026-01-14T18:00:00Z"}},
		"a weekend is one":                       {week, "2026-01-16T12:00:00Z", []string{"2026-01-16T18:00:00Z", "2026-01-19T06:00:00Z"}},
		"Berlin goes to summer":                  {nights(t, "Europe/Berlin", "19:00", "07:00", everyDay...), "2026-03-28T12:00:00Z", []string{"2026-03-28T18:00:00Z", "2026-03-29T05:00:00Z", "2026-03-29T17:00:00Z"}},
		"Berlin goes to winter":                  {nights(t, "Europe/Berlin", "19:00", "07:00", everyDay...), "2026-10-24T12:00:00Z", []string{"2026-10-24T17:00:00Z", "2026-10-25T06:00:00Z", "2026-10-25T18:00:00Z"}},
		"New York goes to summer":                {nights(t, "America/New_York", "20:00", "06:00", everyDay...), "2026-03-07T18:00:00Z", []string{"2026-03-08T01:00:00Z", "2026-03-08T10:00:00Z", "2026-03-09T00:00:00Z"}},
		"New York goes to winter":                {nights(t, "America/New_York", "20:00", "06:00", everyDay...), "2026-10-31T18:00:00Z", []string{"2026-11-01T00:00:00Z", "2026-11-01T11:00:00Z", "2026-11-02T01:00:00Z"}},
		"off in the hour that fails":             {nights(t, "Europe/Berlin", "02:30", "06:00", everyDay...), "2026-03-28T12:00:00Z", []string{"2026-03-29T01:00:00Z", "2026-03-29T04:00:00Z"}},
		"on in the hour that fails":              {nights(t, "Europe/Berlin", "22:00", "02:30", everyDay...), "2026-03-28T12:00:00Z", []string{"2026-03-28T21:00:00Z", "2026-03-29T01:00:00Z"}},
		"all of the hour that fails":             {nights(t, "Europe/Berlin", "02:10", "02:50", time.Sunday), "2026-03-28T12:00:00Z", []string{"2026-04-05T00:10:00Z", "2026-04-05T00:50:00Z"}},
		"off in the hour that comes twice":       {nights(t, "Europe/Berlin", "02:30", "06:00", everyDay...), "2026-10-24T12:00:00Z", []string{"2026-10-25T00:30:00Z", "2026-10-25T05:00:00Z"}},
		"on in the hour that comes twice":        {nights(t, "Europe/Berlin", "22:00", "02:30", everyDay...), "2026-10-24T12:00:00Z", []string{"2026-10-24T20:00:00Z", "2026-10-25T00:30:00Z"}},
		"New York's hour that comes twice":       {nights(t, "America/New_York", "01:15", "01:45", time.Sunday), "2026-10-31T12:00:00Z", []string{"2026-11-01T05:15:00Z", "2026-11-01T05:45:00Z", "2026-11-08T06:15:00Z"}},
		"the 29th of February":                   {nights(t, "Europe/Berlin", "19:00", "07:00", everyDay...), "2028-02-28T20:00:00Z", []string{"2028-02-29T06:00:00Z", "2028-02-29T18:00:00Z", "2028-03-01T06:00:00Z"}},
		"half an hour from the rest":             {nights(t, "Asia/Kolkata", "20:00", "08:00", everyDay...), "2026-06-01T10:00:00Z", []string{"2026-06-01T14:30:00Z", "2026-06-02T02:30:00Z"}},
		"a day that never was":                   {nights(t, "Pacific/Apia", "10:00", "12:00", time.Friday, time.Saturday), "2011-12-30T00:00:00Z", []string{"2011-12-30T20:00:00Z", "2011-12-30T22:00:00Z"}},
		"one day of the week, a whole week away": {nights(t, "UTC", "12:00", "13:00", time.Monday), "2026-01-12T13:00:00Z", []string{"2026-01-19T12:00:00Z", "2026-01-19T13:00:00Z"}},
	} {
		t.Run(name, func(t *testing.T) {
			if wrong := c.calendar.Check(); len(wrong) > 0 {
				t.Fatalf("the calendar is wrong: %v", wrong)
			}
			at := moment(t, c.after)
			power := c.calendar.PowerAt(at)
			for _, want := range c.changes {
				next := c.calendar.Next(at)
				if !next.Equal(moment(t, want)) {
					t.Fatalf("after %s it changes at %s, want %s", at.Format(time.RFC3339), next.Format(time.RFC3339), want)
				}
				if c.calendar.PowerAt(next.Add(-time.Second)) != power || c.calendar.PowerAt(next) == power {
					t.Errorf("at %s it does not change from %s", want, power)
				}
				at, power = next, c.calendar.PowerAt(next)
			}
		})
	}
}

// Whatever the day, a calendar changes again, and what it is between two changes it is all the time.
func TestCalendar_everyHourOfTwoYears(t *testing.T) {
	for _, zone := range []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe"} {
		calendar := nights(t, zone, "19:00", "07:00", workdays...)
		at := moment(t, "2026-01-01T00:00:00Z")
		next := calendar.Next(at)
		for range 2 * 366 * 24 {
			if got := calendar.Next(at); !got.Equal(next) {
				t.Fatalf("%s: at %s the next change is %s, before it was %s", zone, at, got, next)
			}
			if at = at.Add(time.Hour); !at.Before(next) {
				local := next.In(must(time.LoadLocation(zone)))
				if text := local.Format("15:04"); text != "19:00" && text != "07:00" {
					t.Fatalf("%s: it changes at %s by the clock", zone, text)
				}
				next = calendar.Next(at)
			}
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestCalendar_check(t *testing.T) {
	for want, calendar := range map[string]platform.Calendar{
		"/timeZone is no time zone":        nights(t, "Europe/Atlantis", "19:00", "07:00", time.Monday),
		"/timeZone is no time zone of":     nights(t, "Local", "19:00", "07:00", time.Monday),
		"/timeZone is no time zone of the": nights(t, "../../etc/passwd", "19:00", "07:00", time.Monday),
		"/off must have":                   {TimeZone: "UTC"},
		"/off/0/days must name":            nights(t, "UTC", "19:00", "07:00"),
		"/off/0/to is the same":            nights(t, "UTC", "19:00", "19:00", time.Monday),
		"/off/0/from must be":              nights(t, "UTC", "24:00", "07:00", time.Monday),
		"/off leaves no time":              nights(t, "UTC", "00:00", "24:00", append(workdays, time.Saturday, time.Sunday)...),
	} {
		wrong := calendar.Check()
		if len(wrong) != 1 || !strings.HasPrefix(wrong[0].Pointer+" "+wrong[0].Message, want) {
			t.Errorf("%v: got %v, want %s", calendar, wrong, want)
		}
	}
}

func TestCalendar_saves(t *testing.T) {
	calendar := nights(t, "Europe/Berlin", "19:00", "07:00", workdays...) // 60 of 168 hours
	if got := calendar.Saves(168_0000); got != 60_0000 {
		t.Errorf("it saves %s of 168", got)
	}
	if text := calendar.String(); text != "mon-fri 19:00-07:00 (Europe/Berlin)" {
		t.Errorf("it reads %q", text)
	}
}

func TestParseDuration(t *testing.T) {
	day := 24 * time.Hour
	for text, want := range map[string]time.Duration{"P14D": 14 * day, "P2W": 14 * day, "P1DT12H": 36 * time.Hour, "PT90M": 90 * time.Minute, "PT1H30M": 90 * time.Minute} {
		got, ok := platform.ParseDuration(text)
		if !ok || got != want {
			t.Errorf("%s is %s %v, want %s", text, got, ok, want)
		}
		if again, ok := platform.ParseDuration(platform.FormatDuration(got)); !ok || again != got {
			t.Errorf("%s is written %s", text, platform.FormatDuration(got))
		}
	}
	for _, text := range []string{"", "P", "PT", "P1DT", "P1M", "P1Y", "P1W2D", "P-1D", "14d", "P0D", "P9999D", "P1.5D", "p1d", "P1D "} {
		if got, ok := platform.ParseDuration(text); ok {
			t.Errorf("%q is read as %s", text, got)
		}
	}
}

func FuzzParseDuration(f *testing.F) {
	for _, text := range []string{"P14D", "PT90M", "P1DT12H", "P2W", "P1M"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, ok := platform.ParseDuration(text)
		if again, same := platform.ParseDuration(platform.FormatDuration(d)); ok && (!same || again != d) {
			t.Errorf("%q is %s and is written %s", text, d, platform.FormatDuration(d))
		}
	})
}
