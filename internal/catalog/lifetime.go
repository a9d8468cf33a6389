package catalog

import (
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// maxWarnings bounds how often somebody is warned before one end.
const maxWarnings = 5

// expiry reads how long environments of a type live; nil when they stay.
func (f *fields) expiry() *platform.ExpiryRule {
	if !f.has("expiry") {
		return nil
	}
	e := f.child("expiry", "default", "max", "warn")
	rule := platform.ExpiryRule{Default: e.duration("default"), Max: e.duration("max")}
	if rule.Default > rule.Max && rule.Max > 0 {
		e.refuse(e.line("default"), "%s.default is longer than max.", e.where)
	}
	for _, text := range e.texts("warn", "") {
		lead, ok := platform.ParseDuration(text)
		switch {
		case !ok:
			e.refuse(e.line("warn"), "%s.warn holds %q, which is no duration such as P3D.", e.where, text)
		case lead >= rule.Default && rule.Default > 0:
			e.refuse(e.line("warn"), "%s.warn holds %q: nobody can be warned longer before the end than default.", e.where, text)
		case slices.Contains(rule.Warn, lead):
			e.refuse(e.line("warn"), "%s.warn holds %q twice.", e.where, text)
		}
		rule.Warn = append(rule.Warn, lead)
	}
	if len(rule.Warn) > maxWarnings {
		e.refuse(e.line("warn"), "%s.warn has more than %d times.", e.where, maxWarnings)
	}
	slices.SortFunc(rule.Warn, func(a, b time.Duration) int { return int(b/time.Second - a/time.Second) })
	return &rule
}

// duration reads a duration that must be there.
func (f *fields) duration(name string) time.Duration {
	text := f.need(name)
	d, ok := platform.ParseDuration(text)
	if !ok && text != "" {
		f.refuse(f.line(name), "%s.%s must be a duration such as P14D: weeks, or days, hours and minutes, at most ten years. Months and years have no fixed length.", f.where, name)
	}
	return d
}

// calendar reads when environments sleep; nil when it is absent.
func (f *fields) calendar(name string) *platform.Calendar {
	if !f.has(name) {
		return nil
	}
	c := f.child(name, "timeZone", "off")
	calendar := platform.Calendar{TimeZone: c.need("timeZone")}
	before := len(f.loader.problems)
	for _, node := range c.list("off", "must list when it is off.") {
		calendar.Off = append(calendar.Off, c.offTime(node))
	}
	if len(f.loader.problems) > before || calendar.TimeZone == "" {
		return &calendar
	}
	for _, wrong := range calendar.Check() {
		where := strings.ReplaceAll(strings.TrimPrefix(wrong.Pointer, "/"), "/", ".")
		c.refuse(c.line(strings.SplitN(where, ".", 2)[0]), "%s.%s %s.", c.where, where, wrong.Message)
	}
	return &calendar
}

func (f *fields) offTime(node *yaml.Node) platform.OffTime {
	o := f.loader.object(f.file, f.where+".off", node, "days", "from", "to")
	var out platform.OffTime
	for _, name := range o.texts("days", "must name days: mon, tue, wed, thu, fri, sat, sun.") {
		d, ok := platform.ParseDay(name)
		if !ok {
			o.refuse(o.line("days"), "%s.days holds %q; it is mon, tue, wed, thu, fri, sat or sun.", o.where, name)
		}
		out.Days = append(out.Days, d)
	}
	out.From, out.To = o.clock("from"), o.clock("to")
	return out
}

func (f *fields) clock(name string) int {
	text := f.need(name)
	at, ok := platform.ParseClock(text)
	if !ok && text != "" {
		f.refuse(f.line(name), `%s.%s must be a time such as "19:00", in quotes; "24:00" is the end of the day.`, f.where, name)
	}
	return at
}
