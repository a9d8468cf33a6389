package main_test

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	needPorts(t)
	up := startUp(t, t.TempDir())
	if !strings.Contains(up.said(t), "Databases          PostgreSQL") {
		t.Skip("SKIPPED: the tour shows a PostgreSQL database, and PostgreSQL is not installed here")
	}
	runPage(t, "README.md", 8)
	up.stop(t)
}

// TestScoreGuide deploys the Score document of docs/score.md.
func TestScoreGuide(t *testing.T) {
	needPorts(t)
	up := startUp(t, t.TempDir())
	if !strings.Contains(up.said(t), "Databases          PostgreSQL") {
		t.Skip("SKIPPED: the page shows a PostgreSQL database, and PostgreSQL is not installed here")
	}
	runPage(t, filepath.Join("docs", "score.md"), 7)
	up.stop(t)
}

// TestCatalogGuide does what docs/catalog.md tells a platform engineer to do, with the files that it shows.
func TestCatalogGuide(t *testing.T) {
	needPorts(t)
	up := startUp(t, t.TempDir())
	runPage(t, filepath.Join("docs", "catalog.md"), 12)
	up.stop(t)
}

// TestAccessGuide gives and takes roles as docs/access.md does.
func TestAccessGuide(t *testing.T) {
	needPorts(t)
	up := startUp(t, t.TempDir())
	runPage(t, filepath.Join("docs", "access.md"), 25)
	up.stop(t)
}

// runPage runs the commands of a page, at least so many.
func runPage(t *testing.T, page string, atLeast int) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(top, page))
	if err != nil {
		t.Fatal(err)
	}
	script := scriptOf(string(text))
	if n := strings.Count(script, "console "); n < atLeast {
		t.Fatalf("%s has %d commands; are its blocks still marked console?", page, n)
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
}

// scriptOf turns the console blocks into a script: each command with the file of what it should print. A block that is
// marked with a language and a path is that file.
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
	for _, file := range regexp.MustCompile("(?s)```[a-z]+ ([a-z][a-z0-9/.-]+)\n(.*?)```").FindAllStringSubmatch(readme, -1) {
		fmt.Fprintf(&files, "-- %s --\n%s", file[1], file[2])
	}
	return script.String() + files.String()
}

// console is the script command: console COMMANDFILE WANTFILE.
func console(ts *testscript.TestScript, _ bool, args []string) {
	command, want := strings.TrimSpace(ts.ReadFile(args[0])), strings.TrimSpace(ts.ReadFile(args[1]))
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
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
	process *os.Process
	out     string        // the file of what it prints
	ended   chan struct{} // closed when the process has ended; then err may be read
	err     error
}

