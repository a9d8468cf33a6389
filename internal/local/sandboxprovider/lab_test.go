package sandboxprovider_test

import (
	"os"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// machineWithExtension is a root with a machine and an extension that names it by its output.
func machineWithExtension(modules, script string) map[string]any {
	return map[string]any{
		"module": map[string]any{
			"vm":    map[string]any{"source": modules + "/virtual-machine", "context": moduleContext("vm")},
			"agent": map[string]any{"source": modules + "/vm-extension", "context": moduleContext("agent"), "machine": "${module.vm.name}", "script": script},
		},
		"output": map[string]any{
			"agent":   map[string]any{"value": map[string]any{"name": "${module.agent.name}", "output": "${module.agent.output}", "honesty": "${module.agent.honesty}"}},
			"address": map[string]any{"value": "${module.vm.address}"},
		},
	}
}

func TestModules_vmExtension(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	w.write(machineWithExtension(modules(t), "echo installed"))
	w.mustRun("apply", "-no-color", "-auto-approve")
	if agent := w.outputs()["agent"].(map[string]any); agent["name"] != "payments-dev-agent" || agent["output"] != "installed\n" || agent["honesty"] != "stand-in" {
		t.Errorf("the extension says %v", agent)
	}
	if out, status := w.planStatus(); status != 0 {
		t.Errorf("a plan right after apply has changes (%d):\n%s", status, out)
	}

	w.write(machineWithExtension(modules(t), "echo no space left; exit 9"))
	if out, status := w.run("apply", "-no-color", "-auto-approve"); status != 1 || !strings.Contains(out, "no space left") {
		t.Errorf("a failing extension (%d):\n%s", status, out)
	}
	w.write(machineWithExtension(modules(t), "echo again"))
	w.mustRun("apply", "-no-color", "-auto-approve")

	// The machine's folder is deleted by hand: machine and extension are made again.
	if err := os.RemoveAll(w.outputs()["address"].(string)); err != nil {
		t.Fatal(err)
	}
	if out, status := w.planStatus(); status != 2 || !strings.Contains(out, "2 to add") {
		t.Errorf("the plan does not show the machine and its extension as gone (%d):\n%s", status, out)
	}
	w.mustRun("apply", "-no-color", "-auto-approve")
	if err := w.api.Delete(t.Context(), sandboxapi.VMExtensions, sandboxapi.ID{Project: "payments", Environment: "dev", Name: "agent"}); err != nil {
		t.Fatal(err)
	}
	if out, status := w.planStatus(); status != 2 || !strings.Contains(out, "module.agent.sandbox_vm_extension.this will be created") {
		t.Errorf("the plan does not show the extension as gone (%d):\n%s", status, out)
	}
	w.mustRun("destroy", "-no-color", "-auto-approve")
	w.wantNothingLeft()
}

// labWithMachines is a root with a lab and machines of a size in it.
func labWithMachines(modules, size string, machines ...string) map[string]any {
	calls := map[string]any{"lab": map[string]any{"source": modules + "/devtest-lab", "context": moduleContext("lab"),
		"maxMachines": 2, "allowedSizes": []any{"small"}, "shutdownTime": "19:00", "timeZone": "Europe/Berlin"}}
	for _, name := range machines {
		calls[name] = map[string]any{"source": modules + "/virtual-machine", "context": moduleContext(name), "size": size, "lab": "${module.lab.name}"}
	}
	return map[string]any{"module": calls, "output": map[string]any{
		"lab": map[string]any{"value": map[string]any{"name": "${module.lab.name}", "address": "${module.lab.address}", "max": "${module.lab.maxMachines}", "honesty": "${module.lab.honesty}"}},
	}}
}

func TestModules_devtestLab(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	w.write(labWithMachines(modules(t), "small", "vm-a", "vm-b"))
	w.mustRun("apply", "-no-color", "-auto-approve")
	if lab := w.outputs()["lab"].(map[string]any); lab["name"] != "payments-dev-lab" || lab["max"] != 2.0 || lab["address"] == "" || lab["honesty"] != "stand-in" {
		t.Errorf("the lab says %v", lab)
	}
	if out, status := w.planStatus(); status != 0 {
		t.Errorf("a plan right after apply has changes (%d):\n%s", status, out)
	}
	w.write(labWithMachines(modules(t), "small", "vm-a", "vm-b", "vm-c"))
	if out, status := w.run("apply", "-no-color", "-auto-approve"); status != 1 || !strings.Contains(unwrapped(out), "has room for 2 machines and has them: vm-a, vm-b") {
		t.Errorf("a third machine (%d):\n%s", status, out)
	}
	w.write(labWithMachines(modules(t), "large", "vm-a", "vm-b"))
	if out, status := w.run("apply", "-no-color", "-auto-approve"); status != 1 || !strings.Contains(unwrapped(out), `allows no machine of the size "large"`) {
		t.Errorf("large machines (%d):\n%s", status, out)
	}
	w.write(labWithMachines(modules(t), "small"))
	w.mustRun("apply", "-no-color", "-auto-approve") // the machines go, the lab stays
	if err := w.api.Delete(t.Context(), sandboxapi.Labs, sandboxapi.ID{Project: "payments", Environment: "dev", Name: "lab"}); err != nil {
		t.Fatal(err)
	}
	if out, status := w.planStatus(); status != 2 || !strings.Contains(out, "module.lab.sandbox_lab.this will be created") {
		t.Errorf("the plan does not show the lab as gone (%d):\n%s", status, out)
	}
	w.write(labWithMachines(modules(t), "small", "vm-a"))
	w.mustRun("apply", "-no-color", "-auto-approve")
	w.mustRun("destroy", "-no-color", "-auto-approve") // the machine before its lab
	w.wantNothingLeft()
}

// unwrapped undoes the engine's line breaks in messages.
func unwrapped(out string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(out, "│", "")), " ")
}
