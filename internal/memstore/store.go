package memstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Store is a platform.Store in memory. It is safe for concurrent use.
type Store struct {
	mu sync.Mutex
	state
}

var _ platform.Store = (*Store)(nil)

// state is everything that is stored, a table for each kind of row.
type state struct {
	writes int64 // counts writes; the version of a row is the write that made it

	projects      table[platform.Project]
	environments  table[platform.Environment]
	byType        table[string] // names of environments, by type
	deployments   table[platform.Deployment]
	operations    table[platform.Operation]
	heads         table[platform.ValueVersion]
	versions      table[platform.ValueVersion]
	catalogs      table[platform.CatalogHead]
	directories   table[platform.DirectoryHead]
	usages        table[platform.Usage]
	subscriptions table[platform.Subscription]
	deliveries    table[platform.Delivery]
	outbox        table[ordered]
	audit         table[platform.AuditEvent]
	bodies        table[[]byte]
	reserved      table[platform.OpenOperation] // by operation alone
	open          table[platform.OpenOperation]
	due           table[platform.DueEnvironment]
}

// table is rows by key. A row is never changed, only replaced.
type table[T any] map[key]*row[T]

type row[T any] struct {
	value   T
	version string
}

// key names a row: the partition, then what is unique in it, in the order of lists.
type key struct{ project, name, id string }

type ordered struct {
	platform.Message
	order int64
}

// New makes an empty store.
func New() *Store {
	return &Store{state: state{
		projects: table[platform.Project]{}, environments: table[platform.Environment]{}, byType: table[string]{}, deployments: table[platform.Deployment]{},
		operations: table[platform.Operation]{}, heads: table[platform.ValueVersion]{}, versions: table[platform.ValueVersion]{},
		catalogs: table[platform.CatalogHead]{}, directories: table[platform.DirectoryHead]{}, usages: table[platform.Usage]{},
		subscriptions: table[platform.Subscription]{}, deliveries: table[platform.Delivery]{},
		outbox: table[ordered]{}, audit: table[platform.AuditEvent]{}, bodies: table[[]byte]{},
		reserved: table[platform.OpenOperation]{}, open: table[platform.OpenOperation]{}, due: table[platform.DueEnvironment]{},
	}}
}

// Copy makes a store of its own with the same content.
func (s *Store) Copy() *Store {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &Store{state: s.state}
	c.projects, c.environments, c.byType, c.deployments = maps.Clone(s.projects), maps.Clone(s.environments), maps.Clone(s.byType), maps.Clone(s.deployments)
	c.operations, c.heads, c.versions = maps.Clone(s.operations), maps.Clone(s.heads), maps.Clone(s.versions)
	c.catalogs, c.directories, c.usages = maps.Clone(s.catalogs), maps.Clone(s.directories), maps.Clone(s.usages)
	c.subscriptions, c.deliveries = maps.Clone(s.subscriptions), maps.Clone(s.deliveries)
	c.outbox, c.audit, c.bodies = maps.Clone(s.outbox), maps.Clone(s.audit), maps.Clone(s.bodies)
	c.reserved, c.open, c.due = maps.Clone(s.reserved), maps.Clone(s.open), maps.Clone(s.due)
	return c
}

// read finds a row; stamp puts its version into the copy that is handed out.
func read[T any](ctx context.Context, s *Store, t table[T], k key, what string, stamp func(*T, platform.Stored)) (T, error) {
	var none T
	if err := ended(ctx); err != nil {
		return none, err
	}
	s.mu.Lock()
	r, ok := t[k]
	s.mu.Unlock()
	if !ok {
		return none, platform.Errorf(platform.NotFound, "There is no %s.", what)
	}
	return stamped(r, stamp), nil
}

func stamped[T any](r *row[T], stamp func(*T, platform.Stored)) T {
	out := clone(r.value)
	if stamp != nil {
		stamp(&out, platform.Stored{Version: r.version})
	}
	return out
}

func ended(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return platform.Errorf(platform.StorageUnavailable, "The storage was not asked: the time was over.").Because(err)
	}
	return nil
}

func stampProject(p *platform.Project, v platform.Stored)         { p.Stored = v }
func stampEnvironment(e *platform.Environment, v platform.Stored) { e.Stored = v }
func stampDeployment(d *platform.Deployment, v platform.Stored)   { d.Stored = v }
func stampOperation(o *platform.Operation, v platform.Stored)     { o.Stored = v }
func stampValues(w *platform.ValueVersion, v platform.Stored)     { w.Stored = v }

