package tablestore

import (
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// The column drift of an environment: what is known of changes outside, without what was found, which is in lazulibodies.

type storedDrift struct {
	Check storedDriftCheck  `json:"check,omitzero"`
	Known *storedDriftKnown `json:"known,omitempty"`
	Notes []storedDriftNote `json:"notes,omitempty"`
	Told  string            `json:"told,omitempty"`
}

type storedDriftCheck struct {
	Operation string    `json:"operation"`
	At        time.Time `json:"at"`
	Unknown   string    `json:"unknown,omitempty"`
}

type storedDriftKnown struct {
	Operation  string        `json:"operation"`
	At         time.Time     `json:"at"`
	Deployment string        `json:"deployment"`
	Found      storedBodyRef `json:"found,omitzero"`
	Open       int           `json:"open,omitempty"`
}

type storedDriftNote struct {
	ID      string    `json:"id"`
	Address string    `json:"address"`
	Path    string    `json:"path,omitempty"`
	Until   time.Time `json:"until"`
	Reason  string    `json:"reason"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

func encodeDrift(d platform.Drift) storedDrift {
	out := storedDrift{Told: d.Told, Notes: mapped(d.Notes, func(n platform.DriftNote) storedDriftNote {
		n.Until, n.At = stored(n.Until), stored(n.At)
		return storedDriftNote(n)
	}), Known: mappedPointer(d.Known, func(k platform.DriftKnown) storedDriftKnown {
		return storedDriftKnown{k.Operation, stored(k.At), k.Deployment, storedBodyRef(k.Found), k.Open}
	})}
	if d.Check != (platform.DriftCheck{}) {
		out.Check = storedDriftCheck{d.Check.Operation, stored(d.Check.At), d.Check.Unknown}
	}
	return out
}

func decodeDrift(d storedDrift) platform.Drift {
	return platform.Drift{Check: platform.DriftCheck(d.Check), Told: d.Told,
		Notes: mapped(d.Notes, func(n storedDriftNote) platform.DriftNote { return platform.DriftNote(n) }),
		Known: mappedPointer(d.Known, func(k storedDriftKnown) platform.DriftKnown {
			return platform.DriftKnown{Operation: k.Operation, At: k.At, Deployment: k.Deployment, Found: platform.BodyRef(k.Found), Open: k.Open}
		})}
}
