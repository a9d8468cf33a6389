package triggers_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gorilla/mux"

	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/triggers"
)

// work remembers what it was asked to do, and does as it is told.
type work struct {
	asked []string
	err   error
	panic bool
}

func (w *work) do(what string) error {
	w.asked = append(w.asked, what)
	if w.panic {
		panic("a bug")
	}
	return w.err
}

func (w *work) RunOperation(_ context.Context, id string) error { return w.do("runOperation " + id) }
func (w *work) FollowRun(_ context.Context, id string) error    { return w.do("followRun " + id) }
func (w *work) HandleDeadLetter(_ context.Context, id string) error {
	return w.do("handleDeadLetter " + id)
}
func (w *work) ReceiveHook(_ context.Context, h platform.Hook) error {
	return w.do("receiveHook " + h.Operation)
}
func (w *work) Sweep(context.Context) error              { return w.do("sweep") }
func (w *work) DetectDrift(context.Context) error        { return w.do("detectDrift") }
func (w *work) ExpireEnvironments(context.Context) error { return w.do("expireEnvironments") }

// invoke sends what the host sends: a trigger value is text of JSON of the message's text.
func invoke(t *testing.T, w *work, function, message string) *httptest.ResponseRecorder {
	t.Helper()
	once, err := json.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	envelope, err := json.Marshal(map[string]any{"Data": map[string]string{"message": string(once)}, "Metadata": map[string]any{"operation": `"01FORGED"`}})
	if err != nil {
		t.Fatal(err)
	}
	router := mux.NewRouter()
	triggers.Mount(router, w, slog.New(slog.DiscardHandler))
	out := httptest.NewRecorder()
	router.ServeHTTP(out, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/"+function, strings.NewReader(string(envelope))))
	return out
}

func TestMount_callsTheWork(t *testing.T) {
	for _, function := range triggers.Functions() {
		w := &work{}
		message, want := `{"project":"payments","operation":"01ABC"}`, function+" 01ABC"
		switch function {
		case "sweep", "detectDrift", "expireEnvironments":
			want = function // timers are about everything
		case "receiveHook":
			message, want = anEvent(t, "build-complete"), "receiveHook 01K9S3W0M2Q4N6P8R0T2V4X6Z8"
		}
		out := invoke(t, w, function, message)
		if out.Code != http.StatusOK || len(w.asked) != 1 || w.asked[0] != want {
			t.Errorf("%s answered %d and asked for %v, want %q", function, out.Code, w.asked, want)
		}
	}
}

// The host hangs on an empty answer and takes anything but a JSON object for a failure.
func TestMount_neverAnswersNothing(t *testing.T) {
	for name, w := range map[string]*work{"good": {}, "failing": {err: errors.New("storage is down")}, "panicking": {panic: true}} {
		out := invoke(t, w, "runOperation", `{"operation":"01ABC"}`)
		var object map[string]any
		if err := json.Unmarshal(out.Body.Bytes(), &object); err != nil || !strings.HasPrefix(out.Header().Get("Content-Type"), "application/json") {
			t.Errorf("%s: answered %q as %s", name, out.Body, out.Header().Get("Content-Type"))
		}
		if good := out.Code == http.StatusOK; good != (name == "good") {
			t.Errorf("%s: status %d", name, out.Code)
		}
	}
}

// A message that nobody can read is settled: it will never be anything else, and would come again at once, ten times.
func TestMount_unreadableMessageIsSettled(t *testing.T) {
	for _, message := range []string{"", "not JSON", "[]", `{"project":"payments"}`, `{"operation":7}`} {
		w := &work{}
		if out := invoke(t, w, "runOperation", message); out.Code != http.StatusOK || len(w.asked) != 0 {
			t.Errorf("%q: status %d, asked %v", message, out.Code, w.asked)
		}
	}
}
