package sandbox_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

const token = "a token for tests"

// world is a running sandbox that can be restarted.
type world struct {
	t      *testing.T
	cfg    sandbox.Config
	box    *sandbox.Sandbox
	server *httptest.Server
	api    *sandboxapi.Client
}

func newWorld(t *testing.T, postgres sandbox.PostgresConfig) *world {
	t.Helper()
	// Not t.TempDir: as root, PostgreSQL's own user could not get there.
	dir, err := os.MkdirTemp("", "lazuli-sandbox-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	w := &world{t: t, cfg: sandbox.Config{
		Dir: dir, SitesAddr: "127.0.0.1:0", Token: token, Postgres: postgres, Now: time.Now,
		Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}}
	w.start()
	t.Cleanup(w.stop)
	return w
}

func (w *world) start() {
	w.t.Helper()
	var err error
	if w.box, err = sandbox.Open(w.cfg); err != nil {
		w.t.Fatal(err)
	}
	if err := w.box.Start(context.Background()); err != nil {
		w.t.Fatal(err)
	}
	w.server = httptest.NewServer(w.box.Handler())
	w.api = sandboxapi.NewClient(w.server.URL, token)
}

func (w *world) stop() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	w.server.Close()
	if err := w.box.Close(ctx); err != nil {
		w.t.Errorf("close: %v", err)
	}
}

func named(name string) sandboxapi.ID {
	return sandboxapi.ID{Project: "payments", Environment: "dev", Name: name}
}

// put makes a resource and answers it.
func put[A any](w *world, kind sandboxapi.Kind, id sandboxapi.ID, spec any) A {
	w.t.Helper()
	var out A
	if err := w.api.Put(w.t.Context(), kind, id, spec, &out); err != nil {
		w.t.Fatalf("put %s %s: %v", kind, id, err)
	}
	return out
}

func (w *world) wantGone(kind sandboxapi.Kind, id sandboxapi.ID) {
	w.t.Helper()
	if err := w.api.Get(w.t.Context(), kind, id, nil); !sandboxapi.IsGone(err) {
		w.t.Errorf("get %s %s: %v, want that it is gone", kind, id, err)
	}
}

func (w *world) remove(kind sandboxapi.Kind, id sandboxapi.ID) {
	w.t.Helper()
	for range 2 { // the second time finds nothing, which is a success
		if err := w.api.Delete(w.t.Context(), kind, id); err != nil {
			w.t.Errorf("delete %s %s: %v", kind, id, err)
		}
	}
	w.wantGone(kind, id)
}

func (w *world) wantLeft(want ...string) {
	w.t.Helper()
	left, err := w.api.Leftovers(w.t.Context(), "payments", "dev")
	if err != nil {
		w.t.Fatal(err)
	}
	var got []string
	for _, item := range left {
		got = append(got, string(item.Kind)+"/"+item.Name)
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		w.t.Errorf("left are %v, want %v", got, want)
	}
}

// visit fetches a page of a site; names under localhost are for browsers, so the host goes into the request.
func (w *world) visit(address string) (int, string) {
	w.t.Helper()
	parsed, err := url.Parse(address)
	if err != nil {
		w.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, "http://"+w.box.SitesAddr()+parsed.RequestURI(), nil)
	if err != nil {
		w.t.Fatal(err)
	}
	req.Host = parsed.Host
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// eventually waits until a condition holds, asking again every 20 ms.
func (w *world) eventually(what string, holds func() bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 20*time.Second)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for !holds() {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			w.t.Fatalf("never came true: %s", what)
		}
	}
}

func TestHandler_refusals(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	if err := sandboxapi.NewClient(w.server.URL, "wrong").Get(t.Context(), sandboxapi.Sites, named("site"), nil); err == nil || !strings.Contains(err.Error(), "token") {
		t.Errorf("with a wrong token: %v", err)
	}
	for name, c := range map[string]struct {
		kind sandboxapi.Kind
		id   sandboxapi.ID
		spec any
		want string
	}{
		"unknown kind":        {"volcanoes", named("c1"), struct{}{}, "makes no"},
		"name with a dot":     {sandboxapi.Sites, named("a.b"), struct{}{}, "is not a name"},
		"unknown field":       {sandboxapi.Storages, named("st"), map[string]any{"container": "x"}, "not understood"},
		"bad container":       {sandboxapi.Storages, named("st"), sandboxapi.StorageSpec{Containers: []string{"../x"}}, "no name for a container"},
		"unknown runtime":     {sandboxapi.Sites, named("site"), sandboxapi.SiteSpec{Runtime: "php"}, "runtime is"},
		"two sources":         {sandboxapi.Sites, named("site"), sandboxapi.SiteSpec{Folder: "/a", Archive: "/b.zip"}, "one source"},
		"relative folder":     {sandboxapi.Sites, named("site"), sandboxapi.SiteSpec{Folder: "a"}, "absolute"},
		"folder is not there": {sandboxapi.Sites, named("site"), sandboxapi.SiteSpec{Folder: "/nowhere/at/all"}, "no folder"},
		"no command":          {sandboxapi.Sites, named("site"), sandboxapi.SiteSpec{Runtime: "process"}, "needs a command"},
		"file that climbs":    {sandboxapi.Sites, named("site"), sandboxapi.SiteSpec{Files: map[string]string{"../../out": "x"}}, "cannot be written"},
		"key of two lines":    {sandboxapi.Machines, named("vm"), sandboxapi.MachineSpec{SSHKey: "a\nb"}, "one line"},
		"bad power":           {sandboxapi.Machines, named("vm"), sandboxapi.MachineSpec{Power: "idle"}, "on or off"},
		"no vault":            {sandboxapi.Secrets, named("key"), sandboxapi.SecretSpec{Vault: "payments.dev", Value: "x"}, "no vault"},
	} {
		if err := w.api.Put(t.Context(), c.kind, c.id, c.spec, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want a refusal with %q", name, err, c.want)
		}
	}
}

func TestOpen_twice(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	if _, err := sandbox.Open(w.cfg); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("a second sandbox in the same folder: %v", err)
	}
	other := w.cfg
	other.Dir, other.SitesAddr = t.TempDir(), w.box.SitesAddr()
	if _, err := sandbox.Open(other); err == nil || !strings.Contains(err.Error(), "another program") {
		t.Errorf("a second sandbox on the same port: %v", err)
	}
}

func TestStorage(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	made := put[sandboxapi.Storage](w, sandboxapi.Storages, named("files"), sandboxapi.StorageSpec{Containers: []string{"invoices", "logs"}})
	if made.Honesty != sandboxapi.StandIn {
		t.Errorf("honesty is %s", made.Honesty)
	}
	if err := os.Remove(made.Path + "/logs"); err != nil {
		t.Fatal(err)
	}
	var now sandboxapi.Storage
	if err := w.api.Get(t.Context(), sandboxapi.Storages, named("files"), &now); err != nil || strings.Join(now.Containers, " ") != "invoices" {
		t.Errorf("after one was deleted by hand the containers are %v (%v)", now.Containers, err)
	}
	if err := os.RemoveAll(made.Path); err != nil {
		t.Fatal(err)
	}
	w.wantGone(sandboxapi.Storages, named("files"))
	w.wantLeft() // looking has cleared its record: Terraform asks nobody to delete what it did not find
}
