package main_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// told is an event as the samples print it.
type told struct {
	ID, Type, Subject, CorrelationID, PartitionKey, Sequence string
	Data                                                     json.RawMessage
}

func (e told) kind() string {
	return strings.TrimSuffix(strings.TrimPrefix(e.Type, "io.lazuli."), ".v1")
}

// listener is a sample that runs and prints an event on each line.
type listener struct {
	t    *testing.T
	name string

	mu     sync.Mutex
	events []told
	more   chan struct{}
	text   strings.Builder
}

// listen starts a sample; it is ended with the test.
func listen(t *testing.T, name, dir string, environment []string, command ...string) *listener {
	t.Helper()
	l := &listener{t: t, name: name, more: make(chan struct{}, 1)}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	cmd := exec.CommandContext(ctx, command[0], command[1:]...) // #nosec G204 -- the samples
	cmd.Dir, cmd.Env, cmd.Stderr = dir, append(os.Environ(), environment...), l
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", name, err)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		l.read(out)
	}()
	t.Cleanup(func() {
		stop()
		<-read
		_ = cmd.Wait() // it was killed
		if t.Failed() {
			t.Logf("%s said:\n%s", name, l.text.String())
		}
	})
	return l
}

// Write keeps what a sample complains about.
func (l *listener) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *listener) read(out io.Reader) {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e told
		err := json.Unmarshal(lines.Bytes(), &e)
		l.mu.Lock()
		if err == nil {
			l.events = append(l.events, e)
		}
		l.text.WriteString(lines.Text() + "\n")
		l.mu.Unlock()
		select {
		case l.more <- struct{}{}:
		default:
		}
	}
}

// await waits for an event that is as wanted.
func (l *listener) await(what string, wanted func(told) bool) told {
	l.t.Helper()
	deadline := time.After(time.Minute)
	for {
		for _, e := range l.all() {
			if wanted(e) {
				return e
			}
		}
		select {
		case <-l.more:
		case <-deadline:
			l.t.Fatalf("%s was not told %s", l.name, what)
		}
	}
}

func (l *listener) all() []told {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]told(nil), l.events...)
}

// answer waits for the answer to a request.
func (l *listener) answer(id, kind string) told {
	l.t.Helper()
	return l.await(kind+" of "+id, func(e told) bool { return e.CorrelationID == id && e.kind() == kind })
}

// connection reads what a program is given to reach the platform.
func (r *running) connection() []string {
	r.t.Helper()
	text, err := os.ReadFile(filepath.Join(r.dir, "connect.env"))
	if err != nil {
		r.t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(text)) {
		if setting, ok := strings.CutPrefix(strings.TrimSpace(line), "export "); ok {
			name, value, _ := strings.Cut(setting, "=")
			out = append(out, name+"="+strings.Trim(value, "'"))
		}
	}
	return out
}

// nodeSamples is a copy of the samples in JavaScript with what they need.
func nodeSamples(t *testing.T) string {
	t.Helper()
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("SKIPPED: the samples in JavaScript need %s, which is not installed", tool)
		}
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(top, "docs", "samples", "subscriber-js"))); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	install := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: the samples in JavaScript need their package, and npm cannot install it: %v\n%s", err, out)
	}
	return dir
}

// freePort is a port that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }() // only its number was wanted
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}
