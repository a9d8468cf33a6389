package functionshost_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/local/functionshost"
)

func newHost(t *testing.T, content files, environ ...string) (*functionshost.Host, error) {
	t.Helper()
	return functionshost.New(functionshost.Config{Root: writeApp(t, content), Environ: environ, Logger: slog.New(slog.DiscardHandler)})
}

func TestNew_refused(t *testing.T) {
	for name, c := range map[string]struct {
		content files
		want    string
	}{
		"version is a number": {files{"host.json": `{"version": 2.0}`}, "version"},
		"version is another":  {files{"host.json": `{"version": "1.0"}`}, `must be the string "2.0"`},
		"no JSON":             {files{"host.json": `{`}, "read "},
		"no description":      {files{"host.json": `{"version": "2.0", "customHandler": {}}`}, "Missing worker Description"},
		"no handler":          {files{"host.json": `{"version": "2.0"}`}, "Missing worker Description"},
		"leading slash":       {files{"a/function.json": httpJSON("/a", `"get"`)}, "begins with a slash"},
		"unknown constraint":  {files{"a/function.json": httpJSON("a/{id:ulid}", `"get"`)}, `no constraint "ulid"`},
		"bad duration":        {files{"host.json": fmt.Sprintf(hostJSON, "5m")}, "time span"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := newHost(t, c.content); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %v, want one that says %s", err, c.want)
			}
		})
	}
}

func TestNew_functionsInError(t *testing.T) {
	trigger := func(members string) string {
		return `{"bindings": [{"direction": "in", "name": "m", ` + members + `}]}`
	}
	cases := map[string]struct{ document, want string }{
		"1digit":      {trigger(`"type": "timerTrigger", "schedule": "* * * * * *"`), "not a valid function name"},
		"host":        {trigger(`"type": "timerTrigger", "schedule": "* * * * * *"`), "not a valid function name"},
		"noJSON":      {`{`, "unable to parse"},
		"noBindings":  {`{}`, "at least one binding"},
		"noTrigger":   {`{"bindings": [{"type": "http", "direction": "out", "name": "res"}]}`, "has 0"},
		"direction":   {`{"bindings": [{"type": "timerTrigger", "direction": "sideways", "name": "t"}]}`, "sideways"},
		"httpIn":      {`{"bindings": [{"type": "http", "name": "res"}]}`, "direction out"},
		"badName":     {`{"bindings": [{"type": "timerTrigger", "name": "t-1"}]}`, "binding name"},
		"twoNames":    {`{"bindings": [{"type": "http", "direction": "out", "name": "a"}, {"type": "timerTrigger", "name": "A"}]}`, "two bindings"},
		"unknown":     {trigger(`"type": "blobTrigger"`), "blobTrigger"},
		"reserved":    {httpJSON("administrators", `"get"`), "belong to the host"},
		"schedule":    {trigger(`"type": "timerTrigger", "schedule": "often"`), "time span"},
		"unset":       {trigger(`"type": "timerTrigger", "schedule": "%SCHEDULE%"`), "%SCHEDULE% is not set"},
		"connection":  {trigger(`"type": "serviceBusTrigger", "queueName": "q", "connection": "BUS"`), "name 'BUS' does not exist"},
		"pasted":      {trigger(`"type": "serviceBusTrigger", "queueName": "q", "connection": "Endpoint=sb://x"`), "name of the setting"},
		"noQueue":     {trigger(`"type": "serviceBusTrigger", "connection": "GOOD"`), "queueName"},
		"half":        {trigger(`"type": "serviceBusTrigger", "topicName": "t", "connection": "GOOD"`), "subscriptionName"},
		"many":        {trigger(`"type": "serviceBusTrigger", "queueName": "q", "connection": "GOOD", "cardinality": "many"`), "one message at a time"},
		"retry":       {`{"retry": {}, "bindings": [{"type": "timerTrigger", "name": "t", "schedule": "* * * * * *"}]}`, "retry"},
		"ZConflict":   {httpJSON("THINGS/", `"post", "get"`), "conflicts with the route defined by function 'things'"},
		"withOutputs": {`{"bindings": [{"type": "httpTrigger", "name": "a"}, {"type": "http", "direction": "out", "name": "b"}, {"type": "serviceBus", "direction": "out", "name": "c"}]}`, "only forwards"},
	}
	content := files{
		"things/function.json":    httpJSON("things", `"get"`),
		"thingsPut/function.json": httpJSON("things", `"put"`),
		"good/function.json":      trigger(`"type": "serviceBusTrigger", "queueName": "q", "connection": "GOOD"`),
		"fine/function.json":      trigger(`"type": "serviceBusTrigger", "topicName": "t", "subscriptionName": "s", "connection": "ID"`),
		"notes/readme.txt":        "no function",
	}
	want := map[string]string{}
	for name, c := range cases {
		content[name+"/function.json"] = c.document
		want[name] = c.want
	}
	host, err := newHost(t, content, "AzureWebJobsGOOD=Endpoint=sb://x", "ID__fullyQualifiedNamespace=ns.example")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"fine", "good", "things", "thingsPut"}, host.Functions()); diff != "" {
		t.Error(diff)
	}
	for name, reason := range host.InError() {
		if want[name] == "" || !strings.Contains(reason.Error(), want[name]) {
			t.Errorf("%s: %v, want %q", name, reason, want[name])
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Errorf("not in error: %v", want)
	}
}

