package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/cli/auth"
	"github.com/lazuli-platform/lazuli/internal/client"
	"github.com/lazuli-platform/lazuli/internal/local"
)

// running is a whole platform for a test: the packaged app under the local Functions host, and everything that stands in for
// Azure, over real sockets.
type running struct {
	*local.Platform
	t       testing.TB
	dir     string
	clients map[string]*client.ClientWithResponses
	tokens  map[string]func(context.Context) (string, error)
}

// startPlatform starts a platform on free ports with data of its own. Its log is shown if the test fails.
func startPlatform(t testing.TB, change ...func(*local.Config)) *running {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: starts the whole platform, which -short leaves out")
	}
	log := &lockedBuffer{}
	cfg := local.Config{Address: "127.0.0.1:0", SitesAddress: "127.0.0.1:0", Dir: t.TempDir(), App: filepath.Join(top, "dist", "app"), Repository: top,
		Bin: filepath.Join(top, "bin"), Log: slog.New(slog.NewTextHandler(log, nil))}
	for _, c := range change {
		c(&cfg)
	}
	p, err := local.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Errorf("close platform: %v", err)
		}
		if t.Failed() {
			t.Logf("log of the platform:\n%s", log.tail(200))
		}
	})
	mustHaveEngine(t, p)
	return &running{Platform: p, t: t, dir: cfg.Dir, clients: map[string]*client.ClientWithResponses{}, tokens: map[string]func(context.Context) (string, error){}}
}

// mustHaveEngine waits for OpenTofu where it has to be built first: once on a machine, for up to a quarter of an hour.
func mustHaveEngine(t testing.TB, p *local.Platform) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 25*time.Minute)
	defer cancel()
	if err := p.WaitEngine(ctx); err != nil {
		t.Skipf("SKIPPED: a deployment needs a Terraform engine: %v", err)
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) tail(n int) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	lines := strings.Split(b.b.String(), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// as is the API for somebody who signed in.
func (r *running) as(user string) *client.ClientWithResponses {
	r.t.Helper()
	if c, ok := r.clients[user]; ok {
		return c
	}
	environment := auth.Environment{Dir: filepath.Join(r.t.TempDir(), user)}
	cfg := auth.Config{Issuer: r.URL() + "/identity", Store: environment.Store()}
	if _, err := auth.Login(r.t.Context(), cfg, auth.Options{As: user}); err != nil {
		r.t.Fatalf("sign in as %s: %v", user, err)
	}
	r.tokens[user] = auth.TokenSource(cfg)
	c, err := client.NewClientWithResponses(r.URL()+"/v1", client.WithHTTPClient(&retrying{}), client.WithRequestEditorFn(func(ctx context.Context, q *http.Request) error {
		token, err := r.tokens[user](ctx)
		q.Header.Set("Authorization", "Bearer "+token)
		return err
	}))
	if err != nil {
		r.t.Fatal(err)
	}
	r.clients[user] = c
	return c
}

// retrying is what every good client does: it asks again when the answer was lost (the host answers 500 with nothing when its
// handler died under a request) or said "later". Every change of these tests names its operation.
type retrying struct{}

func (*retrying) Do(q *http.Request) (*http.Response, error) {
	var body []byte
	if q.Body != nil {
		var err error
		if body, err = io.ReadAll(q.Body); err != nil {
			return nil, err
		}
	}
	deadline := time.Now().Add(time.Minute)
	for {
		q.Body = io.NopCloser(bytes.NewReader(body))
		response, err := http.DefaultClient.Do(q)
		again := err != nil || response.StatusCode == http.StatusInternalServerError && response.ContentLength == 0 || response.StatusCode == http.StatusServiceUnavailable
		if !again || time.Now().After(deadline) || q.Context().Err() != nil {
			return response, err
		}
		if response != nil {
			_ = response.Body.Close() // thrown away
		}
		pause := time.NewTimer(100 * time.Millisecond)
		select {
		case <-q.Context().Done():
		case <-pause.C:
		}
		pause.Stop()
	}
}

// project makes the project that the tests work in.
func (r *running) project(name string) {
	r.t.Helper()
	spec := api.ProjectSpec{Title: name, Team: "payments", Members: []api.Member{{ID: "team-owner", Role: "TeamOwner"}, {ID: "developer", Role: "Contributor"}, {ID: "viewer", Role: "Reader"}}}
	answer, err := r.as("admin").PutProjectWithResponse(r.t.Context(), name, nil, spec)
	if err != nil || answer.StatusCode() != http.StatusCreated {
		r.t.Fatalf("make project: %v %s", err, said(answer.Body))
	}
}

func said(body []byte) string { return strings.TrimSpace(string(body)) }

// await waits for the end of an operation, by long polls.
func (r *running) await(id string) api.Operation {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 3*time.Minute)
	defer cancel()
	wait := 20
	for ctx.Err() == nil {
		answer, err := r.as("developer").GetOperationWithResponse(ctx, id, &api.GetOperationParams{Wait: &wait})
		if err != nil {
			r.t.Fatalf("wait for operation %s: %v", id, err)
		}
		if answer.JSON200 == nil {
			r.t.Fatalf("wait for operation %s: %s", id, said(answer.Body))
		}
		switch op := *answer.JSON200; op.Status {
		case "Succeeded", "Failed", "Canceled":
			return op
		}
	}
	r.t.Fatalf("operation %s did not end in time", id)
	return api.Operation{}
}

// builds asks the local Azure DevOps for the runs of an operation, as a person with a token would.
func (r *running) builds(operation string) []build {
	r.t.Helper()
	var list struct{ Value []build }
	r.devops("build/builds?buildNumber=op-"+operation+"*&queryOrder=queueTimeAscending&api-version=7.1", &list)
	for i, b := range list.Value {
		var timeline struct{ Records []record }
		r.devops("build/builds/"+b.ID.String()+"/timeline?api-version=7.1", &timeline)
		list.Value[i].Records = timeline.Records
	}
	return list.Value
}

type build struct {
	ID                    json.Number
	Status, Result        string
	StartTime, FinishTime time.Time
	Records               []record
}

type record struct{ Type, Name, RefName, Result string }

// effective reports whether the run did more than ask for the operation.
func (b build) effective() bool {
	for _, r := range b.Records {
		if r.RefName == "bundle" && r.Result != "skipped" {
			return true
		}
	}
	return false
}

func (r *running) devops(path string, into any) {
	r.t.Helper()
	raw, err := os.ReadFile(filepath.Join(r.dir, "secrets.json"))
	if err != nil {
		r.t.Fatal(err)
	}
	var keys struct{ DevOpsToken string }
	if err := json.Unmarshal(raw, &keys); err != nil {
		r.t.Fatal(err)
	}
	q, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, r.URL()+"/devops/lazuli/platform/_apis/"+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	q.SetBasicAuth("", keys.DevOpsToken)
	response, err := http.DefaultClient.Do(q)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(into); err != nil || response.StatusCode != http.StatusOK {
		r.t.Fatalf("ask Azure DevOps for %s: %s %v", path, response.Status, err)
	}
}
