package httpapi_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/webhook"
)

// checking judges addresses as the handler does, and reaches nobody.
type checking struct{ *webhook.Sender }

func (checking) Post(context.Context, string, []byte, []string) (int, string) {
	return 0, "nobody is there"
}

func hooksFor(t testing.TB) platform.Hooks {
	t.Helper()
	sender, err := webhook.NewSender(webhook.Config{Hosts: []string{"hooks.example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	return checking{sender}
}

const hook = `{"address":"https://hooks.example.com/in","types":["environment.*"],"environments":["dev"]}`

// callSubscriptions calls every operation about subscriptions.
func callSubscriptions(t *testing.T, service *platform.Service, call func(caller, method, path, body string, want int, headers ...string) answer) {
	t.Helper()
	const all, one = "/v1/projects/payments/subscriptions", "/v1/projects/payments/subscriptions/chat"
	secretOf := func(got answer) string {
		t.Helper()
		var s api.Subscription
		if err := json.Unmarshal([]byte(got.body), &s); err != nil {
			t.Fatal(err)
		}
		if s.Secret == nil {
			return ""
		}
		return *s.Secret
	}
	first := secretOf(call("admin", "PUT", one, hook, 201))
	if len(first) < 40 || strings.Contains(call("admin", "GET", one, "", 200).body+call("admin", "GET", all, "", 200).body+call("admin", "PUT", one, hook, 200).body, first) {
		t.Errorf("the secret %q is not shown once alone", first)
	}
	if second := secretOf(call("admin", "POST", one+"/secrets", "", 200)); len(second) < 40 || second == first {
		t.Errorf("exchanged for %q", second)
	}
	call("developer", "GET", one, "", 403)
	call("admin", "PUT", one, strings.Replace(hook, "/in", "/in?key=k", 1), 400)
	call("admin", "PUT", one, strings.Replace(hook, "hooks.example.com", "169.254.169.254", 1), 400)
	call("admin", "PUT", one, strings.Replace(hook, "environment.*", "request.*", 1), 400)
	call("admin", "PUT", one, hook, 412, "If-Match", `"99"`)
	event := platform.CloudEvent{Attributes: map[string]string{"specversion": "1.0", "id": "01ABC.000001", "type": "io.lazuli.environment.ready.v1",
		"subject": "projects/payments/environments/dev", "time": "2026-11-26T01:02:03Z"}, Data: json.RawMessage(`{}`)}
	if err := service.DeliverEvent(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	var list api.DeliveryList
	if err := json.Unmarshal([]byte(call("admin", "GET", one+"/deliveries", "", 200).body), &list); err != nil || len(list.Value) != 1 {
		t.Fatalf("deliveries %+v: %v", list, err)
	}
	call("admin", "POST", one+"/deliveries/"+list.Value[0].ID+"/attempts", "", 202)
	call("admin", "POST", one+"/deliveries/1700000000000-none/attempts", "", 404)
	call("admin", "DELETE", one, "", 204)
	call("admin", "DELETE", one, "", 204)
	call("admin", "GET", one+"/deliveries", "", 404)
}
