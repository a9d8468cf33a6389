package sandboxprovider_test

import (
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
)

// A run reads the secret values of its environment and of its project, each in the version that is named, and no others.
func TestModules_vaultRead(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	addressOf := func(vault, value string) string {
		id, reference, err := w.vault.PutSecret(t.Context(), vault, "value-password", value)
		if err != nil {
			t.Fatal(err)
		}
		return reference + "/" + id
	}
	read := func(address string) map[string]any {
		return map[string]any{
			"module": map[string]any{"value_PASSWORD": map[string]any{"source": modules(t) + "/vault-read", "reference": address,
				"context": map[string]any{"project": "payments", "environment": "dev"}}},
			"output": map[string]any{"value": map[string]any{"value": "${module.value_PASSWORD.value}", "sensitive": true}},
		}
	}
	old := addressOf("v.payments.dev", "first")
	for address, want := range map[string]string{old: "first", addressOf("v.payments.dev", "second"): "second", addressOf("v.payments", "ours"): "ours"} {
		w.write(read(address))
		if out := w.mustRun("apply", "-no-color", "-auto-approve"); strings.Contains(out, want) {
			t.Errorf("the secret is shown:\n%s", out)
		}
		if got := w.outputs()["value"]; got != want {
			t.Errorf("%s is %v, want %s", address, got, want)
		}
	}
	for _, address := range []string{addressOf("v.payments.test", "x"), addressOf("v.orders", "x"), addressOf("payments.dev", "x"), old + "0", "http://elsewhere/v.payments/secrets/x/1", ""} {
		w.write(read(address))
		if out, status := w.run("plan", "-no-color"); status != 1 || !strings.Contains(out, "There is no secret of payments/dev or its project") {
			t.Errorf("%s (%d):\n%s", address, status, out)
		}
	}
}
