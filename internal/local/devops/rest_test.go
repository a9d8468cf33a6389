package devops_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAuthentication(t *testing.T) {
	s := newSite(t)
	const path = "/platform/_apis/pipelines/1"
	for name, c := range map[string]struct {
		headers []string
		status  int
		body    string
	}{
		"the token":                      {nil, http.StatusOK, `"name":"echo"`},
		"no token":                       {[]string{"Authorization: "}, http.StatusUnauthorized, ""},
		"another token":                  {[]string{"Authorization: Basic OmZvbw=="}, http.StatusUnauthorized, "TF400813"},
		"a bearer":                       {[]string{"Authorization: Bearer the-token"}, http.StatusUnauthorized, "TF400813"},
		"no token, from a browser":       {[]string{"Authorization: ", "X-TFS-FedAuthRedirect: "}, http.StatusNonAuthoritativeInfo, "<html"},
		"locations need no token at all": {[]string{"Authorization: "}, http.StatusOK, `"releasedVersion"`},
	} {
		t.Run(name, func(t *testing.T) {
			method, path := http.MethodGet, path
			if strings.HasPrefix(name, "locations") {
				method, path = http.MethodOptions, "/_apis"
			}
			got := s.ask(t, method, path, "", c.headers...)
			if got.status != c.status || !strings.Contains(got.body, c.body) || (c.body == "" && got.body != "") {
				t.Errorf("answer = %d %q, want %d with %q", got.status, got.body, c.status, c.body)
			}
		})
	}
}

// Every field of every row must be there: the Go client panics on one that is not.
func TestLocations(t *testing.T) {
	s := newSite(t)
	var all, some struct {
		Count int
		Value []map[string]any
	}
	s.ask(t, http.MethodOptions, "/_apis", "").decode(t, &all)
	s.ask(t, http.MethodOptions, "/_apis/PIPELINES", "").decode(t, &some)
	if all.Count != len(all.Value) || some.Count == 0 || some.Count >= all.Count {
		t.Fatalf("%d locations, %d of them of one area", all.Count, some.Count)
	}
	for _, row := range all.Value {
		for _, field := range []string{"id", "area", "resourceName", "routeTemplate", "minVersion", "maxVersion", "releasedVersion"} {
			if text, _ := row[field].(string); text == "" {
				t.Errorf("location %v has no %s", row["id"], field)
			}
		}
		if n, _ := row["resourceVersion"].(float64); n < 1 {
			t.Errorf("location %v has no resourceVersion", row["id"])
		}
	}
}

func TestErrors(t *testing.T) {
	s := newSite(t)
	for name, c := range map[string]struct {
		method, path, body string
		status             int
		typeKey            string
	}{
		"unknown project":        {http.MethodGet, "/nope/_apis/pipelines/1", "", 404, "ProjectDoesNotExistWithNameException"},
		"unknown pipeline":       {http.MethodPost, "/platform/_apis/pipelines/77/runs", `{}`, 404, "PipelineNotFoundException"},
		"pipeline without body":  {http.MethodPost, "/platform/_apis/pipelines/1/runs", "null", 400, "ArgumentNullException"},
		"broken body":            {http.MethodPost, "/platform/_apis/pipelines/1/runs", "{", 400, "InvalidArgumentValueException"},
		"unknown build":          {http.MethodGet, "/platform/_apis/build/builds/999", "", 404, "BuildNotFoundException"},
		"unknown run":            {http.MethodGet, "/platform/_apis/pipelines/1/runs/999", "", 404, "BuildNotFoundException"},
		"unknown filter":         {http.MethodGet, "/platform/_apis/build/builds?queues=1", "", 400, "InvalidArgumentValueException"},
		"queue-time variable":    {http.MethodPost, "/platform/_apis/pipelines/1/runs", `{"variables":{"x":{"value":"1"}}}`, 400, "PipelineValidationException"},
		"stages to skip":         {http.MethodPost, "/platform/_apis/pipelines/1/runs", `{"stagesToSkip":["a"]}`, 400, "InvalidArgumentValueException"},
		"another branch":         {http.MethodPost, "/platform/_apis/pipelines/1/runs", `{"resources":{"repositories":{"self":{"refName":"refs/heads/x"}}}}`, 400, "PipelineValidationException"},
		"no such controller":     {http.MethodGet, "/platform/_apis/wiki/wikis", "", 404, "VssServiceException"},
		"outside the collection": {http.MethodGet, s.front.server.URL + "/elsewhere", "", 404, "VssServiceException"},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.ask(t, c.method, c.path, c.body)
			if got.status != c.status || got.typeKey(t) != c.typeKey {
				t.Errorf("answer = %d %s, want %d %s", got.status, got.body, c.status, c.typeKey)
			}
		})
	}
	if got := s.ask(t, http.MethodDelete, "/platform/_apis/build/builds", ""); got.status != http.StatusMethodNotAllowed || !strings.Contains(got.body, "does not support http method 'DELETE'") {
		t.Errorf("wrong verb = %d %s", got.status, got.body)
	}
}

