package schedule_test

import (
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/functionshost/schedule"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	when, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func TestNext(t *testing.T) {
	for _, c := range []struct{ name, schedule, after, want string }{
		{"every thirty seconds", "*/30 * * * * *", "2026-03-02T09:12:31Z", "2026-03-02T09:13:00Z"},
		{"never the moment itself", "*/30 * * * * *", "2026-03-02T09:12:30Z", "2026-03-02T09:13:00Z"},
		{"a fraction counts as before", "* * * * * *", "2026-03-02T09:12:30.5Z", "2026-03-02T09:12:31Z"},
		{"five fields fire at second 0", "*/5 * * * *", "2026-03-02T09:12:31Z", "2026-03-02T09:15:00Z"},
		{"over midnight", "0 30 9 * * *", "2026-03-02T09:30:00Z", "2026-03-03T09:30:00Z"},
		{"over the year", "0 0 0 1 1 *", "2026-03-02T00:00:00Z", "2027-01-01T00:00:00Z"},
		{"day and day of week together", "0 0 0 13 * 5", "2026-03-14T00:00:00Z", "2026-11-13T00:00:00Z"},
		{"names", "0 0 8 * mar-apr Mon", "2026-03-02T09:00:00Z", "2026-03-09T08:00:00Z"},
		{"list", "0 0 8,20 * * *", "2026-03-02T09:00:00Z", "2026-03-02T20:00:00Z"},
		{"step from a number runs to the end", "0 50/5 * * * *", "2026-03-02T09:51:00Z", "2026-03-02T09:55:00Z"},
		{"step in a range", "0 0-10/5 * * * *", "2026-03-02T09:06:00Z", "2026-03-02T09:10:00Z"},
		{"leap day", "0 0 0 29 2 *", "2026-03-02T00:00:00Z", "2028-02-29T00:00:00Z"},
		{"time span", "00:05:00", "2026-03-02T09:12:31Z", "2026-03-02T09:17:31Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := schedule.Parse(c.schedule)
			if err != nil {
				t.Fatal(err)
			}
			next, ok := s.Next(at(t, c.after))
			if got := next.Format(time.RFC3339); !ok || got != c.want {
				t.Errorf("Next = %s, %t, want %s", got, ok, c.want)
			}
		})
	}
}

func TestNext_never(t *testing.T) {
	s, err := schedule.Parse("0 0 0 31 2 *")
	if err != nil {
		t.Fatal(err)
	}
	if next, ok := s.Next(at(t, "2026-03-02T00:00:00Z")); ok {
		t.Errorf("31 February found at %s", next)
	}
}

func TestParse_refused(t *testing.T) {
	for text, want := range map[string]string{
		"":                "want 6 fields",
		"* * * *":         "want 6 fields",
		"60 * * * * *":    `second: "60"`,
		"* * * * * 7":     `day of week: "7"`, // NCrontab knows Sunday as 0 only
		"* * 9-8 * * *":   "runs backwards",
		"*/0 * * * * *":   "not a step",
		"* * * * foo *":   `month: "foo"`,
		"24:00:00":        "not a time span",
		"00:00:00":        "not positive",
		"* * * 0 * *":     `day: "0"`,
		"1,,2 * * * * *":  `second: ""`,
		"* * * * * * * *": "want 6 fields",
	} {
		if _, err := schedule.Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%q) = %v, want an error that says %s", text, err, want)
		}
	}
}

func TestShortest(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"*/30 * * * * *":     30 * time.Second,
		"0 */5 * * * *":      5 * time.Minute,
		"0,10 0 * * * *":     10 * time.Second,
		"00:10:00":           10 * time.Minute,
		"0 0 0 * * 1-5":      24 * time.Hour,
		"0 59,0 * * * *":     time.Minute,
		"0 0 12,13,18 * * *": time.Hour,
	} {
		s, err := schedule.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Shortest(at(t, "2026-03-02T09:12:31Z")); got != want {
			t.Errorf("Shortest(%q) = %s, want %s", text, got, want)
		}
	}
}

func TestSpan(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"00:05:00":    5 * time.Minute,
		"1.00:00:00":  24 * time.Hour,
		"00:00:00.80": 800 * time.Millisecond,
		"-00:00:01":   -time.Second,
		"10:30":       10*time.Hour + 30*time.Minute,
	} {
		got, err := schedule.Span(text)
		if err != nil || got != want {
			t.Errorf("Span(%q) = %s, %v, want %s", text, got, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("*/30 * * * * *")
	f.Add("0 0 8 * mar-apr Mon")
	f.Add("00:05:00")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := schedule.Parse(text)
		if err != nil {
			return
		}
		from := time.Date(2026, 3, 2, 9, 12, 31, 0, time.UTC)
		if next, ok := s.Next(from); ok && !next.After(from) {
			t.Errorf("Next(%s) of %q is %s, not later", from, text, next)
		}
	})
}
