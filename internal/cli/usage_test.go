package cli_test

import (
	"strings"
	"testing"
)

// A command line that cannot be understood has one exit code, whatever is wrong with it, and nothing is asked of the platform.
func TestExitCodes_usage(t *testing.T) {
	for _, line := range []string{"bogus", "--bogus", "project show", "project show a b", "env show payments", "env show a/b/c", "env show /dev", "env show payments/",
		"env create payments/dev", "env extend a/b", "env extend a/b --by P1D --until 2026-01-01", "env extend a/b --until soon", "env protect a/b", "env calendar a/b",
		"env calendar a/b --off x --time-zone UTC", "env calendar a/b --of-type --none", "env hibernate a", "deploy payments/dev --set a=b", "api GET", "operation watch", "whoami me",
		"login --as admin --device-code", "team create a --member b", "team create a --member b=", "team create a --member b=Reader:robot", "team create a --resource postgres", "team update a",
		"project update a", "project create a --environment dev=dev", "project create a --template web", "project create a --member b:group", "project create a --file x.yaml --title X", "project create a --file nowhere.yaml"} {
		if code, out, errs := lazuli(t, nil, strings.Fields(line)...); code != 2 || out != "" || !strings.HasPrefix(errs, "ERROR: ") || !strings.Contains(errs, "try:  --help") {
			t.Errorf("lazuli %s: exit code %d, want 2\n%s%s", line, code, out, errs)
		}
	}
}

func TestEnvCreate_wrongPairs(t *testing.T) {
	for _, pair := range []string{"count=five", "count=1 2", "on=maybe", "title", "=x"} {
		code, _, errs := lazuli(t, platform{"GET /v1/templates/web": webTemplate}, "env", "create", "payments/dev", "--template", "web", "--set", pair, "--yes")
		if code != 2 || !strings.Contains(errs, "--set") {
			t.Errorf("--set %q: exit code %d\n%s", pair, code, errs)
		}
	}
}
