package schedule

import (
	"fmt"
	"strconv"
	"strings"
)

// field is a set of small numbers, one bit each.
type field uint64

func (f field) has(n int) bool { return f&(1<<n) != 0 }

// kind says what one field of an expression may hold.
type kind struct {
	name      string
	low, high int
	words     []string // words[i] stands for low+i
}

var kinds = []kind{
	{name: "second", low: 0, high: 59},
	{name: "minute", low: 0, high: 59},
	{name: "hour", low: 0, high: 23},
	{name: "day", low: 1, high: 31},
	{name: "month", low: 1, high: 12, words: []string{
		"january", "february", "march", "april", "may", "june",
		"july", "august", "september", "october", "november", "december",
	}},
	{name: "day of week", low: 0, high: 6, words: []string{
		"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
	}},
}

// parseField reads a comma list of *, n, a-b, each with an optional /step. NCrontab reads n/step as n-high/step.
func parseField(k kind, text string) (field, error) {
	var set field
	for item := range strings.SplitSeq(text, ",") {
		low, high, step, err := parseItem(k, item)
		if err != nil {
			return 0, err
		}
		for n := low; n <= high; n += step {
			set |= 1 << n
		}
	}
	return set, nil
}

func parseItem(k kind, item string) (low, high, step int, err error) {
	span, stepText, stepped := strings.Cut(item, "/")
	step = 1
	if stepped {
		if step, err = strconv.Atoi(stepText); err != nil || step < 1 {
			return 0, 0, 0, fmt.Errorf("%s: %q is not a step", k.name, stepText)
		}
	}
	first, last, ranged := strings.Cut(span, "-")
	switch {
	case span == "*":
		return k.low, k.high, step, nil
	case ranged:
		if low, err = k.number(first); err == nil {
			high, err = k.number(last)
		}
	default:
		if low, err = k.number(span); err == nil && stepped {
			high = k.high
		} else {
			high = low
		}
	}
	if err == nil && low > high {
		err = fmt.Errorf("%s: %q runs backwards", k.name, item)
	}
	return low, high, step, err
}

// number reads a number or a name; names may be cut to three letters or more.
func (k kind) number(text string) (int, error) {
	for i, word := range k.words {
		if len(text) >= 3 && strings.HasPrefix(word, strings.ToLower(text)) {
			return k.low + i, nil
		}
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < k.low || n > k.high {
		return 0, fmt.Errorf("%s: %q is not between %d and %d", k.name, text, k.low, k.high)
	}
	return n, nil
}
