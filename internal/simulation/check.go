package simulation

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

var commitFaults = []Fault{FailBefore, FailAfter, KillBefore, KillAfter, Pause, Retried, Late}

// Commit is where what is stored is checked: every change of state passes here.
func (s *storePort) Commit(_ context.Context, tx platform.Transaction) error {
	w := s.world
	var later []platform.Message
	err := w.call("commit", commitFaults, func() error {
		before := w.rowsBefore(tx)
		spoilt, messages, kept := w.spoil(tx)
		if !kept {
			return nil
		}
		if err := w.store.Commit(background(), spoilt); err != nil {
			return err
		}
		later = messages
		for _, part := range append([]platform.Transaction{tx}, tx.With...) {
			w.checkCommit(before, part)
		}
		return nil
	})
	if errors.Is(err, errRetried) {
		err = nil
		if w.settings.bug == NoReadBack {
			err = platform.Errorf(platform.Conflict, "Something was changed at the same time.")
		}
	}
	if err == nil && len(later) > 0 {
		err = w.call("commit the outbox", commitFaults[:4], func() error {
			return w.store.Commit(background(), platform.Transaction{Project: tx.Project, Outbox: later})
		})
	}
	if err == nil {
		w.relay(tx)
	}
	return unavailable(err)
}

// relay is the fast path from the outbox: the process that has committed sends soon.
func (w *world) relay(tx platform.Transaction) {
	p := w.current.process
	for _, part := range append([]platform.Transaction{tx}, tx.With...) {
		if len(part.Outbox) == 0 {
			continue
		}
		m := part.Outbox[0]
		w.after(w.between(0, 5*time.Millisecond), func() {
			if p.alive && !w.ending {
				w.spawn("relay of "+m.Operation, p, func(t *task) {
					t.deadline = w.now.Add(relayPatience)
					_ = p.service.Relay.Send(background(), m.Project, m.Operation) // what is not sent, the sweep sends
				})
			}
		})
		w.after(10*time.Second, func() {
			if p.alive && !w.ending {
				w.spawn("tidying after "+m.Operation, p, func(t *task) {
					t.deadline = w.now.Add(relayPatience)
					p.service.Relay.Tidy(background())
				})
			}
		})
	}
}

// relayPatience is the relay's own, in the time of the world.
const relayPatience = 15 * time.Second

// rows are what a transaction is about to change, by id and name.
type rows struct {
	operations   map[string]platform.Operation
	environments map[string]platform.Environment
}

func (w *world) rowsBefore(tx platform.Transaction) rows {
	before := rows{map[string]platform.Operation{}, map[string]platform.Environment{}}
	for _, part := range append([]platform.Transaction{tx}, tx.With...) {
		if o := part.Operation; o != nil {
			if op, err := w.store.Operation(background(), o.ID); err == nil {
				before.operations[o.ID] = op
			}
		}
		if e := part.Environment; e != nil {
			if env, err := w.store.Environment(background(), e.Project, e.Name); err == nil {
				before.environments[e.Name] = env
			}
		}
	}
	return before
}

// checkCommit holds a change of state against what must hold of every one.
func (w *world) checkCommit(before rows, tx platform.Transaction) {
	if after := tx.Operation; after != nil {
		old, existed := before.operations[after.ID]
		w.note("operation "+string(after.Status), after.ID+" "+string(after.Stage))
		if existed {
			w.checkOperation(old, *after)
		} else if after.Status != platform.NotStarted || tx.Environment == nil || tx.Environment.ActiveOperation != after.ID || tx.Deployment == nil && after.Mode != platform.ModeDrift {
			w.fail("operation %s begins as %s, without its environment or deployment", after.ID, after.Status)
		}
		if n := after.Attempt - old.Attempt; n > 0 {
			w.ledger.attempts[after.ID] += n
		}
		if n := w.checkEvents(tx.Outbox); old.Events+n != after.Events {
			w.fail("operation %s counts %d events and has %d", after.ID, after.Events, old.Events+n)
		}
	} else {
		w.checkEvents(tx.Outbox)
	}
	if after := tx.Environment; after != nil {
		w.checkEnvironment(before.environments[after.Name], *after)
	}
	for _, a := range tx.Audit {
		w.ledger.audited[a.Operation+" "+a.Action]++
	}
}

// rank orders statuses: they only ever rise.
func rank(s platform.Status) int {
	switch s {
	case platform.NotStarted:
		return 0
	case platform.Running:
		return 1
	default:
		return 2
	}
}

// checkOperation: forward only; final for ever; the run that has it keeps it.
func (w *world) checkOperation(before, after platform.Operation) {
	if before.Status.Final() {
		meant := after
		meant.Revision, meant.UpdatedAt, meant.NextLook, meant.Stored = before.Revision, before.UpdatedAt, before.NextLook, before.Stored
		if !reflect.DeepEqual(before, meant) {
			w.fail("operation %s had ended as %s and was changed to %s (%+v)", after.ID, before.Status, after.Status, after.Error)
		}
		return
	}
	if rank(after.Status) < rank(before.Status) {
		w.fail("operation %s went back from %s to %s", after.ID, before.Status, after.Status)
	}
	if after.Revision != before.Revision+1 {
		w.fail("operation %s went from revision %d to %d", after.ID, before.Revision, after.Revision)
	}
	if kept := after.Claimed.ID == before.Claimed.ID; before.Claimed.ID != "" && !kept && after.Stage != platform.AwaitingApproval {
		w.fail("operation %s was run %s's and is now run %s's", after.ID, before.Claimed.ID, after.Claimed.ID)
	}
}

// checkEvents: an id means one event for ever, and those of an environment, or of a project, are numbered without gaps. It says how many.
func (w *world) checkEvents(outbox []platform.Message) (n int) {
	for _, m := range outbox {
		if m.Event == nil {
			continue
		}
		n++
		if known, ok := w.ledger.events[m.ID]; ok && !reflect.DeepEqual(known, m) {
			w.fail("event %s means two things: %+v and %+v", m.ID, known.Event, m.Event)
		}
		w.ledger.numbers[m.Session]++
		if want := w.ledger.numbers[m.Session]; m.Event.Sequence != want {
			w.fail("event %s has number %d in %s, not %d", m.ID, m.Event.Sequence, m.Session, want)
		}
		w.ledger.events[m.ID] = m
	}
	return n
}

// checkEnvironment: one operation at a time, which leaves when it has ended; and gone means gone.
func (w *world) checkEnvironment(before, after platform.Environment) {
	name := after.Project + "/" + after.Name
	for _, id := range []string{before.ActiveOperation, after.ActiveOperation} {
		if id == "" {
			continue
		}
		op, err := w.store.Operation(background(), id)
		switch {
		case err != nil:
			w.fail("environment %s names operation %s: %v", name, id, err)
		case id == after.ActiveOperation && op.Status.Final():
			w.fail("environment %s is held by operation %s, which has ended", name, id)
		case id != after.ActiveOperation && !op.Status.Final():
			w.fail("environment %s was taken from operation %s, which is %s", name, id, op.Status)
		}
	}
	if after.State == platform.Deleted && before.State != platform.Deleted && len(w.ledger.things(name)) > 0 {
		w.fail("environment %s is told to be deleted, but there are %v", name, w.ledger.things(name))
	}
}
