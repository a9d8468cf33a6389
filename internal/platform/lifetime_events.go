package platform

import (
	"context"
	"fmt"
	"reflect"
	"time"
)

// lifetimeData is the body of what is told of an environment's lifetime.
type lifetimeData struct {
	Project     string     `json:"project"`
	Environment string     `json:"environment"`
	Operation   string     `json:"operation,omitempty"` // with expired: the deletion that follows, unless it is protected
	Actor       string     `json:"actor"`
	State       string     `json:"state"`
	ExpiresAt   *time.Time `json:"expiresAt,omitempty"`
	Left        string     `json:"left,omitempty"` // with expiring: how much time, as an ISO 8601 duration
	Protected   string     `json:"protected,omitempty"`
	Calendar    string     `json:"calendar,omitempty"`
}

// tellLifetime stores an environment with the event of what changed, in one transaction. The event goes through the outbox under an
// id of its own, which is on the work list of the sweep before, so that no crash loses it.
func (s *Service) tellLifetime(ctx context.Context, before, after Environment, kind *EventType, actor string, now time.Time, audit ...AuditEvent) error {
	after.UpdatedAt, after.Revision = now, before.Revision+1
	id := s.NewID()
	if err := s.Store.OpenOperation(ctx, id, after.Project, now); err != nil {
		return fmt.Errorf("open news of %s: %w", targetOf(after.Project, after.Name), err)
	}
	if err := s.expect(ctx, before, after); err != nil {
		return err
	}
	event := lifetimeEvent(id, &after, kind, actor, now)
	if err := s.Store.Commit(ctx, Transaction{Project: after.Project, Environment: &after, Audit: audit, Outbox: []Message{event}}); err != nil {
		return err
	}
	s.Relay.HintNews(after.Project, id)
	return nil
}

func lifetimeEvent(id string, env *Environment, kind *EventType, actor string, now time.Time) Message {
	env.Events++
	data := env.lifetimeData(actor)
	if kind == environmentExpiring {
		data.Left = FormatDuration(env.Expiry.At.Sub(now))
	}
	return Message{ID: eventID(id, 1), Project: env.Project, Operation: id, Destination: EventsTopic, Session: sessionOf(env.Project, env.Name),
		Event: &Event{Type: kind.Name(), Subject: subjectOf(env.Project, env.Name), Time: now, Sequence: env.Events, Data: encodeData(data)}}
}

// expiredEvent tells that an operation deletes what has expired, in the words in which it is told of what stays.
func expiredEvent(op *Operation, env *Environment) Message {
	m := newEvent(op, env, environmentExpired, eventData{}, op.CreatedAt)
	data := env.lifetimeData(op.RequestedBy)
	data.Operation = op.ID
	m.Event.Data = encodeData(data)
	return m
}

func (e Environment) lifetimeData(actor string) lifetimeData {
	data := lifetimeData{Project: e.Project, Environment: e.Name, Actor: actor, State: string(e.State)}
	if e.Expiry != nil {
		data.ExpiresAt = &e.Expiry.At
	}
	if e.Protection != nil {
		data.Protected = e.Protection.Reason
	}
	if e.Calendar != nil {
		data.Calendar = e.Calendar.String()
	}
	return data
}

// expect lists when an environment is due, before the row says so.
func (s *Service) expect(ctx context.Context, before, after Environment) error {
	if after.DueAt.IsZero() || after.DueAt.Equal(before.DueAt) {
		return nil
	}
	err := s.Store.PutDue(ctx, DueEnvironment{Project: after.Project, Environment: after.Name, At: after.DueAt, Noted: s.Now()})
	if err != nil {
		return fmt.Errorf("list %s as due: %w", targetOf(after.Project, after.Name), err)
	}
	return nil
}

func sameLifetime(a, b Environment) bool {
	return reflect.DeepEqual(a.Expiry, b.Expiry) && reflect.DeepEqual(a.Protection, b.Protection) && reflect.DeepEqual(a.Calendar, b.Calendar)
}

type auditLifetime struct {
	ExpiresAt *time.Time `json:"expiresAt,omitempty"`
	Protected string     `json:"protected,omitempty"`
	By        string     `json:"protectedBy,omitempty"`
	Calendar  string     `json:"calendar,omitempty"`
}

// auditedLifetime is what the audit log shows of how long an environment lives, and when it sleeps.
func (e Environment) auditedLifetime() any {
	var out auditLifetime
	if e.Expiry != nil {
		out.ExpiresAt = &e.Expiry.At
	}
	if e.Protection != nil {
		out.Protected, out.By = e.Protection.Reason, e.Protection.By
	}
	if e.Calendar != nil {
		out.Calendar = e.Calendar.String()
	}
	return out
}

func errProtected(env Environment) error {
	return isProtected(env).Do("Ask who protected it; then take the protection away: lazuli env unprotect %s/%s", env.Project, env.Name)
}

func isProtected(env Environment) *Error {
	p := env.Protection
	return Errorf(EnvironmentProtected, "Environment %s/%s is protected since %s by %s: %s", env.Project, env.Name, p.At.UTC().Format(time.DateOnly), p.By, p.Reason).asRefusal()
}

// newEnd is when an environment that is being made ends. One that is there is extended instead.
func newEnd(ch change, env Environment, exists bool, t EnvironmentType, now time.Time) (*Expiry, error) {
	switch {
	case !exists && ch.mode == ModeDeploy:
		return endOf(t, ch.spec.Ends, now)
	case exists && !ch.spec.Ends.isZero() && !ch.spec.Ends.At.Equal(env.Ends()):
		return nil, Errorf(Invalid, "Environment %s/%s is there, and keeps its end.", env.Project, env.Name).With(Detail{"/expiresAt", "is for a new environment"}).
			Do("Extend it: lazuli env extend %s/%s --by P7D", env.Project, env.Name)
	}
	return nil, nil
}
