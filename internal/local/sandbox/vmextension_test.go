//go:build unix

package sandbox_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

func TestVMExtensions_life(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	vm := put[sandboxapi.Machine](w, sandboxapi.Machines, named("vm"), sandboxapi.MachineSpec{})
	spec := sandboxapi.VMExtensionSpec{Machine: "payments-dev-vm", Script: "echo x >> count; wc -l < count; pwd"}
	ran := func(times string) {
		t.Helper()
		done := put[sandboxapi.VMExtension](w, sandboxapi.VMExtensions, named("agent"), spec)
		fields := strings.Fields(done.Output)
		if len(fields) != 2 || fields[0] != times || filepath.Base(fields[1]) != filepath.Base(vm.Path) {
			t.Errorf("output is %q, want %s lines in the machine's folder %s", done.Output, times, vm.Path)
		}
		if done.Honesty != sandboxapi.StandIn {
			t.Errorf("honesty is %s", done.Honesty)
		}
	}
	ran("1")
	ran("1") // the same one is not run twice
	w.stop()
	w.start()
	ran("1") // nor after a restart
	spec.Revision = "2"
	ran("2")
	spec.Script = "true; " + spec.Script
	ran("3")
	w.wantLeft("machines/vm", "vm-extensions/agent")

	// The machine's folder is deleted by hand: what ran in it is gone too, and runs again in the next machine.
	if err := os.RemoveAll(vm.Path); err != nil {
		t.Fatal(err)
	}
	w.wantGone(sandboxapi.VMExtensions, named("agent"))
	put[sandboxapi.Machine](w, sandboxapi.Machines, named("vm"), sandboxapi.MachineSpec{})
	w.wantGone(sandboxapi.VMExtensions, named("agent"))
	ran("1")

	w.remove(sandboxapi.VMExtensions, named("agent"))
	ran("2")
	w.remove(sandboxapi.Machines, named("vm"))
	w.wantGone(sandboxapi.VMExtensions, named("agent"))
	w.wantLeft()
}

func TestVMExtensions_refusals(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	put[sandboxapi.Machine](w, sandboxapi.Machines, named("vm"), sandboxapi.MachineSpec{})
	put[sandboxapi.Machine](w, sandboxapi.Machines, named("off"), sandboxapi.MachineSpec{Power: sandboxapi.Off})
	for name, c := range map[string]struct {
		spec sandboxapi.VMExtensionSpec
		want string
	}{
		"no script":           {sandboxapi.VMExtensionSpec{Machine: "payments-dev-vm", Script: " "}, "has no script"},
		"another environment": {sandboxapi.VMExtensionSpec{Machine: "payments-prod-vm", Script: "true"}, "is no machine of payments/dev"},
		"a path":              {sandboxapi.VMExtensionSpec{Machine: "payments-dev-../vm", Script: "true"}, "is no machine of payments/dev"},
		"no such machine":     {sandboxapi.VMExtensionSpec{Machine: "payments-dev-vm2", Script: "true"}, "There is no machine payments-dev-vm2"},
		"machine that is off": {sandboxapi.VMExtensionSpec{Machine: "payments-dev-off", Script: "true"}, "Power it on first"},
		"script that fails":   {sandboxapi.VMExtensionSpec{Machine: "payments-dev-vm", Script: "echo no such package; exit 7"}, "no such package"},
	} {
		if err := w.api.Put(t.Context(), sandboxapi.VMExtensions, named("agent"), c.spec, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want a refusal with %q", name, err, c.want)
		}
		w.wantGone(sandboxapi.VMExtensions, named("agent")) // so that asking again runs it again
	}
}
