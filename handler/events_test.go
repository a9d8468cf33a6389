package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/local"
)

// The samples listen while a program asks by message for an environment: each of them is told its whole life, in order.
func TestSamples(t *testing.T) {
	samples := nodeSamples(t)
	goSample := filepath.Join(t.TempDir(), "subscriber-go")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", goSample, "../docs/samples/subscriber-go").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	r := startPlatform(t, func(cfg *local.Config) { cfg.NoPostgres = true })
	r.project("payments")
	r.giveIntegration("payments")
	port := freePort(t)
	made, err := r.as("team-owner").PutSubscriptionWithResponse(t.Context(), "payments", "hook", nil,
		api.SubscriptionSpec{Address: "http://127.0.0.1:" + port + "/in", Types: []string{"operation.*", "environment.*"}})
	if err != nil || made.JSON201 == nil || made.JSON201.Secret == nil {
		t.Fatalf("subscribe: %v %s", err, said(made.Body))
	}
	env := r.connection()
	listeners := []*listener{
		listen(t, "subscriber-go", "", env, goSample),
		listen(t, "subscriber.js", samples, env, "node", "subscriber.js"),
		listen(t, "webhook.js", samples, []string{"PORT=" + port, "LAZULI_WEBHOOK_SECRET=" + *made.JSON201.Secret}, "node", "webhook.js"),
	}
	const id = "01SAMPLE000000000000000001"
	request := exec.CommandContext(t.Context(), "node", "request.js", "putEnvironment", `{"project":"payments","environment":"dev","body":{"type":"dev","manifest":{}}}`, id)
	request.Dir, request.Env = samples, append(request.Environ(), env...)
	if out, err := request.CombinedOutput(); err != nil || strings.TrimSpace(string(out)) != id {
		t.Fatalf("ask: %v\n%s", err, out)
	}
	listeners[0].answer(id, "request.accepted")
	listeners[1].answer(id, "request.accepted")
	const life = "operation.accepted environment.creating operation.started operation.planned operation.applying operation.succeeded environment.ready"
	for _, l := range listeners {
		bySequence := map[string]string{}
		l.await("of readiness", func(e told) bool { return e.kind() == "environment.ready" })
		for n := range 7 {
			sequence := fmt.Sprintf("%010d", n+1)
			bySequence[sequence] = l.await("number "+sequence, func(e told) bool { return e.PartitionKey == "payments/dev" && e.Sequence == sequence }).kind()
		}
		var kinds []string
		for n := range 7 {
			kinds = append(kinds, bySequence[fmt.Sprintf("%010d", n+1)])
		}
		if got := strings.Join(kinds, " "); got != life {
			t.Errorf("%s was told\n%s, want\n%s", l.name, got, life)
		}
	}
	last := ""
	for _, e := range listeners[0].all() { // which has sessions: what it prints is in order
		if e.PartitionKey == "payments/dev" {
			if e.Sequence <= last {
				t.Errorf("%s came after %s", e.Sequence, last)
			}
			last = e.Sequence
		}
	}
	r.deliveriesDone("payments", "hook", 7)
}

// deliveriesDone waits until everything was delivered.
func (r *running) deliveriesDone(project, name string, n int) {
	r.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		answer, err := r.as("team-owner").ListDeliveriesWithResponse(r.t.Context(), project, name, nil)
		if err != nil || answer.JSON200 == nil {
			r.t.Fatalf("deliveries: %v %s", err, said(answer.Body))
		}
		done := 0
		for _, d := range answer.JSON200.Value {
			if d.Status == api.DeliveryStatusDelivered {
				done++
			}
		}
		if done == n {
			return
		}
		if time.Now().After(deadline) {
			r.t.Fatalf("%d of %d were delivered: %s", done, n, said(answer.Body))
		}
		pause := time.NewTimer(100 * time.Millisecond)
		<-pause.C
	}
}

// giveIntegration lets the program that the local identity provider knows work in a project.
func (r *running) giveIntegration(project string) {
	r.t.Helper()
	kind := api.PrincipalKind("application")
	answer, err := r.as("team-owner").CreateAssignmentWithResponse(r.t.Context(), api.AssignmentSpec{Scope: "/projects/" + project, ID: "integration", Kind: &kind, Role: "Contributor"})
	if err != nil || answer.StatusCode() != http.StatusCreated {
		r.t.Fatalf("give the program a role: %v %s", err, said(answer.Body))
	}
}

// asking sends requests by message, and hears the answers.
type asking struct {
	*running
	sender  *azservicebus.Sender
	answers *listener
	token   string
}

