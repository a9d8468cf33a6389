package functionshost_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// echoed is what the test handler says of a forwarded request.
type echoed struct {
	Method, URI, Host, Body string
	Header                  http.Header
	App, Worker, Setting    string
	Args                    []string
	PID                     int
}

func (f *fixture) echo(method, target, body string, header ...string) echoed {
	f.t.Helper()
	answer := f.get(method, target, body, header...)
	var got echoed
	if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil || answer.Code != http.StatusAccepted {
		f.t.Fatalf("status %d, body %q", answer.Code, answer.Body)
	}
	if answer.Header().Get("X-Handler") != "yes" {
		f.t.Error("the handler's header is lost")
	}
	return got
}

func TestServeHTTP_forwards(t *testing.T) {
	f := start(t, standard(), nil)
	got := f.echo("POST", "http://lazuli.example/v1/echo/a%2Fb?x=1&X=2&flag&y=a+b", `{"a":1}`,
		"User-Agent", "curl", "Content-Type", "application/json", "Accept", "one", "Accept", "two",
		"Content-Encoding", "br", "Content-Language", "en", "Traceparent", "00-1-2-00")
	if got.Method != "POST" || got.URI != "/v1/echo/a%2Fb?x=1%2C2&flag=&y=a%20b" || got.Body != `{"a":1}` || got.Host != "lazuli.example" {
		t.Errorf("reached the handler as %s %s %q for %s", got.Method, got.URI, got.Body, got.Host)
	}
	if !regexp.MustCompile(`^[0-9a-f-]{36}$`).MatchString(got.Header.Get("X-Azure-Functions-Invocationid")) {
		t.Errorf("invocation id %q", got.Header.Get("X-Azure-Functions-Invocationid"))
	}
	delete(got.Header, "X-Azure-Functions-Invocationid")
	want := http.Header{
		"User-Agent": {"curl Azure-Functions-Host/4.1037.0.0"}, "X-Azure-Functions-Hostversion": {"4.1037.0.0"},
		"Content-Type": {"application/json"}, "Content-Length": {"7"}, "Accept": {"one", "two"}, "Traceparent": {"00-1-2-00"},
	}
	if diff := cmp.Diff(want, got.Header); diff != "" {
		t.Error(diff)
	}
}

func TestServeHTTP_environment(t *testing.T) {
	f := start(t, standard(), nil)
	got := f.echo("GET", "/v1/echo/x", "")
	// An argument with a blank becomes two, one that is not set becomes none.
	if diff := cmp.Diff([]string{"-x", "a", "b"}, got.Args); diff != "" || got.Setting != "a b" {
		t.Errorf("setting %q, arguments %s", got.Setting, diff)
	}
	if got.App == "" || got.Worker == "" || got.PID != f.HandlerPID() {
		t.Errorf("app %q, worker %q, pid %d", got.App, got.Worker, got.PID)
	}
	if !strings.HasPrefix(got.Header.Get("Traceparent"), "00-") {
		t.Errorf("no trace was begun: %q", got.Header.Get("Traceparent"))
	}
}

// A body of unknown length does not reach the handler.
func TestServeHTTP_chunked(t *testing.T) {
	f := start(t, standard(), nil)
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/v1/echo/x", struct{ *strings.Reader }{strings.NewReader("lost")})
	if err != nil {
		t.Fatal(err)
	}
	request.ContentLength = -1
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var got echoed
	if err := json.NewDecoder(response.Body).Decode(&got); err != nil || got.Body != "" {
		t.Errorf("body %q (%v), want none", got.Body, err)
	}
}

func TestServeHTTP_redirectsPass(t *testing.T) {
	f := start(t, standard(), nil)
	got := f.get("GET", "/v1/moved", "")
	if got.Code != http.StatusFound || got.Header().Get("Location") != "/v1/elsewhere" || got.Header().Get("Set-Cookie") != "a=1" {
		t.Errorf("status %d, headers %v", got.Code, got.Header())
	}
}

