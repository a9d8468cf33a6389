package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// TofuVersion is the OpenTofu that is built where no engine is installed; .ci/tofu/go.mod pins the same.
const TofuVersion = "1.12.6"

// Config says where to look for an engine and how to build one.
type Config struct {
	Setting  string // the user's choice, a path or a name on the PATH; when it is given nothing else is looked at
	CacheDir string // where what was built is kept, see [DefaultCacheDir]
	ToolsDir string // folder with the go.mod to build OpenTofu from; empty or missing: it cannot be built
	Progress func(Status)
	Logger   *slog.Logger
}

// State says how far the engine is.
type State string

// The states of an engine. Missing, Ready and Failed are final.
const (
	Missing  State = "missing"  // none is installed and none can be built
	Building State = "building" // deployments wait
	Ready    State = "ready"
	Failed   State = "failed" // the build failed
)

// Status is what is known about the engine at one moment.
type Status struct {
	State   State
	Program string // "OpenTofu" or "Terraform"
	Version string // such as 1.11.4
	Path    string // of the executable; empty unless Ready
	Origin  string // for people: "as set", "on PATH", "built earlier", "built now"
	Done    int    // packages that have been compiled, while Building
	Total   int    // packages to compile at most, 0 while that is being found out
	Problem string // a sentence with what to do, when Missing or Failed
}

// String is one line for people.
func (s Status) String() string {
	switch s.State {
	case Ready:
		return fmt.Sprintf("%s %s (%s)", s.Program, s.Version, s.Origin)
	case Building:
		if s.Total == 0 {
			return fmt.Sprintf("%s %s is being built: fetching its source", s.Program, s.Version)
		}
		return fmt.Sprintf("%s %s is being built: %d of at most %d packages", s.Program, s.Version, s.Done, s.Total)
	default:
		return s.Problem
	}
}

// Engine is the program that was found, or that is on its way.
type Engine struct {
	cfg    Config
	cancel context.CancelFunc
	done   chan struct{} // closed when the state is final

	mu     sync.Mutex
	status Status
}

// DefaultCacheDir is the user's cache folder for tools; xdgCacheHome is the value of XDG_CACHE_HOME, which may be empty.
func DefaultCacheDir(xdgCacheHome string) (string, error) {
	if filepath.IsAbs(xdgCacheHome) {
		return filepath.Join(xdgCacheHome, "lazuli", "tools"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find the folder for tools: %w", err)
	}
	return filepath.Join(home, ".cache", "lazuli", "tools"), nil
}

// Resolve finds an engine, or begins to build one and returns at once. It is an error when the user's own choice cannot
// be used; everything else is told by [Engine.Status]. Call [Engine.Close] in the end.
func Resolve(ctx context.Context, cfg Config) (*Engine, error) {
	e := &Engine{cfg: cfg, cancel: func() {}, done: make(chan struct{})}
	if cfg.Setting != "" {
		found, err := probe(ctx, cfg.Setting)
		if err != nil {
			return nil, fmt.Errorf("the Terraform engine that was set: %w", err)
		}
		found.Origin = "as set"
		e.finish(found)
		return e, nil
	}
	found, refused := onPath(ctx)
	if found.State != Ready {
		found = cached(ctx, cfg.CacheDir)
	}
	if found.State == Ready {
		e.finish(found)
		return e, nil
	}
	if reason := e.cannotBuild(); reason != nil {
		e.finish(Status{State: Missing, Problem: sentence("There is no Terraform engine", errors.Join(refused, reason),
			"Install OpenTofu or Terraform 1.6 or later, or name one in the settings")})
		return e, nil
	}
	e.report(Status{State: Building, Program: "OpenTofu", Version: TofuVersion})
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	e.cancel = cancel
	go e.build(run) // ends with e.done, which Close waits for
	return e, nil
}

// onPath answers the first usable engine; the error says why those that are there cannot be used.
func onPath(ctx context.Context) (Status, error) {
	var refused error
	for _, name := range []string{"tofu", "terraform"} {
		found, err := probe(ctx, name)
		if err == nil {
			found.Origin = "on PATH"
			return found, nil
		}
		if !errors.Is(err, exec.ErrNotFound) {
			refused = errors.Join(refused, err)
		}
	}
	return Status{}, refused
}

// cached answers an engine that was built earlier, by whichever Go.
func cached(ctx context.Context, dir string) Status {
	programs, _ := filepath.Glob(filepath.Join(dir, "tofu-"+TofuVersion+"-*", executable("tofu"))) // the only error is a bad pattern
	for _, program := range programs {
		if found, err := probe(ctx, program); err == nil {
			found.Origin = "built earlier"
			return found
		}
	}
	return Status{}
}

// cannotBuild says what is missing for a build, nil when nothing is.
func (e *Engine) cannotBuild() error {
	if _, err := exec.LookPath("go"); err != nil {
		return errors.New("OpenTofu cannot be built: Go is not installed")
	}
	if e.cfg.ToolsDir == "" {
		return errors.New("OpenTofu cannot be built outside of Lazuli's repository")
	}
	if _, err := os.Stat(filepath.Join(e.cfg.ToolsDir, "go.mod")); err != nil {
		return fmt.Errorf("OpenTofu cannot be built: %w", err)
	}
	return nil
}

// Status answers at once.
func (e *Engine) Status() Status {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.status
}

// Wait answers the executable's path, once there is one. The error has a sentence for people.
func (e *Engine) Wait(ctx context.Context) (string, error) {
	select {
	case <-e.done:
	case <-ctx.Done():
		return "", fmt.Errorf("wait for the Terraform engine (%s): %w", e.Status(), ctx.Err())
	}
	status := e.Status()
	if status.State != Ready {
		return "", errors.New(status.Problem)
	}
	return status.Path, nil
}

// Close ends a build that is going on and waits for it. What it has compiled stays in Go's cache, so that the next one is shorter.
func (e *Engine) Close() {
	e.cancel()
	<-e.done
}

// report sets the status and tells whoever watches.
func (e *Engine) report(status Status) {
	e.mu.Lock()
	e.status = status
	e.mu.Unlock()
	if e.cfg.Progress != nil {
		e.cfg.Progress(status)
	}
}

// finish sets a final status.
func (e *Engine) finish(status Status) {
	e.report(status)
	close(e.done)
}
