package platform

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// PutBackDrift makes an environment again what it was deployed as: its current deployment is deployed once more, with the
// definitions of then. Refused when values have changed since: a deployment would take those along, which nobody asked for here.
func (s *Service) PutBackDrift(ctx context.Context, c Caller, project, name, operation string) (Operation, error) {
	ch, dep, done, err := s.driftAnswer(ctx, c, change{kind: "putBackDrift", project: project, environment: name, operation: operation})
	if err != nil || done != nil {
		return operationOrNone(done), err
	}
	ch.from = &source{Source: Source{Environment: name, Deployment: dep.ID}, deployment: dep, rollback: true}
	accepted, err := s.accept(ctx, c, ch)
	return operationOrNone(accepted.Operation), err
}

func operationOrNone(op *Operation) Operation {
	if op == nil {
		return Operation{}
	}
	return *op
}

// driftAnswer is what putting back and adopting have in common: a change that deploys on the ground of the current deployment, and only
// as long as that is it. done is the operation of a request that was accepted before.
func (s *Service) driftAnswer(ctx context.Context, c Caller, asked change) (ch change, dep Deployment, done *Operation, err error) {
	ch = asked
	ch.mode = ModeDeploy
	project, name, operation := ch.project, ch.environment, ch.operation
	if ch.in, err = s.inEnvironment(ctx, c, project, name, "", DeploymentsWrite); err != nil {
		return ch, dep, nil, err
	}
	if operation != "" && ValidOperationID(operation) {
		accepted, repeated, err := s.repeat(ctx, ch, fingerprintOf(c, ch))
		if repeated || err != nil {
			return ch, dep, accepted.Operation, err
		}
	}
	env, exists, err := s.environment(ctx, project, name)
	switch {
	case err != nil:
		return ch, dep, nil, err
	case !exists:
		return ch, dep, nil, noEnvironment(project, name)
	}
	if err := mayLook(env); err != nil {
		return ch, dep, nil, err
	}
	ch.pre = Preconditions{Revision: &env.Revision}
	if dep, err = s.Store.Deployment(ctx, project, name, env.Deployment); err != nil {
		return ch, dep, nil, fmt.Errorf("read deployment %s: %w", env.Deployment, err)
	}
	return ch, dep, nil, s.sameValues(ctx, dep)
}

// sameValues refuses to deploy again what other values would be deployed with.
func (s *Service) sameValues(ctx context.Context, dep Deployment) error {
	if dep.Values == nil {
		return nil
	}
	now, err := s.valuesOf(ctx, ValueScope{dep.Project, dep.Environment})
	if err != nil {
		return err
	}
	if !dep.Values.same(now.pin(dep.Manifest)) {
		return Errorf(Conflict, "Values that %s/%s uses have changed since it was deployed, so it cannot be made what it was.", dep.Project, dep.Environment).
			Do("Deploy, which puts back and takes the new values along: lazuli deploy %s/%s", dep.Project, dep.Environment)
	}
	return nil
}

const (
	// maxIgnored is for how long a drift can be ignored at most.
	maxIgnored = 90 * 24 * time.Hour
	// maxNotes bounds the notes of an environment.
	maxNotes = 50
)

// DriftNoteSpec is what a caller says of a drift that he wants to ignore.
type DriftNoteSpec struct {
	Address string
	Path    string
	Until   time.Time
	Reason  string
}

// IgnoreDrift notes that a drifted resource, or a property of it, is to be ignored until a date. It takes the place of an earlier
// note about the same. Errors: Invalid, also for what the last report does not list: nobody ignores what he has not seen.
func (s *Service) IgnoreDrift(ctx context.Context, c Caller, project, name string, spec DriftNoteSpec) (DriftReport, error) {
	now := s.Now()
	var report DriftReport
	err := s.changeNotes(ctx, c, "ignoreDrift", project, name, func(env Environment, found []DriftedResource) ([]DriftNote, AuditEvent, error) {
		if wrong := spec.check(found, now); len(wrong) > 0 {
			return nil, AuditEvent{}, Errorf(Invalid, "This drift cannot be ignored as you ask.").With(wrong...).Do("See what there is: lazuli drift show %s/%s", project, name)
		}
		note := DriftNote{ID: s.NewID(), Address: spec.Address, Path: spec.Path, Until: spec.Until.UTC(), Reason: spec.Reason, By: c.ID, At: now}
		notes := slices.DeleteFunc(env.Drift.live(now), func(n DriftNote) bool { return n.Address == note.Address && n.Path == note.Path })
		if len(notes) == maxNotes {
			return nil, AuditEvent{}, Errorf(Invalid, "There are %d notes already; more would hide the environment.", maxNotes).Do("Put the drift back, or adopt it.")
		}
		notes = append(notes, note)
		changed := env.drift()
		changed.Notes = notes
		report = driftReport(&changed, found, now)
		return notes, s.audit(c, "ignoreDrift", project, targetOf(project, name), "", "").changing(nil, note.audited()), nil
	})
	return report, err
}

