package cli_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/cli"
)

var update = flag.Bool("update", false, "write the golden files")

// platform answers as the API does: by method and path.
type platform map[string]string

func (p platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, ok := p[r.Method+" "+r.URL.Path]
	status, body, _ := strings.Cut(answer, " ")
	if !ok {
		status, body = "404", `{"type":"x","title":"no","status":404,"code":"NotFound","detail":"There is no such thing.","action":"Look elsewhere.","requestId":"r-404"}`
	}
	w.Header().Set("Content-Type", "application/json")
	if status >= "400" {
		w.Header().Set("Content-Type", "application/problem+json")
	}
	var code int
	_, _ = fmt.Sscan(status, &code) // a test that gives none fails on the answer
	w.WriteHeader(code)
	fmt.Fprint(w, body)
}

// lazuli runs a command line against the platform, with a token and without a terminal.
func lazuli(t *testing.T, p platform, args ...string) (code int, out, errs string) {
	t.Helper()
	server := httptest.NewServer(p)
	defer server.Close()
	settings := map[string]string{"LAZULI_URL": server.URL, "LAZULI_TOKEN": "token", "LAZULI_CONFIG_DIR": t.TempDir(), "LAZULI_KEYRING": "off"}
	var stdout, stderr bytes.Buffer
	code = cli.Run(t.Context(), args, cli.Streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr}, func(name string) string { return settings[name] })
	return code, stdout.String(), strings.ReplaceAll(stderr.String(), server.URL, "http://platform")
}

func problem(status int, code string) string {
	return fmt.Sprintf(`%d {"type":"x","title":"t","status":%d,"code":"%s","detail":"What happened.","action":"What to do.","requestId":"r-1","errors":[{"pointer":"/type","detail":"is wrong"}]}`, status, status, code)
}

// Programs go by the exit code.
func TestExitCodes(t *testing.T) {
	get := []string{"project", "show", "payments"}
	operation := func(status string) platform {
		return platform{"GET /v1/operations/01ABC": `200 {"id":"01ABC","kind":"deleteEnvironment","mode":"destroy","status":"` + status + `","stage":"done","resource":"/x","project":"payments","environment":"dev","steps":[],"createdAt":"2026-11-23T12:00:00Z","lastUpdatedAt":"2026-11-23T12:00:01Z","requestedBy":"developer"}`}
	}
	for name, test := range map[string]struct {
		platform platform
		args     []string
		want     int
	}{
		"good":               {platform{"GET /v1/projects/payments": `200 {"name":"payments","title":"Payments","team":"payments","members":[],"etag":"\"1\"","createdAt":"2026-11-23T12:00:00Z","updatedAt":"2026-11-23T12:00:00Z"}`}, get, 0},
		"unknown flag":       {nil, []string{"project", "list", "--nope"}, 2},
		"unknown format":     {nil, []string{"project", "list", "-o", "xml"}, 2},
		"no such thing":      {nil, get, 3},
		"not valid":          {platform{"GET /v1/projects/payments": problem(400, "ValidationFailed")}, get, 2},
		"not signed in":      {platform{"GET /v1/projects/payments": problem(401, "Unauthenticated")}, get, 4},
		"not allowed":        {platform{"GET /v1/projects/payments": problem(403, "Forbidden")}, get, 1},
		"busy":               {platform{"GET /v1/projects/payments": problem(409, "OperationInProgress")}, get, 5},
		"name taken":         {platform{"GET /v1/projects/payments": problem(412, "NameTaken")}, get, 5},
		"operation failed":   {operation("Failed"), []string{"operation", "watch", "01ABC"}, 6},
		"operation canceled": {operation("Canceled"), []string{"operation", "watch", "01ABC"}, 6},
		"operation good":     {operation("Succeeded"), []string{"operation", "watch", "01ABC"}, 0},
		"watched too long":   {operation("Running"), []string{"operation", "watch", "01ABC", "--timeout", "50ms"}, 7},
	} {
		t.Run(name, func(t *testing.T) {
			if code, out, errs := lazuli(t, test.platform, test.args...); code != test.want {
				t.Errorf("exit code %d, want %d\n%s%s", code, test.want, out, errs)
			}
		})
	}
}

func TestErrors_whatWhyAndWhatNow(t *testing.T) {
	p := platform{"GET /v1/projects/payments": problem(400, "ValidationFailed")}
	_, out, errs := lazuli(t, p, "project", "show", "payments")
	want := "ERROR: What happened.\n  /type  is wrong\ntry:  What to do.\ncode ValidationFailed · request r-1\n"
	if diff := cmp.Diff(want, errs); diff != "" || out != "" {
		t.Errorf("stdout %q, stderr (-want +got):\n%s", out, diff)
	}
	_, out, _ = lazuli(t, p, "project", "show", "payments", "-o", "json")
	var got struct{ Code string }
	if err := json.Unmarshal([]byte(out), &got); err != nil || got.Code != "ValidationFailed" {
		t.Errorf("a program finds %q: %v", out, err)
	}
}

