package servicebus_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
)

// inNamespace is set in the process that may mount the small disk.
const inNamespace = "LAZULI_TEST_SERVICE_BUS_NAMESPACE_MADE"

// On a full disk a message is refused, what was acknowledged is kept and can be received, and when there is room again
// the same server goes on.
func TestDiskFull_refusesAndLosesNothing(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("SKIPPED: only root can mount the small file system that this test fills")
	}
	if os.Getenv(inNamespace) == "" {
		inMountNamespace(t)
		return
	}
	folder := t.TempDir()
	if err := syscall.Mount("servicebus-test", folder, "tmpfs", 0, "size=2m"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	ballast := filepath.Join(folder, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 512<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "servicebus.db")
	connection, kill := child(t, file)
	b := dial(t, connection)

	kept := 0
	for ; b.try() == nil; kept++ {
		if kept > 1000 {
			t.Fatal("the disk was never full")
		}
	}
	for range 5 {
		if b.try() == nil {
			t.Error("a message was acknowledged on a full disk")
		}
	}
	if n := b.held(); n != kept || kept == 0 {
		t.Errorf("%d messages were acknowledged, %d are there", kept, n)
	}
	kill()
	connection, _ = child(t, file)
	b = dial(t, connection)
	if n := b.held(); n != kept {
		t.Errorf("%d messages were acknowledged, %d are there after kill -9", kept, n)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if err := b.try(); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

// try sends a large message and gives up soon: the client would retry for long.
func (b *bus) try() error {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Second)
	defer cancel()
	s := b.sender("plain")
	defer func() { _ = s.Close(ctx) }() // after a failure there may be nothing left to close
	return s.SendMessage(ctx, &azservicebus.Message{Body: make([]byte, 30_000)}, nil)
}

// held is how many messages the queue holds.
func (b *bus) held() (n int) {
	b.Helper()
	r := b.receiver("plain", nil)
	for from := int64(1); ; {
		ms, err := r.PeekMessages(b.ctx, 100, &azservicebus.PeekMessagesOptions{FromSequenceNumber: &from})
		b.check(err)
		if len(ms) == 0 {
			return n
		}
		n, from = n+len(ms), *ms[len(ms)-1].SequenceNumber+1
	}
}

// inMountNamespace runs this test again in a process whose mounts nobody else sees and which vanish with it.
func inMountNamespace(t *testing.T) {
	t.Helper()
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+t.Name()+"$", "-test.v")
	again.Env = append(os.Environ(), inNamespace+"=1")
	again.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	out, err := again.CombinedOutput()
	if errors.Is(err, syscall.EPERM) {
		t.Skipf("SKIPPED: a mount namespace cannot be made here: %v", err)
	}
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Fatalf("%v\n%s", err, out)
	}
}
