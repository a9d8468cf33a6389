package envelope

import "time"

// Status is what the host remembers of a timer between two runs.
type Status struct {
	Last, Next, LastUpdated time.Time // zero before the first run
}

// Timer writes the envelope of a timer. A nil status is written as null: the timer is not monitored.
func Timer(binding string, status *Status, pastDue bool, sys Sys, retry *Retry) []byte {
	var written any
	if status != nil {
		written = map[string]any{
			"Last": offset(status.Last), "Next": offset(status.Next), "LastUpdated": offset(status.LastUpdated),
		}
	}
	data := map[string]any{
		"Schedule":       map[string]any{"AdjustForDST": true},
		"ScheduleStatus": written,
		"IsPastDue":      pastDue,
	}
	return finish(binding, data, newMetadata(), sys, retry)
}
