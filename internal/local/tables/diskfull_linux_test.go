package tables_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"
)

// On a disk that is really full the server says so, keeps what it acknowledged, goes on reading, and goes on writing when
// there is room again.
func TestDiskFull_saysSoAndLosesNothing(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("SKIPPED: only root can mount the small file system that this test fills")
	}
	if os.Getenv("TABLES_TEST_NAMESPACE") == "" {
		runInMountNamespace(t)
		return
	}
	folder := t.TempDir()
	if err := syscall.Mount("tables-test", folder, "tmpfs", 0, "size=1536k"); err != nil {
		t.Fatalf("mount a small file system: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	ballast := filepath.Join(folder, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 256<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "tables.db")
	connection, kill := serveInChild(t, file)
	service := sdkClient(t, connection)
	if _, err := service.CreateTable(t.Context(), "things", nil); err != nil {
		t.Fatal(err)
	}
	c := service.NewClient("things")

	kept := fillDisk(t, c)
	if len(kept) == 0 {
		t.Fatal("the disk was full before the first row")
	}
	wantRows(t, c, kept, "while the disk is full")
	for range 20 { // a full disk that is written to again and again must not come to harm
		if _, err := c.AddEntity(t.Context(), bigRow(t, "again"), nil); err == nil {
			t.Fatal("a row was acknowledged on a full disk")
		}
	}
	wantRows(t, c, kept, "after more failed writes")

	kill()
	connection, _ = serveInChild(t, file)
	c = sdkClient(t, connection).NewClient("things")
	wantRows(t, c, kept, "after kill -9 on a full disk")

	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	mustAdd(t, c, bigRow(t, "room"))
	wantRows(t, c, append(kept, "room"), "when there is room again")
}

// runInMountNamespace runs this test again in a process whose mounts nobody else sees and which vanish with it.
func runInMountNamespace(t *testing.T) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	again := exec.CommandContext(t.Context(), self, "-test.run", "^"+t.Name()+"$", "-test.v") //nolint:gosec // this very test binary
	again.Env = append(os.Environ(), "TABLES_TEST_NAMESPACE=1")
	again.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	out, err := again.CombinedOutput()
	if errors.Is(err, syscall.EPERM) {
		t.Skipf("SKIPPED: a mount namespace cannot be made here: %v", err)
	}
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Fatalf("%v\n%s", err, out)
	}
}

func bigRow(t *testing.T, key string) []byte {
	return row(t, "p", key, "A", strings.Repeat("a", 30000))
}

// fillDisk adds rows until the disk is full and returns the keys that were acknowledged.
func fillDisk(t *testing.T, c *aztables.Client) []string {
	t.Helper()
	var kept []string
	for i := range 1000 {
		key := fmt.Sprintf("%03d", i)
		_, err := c.AddEntity(t.Context(), bigRow(t, key), nil)
		if err == nil {
			kept = append(kept, key)
			continue
		}
		var response *azcore.ResponseError
		if !errors.As(err, &response) || response.StatusCode != 500 || response.ErrorCode != "InternalError" {
			t.Fatalf("got %v, want 500 InternalError", err)
		}
		for _, say := range []string{"disk of the data folder is full", "Free some space"} {
			if !strings.Contains(err.Error(), say) {
				t.Errorf("the error does not say %q: %v", say, err)
			}
		}
		return kept
	}
	t.Fatal("the disk was never full")
	return nil
}

func wantRows(t *testing.T, c *aztables.Client, want []string, when string) {
	t.Helper()
	got := map[string]bool{}
	for _, key := range list(t, c, nil) {
		got[key] = true
	}
	for _, key := range want {
		if !got[key] {
			t.Errorf("%s: acknowledged row %s is missing", when, key)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d rows, want %d", when, len(got), len(want))
	}
}
