package httpapi_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/catalog"
	"github.com/lazuli-platform/lazuli/internal/httpapi"
	"github.com/lazuli-platform/lazuli/internal/local/tables"
	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/policy"
	"github.com/lazuli-platform/lazuli/internal/render"
	"github.com/lazuli-platform/lazuli/internal/tablestore"
)

// served is the API over real Table Storage, the shipped catalog and the real renderer. Whoever a request names in X-Test-Caller
// has called it: tokens are another package's matter.
type served struct {
	t     testing.TB
	url   string
	calls *atomic.Int64 // of the storage, which is what the time of an answer is made of

	service *platform.Service // behind it
}

// silent is a messenger and a pipeline service that nothing comes of.
type silent struct{ platform.Pipelines }

func (silent) Send(context.Context, ...platform.Message) error { return nil }

func (silent) Cancel(context.Context, string) error { return nil }

func (silent) Log(_ context.Context, run, _ string) (platform.LogPage, error) {
	if run == "666" {
		panic("a bug: the password is hunter2")
	}
	return platform.LogPage{Lines: []platform.LogLine{{Step: "plan", Text: "planning"}}, Next: "1.1", Complete: true}, nil
}

func serve(t testing.TB, change ...func(*httpapi.Config)) *served {
	t.Helper()
	server, err := tables.Open(tables.Config{File: filepath.Join(t.TempDir(), "tables.db"), Account: "test", Key: base64.StdEncoding.EncodeToString(make([]byte, 64))})
	if err != nil {
		t.Fatal(err)
	}
	calls := new(atomic.Int64)
	storage := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		server.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		storage.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	var n atomic.Int64
	newID := func() string { return fmt.Sprintf("01TEST%020d", n.Add(1)) }
	store, err := tablestore.New(tablestore.Config{ConnectionString: server.ConnectionString(storage.Listener.Addr().String()), NewID: newID})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	modules := os.DirFS("../../infra/modules")
	packaged, err := catalog.Load(os.DirFS("../../infra/catalog"), modules, catalog.Options{Targets: []string{render.Local.Folder}, CompilePolicy: policy.Compile})
	if err != nil {
		t.Fatal(err)
	}
	renderer, err := render.New(modules, render.LocalBackend{Directory: "/state"}, render.Local)
	if err != nil {
		t.Fatal(err)
	}
	log, key := slog.New(slog.DiscardHandler), []byte(strings.Repeat("k", 32))
	service := &platform.Service{Store: store, Messenger: silent{}, Pipelines: silent{}, Renderer: renderer, Vault: openVault(t), Hooks: hooksFor(t), Shelf: platform.NewShelf(store, catalog.Compiler{Options: catalog.Options{Targets: []string{render.Local.Folder}, CompilePolicy: policy.Compile}}), Roster: platform.NewRoster(store),
		Relay: platform.NewRelay(store, silent{}, log), Now: time.Now, NewID: newID, SigningKey: key, Version: "test", Log: log}
	if err := service.SeedCatalog(t.Context(), packaged.Items()); err != nil {
		t.Fatal(err)
	}
	cfg := httpapi.Config{Service: service, Authenticate: named, PublicURL: "https://lazuli.example", SigningKey: key, Now: time.Now, Log: log}
	for _, c := range change {
		c(&cfg)
	}
	web := httptest.NewServer(httpapi.New(cfg))
	t.Cleanup(web.Close)
	s := &served{t: t, url: web.URL, calls: calls, service: service}
	for _, p := range []string{"payments", "orders", "shipping"} {
		body := `{"title":"A project","team":"payments","members":[{"id":"developer","role":"Contributor"}]}`
		if got := s.do("admin", "PUT", "/v1/projects/"+p, body); got.status != http.StatusCreated {
			t.Fatalf("make project: %d %s", got.status, got.body)
		}
	}
	return s
}

func named(_ context.Context, r *http.Request) (platform.Caller, error) {
	name := r.Header.Get("X-Test-Caller")
	if name == "" {
		return platform.Caller{}, platform.Errorf(platform.Unauthenticated, "This needs a signed-in caller.").Do("Sign in.")
	}
	caller := platform.Caller{ID: name, Name: name, Pipeline: name == "pipeline"}
	if name == "admin" {
		caller.Roles = []platform.Role{platform.PlatformAdmin}
	}
	return caller, nil
}

type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   string
}

// do sends a request; headers are pairs of name and value.
func (s *served) do(caller, method, path, body string, headers ...string) answer {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if caller != "" {
		r.Header.Set("X-Test-Caller", caller)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{t: s.t, status: response.StatusCode, header: response.Header, body: string(raw)}
}

// mustBe checks that the answer is a whole problem of this status and code.
func (a answer) mustBe(status int, code api.ProblemCode) api.Problem {
	a.t.Helper()
	var p api.Problem
	if err := json.Unmarshal([]byte(a.body), &p); err != nil {
		a.t.Fatalf("%d %s: %v", a.status, a.body, err)
	}
	if a.status != status || p.Status != status || p.Code != code || p.Detail == nil || p.RequestID != a.header.Get("X-Ms-Request-Id") ||
		a.header.Get("X-Ms-Error-Code") != string(code) || a.header.Get("Content-Type") != "application/problem+json" {
		a.t.Errorf("got %d %s (%v), want %d %s", a.status, a.body, a.header, status, code)
	}
	return p
}