// Twelve of them: an array that grows by overrides has its tenth element after its second, not after its first.
func TestNew_allowListAndOverrides(t *testing.T) {
	content, allowed, environ := files{"left/function.json": httpJSON("left", `"get"`)}, []string{}, []string{}
	for i := range 12 {
		name := fmt.Sprintf("f%02d", i)
		content[name+"/function.json"] = httpJSON(name, `"get"`)
		allowed = append(allowed, name)
		environ = append(environ, fmt.Sprintf("AzureFunctionsJobHost__functions__%d=%s", i, strings.ToUpper(name)))
	}
	host, err := newHost(t, content, environ...)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(allowed, slices.Sorted(slices.Values(host.Functions()))); diff != "" {
		t.Error(diff)
	}
}

func TestRun_handlerIsGoneAtTheEnd(t *testing.T) {
	f := start(t, standard(), nil)
	if got := f.get("GET", "/v1/echo/x", ""); got.Code != http.StatusAccepted {
		t.Fatalf("status %d", got.Code)
	}
	pid := f.HandlerPID()
	f.stop()
	if err := f.runEnds(); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the handler %d is still there: %v", pid, err)
	}
	if f.HandlerPID() != 0 {
		t.Error("a stopped host names a handler")
	}
}

func TestRun_restartsAKilledHandler(t *testing.T) {
	f := start(t, standard(), nil)
	first := f.get("GET", "/v1/echo/x", "")
	pid := f.HandlerPID()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	f.log.await(t, "starting it again")
	second := f.get("GET", "/v1/echo/x", "") // waits for the new handler
	if first.Code != http.StatusAccepted || second.Code != http.StatusAccepted || f.HandlerPID() == pid {
		t.Errorf("status %d and %d, handler %d and %d", first.Code, second.Code, pid, f.HandlerPID())
	}
}

func TestRun_thirdCountedExit(t *testing.T) {
	f := start(t, standard(), nil)
	for i := range 3 {
		if got := f.get("GET", "/v1/exit/3", ""); got.Code != http.StatusInternalServerError || got.Body.Len() != 0 {
			t.Fatalf("status %d, body %q, want an empty 500", got.Code, got.Body)
		}
		if i < 2 {
			f.log.await(t, fmt.Sprintf(`"count":%d`, i+1))
		}
	}
	err := f.runEnds()
	var gaveUp *functionshost.HandlerError
	if !errors.As(err, &gaveUp) || gaveUp.Exits != 3 || !strings.Contains(gaveUp.Last, "leaving with 3") {
		t.Errorf("Run = %v, want a HandlerError after 3 exits with the last lines of stderr", err)
	}
}

func TestRun_crashAtStart(t *testing.T) {
	f := start(t, standard(), nil, with("CRASH_WHILE", handlerPath))
	var gaveUp *functionshost.HandlerError
	if err := f.runEnds(); !errors.As(err, &gaveUp) || gaveUp.Exits != 3 || !strings.Contains(gaveUp.Last, "exit code 7") {
		t.Errorf("Run = %v", err)
	}
}

