package sandboxprovider_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
)

// The template kubernetes-team gives a cluster whose kubeconfig opens its API, and everything goes again.
func TestTemplates_kubernetesTeam(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	w.write(map[string]any{
		"module": map[string]any{"cluster": map[string]any{"source": modules(t) + "/aks-cluster", "context": moduleContext("cluster"), "kubernetesVersion": "1.34"}},
		"output": map[string]any{"kubeconfig": map[string]any{"value": "${module.cluster.kubeconfig}", "sensitive": true}, "endpoint": map[string]any{"value": "${module.cluster.endpoint}"}},
	})
	w.mustRun("apply", "-no-color", "-auto-approve")
	var kubeconfig struct {
		Clusters []struct{ Cluster struct{ Server string } }
		Users    []struct{ User struct{ Token string } }
	}
	if err := json.Unmarshal([]byte(w.outputs()["kubeconfig"].(string)), &kubeconfig); err != nil {
		t.Fatal(err)
	}
	ask := func(token string) (int, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, kubeconfig.Clusters[0].Cluster.Server+"/api/v1/namespaces", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(body)
	}
	if status, body := ask(kubeconfig.Users[0].User.Token); status != http.StatusOK || !strings.Contains(body, `"kube-system"`) {
		t.Errorf("with the kubeconfig: %d %s", status, body)
	}
	if status, _ := ask("guessed"); status != http.StatusUnauthorized {
		t.Errorf("with a guessed token: %d", status)
	}
	if out, status := w.planStatus(); status != 0 {
		t.Errorf("a plan right after apply has changes (%d):\n%s", status, out)
	}
	w.mustRun("destroy", "-no-color", "-auto-approve")
	if status, _ := ask(kubeconfig.Users[0].User.Token); status == http.StatusOK {
		t.Error("a destroyed cluster answers")
	}
	if left, err := w.api.Leftovers(t.Context(), "payments", "dev"); err != nil || len(left) != 0 {
		t.Errorf("left over: %v %v", left, err)
	}
}
