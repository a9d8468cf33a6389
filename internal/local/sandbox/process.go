package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// processSpec is a command that should be running.
type processSpec struct {
	Name   string // for the log
	Argv   []string
	Dir    string
	Env    []string // the whole environment: nothing of ours is inherited
	Output string   // file that stdout and stderr are appended to
	PID    string   // file that names the running process, to end it after a crash of ours
}

// Back-off between restarts: doubled from firstPause to maxPause, and back to the first after steadyAfter of running.
const (
	firstPause  = 500 * time.Millisecond
	maxPause    = 30 * time.Second
	steadyAfter = time.Minute
	stopGrace   = 5 * time.Second // between the request to end and the kill
	maxOutput   = 5 << 20         // bytes of output after which the file is renamed to .1
)

// process keeps a command running until it is stopped.
type process struct {
	spec   processSpec
	logger *slog.Logger
	cancel context.CancelFunc
	done   chan struct{}

	mu     sync.Mutex
	pid    int
	status string
}

// supervise starts the command and starts it again whenever it ends. The first failure to start is an error.
// What an earlier life of the sandbox has left running under the same pid file is ended first.
func supervise(spec processSpec, logger *slog.Logger) (*process, error) {
	endStray(spec.PID)
	ctx, cancel := context.WithCancel(context.Background()) // ended by stop
	p := &process{spec: spec, logger: logger, cancel: cancel, done: make(chan struct{})}
	cmd, err := p.launch()
	if err != nil {
		cancel()
		return nil, err
	}
	go p.keep(ctx, cmd)
	return p, nil
}

// keep owns the running command; it returns when ctx ends and nothing of the command is left.
func (p *process) keep(ctx context.Context, cmd *exec.Cmd) {
	defer close(p.done)
	pause := firstPause
	for cmd != nil {
		started := time.Now() // measures how long it ran: nothing that is stored or shown
		err := p.watch(ctx, cmd)
		if time.Since(started) > steadyAfter {
			pause = firstPause
		}
		cmd, pause = p.again(ctx, err, pause)
	}
	p.set(0, "stopped")
}

// again starts the command after a pause, which grows each time; nil when ctx ends first.
func (p *process) again(ctx context.Context, ended error, pause time.Duration) (*exec.Cmd, time.Duration) {
	for ctx.Err() == nil {
		p.set(0, fmt.Sprintf("failed: it ended (%s) and is started again in %s", ending(ended), pause))
		p.logger.Warn("process ended, it will be started again", "name", p.spec.Name, "ending", ending(ended), "after", pause)
		if !wait(ctx, pause) {
			break
		}
		pause = min(2*pause, maxPause)
		cmd, err := p.launch()
		if err == nil {
			return cmd, pause
		}
		ended = err
	}
	return nil, pause
}

// wait reports false when ctx ends first.
func wait(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// launch starts the command once, in a process group of its own.
func (p *process) launch() (*exec.Cmd, error) {
	if info, err := os.Stat(p.spec.Output); err == nil && info.Size() > maxOutput {
		_ = os.Rename(p.spec.Output, p.spec.Output+".1") // a failure means a larger file, no more
	}
	output, err := os.OpenFile(p.spec.Output, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("output of %s: %w", p.spec.Name, err)
	}
	defer func() { _ = output.Close() }()                   // the process has its own copy
	cmd := exec.Command(p.spec.Argv[0], p.spec.Argv[1:]...) // #nosec G204 -- running the user's command on his own machine is the feature
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = p.spec.Dir, p.spec.Env, output, output
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", p.spec.Name, err)
	}
	p.set(cmd.Process.Pid, "running")
	if err := rememberPID(p.spec.PID, cmd.Process.Pid); err != nil {
		p.logger.Warn("a crash would leave this process behind", "name", p.spec.Name, "error", err)
	}
	return cmd, nil
}

// watch waits for the command's end, or brings it about when ctx ends. Then it kills what is left of its group.
func (p *process) watch(ctx context.Context, cmd *exec.Cmd) error {
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }() // ends with the process, which this function waits for on every path
	var err error
	select {
	case err = <-ended:
	case <-ctx.Done():
		endGroup(cmd.Process.Pid)
		timer := time.NewTimer(stopGrace)
		defer timer.Stop()
		select {
		case err = <-ended:
		case <-timer.C:
			killGroup(cmd.Process.Pid)
			err = <-ended
		}
	}
	killGroup(cmd.Process.Pid)
	if removeErr := os.Remove(p.spec.PID); removeErr != nil && !errors.Is(removeErr, fs.ErrNotExist) {
		p.logger.Warn("pid file stays behind", "name", p.spec.Name, "error", removeErr)
	}
	return err
}

func ending(err error) string {
	if err == nil {
		return "exit status 0"
	}
	return err.Error()
}

func (p *process) set(pid int, status string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pid, p.status = pid, status
}

// state answers the process id, 0 when it is not running, and a status for people.
func (p *process) state() (pid int, status string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pid, p.status
}

// stop asks the process to end, kills it after stopGrace, and returns when nothing of it is left.
func (p *process) stop() {
	p.cancel()
	<-p.done
}

// pidFile names a process so that another one with the same number is not taken for it.
type pidFile struct {
	PID     int    `json:"pid"`
	Started string `json:"started"` // as the system tells it
}

func rememberPID(path string, pid int) error {
	text, err := json.Marshal(pidFile{PID: pid, Started: processStarted(pid)})
	if err != nil {
		return fmt.Errorf("pid file: %w", err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return fmt.Errorf("pid file: %w", err)
	}
	return nil
}

// strayGrace is how long a killed process may take to be gone, and its port with it.
const strayGrace = 2 * time.Second

// endStray kills the process group that a pid file names, if it is still the same one, and waits a little for its end.
func endStray(path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		return // the usual case: it was stopped in order
	}
	var stray pidFile
	same := func() bool { return processStarted(stray.PID) == stray.Started }
	if json.Unmarshal(text, &stray) == nil && stray.PID > 1 && stray.Started != "" && same() {
		killGroup(stray.PID)
		ctx, cancel := context.WithTimeout(context.Background(), strayGrace)
		defer cancel()
		for same() && wait(ctx, 10*time.Millisecond) {
		}
	}
	_ = os.Remove(path) // it is written anew in a moment
}

// plainEnv is the environment for programs that belong to users: enough to run, none of what the platform holds.
func plainEnv(home string, extra map[string]string) []string {
	env := []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir(), "LANG=C.UTF-8"}
	if runtime.GOOS == "windows" {
		env = append(env, "SystemRoot="+os.Getenv("SystemRoot"), "TEMP="+os.TempDir())
	}
	for name, value := range extra {
		env = append(env, name+"="+value)
	}
	return env
}

// tail answers the end of an output file for a message to a person.
func tail(path string, lines int) string {
	text, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return "(no output)"
	}
	return lastLines(text, lines)
}

func lastLines(text []byte, lines int) string {
	all := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
