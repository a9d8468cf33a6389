package main_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// top is the top of the repository, seen from this package.
const top = "../.."

// TestTour runs the commands of the README's tour, in its blocks of "console", against the platform that "lazuli up" starts on
// its own ports, and compares what they print line by line. "…" stands for any text.
func TestTour(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: starts the whole platform, which -short leaves out")
	}
	for _, port := range []string{"7071", "7080"} {
		l, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err != nil {
			t.Skipf("SKIPPED: port %s is taken, and the tour is about the default ports", port)
		}
		_ = l.Close() // it was only tried
	}
	data := t.TempDir()
	up := startUp(t, data)
	if !strings.Contains(up.said(t), "Databases          PostgreSQL") {
		t.Skip("SKIPPED: the tour shows a PostgreSQL database, and PostgreSQL is not installed here")
	}
	readme, err := os.ReadFile(filepath.Join(top, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	script := scriptOf(string(readme))
	if n := strings.Count(script, "console "); n < 8 {
		t.Fatalf("the README has %d commands in its tour; are its blocks still marked console?", n)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "tour.txtar"), []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	bin, err := filepath.Abs(filepath.Join(top, "bin"))
	if err != nil {
		t.Fatal(err)
	}
	t.Run("script", func(t *testing.T) {
		testscript.Run(t, testscript.Params{Dir: dir, Cmds: map[string]func(*testscript.TestScript, bool, []string){"console": console},
			Setup: func(env *testscript.Env) error {
				env.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
				env.Setenv("LAZULI_KEYRING", "off")
				env.Setenv("LAZULI_CONFIG_DIR", filepath.Join(env.WorkDir, "config"))
				env.Setenv("CI", "1")
				return nil
			}})
	})
	up.stop(t)
}

// scriptOf turns the console blocks into a script: each command with the file of what it should print.
func scriptOf(readme string) string {
	var script, files strings.Builder
	n := 0
	for _, block := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(readme, -1) {
		for _, part := range strings.Split("\n"+block[1], "\n$ ")[1:] {
			command, want, _ := strings.Cut(part, "\n")
			n++
			fmt.Fprintf(&script, "console command%d want%d\n", n, n)
			fmt.Fprintf(&files, "-- command%d --\n%s\n-- want%d --\n%s\n", n, command, n, strings.TrimRight(want, "\n"))
		}
	}
	return script.String() + files.String()
}

// console is the script command: console COMMANDFILE WANTFILE.
func console(ts *testscript.TestScript, _ bool, args []string) {
	command, want := strings.TrimSpace(ts.ReadFile(args[0])), strings.TrimSpace(ts.ReadFile(args[1]))
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-c", command)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "PATH="+ts.Getenv("PATH"), "LAZULI_KEYRING=off", "LAZULI_CONFIG_DIR="+ts.Getenv("LAZULI_CONFIG_DIR"), "CI=1")
	out, err := cmd.CombinedOutput()
	ts.Logf("$ %s\n%s", command, out)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		ts.Fatalf("%s: %v", command, err)
	}
	mustMatch(ts, strings.Split(want, "\n"), strings.Split(strings.TrimSpace(string(out)), "\n"))
}

// mustMatch compares lines without regard to the space at their ends. A line that is "…" alone stands for any lines, or none.
func mustMatch(ts *testscript.TestScript, want, got []string) {
	pattern := ""
	for _, line := range want {
		line = strings.TrimRight(line, " ")
		if line == "…" {
			pattern += `(.*\n)*?`
			continue
		}
		pattern += strings.ReplaceAll(regexp.QuoteMeta(line), "…", ".*") + " *\n"
	}
	text := strings.Join(got, "\n") + "\n"
	if !regexp.MustCompile(`^` + pattern + `$`).MatchString(text) {
		ts.Fatalf("the README says:\n%s\nand the command prints:\n%s", strings.Join(want, "\n"), text)
	}
}

