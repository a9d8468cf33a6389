package platform

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/oklog/ulid/v2"
)

// PlatformScope is where things of the platform itself are stored and told of: in the place of a project, under a name that
// no project can have.
const PlatformScope = "ACCESS"

// AuditOutcome says what became of a request.
type AuditOutcome string

// The outcomes.
const (
	OutcomeAccepted AuditOutcome = "accepted"
	OutcomeRefused  AuditOutcome = "refused"
)

// ActorKind says what kind of caller it was.
type ActorKind string

// The kinds of callers.
const (
	ActorUser        ActorKind = "user"
	ActorApplication ActorKind = "application"
	ActorPipeline    ActorKind = "pipeline" // the identity that runs report with
	ActorPlatform    ActorKind = "platform" // the platform itself, when the time has come
)

// maxAuditState bounds Before and After, so that an event stays in its row.
const maxAuditState = 16 << 10

// AuditEvent says what was done or refused, and who asked. It is never changed, and removed by ForgetAudit alone.
type AuditEvent struct {
	ID         string // ULID with the millisecond of At
	At         time.Time
	Project    string // the place: a project's name, CatalogScope or PlatformScope
	Actor      string // object id
	ActorKind  ActorKind
	Client     string // the program that asked for the token
	From       string // address of the client
	OnBehalfOf string // for whom an application did it; nothing tells us yet
	Action     string // operationId of the request
	Target     string // /projects/payments/environments/dev
	Operation  string
	Run        string // that carries the operation out
	RequestID  string
	Outcome    AuditOutcome
	Code       Code // of the refusal
	Detail     string
	Before     json.RawMessage // what the change replaced, without secrets; nil when nothing is told
	After      json.RawMessage
}

// AuditFilter narrows the audit log; empty fields do not. Times count in whole milliseconds.
type AuditFilter struct {
	Project string
	Actor   string
	Action  string
	Outcome AuditOutcome
	From    time.Time // at this time or later
	To      time.Time // before this time
}

// audit makes the event of an accepted change.
func (s *Service) audit(c Caller, action, project, target, operation, detail string) AuditEvent {
	now := s.Now()
	return AuditEvent{ID: idAt(s.NewID(), now), At: now, Project: project, Actor: c.ID, ActorKind: c.kind(), Client: c.Client, From: c.From,
		Action: action, Target: target, Operation: operation, RequestID: c.RequestID, Outcome: OutcomeAccepted, Detail: detail}
}

// idAt puts a time into a ULID: the log is kept in the order of ids, so that a range of times has to be a range of ids.
func idAt(id string, at time.Time) string {
	var moment ulid.ULID
	if err := moment.SetTime(ulid.Timestamp(at)); err != nil { // before 1970 or after 10889
		return id
	}
	const timeLength = 10
	return moment.String()[:timeLength] + id[timeLength:]
}

// changing adds what a change replaced, and by what; nil stands for nothing.
func (e AuditEvent) changing(before, after any) AuditEvent {
	e.Before, e.After = auditState(before), auditState(after)
	return e
}

// auditState is a state as an audit event keeps it: what is too large is left out, and says so.
func auditState(state any) json.RawMessage {
	if state == nil {
		return nil
	}
	text, err := json.Marshal(state)
	if err != nil { // the states are ours and marshal; a log that stays silent would be worse than one that says less
		return json.RawMessage(`{"omitted":"cannot be shown"}`)
	}
	if len(text) > maxAuditState {
		return json.RawMessage(fmt.Sprintf(`{"omitted":"%d bytes"}`, len(text)))
	}
	return text
}

func (c Caller) kind() ActorKind {
	switch {
	case c.platform:
		return ActorPlatform
	case c.Pipeline:
		return ActorPipeline
	case c.App:
		return ActorApplication
	}
	return ActorUser
}

// refusalCodes are those that always refuse somebody something. Of Forbidden and NotFound some errors do: asRefusal marks them.
var refusalCodes = []Code{PolicyRefused, BudgetExceeded, QuotaExceeded, LastAdmin}

// asRefusal marks the error for the audit log. Whether the thing exists must not matter to it.
func (e *Error) asRefusal() *Error {
	e.Refusal = true
	return e
}

// IsRefusal reports whether err refuses the caller something that he might have been allowed: the audit log keeps it.
func IsRefusal(err error) bool {
	var e *Error
	return errors.As(err, &e) && (e.Refusal || slices.Contains(refusalCodes, e.Code))
}

// RecordRefusal puts a refusal into the audit log. place is the project as it was asked for, whether it exists or not; what
// cannot be one's name is recorded with the platform. Callers without identity are left out: anybody could fill the log.
func (s *Service) RecordRefusal(ctx context.Context, c Caller, action, place, target string, refusal error) error {
	var e *Error
	if c.ID == "" || !errors.As(refusal, &e) {
		return nil
	}
	if !ValidName(place) {
		place = PlatformScope
	}
	const longest = 500
	event := s.audit(c, action, place, clip(target, longest), "", clip(e.Message, longest))
	event.Outcome, event.Code = OutcomeRefused, e.Code
	if err := s.Store.RecordRefusal(ctx, event); err != nil {
		return fmt.Errorf("record refusal of %s: %w", action, err)
	}
	return nil
}

// clockSkew is by how much the clocks of two processes may differ.
const clockSkew = 5 * time.Minute

// ListAuditEvents lists what was done and refused, newest first: in one project for who may read its audit log, everywhere
// for admins. A page may be short, even empty, and still have a next one.
func (s *Service) ListAuditEvents(ctx context.Context, c Caller, filter AuditFilter, page Page) ([]AuditEvent, string, error) {
	switch filter.Project {
	case "", PlatformScope, CatalogScope:
		if err := s.allow(ctx, c, AuditRead, Target{}); err != nil {
			return nil, "", err
		}
	default:
		if _, err := s.project(ctx, c, filter.Project, AuditRead); err != nil {
			return nil, "", err
		}
	}
	if latest := s.Now().Add(clockSkew); filter.To.IsZero() || filter.To.After(latest) { // nothing is later, and days are walked one by one
		filter.To = latest
	}
	return s.Store.AuditEvents(ctx, filter, page)
}

// auditPerSweep bounds what one sweep forgets: some 280,000 events a day.
const auditPerSweep = 100

// forgetAudit removes events that were kept for long enough. What it does not get to, the next sweep does.
func (s *Service) forgetAudit(ctx context.Context) {
	if s.AuditDays <= 0 || ctx.Err() != nil {
		return
	}
	if _, err := s.Store.ForgetAudit(ctx, s.Now().AddDate(0, 0, -s.AuditDays), auditPerSweep); err != nil {
		s.Log.Warn("old audit events not removed; the next sweep will", "error", err)
	}
}