func TestErrors_nobodyThere(t *testing.T) {
	var stderr bytes.Buffer
	settings := map[string]string{"LAZULI_URL": "http://127.0.0.1:1", "LAZULI_TOKEN": "token", "LAZULI_CONFIG_DIR": t.TempDir()}
	code := cli.Run(t.Context(), []string{"whoami"}, cli.Streams{In: strings.NewReader(""), Out: &stderr, Err: &stderr}, func(name string) string { return settings[name] })
	if code != 1 || !strings.Contains(stderr.String(), "nobody answers") || !strings.Contains(stderr.String(), "make run") {
		t.Errorf("exit code %d\n%s", code, &stderr)
	}
}

const webTemplate = `200 {"name":"web","title":"Web","version":"1","parameters":{"type":"object","properties":{"title":{"type":"string"},"count":{"type":"integer"},"on":{"type":"boolean"}}},"manifest":{"resources":{}}}`

// Where nobody can answer, nothing is done unasked.
func TestEnvCreate_asks(t *testing.T) {
	p := platform{
		"GET /v1/templates/web": webTemplate,
		"POST /v1/projects/payments/environments/dev/deployments/preview": `200 {"environmentExists":false,"changes":[{"alias":"db","action":"add","type":"postgres","definition":"postgres-local@1"}],"counts":{"add":1,"change":0,"remove":0}}`,
	}
	code, _, errs := lazuli(t, p, "env", "create", "payments/dev", "--template", "web")
	if code != 2 || !strings.Contains(errs, "--yes") || !strings.Contains(errs, "+ db") || !strings.Contains(errs, "1 to add") {
		t.Errorf("exit code %d\n%s", code, errs)
	}
}

