package platform_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// auditLog is what an admin reads; with a second of patience, since the last thing was done just now.
func (s *servicePlatform) auditLog(t *testing.T, filter platform.AuditFilter) []platform.AuditEvent {
	t.Helper()
	s.advanceBy(time.Second)
	events, next, err := s.ListAuditEvents(t.Context(), admin, filter, platform.Page{Size: 200})
	if err != nil || next != "" {
		t.Fatalf("next %q: %v", next, err)
	}
	return events
}

// lastOf is the newest event of an action in the project payments.
func (s *servicePlatform) lastOf(t *testing.T, action string) platform.AuditEvent {
	t.Helper()
	events := s.auditLog(t, platform.AuditFilter{Project: "payments", Action: action})
	if len(events) == 0 {
		t.Fatalf("no event of %s", action)
	}
	return events[0]
}

// Who did what from where is told as it was.
func TestAudit_whoAndFromWhere(t *testing.T) {
	s := newService(t)
	robot := platform.AssignmentSpec{Scope: platform.Scope{Project: "payments"}, Principal: platform.Principal{Kind: platform.ApplicationPrincipal, ID: "robot"}, Role: platform.Contributor}
	if _, _, err := s.CreateAssignment(t.Context(), owner, robot); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		caller platform.Caller
		kind   platform.ActorKind
	}{
		{platform.Caller{ID: "developer", From: "2001:db8::1", Client: "lazuli-cli", RequestID: "request-7"}, platform.ActorUser},
		{platform.Caller{ID: "robot", App: true}, platform.ActorApplication},
	} {
		if _, err := s.ChangeValues(t.Context(), test.caller, payments, setValue("KEY", `"`+string(test.kind)+`"`), platform.Preconditions{}); err != nil {
			t.Fatal(err)
		}
		now := s.clock()
		got := s.lastOf(t, "changeProjectValues")
		want := platform.AuditEvent{ID: got.ID, At: now, Project: "payments", Actor: test.caller.ID, ActorKind: test.kind, Client: test.caller.Client, From: test.caller.From,
			Action: "changeProjectValues", Target: "/projects/payments/values", RequestID: test.caller.RequestID, Outcome: platform.OutcomeAccepted,
			Detail: got.Detail, Before: got.Before, After: got.After}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("event (-want +got):\n%s", diff)
		}
	}
}

