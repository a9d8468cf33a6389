package run_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/cli/run"
)

// platform answers as the API does, one answer for each path.
type platform map[string]func(http.ResponseWriter, *http.Request)

func (p platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	for suffix, answer := range p {
		if strings.HasSuffix(r.URL.Path, suffix) {
			answer(w, r)
			return
		}
	}
	http.NotFound(w, r)
}

func says(body string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }
}

const proceed = `{"decision":"proceed","reason":"This run carries out the operation.","mode":"%s","secret":"the-secret"}`

func newSession(t *testing.T, p platform) (*run.Session, *bytes.Buffer) {
	t.Helper()
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	out := &bytes.Buffer{}
	return &run.Session{URL: server.URL, Token: "token", Operation: "01K9S3W0M2Q4N6P8R0T2V4X6Z8", Run: "7", Folder: t.TempDir(),
		Engine: "terraform", JobStatus: "Succeeded", Out: out, Patience: 5 * time.Second, Pause: time.Millisecond}, out
}

func TestStart_tellsTheAgent(t *testing.T) {
	s, out := newSession(t, platform{"/run/start": says(fmt.Sprintf(proceed, "deploy"))})
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"##vso[task.setvariable variable=lazuli.decision]proceed", "##vso[task.setvariable variable=lazuli.mode]deploy", "##vso[task.setsecret]the-secret"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the agent is not told %q:\n%s", want, out)
		}
	}
	info, err := os.Stat(filepath.Join(s.Folder, "claim.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the claim's file: %v %v", info, err)
	}
}

// A superseded run ends green, and has nothing in hand to touch anything with.
func TestStart_superseded(t *testing.T) {
	s, out := newSession(t, platform{"/run/start": says(`{"decision":"superseded","reason":"Run 6 has the operation."}`)})
	if err := s.Start(t.Context()); err != nil || !strings.Contains(out.String(), "lazuli.decision]superseded") {
		t.Errorf("%v\n%s", err, out)
	}
	if err := s.Bundle(t.Context()); err == nil || !strings.Contains(err.Error(), "not claimed") {
		t.Errorf("a superseded run fetched the bundle: %v", err)
	}
}

