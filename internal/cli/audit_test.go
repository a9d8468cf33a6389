package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/cli"
)

func anEvent(n int) string {
	return fmt.Sprintf(`{"id":"01K9S3W0M2Q4N6P8R0T2V4X6%02d","at":"2026-11-25T12:00:00Z","project":"payments","actor":"developer","actorKind":"user","action":"putProject","target":"/projects/payments","outcome":"accepted","requestId":"request-%d","after":{"n":12345678901234567890,"t":"<é>"}}`, n, n)
}

const aRefusal = `{"id":"01K9S3W0M2Q4N6P8R0T2V4X6Z8","at":"2026-11-25T12:00:00Z","project":"payments","actor":"out\u001bsider","actorKind":"user","action":"getProject","target":"/projects/payments","outcome":"refused","code":"NotFound"}`

// auditServer answers with pages in turn and keeps the queries. After the last page it fails if broken.
type auditServer struct {
	pages   [][]string
	broken  bool
	queries []url.Values
}

func (a *auditServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := len(a.queries)
	a.queries = append(a.queries, r.URL.Query())
	w.Header().Set("Content-Type", "application/json")
	if n >= len(a.pages) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, strings.TrimPrefix(problem(403, "Forbidden"), "403 "))
		return
	}
	next := ""
	if n+1 < len(a.pages) || a.broken {
		next = fmt.Sprintf(`,"nextLink":"https://elsewhere.example/v1/audit-events?pageToken=page-%d"`, n+1)
	}
	fmt.Fprintf(w, `{"value":[%s]%s}`, strings.Join(a.pages[n], ", "), next)
}

func (a *auditServer) run(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	server := httptest.NewServer(a)
	defer server.Close()
	settings := map[string]string{"LAZULI_URL": server.URL, "LAZULI_TOKEN": "token", "LAZULI_CONFIG_DIR": t.TempDir(), "LAZULI_KEYRING": "off"}
	var stdout, stderr bytes.Buffer
	code = cli.Run(t.Context(), append([]string{"audit"}, args...), cli.Streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr}, func(name string) string { return settings[name] })
	return code, stdout.String(), stderr.String()
}

func TestAudit_table(t *testing.T) {
	at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC).Local().Format(time.DateTime)
	a := &auditServer{pages: [][]string{{aRefusal}, {}, {anEvent(1), anEvent(2)}}}
	code, out, errs := a.run(t)
	want := "TIME                  ACTOR       WHAT         TARGET               OUTCOME            REQUEST\n" +
		at + "   outsider    getProject   /projects/payments   refused NotFound   -\n" +
		at + "   developer   putProject   /projects/payments   accepted           request-1\n" +
		at + "   developer   putProject   /projects/payments   accepted           request-2\n"
	if diff := cmp.Diff(want, out); code != 0 || diff != "" || errs != "" {
		t.Errorf("exit code %d, %s (-want +got):\n%s", code, errs, diff)
	}
	if len(a.queries) != 3 || a.queries[0].Get("pageToken") != "" || a.queries[2].Get("pageToken") != "page-2" {
		t.Errorf("asked %v", a.queries)
	}
}

// What is asked for is asked of the platform; how long ago becomes a time.
func TestAudit_filters(t *testing.T) {
	for _, sub := range [][]string{nil, {"export"}} {
		a := &auditServer{pages: [][]string{{}}}
		args := append(sub, "--project", "payments", "--actor", "developer", "--action", "putProject", "--refused", "--since", "2d", "--until", "2026-11-25T12:00:00+01:00")
		if code, _, errs := a.run(t, args...); code != 0 {
			t.Fatalf("exit code %d\n%s", code, errs)
		}
		q := a.queries[0]
		since, err := time.Parse(time.RFC3339, q.Get("from"))
		if age := time.Since(since); err != nil || age < 47*time.Hour || age > 49*time.Hour {
			t.Errorf("from is %s: %v", q.Get("from"), err)
		}
		if until, err := time.Parse(time.RFC3339, q.Get("to")); err != nil || !until.Equal(time.Date(2026, 11, 25, 11, 0, 0, 0, time.UTC)) {
			t.Errorf("to is %s: %v", q.Get("to"), err)
		}
		q.Del("from")
		q.Del("to")
		q.Del("maxpagesize")
		want := url.Values{"project": {"payments"}, "actor": {"developer"}, "action": {"putProject"}, "outcome": {"refused"}}
		if diff := cmp.Diff(want, q); diff != "" {
			t.Errorf("query (-want +got):\n%s", diff)
		}
	}
}