func (spec DriftNoteSpec) check(found []DriftedResource, now time.Time) []Detail {
	var wrong []Detail
	at := slices.IndexFunc(found, func(r DriftedResource) bool { return r.Address == spec.Address })
	if at < 0 {
		wrong = append(wrong, Detail{"/address", "is no drifted resource of the last report"})
	} else if spec.Path != "" && !slices.ContainsFunc(found[at].Properties, func(p DriftedProperty) bool {
		return p.Path == spec.Path || strings.HasPrefix(p.Path, spec.Path+".") || strings.HasPrefix(p.Path, spec.Path+"[")
	}) {
		wrong = append(wrong, Detail{"/path", "is no drifted property of that resource"})
	}
	if !spec.Until.After(now) || spec.Until.After(now.Add(maxIgnored)) {
		wrong = append(wrong, Detail{"/until", "must be within 90 days from now"})
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(spec.Reason)); n < minReason || n > maxReason {
		wrong = append(wrong, Detail{"/reason", fmt.Sprintf("must have %d to %d characters", minReason, maxReason)})
	}
	return wrong
}

type auditDriftNote struct {
	Address string    `json:"address"`
	Path    string    `json:"path,omitempty"`
	Until   time.Time `json:"until"`
	Reason  string    `json:"reason"`
}

// audited is what the audit log shows of a note.
func (n DriftNote) audited() any { return auditDriftNote{n.Address, n.Path, n.Until, n.Reason} }

// DeleteDriftNote ends a note before its date. One that is not there is gone already.
func (s *Service) DeleteDriftNote(ctx context.Context, c Caller, project, name, note string) error {
	now := s.Now()
	return s.changeNotes(ctx, c, "deleteDriftNote", project, name, func(env Environment, _ []DriftedResource) ([]DriftNote, AuditEvent, error) {
		notes := env.Drift.live(now)
		at := slices.IndexFunc(notes, func(n DriftNote) bool { return n.ID == note })
		if at < 0 {
			return nil, AuditEvent{}, errNothingToDo
		}
		audit := s.audit(c, "deleteDriftNote", project, targetOf(project, name), "", "").changing(notes[at].audited(), nil)
		return slices.Delete(notes, at, at+1), audit, nil
	})
}

var errNothingToDo = Errorf(Internal, "There is nothing to do.")

// changeNotes stores other notes. It does not take the environment's lock: a change that is going on does not look at them.
func (s *Service) changeNotes(ctx context.Context, c Caller, kind, project, name string, change func(Environment, []DriftedResource) ([]DriftNote, AuditEvent, error)) error {
	if _, err := s.inEnvironment(ctx, c, project, name, "", DeploymentsWrite); err != nil {
		return err
	}
	for range maxDecisions {
		env, exists, err := s.environment(ctx, project, name)
		if err != nil {
			return err
		}
		if !exists {
			return noEnvironment(project, name)
		}
		found, err := s.driftOf(ctx, env)
		if err != nil {
			return err
		}
		notes, audit, err := change(env, found)
		if err == errNothingToDo { //nolint:errorlint // it is this very one
			return nil
		}
		if err != nil {
			return err
		}
		drift := env.drift()
		drift.Notes = notes
		env.Drift = &drift
		env.UpdatedAt = s.Now()
		env.Revision++
		err = s.Store.Commit(ctx, Transaction{Project: project, Environment: &env, Audit: []AuditEvent{audit}})
		if !isCode(err, Conflict) {
			if err != nil {
				err = fmt.Errorf("%s of %s: %w", kind, targetOf(project, name), err)
			}
			return err
		}
	}
	return Errorf(Conflict, "Too many changes to %s at once.", targetOf(project, name)).Do("Try again.")
}
