package functionshost_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/functionshost"
)

func TestInvoke_byHand(t *testing.T) {
	f := start(t, standard(), nil)
	if got := f.get("POST", "/admin/functions/MANUAL", `{"input":"{\"a\":true}"}`); got.Code != http.StatusAccepted {
		t.Fatalf("status %d", got.Code)
	}
	got := f.next()
	if got.Function != "manual" || !got.Chunked || got.Body.Data["message"] != `"{\"a\":true}"` || got.Body.Metadata["a"] != `"True"` {
		t.Errorf("invocation %+v", got)
	}
	if got.Header.Get("Content-Type") != "application/json; charset=utf-8" || got.Header.Get("X-Azure-Functions-Invocationid") == "" {
		t.Errorf("headers %v", got.Header)
	}
	f.log.await(t, `"msg":"done"`) // the handler's Logs, tied to the invocation
	f.log.await(t, "succeeded")
}

func TestInvoke_failure(t *testing.T) {
	f := start(t, standard(), func(report) string { return "fail" })
	f.get("POST", "/admin/functions/manual", `{"input":"x"}`)
	f.next()
	f.log.await(t, "the handler answered status 500")
}

// A 200 without a body never completes: the invocation hangs until the time limit, and the handler is killed.
func TestInvoke_emptyAnswer(t *testing.T) {
	t.Parallel()
	content := standard()
	content["host.json"] = fmt.Sprintf(hostJSON, "00:00:01")
	f := start(t, content, func(report) string { return "empty" })
	f.get("POST", "/admin/functions/manual", `{"input":"x"}`)
	pid := f.next().PID
	f.log.await(t, "hangs until functionTimeout")
	f.log.await(t, "overran functionTimeout")
	if got := f.echo("GET", "/v1/echo/x", ""); got.PID == pid {
		t.Error("the handler lives on")
	}
}

func TestTimer_fires(t *testing.T) {
	content := standard()
	content["tick/function.json"] = fmt.Sprintf(timerJSON, "%EVERY%")
	f := start(t, content, nil, with("EVERY", "* * * * * *"))
	for range 2 {
		got := f.next()
		data := got.Body.Data["timer"].(map[string]any)
		// More often than once a minute: the host keeps no status.
		if got.Function != "tick" || data["IsPastDue"] != false || data["ScheduleStatus"] != nil {
			t.Errorf("invocation %+v", got)
		}
	}
}

// A run that was missed while the host was down is made up for once.
func TestTimer_catchesUpOnce(t *testing.T) {
	state := t.TempDir()
	path := filepath.Join(state, "timers", "hourly.json")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(`{"Last":"2020-01-01T00:00:00Z","Next":"2020-01-01T01:00:00Z","LastUpdated":"2020-01-01T00:00:01Z"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	content := standard()
	content["hourly/function.json"] = fmt.Sprintf(timerJSON, "0 0 * * * *")
	inState := func(c *functionshost.Config) { c.StateDir = state }
	f := start(t, content, nil, inState)
	data := f.next().Body.Data["timer"].(map[string]any)
	if data["IsPastDue"] != true || data["ScheduleStatus"].(map[string]any)["Last"] != "2020-01-01T00:00:00+00:00" {
		t.Errorf("data %v", data)
	}
	f.log.await(t, "succeeded")
	f.stop()
	if err := f.runEnds(); err != nil {
		t.Fatal(err)
	}
	again := start(t, content, nil, inState)
	again.get("POST", "/admin/functions/manual", `{"input":"x"}`)
	if got := again.next(); got.Function != "manual" {
		t.Errorf("the missed run was made up for twice: %+v", got)
	}
}

// A run that takes longer than its interval is not overlapped, and is followed by one at once.
func TestTimer_noOverlap(t *testing.T) {
	release := make(chan struct{})
	content := standard()
	content["tick/function.json"] = fmt.Sprintf(timerJSON, "* * * * * *")
	f := start(t, content, func(report) string { hold(t, release); return "ok" })
	f.next()
	select {
	case got := <-f.reports:
		t.Errorf("a second run while the first was not over: %+v", got)
	case <-time.After(1500 * time.Millisecond):
	}
	began := time.Now()
	release <- struct{}{}
	f.next()
	if waited := time.Since(began); waited > 700*time.Millisecond {
		t.Errorf("the overrun was followed after %s, not at once", waited)
	}
}
