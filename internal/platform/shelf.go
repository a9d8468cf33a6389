package platform

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
)

// CatalogCompiler reads documents of the catalog. internal/catalog implements it.
type CatalogCompiler interface {
	// Item reads what a document says of itself: kind, name, version, status. Files are the module of a definition.
	Item(document json.RawMessage, files map[string]string) (CatalogItem, error)
	// Compile checks items as one catalog and makes it. What is wrong comes back as the Details of an Error with code
	// Invalid, each with the Ref of its item as Pointer.
	Compile(items []CatalogItem) (Catalog, error)
}

// CatalogScope is where the catalog is stored: in the place of a project, under a name that no project can have.
const CatalogScope = "CATALOG"

// Shelf gives the catalog as it is now. It keeps the last release that it compiled, and asks the store before each use
// whether there is a newer one: what was published is used by the next request, in every process. It is safe for concurrent use.
type Shelf struct {
	store    Store
	compiler CatalogCompiler

	mu      sync.Mutex
	release Release
	catalog Catalog // of release; nil before the first use
}

// NewShelf makes a shelf over a store.
func NewShelf(store Store, compiler CatalogCompiler) *Shelf {
	return &Shelf{store: store, compiler: compiler}
}

// Current gives the catalog as it is now.
func (s *Shelf) Current(ctx context.Context) (Catalog, error) {
	_, _, c, err := s.read(ctx)
	return c, err
}

// read gives the head of the catalog, the release that it points at, and the catalog that this is.
func (s *Shelf) read(ctx context.Context) (CatalogHead, Release, Catalog, error) {
	head, err := s.store.CatalogHead(ctx)
	if isCode(err, NotFound) {
		head, err = CatalogHead{}, nil
	}
	if err != nil {
		return CatalogHead{}, Release{}, nil, fmt.Errorf("read the head of the catalog: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.catalog != nil && s.release.Revision == head.Revision {
		return head, s.release, s.catalog, nil
	}
	release, err := s.load(ctx, head)
	if err != nil {
		return CatalogHead{}, Release{}, nil, err
	}
	compiled, err := s.compiler.Compile(release.Items)
	if err != nil {
		return CatalogHead{}, Release{}, nil, fmt.Errorf("compile catalog release %d: %w", head.Revision, notTheCallers(err))
	}
	s.release, s.catalog = release, compiled
	return head, release, compiled, nil
}

// keep spares the next reader from compiling what has just been published. One that was overtaken is compiled for nothing.
func (s *Shelf) keep(release Release, compiled Catalog) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if release.Revision > s.release.Revision {
		s.release, s.catalog = release, compiled
	}
}

// notTheCallers hides the code of an error: that what is published does not compile is no fault of who asks for something.
func notTheCallers(err error) error { return fmt.Errorf("%v", err) } //nolint:errorlint // on purpose

func (s *Shelf) load(ctx context.Context, head CatalogHead) (Release, error) {
	if head.Revision == 0 {
		return Release{}, nil
	}
	text, err := s.store.Body(ctx, CatalogScope, head.Body)
	if err != nil {
		return Release{}, fmt.Errorf("read catalog release %d: %w", head.Revision, err)
	}
	return decodeRelease(text)
}

// catalog is the catalog as it is now.
func (s *Service) catalog(ctx context.Context) (Catalog, error) { return s.Shelf.Current(ctx) }