// An API that is away is asked again; one that says no is not.
func TestStart_repeats(t *testing.T) {
	asked := 0
	s, _ := newSession(t, platform{"/run/start": func(w http.ResponseWriter, _ *http.Request) {
		if asked++; asked < 4 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		fmt.Fprintf(w, proceed, "plan")
	}})
	if err := s.Start(t.Context()); err != nil || asked != 4 {
		t.Errorf("asked %d times: %v", asked, err)
	}
	refused := 0
	s, _ = newSession(t, platform{"/run/start": func(w http.ResponseWriter, _ *http.Request) {
		refused++
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"type":"x","title":"no","status":403,"code":"Forbidden","detail":"You may not.","requestId":"r-1"}`)
	}})
	if err := s.Start(t.Context()); err == nil || refused != 1 || !strings.Contains(err.Error(), "You may not. (Forbidden, request r-1)") {
		t.Errorf("asked %d times: %v", refused, err)
	}
}

func TestBundle_staysInItsFolder(t *testing.T) {
	for _, name := range []string{"../escape", "/etc/x", "a/../../x", `..\x`, ""} {
		files, err := json.Marshal(map[string]string{name: "x"})
		if err != nil {
			t.Fatal(err)
		}
		s, _ := newSession(t, platform{"/run/start": says(fmt.Sprintf(proceed, "deploy")), "/run/bundle": says(`{"operation":"o","mode":"deploy","digest":"d","files":` + string(files) + `}`)})
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Bundle(t.Context()); err == nil {
			t.Errorf("a file called %q was written", name)
		}
	}
}

// engine is a program in the place of Terraform, for what no real one can be made to say.
func engine(t *testing.T, s *run.Session, script string) {
	t.Helper()
	s.Engine = filepath.Join(t.TempDir(), "engine")
	if err := os.WriteFile(s.Engine, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(s.Folder, "root", "proof"), 0o700); err != nil {
		t.Fatal(err)
	}
}

// What people typed is shown in plans; the agent must not obey it.
func TestRunEngine_outputIsHarmless(t *testing.T) {
	s, out := newSession(t, platform{})
	engine(t, s, `printf '  + title = "##vso[task.setvariable variable=x]y"\n##[error]no\n\033[31mred\033[0m\n'`)
	if err := s.RunEngine(t.Context(), "plan", "", []string{"plan"}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "##vso[") || strings.Contains(out.String(), "##[") || strings.ContainsRune(out.String(), '\x1b') {
		t.Errorf("the agent would obey:\n%s", out)
	}
}

func TestRunEngine_explainsTheFirstError(t *testing.T) {
	s, out := newSession(t, platform{"/run/start": says(fmt.Sprintf(proceed, "deploy")), "/run/result": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }})
	engine(t, s, `cat <<'TEXT'
module.db.x: Creating...
╷
│ Error: Database refused
│ 
│   with module.db.x,
│   on main.tf line 1, in resource "x" "this":
│ 
│ The server has no room left.
╵
TEXT
exit 1`)
	if err := s.RunEngine(t.Context(), "apply", "", []string{"apply"}); err == nil {
		t.Fatal("a failed engine was a success")
	}
	if !strings.Contains(out.String(), "##vso[task.logissue type=error]Database refused: The server has no room left.") {
		t.Errorf("the issue is not told:\n%s", out)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.JobStatus = "Failed"
	if err := s.Result(t.Context()); err != nil {
		t.Fatal(err)
	}
	result := readResult(t, s)
	if result.Status != "Failed" || result.Error.Target != "apply" || !strings.HasPrefix(result.Error.Message, "Database refused") || len(result.Error.Lines) == 0 {
		t.Errorf("result %+v", result)
	}
}

func TestPlan_leavesWithoutValues(t *testing.T) {
	sent := ""
	s, _ := newSession(t, platform{"/run/start": says(fmt.Sprintf(proceed, "deploy")), "/run/plan": func(w http.ResponseWriter, r *http.Request) {
		var b bytes.Buffer
		_, _ = b.ReadFrom(r.Body) // a short body fails the test below
		sent = b.String()
		fmt.Fprint(w, `{"decision":"apply","reason":"No approval is needed."}`)
	}})
	engine(t, s, `echo '{"resource_changes":[
{"address":"module.db.x","mode":"managed","change":{"actions":["create"],"after":{"password":"hunter2"}}},
{"address":"module.a.x","mode":"managed","change":{"actions":["delete","create"]}},
{"address":"module.b.x","mode":"managed","change":{"actions":["no-op"]}},
{"address":"module.c.x","mode":"managed","change":{"actions":["delete"]}},
{"address":"data.x.y","mode":"data","change":{"actions":["read"]}}]}'`)
	if err := os.WriteFile(filepath.Join(s.Folder, "root", "tfplan"), []byte("plan"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Plan(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"add":2`, `"remove":2`, `"change":0`, `"action":"replace"`} {
		if !strings.Contains(sent, want) {
			t.Errorf("sent %s, want %s in it", sent, want)
		}
	}
	if strings.Contains(sent, "hunter2") || strings.Contains(sent, "module.b.x") {
		t.Errorf("sent what should stay: %s", sent)
	}
}

// An unknown is never called a success.
func TestResult_unknownIsFailure(t *testing.T) {
	for name, test := range map[string]struct{ mode, job, engine, status string }{
		"outputs that cannot be read": {"deploy", "Succeeded", "exit 1", "Failed"},
		"a deletion without a proof":  {"destroy", "Succeeded", `echo '{"format_version":"1.0"}'`, "Failed"},
		"a job that failed":           {"deploy", "Failed", "echo '{}'", "Failed"},
		"a job with no status":        {"deploy", "", "echo '{}'", "Failed"},
		"a job that was canceled":     {"deploy", "Canceled", "echo '{}'", "Canceled"},
		"a deployment":                {"deploy", "Succeeded", `echo '{"outputs":{"value":{"a":{"b":1}}}}'`, "Succeeded"},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := newSession(t, platform{"/run/start": says(fmt.Sprintf(proceed, test.mode)), "/run/result": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }})
			engine(t, s, test.engine)
			if err := s.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			s.JobStatus = test.job
			if err := s.Result(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := readResult(t, s); got.Status != test.status || got.Operation != s.Operation {
				t.Errorf("result %+v, want %s", got, test.status)
			}
		})
	}
}

func TestRunEngine_waitsForOneThatIsBuilt(t *testing.T) {
	s, _ := newSession(t, platform{})
	s.Engine = filepath.Join(t.TempDir(), "engine")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.RunEngine(ctx, "plan", "", []string{"plan"}); err == nil || !strings.Contains(err.Error(), "wait") {
		t.Errorf("without an engine: %v", err)
	}
	if err := os.WriteFile(s.Engine+".problem", []byte("Install OpenTofu."), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.RunEngine(t.Context(), "plan", "", []string{"plan"}); err == nil || !strings.Contains(err.Error(), "Install OpenTofu.") {
		t.Errorf("with a known problem: %v", err)
	}
}

type result struct {
	Operation, Status string
	Error             struct {
		Target, Message string
		Lines           []string
	}
}

func readResult(t *testing.T, s *run.Session) result {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(s.Folder, run.ResultFile))
	if err != nil {
		t.Fatal(err)
	}
	var r result
	if err := json.Unmarshal(raw, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// Providers put all that they know into the title, over several lines; without colours nothing frames an error, and another one follows.
func TestRunEngine_titleOfSeveralLines(t *testing.T) {
	s, _ := newSession(t, platform{})
	engine(t, s, `cat <<'TEXT'
Error: creating Storage Account (Subscription: "00000000-0000-0000-0000-000000000001"
Resource Group Name: "rg-shop-dev"
Storage Account Name: "stshopdev"): performing Create: unexpected status 409
(409 Conflict) with error: StorageAccountAlreadyTaken: The storage account
named stshopdev is already taken.

  with module.files.azurerm_storage_account.this,
  on ../modules/azure/storage-account/main.tf line 1, in resource "azurerm_storage_account" "this":
   1: resource "azurerm_storage_account" "this" {


Error: something else

TEXT
exit 1`)
	if err := s.RunEngine(t.Context(), "apply", "", []string{"apply"}); err == nil {
		t.Fatal("a failed engine was a success")
	}
	raw, err := os.ReadFile(filepath.Join(s.Folder, "error.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(raw), "(409 Conflict) with error: StorageAccountAlreadyTaken: The storage account named stshopdev is already taken.\"") {
		t.Errorf("the sentence is not whole: %s", raw)
	}
	if strings.Contains(string(raw), "something else") {
		t.Errorf("the next error is in it: %s", raw)
	}
}

// What an engine prints may hold secrets. They leave neither by the agent's log nor by the error.
func TestRunEngine_secretsStay(t *testing.T) {
	s, out := newSession(t, platform{})
	engine(t, s, `cat <<'TEXT'
-----BEGIN PRIVATE KEY-----
MIIEvQhunter2
-----END PRIVATE KEY-----
Error: connecting to postgres://app:hunter2@db/shop

AccountKey=hunter2;EndpointSuffix=core.windows.net
TEXT
exit 1`)
	if err := s.RunEngine(t.Context(), "apply", "", []string{"apply"}); err == nil {
		t.Fatal("a failed engine was a success")
	}
	raw, err := os.ReadFile(filepath.Join(s.Folder, "error.json"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String()+string(raw), "hunter2") || !strings.Contains(string(raw), "AccountKey=***;EndpointSuffix") {
		t.Errorf("printed\n%s\nkept\n%s", out, raw)
	}
}
