package tablestore_test

import (
	"crypto/rand"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/tablestore"
)

func auditOf(t *testing.T, s *tablestore.Store, project string) []platform.AuditEvent {
	t.Helper()
	events, _, err := s.AuditEvents(t.Context(), platform.AuditFilter{Project: project}, platform.Page{})
	if err != nil {
		t.Fatal(err)
	}
	return events
}

// A refusal of which only the pointer was written is not in the log, and does not keep the rest from being read.
func TestAudit_pointerToNothing(t *testing.T) {
	transport := &faulty{}
	s := open(t, serve(t), transport)
	event := platform.AuditEvent{ID: ulid.MustNew(ulid.Timestamp(moment), rand.Reader).String(), Project: "p", At: moment, Actor: "me", Outcome: platform.OutcomeAccepted}
	if err := s.Commit(t.Context(), platform.Transaction{Project: "p", Audit: []platform.AuditEvent{event}}); err != nil {
		t.Fatal(err)
	}
	refusal := platform.AuditEvent{ID: ulid.MustNew(ulid.Timestamp(moment), rand.Reader).String(), Project: "q", At: moment, Actor: "me", Outcome: platform.OutcomeRefused}
	transport.only = func(r *http.Request) bool { return r.Method == http.MethodPost } // a pointer is put
	transport.lose(forEver, false, 0, nil)
	if err := s.RecordRefusal(t.Context(), refusal); platform.CodeOf(err) != platform.StorageUnavailable {
		t.Fatalf("reported %v", err)
	}
	transport.lose(0, false, 0, nil)
	events, _, err := s.AuditEvents(t.Context(), platform.AuditFilter{To: moment.Add(time.Hour)}, platform.Page{})
	if err != nil || len(events) != 1 || events[0].ID != event.ID {
		t.Errorf("listed %+v, %v", events, err)
	}
}

// Forgetting that is cut between an event and its pointer is finished the next time.
func TestForgetAudit_cutBetween(t *testing.T) {
	transport := &faulty{}
	s := open(t, serve(t), transport)
	event := platform.AuditEvent{ID: ulid.MustNew(ulid.Timestamp(moment), rand.Reader).String(), Project: "p", At: moment, Actor: "me", Outcome: platform.OutcomeAccepted}
	if err := s.Commit(t.Context(), platform.Transaction{Project: "p", Audit: []platform.AuditEvent{event}}); err != nil {
		t.Fatal(err)
	}
	tomorrow := moment.AddDate(0, 0, 1)
	transport.only = func(r *http.Request) bool { return strings.Contains(r.URL.Path, "lazuliindex") }
	transport.lose(forEver, false, 0, nil)
	if n, err := s.ForgetAudit(t.Context(), tomorrow, 10); err == nil || n != 0 {
		t.Fatalf("forgot %d: %v", n, err)
	}
	transport.lose(0, false, 0, nil)
	events, _, err := s.AuditEvents(t.Context(), platform.AuditFilter{To: tomorrow}, platform.Page{})
	if err != nil || len(events) != 0 || len(auditOf(t, s, "p")) != 0 {
		t.Errorf("half forgotten it lists %+v, %v", events, err)
	}
	for _, want := range []int{1, 0} {
		if n, err := s.ForgetAudit(t.Context(), tomorrow, 10); err != nil || n != want {
			t.Errorf("forgot %d, want %d: %v", n, want, err)
		}
	}
}
