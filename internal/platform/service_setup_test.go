package platform_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/catalog"
	localvault "github.com/lazuli-platform/lazuli/internal/local/keyvault"
	"github.com/lazuli-platform/lazuli/internal/local/tables"
	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/policy"
	"github.com/lazuli-platform/lazuli/internal/render"
	"github.com/lazuli-platform/lazuli/internal/tablestore"
)

// servicePlatform is a service over real Table Storage, the shipped catalog and the real renderer. Pipelines and messages are steered and
// seen by the test.
type servicePlatform struct {
	*platform.Service
	pipelines *steered
	sent      *recorder
	vaults    *localvault.Vaults // where its secrets go, over a real socket
	tables    string             // the file of its Table Storage
	mu        sync.Mutex
	now       time.Time
	ids       int
}

var (
	admin     = platform.Caller{ID: "admin", Roles: []platform.Role{platform.PlatformAdmin}, RequestID: "request-1"}
	owner     = platform.Caller{ID: "team-owner"}
	developer = platform.Caller{ID: "developer"}
	viewer    = platform.Caller{ID: "viewer"}
	outsider  = platform.Caller{ID: "outsider"}
	nobody    = platform.Caller{}
	aRun      = platform.Caller{ID: "pipeline-deploy", App: true, Pipeline: true}
)

