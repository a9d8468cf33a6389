package catalog

import (
	"regexp"
	"strconv"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// everyPattern takes the ISO 8601 durations that make sense as a period: days and hours.
var everyPattern = regexp.MustCompile(`^P(?:([0-9]{1,2})D)?(?:T([0-9]{1,3})H)?$`)

const (
	minEvery = time.Hour
	maxEvery = 30 * 24 * time.Hour
)

// drift reads how often somebody looks for drift.
func (f *fields) drift() *platform.DriftSchedule {
	if !f.has("drift") {
		return nil
	}
	d := f.child("drift", "every")
	var every time.Duration
	if m := everyPattern.FindStringSubmatch(d.need("every")); m != nil {
		days, _ := strconv.Atoi("0" + m[1]) // the pattern takes digits alone
		hours, _ := strconv.Atoi("0" + m[2])
		every = time.Duration(24*days+hours) * time.Hour
	}
	if every < minEvery || every > maxEvery {
		d.refuse(d.line("every"), "%s.every must be a period of an hour to 30 days, such as P1D or PT12H.", d.where)
		return nil
	}
	return &platform.DriftSchedule{Every: every}
}
