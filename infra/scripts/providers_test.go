package scripts_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// provider answers "az provider show" and "az provider register"; what is registered are files in a folder.
func provider(args []string) int {
	name := args[slices.Index(args, "--namespace")+1]
	file := filepath.Join(os.Getenv("REGISTERED"), name)
	if args[slices.Index(args, "--subscription")+1] != "0000" {
		fmt.Fprintln(os.Stderr, "ERROR: The subscription could not be found.")
		return 1
	}
	if args[0] == "register" {
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			return 1
		}
		return 0
	}
	if _, err := os.Stat(file); err != nil {
		fmt.Println("NotRegistered")
		return 0
	}
	fmt.Println("Registered")
	return 0
}

// Registered once, checked any number of times; and every resource of infra/platform has its provider.
func TestProviders(t *testing.T) {
	w, registered := newWorld(t), t.TempDir()
	run := func(args ...string) (string, int) {
		cmd := exec.CommandContext(t.Context(), "bash", append([]string{"providers.sh"}, args...)...)
		cmd.Env = append(os.Environ(), "PATH="+w.folder+":"+os.Getenv("PATH"), "REGISTERED="+registered)
		out, err := cmd.CombinedOutput()
		if err != nil && cmd.ProcessState == nil {
			t.Fatal(err)
		}
		return string(out), cmd.ProcessState.ExitCode()
	}
	if told, code := run("--check", "0000"); code != 1 || !strings.Contains(told, "missing: Microsoft.App is NotRegistered") {
		t.Errorf("--check of nothing ended with %d and told:\n%s", code, told)
	}
	if told, code := run("0000"); code != 0 || !strings.Contains(told, "Microsoft.Web") {
		t.Errorf("it ended with %d and told:\n%s", code, told)
	}
	for _, args := range [][]string{{"0000"}, {"--check", "0000"}} {
		if told, code := run(args...); code != 0 || told != "" {
			t.Errorf("%v, when all is there, ended with %d and told:\n%s", args, code, told)
		}
	}
	if _, code := run(); code != 2 {
		t.Errorf("without a subscription it ended with %d", code)
	}
	if _, code := run("1111"); code == 0 {
		t.Error("a subscription that is none went well")
	}
	mocks, err := os.ReadFile("../platform/tests/mocks/azurerm.tfmock.hcl")
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split(string(mocks), "/providers/")[1:] {
		name, _, _ := strings.Cut(part, "/")
		if _, err := os.Stat(filepath.Join(registered, name)); err != nil {
			t.Errorf("nobody registers %s, which infra/platform uses", name)
		}
	}
}
