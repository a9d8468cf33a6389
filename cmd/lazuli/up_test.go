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
	"strings"
	"syscall"
	"testing"
	"time"
)

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
