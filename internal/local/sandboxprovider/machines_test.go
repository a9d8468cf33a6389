package sandboxprovider_test

import (
	"os"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// machineAndStorage is a root with the two kinds that stand in for something; script is run in the machine.
func machineAndStorage(modules, script string) map[string]any {
	return map[string]any{
		"module": map[string]any{
			"vm": map[string]any{"source": modules + "/virtual-machine", "context": moduleContext("vm"), "size": "small",
				"startupScript": "echo started", "extensions": []any{map[string]any{"name": "agent", "script": script}}},
			"files": map[string]any{"source": modules + "/storage-account", "context": moduleContext("files"), "containers": []any{"logs", "invoices"}},
		},
		"output": map[string]any{
			"vm": map[string]any{"value": map[string]any{"honesty": "${module.vm.honesty}", "power": "${module.vm.power}",
				"address": "${module.vm.address}", "extensions": "${module.vm.extensions}"}},
			"files": map[string]any{"value": map[string]any{"honesty": "${module.files.honesty}", "containers": "${module.files.containers}"}},
		},
	}
}

func TestModules_machineAndStorage(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	w.write(machineAndStorage(modules(t), "echo agent installed > agent; cat agent"))
	w.mustRun("apply", "-no-color", "-auto-approve")
	vm := w.outputs()["vm"].(map[string]any)
	if vm["honesty"] != "stand-in" || vm["power"] != "on" || vm["extensions"].(map[string]any)["agent"] != "agent installed\n" {
		t.Errorf("the machine says %v", vm)
	}
	if text, err := os.ReadFile(vm["address"].(string) + "/agent"); err != nil || string(text) != "agent installed\n" {
		t.Errorf("the extension left %q (%v)", text, err)
	}
	if out, status := w.planStatus(); status != 0 {
		t.Errorf("a plan right after apply has changes (%d):\n%s", status, out)
	}

	// Changed by hand: the machine switched off, a container deleted.
	vmID, filesID := sandboxapi.ID{Project: "payments", Environment: "dev", Name: "vm"}, sandboxapi.ID{Project: "payments", Environment: "dev", Name: "files"}
	if err := w.api.SetPower(t.Context(), sandboxapi.Machines, vmID, sandboxapi.Off); err != nil {
		t.Fatal(err)
	}
	var files sandboxapi.Storage
	if err := w.api.Get(t.Context(), sandboxapi.Storages, filesID, &files); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(files.Path + "/logs"); err != nil {
		t.Fatal(err)
	}
	if out, status := w.planStatus(); status != 2 || !strings.Contains(out, "2 to change") {
		t.Errorf("the plan does not show what was changed by hand (%d):\n%s", status, out)
	}

	// Another script that fails: the error tells what the script said.
	w.write(machineAndStorage(modules(t), "echo no space left; exit 9"))
	if out, status := w.run("apply", "-no-color", "-auto-approve"); status != 1 || !strings.Contains(out, "no space left") || !strings.Contains(out, "exit status 9") {
		t.Errorf("a failing extension (%d):\n%s", status, out)
	}
	w.mustRun("destroy", "-no-color", "-auto-approve")
	w.wantNothingLeft()
}

// A secret that somebody else has written over shows as a change, and the next apply writes ours again.
func TestModules_secretWrittenOver(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	w.write(map[string]any{
		"module": map[string]any{"key": map[string]any{"source": modules(t) + "/vault-secret", "context": moduleContext("api"), "name": "api-key", "value": "ours"}},
		"output": map[string]any{"reference": map[string]any{"value": "${module.key.reference}"}},
	})
	w.mustRun("apply", "-no-color", "-auto-approve")
	if got, want := w.outputs()["reference"], "http://localhost:7071/vault/payments.dev/secrets/api-key"; got != want {
		t.Errorf("reference is %v, want %s", got, want)
	}
	if _, _, err := w.vault.PutSecret(t.Context(), "payments.dev", "api-key", "theirs"); err != nil {
		t.Fatal(err)
	}
	if out, status := w.planStatus(); status != 2 || strings.Contains(out, "theirs") || strings.Contains(out, "ours") {
		t.Errorf("the plan (%d):\n%s", status, out)
	}
	w.mustRun("apply", "-no-color", "-auto-approve")
	if out, status := w.planStatus(); status != 0 {
		t.Errorf("after the repair there are changes (%d):\n%s", status, out)
	}
	w.mustRun("destroy", "-no-color", "-auto-approve")
	w.wantNothingLeft()
}

func TestProvider_notConfigured(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	w.write(map[string]any{"module": map[string]any{"files": map[string]any{"source": modules(t) + "/storage-account", "context": moduleContext("files")}}})
	w.environ = append(w.environ, "LAZULI_SANDBOX_TOKEN=")
	if out, status := w.run("plan", "-no-color"); status != 1 || !strings.Contains(out, "Set LAZULI_SANDBOX_TOKEN") {
		t.Errorf("without a token (%d):\n%s", status, out)
	}
	w.environ = append(w.environ, "LAZULI_SANDBOX_TOKEN=x", "LAZULI_SANDBOX_URL=http://127.0.0.1:1")
	if out, status := w.run("apply", "-no-color", "-auto-approve"); status != 1 || !strings.Contains(out, "does not answer") {
		t.Errorf("without a sandbox (%d):\n%s", status, out)
	}
}
