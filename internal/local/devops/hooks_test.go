package devops_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// hookEvent is what the tests look at of an event.
type hookEvent struct {
	SubscriptionID, ID, EventType, PublisherID, ResourceVersion, CreatedDate string
	NotificationID                                                           int
	Message                                                                  struct{ Text string }
	ResourceContainers                                                       struct{ Project struct{ ID, BaseURL string } }
	Resource                                                                 struct {
		ID                          int
		BuildNumber, Status, Result string
		Run                         struct {
			ID                  int
			Name, State, Result string
			URL                 string
		}
		Stage, Job struct{ Name, State, Result string }
	}
}

// said is an event in short.
func (e hookEvent) said() string {
	r := e.Resource
	switch e.EventType {
	case "build.complete":
		return "build " + r.Status + " " + r.Result
	case "ms.vss-pipelines.run-state-changed-event":
		return strings.TrimSpace("run " + r.Run.State + " " + r.Run.Result)
	case "ms.vss-pipelines.stage-state-changed-event":
		return strings.TrimSpace("stage " + r.Stage.Name + " " + r.Stage.State + " " + r.Stage.Result)
	case "ms.vss-pipelines.job-state-changed-event":
		return strings.TrimSpace("job " + r.Job.Name + " " + r.Job.State + " " + r.Job.Result)
	}
	return e.EventType
}

// subscriber collects events, and refuses the first ones.
func subscriber(refuse int) (chan []byte, func(*site)) {
	events := make(chan []byte, 100)
	return events, func(s *site) {
		s.hook = func(_ context.Context, body []byte) error {
			if refuse--; refuse >= 0 {
				return errors.New("not now")
			}
			events <- body
			return nil
		}
	}
}

// untilEvent collects events up to the one that is wanted.
func untilEvent(t *testing.T, events chan []byte, last string) (said []string, all []hookEvent) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		select {
		case body := <-events:
			var e hookEvent
			if err := json.Unmarshal(body, &e); err != nil {
				t.Fatalf("event %s: %v", body, err)
			}
			if strings.Contains(string(body), "key=") || strings.Contains(string(body), pat) {
				t.Errorf("an event holds what opens the run's page: %s", body)
			}
			said, all = append(said, e.said()), append(all, e)
			if e.said() == last {
				return said, all
			}
		case <-deadline:
			t.Fatalf("no event %q after %q", last, said)
		}
	}
}

func TestHooks_aRun(t *testing.T) {
	events, subscribed := subscriber(0)
	s := newSite(t, subscribed)
	s.Start()
	id := s.queued(t, "1", `{"operationId":"one"}`)
	said, all := untilEvent(t, events, "build completed succeeded")
	want := []string{"run inProgress", "stage __default running", "job Job running", "job Job completed succeeded", "stage __default completed succeeded",
		"run completed succeeded", "build completed succeeded"}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Fatalf("events (-want +got):\n%s", diff)
	}
	ids := map[string]bool{}
	for i, e := range all {
		if e.NotificationID != i+1 || e.ID == "" || ids[e.ID] || e.SubscriptionID == "" || e.ResourceContainers.Project.ID == "" || e.CreatedDate == "" || e.Message.Text == "" {
			t.Errorf("event %d: %+v", i, e)
		}
		ids[e.ID] = true
		if e.EventType == "build.complete" {
			if e.PublisherID != "tfs" || e.ResourceVersion != "2.0" || e.Resource.BuildNumber != "op-one.1" || s.build(t, id).ID != e.Resource.ID {
				t.Errorf("build.complete: %+v", e)
			}
			continue
		}
		if e.PublisherID != "pipelines" || e.Resource.Run.Name != "op-one.1" || !strings.HasSuffix(e.Resource.Run.URL, "/runs/"+id) {
			t.Errorf("event %d: %+v", i, e)
		}
	}
}

func TestHooks_canceled(t *testing.T) {
	events, subscribed := subscriber(0)
	s := newSite(t, subscribed)
	s.Start()
	id := s.queued(t, "2", `{"pidFile":"`+s.path("pid")+`"}`)
	untilEvent(t, events, "job Job running")
	for range 2 { // asked twice, told once
		s.ask(t, http.MethodPatch, "/platform/_apis/build/builds/"+id, `{"status":"cancelling"}`)
	}
	said, _ := untilEvent(t, events, "build completed canceled")
	want := []string{"run canceling", "job Job completed canceled", "stage __default completed canceled", "run completed canceled", "build completed canceled"}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// A subscriber that is away for a moment gets the event later, in its turn; a run does not wait for it.
func TestHooks_notTaken(t *testing.T) {
	events, subscribed := subscriber(1)
	s := newSite(t, subscribed)
	s.Start()
	id := s.queued(t, "1", `{"operationId":"one"}`)
	s.untilBuild(t, id, completed)
	said, all := untilEvent(t, events, "build completed succeeded")
	if said[0] != "run inProgress" || all[0].NotificationID != 1 || len(said) != 7 {
		t.Errorf("events: %q, want the first one first", said)
	}
}
