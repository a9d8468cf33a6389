package platform

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// maxDuration bounds every duration that is asked for: ten years, give or take.
const maxDuration = 3650 * day

// ParseDuration reads an ISO 8601 duration of weeks, or of days, hours and minutes: P2W, P14D, P1DT12H, PT90M. Years and months are
// not of one length, so there are none; a day is 24 hours. It is longer than nothing and at most ten years.
func ParseDuration(text string) (time.Duration, bool) {
	found := durationPattern.FindStringSubmatch(text)
	if found == nil || strings.HasSuffix(text, "P") || strings.HasSuffix(text, "T") {
		return 0, false
	}
	var total time.Duration
	for i, unit := range []time.Duration{7 * day, day, time.Hour, time.Minute} {
		if found[i+1] == "" {
			continue
		}
		n, err := strconv.Atoi(found[i+1])
		if err != nil {
			return 0, false
		}
		total += time.Duration(n) * unit
	}
	return total, total > 0 && total <= maxDuration
}

// Six digits of the largest unit are far from what a time.Duration holds, together too.
var durationPattern = regexp.MustCompile(`^P(?:([0-9]{1,4})W|(?:([0-9]{1,4})D)?(?:T(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?)?)$`)

// FormatDuration writes a duration as ParseDuration reads it, in days, hours and whole minutes.
func FormatDuration(d time.Duration) string {
	minutes := int64(max(d, 0) / time.Minute)
	days, hours, minutes := minutes/(24*60), minutes/60%24, minutes%60
	text := "P"
	if days > 0 {
		text += strconv.FormatInt(days, 10) + "D"
	}
	if hours > 0 || minutes > 0 || days == 0 {
		text += "T"
	}
	if hours > 0 {
		text += strconv.FormatInt(hours, 10) + "H"
	}
	if minutes > 0 || days == 0 && hours == 0 {
		text += strconv.FormatInt(minutes, 10) + "M"
	}
	return text
}
