package simulation

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/lazuli-platform/lazuli/internal/catalog"
	"github.com/lazuli-platform/lazuli/internal/memstore"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

//go:embed catalog modules
var shipped embed.FS

// rootFile is the one file of a rendered root: what is wanted, by alias.
const rootFile = "things.json"

// renderer makes roots that the simulated agents can read.
type renderer struct{}

// Render says of each resource what it is to be.
func (renderer) Render(in platform.RenderInput) (map[string][]byte, error) {
	things := map[string]string{}
	for alias, r := range in.Manifest.Resources {
		things[alias] = fmt.Sprint(r.Type, " of size ", r.Inputs["size"])
	}
	text, err := json.Marshal(things)
	return map[string][]byte{rootFile: text}, err
}

// off is what is said of a thing that is switched off.
const off = ", off"

// Switch says of each resource that it is off, or that no more.
func (renderer) Switch(files map[string]string, power platform.Power) (map[string]string, bool, error) {
	var things map[string]string
	if err := json.Unmarshal([]byte(files[rootFile]), &things); err != nil {
		return nil, false, err
	}
	for alias, thing := range things {
		things[alias] = strings.TrimSuffix(thing, off)
		if power == platform.PowerOff {
			things[alias] += off
		}
	}
	text, err := json.Marshal(things)
	return map[string]string{rootFile: string(text)}, len(things) > 0, err
}

// compiler compiles the one catalog of all worlds once.
type compiler struct{}

var compiled sync.Map // by the documents

func (compiler) Item(document json.RawMessage, files map[string]string) (platform.CatalogItem, error) {
	return catalog.Compiler{}.Item(document, files)
}

func (compiler) Compile(items []platform.CatalogItem) (platform.Catalog, error) {
	var key strings.Builder
	for _, i := range items {
		key.WriteString(i.Ref() + " " + string(i.Status) + " " + string(i.Document) + "\n")
	}
	if known, ok := compiled.Load(key.String()); ok {
		return known.(platform.Catalog), nil //nolint:errcheck // only catalogs are stored
	}
	c, err := catalog.Compiler{}.Compile(items)
	if err == nil {
		compiled.Store(key.String(), c)
	}
	return c, err
}

// The people of every world.
var (
	admin     = platform.Caller{ID: "admin", Roles: []platform.Role{platform.PlatformAdmin}}
	developer = platform.Caller{ID: "developer"}
	approver  = platform.Caller{ID: "approver"}
	second    = platform.Caller{ID: "second"}
	colleague = platform.Caller{ID: "colleague"}
)

// project is where everything is asked for.
const project = "payments"

// base is what is stored when a world begins: the catalog, the project, its people.
var base = sync.OnceValues(func() (*memstore.Store, error) {
	store := memstore.New()
	documents, err := fs.Sub(shipped, "catalog")
	if err != nil {
		return nil, err
	}
	modules, err := fs.Sub(shipped, "modules")
	if err != nil {
		return nil, err
	}
	packaged, err := catalog.Load(documents, modules, catalog.Options{})
	if err != nil {
		return nil, err
	}
	ids, relay := 0, platform.NewRelay(store, nobody{}, slog.New(slog.DiscardHandler))
	ctx := context.Background()
	s := &platform.Service{Store: store, Shelf: platform.NewShelf(store, compiler{}), Roster: platform.NewRoster(store), Relay: relay, Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return genesis.Add(-time.Hour) }, NewID: func() string { ids++; return fmt.Sprintf("01BASE%020d", ids) }}
	if err := s.SeedCatalog(ctx, packaged.Items()); err != nil {
		return nil, fmt.Errorf("seed the catalog: %w", err)
	}
	spec := platform.ProjectSpec{Title: "Payments", Team: "payments", Members: []platform.Member{
		{ID: "developer", Role: platform.TeamOwner}, {ID: "approver", Role: platform.Approver},
		{ID: "second", Role: platform.Approver}, {ID: "colleague", Role: platform.TeamOwner}}}
	if _, err := s.PutProject(ctx, admin, project, spec, platform.Preconditions{}); err != nil {
		return nil, fmt.Errorf("make the project: %w", err)
	}
	return store, settled(ctx, store, relay)
})

// settled has what was told before the world begins be told.
func settled(ctx context.Context, store *memstore.Store, relay *platform.Relay) error {
	open, _, err := store.OpenOperations(ctx, platform.Page{})
	for _, o := range open {
		_, flushed := relay.Flush(ctx, o.Project, o.ID)
		err = errors.Join(err, flushed, store.CloseOperation(ctx, o.ID))
	}
	return err
}

// nobody listens before the world begins.
type nobody struct{}

func (nobody) Send(context.Context, ...platform.Message) error { return nil }
