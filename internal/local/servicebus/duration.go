package servicebus

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"time"
)

// duration is an ISO 8601 duration in days, hours, minutes and seconds, such as P14D or PT1M30S. Empty is 0, and the
// service's "for ever", which is longer than Go can count, is 0 as well.
type duration time.Duration

var (
	durationForm = regexp.MustCompile(`^P(?:(\d{1,8})D)?(T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6}(?:\.\d{1,9})?)S)?)?$`)
	durationUnit = map[int]time.Duration{1: 24 * time.Hour, 3: time.Hour, 4: time.Minute, 5: time.Second}
)

// forEver is where durations begin that mean no limit.
const forEver = 100 * 365 * 24 * time.Hour

// UnmarshalJSON implements json.Unmarshaler.
func (d *duration) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("duration %s is not a string", b)
	}
	parsed, err := parseDuration(s)
	*d = duration(parsed)
	return err
}

func parseDuration(s string) (time.Duration, error) {
	if s == "" {
		return 0, nil
	}
	m := durationForm.FindStringSubmatch(s)
	if m == nil || s == "P" || m[2] == "T" {
		return 0, fmt.Errorf("%q is not a duration like P14D or PT1M30S", s)
	}
	total := 0.0
	for group, unit := range durationUnit {
		if m[group] == "" {
			continue
		}
		n, err := strconv.ParseFloat(m[group], 64)
		if err != nil {
			return 0, fmt.Errorf("%q is not a duration: %w", s, err)
		}
		total += n * float64(unit)
	}
	if total >= float64(forEver) {
		return 0, nil
	}
	return time.Duration(math.Round(total)), nil
}
