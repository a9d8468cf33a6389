package auth_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/cli/auth"
)

func TestStore_keyring(t *testing.T) {
	p := start(t)
	ring := &drawer{}
	u := p.person(ring)
	u.loginAs("developer")
	token := u.token(u.cfg)
	raw, err := os.ReadFile(filepath.Join(u.dir, "sign-ins.json"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), token) || strings.Contains(string(raw), "refresh_token") || u.out.String() != "" {
		t.Errorf("the file holds %s; the user reads %q", raw, u.out)
	}
	if u.token(u.later(2*time.Hour)) == token {
		t.Error("not refreshed")
	}
	if err := ring.Delete("lazuli", p.url); err != nil {
		t.Fatal(err)
	}
	u.wantLoginNeeded(u.cfg, "in the keyring, which cannot be read")
}

func TestStore_keyringThatHangs(t *testing.T) {
	t.Parallel()
	p := start(t)
	ring := make(stuckKeyring)
	defer close(ring)
	u := p.person(ring)
	began := time.Now()
	u.loginAs("developer")
	u.token(u.later(2 * time.Hour)) // must not wait a second time
	if took := time.Since(began); took > 9*time.Second {
		t.Errorf("took %s", took)
	}
	if !strings.Contains(u.out.String(), "the keyring did not answer within 5s") {
		t.Errorf("the user reads: %s", u.out)
	}
}

func TestStore_fileIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no mode bits; the settings folder's access list protects the file")
	}
	u := start(t).person(nil)
	u.loginAs("developer")
	file := filepath.Join(u.dir, "sign-ins.json")
	for path, want := range map[string]os.FileMode{u.dir: 0o700, file: 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode().Perm(), want)
		}
	}
	if err := os.Chmod(file, 0o644); err != nil { //nolint:gosec // the mistake under test
		t.Fatal(err)
	}
	_, err := auth.TokenSource(u.cfg)(t.Context())
	if err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("got %v", err)
	}
}

func TestStore_damagedFile(t *testing.T) {
	u := start(t).person(nil)
	u.loginAs("developer")
	if err := os.WriteFile(filepath.Join(u.dir, "sign-ins.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := auth.TokenSource(u.cfg)(t.Context())
	if err == nil || !strings.Contains(err.Error(), "is damaged") {
		t.Errorf("got %v", err)
	}
}

func TestReadEnvironment(t *testing.T) {
	read := func(vars map[string]string) (auth.Environment, error) {
		return auth.ReadEnvironment(func(name string) string { return vars[name] })
	}
	env, err := read(map[string]string{"LAZULI_TOKEN": "t", "LAZULI_CONFIG_DIR": "/settings", "LAZULI_KEYRING": "off"})
	if err != nil || env.Token != "t" || env.Dir != "/settings" || env.Keyring != nil {
		t.Errorf("got %+v, %v", env, err)
	}
	env, err = read(nil)
	if err != nil || env.Token != "" || filepath.Base(env.Dir) != "lazuli" || env.Keyring == nil {
		t.Errorf("by default: %+v, %v", env, err)
	}
	if _, err := read(map[string]string{"LAZULI_KEYRING": "maybe"}); err == nil {
		t.Error("LAZULI_KEYRING=maybe was accepted")
	}
}

// The system's own keyring, as a headless machine has it: whatever it says, it says so soon.
func TestSystemKeyring_answersOrIsGivenUp(t *testing.T) {
	if runtime.GOOS != "linux" || os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		t.Skip("this machine has a keyring of its own, which a test must not write to")
	}
	t.Parallel()
	u := start(t).person(auth.SystemKeyring())
	u.loginAs("developer")
	u.token(u.cfg)
}
