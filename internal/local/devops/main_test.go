package devops_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/devops"
	"github.com/lazuli-platform/lazuli/internal/local/devops/agent"
	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
)

const pat = "the-token"

// echoPipeline says its parameter and succeeds.
const echoPipeline = `
name: op-${{ parameters.operationId }}.$(Rev:r)
trigger: none
parameters:
- {name: operationId, type: string}
- {name: size, type: string, default: small, values: [small, large]}
variables:
- group: lazuli
steps:
- checkout: self
- bash: |
    echo "operation $OPERATION at $LAZULI_URL"
    echo "##vso[build.addbuildtag]op-$OPERATION"
    cat infra/hello.txt
  displayName: say
  env: {OPERATION: "${{ parameters.operationId }}"}
`

// hangPipeline runs until it is stopped, and leaves its process id behind.
const hangPipeline = `
trigger: none
parameters:
- {name: pidFile, type: string}
steps:
- checkout: none
- bash: |
    echo $$ > "${{ parameters.pidFile }}"
    while :; do sleep 0.1; done
  displayName: hang
`

const (
	echoID = 1
	hangID = 2
)

// site is a stand-in on a real socket, with a folder of its own.
type site struct {
	*devops.Server
	url   string
	dir   string
	tb    testing.TB
	front *front
	hook  func(context.Context, []byte) error
}

// front keeps one address over restarts of the server behind it.
type front struct {
	server  *httptest.Server
	current atomic.Pointer[devops.Server]
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.current.Load().ServeHTTP(w, r) }

// newSite opens a stand-in; it executes nothing before Start.
func newSite(t testing.TB, change ...func(*site)) *site {
	t.Helper()
	s := &site{dir: t.TempDir(), tb: t, front: &front{}}
	for _, c := range change {
		c(s)
	}
	s.front.server = httptest.NewServer(s.front)
	t.Cleanup(s.front.server.Close)
	s.url = s.front.server.URL + "/devops/Lazuli"
	write(t, s.path("repository", "infra", "hello.txt"), "hello from the repository\n")
	write(t, s.path("repository", "infra", "pipelines", "echo.yml"), echoPipeline)
	write(t, s.path("repository", "infra", "pipelines", "hang.yml"), hangPipeline)
	write(t, s.path("repository", "node_modules", "large.txt"), "not to be copied")
	s.open()
	return s
}

func (s *site) path(elements ...string) string {
	return filepath.Join(append([]string{s.dir}, elements...)...)
}

// config is what the stand-in of a site is opened with.
func (s *site) config(log *slog.Logger) devops.Config {
	return devops.Config{
		Dir: s.path("data"), OrganizationURL: s.url, Project: "platform", PAT: pat,
		Repository: s.path("repository"), Checkout: []string{"infra"},
		Definitions:    []devops.Definition{{ID: echoID, Name: "echo", YAML: "infra/pipelines/echo.yml"}, {ID: hangID, Name: "hang", YAML: "infra/pipelines/hang.yml"}},
		VariableGroups: map[string]map[string]pipeline.Variable{"lazuli": {"LAZULI_URL": {Value: "http://localhost:7071"}}},
		Environ:        agent.Environ(os.Environ()),
		Grace:          agent.Grace{Interrupt: 100 * time.Millisecond, Terminate: 100 * time.Millisecond},
		Hook:           s.hook, Now: time.Now, Log: log,
	}
}

func (s *site) open() {
	s.tb.Helper()
	server, err := devops.Open(s.config(slog.New(slog.NewTextHandler(s.tb.Output(), nil))))
	if err != nil {
		s.tb.Fatalf("Open: %v", err)
	}
	s.Server = server
	s.front.current.Store(server)
	s.tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := server.Close(ctx); err != nil {
			s.tb.Errorf("Close: %v", err)
		}
	})
}

// restart stops the stand-in in good order and opens it again on the same data.
func (s *site) restart() {
	s.tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := s.Close(ctx); err != nil {
		s.tb.Fatalf("Close: %v", err)
	}
	s.open()
}

// answer is what came back of a request.
type answer struct {
	status int
	header http.Header
	body   string
}

// decode reads the answer's JSON.
func (a answer) decode(t testing.TB, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), into); err != nil {
		t.Fatalf("answer %q: %v", a.body, err)
	}
}

// typeKey is the service's name of an error.
func (a answer) typeKey(t testing.TB) string {
	t.Helper()
	var e struct{ TypeKey string }
	a.decode(t, &e)
	return e.TypeKey
}

// ask sends a request as the Node client signs it. headers are "Name: value".
func (s *site) ask(t testing.TB, method, path, body string, headers ...string) answer {
	t.Helper()
	url := path
	if !strings.HasPrefix(path, "http") {
		url = s.url + path
	}
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth("PAT", pat)
	r.Header.Set("X-TFS-FedAuthRedirect", "Suppress")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
		if value == "" {
			r.Header.Del(name)
		}
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return answer{resp.StatusCode, resp.Header, string(content)}
}

// queued starts a run and returns its id.
func (s *site) queued(t testing.TB, definition string, parameters string) string {
	t.Helper()
	got := s.ask(t, http.MethodPost, "/platform/_apis/pipelines/"+definition+"/runs", `{"templateParameters":`+parameters+`}`)
	if got.status != http.StatusOK {
		t.Fatalf("run pipeline = %d %s", got.status, got.body)
	}
	var run struct{ ID json.Number }
	got.decode(t, &run)
	return run.ID.String()
}

// wireBuild is what the tests look at of a build.
type wireBuild struct {
	ID                 int
	BuildNumber        string
	Status, Result     string
	Tags               []string
	TemplateParameters map[string]string
}

func (s *site) build(t testing.TB, id string) wireBuild {
	t.Helper()
	var b wireBuild
	s.ask(t, http.MethodGet, "/platform/_apis/build/builds/"+id, "").decode(t, &b)
	return b
}

// untilBuild waits until a build is as wanted.
func (s *site) untilBuild(t testing.TB, id string, wanted func(wireBuild) bool) wireBuild {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		b := s.build(t, id)
		if wanted(b) {
			return b
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("build %s is not as wanted in time: %+v", id, b)
		}
	}
}

func completed(b wireBuild) bool { return b.Status == "completed" }

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
