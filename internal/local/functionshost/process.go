package functionshost

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// command is how host.json says the handler is started.
type command struct {
	path       string
	args       []string
	dir        string // the process's folder
	errorsOnly bool
}

// newCommand applies the host's rules: a path that is not rooted is looked for beneath the worker directory and
// else started by its bare text from PATH; arguments are split at blanks after expansion.
func newCommand(root string, handler *customHandler, s settings) command {
	d := handler.Description
	base := root
	if d.WorkerDirectory != "" {
		base = rooted(root, d.WorkerDirectory)
	}
	c := command{dir: rooted(root, d.WorkingDirectory), errorsOnly: d.ErrorsOnly == nil || bool(*d.ErrorsOnly)}
	c.path = s.expandLoosely(d.DefaultExecutablePath)
	if beneath := rooted(base, filepath.FromSlash(c.path)); isFile(beneath) {
		c.path = beneath
	}
	for _, argument := range d.Arguments {
		c.args = append(c.args, strings.Fields(s.expandLoosely(argument))...)
	}
	if d.DefaultWorkerPath != "" {
		c.args = append(c.args, rooted(base, s.expandLoosely(d.DefaultWorkerPath)))
	}
	for _, argument := range d.WorkerArguments {
		c.args = append(c.args, strings.Fields(s.expandLoosely(argument))...)
	}
	return c
}

func rooted(base, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(base, path)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// process is one life of the handler.
type process struct {
	pid    int
	base   string // http://127.0.0.1:<port>
	client *http.Client
	stderr *console

	kill     func()
	recycled atomic.Bool   // killed by the host itself; its end does not count
	exited   chan struct{} // closed when the process has ended and its output is read
	code     int           // valid after exited; -1 for a signal
}

// startProcess starts the handler with the environment that the host gives it. The process ends with kill only.
func startProcess(c command, environ []string, root, id string, log *slog.Logger) (*process, error) {
	port, err := freePort()
	if err != nil {
		return nil, fmt.Errorf("find a port for the handler: %w", err)
	}
	cmd := exec.Command(c.path, c.args...) // no context: the host decides when it ends
	cmd.Dir = c.dir
	cmd.Env = append(environ[:len(environ):len(environ)],
		"FUNCTIONS_CUSTOMHANDLER_PORT="+strconv.Itoa(port), "FUNCTIONS_HTTPWORKER_PORT="+strconv.Itoa(port),
		"FUNCTIONS_CUSTOMHANDLER_WORKER_ID="+id, "FUNCTIONS_HTTPWORKER_ID="+id, "FUNCTIONS_APP_ROOT_PATH="+root)
	stdout := &console{level: stdoutLevel, log: log}
	stderr := &console{level: stderrLevel(c.errorsOnly), log: log}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.WaitDelay = time.Second // a grandchild that holds the pipes open does not hold the host
	dieWithParent(cmd)

	p := &process{base: "http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), client: newClient(), stderr: stderr, exited: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		// Where the kernel ends a child with its parent, the parent is the thread that started it: keep that thread.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		_ = cmd.Wait() // the exit code says it
		stdout.flush()
		stderr.flush()
		p.code = cmd.ProcessState.ExitCode()
		p.client.CloseIdleConnections()
		close(p.exited)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	p.pid = cmd.Process.Pid
	p.kill = func() { _ = cmd.Process.Kill() } // it has ended already, or it ends now
	return p, nil
}

// freePort lets the system choose; another process may take the port before the handler does, which then exits
// and is started again on another.
func freePort() (int, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// newClient speaks plain HTTP/1.1 to the handler: redirects and compression pass through untouched.
func newClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DisableCompression:  true,
			MaxIdleConnsPerHost: 256,
			IdleConnTimeout:     time.Minute,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// readyPoll is how often the host asks a starting handler.
const readyPoll = 25 * time.Millisecond

var errNotReady = errors.New("the handler did not answer GET / in time")

// awaitReady returns when the handler answers anything at all, or fails otherwise than by refusing the
// connection; errNotReady after limit.
func (p *process) awaitReady(ctx context.Context, limit time.Duration) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errNotReady)
	defer cancel()
	tick := time.NewTicker(readyPoll)
	defer tick.Stop()
	for {
		if p.answers(ctx) && ctx.Err() == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-p.exited:
			return errors.New("the handler ended before it was ready")
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (p *process) answers(ctx context.Context) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.base+"/", nil)
	if err != nil {
		return false
	}
	response, err := p.client.Do(request)
	if err == nil {
		_ = response.Body.Close() // any answer will do
		return true
	}
	var socket *net.OpError
	return !errors.As(err, &socket)
}
