package devops_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/devops"
)

func TestRestart_queuedRunIsExecuted(t *testing.T) {
	s := newSite(t)
	id := s.queued(t, "1", `{"operationId":"later"}`)
	s.ask(t, http.MethodPut, "/platform/_apis/build/builds/"+id+"/tags/kept", "")
	s.restart()
	if b := s.build(t, id); b.Status != "notStarted" || len(b.Tags) != 1 {
		t.Fatalf("build after a restart = %+v, want it queued with its tag", b)
	}
	s.Start()
	if b := s.untilBuild(t, id, completed); b.Result != "succeeded" {
		t.Errorf("build = %+v, want it executed", b)
	}
	before := s.timeline(t, id, "")
	log := before.taskLog(t, "say")
	lines := s.ask(t, http.MethodGet, "/platform/_apis/build/builds/"+id+"/logs/"+log, "").body
	s.restart()
	if after := s.timeline(t, id, ""); len(after.Records) != len(before.Records) || after.ChangeID != before.ChangeID {
		t.Errorf("timeline after a restart = %+v, want %+v", after, before)
	}
	if got := s.ask(t, http.MethodGet, "/platform/_apis/build/builds/"+id+"/logs/"+log, "").body; got != lines {
		t.Errorf("log after a restart = %s, want %s", got, lines)
	}
	if next := s.queued(t, "1", `{"operationId":"later"}`); next == id || s.build(t, next).BuildNumber != "op-later.2" {
		t.Errorf("the next run = %+v, want another id and the next revision", s.build(t, next))
	}
}

// A stop in good order ends running pipelines, and says so.
func TestClose_interruptsRunningRuns(t *testing.T) {
	s := newSite(t)
	s.Start()
	pids := s.path("pid")
	id := s.queued(t, "2", `{"pidFile":"`+pids+`"}`)
	pid := untilPID(t, pids)
	s.restart()
	s.wantInterrupted(t, id, pid)
}

// After kill -9 nothing is left in progress, and no process of the run is left alive.
func TestCrash_interruptsRunningRuns(t *testing.T) {
	s := newSite(t)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := s.Close(ctx); err != nil { // the child opens the data now
		t.Fatal(err)
	}
	child := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestMain$") //nolint:gosec // this very test program
	child.Env = append(os.Environ(), childEnv+"="+s.dir)
	child.Stderr = t.Output()
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the child did not start: %v", err)
	}
	other := &site{url: strings.TrimSpace(line), dir: s.dir, tb: t}
	pids := s.path("pid")
	running := other.queued(t, "2", `{"pidFile":"`+pids+`"}`)
	pid := untilPID(t, pids)
	queued := other.queued(t, "1", `{"operationId":"after"}`)
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed: that is its error
	s.open()
	s.wantInterrupted(t, running, pid)
	s.Start()
	if b := s.untilBuild(t, queued, completed); b.Result != "succeeded" {
		t.Errorf("run that was queued before the crash = %+v, want it executed", b)
	}
}

// wantInterrupted checks a run that lost its agent.
func (s *site) wantInterrupted(t *testing.T, id string, pid int) {
	t.Helper()
	if b := s.build(t, id); b.Status != "completed" || b.Result != "failed" {
		t.Errorf("interrupted run = %+v, want it failed", b)
	}
	reason := ""
	for _, r := range s.timeline(t, id, "").Records {
		if r.State != "completed" {
			t.Errorf("record %s %s is %s", r.Type, r.Name, r.State)
		}
		for _, issue := range r.Issues {
			reason += issue.Message
		}
	}
	if !strings.Contains(reason, "while this run was going on") {
		t.Errorf("issues = %q, want the reason", reason)
	}
	if alive(pid) {
		t.Errorf("process %d of the run is alive", pid)
	}
}

const childEnv = "LAZULI_DEVOPS_TEST_CHILD"

// TestMain is also the child of the crash test: with childEnv it serves the site in that folder until it is killed.
func TestMain(m *testing.M) {
	dir := os.Getenv(childEnv)
	if dir == "" {
		os.Exit(m.Run())
	}
	if err := serve(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(dir string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := &site{dir: dir, url: "http://" + listener.Addr().String() + "/devops/Lazuli"}
	cfg := s.config(slog.New(slog.NewTextHandler(os.Stderr, nil)))
	cfg.Parallel = 1 // so that a second run stays queued
	server, err := devops.Open(cfg)
	if err != nil {
		return err
	}
	server.Start()
	fmt.Println(s.url)
	return http.Serve(listener, server) //nolint:gosec // a test's own server, killed in a moment
}

// untilPID waits until a step has written its process id.
func untilPID(t testing.TB, path string) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if content, err := os.ReadFile(path); err == nil && strings.HasSuffix(string(content), "\n") { //nolint:gosec // a test's own file
			pid, err := strconv.Atoi(strings.TrimSpace(string(content)))
			if err != nil {
				t.Fatal(err)
			}
			return pid
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("no step wrote %s in time", path)
		}
	}
}

// alive reports whether a process is there; one that ended and waits for its parent is not.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err != nil || !strings.Contains(string(stat), ") Z ")
}

func itoa(n int) string { return strconv.Itoa(n) }
