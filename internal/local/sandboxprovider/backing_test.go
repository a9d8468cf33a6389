package sandboxprovider_test

import (
	"fmt"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"

	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

func redisModule(modules string, persistence bool) map[string]any {
	return map[string]any{
		"module": map[string]any{"cache": map[string]any{"source": modules + "/redis", "context": moduleContext("cache"), "maxMemoryMb": 64, "persistence": persistence}},
		"output": map[string]any{
			"url":   map[string]any{"value": "${module.cache.url}", "sensitive": true},
			"cache": map[string]any{"value": map[string]any{"host": "${module.cache.host}", "port": "${module.cache.port}", "honesty": "${module.cache.honesty}", "is": "${module.cache.implementation}"}},
		},
	}
}

func TestModules_redis(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	w.write(redisModule(modules(t), false))
	w.mustRun("apply", "-no-color", "-auto-approve")
	address, err := url.Parse(w.outputs()["url"].(string))
	if err != nil {
		t.Fatal(err)
	}
	password, _ := address.User.Password()
	if got := reply(t, address.Host, "AUTH "+password); got != "+OK" {
		t.Errorf("the server answers %q", got)
	}
	if cache := w.outputs()["cache"].(map[string]any); cache["host"] != "127.0.0.1" || cache["honesty"] == "" {
		t.Errorf("it says %v", cache)
	}
	if out, status := w.planStatus(); status != 0 {
		t.Errorf("a plan right after apply has changes (%d):\n%s", status, out)
	}
	w.write(redisModule(modules(t), true))
	if out := w.mustRun("apply", "-no-color", "-auto-approve"); strings.Contains(out, password) {
		t.Errorf("the password is in what is printed:\n%s", out)
	}
	if cache := w.outputs()["cache"].(map[string]any); strings.Contains(cache["is"].(string), "empty after a restart") {
		t.Errorf("with persistence it says %v", cache)
	}
	w.goneAndBack(sandboxapi.Caches, "cache", "module.cache.sandbox_redis.this")
}

// reply sends one command of plain words and answers the first line.
func reply(t *testing.T, address, command string) string {
	t.Helper()
	conn, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	words := strings.Fields(command)
	request := fmt.Sprintf("*%d\r\n", len(words))
	for _, word := range words {
		request += fmt.Sprintf("$%d\r\n%s\r\n", len(word), word)
	}
	if _, err := conn.Write([]byte(request)); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 256)
	n, err := conn.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(line[:n]))
}

// goneAndBack removes a resource behind Terraform's back, sees that a plan shows it, and ends with nothing left.
func (w *world) goneAndBack(kind sandboxapi.Kind, name, address string) {
	w.t.Helper()
	if err := w.api.Delete(w.t.Context(), kind, sandboxapi.ID{Project: "payments", Environment: "dev", Name: name}); err != nil {
		w.t.Fatal(err)
	}
	if out, status := w.planStatus(); status != 2 || !strings.Contains(out, address+" will be created") {
		w.t.Errorf("the plan does not show %s as gone (%d):\n%s", address, status, out)
	}
	w.mustRun("apply", "-no-color", "-auto-approve")
	if out, status := w.planStatus(); status != 0 {
		w.t.Errorf("after the repair there are changes (%d):\n%s", status, out)
	}
	w.mustRun("destroy", "-no-color", "-auto-approve")
	w.wantNothingLeft()
}

func queueModule(modules string, sessions bool) map[string]any {
	return map[string]any{
		"module": map[string]any{"orders": map[string]any{"source": modules + "/service-bus-queue", "context": moduleContext("orders"), "maxDeliveryCount": 5, "sessions": sessions}},
		"output": map[string]any{
			"connection": map[string]any{"value": "${module.orders.connectionString}", "sensitive": true},
			"queue":      map[string]any{"value": map[string]any{"name": "${module.orders.name}", "namespace": "${module.orders.namespace}", "honesty": "${module.orders.honesty}"}},
		},
	}
}

func TestModules_serviceBusQueue(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	w.write(queueModule(modules(t), false))
	w.mustRun("apply", "-no-color", "-auto-approve")
	queue := w.outputs()["queue"].(map[string]any)
	if queue["name"] != "payments-dev-orders" || queue["honesty"] != "stand-in" {
		t.Errorf("the queue says %v", queue)
	}
	client, err := azservicebus.NewClientFromConnectionString(w.outputs()["connection"].(string), nil)
	if err != nil {
		t.Fatal(err)
	}
	sender, err := client.NewSender(queue["name"].(string), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := sender.SendMessage(t.Context(), &azservicebus.Message{Body: []byte("one")}, nil); err != nil {
		t.Errorf("the queue takes no message: %v", err)
	}
	if err := client.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if out, status := w.planStatus(); status != 0 {
		t.Errorf("a plan right after apply has changes (%d):\n%s", status, out)
	}
	w.write(queueModule(modules(t), true))
	if out, status := w.planStatus(); status != 2 || !strings.Contains(out, "must be replaced") {
		t.Errorf("the plan does not say that sessions need another queue (%d):\n%s", status, out)
	}
	w.mustRun("apply", "-no-color", "-auto-approve")
	w.goneAndBack(sandboxapi.Queues, "orders", "module.orders.sandbox_queue.this")
}

func TestModules_keyVault(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	w.write(map[string]any{
		"module": map[string]any{"keys": map[string]any{"source": modules(t) + "/key-vault", "context": moduleContext("keys"), "softDeleteDays": 30}},
		"output": map[string]any{"vault": map[string]any{"value": map[string]any{"name": "${module.keys.name}", "uri": "${module.keys.uri}", "is": "${module.keys.implementation}"}}},
	})
	w.mustRun("apply", "-no-color", "-auto-approve")
	vault := w.outputs()["vault"].(map[string]any)
	if vault["name"] != "payments.dev.keys" || vault["uri"] != "http://localhost:7071/vault/payments.dev.keys" || !strings.Contains(vault["is"].(string), "gone at once") {
		t.Errorf("the vault says %v", vault)
	}
	if _, _, err := w.vault.PutSecret(t.Context(), "payments.dev.keys", "api-key", "hunter2"); err != nil {
		t.Fatal(err)
	}
	if out, status := w.planStatus(); status != 0 {
		t.Errorf("a plan right after apply has changes (%d):\n%s", status, out)
	}
	w.goneAndBack(sandboxapi.Vaults, "keys", "module.keys.sandbox_vault.this")
}
