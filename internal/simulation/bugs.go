package simulation

import "github.com/lazuli-platform/lazuli/internal/platform"

// Bug is a mistake that the platform might have made, planted into the world around it. Only the tests with the tag planted set one:
// a simulation that does not find them proves nothing.
type Bug string

// The bugs.
const (
	NoBug       Bug = ""
	NoClaim     Bug = "no claim"             // a run goes on whatever it is told
	Unrecorded  Bug = "record after trigger" // a run is asked for before that is written down
	NoReadBack  Bug = "no read-back"         // a write whose answer was lost is taken for somebody else's
	OutboxLater Bug = "outbox written later" // messages are stored after the state that they tell of
	ETagIgnored Bug = "ETag ignored"         // the last writer wins
	HookTrusted Bug = "hook trusted"         // what a hook says of a run is believed
)

// Bugs lists all of them.
var Bugs = []Bug{NoClaim, Unrecorded, NoReadBack, OutboxLater, ETagIgnored, HookTrusted}

// spoil does to a transaction what the bug of the world does. kept is false when nothing is stored at all.
func (w *world) spoil(tx platform.Transaction) (platform.Transaction, []platform.Message, bool) {
	switch w.settings.bug {
	case Unrecorded:
		if op := tx.Operation; op != nil && len(tx.With) == 0 {
			if before, err := w.store.Operation(background(), op.ID); err == nil && before.Attempt < op.Attempt {
				return tx, nil, false
			}
		}
	case OutboxLater:
		later := tx.Outbox
		tx.Outbox = nil
		return tx, later, true
	case ETagIgnored:
		return w.lastWins(tx), nil, true
	default:
	}
	return tx, nil, true
}

// lastWins is a transaction that overwrites whatever is there.
func (w *world) lastWins(tx platform.Transaction) platform.Transaction {
	if e := tx.Environment; e != nil {
		if now, err := w.store.Environment(background(), e.Project, e.Name); err == nil {
			next := *e
			next.Stored, tx.Environment = now.Stored, &next
		}
	}
	if o := tx.Operation; o != nil {
		if now, err := w.store.Operation(background(), o.ID); err == nil {
			next := *o
			next.Stored, tx.Operation = now.Stored, &next
		}
	}
	if d := tx.Deployment; d != nil {
		if now, err := w.store.Deployment(background(), d.Project, d.Environment, d.ID); err == nil {
			next := *d
			next.Stored, tx.Deployment = now.Stored, &next
		}
	}
	return tx
}
