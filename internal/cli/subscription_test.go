package cli_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const chatAnswer = `{"project":"payments","name":"chat","address":"https://hooks.example.com/in","types":["operation.*"],"environments":[],"state":"active","failures":0,
	"createdAt":"2026-11-23T12:00:00Z","createdBy":"owner","updatedAt":"2026-11-23T12:00:00Z","etag":"\"3\""`

func TestSubscriptionCreate(t *testing.T) {
	requests, code, out, errs := recording(t, platform{"PUT /v1/projects/payments/subscriptions/chat": "201 " + chatAnswer + `,"secret":"lzs_secret"}`},
		"subscription", "create", "payments/chat", "--address", "https://hooks.example.com/in", "--event", "operation.*")
	want := []seen{{"PUT /v1/projects/payments/subscriptions/chat", "*", map[string]any{"address": "https://hooks.example.com/in", "types": []any{"operation.*"}}}}
	if diff := cmp.Diff(want, requests); diff != "" || code != 0 || out != "lzs_secret\n" {
		t.Errorf("exit code %d (-want +got):\n%s%s%s", code, diff, out, errs)
	}
}

func TestSubscriptionList(t *testing.T) {
	_, out, _ := lazuli(t, platform{"GET /v1/projects/payments/subscriptions": `200 {"value":[` + chatAnswer + `}]}`}, "subscription", "list", "payments")
	want := "NAME   STATE    ADDRESS                        EVENTS        ENVIRONMENTS\nchat   active   https://hooks.example.com/in   operation.*   all\n"
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("subscription list (-want +got):\n%s", diff)
	}
}

// An update keeps what is not spoken of, and is bound to what was read.
func TestSubscriptionUpdate(t *testing.T) {
	const path = " /v1/projects/payments/subscriptions/chat"
	requests, code, _, errs := recording(t, platform{"GET" + path: "200 " + chatAnswer + `}`, "PUT" + path: "200 " + chatAnswer + `}`}, "subscription", "update", "payments/chat", "--environment", "dev")
	want := map[string]any{"address": "https://hooks.example.com/in", "types": []any{"operation.*"}, "environments": []any{"dev"}}
	if diff := cmp.Diff(want, requests[len(requests)-1].Body); diff != "" || code != 0 {
		t.Errorf("exit code %d (-want +got):\n%s%s", code, diff, errs)
	}
}

func TestSubscriptionDeliveries(t *testing.T) {
	const id = "1764118800000-01ABC.000001"
	p := platform{"GET /v1/projects/payments/subscriptions/chat/deliveries": `200 {"value":[{"id":"` + id + `","event":"01ABC.000001","type":"io.lazuli.operation.failed.v1","subject":"projects/payments/environments/dev",
		"at":"2026-11-23T12:00:00Z","status":"failed","attempts":31,"answer":503,"problem":"the receiver did not take it"}]}`,
		"POST /v1/projects/payments/subscriptions/chat/deliveries/" + id + "/attempts": `202 {"id":"` + id + `","event":"01ABC.000001","type":"t","subject":"s","at":"2026-11-23T12:00:00Z","status":"pending","attempts":31}`}
	_, out, _ := lazuli(t, p, "subscription", "deliveries", "payments/chat")
	want := "ID                           EVENT              STATUS   ATTEMPTS   ANSWER                              NEXT TRY\n" + id + "   operation.failed   failed   31         503, the receiver did not take it   -\n"
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("deliveries (-want +got):\n%s", diff)
	}
	if code, out, errs := lazuli(t, p, "subscription", "redeliver", "payments/chat", id); code != 0 || !strings.HasPrefix(out, "✓ 01ABC.000001 is sent once more") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
}

func TestSubscription_usage(t *testing.T) {
	for _, line := range []string{"subscription show payments", "subscription create payments/chat", "subscription deliveries payments/chat --limit 0", "subscription redeliver payments/chat"} {
		if code, _, errs := lazuli(t, nil, strings.Fields(line)...); code != 2 {
			t.Errorf("lazuli %s: exit code %d, want 2\n%s", line, code, errs)
		}
	}
}