// startUp starts "lazuli up" and waits for its first answer.
func startUp(t *testing.T, data string, args ...string) *running {
	t.Helper()
	for _, built := range []string{"bin/lazuli", "bin/terraform-provider-sandbox", "dist/app/host.json"} {
		if _, err := os.Stat(filepath.Join(top, built)); err != nil {
			t.Fatalf("%s is not there; build it first: make build", built)
		}
	}
	out, err := os.Create(filepath.Join(t.TempDir(), "up.out"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }() // the process has its own
	up := &running{out: out.Name(), ended: make(chan struct{})}
	cmd := exec.Command(filepath.Join(top, "bin", "lazuli"), append([]string{"up", "--data", data}, args...)...)
	cmd.Stdout, cmd.Stderr = out, out
	began := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	up.process = cmd.Process
	go func() {
		defer close(up.ended)
		up.err = cmd.Wait()
	}()
	t.Cleanup(up.kill) // where the test has not ended it
	if !up.answers(t, began.Add(time.Minute), "http://localhost:7071/v1/health", "", "ok") {
		up.kill()
		t.Fatalf("lazuli up does not answer:\n%s", up.said(t))
	}
	t.Logf("lazuli up answered after %s", time.Since(began).Round(time.Millisecond))
	return up
}

// answers asks until what is wanted comes. It gives up at the deadline, and when the process has ended.
func (up *running) answers(t *testing.T, deadline time.Time, url, host, want string) bool {
	t.Helper()
	ctx, cancel := context.WithDeadline(t.Context(), deadline)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if body, err := get(ctx, url, host); err == nil && strings.Contains(body, want) {
			return true
		}
		select {
		case <-up.ended:
			return false
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
	}
}

// get reads a page, within a time: a port may be open and nobody answer. An empty host means the one of the address.
func get(ctx context.Context, url, host string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	r.Host = host
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %s", url, response.Status)
	}
	return string(body), err
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

// kill ends the process as kill -9 does, and waits for it.
func (up *running) kill() {
	_ = up.process.Kill() // it may have ended by itself
	<-up.ended
}

// stop ends the process as Ctrl-C does, and wants it to end in time and well.
func (up *running) stop(t *testing.T) {
	t.Helper()
	asked := time.Now()
	if err := up.process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	select {
	case <-up.ended:
		t.Logf("lazuli up ended %s after Ctrl-C", time.Since(asked).Round(time.Millisecond))
	case <-time.After(30 * time.Second):
		up.kill()
		t.Errorf("lazuli up did not end within 30 s of Ctrl-C:\n%s", up.said(t))
		return
	}
	if up.err != nil {
		t.Errorf("lazuli up ended with %v:\n%s", up.err, up.said(t))
	}
}

// needPorts skips the test where somebody else has one of the default ports.
func needPorts(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: starts the whole platform, which -short leaves out")
	}
	for _, port := range []string{"7071", "7080"} {
		l, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err != nil {
			t.Skipf("SKIPPED: port %s is taken, and this is about the default ports", port)
		}
		_ = l.Close() // it was only tried
	}
}

// A restart loses nothing that was acknowledged, however the process ended; a second one on the same folder, or on the same
// port, says what is wrong.
func TestUp_restart(t *testing.T) {
	needPorts(t)
	data, config := t.TempDir(), t.TempDir()
	lazuli := func(args ...string) (string, error) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute) // a first deployment may wait for an engine to be built
		defer cancel()
		cmd := exec.CommandContext(ctx, filepath.Join(top, "bin", "lazuli"), args...)
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
	up := startUp(t, data, "--no-postgres")
	must("login", "--as", "admin")
	must("project", "create", "payments")
	must("env", "create", "payments/dev", "--template", "web-service-with-database", "--set", "title=Kept", "--yes")

	if out, err := lazuli("up", "--data", data, "--address", "127.0.0.1:0"); err == nil || !strings.Contains(out, "another lazuli up") {
		t.Errorf("a second lazuli up on the same folder: %v\n%s", err, out)
	}
	if out, err := lazuli("up", "--data", t.TempDir()); err == nil || !strings.Contains(out, "port 7071 is in use") {
		t.Errorf("a second lazuli up on the same port: %v\n%s", err, out)
	}

	up.kill()
	again := startUp(t, data, "--no-postgres")
	if out := must("project", "list"); !strings.Contains(out, "payments") {
		t.Errorf("after kill -9 the projects are:\n%s", out)
	}
	if out := must("env", "show", "payments/dev"); !strings.Contains(out, "ready") {
		t.Errorf("after kill -9 the environment is:\n%s", out)
	}
	// By number and Host: not every resolver knows names beneath localhost.
	if !again.answers(t, time.Now().Add(10*time.Second), "http://127.0.0.1:7080/", "payments-dev-site.localhost:7080", "<h1>Kept</h1>") {
		t.Error("after kill -9 the site does not show what it was made with")
	}
	if out := must("env", "delete", "payments/dev", "--yes"); !strings.Contains(out, "nothing is left") {
		t.Errorf("after kill -9 deleting says:\n%s", out)
	}
	again.stop(t)
}
