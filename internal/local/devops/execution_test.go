package devops_test

import (
	"archive/zip"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// timeline is what the tests look at of a run's records.
type timeline struct {
	ID       string
	ChangeID int
	Records  []struct {
		Type, Name, State, Result string
		Identifier                *string
		Log                       *struct{ ID json.Number }
		Issues                    []struct{ Type, Message string }
	}
}

func (s *site) timeline(t testing.TB, id, query string) timeline {
	t.Helper()
	var got timeline
	s.ask(t, http.MethodGet, "/platform/_apis/build/builds/"+id+"/timeline"+query, "").decode(t, &got)
	return got
}

// taskLog is the id of the log of the task with this name.
func (tl timeline) taskLog(t testing.TB, name string) string {
	t.Helper()
	for _, r := range tl.Records {
		if r.Type == "Task" && r.Name == name && r.Log != nil {
			return r.Log.ID.String()
		}
	}
	t.Fatalf("no task %q with a log in %+v", name, tl)
	return ""
}

func TestRun_executed(t *testing.T) {
	s := newSite(t)
	s.Start()
	id := s.queued(t, "1", `{"operationId":"exec"}`)
	b := s.untilBuild(t, id, completed)
	if b.Result != "succeeded" || b.BuildNumber != "op-exec.1" || b.TemplateParameters["operationId"] != "exec" {
		t.Errorf("build = %+v, want number op-exec.1 succeeded", b)
	}
	if diff := cmp.Diff([]string{"op-exec"}, b.Tags); diff != "" {
		t.Errorf("tags that the run gave itself (-want +got):\n%s", diff)
	}
	tl := s.timeline(t, id, "")
	types := map[string]bool{}
	for _, r := range tl.Records {
		types[r.Type] = true
		if r.State != "completed" {
			t.Errorf("record %s %s is %s after the end", r.Type, r.Name, r.State)
		}
	}
	if diff := cmp.Diff(map[string]bool{"Stage": true, "Phase": true, "Job": true, "Task": true}, types); diff != "" {
		t.Errorf("types of records (-want +got):\n%s", diff)
	}
	if later := s.timeline(t, id, "?changeId="+itoa(tl.ChangeID)); len(later.Records) != 0 || later.ChangeID != tl.ChangeID {
		t.Errorf("timeline since its last change = %+v, want no records", later)
	}
	var run struct{ State, Result, Name, FinishedDate string }
	s.ask(t, http.MethodGet, "/platform/_apis/pipelines/1/runs/"+id, "").decode(t, &run)
	if run.State != "completed" || run.Result != "succeeded" || run.Name != "op-exec.1" || run.FinishedDate == "" {
		t.Errorf("run = %+v", run)
	}
}

func TestLogs(t *testing.T) {
	s := newSite(t)
	s.Start()
	id := s.queued(t, "1", `{"operationId":"logs"}`)
	s.untilBuild(t, id, completed)
	log := s.timeline(t, id, "").taskLog(t, "say")
	path := "/platform/_apis/build/builds/" + id + "/logs"
	var list struct {
		Value []struct {
			ID        json.Number
			LineCount int
			CreatedOn string
		}
	}
	s.ask(t, http.MethodGet, path, "").decode(t, &list)
	lines := func(query string) []string {
		var got struct{ Value []string }
		s.ask(t, http.MethodGet, path+"/"+log+query, "", "Accept: application/json").decode(t, &got)
		return got.Value
	}
	all := lines("")
	for _, l := range list.Value {
		if l.ID.String() == log && l.LineCount != len(all) {
			t.Errorf("lineCount = %d, want %d", l.LineCount, len(all))
		}
	}
	text := strings.Join(all, "\n")
	for _, want := range []string{"operation logs at http://localhost:7071", "hello from the repository", "##[section]Starting: say"} {
		if !strings.Contains(text, want) {
			t.Errorf("log has no line with %q:\n%s", want, text)
		}
	}
	if diff := cmp.Diff(all[1:3], lines("?startLine=2&endLine=3")); diff != "" {
		t.Errorf("lines 2 to 3 (-want +got):\n%s", diff)
	}
	if after := lines("?startLine=" + itoa(len(all)+1)); len(after) != 0 {
		t.Errorf("lines behind the end = %q", after)
	}
	if got := s.ask(t, http.MethodGet, path+"/"+log, "", "Accept: text/plain"); got.body != text+"\n" {
		t.Errorf("log as text = %q", got.body)
	}
	if got := s.ask(t, http.MethodGet, path+"/99", ""); got.status != http.StatusNotFound {
		t.Errorf("unknown log = %d %s", got.status, got.body)
	}
}

func TestArtifacts_signedAddress(t *testing.T) {
	s := newSite(t)
	write(t, s.path("repository", "infra", "pipelines", "echo.yml"), `
trigger: none
steps:
- bash: |
    mkdir out && echo '{"a":1}' > out/result.json && echo two > out/more.txt
    echo "# Summary" > s.md && echo "##vso[task.uploadsummary]$PWD/s.md"
- publish: out
  artifact: result
`)
	s.Start()
	id := s.queued(t, "1", `{}`)
	if b := s.untilBuild(t, id, completed); b.Result != "succeeded" {
		t.Fatalf("build = %+v", b)
	}
	var artifact struct {
		Name          string
		SignedContent struct{ URL, SignatureExpires string }
	}
	s.ask(t, http.MethodGet, "/platform/_apis/pipelines/1/runs/"+id+"/artifacts?artifactName=result&$expand=signedContent", "").decode(t, &artifact)
	got := s.ask(t, http.MethodGet, artifact.SignedContent.URL, "", "Authorization: ")
	archive, err := zip.NewReader(strings.NewReader(got.body), int64(len(got.body)))
	if err != nil {
		t.Fatalf("content = %d %.200s: %v", got.status, got.body, err)
	}
	entry, err := archive.Open("result/result.json")
	if err != nil {
		t.Fatal(err)
	}
	if content, err := io.ReadAll(entry); err != nil || string(content) != "{\"a\":1}\n" {
		t.Errorf("result.json = %q, %v", content, err)
	}
	forged := strings.Replace(artifact.SignedContent.URL, "urlSignature=", "urlSignature=0", 1)
	if got := s.ask(t, http.MethodGet, forged, "", "Authorization: "); got.status != http.StatusForbidden {
		t.Errorf("forged address = %d", got.status)
	}
	if got := s.ask(t, http.MethodGet, "/platform/_apis/build/builds/"+id+"/artifacts?artifactName=none", ""); got.status != http.StatusNotFound || got.typeKey(t) != "ArtifactNotFoundException" {
		t.Errorf("unknown artifact = %d %s", got.status, got.body)
	}
	var attachments struct {
		Value []struct {
			Name  string
			Links struct{ Self struct{ Href string } } `json:"_links"`
		}
	}
	s.ask(t, http.MethodGet, "/platform/_apis/build/builds/"+id+"/attachments/Distributedtask.Core.Summary", "").decode(t, &attachments)
	if len(attachments.Value) != 1 {
		t.Fatalf("attachments = %+v, want the summary", attachments)
	}
	if got := s.ask(t, http.MethodGet, attachments.Value[0].Links.Self.Href, ""); got.body != "# Summary\n" {
		t.Errorf("summary = %d %q", got.status, got.body)
	}
}

// A checkout has the configured parts of the repository and nothing else.
func TestCheckout_onlyConfiguredParts(t *testing.T) {
	s := newSite(t)
	write(t, s.path("repository", "infra", "pipelines", "echo.yml"), "trigger: none\nsteps:\n- bash: ls; test -f infra/hello.txt && test ! -e node_modules\n")
	s.Start()
	if b := s.untilBuild(t, s.queued(t, "1", `{}`), completed); b.Result != "succeeded" {
		t.Errorf("build = %+v", b)
	}
}

func TestCancel(t *testing.T) {
	s := newSite(t)
	pids := s.path("pid")
	waiting := s.queued(t, "2", `{"pidFile":"`+pids+`"}`)
	// The Node client sends the number of the status.
	if got := s.ask(t, http.MethodPatch, "/platform/_apis/build/builds/"+waiting, `{"status":4}`); !strings.Contains(got.body, `"status":"cancelling"`) {
		t.Errorf("cancel of a waiting run = %d %s", got.status, got.body)
	}
	s.Start()
	if b := s.untilBuild(t, waiting, completed); b.Result != "canceled" {
		t.Errorf("waiting run after its cancellation = %+v", b)
	}
	if _, err := os.Stat(pids); err == nil {
		t.Error("a run that was canceled while it waited was executed")
	}
	running := s.queued(t, "2", `{"pidFile":"`+pids+`"}`)
	pid := untilPID(t, pids)
	if got := s.ask(t, http.MethodPatch, "/platform/_apis/build/builds/"+running, `{"status":"Cancelling"}`); got.status != http.StatusOK {
		t.Errorf("cancel of a running run = %d %s", got.status, got.body)
	}
	if b := s.untilBuild(t, running, completed); b.Result != "canceled" {
		t.Errorf("running run after its cancellation = %+v", b)
	}
	if alive(pid) {
		t.Errorf("process %d of the canceled run is alive", pid)
	}
	if got := s.ask(t, http.MethodPatch, "/platform/_apis/build/builds/"+running, `{"status":"cancelling"}`); !strings.Contains(got.body, `"status":"completed"`) {
		t.Errorf("cancel of an ended run = %d %s, want it unchanged", got.status, got.body)
	}
	if got := s.ask(t, http.MethodPatch, "/platform/_apis/build/builds/"+running, `{"keepForever":true}`); got.status != http.StatusBadRequest {
		t.Errorf("another change = %d %s, want it refused", got.status, got.body)
	}
}