// Who reads what is another's by a right on the whole platform is noted; who has a nearer right is not.
func TestAudit_readsOfAdmins(t *testing.T) {
	s := newService(t)
	s.Reads = platform.NewReadLog()
	s.create(t, "dev", operationOne)
	s.mustGive(t, admin, "/projects/payments", "near", platform.Reader)
	s.mustGive(t, admin, "/", "near", platform.PlatformAdmin)
	for _, c := range []platform.Caller{developer, {ID: "near"}, admin} {
		c.Request = "asked by " + c.ID
		if _, err := s.GetValues(t.Context(), c, paymentsDevValues); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.ListEnvironments(t.Context(), c, "payments", platform.Page{}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.GetOperation(t.Context(), c, operationOne, platform.Wait{}); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, e := range s.auditLog(t, platform.AuditFilter{Project: "payments", Actor: "admin"}) {
		if strings.HasPrefix(e.Action, "asked by") {
			got = append(got, e.Action+" "+e.Target)
		}
	}
	want := []string{"asked by admin /projects/payments", "asked by admin /projects/payments/environments/dev"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("noted (-want +got):\n%s", diff)
	}
	for _, actor := range []string{"near", "developer"} {
		for _, e := range s.auditLog(t, platform.AuditFilter{Project: "payments", Actor: actor}) {
			if strings.HasPrefix(e.Action, "asked by") {
				t.Errorf("%s is noted: %+v", actor, e)
			}
		}
	}
}

// What refuses somebody something is a refusal, also when it hides that the thing exists; a mistake is none.
func TestIsRefusal(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"a permission missing":     {second(s.CancelOperation(t.Context(), viewer, operationOne)), true},
		"a hidden project":         {second(s.GetProject(t.Context(), outsider, "payments")), true},
		"an absent project":        {second(s.GetProject(t.Context(), outsider, "paymentz")), true},
		"a hidden operation":       {second(s.CancelOperation(t.Context(), outsider, operationOne)), true},
		"an absent operation":      {second(s.CancelOperation(t.Context(), outsider, "01SERVICE00000000000000009")), true},
		"a policy":                 {platform.Errorf(platform.PolicyRefused, "no"), true},
		"a budget":                 {fmt.Errorf("accept: %w", platform.Errorf(platform.BudgetExceeded, "no")), true},
		"nobody signed in":         {second(s.GetProject(t.Context(), nobody, "payments")), false},
		"an absent environment":    {second(s.GetEnvironment(t.Context(), viewer, "payments", "absent")), false},
		"a mistake":                {platform.Errorf(platform.Invalid, "no"), false},
		"something that is broken": {errors.New("broken"), false},
		"nothing":                  {nil, false},
	} {
		if got := platform.IsRefusal(test.err); got != test.want {
			t.Errorf("%s: IsRefusal(%v) is %v", name, test.err, got)
		}
	}
}

// A refusal is kept with the place that was asked for, whether it exists or not.
func TestRecordRefusal(t *testing.T) {
	s := newService(t)
	caller := platform.Caller{ID: "outsider", From: "192.0.2.1", Client: "script", RequestID: "request-9"}
	_, refusal := s.GetProject(t.Context(), caller, "paymentz")
	for _, place := range []string{"payments", "paymentz", "Not/A Name", ""} {
		if err := s.RecordRefusal(t.Context(), caller, "getProject", place, "/projects/"+place, refusal); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.RecordRefusal(t.Context(), nobody, "getProject", "payments", "/projects/payments", refusal); err != nil {
		t.Fatal(err)
	}
	var places []string
	for _, e := range s.auditLog(t, platform.AuditFilter{Outcome: platform.OutcomeRefused}) {
		places = append(places, e.Project+" "+e.Target)
		if e.Actor != "outsider" || e.Code != platform.NotFound || e.Action != "getProject" || e.From != "192.0.2.1" || e.Client != "script" || e.RequestID != "request-9" || e.Detail == "" {
			t.Errorf("event is %+v", e)
		}
	}
	want := []string{"ACCESS /projects/", "ACCESS /projects/Not/A Name", "paymentz /projects/paymentz", "payments /projects/payments"}
	if diff := cmp.Diff(want, places); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	events := s.auditLog(t, platform.AuditFilter{Project: "payments"})
	if len(events) != 2 || events[0].Outcome != platform.OutcomeRefused || events[1].Action != "putProject" {
		t.Errorf("the project's log is %+v", events)
	}
}

// Owners read the log of their project; that of everything, and of the platform itself, is for admins.
func TestListAuditEvents_whoMay(t *testing.T) {
	s := newService(t)
	for _, place := range []string{"", platform.PlatformScope, platform.CatalogScope} {
		for _, c := range []platform.Caller{owner, developer, outsider, aRun} {
			if _, _, err := s.ListAuditEvents(t.Context(), c, platform.AuditFilter{Project: place}, platform.Page{}); platform.CodeOf(err) != platform.Forbidden {
				t.Errorf("%s reads the log of %q: %v", c.ID, place, err)
			}
		}
		if _, _, err := s.ListAuditEvents(t.Context(), admin, platform.AuditFilter{Project: place}, platform.Page{}); err != nil {
			t.Error(err)
		}
	}
}

// The sweep forgets what is old, some at a time, and keeps the rest.
func TestSweep_forgetsAudit(t *testing.T) {
	s := newService(t)
	s.AuditDays = 30
	s.advanceBy(24 * time.Hour)
	s.change(t, payments, setValue("KEY", `1`))
	for _, test := range []struct {
		days int
		want int
	}{{28, 2}, {1, 2}, {1, 1}, {1, 0}} {
		s.advanceBy(time.Duration(test.days) * 24 * time.Hour)
		if err := s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if events := s.auditLog(t, platform.AuditFilter{Project: "payments"}); len(events) != test.want {
			t.Errorf("at %s %d events are kept, want %d", s.clock(), len(events), test.want)
		}
	}
}

// counting counts commits and fails the next ones.
type counting struct {
	platform.Store
	commits, failing int
}

func (c *counting) Commit(_ context.Context, tx platform.Transaction) error {
	if c.failing > 0 {
		c.failing--
		return errCut
	}
	c.commits += len(tx.Audit)
	return nil
}

// A read by a platform right is recorded once in ten minutes, and for sure.
func TestRecordRead(t *testing.T) {
	s := newService(t)
	s.Reads = platform.NewReadLog()
	record := func(target string) {
		t.Helper()
		if err := s.RecordRead(t.Context(), admin, "getProject", "payments", target); err != nil {
			t.Fatal(err)
		}
	}
	record("/projects/payments")
	event := s.lastOf(t, "getProject")
	if event.Outcome != platform.OutcomeAccepted || event.Actor != "admin" || event.Target != "/projects/payments" || event.Detail != "read with a right on the whole platform" {
		t.Errorf("event is %+v", event)
	}
	if err := s.RecordRead(t.Context(), admin, "listProjects", "", "/projects"); err != nil {
		t.Fatal(err)
	}
	if events := s.auditLog(t, platform.AuditFilter{Project: platform.PlatformScope}); len(events) != 1 {
		t.Errorf("the platform's log is %+v", events)
	}

	store := &counting{Store: s.Store}
	s.Store = store
	want := func(n int) {
		t.Helper()
		if store.commits != n {
			t.Errorf("%d events, want %d", store.commits, n)
		}
		store.commits = 0
	}
	record("/projects/payments")
	want(0)
	record("/projects/payments/environments/dev")
	want(1)
	s.advanceBy(10 * time.Minute)
	store.failing = 1
	if err := s.RecordRead(t.Context(), admin, "getProject", "payments", "/projects/payments"); !errors.Is(err, errCut) {
		t.Errorf("a read that cannot be recorded is reported as %v", err)
	}
	record("/projects/payments")
	record("/projects/payments")
	want(1)
	for i := range 10_001 { // more than is remembered: some are recorded again, none is left out
		record(fmt.Sprint("/projects/payments/environments/e", i))
	}
	want(10_001)
	s.Reads = nil
	record("/projects/payments")
	record("/projects/payments")
	want(2)
}