// newService makes a service with the project payments in it; wrap may put something between it and the store.
func newService(t testing.TB, wrap ...func(platform.Store) platform.Store) *servicePlatform {
	t.Helper()
	s := &servicePlatform{now: noon, pipelines: &steered{}, sent: &recorder{}, tables: filepath.Join(t.TempDir(), "tables.db")}
	server, err := tables.Open(tables.Config{File: s.tables, Account: "test", Key: base64.StdEncoding.EncodeToString(make([]byte, 64))})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	t.Cleanup(func() {
		web.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	store, err := tablestore.New(tablestore.Config{ConnectionString: server.ConnectionString(web.Listener.Addr().String()), NewID: s.newID})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	var used platform.Store = store
	for _, w := range wrap {
		used = w(used)
	}
	modules := os.DirFS("../../infra/modules")
	packaged, err := shippedCatalog()
	if err != nil {
		t.Fatal(err)
	}
	renderer, err := render.New(modules, render.LocalBackend{Directory: "/state"}, render.Local)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	vault, vaults := newVault(t)
	s.vaults = vaults
	s.Service = &platform.Service{Store: used, Messenger: s.sent, Pipelines: s.pipelines, Renderer: renderer, Shelf: newShelf(used), Roster: platform.NewRoster(used), Vault: vault,
		Relay: platform.NewRelay(used, s.sent, log), Looks: platform.NewLookLog(), Swept: &platform.SweepMark{}, Now: s.clock, NewID: s.newID, SigningKey: []byte(strings.Repeat("k", 32)), Log: log}
	spec := platform.ProjectSpec{Title: "Payments", Team: "payments", Members: []platform.Member{
		{ID: "team-owner", Role: platform.TeamOwner}, {ID: "developer", Role: platform.Contributor}, {ID: "viewer", Role: platform.Reader}}}
	plain := *s.Service
	plain.Store, plain.Shelf, plain.Roster = store, newShelf(store), platform.NewRoster(store)
	if err := plain.SeedCatalog(t.Context(), packaged.Items()); err != nil {
		t.Fatalf("publish the shipped catalog: %v", err)
	}
	if done, err := plain.PutProject(t.Context(), admin, "payments", spec, platform.Preconditions{}); err != nil || !done.Created {
		t.Fatalf("make project: %v", err)
	}
	return s
}

// shippedCatalog is read once for all tests: it never changes.
var shippedCatalog = sync.OnceValues(func() (*catalog.Catalog, error) {
	return catalog.Load(os.DirFS("../../infra/catalog"), os.DirFS("../../infra/modules"), catalog.Options{Targets: []string{render.Local.Folder}, CompilePolicy: policy.Compile})
})

func newShelf(store platform.Store) *platform.Shelf {
	return platform.NewShelf(store, remembering{catalog.Compiler{Options: catalog.Options{Targets: []string{render.Local.Folder}, CompilePolicy: policy.Compile}}})
}

// remembering makes each catalog once for all tests: it follows from its items, and never changes. Parsing all modules for every
// test took most of the tests' time.
type remembering struct{ catalog.Compiler }

var compiled sync.Map // a platform.Catalog by the digest of its items

func (r remembering) Compile(items []platform.CatalogItem) (platform.Catalog, error) {
	text, err := json.Marshal(items)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(text)
	if known, ok := compiled.Load(digest); ok {
		return known.(platform.Catalog), nil
	}
	made, err := r.Compiler.Compile(items)
	if err == nil {
		compiled.Store(digest, made)
	}
	return made, err
}

func (s *servicePlatform) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *servicePlatform) advanceBy(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

func (s *servicePlatform) newID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids++
	return fmt.Sprintf("01TEST%020d", s.ids)
}

// files is an environment with one storage account.
func files() platform.EnvironmentSpec {
	return platform.EnvironmentSpec{Type: "dev", Manifest: &platform.Manifest{Resources: map[string]platform.Resource{"files": {Type: "storage-account"}}}}
}

func (s *servicePlatform) create(t *testing.T, name, id string) platform.Accepted {
	t.Helper()
	done, err := s.PutEnvironment(t.Context(), developer, "payments", name, files(), platform.Preconditions{}, id)
	if err != nil || done.Operation == nil {
		t.Fatalf("create %s: %v", name, err)
	}
	return done
}

// finish carries an operation through a run that claims it, plans, and reports.
func (s *servicePlatform) finish(t *testing.T, id string, report platform.Report, end platform.RunState) platform.Operation {
	t.Helper()
	if err := s.RunOperation(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	run := s.pipelines.runOf(id)
	d, err := s.StartRun(t.Context(), aRun, id, run)
	if err != nil || !d.Proceed {
		t.Fatalf("claim: %+v %v", d, err)
	}
	if _, err := s.ReportRunPlan(t.Context(), aRun, id, d.Secret, platform.Plan{Digest: strings.Repeat("a", 64)}); err != nil {
		t.Fatal(err)
	}
	if err := s.ReportRunResult(t.Context(), aRun, id, d.Secret, report); err != nil {
		t.Fatal(err)
	}
	s.pipelines.end(run, end)
	if err := s.FollowRun(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	op, err := s.Store.Operation(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return op
}

// steered is a pipeline service that does as the test says.
type steered struct {
	mu     sync.Mutex
	runs   []string // operations, by run
	states map[string]platform.RunState
	down   error
	report []byte
	first  *platform.OperationError // what the log of every run says first
	log    []platform.LogLine       // of every run
	reads  int
	// canceling runs were asked to stop; deaf says that the next ones who ask are not heard.
	canceling map[string]bool
	deaf      int
}

func (p *steered) Find(_ context.Context, operation string) (platform.RunRef, bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down != nil {
		return platform.RunRef{}, false, p.down
	}
	for i, op := range slices.Backward(p.runs) {
		if op == operation {
			return platform.RunRef{ID: fmt.Sprint(i + 1)}, true, nil
		}
	}
	return platform.RunRef{}, false, nil
}

func (p *steered) Start(_ context.Context, operation string) (platform.RunRef, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down != nil {
		return platform.RunRef{}, p.down
	}
	p.runs = append(p.runs, operation)
	return platform.RunRef{ID: fmt.Sprint(len(p.runs))}, nil
}

func (p *steered) runOf(operation string) string {
	run, _, _ := p.Find(context.Background(), operation)
	return run.ID
}

func (p *steered) end(run string, state platform.RunState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.states == nil {
		p.states = map[string]platform.RunState{}
	}
	p.states[run] = state
}

func (p *steered) Read(_ context.Context, run string) (platform.RunObservation, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reads++
	state, ok := p.states[run]
	if !ok {
		state = platform.RunRunning
	}
	return platform.RunObservation{Run: platform.RunRef{ID: run}, State: state, FirstError: p.first, Stopping: p.canceling[run]}, p.down
}

func (p *steered) Report(context.Context, string) ([]byte, error) {
	if p.report == nil {
		return nil, platform.Errorf(platform.NotFound, "The run published nothing.")
	}
	return p.report, nil
}

func (p *steered) Cancel(_ context.Context, run string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.deaf--; p.deaf >= 0 {
		return platform.Errorf(platform.PipelineUnavailable, "no answer")
	}
	if p.canceling == nil {
		p.canceling = map[string]bool{}
	}
	p.canceling[run] = true
	return nil
}

func (p *steered) Log(context.Context, string, string) (platform.LogPage, error) {
	return platform.LogPage{Lines: p.log, Complete: true}, nil
}

// recorder is a messenger that remembers, or is down.
type recorder struct {
	mu   sync.Mutex
	sent []platform.Message
	down bool
}

func (r *recorder) Send(_ context.Context, messages ...platform.Message) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.down {
		return fmt.Errorf("the broker is down")
	}
	r.sent = append(r.sent, messages...)
	return nil
}

func (r *recorder) count(to platform.Destination, operation string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, m := range r.sent {
		if m.Destination == to && m.Operation == operation {
			n++
		}
	}
	return n
}