// --set values have the types of the template's schema; an operation keeps its id over a repeated request.
func TestEnvCreate_sends(t *testing.T) {
	var bodies, ids []string
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/templates/web", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, strings.TrimPrefix(webTemplate, "200 "))
	})
	mux.HandleFunc("POST /v1/projects/payments/environments/dev/deployments/preview", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"environmentExists":false,"changes":[],"counts":{"add":0,"change":0,"remove":0}}`)
	})
	mux.HandleFunc("PUT /v1/projects/payments/environments/dev", func(w http.ResponseWriter, r *http.Request) {
		var b bytes.Buffer
		_, _ = b.ReadFrom(r.Body) // a short body fails the test below
		bodies, ids = append(bodies, b.String()), append(ids, r.Header.Get("Operation-Id"))
		if len(ids) == 1 {
			w.WriteHeader(http.StatusInternalServerError) // as the host answers when its handler died
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, `{"name":"dev","project":"payments","type":"dev","state":"creating","outputs":{},"etag":"\"1\"","createdAt":"2026-11-23T12:00:00Z","updatedAt":"2026-11-23T12:00:00Z"}`)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	settings := map[string]string{"LAZULI_URL": server.URL, "LAZULI_TOKEN": "token", "LAZULI_CONFIG_DIR": t.TempDir()}
	var out bytes.Buffer
	code := cli.Run(t.Context(), []string{"env", "create", "payments/dev", "--template", "web", "--set", "title=7", "--set", "count=7", "--set", "on=true", "--yes", "--no-wait"},
		cli.Streams{In: strings.NewReader(""), Out: &out, Err: &out}, func(name string) string { return settings[name] })
	if code != 0 || len(ids) != 2 || ids[0] != ids[1] || len(ids[0]) != 26 {
		t.Fatalf("exit code %d, ids %v\n%s", code, ids, &out)
	}
	var sent struct{ Parameters map[string]any }
	if err := json.Unmarshal([]byte(bodies[1]), &sent); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]any{"title": "7", "count": 7.0, "on": true}, sent.Parameters); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
	if code, _, errs := lazuli(t, platform{"GET /v1/templates/web": webTemplate}, "env", "create", "payments/dev", "--template", "web", "--set", "count=many", "--yes"); code != 2 || !strings.Contains(errs, "integer") {
		t.Errorf("exit code %d\n%s", code, errs)
	}
}

// An operation that takes longer than one long poll is watched on: "not modified" means that nothing is new.
func TestWatch_nothingNew(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("ETag", `"1"`)
		status := "Running"
		switch asked {
		case 2, 3:
			if r.Header.Get("If-None-Match") != `"1"` || r.URL.Query().Get("wait") == "" {
				t.Errorf("asked with %v", r.URL)
			}
			w.WriteHeader(http.StatusNotModified)
			return
		case 4:
			status = "Succeeded"
		}
		fmt.Fprintf(w, `{"id":"01ABC","kind":"deleteEnvironment","mode":"destroy","status":"%s","stage":"done","resource":"/x","project":"payments","environment":"dev","steps":[],"createdAt":"2026-11-23T12:00:00Z","lastUpdatedAt":"2026-11-23T12:00:01Z","requestedBy":"developer"}`, status)
	}))
	defer server.Close()
	settings := map[string]string{"LAZULI_URL": server.URL, "LAZULI_TOKEN": "token", "LAZULI_CONFIG_DIR": t.TempDir()}
	var out bytes.Buffer
	code := cli.Run(t.Context(), []string{"operation", "watch", "01ABC"}, cli.Streams{In: strings.NewReader(""), Out: &out, Err: &out}, func(name string) string { return settings[name] })
	if code != 0 || asked != 4 {
		t.Errorf("exit code %d after %d questions\n%s", code, asked, &out)
	}
}

// Text from elsewhere does nothing to a terminal.
func TestTables_controlCharacters(t *testing.T) {
	p := platform{"GET /v1/projects/payments": `200 {"name":"payments","title":"evil\u001b[2J\u0007\u202e","team":"a\nb","members":[],"etag":"\"1\"","createdAt":"2026-11-23T12:00:00Z","updatedAt":"2026-11-23T12:00:00Z"}`}
	_, out, _ := lazuli(t, p, "project", "show", "payments")
	if strings.ContainsAny(out, "\x1b\x07\u202e") || !strings.Contains(out, "a b") {
		t.Errorf("the terminal would obey %q", out)
	}
}

func TestEnvSecret_tokenStaysHere(t *testing.T) {
	p := platform{"GET /v1/projects/payments/environments/dev": `200 {"name":"dev","project":"payments","type":"dev","state":"ready","outputs":{"db":{"url":{"secret":"https://evil.example/vault/x"}}},"etag":"\"1\"","createdAt":"2026-11-23T12:00:00Z","updatedAt":"2026-11-23T12:00:00Z"}`}
	code, _, errs := lazuli(t, p, "env", "secret", "payments/dev", "db.url")
	if code != 1 || !strings.Contains(errs, "another vault") || !strings.Contains(errs, "az keyvault secret show") {
		t.Errorf("exit code %d\n%s", code, errs)
	}
}

// Help texts are files that review reads: go test ./internal/cli -update
func TestHelp(t *testing.T) {
	for name, args := range map[string][]string{"lazuli": {"--help"}, "env-create": {"env", "create", "--help"}, "deploy": {"deploy", "--help"}, "up": {"up", "--help"}, "value-set": {"value", "set", "--help"}, "audit": {"audit", "--help"}, "audit-export": {"audit", "export", "--help"},
		"exit-codes":  {"help", "exit-codes"},
		"role-create": {"role", "create", "--help"}, "project-create": {"project", "create", "--help"}, "project-update": {"project", "update", "--help"}, "team-create": {"team", "create", "--help"}, "access": {"help", "access"}, "access-grant": {"access", "grant", "--help"}, "access-explain": {"access", "explain", "--help"}} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := lazuli(t, nil, args...)
			if code != 0 || errs != "" {
				t.Errorf("exit code %d\n%s", code, errs)
			}
			golden := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(out), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), out); diff != "" {
				t.Errorf("help (-want +got):\n%s", diff)
			}
		})
	}
}

// A failure is told from what it means to what was said: cause, who, next step, raw words.
func TestOperationShow_failure(t *testing.T) {
	const failed = `200 {"id":"01ABC","kind":"putEnvironment","status":"Failed","stage":"done","resource":"/x","project":"payments","environment":"dev","steps":[],
"createdAt":"2026-11-23T12:00:00Z","lastUpdatedAt":"2026-11-23T12:00:01Z","requestedBy":"developer","error":{"code":"TerraformFailed","message":"exceeding approved quota","target":"apply",`
	for name, row := range map[string]struct{ rest, want string }{
		"explained": {`"rule":"QuotaExceededInRegion","cause":"The quota is used up.","whoFixes":"platformTeam","retry":"afterChange","action":"Ask for more.","lines":["Error: exceeding"]}}`,
			"(x) Failed in step apply: The quota is used up.\nwho:  the platform team; trying again helps only after a change\ntry:  Ask for more.\nsaid: exceeding approved quota\n    │ Error: exceeding\n"},
		"unknown": {`"action":"Read the log.","lines":["Error: exceeding"]}}`, "(x) Failed in step apply: exceeding approved quota\ntry:  Read the log.\n    │ Error: exceeding\n"},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, errs := lazuli(t, platform{"GET /v1/operations/01ABC": failed + row.rest}, "operation", "show", "01ABC")
			if code != 0 || errs != row.want {
				t.Errorf("exit code %d\n%s\nwant\n%s", code, errs, row.want)
			}
		})
	}
}
