package cli_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/cli"
)

const heldValues = `200 {"project":"payments","environment":"dev","version":4,"projectVersion":2,"etag":"\"4\"","value":[
	{"key":"LARGE","type":"number","value":9007199254740991,"secret":false,"origin":"project","updatedAt":"2026-11-23T12:00:00Z","updatedBy":"developer"},
	{"key":"PASSWORD","type":"string","secret":true,"reference":"http://x/1","origin":"environment","updatedAt":"2026-11-23T12:00:00Z","updatedBy":"developer"}]}`

func TestValueList(t *testing.T) {
	code, out, errs := lazuli(t, platform{"GET /v1/projects/payments/environments/dev/values": heldValues}, "value", "list", "payments/dev")
	lines := strings.Split(out, "\n")
	if code != 0 || len(lines) != 4 || !strings.Contains(lines[1], "9007199254740991") || !strings.Contains(lines[2], "(secret)           environment") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
}

func TestValueHistoryAndDiff(t *testing.T) {
	p := platform{
		"GET /v1/projects/payments/value-versions": `200 {"value":[{"version":2,"author":"developer","at":"2026-11-23T12:00:00Z","comment":"why","changes":[{"key":"A","action":"add"},{"key":"B","action":"change"},{"key":"C","action":"remove"}]}]}`,
		"GET /v1/projects/payments/value-differences": `200 {"from":1,"to":2,"value":[{"key":"B","action":"change",
			"before":{"key":"B","type":"number","value":1,"secret":false,"origin":"project","updatedAt":"2026-11-23T12:00:00Z","updatedBy":"x"},
			"after":{"key":"B","type":"string","secret":true,"origin":"project","updatedAt":"2026-11-23T12:00:00Z","updatedBy":"x"}}]}`,
	}
	if code, out, errs := lazuli(t, p, "value", "history", "payments"); code != 0 || !strings.Contains(out, "+A ~B -C   why") {
		t.Errorf("history: exit code %d\n%s%s", code, out, errs)
	}
	_, out, _ := lazuli(t, p, "value", "diff", "payments", "1", "2")
	if diff := cmp.Diff("From version 1 to version 2:\n  ~ B   1 → (secret)\n", out); diff != "" {
		t.Errorf("diff (-want +got):\n%s", diff)
	}
}

// What is sent is what was typed, with its type; a secret comes from standard input.
func TestValueSet_sends(t *testing.T) {
	for line, want := range map[string]string{
		`value set payments/dev TITLE=a=b LEVEL=1 --comment why`: `PATCH /v1/projects/payments/environments/dev/values {"set":{"LEVEL":{"value":"1"},"TITLE":{"value":"a=b"}},"comment":"why"}`,
		`value set payments --json N=9007199254740991 L=["a"]`:   `PATCH /v1/projects/payments/values {"set":{"L":{"value":["a"]},"N":{"value":9007199254740991}}}`,
		`value set payments --secret PASSWORD`:                   `PATCH /v1/projects/payments/values {"set":{"PASSWORD":{"secret":"hunter2 "}}}`,
		`value unset payments A B`:                               `PATCH /v1/projects/payments/values {"remove":["A","B"]}`,
		`value restore payments 3 A --comment why`:               `POST /v1/projects/payments/value-restorations {"comment":"why","keys":["A"],"version":3}`,
	} {
		var got string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body) // the comparison finds what is missing
			got = r.Method + " " + r.URL.Path + " " + strings.TrimSpace(string(body))
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, strings.TrimPrefix(heldValues, "200 "))
		}))
		settings := map[string]string{"LAZULI_URL": server.URL, "LAZULI_TOKEN": "token", "LAZULI_CONFIG_DIR": t.TempDir(), "LAZULI_KEYRING": "off"}
		var out bytes.Buffer
		code := cli.Run(t.Context(), strings.Fields(line), cli.Streams{In: strings.NewReader("hunter2 \n"), Out: &out, Err: &out}, func(name string) string { return settings[name] })
		server.Close()
		if diff := cmp.Diff(want, got); code != 0 || diff != "" || strings.Contains(out.String(), "hunter2") {
			t.Errorf("%s: exit code %d (-want +got):\n%s%s", line, code, diff, &out)
		}
	}
}

func TestValueSet_usage(t *testing.T) {
	for _, line := range []string{"value set payments", "value set payments KEY", "value set payments =x", "value set payments --json KEY=x", "value set payments --secret KEY",
		"value set a/b/c K=V", "value unset payments", "value diff payments x", "value restore payments", "value restore payments -1"} {
		if code, out, errs := lazuli(t, nil, strings.Fields(line)...); code != 2 || out != "" {
			t.Errorf("lazuli %s: exit code %d\n%s%s", line, code, out, errs)
		}
	}
}
