package main_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/local"
)

// What an application keeps things in: made by a pipeline, used as an application would, gone with its environment.
func TestBacking(t *testing.T) {
	r := startPlatform(t, func(cfg *local.Config) { cfg.NoPostgres = true })
	r.project("payments")
	dev, kind, id := r.as("developer"), "dev", "01BACKING0000000000000001A"
	made, err := dev.PutEnvironmentWithResponse(t.Context(), "payments", "dev", &api.PutEnvironmentParams{OperationID: &id}, api.EnvironmentSpec{
		Type: &kind, Manifest: &api.Manifest{Resources: map[string]api.ManifestResource{
			"keys": {Type: "key-vault"}, "cache": {Type: "redis"}, "orders": {Type: "service-bus-queue"}}}})
	if err != nil || made.StatusCode() != http.StatusCreated {
		t.Fatalf("create: %v %s", err, said(made.Body))
	}
	if op := r.await(id); op.Status != "Succeeded" {
		t.Fatalf("operation ended as %s: %+v", op.Status, op.Error)
	}
	env := mustGet(t, r, "dev")

	uri, _ := env.Outputs["keys"]["uri"].(string)
	ofEnvironment := strings.TrimSuffix(uri, ".keys") // the vault with the environment's outputs
	r.as("viewer")
	for _, c := range []struct {
		user, vault string
		want        int
	}{
		{"developer", uri, http.StatusOK}, {"viewer", uri, http.StatusForbidden},
		{"developer", ofEnvironment, http.StatusForbidden}, {"developer", ofEnvironment + ".other", http.StatusForbidden},
	} {
		if got := r.writeSecret(c.user, c.vault); got != c.want {
			t.Errorf("%s writes into %s: %d, want %d", c.user, c.vault, got, c.want)
		}
	}

	if got := pingRedis(t, readSecret(t, r, env.Outputs["cache"]["url"])); got != "+OK +PONG" {
		t.Errorf("redis answers %q", got)
	}
	bus, err := azservicebus.NewClientFromConnectionString(readSecret(t, r, env.Outputs["orders"]["connectionString"]), nil)
	if err != nil {
		t.Fatal(err)
	}
	queue, _ := env.Outputs["orders"]["name"].(string)
	sender, err := bus.NewSender(queue, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := sender.SendMessage(t.Context(), &azservicebus.Message{Body: []byte("one")}, nil); err != nil {
		t.Errorf("the queue takes no message: %v", err)
	}
	if err := bus.Close(t.Context()); err != nil {
		t.Error(err)
	}

	gone := "01BACKING0000000000000002A"
	answer, err := dev.DeleteEnvironmentWithResponse(t.Context(), "payments", "dev", &api.DeleteEnvironmentParams{OperationID: &gone})
	if err != nil || answer.JSON202 == nil {
		t.Fatalf("delete: %v %s", err, said(answer.Body))
	}
	if op := r.await(gone); op.Status != "Succeeded" {
		t.Fatalf("delete ended as %s: %+v", op.Status, op.Error)
	}
	if got := r.writeSecret("developer", uri); got != http.StatusForbidden {
		t.Errorf("the vault of a deleted environment takes a secret: %d", got)
	}
}

// writeSecret answers the status of a write by Key Vault's protocol, with a user's own token.
func (r *running) writeSecret(user, vault string) int {
	r.t.Helper()
	q, err := http.NewRequestWithContext(r.t.Context(), http.MethodPut, vault+"/secrets/api-key?api-version=7.4", strings.NewReader(`{"value": "hunter2"}`))
	if err != nil {
		r.t.Fatal(err)
	}
	token, err := r.tokens[user](r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	q.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(q)
	if err != nil {
		r.t.Fatal(err)
	}
	_ = response.Body.Close() // the status is all
	return response.StatusCode
}

// pingRedis signs in with the address' password and says PING.
func pingRedis(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	password, _ := u.User.Password()
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := fmt.Fprintf(connection, "*2\r\n$4\r\nAUTH\r\n$%d\r\n%s\r\n*1\r\n$4\r\nPING\r\n", len(password), password); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(connection)
	var replies []string
	for len(replies) < 2 && lines.Scan() {
		replies = append(replies, lines.Text())
	}
	return strings.Join(replies, " ")
}
