//go:build unix

package sandbox_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// serveAsSite answers /NAME with the environment variable of that name, and ends at /exit.
func serveAsSite() {
	server := &http.Server{Addr: "127.0.0.1:" + os.Getenv("PORT"), ReadHeaderTimeout: time.Second}
	server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/exit" {
			os.Exit(3)
		}
		_, _ = fmt.Fprint(w, os.Getenv(strings.TrimPrefix(r.URL.Path, "/")))
	})
	fmt.Println(server.ListenAndServe())
}

// alive reports whether a process exists that is no zombie of ours.
func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

func (w *world) machine(name string) sandboxapi.Machine {
	w.t.Helper()
	var now sandboxapi.Machine
	if err := w.api.Get(w.t.Context(), sandboxapi.Machines, named(name), &now); err != nil {
		w.t.Fatal(err)
	}
	return now
}

func TestMachines_life(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	vm := put[sandboxapi.Machine](w, sandboxapi.Machines, named("vm"), sandboxapi.MachineSpec{
		StartupScript: "echo hello from $LAZULI_MACHINE > greeting; sleep 600 & echo $! > service.pid",
		SSHKey:        "ssh-ed25519 AAAA me@laptop",
	})
	if vm.Honesty != sandboxapi.StandIn || vm.Power != sandboxapi.On {
		t.Errorf("the machine is %+v", vm)
	}
	greeting := filepath.Join(vm.Path, "greeting")
	w.eventually("the start-up script has run", func() bool {
		text, err := os.ReadFile(greeting)
		return err == nil && string(text) == "hello from vm\n"
	})
	var service int
	w.eventually("the service has started", func() bool {
		text, err := os.ReadFile(filepath.Join(vm.Path, "service.pid"))
		_, scanErr := fmt.Sscan(string(text), &service)
		return err == nil && scanErr == nil
	})

	// Somebody kills the machine's process: it comes back, as a machine would.
	if err := syscall.Kill(vm.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	w.eventually("the machine is up again", func() bool { now := w.machine("vm"); return now.PID != 0 && now.PID != vm.PID })
	w.eventually("what the first life had started is gone", func() bool { return !alive(service) })

	pid := w.machine("vm").PID
	if err := w.api.SetPower(t.Context(), sandboxapi.Machines, named("vm"), sandboxapi.Off); err != nil {
		t.Fatal(err)
	}
	if now := w.machine("vm"); now.Power != sandboxapi.Off || alive(pid) {
		t.Errorf("powered off, the machine is %+v", now)
	}
	w.stop()
	w.start()
	if now := w.machine("vm"); now.Power != sandboxapi.Off {
		t.Errorf("a restart powered the machine on: %+v", now)
	}
	put[sandboxapi.Machine](w, sandboxapi.Machines, named("vm"), sandboxapi.MachineSpec{Power: sandboxapi.On})
	w.stop()
	w.start()
	if now := w.machine("vm"); now.Power != sandboxapi.On || now.PID == 0 {
		t.Errorf("a restart did not power the machine on: %+v", now)
	}
	w.remove(sandboxapi.Machines, named("vm"))
	w.wantLeft()
}

func TestMachines_extensions(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	vm := put[sandboxapi.Machine](w, sandboxapi.Machines, named("vm"), sandboxapi.MachineSpec{})
	spec := sandboxapi.ExtensionSpec{Script: "echo x >> count; wc -l < count; pwd"}
	for range 2 { // the same script is not run twice
		done, err := w.api.PutExtension(t.Context(), named("vm"), "agent", spec)
		if err != nil {
			t.Fatal(err)
		}
		if fields := strings.Fields(done.Output); len(fields) != 2 || fields[0] != "1" || filepath.Base(fields[1]) != filepath.Base(vm.Path) {
			t.Errorf("output is %q, want one line in the machine's folder %s", done.Output, vm.Path)
		}
	}
	spec.Revision = "2"
	if done, err := w.api.PutExtension(t.Context(), named("vm"), "agent", spec); err != nil || !strings.HasPrefix(strings.TrimSpace(done.Output), "2") {
		t.Errorf("a new revision: %q %v", done.Output, err)
	}
	_, err := w.api.PutExtension(t.Context(), named("vm"), "broken", sandboxapi.ExtensionSpec{Script: "echo cannot find the package; exit 7"})
	if err == nil || !strings.Contains(err.Error(), "cannot find the package") || !strings.Contains(err.Error(), "exit status 7") {
		t.Errorf("a script that fails is reported as %v", err)
	}
	if _, err := w.api.GetExtension(t.Context(), named("vm"), "broken"); !sandboxapi.IsGone(err) {
		t.Errorf("a failed extension is recorded: %v", err)
	}
	if err := w.api.SetPower(t.Context(), sandboxapi.Machines, named("vm"), sandboxapi.Off); err != nil {
		t.Fatal(err)
	}
	if _, err := w.api.PutExtension(t.Context(), named("vm"), "late", spec); err == nil || !strings.Contains(err.Error(), "is off") {
		t.Errorf("an extension of a machine that is off: %v", err)
	}
	w.remove(sandboxapi.Machines, named("vm"))
	if err := w.api.DeleteExtension(t.Context(), named("vm"), "agent"); err != nil {
		t.Errorf("deleting an extension after its machine: %v", err)
	}
	put[sandboxapi.Machine](w, sandboxapi.Machines, named("vm"), sandboxapi.MachineSpec{})
	if _, err := w.api.GetExtension(t.Context(), named("vm"), "agent"); !sandboxapi.IsGone(err) {
		t.Errorf("a new machine has the old one's extension: %v", err)
	}
}
