package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// auditAt makes an accepted change of a moment, with every field.
func auditAt(project string, at time.Time) platform.AuditEvent {
	return platform.AuditEvent{
		ID: newID(at), At: at, Project: project, Actor: "developer", ActorKind: platform.ActorUser, Client: "lazuli-cli", From: "2001:db8::1", OnBehalfOf: "somebody",
		Action: "putEnvironment", Target: "/projects/" + project + "/environments/dev", Operation: newID(at), Run: "7", RequestID: "request-1",
		Outcome: platform.OutcomeAccepted, Detail: `O'Brien's "detail"`, Before: json.RawMessage(`{"a":1.50}`), After: json.RawMessage(`{"a":"<é>"}`),
	}
}

func refusalAt(project string, at time.Time) platform.AuditEvent {
	e := auditAt(project, at)
	e.Outcome, e.Code, e.Operation, e.Run, e.Before, e.After = platform.OutcomeRefused, platform.Forbidden, "", "", nil, nil
	return e
}

// keep stores an event as its outcome asks for.
func keep(t *testing.T, s platform.Store, e platform.AuditEvent) {
	t.Helper()
	if e.Outcome == platform.OutcomeAccepted {
		mustCommit(t, s, platform.Transaction{Project: e.Project, Audit: []platform.AuditEvent{e}})
		return
	}
	if err := s.RecordRefusal(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

func auditLog(t *testing.T, s platform.Store, size int, filter platform.AuditFilter) []platform.AuditEvent {
	t.Helper()
	return pages(t, size, func(page platform.Page) ([]platform.AuditEvent, string, error) {
		return s.AuditEvents(t.Context(), filter, page)
	})
}

func wantEvents(t *testing.T, what string, want, got []platform.AuditEvent) {
	t.Helper()
	id := func(e platform.AuditEvent) string { return e.ID }
	wantOrder(t, what, namesOf(want, id), namesOf(got, id))
}

// auditMerged: what was accepted and what was refused are one list, newest first, in pages of any size.
func auditMerged(t *testing.T, s platform.Store) {
	project := newName("p")
	var want []platform.AuditEvent
	for i := range 11 {
		at := start.Add(time.Duration(i) * time.Second)
		e := auditAt(project, at)
		if i%3 == 0 || i > 7 {
			e = refusalAt(project, at)
		}
		keep(t, s, e)
		want = append(want, e)
	}
	keep(t, s, auditAt(project+"x", start))
	keep(t, s, refusalAt(project+"x", start))
	slices.Reverse(want)
	same(t, "log", want, auditLog(t, s, 50, platform.AuditFilter{Project: project}))
	for _, size := range []int{1, 2, 3, 10, 11} {
		wantEvents(t, fmt.Sprintf("events in pages of %d", size), want, auditLog(t, s, size, platform.AuditFilter{Project: project}))
	}
}

// auditFiltered asks in one project and across all.
func auditFiltered(t *testing.T, s platform.Store) {
	project, actor, other := newName("p"), newName("a"), newName("b")
	var all []platform.AuditEvent
	for i := range 12 {
		at := start.AddDate(0, 0, -i/4).Add(time.Duration(-i) * time.Second)
		e := auditAt(project, at)
		if i%2 == 1 {
			e = refusalAt(project, at)
		}
		e.Actor, e.Action = []string{actor, other}[i/2%2], []string{"putEnvironment", "deleteEnvironment", "cancelOperation"}[i%3]
		keep(t, s, e)
		all = append(all, e)
	}
	for _, test := range []struct {
		filter platform.AuditFilter
		keeps  func(platform.AuditEvent) bool
	}{
		{platform.AuditFilter{}, func(platform.AuditEvent) bool { return true }},
		{platform.AuditFilter{Action: "cancelOperation"}, func(e platform.AuditEvent) bool { return e.Action == "cancelOperation" }},
		{platform.AuditFilter{Outcome: platform.OutcomeRefused}, func(e platform.AuditEvent) bool { return e.Code != "" }},
		{platform.AuditFilter{Outcome: platform.OutcomeAccepted}, func(e platform.AuditEvent) bool { return e.Code == "" }},
		{platform.AuditFilter{Outcome: platform.OutcomeAccepted, Action: "putEnvironment"}, func(e platform.AuditEvent) bool {
			return e.Code == "" && e.Action == "putEnvironment"
		}},
		{platform.AuditFilter{Action: "x' or PartitionKey ne '"}, func(platform.AuditEvent) bool { return false }},
	} {
		test.filter.To = start.Add(time.Hour)
		for _, size := range []int{2, 50} {
			inProject, ofActor := test.filter, test.filter
			inProject.Project, ofActor.Actor = project, actor
			kept := slices.DeleteFunc(slices.Clone(all), func(e platform.AuditEvent) bool { return !test.keeps(e) })
			wantEvents(t, fmt.Sprintf("%+v in pages of %d", inProject, size), kept, auditLog(t, s, size, inProject))
			kept = slices.DeleteFunc(kept, func(e platform.AuditEvent) bool { return e.Actor != actor })
			wantEvents(t, fmt.Sprintf("%+v in pages of %d", ofActor, size), kept, auditLog(t, s, size, ofActor))
			inProject.Actor = actor
			wantEvents(t, fmt.Sprintf("%+v in pages of %d", inProject, size), kept, auditLog(t, s, size, inProject))
		}
	}
}

// auditBetween looks at both ends of a range of times: From is within it, To is not.
func auditBetween(t *testing.T, s platform.Store) {
	project, actor := newName("p"), newName("a")
	midnight := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	var all []platform.AuditEvent // newest first
	for _, at := range []time.Time{midnight.Add(time.Millisecond), midnight, midnight.Add(-time.Millisecond), midnight.Add(-24 * time.Hour)} {
		for range 2 {
			e := auditAt(project, at)
			e.Actor = actor
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(a, b platform.AuditEvent) int { return strings.Compare(b.ID, a.ID) })
	for i := range all {
		if i%2 == 1 {
			all[i].Outcome = platform.OutcomeRefused
		}
		keep(t, s, all[i])
	}
	for _, test := range []struct {
		from, to    time.Time
		first, last int // of all
	}{
		{midnight, midnight.Add(time.Millisecond), 2, 4},
		{midnight, midnight.Add(2 * time.Millisecond), 0, 4},
		{midnight.Add(-time.Millisecond), midnight, 4, 6},
		{midnight.Add(-time.Millisecond), midnight.Add(time.Millisecond), 2, 6},
		{midnight.Add(-24 * time.Hour), midnight, 4, 8},
		{midnight.Add(-24*time.Hour + time.Millisecond), midnight, 4, 6},
		{midnight, midnight, 2, 2},
		{time.Time{}, midnight, 4, 8},
		{midnight.In(time.FixedZone("", 5*3600)), midnight.Add(time.Hour), 0, 4},
	} {
		what := fmt.Sprintf("events from %s to %s", test.from, test.to)
		filter := platform.AuditFilter{Project: project, From: test.from, To: test.to}
		wantEvents(t, what, all[test.first:test.last], auditLog(t, s, 3, filter))
		filter.Project, filter.Actor = "", actor
		wantEvents(t, what+" anywhere", all[test.first:test.last], auditLog(t, s, 3, filter))
	}
	wantEvents(t, "events from midnight on", all[:4], auditLog(t, s, 3, platform.AuditFilter{Project: project, From: midnight}))
}

// auditEverywhere walks days with nothing in them, and does not care whether a project exists.
func auditEverywhere(t *testing.T, s platform.Store) {
	actor := newName("a")
	var want []platform.AuditEvent
	for i, days := range []int{0, 0, 1, 40, 41, 120} {
		e := auditAt(newName("p"), start.AddDate(0, 0, -days).Add(time.Duration(-i)*time.Second))
		if i%2 == 1 {
			e = refusalAt(newName("never-made"), e.At)
		}
		e.Actor = actor
		keep(t, s, e)
		want = append(want, e)
	}
	filter := platform.AuditFilter{Actor: actor, From: start.AddDate(0, 0, -200), To: start.Add(time.Second)}
	same(t, "log", want, auditLog(t, s, 50, filter))
	wantEvents(t, "events one by one", want, auditLog(t, s, 1, filter))
	for _, e := range want {
		wantEvents(t, "events of one project", []platform.AuditEvent{e}, auditLog(t, s, 50, platform.AuditFilter{Project: e.Project}))
	}
	if _, _, err := s.AuditEvents(t.Context(), platform.AuditFilter{}, platform.Page{}); err == nil {
		t.Error("a log of everything without a time to begin at is read")
	}
	_, _, err := s.AuditEvents(t.Context(), filter, platform.Page{After: "Jw"})
	wantCode(t, err, platform.Invalid)
	_, _, err = s.AuditEvents(t.Context(), filter, platform.Page{After: "YWJj"}) // no day
	wantCode(t, err, platform.Invalid)
}

// auditRare looks for what is rare in a project: pages may be empty, and every event is found once.
func auditRare(t *testing.T, s platform.Store) {
	project, actor := newName("p"), newName("a")
	var rare []platform.AuditEvent // newest first
	for _, days := range []int{0, 1, 30, 31, 32, 62, 63, 150} {
		for i := range 2 {
			e := auditAt(project, start.AddDate(0, 0, -days).Add(-time.Duration(i)*time.Millisecond))
			if i == 1 {
				e = refusalAt(project, e.At)
			}
			e.Actor = actor
			keep(t, s, e)
			rare = append(rare, e)
		}
		keep(t, s, auditAt(project, start.AddDate(0, 0, -days)))
	}
	for _, to := range []time.Time{{}, start.Add(time.Millisecond), start.Add(time.Hour), start.AddDate(0, 0, 40)} {
		for _, size := range []int{1, 2, 3, 50} {
			wantEvents(t, fmt.Sprintf("rare events before %s in pages of %d", to, size), rare, auditLog(t, s, size, platform.AuditFilter{Project: project, Actor: actor, To: to}))
		}
	}
	wantEvents(t, "rare events of 62 days", rare[:12], auditLog(t, s, 2, platform.AuditFilter{Project: project, Actor: actor, From: start.AddDate(0, 0, -62).Add(-time.Second), To: start.Add(time.Hour)}))
	_, _, err := s.AuditEvents(t.Context(), platform.AuditFilter{Project: project, Actor: actor}, platform.Page{After: "YWJj"})
	wantCode(t, err, platform.Invalid)
}

// auditOfNothing: what a refused transaction wanted to say is not said.
func auditOfNothing(t *testing.T, s platform.Store) {
	project, actor := newName("p"), newName("a")
	env := anEnvironment(project, "dev")
	accepted, never := auditAt(project, start), auditAt(project, start.Add(time.Second))
	accepted.Actor, never.Actor = actor, actor
	mustCommit(t, s, platform.Transaction{Project: project, Environment: &env, Audit: []platform.AuditEvent{accepted}})
	wantCode(t, s.Commit(t.Context(), platform.Transaction{Project: project, Environment: &env, Audit: []platform.AuditEvent{never}}), platform.Conflict)
	for _, filter := range []platform.AuditFilter{{Project: project}, {Actor: actor, From: start, To: start.Add(time.Hour)}} {
		wantEvents(t, "events", []platform.AuditEvent{accepted}, auditLog(t, s, 1, filter))
	}
}

// auditForgotten works on days of the last century, so that nothing else is forgotten.
func auditForgotten(t *testing.T, s platform.Store) {
	project, actor := newName("p"), newName("a")
	day := time.Date(1980+rand.IntN(19), time.Month(1+rand.IntN(12)), 2+rand.IntN(20), 23, 59, 59, 999_000_000, time.UTC) // #nosec G404 -- so that runs do not meet
	var old []platform.AuditEvent
	for i := range 6 {
		e := auditAt(project, day.AddDate(0, 0, -i/2))
		if i%2 == 1 {
			e = refusalAt(project, e.At)
		}
		old = append(old, e)
	}
	kept := []platform.AuditEvent{refusalAt(project, day.Add(2*time.Millisecond)), auditAt(project, day.Add(time.Millisecond))}
	for _, e := range slices.Concat(old, kept) {
		e.Actor = actor
		keep(t, s, e)
	}
	log := func(filter platform.AuditFilter) []platform.AuditEvent { return auditLog(t, s, 10, filter) }
	everywhere := platform.AuditFilter{Actor: actor, To: day.Add(time.Hour)}
	for range 100 { // earlier runs may have left something older
		if n, err := s.ForgetAudit(t.Context(), day.Add(time.Millisecond), 4); err != nil || n > 4 {
			t.Fatalf("forgot %d: %v", n, err)
		}
		left := log(platform.AuditFilter{Project: project})
		if len(left) < len(kept) {
			t.Fatalf("only %d events are left", len(left))
		}
		if slices.Contains(namesOf(left, func(e platform.AuditEvent) string { return e.ID }), old[0].ID) && len(left) < 4 {
			t.Error("a newer event was forgotten before the older ones")
		}
		if len(left) == len(kept) {
			break
		}
	}
	wantEvents(t, "kept events", kept, log(platform.AuditFilter{Project: project}))
	wantEvents(t, "kept events anywhere", kept, log(everywhere))
	for _, limit := range []int{0, 10} { // again is harmless
		if n, err := s.ForgetAudit(t.Context(), day.Add(time.Millisecond), limit); err != nil || n != 0 {
			t.Errorf("forgot %d more: %v", n, err)
		}
	}
	for range 100 {
		if n := must(t, func(ctx context.Context) (int, error) { return s.ForgetAudit(ctx, day.AddDate(0, 0, 2), 10) }); n == 0 {
			break
		}
	}
	wantEvents(t, "events after all were forgotten", nil, log(platform.AuditFilter{Project: project}))
}
