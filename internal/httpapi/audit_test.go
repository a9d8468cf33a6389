package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/httpapi"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// audit reads the log to its end, as an admin.
func (s *served) audit(query string) []api.AuditEvent {
	s.t.Helper()
	var all []api.AuditEvent
	path := "/v1/audit-events?" + query
	for range 100 {
		got := s.do("admin", "GET", path, "")
		var list api.AuditEventList
		if err := json.Unmarshal([]byte(got.body), &list); err != nil || got.status != http.StatusOK {
			s.t.Fatalf("%d %s: %v", got.status, got.body, err)
		}
		all = append(all, list.Value...)
		if list.NextLink == nil {
			return all
		}
		next, err := url.Parse(*list.NextLink)
		if err != nil {
			s.t.Fatal(err)
		}
		path = next.RequestURI()
	}
	s.t.Fatal("the log does not end")
	return nil
}

func told(events []api.AuditEvent) []string {
	var out []string
	for _, e := range events {
		line := strings.Join([]string{string(e.Outcome), e.Project, e.Actor, e.Action, e.Target}, " ")
		if e.Code != nil {
			line += " " + string(*e.Code)
		}
		out = append(out, line)
	}
	return out
}

// A refusal is in the log when it is answered, with the request's id, and alike for what does not exist.
func TestAudit_refusals(t *testing.T) {
	s := serve(t)
	s.do("", "GET", "/v1/projects/payments", "").mustBe(401, "Unauthenticated")
	s.do("outsider", "GET", "/v1/projects/payments", "").mustBe(404, "NotFound")
	s.do("outsider", "GET", "/v1/projects/paymentz/environments/dev", "").mustBe(404, "NotFound")
	s.do("outsider", "GET", "/v1/projects/a%2Fb", "").mustBe(404, "NotFound")
	s.do("outsider", "GET", "/v1/operations/"+operation, "").mustBe(404, "NotFound")
	s.do("developer", "GET", dev, "").mustBe(404, "NotFound") // he may see that there is none
	s.do("developer", "PUT", dev, "{").mustBe(400, "ValidationFailed")
	problem := s.do("developer", "PUT", "/v1/projects/mine", `{"title":"Mine","team":"payments","members":[]}`).mustBe(403, "Forbidden")

	events := s.audit("outcome=refused")
	want := []string{
		"refused mine developer putProject /projects/mine Forbidden",
		"refused ACCESS outsider getOperation /operations/" + operation + " NotFound",
		"refused ACCESS outsider getProject /projects/a%2Fb NotFound",
		"refused paymentz outsider getEnvironment /projects/paymentz/environments/dev NotFound",
		"refused payments outsider getProject /projects/payments NotFound",
	}
	if diff := cmp.Diff(want, told(events)); diff != "" {
		t.Fatalf("log (-want +got):\n%s", diff)
	}
	if e := events[0]; *e.RequestID != problem.RequestID || *e.Detail != *problem.Detail || e.ActorKind != "user" {
		t.Errorf("event is %+v", e)
	}
}

