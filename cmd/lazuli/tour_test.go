package main_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
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

// TestDeploymentGuide rolls back, clones and promotes as docs/deployments.md does.
func TestDeploymentGuide(t *testing.T) {
	needPorts(t)
	up := startUp(t, t.TempDir())
	runPage(t, filepath.Join("docs", "deployments.md"), 10)
	up.stop(t)
}

// TestEventsGuide subscribes as docs/events.md does.
func TestEventsGuide(t *testing.T) {
	needPorts(t)
	up := startUp(t, t.TempDir())
	runPage(t, filepath.Join("docs", "events.md"), 9)
	up.stop(t)
}

// TestEnvironmentGuide extends, hibernates, wakes and protects as docs/environments.md does.
func TestEnvironmentGuide(t *testing.T) {
	needPorts(t)
	up := startUp(t, t.TempDir())
	if !strings.Contains(up.said(t), "Databases          PostgreSQL") {
		t.Skip("SKIPPED: the page shows a PostgreSQL database, and PostgreSQL is not installed here")
	}
	runPage(t, filepath.Join("docs", "environments.md"), 20)
	up.stop(t)
}

// TestDriftGuide makes an environment drift, and answers that, as docs/drift.md does.
func TestDriftGuide(t *testing.T) {
	needPorts(t)
	up := startUp(t, t.TempDir())
	runPage(t, filepath.Join("docs", "drift.md"), 14)
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
