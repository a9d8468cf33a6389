package platform

import (
	"slices"
	"time"
)

// settleDrift is the environment after a look for drift: as it was, and with what the look saw, or with why it saw nothing.
func settleDrift(op Operation, env Environment, now time.Time) Environment {
	env.ActiveOperation, env.State = "", env.Resting
	env.UpdatedAt = now
	env.Revision++
	d := env.drift()
	d.Check = DriftCheck{Operation: op.ID, At: now}
	switch {
	case d.Known != nil && d.Known.Operation == op.ID && d.Known.Open > 0:
		d.Told = d.Known.Found.Digest
	case d.Known != nil && d.Known.Operation == op.ID:
		d.Told = ""
	case op.Error != nil:
		d.Check.Unknown = op.Error.Message
	case op.Status == Canceled:
		d.Check.Unknown = "The look was canceled."
	default:
		d.Check.Unknown = "The run ended and never said what it saw."
	}
	env.Drift = &d
	return env
}

// drift is a copy to be changed.
func (e Environment) drift() Drift {
	if e.Drift == nil {
		return Drift{}
	}
	d := *e.Drift
	d.Notes = slices.Clone(d.Notes)
	return d
}

// withoutDrift forgets what was found, since a deployment has made the environment what it should be. Notes stay until their date.
func withoutDrift(d *Drift, now time.Time) *Drift {
	notes := d.live(now)
	if len(notes) == 0 {
		return nil
	}
	return &Drift{Notes: notes}
}

// driftEvents tell whoever listens when an environment drifts, when what is open becomes another thing, and when it is over.
func driftEvents(op *Operation, before Environment, after *Environment, now time.Time) []Message {
	was, is := before.drift(), after.drift()
	data := eventData{State: string(after.State)}
	switch {
	case after.State == Deleted || was.Told == is.Told:
		return nil
	case is.Told == "":
		return []Message{newEvent(op, after, environmentDriftCleared, data, now)}
	}
	data.Drifted = is.Known.Open
	return []Message{newEvent(op, after, environmentDrifted, data, now)}
}
