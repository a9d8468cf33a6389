package apim_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/config"
)

// number is the one number that a pattern finds in a policy.
func number(t *testing.T, document, pattern string) int {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(documents(t)[document])
	if found == nil {
		t.Fatalf("%s has no %s", document, pattern)
	}
	n, err := strconv.Atoi(found[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// grouped writes 6000 as people do: 6,000.
func grouped(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// docs/gateway.md tells the limits that the policies have.
func TestLimits_docs(t *testing.T) {
	page, err := os.ReadFile("../docs/gateway.md")
	if err != nil {
		t.Fatal(err)
	}
	calls := `"calls-per-minute" value="@\((\d+)\)"`
	for _, says := range []string{
		grouped(number(t, "groups/reads", calls)) + " reads",
		grouped(number(t, "groups/changes", calls)) + " changes",
		grouped(number(t, "groups/runs", calls)) + " reports of runs a minute",
		grouped(number(t, "fragments/limit-address", `calls="(\d+)"`)) + " requests a minute",
		grouped(number(t, "products/integrations", `<rate-limit calls="(\d+)"`)) + " a minute",
		grouped(number(t, "fragments/limit-caller-quota", `<quota-by-key calls="(\d+)"`)) + " a day",
		grouped(number(t, "global", `timeout="(\d+)"`)) + " seconds",
	} {
		if !strings.Contains(string(page), says) {
			t.Errorf("docs/gateway.md does not say %q", says)
		}
	}
	if per := number(t, "fragments/limit-caller", `renewal-period="(\d+)"`); per != 60 {
		t.Errorf("calls a minute are counted for %d seconds", per)
	}
}

// The gateway stops a caller before the handler's own limit does, which holds for one instance alone.
func TestLimits_beforeTheHandler(t *testing.T) {
	for name, value := range map[string]string{
		"FUNCTIONS_CUSTOMHANDLER_PORT": "1", "LAZULI_PUBLIC_URL": "https://x.example", "LAZULI_SIGNING_KEY": strings.Repeat("QUFB", 11), "LAZULI_TABLES_ENDPOINT": "https://x.example",
		"LAZULI_SERVICE_BUS__FULLYQUALIFIEDNAMESPACE": "x", "LAZULI_DEVOPS_URL": "https://x.example", "LAZULI_DEVOPS_PROJECT": "x", "LAZULI_DEVOPS_PIPELINE": "1",
		"LAZULI_IDENTITY_ISSUER": "https://x.example", "LAZULI_STATE_BACKEND": "local", "LAZULI_STATE_FOLDER": "/x"} {
		t.Setenv(name, value)
	}
	c, err := config.Load()
	if err != nil {
		t.Fatal(err)
	}
	calls := `"calls-per-minute" value="@\((\d+)\)"`
	if all := number(t, "groups/reads", calls) + number(t, "groups/changes", calls); all > c.RequestsPerMinute {
		t.Errorf("the gateway lets %d through, the handler %d", all, c.RequestsPerMinute)
	}
	if runs := number(t, "groups/runs", calls); runs > 10*c.RequestsPerMinute { // pipelineShare of internal/httpapi
		t.Errorf("the gateway lets %d reports of runs through, the handler %d", runs, 10*c.RequestsPerMinute)
	}
}

// Who waits hears the host, which gives an invocation up before the gateway does; and Azure's own limit is above both.
func TestLimits_time(t *testing.T) {
	text, err := os.ReadFile("../host.json")
	if err != nil {
		t.Fatal(err)
	}
	var host struct{ FunctionTimeout string }
	if err := json.Unmarshal(text, &host); err != nil {
		t.Fatal(err)
	}
	given, err := time.Parse("15:04:05", host.FunctionTimeout)
	if err != nil {
		t.Fatal(err)
	}
	function := given.Sub(given.Truncate(24 * time.Hour))
	if gateway := time.Duration(number(t, "global", `timeout="(\d+)"`)) * time.Second; gateway <= function || gateway > 230*time.Second {
		t.Errorf("the gateway waits %s, the host %s, the front end 230 s", gateway, function)
	}
}
