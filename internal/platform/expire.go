package platform

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// platformID is who the platform is in its own records, where it acts because the time has come. No identity provider gives such an id.
const platformID = "platform"

// itself is the platform as a caller. Nobody signs in as it.
func itself() Caller { return Caller{ID: platformID, Name: "Lazuli", App: true, platform: true} }

// errNotDue means that somebody was faster, or changed his mind.
var errNotDue = errors.New("it is not due any more")

const (
	duePage = 100
	// duePages bounds one look; the next one goes on, since what was done leaves the list.
	duePages = 20
)

// ExpireEnvironments does what the time asks for: it warns, deletes what has expired, and obeys calendars. It reads what is due and
// nothing else. What cannot be done now, because it is busy or something fails, is due still the next time.
func (s *Service) ExpireEnvironments(ctx context.Context) error {
	page := Page{Size: duePage}
	for range duePages {
		due, next, err := s.Store.DueEnvironments(ctx, s.Now(), page)
		if err != nil {
			return err
		}
		for _, d := range due {
			if err := s.expireOne(ctx, d); err != nil {
				s.Log.Warn("what is due is not done; the next look will try", "environment", targetOf(d.Project, d.Environment), "error", err)
			}
			if ctx.Err() != nil {
				return nil // out of time; the next look goes on
			}
		}
		if next == "" {
			return nil
		}
		page.After = next
	}
	return nil
}

// expireOne does the one thing that an entry leads to. The row decides; an entry that it does not agree with is one of the past, or
// of a commit that is under way.
func (s *Service) expireOne(ctx context.Context, d DueEnvironment) error {
	env, err := s.Store.Environment(ctx, d.Project, d.Environment)
	if err != nil && !isCode(err, NotFound) {
		return err
	}
	now := s.Now()
	if err != nil || env.State == Deleted || !env.DueAt.Equal(d.At) {
		if now.Sub(d.Noted) > abandonedAfter {
			return s.Store.RemoveDue(ctx, d)
		}
		return nil
	}
	done, err := s.carryOut(ctx, env, Due(env, now), now)
	if err != nil || !done {
		return err
	}
	return s.Store.RemoveDue(ctx, d) // its row names another time by now; dying before this leaves an entry that is passed over
}

// carryOut reports whether the row of the environment was moved on.
func (s *Service) carryOut(ctx context.Context, env Environment, action DueAction, now time.Time) (done bool, err error) {
	switch action {
	case DueWarning:
		err = s.tellLifetime(ctx, env, env.pass(action, now), environmentExpiring, platformID, now)
	case DueNotice:
		err = s.tellLifetime(ctx, env, env.pass(action, now), environmentExpired, platformID, now)
	case DuePass:
		after := env.pass(action, now)
		after.Revision++
		if err = s.expect(ctx, env, after); err == nil {
			err = s.Store.Commit(ctx, Transaction{Project: env.Project, Environment: &after})
		}
	case DueDeletion, DueHibernate, DueWake:
		return s.begin(ctx, env, action)
	case DueNothing:
		return false, nil
	}
	if isCode(err, Conflict) { // somebody changed it meanwhile: what is due now, the next look sees
		return false, nil
	}
	return err == nil, err
}

// begin has the platform ask for an operation, as anybody would: one change at a time holds, and what is protected stays.
func (s *Service) begin(ctx context.Context, env Environment, action DueAction) (done bool, err error) {
	in, err := s.Store.Project(ctx, env.Project)
	if err != nil {
		return false, fmt.Errorf("read project %s: %w", env.Project, err)
	}
	var ch change
	switch action {
	case DueHibernate:
		ch = powerChange(in, env.Name, PowerOff, "")
	case DueWake:
		ch = powerChange(in, env.Name, PowerOn, "")
	default:
		ch = change{kind: "deleteEnvironment", in: in, project: env.Project, environment: env.Name, mode: ModeDestroy, spec: EnvironmentSpec{Manifest: &Manifest{}}}
	}
	ch.due = action
	accepted, err := s.accept(ctx, itself(), ch)
	switch {
	case errors.Is(err, errNotDue) || isCode(err, OperationInProgress):
		return false, nil
	case isCode(err, EnvironmentNotReady): // nothing in it can be switched: its calendar has nothing to say until it changes again
		s.Log.Info("calendar passed over", "environment", targetOf(env.Project, env.Name), "reason", err)
		return s.carryOut(ctx, env, DuePass, s.Now())
	case err != nil:
		return false, err
	}
	s.Log.Info("begun because it is due", "environment", targetOf(env.Project, env.Name), "action", string(action), "operation", accepted.Operation.ID)
	return true, nil
}