func TestServeHTTP_statuses(t *testing.T) {
	content := standard()
	content["off/function.json"] = httpJSON("echo2", `"get"`)
	f := start(t, content, nil, with("AzureWebJobs.off.Disabled", "true"))
	for _, c := range []struct {
		method, target string
		want           int
	}{
		{"GET", "/v1/ECHO/x", http.StatusTeapot},   // forwarded as it came; the handler itself minds the case
		{"PUT", "/v1/echo/x", http.StatusNotFound}, // never 405
		{"OPTIONS", "/v1/echo/x", http.StatusNotFound},
		{"HEAD", "/v1/hang", http.StatusNotFound},
		{"GET", "/v1/exit/abc", http.StatusNotFound}, // the constraint
		{"GET", "/echo/x", http.StatusNotFound},
		{"GET", "/v1/echo2", http.StatusNotFound}, // disabled
		{"GET", "/", http.StatusOK},
		{"GET", "/admin/host/ping", http.StatusOK},
		{"GET", "/admin/nothing", http.StatusNotFound},
	} {
		if got := f.get(c.method, c.target, ""); got.Code != c.want {
			t.Errorf("%s %s: status %d, want %d", c.method, c.target, got.Code, c.want)
		}
	}
}

// There is no specificity: the function whose name comes first takes the request.
func TestServeHTTP_nameOrder(t *testing.T) {
	content := standard()
	content["Aaa/function.json"] = httpJSON("exit/{*any}", `"get"`) // would end the handler if "exit" came first
	f := start(t, content, nil)
	if got := f.get("GET", "/v1/exit/1", ""); got.Code != http.StatusInternalServerError {
		t.Errorf("status %d", got.Code)
	}
	if names := f.Functions(); names[0] != "Aaa" || names[1] != "echo" {
		t.Errorf("order %v", names)
	}
}

func TestServeHTTP_waitsForTheHandler(t *testing.T) {
	f := start(t, standard(), nil, with("START_DELAY", "300ms"))
	if got := f.get("GET", "/v1/echo/x", ""); got.Code != http.StatusAccepted {
		t.Errorf("status %d", got.Code)
	}
}

func TestServeHTTP_notRunning(t *testing.T) {
	host, err := newHost(t, standard())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // or the request would wait for the host for half a minute
	recorder := httptest.NewRecorder()
	host.ServeHTTP(recorder, httptest.NewRequest("GET", "/v1/echo/x", nil).WithContext(ctx))
	if recorder.Code != http.StatusServiceUnavailable || recorder.Body.String() != "Function host is not running." {
		t.Errorf("status %d, %q", recorder.Code, recorder.Body)
	}
}

func TestServeHTTP_bodyTooLarge(t *testing.T) {
	f := start(t, standard(), nil, with("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", "4"))
	if got := f.get("POST", "/v1/echo/x", "12345"); got.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d", got.Code)
	}
}

func TestServeHTTP_oddPath(t *testing.T) {
	f := start(t, standard(), nil)
	// %3F and %23 come out decoded and cut the path.
	if got := f.echo("GET", "/v1/echo/a%3Fb%23c", ""); got.URI != "/v1/echo/a?b" {
		t.Errorf("uri %s", got.URI)
	}
}

func TestAdmin(t *testing.T) {
	f := start(t, standard(), nil)
	var status struct{ State, Version string }
	decodeInto(t, f.get("GET", "/admin/host/status", ""), &status)
	if status.State != "Running" || status.Version == "" {
		t.Errorf("status %+v", status)
	}
	var functions []struct {
		Name, InvokeURLTemplate string
		Config                  struct{ Bindings []any }
	}
	decodeInto(t, f.get("GET", "/admin/functions", ""), &functions)
	if len(functions) != 5 || functions[0].Name != "echo" || functions[0].InvokeURLTemplate != "/v1/echo/{*rest}" || len(functions[0].Config.Bindings) != 2 {
		t.Errorf("functions %+v", functions)
	}
	for target, want := range map[string]int{"/admin/functions/nobody": 404, "/admin/functions/echo": 400, "/admin/functions/manual": 400} {
		if got := f.get("POST", target, ""); got.Code != want {
			t.Errorf("POST %s without a body: status %d, want %d", target, got.Code, want)
		}
	}
}

func decodeInto(t *testing.T, recorder *httptest.ResponseRecorder, into any) {
	t.Helper()
	if err := json.Unmarshal(recorder.Body.Bytes(), into); err != nil || recorder.Code != http.StatusOK {
		t.Fatalf("status %d, %q: %v", recorder.Code, recorder.Body, err)
	}
}
