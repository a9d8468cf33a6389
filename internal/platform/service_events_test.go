package platform_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// heard are the events that have gone out so far, each of them valid by apim/asyncapi.yaml and numbered without gaps.
func (s *servicePlatform) heard(t *testing.T) []platform.Message {
	t.Helper()
	s.advanceBy(time.Minute)
	if err := s.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	a := readAsyncAPI(t)
	s.sent.mu.Lock()
	defer s.sent.mu.Unlock()
	var events []platform.Message
	seen := map[string]bool{}
	for _, m := range s.sent.sent {
		if m.Destination != platform.EventsTopic || seen[m.ID] {
			continue
		}
		seen[m.ID] = true
		events = append(events, m)
		data, err := jsonschema.UnmarshalJSON(bytes.NewReader(m.Event.Data))
		if err != nil {
			t.Fatal(err)
		}
		if err := a.check(a.keyOf(m.Event.Type), "payload", data); err != nil {
			t.Errorf("%s %s: %v", m.Event.Type, m.Event.Data, err)
		}
	}
	slices.SortStableFunc(events, func(a, b platform.Message) int {
		return strings.Compare(a.Session+a.Event.SequenceText(), b.Session+b.Event.SequenceText())
	})
	next := map[string]int64{}
	for _, m := range events {
		if next[m.Session]++; m.Event.Sequence != next[m.Session] {
			t.Errorf("%s is number %d of %s, want %d", m.Event.Type, m.Event.Sequence, m.Session, next[m.Session])
		}
	}
	return events
}

// kindsIn are the events of a session, in their order.
func kindsIn(events []platform.Message, session string) string {
	var kinds []string
	for _, m := range events {
		if m.Session == session {
			kinds = append(kinds, strings.TrimSuffix(strings.TrimPrefix(m.Event.Type, "io.lazuli."), ".v1"))
		}
	}
	return strings.Join(kinds, " ")
}

// Every transition is told, numbered within its environment for ever: also by those that are made anew under its name.
func TestEvents_everyTransition(t *testing.T) {
	s := newService(t)
	for n := range 2 {
		id := fmt.Sprintf("01LIFE0000000000000000000%d", n)
		s.create(t, "dev", id+"A")
		s.finish(t, id+"A", platform.Report{Status: platform.Succeeded, Outputs: []byte(`{"files":{"path":"/x"}}`)}, platform.RunSucceeded)
		if _, err := s.DeleteEnvironment(t.Context(), developer, "payments", "dev", platform.Preconditions{}, id+"B"); err != nil {
			t.Fatal(err)
		}
		s.finish(t, id+"B", platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	}
	life := "operation.accepted environment.creating operation.started operation.planned operation.applying operation.succeeded environment.ready " +
		"operation.accepted environment.deleting operation.started operation.planned operation.applying operation.succeeded environment.deleted"
	if got := kindsIn(s.heard(t), "payments/dev"); got != life+" "+life {
		t.Errorf("told were\n%s", got)
	}
}

func TestEvents_cancelAndFailure(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	if err := s.RunOperation(t.Context(), operationOne); err != nil {
		t.Fatal(err)
	}
	run := s.pipelines.runOf(operationOne)
	if _, err := s.StartRun(t.Context(), aRun, operationOne, run); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CancelOperation(t.Context(), developer, operationOne); err != nil {
		t.Fatal(err)
	}
	s.pipelines.end(run, platform.RunFailed)
	if err := s.FollowRun(t.Context(), operationOne); err != nil {
		t.Fatal(err)
	}
	want := "operation.accepted environment.creating operation.started operation.canceling operation.failed environment.failed"
	if got := kindsIn(s.heard(t), "payments/dev"); got != want {
		t.Errorf("told were\n%s", got)
	}
}

// Approvals are told too: that people are waited for, what they decided, and what became of it.
func TestEvents_approval(t *testing.T) {
	for decision, want := range map[bool]string{
		true:  "operation.approved",
		false: "operation.rejected operation.canceled environment.failed",
	} {
		s, _ := waiting(t, files())
		decide := s.RejectOperation
		if decision {
			decide = s.ApproveOperation
		}
		if _, err := decide(t.Context(), approver, operationOne, agreed); err != nil {
			t.Fatal(err)
		}
		if got := kindsIn(s.heard(t), "payments/live"); got != "operation.accepted environment.creating operation.started operation.planned operation.awaitingapproval "+want {
			t.Errorf("told were\n%s", got)
		}
	}
}

// What happens to a project itself is numbered within the project, and names keys of values but no value.
func TestEvents_ofTheProject(t *testing.T) {
	s := newService(t)
	secret := "hunter2"
	changes := platform.ValueChanges{Set: map[string]platform.NewValue{"PASSWORD": {Secret: &secret}, "LEVEL": {JSON: []byte(`"confidential"`)}}}
	if _, err := s.ChangeValues(t.Context(), developer, platform.ValueScope{Project: "payments", Environment: "dev"}, changes, platform.Preconditions{}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.CreateAssignment(t.Context(), owner, platform.AssignmentSpec{Scope: platform.Scope{Project: "payments"}, Principal: platform.Principal{Kind: platform.UserPrincipal, ID: "guest"}, Role: platform.Reader}); err != nil {
		t.Fatal(err)
	}
	events := s.heard(t)
	if got := kindsIn(events, "payments"); got != "project.created project.assignmentschanged values.changed project.assignmentschanged" {
		t.Errorf("told were\n%s", got)
	}
	for _, m := range events {
		if text := string(m.Event.Data); strings.Contains(text, secret) || strings.Contains(text, "confidential") {
			t.Errorf("an event holds a value: %s", text)
		}
	}
}

// What the process that committed did not live to send is sent by the sweep, also of changes that have no operation.
func TestEvents_survive(t *testing.T) {
	s := newService(t)
	s.sent.down = true
	s.create(t, "dev", operationOne)
	s.advanceBy(time.Hour)
	if err := s.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.sent.down = false
	events := s.heard(t)
	if kindsIn(events, "payments") != "project.created project.assignmentschanged" || !strings.HasPrefix(kindsIn(events, "payments/dev"), "operation.accepted environment.creating") {
		t.Errorf("told were %s; %s", kindsIn(events, "payments"), kindsIn(events, "payments/dev"))
	}
}
