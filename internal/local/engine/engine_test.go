//go:build unix

package engine_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/engine"
)

// program writes a shell script that answers as an engine of that version does.
func program(t *testing.T, dir, name, banner string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	script(t, path, "echo '"+banner+"'; echo 'on linux_amd64'")
	return path
}

func script(t *testing.T, path, body string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

// onlyPath makes dir, and the few tools that scripts need, all that the PATH has.
func onlyPath(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, tool := range []string{"cat", "sleep", "mkdir", "cp", "chmod"} {
		for _, folder := range []string{"/bin", "/usr/bin"} {
			if _, err := os.Stat(filepath.Join(folder, tool)); err == nil {
				if err := os.Symlink(filepath.Join(folder, tool), filepath.Join(dir, tool)); err != nil {
					t.Fatal(err)
				}
				break
			}
		}
	}
	t.Setenv("PATH", dir)
	return dir
}

func resolve(t *testing.T, cfg engine.Config) *engine.Engine {
	t.Helper()
	cfg.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	if cfg.CacheDir == "" {
		cfg.CacheDir = t.TempDir()
	}
	e, err := engine.Resolve(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

func TestResolve_order(t *testing.T) {
	dir := onlyPath(t)
	cache := t.TempDir()
	built := program(t, filepath.Join(cache, "tofu-"+engine.TofuVersion+"-go1.2.3"), "tofu", "OpenTofu v"+engine.TofuVersion)

	e := resolve(t, engine.Config{CacheDir: cache})
	if s := e.Status(); s.Path != built || s.String() != "OpenTofu "+engine.TofuVersion+" (built earlier)" {
		t.Errorf("with nothing on the PATH: %+v", s)
	}
	program(t, dir, "terraform", "Terraform v1.11.4")
	if s := resolve(t, engine.Config{CacheDir: cache}).Status(); s.String() != "Terraform 1.11.4 (on PATH)" {
		t.Errorf("with terraform on the PATH: %s", s)
	}
	program(t, dir, "tofu", "OpenTofu v1.10.6")
	if s := resolve(t, engine.Config{CacheDir: cache}).Status(); s.String() != "OpenTofu 1.10.6 (on PATH)" {
		t.Errorf("with both on the PATH: %s", s)
	}
	set := program(t, t.TempDir(), "my-engine", "Terraform v1.6.0")
	e = resolve(t, engine.Config{CacheDir: cache, Setting: set})
	if path, err := e.Wait(t.Context()); err != nil || path != set {
		t.Errorf("with a setting: %s %v", path, err)
	}
}

func TestResolve_unusable(t *testing.T) {
	dir := onlyPath(t)
	program(t, dir, "terraform", "Terraform v1.5.7")
	e := resolve(t, engine.Config{})
	if s := e.Status(); s.State != engine.Missing || !strings.Contains(s.Problem, "1.5.7") || !strings.Contains(s.Problem, "Install OpenTofu or Terraform") {
		t.Errorf("with an old terraform only: %+v", s)
	}
	if _, err := e.Wait(t.Context()); err == nil || !strings.Contains(err.Error(), "Go is not installed") {
		t.Errorf("waiting for what will never come: %v", err)
	}
	for name, banner := range map[string]string{"old": "Terraform v1.5.7", "other": "GNU tar"} {
		cfg := engine.Config{Setting: program(t, t.TempDir(), name, banner), Logger: slog.New(slog.DiscardHandler)}
		if _, err := engine.Resolve(t.Context(), cfg); err == nil {
			t.Errorf("the setting %s (%s) was taken", name, banner)
		}
	}
	if _, err := engine.Resolve(t.Context(), engine.Config{Setting: "/nowhere/tofu"}); err == nil {
		t.Error("a setting that does not exist was taken")
	}
}

// fakeGo puts a go command on the PATH that knows two packages and "compiles" them as build says.
func fakeGo(t *testing.T, build string) (toolsDir string) {
	t.Helper()
	script(t, filepath.Join(onlyPath(t), "go"), `
case "$1" in
env) echo go9.9.9;;
list) echo one; echo two;;
build)
	while [ "$1" != "-o" ]; do shift; done
	`+build+`
	;;
esac`)
	toolsDir = t.TempDir()
	if err := os.WriteFile(filepath.Join(toolsDir, "go.mod"), []byte("module tools\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return toolsDir
}

// progress remembers every status that it was told.
type progress struct {
	mu    sync.Mutex
	lines []string
}

func (p *progress) add(s engine.Status) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines = append(p.lines, s.String())
}

func TestResolve_buildsOnceInTheBackground(t *testing.T) {
	tools := fakeGo(t, `echo one >&2; echo two >&2
	echo '#!/bin/sh' > "$2"; echo 'echo "OpenTofu v`+engine.TofuVersion+`"' >> "$2"; chmod +x "$2"`)
	cache := t.TempDir()
	var seen progress
	e := resolve(t, engine.Config{ToolsDir: tools, CacheDir: cache, Progress: seen.add})
	path, err := e.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(cache, "tofu-"+engine.TofuVersion+"-go9.9.9", "tofu"); path != want {
		t.Errorf("built at %s, want %s", path, want)
	}
	start := "OpenTofu " + engine.TofuVersion + " is being built: "
	want := []string{start + "fetching its source", start + "0 of at most 2 packages", start + "1 of at most 2 packages", start + "2 of at most 2 packages",
		"OpenTofu " + engine.TofuVersion + " (built now)"}
	if !slices.Equal(seen.lines, want) {
		t.Errorf("progress was %q, want %q", seen.lines, want)
	}
	if s := resolve(t, engine.Config{ToolsDir: tools, CacheDir: cache}).Status(); s.Origin != "built earlier" {
		t.Errorf("the second time: %+v", s)
	}
}

func TestResolve_buildFails(t *testing.T) {
	tools := fakeGo(t, `echo one >&2; echo "tofu.go:1:1: no space left on device" >&2; exit 1`)
	cache := t.TempDir()
	e := resolve(t, engine.Config{ToolsDir: tools, CacheDir: cache})
	if _, err := e.Wait(t.Context()); err == nil || !strings.Contains(err.Error(), "no space left on device") {
		t.Errorf("the failure says %v", err)
	}
	if s := e.Status(); s.State != engine.Failed {
		t.Errorf("state is %s", s.State)
	}
	if left, _ := filepath.Glob(filepath.Join(cache, "*", "*")); len(left) != 0 {
		t.Errorf("the failed build has left %v", left)
	}
}

func TestEngine_waitAndClose(t *testing.T) {
	started := filepath.Join(t.TempDir(), "started")
	tools := fakeGo(t, `echo one >&2; echo > `+started+`; trap 'exit 1' INT; while :; do sleep 0.05; done`)
	building := make(chan struct{})
	var once sync.Once
	e := resolve(t, engine.Config{ToolsDir: tools, Progress: func(s engine.Status) {
		if s.Done > 0 {
			once.Do(func() { close(building) })
		}
	}})
	<-building
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := e.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "1 of at most 2 packages") {
		t.Errorf("an impatient deployment is told %v", err)
	}
	e.Close()
	if s := e.Status(); s.State != engine.Failed {
		t.Errorf("after closing, the state is %s", s.State)
	}
}

func TestTofuVersion_isTheOneThatIsBuilt(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", ".ci", "tofu", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	pinned := regexp.MustCompile(`github.com/opentofu/opentofu v(\S+)`).FindSubmatch(text)
	if pinned == nil || string(pinned[1]) != engine.TofuVersion {
		t.Errorf(".ci/tofu/go.mod pins %q, this package says %s", pinned, engine.TofuVersion)
	}
}

// TestResolve_buildsOpenTofu builds the real thing, ten minutes of two cores, and so only when it is asked for.
func TestResolve_buildsOpenTofu(t *testing.T) {
	cache := os.Getenv("LAZULI_TEST_BUILD_ENGINE")
	if cache == "" {
		t.Skip("SKIPPED: set LAZULI_TEST_BUILD_ENGINE to a cache folder to build OpenTofu from source (about 10 minutes)")
	}
	goFolder := filepath.Dir(lookPath(t, "go"))
	t.Setenv("PATH", goFolder+":/usr/bin:/bin")
	tools, err := filepath.Abs(filepath.Join("..", "..", "..", ".ci", "tofu"))
	if err != nil {
		t.Fatal(err)
	}
	e := resolve(t, engine.Config{CacheDir: cache, ToolsDir: tools, Progress: func(s engine.Status) {
		if s.Done%100 == 0 {
			t.Log(time.Now().Format(time.TimeOnly), s)
		}
	}})
	path, err := e.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Log(time.Now().Format(time.TimeOnly), path)
}
