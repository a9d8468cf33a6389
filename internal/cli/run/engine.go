package run

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform/mask"
)

const (
	// engineWait is how long a run waits for an engine that is still being built.
	engineWait = 40 * time.Minute
	// engineStop is how long an engine that was asked to stop may take to put its state in order.
	engineStop = 5 * time.Minute
)

// safe makes text of others fit to leave the agent: without secrets, and harmless on the agent's log.
func safe(text string) string { return harmless(mask.Text(text)) }

// harmless takes the power from text of others: a line that holds ##vso[ or ##[ is obeyed by the agent, wherever in it that
// stands, and control characters act on terminals. What is dropped goes first: two signs may only then stand side by side.
func harmless(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 {
			return -1
		}
		return r
	}, text)
	for strings.Contains(text, "##") { // three in a row take two rounds
		text = strings.ReplaceAll(text, "##", "# #")
	}
	return text
}

// RunEngine runs the engine in a folder beneath the run's root, its output made safe. When it fails, the first error is kept for
// the result and told to the agent as an issue of this step.
func (s *Session) RunEngine(ctx context.Context, step, folder string, args []string) error {
	said, err := s.stream(ctx, folder, args)
	if err == nil {
		return nil
	}
	why := firstError(step, said, err)
	fmt.Fprintf(s.Out, "##vso[task.logissue type=error]%s\n", safe(why.Message))
	if werr := s.keepFirst(why); werr != nil {
		return errors.Join(err, werr)
	}
	return fmt.Errorf("%s %s: %w", s.Engine, args[0], err)
}

// errorFile keeps the first failure of the run: what fails after it, fails because of it.
const errorFile = "error.json"

func (s *Session) keepFirst(why failure) error {
	if _, err := os.Stat(s.path(errorFile)); err == nil {
		return nil
	}
	return s.writeJSON(errorFile, why)
}

// stream copies the engine's output line by line and returns it. The end of ctx interrupts the engine, which then puts its
// state in order; only after engineStop is it killed.
func (s *Session) stream(ctx context.Context, folder string, args []string) ([]string, error) {
	engine, err := s.findEngine(ctx)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, engine, args...) // #nosec G204 -- the engine is a setting of the agent, the arguments are our scripts'
	cmd.Dir = s.path("root", folder)
	ownGroup(cmd) // the agent interrupts the whole group: the engine would hear of it twice, and takes the second time for "at once"
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = engineStop
	reader, writer := io.Pipe()
	cmd.Stdout, cmd.Stderr = writer, writer
	var said []string
	copied := make(chan struct{})
	go func() {
		defer close(copied)
		said = s.copyLines(reader)
	}()
	err = cmd.Run()
	_ = writer.Close() // never fails
	<-copied
	return said, err
}

func (s *Session) copyLines(from io.Reader) []string {
	var said []string
	var masked mask.Stream
	lines := bufio.NewReaderSize(from, 64<<10)
	for {
		line, err := lines.ReadString('\n')
		if line = masked.Line(harmless(strings.TrimRight(line, "\r\n"))); line != "" || err == nil {
			fmt.Fprintln(s.Out, line)
			said = append(said, line)
		}
		if err != nil {
			return said
		}
	}
}

// capture runs the engine and returns what it printed, which is not shown: it may hold values.
func (s *Session) capture(ctx context.Context, folder string, args ...string) ([]byte, error) {
	engine, err := s.findEngine(ctx)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, engine, args...) // #nosec G204 -- as in stream
	cmd.Dir = s.path("root", folder)
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s %s: %w: %s", s.Engine, args[0], err, safe(complaint.String()))
	}
	return out.Bytes(), nil
}

// findEngine waits for an engine that is being built, and says so. What keeps it from being built stands beside its place.
func (s *Session) findEngine(ctx context.Context) (string, error) {
	deadline := time.Now().Add(engineWait)
	for tell := 0; ; tell++ {
		path, err := exec.LookPath(s.Engine)
		if err == nil {
			return path, nil
		}
		if problem, readErr := os.ReadFile(s.Engine + ".problem"); readErr == nil {
			return "", errors.New(string(problem))
		}
		if !strings.ContainsRune(s.Engine, os.PathSeparator) || time.Now().After(deadline) {
			return "", fmt.Errorf("there is no Terraform engine at %q: %w", s.Engine, err)
		}
		if tell%15 == 0 {
			fmt.Fprintln(s.Out, "The Terraform engine is still being built; waiting for it.")
		}
		timer := time.NewTimer(time.Second)
		select {
		case <-ctx.Done():
			timer.Stop()
			return "", fmt.Errorf("wait for the Terraform engine: %w", ctx.Err())
		case <-timer.C:
		}
	}
}