func TestAudit_wrongTimes(t *testing.T) {
	for _, wrong := range []string{"yesterday", "-1h", "-3d", "d", "1x", "2026-11-25"} {
		a := &auditServer{}
		code, _, errs := a.run(t, "--since="+wrong)
		if code != 2 || !strings.Contains(errs, "--since") || !strings.Contains(errs, "24h") || len(a.queries) > 0 {
			t.Errorf("--since %s: exit code %d\n%s", wrong, code, errs)
		}
	}
	if code, _, errs := (&auditServer{}).run(t, "--limit", "0"); code != 2 || !strings.Contains(errs, "--limit") {
		t.Errorf("exit code %d\n%s", code, errs)
	}
}

// A limit is kept over pages, and says that there is more.
func TestAudit_limit(t *testing.T) {
	a := &auditServer{pages: [][]string{{anEvent(1)}, {anEvent(2), anEvent(3)}, {anEvent(4)}}}
	code, out, errs := a.run(t, "--limit", "2")
	if code != 0 || strings.Count(out, "\n") != 3 || !strings.Contains(errs, "--limit") || !strings.Contains(errs, "lazuli audit export") || len(a.queries) != 2 {
		t.Errorf("exit code %d after %d questions\n%s%s", code, len(a.queries), out, errs)
	}
	a = &auditServer{pages: [][]string{{anEvent(1)}, {anEvent(2)}}}
	if _, out, errs := a.run(t, "--limit", "2"); strings.Count(out, "\n") != 3 || errs != "" {
		t.Errorf("where there is no more:\n%s%s", out, errs)
	}
}

// Programs get events as they came, numbers of any size included.
func TestAudit_json(t *testing.T) {
	code, out, errs := (&auditServer{pages: [][]string{{anEvent(1), aRefusal}}}).run(t, "-o", "json")
	var events []map[string]any
	if err := json.Unmarshal([]byte(out), &events); err != nil || len(events) != 2 || !strings.Contains(out, "12345678901234567890") {
		t.Errorf("exit code %d: %v\n%s%s", code, err, out, errs)
	}
	if _, out, _ := (&auditServer{pages: [][]string{{}}}).run(t, "-o", "json"); strings.TrimSpace(out) != "[]" {
		t.Errorf("nothing is %s", out)
	}
}

func TestAudit_empty(t *testing.T) {
	for flags, says := range map[string]string{"": "recorded yet", "--refused --since 1h": "--refused, --since. Go further back", "--actor somebody": "--actor. Leave something out"} {
		code, out, _ := (&auditServer{pages: [][]string{{}}}).run(t, strings.Fields(flags)...)
		if code != 0 || !strings.Contains(out, says) {
			t.Errorf("%q: exit code %d\n%s", flags, code, out)
		}
	}
}

// An export is all of it, an event a line, in a file that appears whole.
func TestAuditExport(t *testing.T) {
	pages := [][]string{{anEvent(1), anEvent(2)}, {}, {aRefusal}}
	want := strings.Join([]string{anEvent(1), anEvent(2), aRefusal, ""}, "\n")
	code, out, errs := (&auditServer{pages: pages}).run(t, "export")
	if diff := cmp.Diff(want, out); code != 0 || diff != "" || errs != "" {
		t.Errorf("exit code %d, %s (-want +got):\n%s", code, errs, diff)
	}

	folder := t.TempDir()
	file := filepath.Join(folder, "audit.jsonl")
	if err := os.WriteFile(file, []byte("earlier"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs = (&auditServer{pages: pages, broken: true}).run(t, "export", "--out", file)
	if code != 1 || out != "" || !strings.Contains(errs, "What happened.") {
		t.Errorf("broken on the way: exit code %d\n%s%s", code, out, errs)
	}
	wantFiles(t, folder, map[string]string{"audit.jsonl": "earlier"})

	code, out, errs = (&auditServer{pages: pages}).run(t, "export", "--out", file)
	if code != 0 || !strings.Contains(out, "3 events") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	wantFiles(t, folder, map[string]string{"audit.jsonl": want})

	code, _, errs = (&auditServer{pages: pages}).run(t, "export", "--out", filepath.Join(folder, "absent", "audit.jsonl"))
	if code != 1 || !strings.Contains(errs, "try: ") {
		t.Errorf("no folder: exit code %d\n%s", code, errs)
	}
}

func wantFiles(t *testing.T, folder string, want map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		got[e.Name()] = string(text)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}