func TestRunPipeline_invalidLeavesNoRun(t *testing.T) {
	s := newSite(t)
	for name, c := range map[string]struct{ parameters, message string }{
		"missing":       {`{}`, "A value for the 'operationId' parameter must be provided."},
		"unexpected":    {`{"operationId":"x","colour":"red"}`, "Unexpected parameter 'colour'"},
		"not a value":   {`{"operationId":"x","size":"huge"}`, "The 'size' parameter value 'huge' is not a valid value."},
		"not a number":  {`{"operationId":"a/b"}`, ""},
		"not a number?": {`{"operationId":"a|b"}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.ask(t, http.MethodPost, "/platform/_apis/pipelines/1/runs", `{"templateParameters":`+c.parameters+`}`)
			if got.status != http.StatusBadRequest || got.typeKey(t) != "PipelineValidationException" || !strings.Contains(got.body, c.message) {
				t.Errorf("answer = %d %s, want a PipelineValidationException with %q", got.status, got.body, c.message)
			}
		})
	}
	var list struct{ Count int }
	s.ask(t, http.MethodGet, "/platform/_apis/build/builds", "").decode(t, &list)
	if list.Count != 0 {
		t.Errorf("%d runs exist, want none", list.Count)
	}
}

func TestPreview(t *testing.T) {
	s := newSite(t)
	got := s.ask(t, http.MethodPost, "/platform/_apis/pipelines/1/preview", `{"previewRun":true,"templateParameters":{"operationId":"p"}}`)
	var preview struct{ FinalYAML string }
	got.decode(t, &preview)
	if got.status != http.StatusOK || !strings.Contains(preview.FinalYAML, "stages:") {
		t.Errorf("preview = %d %s, want the expanded document", got.status, got.body)
	}
	var run struct {
		ID    int
		State string
	}
	s.ask(t, http.MethodPost, "/platform/_apis/pipelines/1/runs", `{"previewRun":true,"templateParameters":{"operationId":"p"}}`).decode(t, &run)
	if run.ID != -1 || run.State != "unknown" {
		t.Errorf("run with previewRun = %+v, want id -1 and state unknown", run)
	}
}

// Paths come lower-cased, with the server's casing, with the project's id, and percent-encoded.
func TestRouting_caseAndIDs(t *testing.T) {
	s := newSite(t)
	id := s.queued(t, "1", `{"operationId":"r"}`)
	var build struct{ Project struct{ ID string } }
	s.ask(t, http.MethodGet, "/platform/_apis/build/Builds/"+id, "").decode(t, &build)
	for _, path := range []string{"/PLATFORM/_APIS/BUILD/BUILDS/" + id, "/" + build.Project.ID + "/_apis/build/builds/" + id, strings.ToLower(s.url) + "/platform/_apis/Build/builds/" + id} {
		if got := s.ask(t, http.MethodGet, path, ""); got.status != http.StatusOK {
			t.Errorf("GET %s = %d %s", path, got.status, got.body)
		}
	}
	if got := s.ask(t, http.MethodPut, "/platform/_apis/build/builds/"+id+"/tags/a%2Fb", "null"); !strings.Contains(got.body, `"a/b"`) {
		t.Errorf("tags after adding a/b = %s", got.body)
	}
}

func TestTags(t *testing.T) {
	s := newSite(t)
	id := s.queued(t, "1", `{"operationId":"t"}`)
	path := "/platform/_apis/build/builds/" + id + "/tags"
	for _, c := range []struct {
		method, path, body string
		want               []string
	}{
		{http.MethodGet, path, "", []string{}},
		{http.MethodPut, path + "/one", "", []string{"one"}},
		{http.MethodPut, path + "/ONE", "null", []string{"one"}},
		{http.MethodPost, path, `["two","three"]`, []string{"one", "two", "three"}},
		{http.MethodDelete, path + "/Two", "", []string{"one", "three"}},
		{http.MethodDelete, path + "/none", "", []string{"one", "three"}},
		{http.MethodPatch, path, `{"tagsToAdd":["four"],"tagsToRemove":["one"]}`, []string{"three", "four"}},
	} {
		var got struct{ Value []string }
		s.ask(t, c.method, c.path, c.body).decode(t, &got)
		if diff := cmp.Diff(c.want, got.Value); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", c.method, c.path, diff)
		}
	}
}

func TestBuilds_search(t *testing.T) {
	s := newSite(t)
	a := s.queued(t, "1", `{"operationId":"alpha"}`)
	b := s.queued(t, "1", `{"operationId":"alpha"}`)
	c := s.queued(t, "1", `{"operationId":"alphabet"}`)
	d := s.queued(t, "2", `{"pidFile":"/dev/null"}`)
	s.ask(t, http.MethodPost, "/platform/_apis/build/builds/"+a+"/tags", `["x","y"]`)
	s.ask(t, http.MethodPost, "/platform/_apis/build/builds/"+b+"/tags", `["x"]`)
	for query, want := range map[string][]string{
		"":              {d, c, b, a},
		"definitions=1": {c, b, a},
		"definitions=1,2&queryOrder=queueTimeAscending": {a, b, c, d},
		"queryOrder=5&$top=2":                           {a, b},
		"buildNumber=op-alpha.*":                        {b, a},
		"buildNumber=OP-alpha*":                         {c, b, a},
		"buildNumber=op-alpha.2":                        {b},
		"tagFilters=x":                                  {b, a},
		"tagFilters=x,Y":                                {a},
		"buildIds=" + a + "," + d:                       {d, a},
		"statusFilter=notStarted&definitions=2":         {d},
		"statusFilter=32&definitions=2":                 {d},
		"statusFilter=completed":                        {},
		"resultFilter=failed":                           {},
		"reasonFilter=schedule":                         {},
		"branchName=refs/heads/other":                   {},
		"minTime=2001-01-01T00:00:00Z&definitions=2":    {d},
		"maxTime=2001-01-01T00:00:00Z":                  {},
	} {
		var got struct{ Value []struct{ ID json.Number } }
		s.ask(t, http.MethodGet, "/platform/_apis/build/builds?"+query, "").decode(t, &got)
		ids := []string{}
		for _, build := range got.Value {
			ids = append(ids, build.ID.String())
		}
		if diff := cmp.Diff(want, ids); diff != "" {
			t.Errorf("builds?%s (-want +got):\n%s", query, diff)
		}
	}
}

func TestBuilds_pages(t *testing.T) {
	s := newSite(t)
	want := []string{}
	for range 5 {
		want = append([]string{s.queued(t, "1", `{"operationId":"p"}`)}, want...)
	}
	got, token := []string{}, ""
	for range 5 {
		answer := s.ask(t, http.MethodGet, "/platform/_apis/build/builds?$top=2&continuationToken="+token, "")
		var page struct{ Value []struct{ ID json.Number } }
		answer.decode(t, &page)
		for _, b := range page.Value {
			got = append(got, b.ID.String())
		}
		if token = answer.header.Get("X-MS-ContinuationToken"); token == "" {
			break
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("builds over all pages (-want +got):\n%s", diff)
	}
}

// The link for people works without a token, because it carries a signature, and only with the signature.
func TestResultsPage(t *testing.T) {
	s := newSite(t)
	id := s.queued(t, "1", `{"operationId":"page"}`)
	var build struct {
		Links struct{ Web struct{ Href string } } `json:"_links"`
	}
	s.ask(t, http.MethodGet, "/platform/_apis/build/builds/"+id, "").decode(t, &build)
	link := build.Links.Web.Href
	if got := s.ask(t, http.MethodGet, link, "", "Authorization: "); got.status != http.StatusOK || !strings.Contains(got.body, "<h1>op-page.1</h1>") {
		t.Errorf("GET %s = %d %s", link, got.status, got.body)
	}
	forged := strings.Replace(link, "key=", "key=0", 1)
	if got := s.ask(t, http.MethodGet, forged, "", "Authorization: "); got.status != http.StatusUnauthorized {
		t.Errorf("GET %s = %d, want it refused", forged, got.status)
	}
}
