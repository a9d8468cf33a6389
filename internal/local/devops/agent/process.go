package agent

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// maxLine is how long a line of output may be; the rest of a longer one is dropped, and the line says so.
const maxLine = 1 << 20

// drainTime is how long output is still read after a process is gone: something that left its process group may hold
// the pipe open for ever.
const drainTime = 2 * time.Second

// process is one command to run with its whole process group under control.
type process struct {
	path  string
	args  []string
	dir   string
	env   []string
	grace Grace
	// line gets each line of output, one at a time. stderr is true for lines of standard error if split is set; else both
	// come through one pipe, in the order in which they were written.
	line  func(text string, stderr bool)
	split bool
}

// run starts the process and waits for it. When ctx ends, the process group is asked to stop with ever stronger signals;
// run still returns the exit code then. Nothing of the process group is left when run returns.
func (p process) run(ctx context.Context) (exitCode int, err error) {
	cmd := exec.Command(p.path, p.args...) //nolint:gosec // running what the pipeline says is what an agent is for
	cmd.Dir, cmd.Env = p.dir, p.env
	ownGroup(cmd)
	output, err := p.pipes(cmd)
	if err != nil {
		return 0, err
	}
	defer output.close()
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("start %s: %w", p.path, err)
	}
	output.started(p.line)
	exited := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		p.stop(ctx, cmd, exited)
	}()
	waitErr := cmd.Wait()
	close(exited)
	<-stopped
	killGroup(cmd) // children that the leader left behind
	output.drain()
	var exit *exec.ExitError
	switch {
	case waitErr == nil:
		return 0, nil
	case errors.As(waitErr, &exit):
		return exitStatus(exit), nil
	default:
		return 0, fmt.Errorf("wait for %s: %w", p.path, waitErr)
	}
}

// stop waits for ctx or the exit, and sends the signals.
func (p process) stop(ctx context.Context, cmd *exec.Cmd, exited <-chan struct{}) {
	select {
	case <-exited:
		return
	case <-ctx.Done():
	}
	interruptGroup(cmd)
	if waited(exited, p.grace.Interrupt) {
		return
	}
	terminateGroup(cmd)
	if waited(exited, p.grace.Terminate) {
		return
	}
	killGroup(cmd)
}

// waited says whether done came before the time was over.
func waited(done <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}

// output reads the pipes of a process.
type output struct {
	readers []*os.File
	writers []*os.File
	mu      sync.Mutex // one line at a time
	done    sync.WaitGroup
}

func (p process) pipes(cmd *exec.Cmd) (*output, error) {
	o := &output{}
	n := 1
	if p.split {
		n = 2
	}
	for range n {
		r, w, err := os.Pipe()
		if err != nil {
			o.close()
			return nil, fmt.Errorf("make pipe: %w", err)
		}
		o.readers, o.writers = append(o.readers, r), append(o.writers, w)
	}
	cmd.Stdout, cmd.Stderr = o.writers[0], o.writers[n-1]
	return o, nil
}

// started closes our copy of the writing ends and begins to read.
func (o *output) started(line func(string, bool)) {
	for _, w := range o.writers {
		_ = w.Close() // a pipe end that was never written to
	}
	o.writers = nil
	for i, r := range o.readers {
		stderr := i == 1
		o.done.Go(func() {
			readLines(r, func(text string) {
				o.mu.Lock()
				defer o.mu.Unlock()
				line(text, stderr)
			})
		})
	}
}

// drain waits for the end of the output, for a while.
func (o *output) drain() {
	deadline := time.Now().Add(drainTime) // the wall clock: it is about the kernel, not about the run
	for _, r := range o.readers {
		_ = r.SetReadDeadline(deadline) // pipes have deadlines; if one had not, the writers are dead anyway
	}
	o.done.Wait()
}

func (o *output) close() {
	for _, f := range append(o.readers, o.writers...) {
		_ = f.Close() // nothing is buffered in them
	}
}

// readLines calls f with each line until the end, whatever bytes there are.
func readLines(r io.Reader, f func(string)) {
	reader := bufio.NewReaderSize(r, 64<<10)
	var line []byte
	dropped := false
	for {
		part, more, err := reader.ReadLine()
		if room := maxLine - len(line); len(part) > room {
			part, dropped = part[:room], true
		}
		line = append(line, part...)
		if err == nil && more {
			continue
		}
		if err != nil && len(line) == 0 {
			return
		}
		text := string(line)
		if dropped {
			text += " … (the line is longer than 1 MiB; the rest is not kept)"
		}
		f(text)
		if err != nil {
			return
		}
		line, dropped = line[:0], false
	}
}
