package devops_test

import (
	"net/http"
	"strings"
	"testing"
)

// A link to a step's log opens that step; without the key of the page it opens nothing.
func TestPage_ofAStep(t *testing.T) {
	s := newSite(t)
	s.Start()
	id := s.queued(t, "1", `{"operationId":"one"}`)
	s.untilBuild(t, id, completed)
	var run struct {
		Links map[string]struct{ Href string } `json:"_links"`
	}
	s.ask(t, http.MethodGet, "/platform/_apis/pipelines/1/runs/"+id, "").decode(t, &run)
	var timeline struct {
		Records []struct{ ID, ParentID, Name string }
	}
	s.ask(t, http.MethodGet, "/platform/_apis/build/builds/"+id+"/timeline", "").decode(t, &timeline)
	page := run.Links["web"].Href
	for _, r := range timeline.Records {
		if r.Name != "say" {
			continue
		}
		got := s.ask(t, http.MethodGet, page+"&view=logs&j="+r.ParentID+"&t="+r.ID, "")
		if _, open, ok := strings.Cut(got.body, "<details open>"); !ok || !strings.Contains(strings.Split(open, "</summary>")[0], "say") || strings.Count(got.body, "<details open>") != 1 {
			t.Errorf("the page shows:\n%s", got.body)
		}
		address, _, _ := strings.Cut(page, "&key=")
		if got := s.ask(t, http.MethodGet, address+"&t="+r.ID, "", "Authorization: "); strings.Contains(got.body, "say") {
			t.Errorf("without its key the page shows:\n%s", got.body)
		}
		return
	}
	t.Fatal("the run has no step to look at")
}