func newAsking(t *testing.T, r *running) *asking {
	t.Helper()
	settings := map[string]string{}
	for _, s := range r.connection() {
		name, value, _ := strings.Cut(s, "=")
		settings[name] = value
	}
	client, err := azservicebus.NewClientFromConnectionString(settings["LAZULI_SERVICE_BUS"], nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close(context.Background()) }) // the platform ends too
	a := &asking{running: r}
	if a.sender, err = client.NewSender("requests", nil); err != nil {
		t.Fatal(err)
	}
	goSample := filepath.Join(t.TempDir(), "subscriber-go")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", goSample, "../docs/samples/subscriber-go").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	a.answers = listen(t, "subscriber-go", "", r.connection(), goSample)
	form := strings.NewReader("grant_type=client_credentials&client_id=" + settings["LAZULI_CLIENT_ID"] + "&client_secret=" + strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(settings["LAZULI_CLIENT_SECRET"]))
	response, err := http.Post(settings["LAZULI_TOKEN_URL"], "application/x-www-form-urlencoded", form) //nolint:noctx // a test's
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // read enough
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(response.Body).Decode(&token); err != nil || token.AccessToken == "" {
		t.Fatalf("no token: %d %v", response.StatusCode, err)
	}
	a.token = "Bearer " + token.AccessToken
	return a
}

func (a *asking) ask(id, command, data, authorization string) {
	a.t.Helper()
	a.send(fmt.Sprintf(`{"specversion":"1.0","id":%q,"source":"/test","type":"io.lazuli.request.%s.v1","data":%s}`, id, command, data), authorization)
}

func (a *asking) send(body, authorization string) {
	a.t.Helper()
	m := &azservicebus.Message{Body: []byte(body), ApplicationProperties: map[string]any{"authorization": authorization}}
	if err := a.sender.SendMessage(a.t.Context(), m, nil); err != nil {
		a.t.Fatal(err)
	}
}

// refusal is what the program is told, without what names this very request.
func (a *asking) refusal(id string) (code, problem string) {
	a.t.Helper()
	var data struct{ Problem map[string]any }
	if err := json.Unmarshal(a.answers.answer(id, "request.refused").Data, &data); err != nil {
		a.t.Fatal(err)
	}
	code, _ = data.Problem["code"].(string)
	delete(data.Problem, "requestId")
	text, err := json.Marshal(data.Problem)
	if err != nil {
		a.t.Fatal(err)
	}
	return code, string(text)
}

// A program may by message what it may by HTTP, and is answered the same; what it may not see is not there.
func TestRequests(t *testing.T) {
	r := startPlatform(t, func(cfg *local.Config) { cfg.NoPostgres = true })
	r.project("payments")
	r.project("secrets")
	r.giveIntegration("payments")
	a := newAsking(t, r)
	const dev = `{"project":"payments","environment":"dev","body":{"type":"dev","manifest":{}}}`
	id := func(n int) string { return fmt.Sprintf("01REQUEST%017d", n) }

	a.send("no command", a.token) // nobody can be told, and nothing waits behind it
	for range 2 {                 // the same twice is one operation
		a.ask(id(1), "putEnvironment", dev, a.token)
	}
	a.answers.answer(id(1), "request.accepted")
	if op := r.await(id(1)); op.Status != "Succeeded" || op.Kind != "putEnvironment" {
		t.Errorf("the operation is %+v", op)
	}
	a.ask(id(2), "changeEnvironmentValues", `{"project":"payments","environment":"dev","body":{"set":{"LEVEL":{"value":"debug"}}}}`, a.token)
	a.answers.answer(id(2), "request.accepted")

	a.ask(id(3), "putEnvironment", strings.Replace(dev, "payments", "secrets", 1), a.token)
	a.ask(id(4), "putEnvironment", strings.Replace(dev, "payments", "nothing", 1), a.token)
	_, hidden := a.refusal(id(3))
	_, absent := a.refusal(id(4))
	if strings.ReplaceAll(hidden, "secrets", "X") != strings.ReplaceAll(absent, "nothing", "X") {
		t.Errorf("a hidden project is refused with\n%s, one that is not there with\n%s", hidden, absent)
	}
	r.as("admin")
	person, err := r.tokens["admin"](t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for n, row := range []struct{ command, data, authorization, code string }{
		{"putEnvironment", dev, "", "Unauthenticated"},
		{"putEnvironment", dev, a.token + "x", "Unauthenticated"},
		{"putEnvironment", dev, "Bearer " + person, "Unauthenticated"},
		{"putProject", `{"project":"mine","body":{"title":"Mine","team":"payments"}}`, a.token, "Forbidden"},
		{"deleteProject", `{"project":"payments"}`, a.token, "ValidationFailed"},
		{"putEnvironment", `{"project":"payments","environment":"../../me","body":{}}`, a.token, "ValidationFailed"},
		{"putEnvironment", `{"project":"payments","body":{}}`, a.token, "ValidationFailed"},
		{"putEnvironment", strings.Replace(dev, `"type"`, `"kind"`, 1), a.token, "ValidationFailed"},
		{"cancelOperation", `{"operation":"` + id(1) + `"}`, a.token, "OperationFinal"},
		{"putEnvironment", `{"project":"payments","environment":"dev","ifMatch":"a\r\nLazuli: b","body":{}}`, a.token, "ValidationFailed"},
	} {
		a.ask(id(10+n), row.command, row.data, row.authorization)
		if code, problem := a.refusal(id(10 + n)); code != row.code {
			t.Errorf("%s %s: %s, want %s", row.command, row.data, problem, row.code)
		}
	}
	for _, e := range a.answers.all() {
		if strings.Contains(string(e.Data), strings.TrimPrefix(a.token, "Bearer ")) {
			t.Errorf("an event holds the token: %s", e.Data)
		}
	}
}
