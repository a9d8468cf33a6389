package sandbox

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// RedisConfig says what Redis servers are made of.
type RedisConfig struct {
	Program  string // path of redis-server; empty looks on the PATH
	Disabled bool   // use the stand-in even where Redis is installed
}

// caches is the kind that runs Redis servers: each has a folder, a loopback port and a password of its own.
type caches struct {
	store   *store
	root    string
	cfg     Config
	maker   cacheMaker
	mu      sync.Mutex
	running map[string]cacheServer // by id
}

// cacheMaker starts servers of one sort.
type cacheMaker interface {
	start(ctx context.Context, folder string, record cacheRecord) (cacheServer, error)
	implementation(spec sandboxapi.CacheSpec) string
	honesty() sandboxapi.Honesty
}

// cacheServer is one that runs; stop returns when it has ended.
type cacheServer interface{ stop() }

// cacheRecord is what is stored for each cache.
type cacheRecord struct {
	ID       sandboxapi.ID        `json:"id"`
	Spec     sandboxapi.CacheSpec `json:"spec"`
	Port     int                  `json:"port"`
	Password string               `json:"password"`
}

func newCaches(cfg Config, st *store) *caches {
	return &caches{store: st, root: filepath.Join(cfg.Dir, "redis"), cfg: cfg, maker: newCacheMaker(cfg), running: map[string]cacheServer{}}
}

func (c *caches) folder(id sandboxapi.ID) string {
	return filepath.Join(c.root, id.Project, id.Environment, id.Name)
}

// startAll starts every server whose folder is there.
func (c *caches) startAll(ctx context.Context) error {
	ids, err := c.store.ids(sandboxapi.Caches, "", "")
	if err != nil {
		return err
	}
	for _, id := range ids {
		record, err := c.record(id)
		if sandboxapi.IsGone(err) {
			continue
		}
		if err != nil {
			return err
		}
		if _, err := c.ensure(ctx, record); err != nil {
			c.cfg.Logger.Warn("redis does not start; the next request for it tries again", "id", id.String(), "error", err)
		}
	}
	return nil
}

func (c *caches) stopAll() {
	c.mu.Lock()
	running := c.running
	c.running = map[string]cacheServer{}
	c.mu.Unlock()
	var waiting sync.WaitGroup
	for _, server := range running {
		waiting.Go(server.stop)
	}
	waiting.Wait()
}

// record answers a cache that is there; one whose folder was deleted is gone.
func (c *caches) record(id sandboxapi.ID) (cacheRecord, error) {
	var record cacheRecord
	found, err := c.store.get(string(sandboxapi.Caches), id.String(), &record)
	if err != nil {
		return record, err
	}
	if !found || !exists(c.folder(id)) {
		return record, notFound("redis " + id.String())
	}
	return record, nil
}

// put keeps port and password of a cache that is there. Another limit or persistence needs another start, which empties
// a cache that keeps nothing.
func (c *caches) put(ctx context.Context, id sandboxapi.ID, text []byte) (any, error) {
	var spec sandboxapi.CacheSpec
	if err := decodeSpec(text, &spec); err != nil {
		return nil, err
	}
	if spec.MaxMemoryMB < 1 {
		return nil, invalid("maxMemoryMb is %d; give a cache 1 MiB at least.", spec.MaxMemoryMB)
	}
	before := cacheRecord{ID: id, Password: rand.Text()}
	if _, err := c.store.get(string(sandboxapi.Caches), id.String(), &before); err != nil {
		return nil, err
	}
	record := before
	record.Spec = spec
	if record.Spec != before.Spec || !exists(c.folder(id)) {
		c.stop(id)
	}
	if err := c.store.put(string(sandboxapi.Caches), id.String(), record); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.folder(id), 0o700); err != nil {
		return nil, fmt.Errorf("make redis %s: %w", id, err)
	}
	record, err := c.ensure(ctx, record)
	if err != nil {
		return nil, err
	}
	return c.describe(record), nil
}

// ensure starts the server if it does not run, on its old port if nobody has taken that: addresses are in Terraform states.
func (c *caches) ensure(ctx context.Context, record cacheRecord) (cacheRecord, error) {
	c.mu.Lock()
	running := c.running[record.ID.String()]
	c.mu.Unlock()
	if running != nil {
		return record, nil
	}
	endStray(c.pidFile(record.ID)) // it would be on the port
	port, err := freePort(record.Port)
	if err != nil {
		return record, err
	}
	if port != record.Port {
		record.Port = port
		if err := c.store.put(string(sandboxapi.Caches), record.ID.String(), record); err != nil {
			return record, err
		}
	}
	server, err := c.maker.start(ctx, c.folder(record.ID), record)
	if err != nil {
		return record, fmt.Errorf("start redis %s: %w", record.ID, err)
	}
	c.mu.Lock()
	c.running[record.ID.String()] = server
	c.mu.Unlock()
	return record, nil
}

func (c *caches) pidFile(id sandboxapi.ID) string { return filepath.Join(c.folder(id), cachePID) }

// stop returns when nothing of the server runs any more.
func (c *caches) stop(id sandboxapi.ID) {
	c.mu.Lock()
	server := c.running[id.String()]
	delete(c.running, id.String())
	c.mu.Unlock()
	if server != nil {
		server.stop()
	}
}

func (c *caches) describe(record cacheRecord) sandboxapi.Cache {
	address := url.URL{Scheme: "redis", User: url.UserPassword("", record.Password), Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(record.Port)), Path: "/0"}
	return sandboxapi.Cache{
		Origin:    sandboxapi.Origin{ID: record.ID, Implementation: c.maker.implementation(record.Spec), Honesty: c.maker.honesty()},
		CacheSpec: record.Spec, Host: "127.0.0.1", Port: record.Port, Password: record.Password, URL: address.String(),
	}
}

func (c *caches) get(ctx context.Context, id sandboxapi.ID) (any, error) {
	record, err := c.record(id)
	if err != nil {
		return nil, err
	}
	if record, err = c.ensure(ctx, record); err != nil {
		return nil, err
	}
	return c.describe(record), nil
}

func (c *caches) remove(_ context.Context, id sandboxapi.ID) error {
	c.stop(id)
	if err := removeFolder(c.root, id); err != nil {
		return fmt.Errorf("remove redis %s: %w", id, err)
	}
	return c.store.remove(string(sandboxapi.Caches), id.String())
}

func (c *caches) leftovers(_ context.Context, project, environment string) ([]sandboxapi.Leftover, error) {
	return recordsAndFolders(c.store, sandboxapi.Caches, c.root, project, environment)
}
