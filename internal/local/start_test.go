package local_test

import (
	"bytes"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/gofrs/flock"

	"github.com/lazuli-platform/lazuli/internal/local"
)

// config is enough to come as far as the checks before anything is started.
func config(t *testing.T) local.Config {
	t.Helper()
	root := t.TempDir()
	for _, name := range []string{"host.json", "infra/pipelines/deploy.yml", "terraform-provider-sandbox", "lazuli"} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return local.Config{Address: usedPort(t), SitesAddress: "127.0.0.1:0", Dir: filepath.Join(root, "data"), App: root, Repository: root, Bin: root,
		MinimumFree: 1, Log: slog.New(slog.DiscardHandler)}
}

func usedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // nothing is left to close it for
	return l.Addr().String()
}

func refused(t *testing.T, cfg local.Config, says ...string) {
	t.Helper()
	p, err := local.Start(t.Context(), cfg)
	if err == nil {
		_ = p.Close() // the test has failed already
		t.Fatal("it started")
	}
	for _, want := range says {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("it says %q, want %q in it", err, want)
		}
	}
}

func TestStart_usedPort(t *testing.T) {
	refused(t, config(t), "in use by another program", "--address")
}

func TestStart_addressOfOthers(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", "[::]:0", "192.0.2.1:80", ":7071"} {
		cfg := config(t)
		cfg.Address = address
		refused(t, cfg, "not of this machine alone")
	}
}

func TestStart_folderInUse(t *testing.T) {
	cfg := config(t)
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	lock := flock.New(filepath.Join(cfg.Dir, "lock"))
	if taken, err := lock.TryLock(); err != nil || !taken {
		t.Fatal(taken, err)
	}
	refused(t, cfg, "another lazuli up", "--data")
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	refused(t, cfg, "in use by another program") // further than before; and a refused start keeps no lock
	refused(t, cfg, "in use by another program")
}

func TestStart_fullDisk(t *testing.T) {
	cfg := config(t)
	cfg.MinimumFree = 1 << 62
	refused(t, cfg, "MiB free", "make room")
}

func TestStart_notBuilt(t *testing.T) {
	cfg := config(t)
	if err := os.Remove(filepath.Join(cfg.Bin, "lazuli")); err != nil {
		t.Fatal(err)
	}
	refused(t, cfg, "the lazuli command is not there", "make package")
}

func TestStart_keepsKeys(t *testing.T) {
	cfg := config(t)
	path := filepath.Join(cfg.Dir, "secrets.json")
	refused(t, cfg, "in use")
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || (runtime.GOOS != "windows" && info.Mode().Perm() != 0o600) {
		t.Errorf("mode %v, %v: others can read the keys", info.Mode(), err)
	}
	refused(t, cfg, "in use")
	if second, err := os.ReadFile(path); err != nil || !bytes.Equal(first, second) {
		t.Errorf("the keys changed: %v", err)
	}
}

func TestStart_brokenKeys(t *testing.T) {
	for _, content := range []string{"", "{", "{}", `{"signingKey":"x"}`, "null"} {
		cfg := config(t)
		if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(cfg.Dir, "secrets.json")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, cfg, "secrets.json cannot be read", "restore it")
		if left, err := os.ReadFile(path); err != nil || string(left) != content {
			t.Errorf("the file was changed to %q, %v", left, err)
		}
	}
}