// Exit code 200 asks for a restart and never counts.
func TestRun_freeRestart(t *testing.T) {
	t.Parallel()
	f := start(t, standard(), nil)
	for range 4 {
		pid := f.HandlerPID()
		f.get("GET", "/v1/exit/200", "")
		for got := f.get("GET", "/v1/echo/x", ""); got.Code != http.StatusAccepted || f.HandlerPID() == pid; got = f.get("GET", "/v1/echo/x", "") {
			if t.Context().Err() != nil {
				t.Fatal("no new handler")
			}
		}
	}
}

// Exit code 0 is the trap: nothing is restarted, everything fails.
func TestRun_exitZero(t *testing.T) {
	f := start(t, standard(), nil)
	f.get("GET", "/v1/exit/0", "")
	f.log.await(t, "must never exit 0")
	if got := f.get("GET", "/v1/echo/x", ""); got.Code != http.StatusInternalServerError {
		t.Errorf("status %d, want 500", got.Code)
	}
	if log := f.log.String(); strings.Count(log, "Handler started") != 1 {
		t.Errorf("the handler was started again:\n%s", log)
	}
}

// A handler that cannot be started is not retried; invocations wait, and the first that gives up stops the host.
func TestRun_handlerMissing(t *testing.T) {
	content := standard()
	content["host.json"] = strings.NewReplacer("handler/handler", "handler/missing", "00:00:10", "00:00:00.05").Replace(fmt.Sprintf(hostJSON, "00:00:30"))
	f := start(t, content, nil)
	f.log.await(t, "Failed to start Worker Channel")
	if got := f.get("GET", "/v1/echo/x", ""); got.Code != http.StatusInternalServerError {
		t.Errorf("status %d, want 500", got.Code)
	}
	var gaveUp *functionshost.HandlerError
	if err := f.runEnds(); !errors.As(err, &gaveUp) || gaveUp.Exits != 0 {
		t.Errorf("Run = %v", err)
	}
}

func TestRun_notReadyInTime(t *testing.T) {
	t.Parallel()
	content := standard()
	content["host.json"] = strings.Replace(fmt.Sprintf(hostJSON, "00:00:30"), "00:00:10", "00:00:00.10", 1)
	f := start(t, content, nil, with("START_DELAY", "1m"))
	var gaveUp *functionshost.HandlerError
	if err := f.runEnds(); !errors.As(err, &gaveUp) || !strings.Contains(gaveUp.Last, "did not answer GET /") {
		t.Errorf("Run = %v", err)
	}
}

func TestRun_functionTimeout(t *testing.T) {
	t.Parallel()
	content := standard()
	content["host.json"] = fmt.Sprintf(hostJSON, "00:00:01")
	f := start(t, content, nil)
	if got := f.get("GET", "/v1/hang", ""); got.Code != http.StatusInternalServerError {
		t.Errorf("status %d, want 500", got.Code)
	}
	f.log.await(t, "FunctionTimeoutException")
	f.log.await(t, `"msg":"Handler ready"`)
	if log := f.log.String(); strings.Contains(log, "starting it again") {
		t.Errorf("the restart was counted:\n%s", log)
	}
}

func TestRun_consoleLevels(t *testing.T) {
	f := start(t, standard(), nil)
	f.get("GET", "/v1/echo/x", "")
	for _, want := range []string{
		`"level":"INFO","msg":"handler says hello","category":"Host.Function.Console"`,
		`"level":"WARN","msg":"this is a warning"`,
		`"level":"ERROR","msg":"this is bad"`,
	} {
		f.log.await(t, want)
	}
}

func TestRun_twice(t *testing.T) {
	f := start(t, standard(), nil)
	f.get("GET", "/v1/echo/x", "")
	if err := f.Run(t.Context()); err == nil {
		t.Error("a second run at the same time was allowed")
	}
}

func TestKeep_startsAgain(t *testing.T) {
	t.Parallel()
	obstacle := filepath.Join(t.TempDir(), "obstacle")
	if err := os.WriteFile(obstacle, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f := start(t, standard(), nil, with("CRASH_WHILE", obstacle))
	if err := f.runEnds(); err == nil {
		t.Fatal("the host did not give up")
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); f.Keep(ctx) }()
	f.log.await(t, "The Functions host stopped; it is started again")
	if err := os.Remove(obstacle); err != nil {
		t.Fatal(err)
	}
	if got := f.get("GET", "/v1/echo/x", ""); got.Code != http.StatusAccepted {
		t.Errorf("status %d after the host was started again", got.Code)
	}
	cancel()
	<-done
}
