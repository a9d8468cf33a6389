package engine

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	tofuPackage = "github.com/opentofu/opentofu/cmd/tofu"
	// A build takes 650 CPU seconds. Fetching the source (1.7 GB in all) comes on top.
	buildTimeout = 2 * time.Hour
	stopGrace    = 10 * time.Second
)

// build makes OpenTofu from source, in the background and with low priority.
func (e *Engine) build(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, buildTimeout)
	defer cancel()
	started := time.Now() // for the log only
	path, err := e.compile(ctx)
	if err != nil {
		e.cfg.Logger.Error("OpenTofu could not be built", "error", err)
		e.finish(Status{State: Failed, Program: "OpenTofu", Version: TofuVersion, Problem: sentence("OpenTofu could not be built", err,
			"Install OpenTofu or Terraform 1.6 or later, or start again to try once more")})
		return
	}
	found, err := probe(ctx, path)
	if err != nil {
		e.finish(Status{State: Failed, Program: "OpenTofu", Version: TofuVersion, Problem: sentence("OpenTofu was built but does not run", err,
			"Install OpenTofu or Terraform 1.6 or later")})
		return
	}
	found.Origin = "built now"
	e.cfg.Logger.Info("OpenTofu was built", "path", path, "took", time.Since(started).Round(time.Second))
	e.finish(found)
}

// compile answers the path of the finished program, which is in its place only when it is whole.
func (e *Engine) compile(ctx context.Context) (string, error) {
	version, err := e.goTool(ctx, nil, "env", "GOVERSION")
	if err != nil {
		return "", err
	}
	folder := filepath.Join(e.cfg.CacheDir, "tofu-"+TofuVersion+"-"+strings.TrimSpace(version))
	if err := os.MkdirAll(folder, 0o755); err != nil { // #nosec G301 -- a program, no secret
		return "", fmt.Errorf("folder for tools: %w", err)
	}
	packages, err := e.goTool(ctx, nil, "list", "-deps", tofuPackage)
	if err != nil {
		return "", err
	}
	status := Status{State: Building, Program: "OpenTofu", Version: TofuVersion, Total: strings.Count(packages, "\n")}
	e.report(status)
	path := filepath.Join(folder, executable("tofu"))
	fresh := fmt.Sprintf("%s.%d", path, os.Getpid()) // two of us may build at a time
	_, err = e.goTool(ctx, func(string) { status.Done++; e.report(status) },
		"build", "-v", "-trimpath", "-ldflags", "-s -w -X github.com/opentofu/opentofu/version.dev=no", "-o", fresh, tofuPackage)
	if err != nil {
		return "", errors.Join(err, removeIfThere(fresh))
	}
	if err := os.Rename(fresh, path); err != nil {
		return "", fmt.Errorf("put OpenTofu in place: %w", err)
	}
	return path, nil
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// goTool runs the go command in the tools folder and answers its output. Each line of its other output that names a
// package goes to compiled as it comes; the rest is kept for the error.
func (e *Engine) goTool(ctx context.Context, compiled func(string), args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...) // #nosec G204 -- arguments of ours
	cmd.Dir = e.cfg.ToolsDir
	// -p=2: the platform serves while this runs, and two compilers at a time leave room for it and for memory.
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-p=2 -buildvcs=false", "GOWORK=off")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // go ends its compilers then
	cmd.WaitDelay = stopGrace
	var out bytes.Buffer
	cmd.Stdout = &out
	messages, err := cmd.StderrPipe()
	if err != nil {
		return "", fmt.Errorf("go %s: %w", args[0], err)
	}
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("go %s: %w", args[0], err)
	}
	lowerPriority(cmd.Process.Pid)
	complaints := watch(messages, compiled)
	if err := cmd.Wait(); err != nil {
		return "", fmt.Errorf("go %s: %w: %s", args[0], errors.Join(ctx.Err(), err), strings.Join(complaints, "; "))
	}
	return out.String(), nil
}

// watch reads to the end: package paths (they have no spaces and are what `go build -v` prints) are reported, the last few
// of all other lines answered.
func watch(messages io.Reader, compiled func(string)) []string {
	const kept = 5
	var complaints []string
	lines := bufio.NewScanner(messages)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if compiled != nil && line != "" && !strings.ContainsAny(line, " \t:#") {
			compiled(line)
			continue
		}
		complaints = append(complaints, line)
		complaints = complaints[max(0, len(complaints)-kept):]
	}
	return complaints
}
