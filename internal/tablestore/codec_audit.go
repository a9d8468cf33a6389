package tablestore

import (
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Columns of an audit event; written once, by Commit with Audit or by RecordRefusal, and removed by ForgetAudit.
//
//	id, at, actor, actorKind, client, from, onBehalfOf, action, target, operation, run, requestId, outcome, code, detail
//	before, after  JSON; at most 16 KiB each, so that they stay in the row
//	wid            as in root rows; with Commit alone
//
// Columns of its pointer in a day's partition; written before the event, by the same, and removed after it.
//
//	id
//	place    the project or scope that the event is of
//	actor, action, outcome  as in the event, to look for

const auditPrefix = "audit" + separator

// Keys of the log hold the id inverted, so that they sort newest first.
func auditKey(id string) string { return auditPrefix + logKey(id) }

func logKey(id string) string { return keyOf(inverted(id)) }

// logKeyBefore is after the keys of all events from t on, and before those of all earlier ones, by the millisecond.
func logKeyBefore(t time.Time) string {
	var least ulid.ULID
	if t.Unix() >= 0 {
		_ = least.SetTime(ulid.Timestamp(t)) // fails after the year 10889 and leaves zero
	}
	return logKey(least.String())
}

func refusedPartition(place string) string { return keyOf("refused", place) }

func dayPartition(day time.Time) string { return keyOf("audit", day.UTC().Format(time.DateOnly)) }

// encodeAudit makes the row of an accepted change, in the project's partition.
func encodeAudit(a platform.AuditEvent, wid string) *row {
	r := newRow(keyOf(a.Project), auditKey(a.ID))
	r.audit(a)
	r.text("wid", wid)
	return r
}

// encodeRefusal makes the row of a refusal, in a partition for the place that was asked for.
func encodeRefusal(a platform.AuditEvent) *row {
	r := newRow(refusedPartition(a.Project), logKey(a.ID))
	r.audit(a)
	return r
}

func (r *row) audit(a platform.AuditEvent) {
	for name, text := range map[string]string{
		"id": a.ID, "actor": a.Actor, "actorKind": string(a.ActorKind), "client": a.Client, "from": a.From, "onBehalfOf": a.OnBehalfOf,
		"action": a.Action, "target": a.Target, "operation": a.Operation, "run": a.Run, "requestId": a.RequestID,
		"outcome": string(a.Outcome), "code": string(a.Code), "detail": a.Detail, "before": string(a.Before), "after": string(a.After),
	} {
		r.text(name, text)
	}
	r.moment("at", a.At)
}

func decodeAudit(r *storedRow, place string) (platform.AuditEvent, error) {
	a := platform.AuditEvent{
		ID: r.text("id"), At: r.moment("at"), Project: place, Actor: r.text("actor"), ActorKind: platform.ActorKind(r.text("actorKind")),
		Client: r.text("client"), From: r.text("from"), OnBehalfOf: r.text("onBehalfOf"), Action: r.text("action"), Target: r.text("target"),
		Operation: r.text("operation"), Run: r.text("run"), RequestID: r.text("requestId"), Outcome: platform.AuditOutcome(r.text("outcome")),
		Code: platform.Code(r.text("code")), Detail: r.text("detail"), Before: r.json("before"), After: r.json("after"),
	}
	return a, r.err
}

// encodePointer makes the row that leads from a day to an event of it.
func encodePointer(a platform.AuditEvent) *row {
	r := newRow(dayPartition(a.At), logKey(a.ID))
	for name, text := range map[string]string{"id": a.ID, "place": a.Project, "actor": a.Actor, "action": a.Action, "outcome": string(a.Outcome)} {
		r.text(name, text)
	}
	return r
}