// running is a "lazuli up" process.
type running struct {
	cmd *exec.Cmd
	out string // the file of what it prints
	url string
}

// startUp starts "lazuli up" and waits for its first answer.
func startUp(t *testing.T, data string, args ...string) *running {
	t.Helper()
	command, err := filepath.Abs(filepath.Join(top, "bin", "lazuli"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(command); err != nil {
		t.Fatalf("the command is not built (%v): make build", err)
	}
	out, err := os.Create(filepath.Join(t.TempDir(), "up.out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close() // the process has its own
	up := &running{cmd: exec.Command(command, append([]string{"up", "--data", data}, args...)...), out: out.Name(), url: "http://localhost:7071"}
	up.cmd.Stdout, up.cmd.Stderr = out, out
	began := time.Now()
	if err := up.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = up.cmd.Process.Kill() // where the test has not ended it
		_ = up.cmd.Wait()
	})
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := began.Add(time.Minute); time.Now().Before(deadline); <-tick.C {
		response, err := http.Get(up.url + "/v1/health")
		if err == nil {
			_ = response.Body.Close() // only its status counts
			if response.StatusCode == http.StatusOK {
				t.Logf("lazuli up answered after %s", time.Since(began).Round(time.Millisecond))
				return up
			}
		}
	}
	t.Fatalf("lazuli up does not answer:\n%s", up.said(t))
	return nil
}

// said is what the process has printed so far.
func (up *running) said(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(up.out)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// stop ends the process as Ctrl-C does.
func (up *running) stop(t *testing.T) {
	t.Helper()
	if err := up.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := up.cmd.Wait(); err != nil {
		t.Errorf("lazuli up ended with %v:\n%s", err, up.said(t))
	}
}

// A restart loses nothing that was acknowledged, however the process ended; a second one on the same folder, or on the same
// port, says what is wrong.
func TestUp_restart(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: starts the whole platform, which -short leaves out")
	}
	if l, err := net.Listen("tcp", "127.0.0.1:7071"); err != nil {
		t.Skip("SKIPPED: port 7071 is taken")
	} else {
		_ = l.Close() // it was only tried
	}
	data, config := t.TempDir(), t.TempDir()
	lazuli := func(args ...string) (string, error) {
		cmd := exec.Command(filepath.Join(top, "bin", "lazuli"), args...)
		cmd.Env = append(os.Environ(), "LAZULI_KEYRING=off", "LAZULI_CONFIG_DIR="+config, "CI=1")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	must := func(args ...string) string {
		t.Helper()
		out, err := lazuli(args...)
		if err != nil {
			t.Fatalf("lazuli %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return out
	}
	up := startUp(t, data, "--no-postgres", "--sites-address", "127.0.0.1:0")
	must("login", "--as", "admin")
	must("project", "create", "payments")
	must("env", "create", "payments/dev", "--template", "web-service-with-database", "--set", "title=Kept", "--yes")

	if out, err := lazuli("up", "--data", data, "--address", "127.0.0.1:0"); err == nil || !strings.Contains(out, "another lazuli up") {
		t.Errorf("a second lazuli up on the same folder: %v\n%s", err, out)
	}
	if out, err := lazuli("up", "--data", t.TempDir()); err == nil || !strings.Contains(out, "port 7071 is in use") {
		t.Errorf("a second lazuli up on the same port: %v\n%s", err, out)
	}

	if err := up.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = up.cmd.Wait() // it was killed
	again := startUp(t, data, "--no-postgres", "--sites-address", "127.0.0.1:0")
	if out := must("env", "show", "payments/dev"); !strings.Contains(out, "ready") {
		t.Errorf("after kill -9 the environment is:\n%s", out)
	}
	if out := must("env", "delete", "payments/dev", "--yes"); !strings.Contains(out, "nothing is left") {
		t.Errorf("after kill -9 deleting says:\n%s", out)
	}
	again.stop(t)
}
