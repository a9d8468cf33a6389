package sandboxprovider_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/engine"
	"github.com/lazuli-platform/lazuli/internal/local/keyvault"
	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
	"github.com/lazuli-platform/lazuli/internal/local/sandboxprovider"
)

const token = "a token for tests"

// world is a sandbox with an engine that reaches it.
type world struct {
	t       *testing.T
	sandbox *sandbox.Sandbox
	vault   *keyvault.Vaults
	api     *sandboxapi.Client
	url     string
	engine  string
	root    string // the Terraform root
	dir     string // the sandbox's
	environ []string
}

// buildProvider builds the provider once for all tests of the package.
var buildProvider = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "lazuli-provider-")
	if err != nil {
		return "", err
	}
	binary := filepath.Join(dir, sandboxprovider.Binary)
	out, err := exec.Command("go", "build", "-o", binary, "github.com/lazuli-platform/lazuli/cmd/terraform-provider-sandbox").CombinedOutput()
	if err != nil {
		return "", &buildError{string(out), err}
	}
	return binary, nil
})

type buildError struct {
	output string
	err    error
}

func (e *buildError) Error() string { return e.err.Error() + ": " + e.output }

func TestMain(m *testing.M) {
	if os.Getenv("SERVE_AS_WORKLOAD") != "" {
		serveAsWorkload()
		return
	}
	code := m.Run()
	if binary, err := buildProvider(); err == nil {
		_ = os.RemoveAll(filepath.Dir(binary))
	}
	os.Exit(code)
}

// findEngine looks for a program that these tests can run; LAZULI_TEST_ENGINE names another one.
func findEngine(t *testing.T) string {
	t.Helper()
	candidates := []string{os.Getenv("LAZULI_TEST_ENGINE"), "tofu", "terraform"}
	for _, name := range candidates {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("SKIPPED: neither tofu nor terraform is on the PATH, so no module can be applied; set LAZULI_TEST_ENGINE")
	return ""
}

func newWorld(t *testing.T, postgres sandbox.PostgresConfig) *world {
	t.Helper()
	w := &world{t: t, engine: findEngine(t), vault: newVault(t), root: t.TempDir(), dir: sandboxDir(t)}
	binary, err := buildProvider()
	if err != nil {
		t.Fatalf("build the provider: %v", err)
	}
	cliConfig, err := engine.WriteCLIConfig(t.TempDir(), binary)
	if err != nil {
		t.Fatal(err)
	}
	w.sandbox, err = sandbox.Open(sandbox.Config{
		Dir: w.dir, SitesAddr: "127.0.0.1:0", Token: token, Postgres: postgres, Now: time.Now, Secrets: w.vault,
		Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := w.sandbox.Close(ctx); err != nil {
			t.Errorf("close sandbox: %v", err)
		}
	})
	if err := w.sandbox.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(w.sandbox.Handler())
	t.Cleanup(server.Close)
	w.url, w.api = server.URL, sandboxapi.NewClient(server.URL, token)
	w.environ = append(engine.CleanEnviron(os.Environ(), cliConfig),
		sandboxprovider.URLVariable+"="+server.URL, sandboxprovider.TokenVariable+"="+token)
	return w
}

// modules is the folder of the modules under test.
func modules(t *testing.T) string {
	t.Helper()
	folder, err := filepath.Abs("../../../infra/modules/local")
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// write replaces the root's configuration, a JSON document, and initialises it.
func (w *world) write(config map[string]any) {
	w.t.Helper()
	text, err := json.Marshal(config)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.root, "main.tf.json"), text, 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.mustRun("init", "-no-color")
}

// run answers what the engine printed and its exit status.
func (w *world) run(args ...string) (string, int) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, w.engine, args...)
	cmd.Dir, cmd.Env = w.root, w.environ
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		w.t.Fatalf("%s %s: %v", w.engine, strings.Join(args, " "), err)
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

func (w *world) mustRun(args ...string) string {
	w.t.Helper()
	out, code := w.run(args...)
	if code != 0 {
		w.t.Fatalf("%s: exit status %d\n%s", strings.Join(args, " "), code, out)
	}
	return out
}

// planStatus is 0 for no changes and 2 for changes.
func (w *world) planStatus() (string, int) {
	w.t.Helper()
	return w.run("plan", "-no-color", "-detailed-exitcode")
}

// outputs answers the root's outputs.
func (w *world) outputs() map[string]any {
	w.t.Helper()
	var values map[string]struct {
		Value any `json:"value"`
	}
	if err := json.Unmarshal([]byte(w.mustRun("output", "-json")), &values); err != nil {
		w.t.Fatal(err)
	}
	plain := map[string]any{}
	for name, output := range values {
		plain[name] = output.Value
	}
	return plain
}

// visit fetches a site's address. Names under localhost are for browsers; here the host goes into the request.
func (w *world) visit(address string) (int, string) {
	w.t.Helper()
	return visit(w.t, w.sandbox.SitesAddr(), address)
}

// newVault is a vault that nobody reads by HTTP.
func newVault(t *testing.T) *keyvault.Vaults {
	t.Helper()
	vaults, err := keyvault.Open(keyvault.Config{
		Dir: t.TempDir(), BaseURL: "http://localhost:7071/vault", Now: time.Now, Logger: slog.New(slog.DiscardHandler),
		Authorize: func(*http.Request, string, bool) error { return keyvault.ErrUnauthenticated },
	})
	if err != nil {
		t.Fatal(err)
	}
	return vaults
}

// adminDSN is the administrator's address of the private cluster.
func (w *world) adminDSN() string {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(w.dir, "postgres.json"))
	if err != nil {
		w.t.Fatal(err)
	}
	var state struct {
		Port     int    `json:"port"`
		Password string `json:"password"`
	}
	if err := json.Unmarshal(text, &state); err != nil {
		w.t.Fatal(err)
	}
	return fmt.Sprintf("postgres://lazuli:%s@127.0.0.1:%d/postgres", state.Password, state.Port)
}

// sandboxDir is a folder that PostgreSQL's own user can get to, which those of t.TempDir are not: as root, the cluster
// would lie outside of it.
func sandboxDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "lazuli-sandbox-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