// The log is followed by nextLink, and narrowed by every filter.
func TestListAuditEvents(t *testing.T) {
	s := serve(t)
	s.do("developer", "PATCH", "/v1/projects/payments/values", `{"set":{"LEVEL":{"value":"debug"},"PASSWORD":{"secret":"hunter2"}}}`)
	s.do("outsider", "GET", "/v1/projects/payments", "")
	refused := "refused payments outsider getProject /projects/payments NotFound"
	changed := "accepted payments developer changeProjectValues /projects/payments/values"
	made := "accepted payments admin putProject /projects/payments"
	others := []string{"accepted shipping admin putProject /projects/shipping", "accepted orders admin putProject /projects/orders"}
	seed := "accepted CATALOG package publishCatalog /catalog"
	before, after := url.QueryEscape(time.Now().Add(-time.Hour).Format(time.RFC3339)), url.QueryEscape(time.Now().Add(time.Hour).Format(time.RFC3339Nano))
	for query, want := range map[string][]string{
		"":                               {refused, changed, others[0], others[1], made, seed},
		"maxpagesize=1":                  {refused, changed, others[0], others[1], made, seed},
		"project=payments":               {refused, changed, made},
		"project=payments&maxpagesize=1": {refused, changed, made},
		"project=CATALOG":                {seed},
		"project=ACCESS":                 nil,
		"actor=developer":                {changed},
		"action=putProject":              {others[0], others[1], made},
		"outcome=refused":                {refused},
		"outcome=accepted&project=payments&action=putProject&actor=admin": {made},
		"project=payments&from=" + before + "&to=" + after:                {refused, changed, made},
		"project=payments&to=" + before:                                   nil,
		"from=" + after:                                                   nil,
	} {
		if diff := cmp.Diff(want, told(s.audit(query))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
	event := s.audit("actor=developer")[0]
	if diff := cmp.Diff(map[string]any{"LEVEL": "debug", "PASSWORD": map[string]any{"secret": true}}, event.After); diff != "" || event.Before != nil {
		t.Errorf("before %v, after (-want +got):\n%s", event.Before, diff)
	}
}

func TestListAuditEvents_problems(t *testing.T) {
	s := serve(t)
	for _, query := range []string{"project=No", "actor=a%20b", "action=a-b", "outcome=maybe", "from=yesterday", "to=2026-13-01T00:00:00Z",
		"from=2026-11-25T12:00:00Z&to=2026-11-25T12:00:00Z", "pageToken=cGF5.AAAA", "top=5"} {
		s.do("admin", "GET", "/v1/audit-events?"+query, "").mustBe(400, "ValidationFailed")
	}
	forbidden := s.do("developer", "GET", "/v1/audit-events", "").mustBe(403, "Forbidden")
	if forbidden.Action == nil || !strings.Contains(*forbidden.Action, "lazuli audit --project") {
		t.Errorf("what to do is %v", forbidden.Action)
	}
	s.do("developer", "GET", "/v1/audit-events?project=payments", "").mustBe(403, "Forbidden")
	s.do("outsider", "GET", "/v1/audit-events?project=payments", "").mustBe(404, "NotFound")
	token := strings.SplitN(s.do("admin", "GET", "/v1/audit-events?maxpagesize=1", "").body, "pageToken=", 2)[1]
	token = token[:strings.IndexByte(token, '"')]
	s.do("admin", "GET", "/v1/audit-events?outcome=refused&pageToken="+token, "").mustBe(400, "ValidationFailed") // of another list
}

// fullStore has no projects and no room for the log.
type fullStore struct{ platform.Store }

func (fullStore) Project(context.Context, string) (platform.Project, error) {
	return platform.Project{}, platform.Errorf(platform.NotFound, "There is none.")
}

func (fullStore) DirectoryHead(context.Context) (platform.DirectoryHead, error) {
	return platform.DirectoryHead{}, platform.Errorf(platform.NotFound, "Nobody was given anything yet.")
}

func (fullStore) RecordRefusal(ctx context.Context, _ platform.AuditEvent) error {
	if _, bounded := ctx.Deadline(); !bounded {
		return errors.New("it could take for ever")
	}
	return errors.New("the disk is full")
}

// A refusal that cannot be recorded is a refusal all the same, and the log of the handler says so.
func TestAudit_notRecorded(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	service := &platform.Service{Store: fullStore{}, Roster: platform.NewRoster(fullStore{}), Now: time.Now, NewID: func() string { return operation }, Log: logger}
	handler := httpapi.New(httpapi.Config{Service: service, Authenticate: named, SigningKey: []byte("key"), Now: time.Now, Log: logger})
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/v1/projects/payments", nil)
	r.Header.Set("X-Test-Caller", "outsider")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	if w.Code != http.StatusNotFound {
		t.Errorf("answered %d %s", w.Code, w.Body)
	}
	if line, _, _ := strings.Cut(log.String(), "\n"); !strings.Contains(line, `"level":"ERROR"`) || !strings.Contains(line, "the disk is full") || !strings.Contains(line, "getProject") {
		t.Errorf("the log says %s", &log)
	}
}
