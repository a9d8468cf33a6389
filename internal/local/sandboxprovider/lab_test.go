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