// Project reads a project.
func (s *Store) Project(ctx context.Context, name string) (platform.Project, error) {
	return read(ctx, s, s.projects, key{project: name}, "project", stampProject)
}

// Environment reads an environment, deleted ones included.
func (s *Store) Environment(ctx context.Context, project, name string) (platform.Environment, error) {
	return read(ctx, s, s.environments, key{project: project, name: name}, "environment", stampEnvironment)
}

// Deployment reads a deployment.
func (s *Store) Deployment(ctx context.Context, project, environment, id string) (platform.Deployment, error) {
	return read(ctx, s, s.deployments, key{project, environment, id}, "deployment", stampDeployment)
}

// Operation finds an operation in whatever project it is.
func (s *Store) Operation(ctx context.Context, id string) (platform.Operation, error) {
	place, err := read(ctx, s, s.reserved, key{id: id}, "operation", nil)
	if err != nil {
		return platform.Operation{}, err
	}
	return read(ctx, s, s.operations, key{project: place.Project, id: id}, "operation", stampOperation)
}

// ValueHead reads the newest values of a scope.
func (s *Store) ValueHead(ctx context.Context, scope platform.ValueScope) (platform.ValueVersion, error) {
	return read(ctx, s, s.heads, key{project: scope.Project, name: scope.Environment}, "value", stampValues)
}

// ValueVersion reads one version of the values of a scope.
func (s *Store) ValueVersion(ctx context.Context, scope platform.ValueScope, number int64) (platform.ValueVersion, error) {
	return read(ctx, s, s.versions, key{scope.Project, scope.Environment, strconv.FormatInt(number, 10)}, "such version", nil)
}

// CatalogHead reads the head of the catalog.
func (s *Store) CatalogHead(ctx context.Context) (platform.CatalogHead, error) {
	return read(ctx, s, s.catalogs, key{}, "catalog", func(h *platform.CatalogHead, v platform.Stored) { h.Stored = v })
}

// DirectoryHead reads the head of the directory.
func (s *Store) DirectoryHead(ctx context.Context) (platform.DirectoryHead, error) {
	return read(ctx, s, s.directories, key{}, "directory", func(h *platform.DirectoryHead, v platform.Stored) { h.Stored = v })
}

// Usage reads how a project used its quota.
func (s *Store) Usage(ctx context.Context, project string) (platform.Usage, error) {
	return read(ctx, s, s.usages, key{project: project}, "usage", func(u *platform.Usage, v platform.Stored) { u.Stored = v })
}

// maxBody is that of Table Storage's adapter.
const maxBody = 16 << 20

func tooLarge(size int) error {
	return platform.Errorf(platform.BodyTooLarge, "The content has %d bytes; %d is the most.", size, maxBody)
}

// PutBody stores content under a key that holds its digest.
func (s *Store) PutBody(ctx context.Context, project, id string, content []byte) (platform.BodyRef, error) {
	if err := ended(ctx); err != nil {
		return platform.BodyRef{}, err
	}
	if len(content) > maxBody {
		return platform.BodyRef{}, tooLarge(len(content))
	}
	sum := sha256.Sum256(content)
	ref := platform.BodyRef{ID: id, Digest: hex.EncodeToString(sum[:]), Size: len(content)}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bodies[key{project, ref.ID, ref.Digest}] = &row[[]byte]{value: slices.Clone(content)}
	return ref, nil
}

// Body reads a body back.
func (s *Store) Body(ctx context.Context, project string, ref platform.BodyRef) ([]byte, error) {
	return read(ctx, s, s.bodies, key{project, ref.ID, ref.Digest}, "body", nil)
}

// OpenOperation reserves an id and puts it on the work list.
func (s *Store) OpenOperation(ctx context.Context, id, project string, at time.Time) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r, taken := s.reserved[key{id: id}]
	if !taken {
		r = &row[platform.OpenOperation]{value: platform.OpenOperation{ID: id, Project: project, At: at}}
		s.reserved[key{id: id}] = r
	}
	if r.value.Project != project {
		return platform.Errorf(platform.Conflict, "The operation id %s is in use.", id).Do("Use a new id.")
	}
	s.open[key{id: id}] = r
	return nil
}

// CloseOperation takes an operation off the work list.
func (s *Store) CloseOperation(ctx context.Context, id string) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, key{id: id})
	return nil
}

// Sent removes messages from the outbox.
func (s *Store) Sent(ctx context.Context, messages ...platform.Message) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range messages {
		delete(s.outbox, key{m.Project, m.Operation, m.ID})
	}
	return nil
}
