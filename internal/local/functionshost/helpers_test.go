package functionshost_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/functionshost"
)

// patience bounds every wait of these tests.
const patience = 20 * time.Second

var handlerPath string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "functionshost")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	handlerPath = filepath.Join(folder, "handler")
	build := exec.Command("go", "build", "-o", handlerPath, "./testdata/handler")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the test handler: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// files is an app folder: path → content. "host.json" is added if it is missing.
type files map[string]string

const (
	hostJSON = `{"version": "2.0", "functionTimeout": %q,
	  "extensions": {"http": {"routePrefix": "v1"}, "serviceBus": {"maxConcurrentCalls": 2, "maxConcurrentSessions": 2, "sessionIdleTimeout": "00:00:01"}},
	  "extensionBundle": {"id": "b", "version": "[4.*, 5.0.0)"},
	  "customHandler": {"description": {"defaultExecutablePath": "handler/handler", "arguments": ["-x", "%%SOME_SETTING%%", "%%UNSET%%"]},
	    "enableForwardingHttpRequest": true, "initializationTimeout": "00:00:10"}}`
	timerJSON = `{"bindings": [{"type": "timerTrigger", "direction": "in", "name": "timer", "schedule": "%s"}]}`
)

func httpJSON(route, methods string) string {
	return fmt.Sprintf(`{"bindings": [
	  {"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "anonymous", "methods": [%s], "route": %q},
	  {"type": "http", "direction": "out", "name": "res"}]}`, methods, route)
}

// standard has a route for everything that the test handler can do.
func standard() files {
	return files{
		"echo/function.json":  httpJSON("echo/{*rest}", `"get", "post"`),
		"exit/function.json":  httpJSON("exit/{code:int}", `"get"`),
		"hang/function.json":  httpJSON("hang", `"get"`),
		"moved/function.json": httpJSON("moved", `"get"`),
		"manual/function.json": `{"bindings": [{"type": "serviceBusTrigger", "direction": "in", "name": "message",
		  "queueName": "q", "connection": "NOWHERE"}]}`,
	}
}

func writeApp(t *testing.T, content files) string {
	t.Helper()
	root := t.TempDir()
	all := files{"host.json": fmt.Sprintf(hostJSON, "00:00:30")}
	for path, text := range content {
		all[path] = text
	}
	for path, text := range all {
		full := filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(root, "handler"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(handlerPath, filepath.Join(root, "handler", "handler")); err != nil {
		t.Fatal(err)
	}
	return root
}

// report is what the test handler says about an invocation.
type report struct {
	Function string
	Chunked  bool
	Header   http.Header
	Body     struct{ Data, Metadata map[string]any }
	PID      int
}

// fixture is a running host with its log and what its handler reports.
type fixture struct {
	*functionshost.Host
	t       *testing.T
	reports chan report
	verdict func(report) string // what the handler is told to do
	log     *journal
	ended   chan error
	stop    func()
}

type option func(*functionshost.Config)

func with(name, value string) option {
	return func(c *functionshost.Config) { c.Settings[name] = value }
}

// start runs a host over the app folder until the test ends.
func start(t *testing.T, content files, verdict func(report) string, options ...option) *fixture {
	t.Helper()
	f := &fixture{t: t, reports: make(chan report, 100), verdict: verdict, log: &journal{}, ended: make(chan error, 1)}
	reporting := httptest.NewServer(http.HandlerFunc(f.take))
	t.Cleanup(reporting.Close)
	config := functionshost.Config{
		Root: writeApp(t, content), StateDir: t.TempDir(),
		Settings: map[string]string{"REPORT_TO": reporting.URL, "SOME_SETTING": "a b", "NOWHERE": "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=n;SharedAccessKey=k;UseDevelopmentEmulator=true"},
		Logger:   slog.New(slog.NewJSONHandler(f.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, apply := range options {
		apply(&config)
	}
	var err error
	if f.Host, err = functionshost.New(config); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	f.stop = cancel
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.ended <- f.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
		if t.Failed() {
			t.Log(f.log.String())
		}
	})
	f.get("GET", "/", "") // answered when the host runs
	return f
}

func (f *fixture) take(w http.ResponseWriter, r *http.Request) {
	var got report
	if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
		f.t.Errorf("read report: %v", err)
	}
	f.reports <- got
	if f.verdict != nil {
		_, _ = io.WriteString(w, f.verdict(got))
	}
}

// hold keeps an invocation until the channel says so, or the test ends.
func hold(t *testing.T, release <-chan struct{}) {
	select {
	case <-release:
	case <-t.Context().Done():
	}
}

// next waits for the next invocation that reaches the handler.
func (f *fixture) next() report {
	f.t.Helper()
	select {
	case got := <-f.reports:
		return got
	case <-time.After(patience):
		f.t.Fatal("no invocation has reached the handler")
		return report{}
	}
}

// get makes a request to the host and returns status and body.
func (f *fixture) get(method, target, body string, header ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Add(header[i], header[i+1])
	}
	recorder := httptest.NewRecorder()
	f.ServeHTTP(recorder, request)
	return recorder
}

// runEnds waits for Run to return.
func (f *fixture) runEnds() error {
	f.t.Helper()
	select {
	case err := <-f.ended:
		return err
	case <-time.After(patience):
		f.t.Fatal("the host does not end")
		return nil
	}
}

// journal collects log lines and lets tests wait for one.
type journal struct {
	mu      sync.Mutex
	text    strings.Builder
	changed chan struct{}
}

func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.changed != nil {
		close(j.changed)
		j.changed = nil
	}
	return j.text.Write(line)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// await waits for a text in the log.
func (j *journal) await(t *testing.T, text string) {
	t.Helper()
	limit := time.After(patience)
	for {
		j.mu.Lock()
		found := strings.Contains(j.text.String(), text)
		if j.changed == nil {
			j.changed = make(chan struct{})
		}
		changed := j.changed
		j.mu.Unlock()
		if found {
			return
		}
		select {
		case <-changed:
		case <-limit:
			t.Fatalf("the log never said %q:\n%s", text, j)
		}
	}
}
