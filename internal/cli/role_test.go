package cli_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/cli"
)

const (
	rolesAnswer = `200 {"value":[
		{"name":"Reader","title":"Looks on.","actions":["projects/read","values/read"],"assignable":true,"builtIn":true},
		{"name":"Contributor","title":"Works.","actions":["projects/read","environments/write"],"assignable":true,"builtIn":true},
		{"name":"Everyone","title":"All.","actions":["catalog/read"],"assignable":false,"builtIn":true},
		{"name":"Operator","title":"Ours.","actions":["environments/write"],"assignable":true,"builtIn":false,"etag":"\"1\""}]}`
	operatorRole = `200 {"name":"Operator","title":"Ours.","actions":["environments/write","values/read"],"assignable":true,"builtIn":false,"etag":"\"1\""}`
)

// seen is a request that a test's platform got.
type seen struct {
	Request string // method and path
	IfMatch string
	Body    map[string]any
}

// recording runs a command line and tells what it asked for besides reading.
func recording(t *testing.T, p platform, args ...string) (requests []seen, code int, out, errs string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			one := seen{Request: r.Method + " " + r.URL.Path, IfMatch: r.Header.Get("If-Match") + r.Header.Get("If-None-Match")}
			_ = json.NewDecoder(r.Body).Decode(&one.Body) // a request without a body has none
			requests = append(requests, one)
		}
		p.ServeHTTP(w, r)
	}))
	defer server.Close()
	settings := map[string]string{"LAZULI_URL": server.URL, "LAZULI_TOKEN": "token", "LAZULI_CONFIG_DIR": t.TempDir(), "LAZULI_KEYRING": "off"}
	var stdout, stderr bytes.Buffer
	code = cli.Run(t.Context(), args, cli.Streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr}, func(name string) string { return settings[name] })
	return requests, code, stdout.String(), strings.ReplaceAll(stderr.String(), server.URL, "http://platform")
}

func TestRoleList(t *testing.T) {
	p := platform{"GET /v1/roles": rolesAnswer}
	_, out, _ := lazuli(t, p, "role", "list")
	want := `NAME          KIND             ACTIONS   WHAT IT IS FOR
Reader        built in         2         Looks on.
Contributor   built in         2         Works.
Everyone      held by itself   1         All.
Operator      own              1         Ours.
`
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("role list (-want +got):\n%s", diff)
	}
	_, out, _ = lazuli(t, p, "role", "list", "--actions")
	want = `ACTION               ALLOWED BY
catalog/read         Everyone
environments/write   Contributor, Operator
projects/read        Reader, Contributor
values/read          Reader
`
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("role list --actions (-want +got):\n%s", diff)
	}
}

func TestRoleShow(t *testing.T) {
	_, out, _ := lazuli(t, platform{"GET /v1/roles/Operator": operatorRole}, "role", "show", "Operator")
	want := `Name     Operator
Title    Ours.
Kind     own
Allows   environments/write
         values/read
`
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("role show (-want +got):\n%s", diff)
	}
}

// Creating never changes a role that is there.
func TestRoleCreate(t *testing.T) {
	p := platform{"PUT /v1/roles/Operator": "201" + strings.TrimPrefix(operatorRole, "200")}
	requests, code, out, errs := recording(t, p, "role", "create", "Operator", "--title", "Ours.", "--action", "environments/write", "--action", "values/read")
	want := []seen{{"PUT /v1/roles/Operator", "*", map[string]any{"title": "Ours.", "actions": []any{"environments/write", "values/read"}}}}
	if diff := cmp.Diff(want, requests); diff != "" || code != 0 || !strings.Contains(out, "lazuli access grant Operator") {
		t.Errorf("exit code %d (-want +got):\n%s%s%s", code, diff, out, errs)
	}
	if requests, code, _, errs := recording(t, p, "role", "create", "Operator"); code != 2 || len(requests) > 0 || !strings.Contains(errs, "--action") {
		t.Errorf("without actions: exit code %d\n%s", code, errs)
	}
}

// What is deleted is said, and nothing is deleted unasked.
func TestRoleDelete(t *testing.T) {
	p := platform{"GET /v1/roles/Operator": operatorRole, "DELETE /v1/roles/Operator": "204 "}
	requests, code, _, errs := recording(t, p, "role", "delete", "Operator")
	if code != 2 || len(requests) > 0 || !strings.Contains(errs, "  - values/read") || !strings.Contains(errs, "--yes") {
		t.Errorf("unasked: exit code %d, %v\n%s", code, requests, errs)
	}
	requests, code, _, errs = recording(t, p, "role", "delete", "Operator", "--yes")
	if diff := cmp.Diff([]seen{{Request: "DELETE /v1/roles/Operator"}}, requests); diff != "" || code != 0 || !strings.Contains(errs, "✓ role Operator is gone") {
		t.Errorf("exit code %d (-want +got):\n%s%s", code, diff, errs)
	}
	if _, code, _, errs := recording(t, nil, "role", "delete", "Nobody", "--yes"); code != 3 {
		t.Errorf("one that is not there: exit code %d\n%s", code, errs)
	}
}
