package local_test

import (
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/local"
)

// config is one that passes the first checks: what is built need only be there.
func config(t *testing.T) local.Config {
	t.Helper()
	dir := t.TempDir()
	for _, file := range []string{"app/host.json", "repo/infra/pipelines/deploy.yml", "bin/lazuli", "bin/terraform-provider-sandbox"} {
		path := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return local.Config{Address: "127.0.0.1:0", SitesAddress: "127.0.0.1:0", Dir: filepath.Join(dir, "data"), App: filepath.Join(dir, "app"),
		Repository: filepath.Join(dir, "repo"), Bin: filepath.Join(dir, "bin"), Log: slog.New(slog.DiscardHandler)}
}

// Every reason not to start is one sentence that says what to do.
func TestStart_refuses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for name, test := range map[string]struct {
		change func(*local.Config)
		says   []string
	}{
		"a used port":      {func(c *local.Config) { c.Address = taken.Addr().String() }, []string{"is in use", "--address"}},
		"an open address":  {func(c *local.Config) { c.Address = "0.0.0.0:7071" }, []string{"not of this machine alone"}},
		"no address":       {func(c *local.Config) { c.Address = "7071" }, []string{"is not host:port"}},
		"a full disk":      {func(c *local.Config) { c.MinimumFree = 1 << 62 }, []string{"MiB free", "make room"}},
		"nothing packaged": {func(c *local.Config) { c.App = c.Dir }, []string{"make package"}},
		"keys that are broken": {func(c *local.Config) {
			if err := os.MkdirAll(c.Dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(c.Dir, "secrets.json"), []byte("{"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, []string{"cannot be read", "restore it"}},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config(t)
			test.change(&cfg)
			p, err := local.Start(t.Context(), cfg)
			if err == nil {
				t.Fatalf("it started at %s", p.URL())
			}
			for _, want := range test.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("says %q, want %q in it", err, want)
				}
			}
		})
	}
}

// The keys are made once, kept, and readable by their owner alone. (The entities of Service Bus are missing here, so that the
// start ends after the keys.)
func TestStart_keepsItsKeys(t *testing.T) {
	cfg := config(t)
	read := func() string {
		if _, err := local.Start(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "entities of Service Bus") {
			t.Fatalf("started: %v", err)
		}
		path := filepath.Join(cfg.Dir, "secrets.json")
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("keys: %v %v", info, err)
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	if first, second := read(), read(); first != second || len(first) < 200 {
		t.Error("the keys changed at the second start")
	}
}
