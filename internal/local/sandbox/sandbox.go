package sandbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// Config says where a sandbox keeps things and what it may use.
type Config struct {
	Dir       string // made if missing, mode 0700
	SitesAddr string // where sites are served; a port of 0 is a free one, which then stays the same over restarts
	Token     string // bearer token of the control API; required
	Postgres  PostgresConfig
	Redis     RedisConfig
	Secrets   SecretStore // nil: secrets are refused
	Now       func() time.Time
	Logger    *slog.Logger
}

// SecretStore is the vault that secrets are kept in.
type SecretStore interface {
	// PutSecret stores a new version and returns its id and the URL that people read the newest version at.
	PutSecret(ctx context.Context, vault, name, value string) (version, reference string, err error)
	// SecretVersion returns the newest version's id, or ok false where there is no such secret.
	SecretVersion(ctx context.Context, vault, name string) (version, reference string, ok bool, err error)
	// RemoveSecret removes all versions; a secret that is not there is a success.
	RemoveSecret(ctx context.Context, vault, name string) error
	// ReadSecret returns the version that an address names, if it is in one of the vaults; ok is false for any other address.
	ReadSecret(ctx context.Context, reference string, vaults ...string) (value string, ok bool, err error)
	// SecretNames lists the names in a vault.
	SecretNames(ctx context.Context, vault string) ([]string, error)
	// VaultNames lists the vaults that hold secrets and whose names begin with prefix.
	VaultNames(ctx context.Context, prefix string) ([]string, error)
	// VaultURI is what programs give to Key Vault's client libraries.
	VaultURI(vault string) string
}

// Sandbox is one set of local resources. Create it with [Open].
type Sandbox struct {
	cfg     Config
	store   *store
	locks   locks
	kinds   map[sandboxapi.Kind]kind
	sites   *sites
	machine *machines
	labs    *labs
	caches  *caches
	queues  *queues
	dbs     *databases
	handler http.Handler

	sitesServer *http.Server
	background  sync.WaitGroup
	cancel      context.CancelFunc
}

// kind is what every sort of resource can do. Calls for one resource come one at a time.
type kind interface {
	put(ctx context.Context, id sandboxapi.ID, spec []byte) (any, error)
	get(ctx context.Context, id sandboxapi.ID) (any, error)
	remove(ctx context.Context, id sandboxapi.ID) error
	leftovers(ctx context.Context, project, environment string) ([]sandboxapi.Leftover, error)
}

// Open prepares the folder and the listener for sites; nothing runs before [Sandbox.Start].
// It fails when another process has the folder open or the sites port is taken.
func Open(cfg Config) (*Sandbox, error) {
	if cfg.Token == "" {
		return nil, errors.New("open sandbox: a token for the control API is required")
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("open sandbox: %w", err)
	}
	cfg.Dir = dir
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open sandbox: %w", err)
	}
	st, err := openStore(filepath.Join(dir, "sandbox.db"))
	if err != nil {
		return nil, err
	}
	s := &Sandbox{cfg: cfg, store: st}
	listener, err := s.listenForSites(cfg.SitesAddr)
	if err != nil {
		return nil, errors.Join(err, st.close())
	}
	s.dbs = newDatabases(cfg, st)
	s.sites = newSites(cfg, st, listener)
	s.machine = newMachines(cfg, st, &s.locks)
	s.labs = &labs{store: st, machines: s.machine, locks: &s.locks, cfg: cfg}
	s.caches, s.queues = newCaches(cfg, st), newQueues(cfg, st)
	s.kinds = map[sandboxapi.Kind]kind{
		sandboxapi.Databases:    s.dbs,
		sandboxapi.Sites:        s.sites,
		sandboxapi.Machines:     s.machine,
		sandboxapi.Storages:     &storages{root: filepath.Join(dir, "storage"), store: st},
		sandboxapi.Secrets:      &secrets{vault: cfg.Secrets, store: st},
		sandboxapi.Vaults:       &vaults{secrets: cfg.Secrets, store: st},
		sandboxapi.VMExtensions: &vmExtensions{store: st, locks: &s.locks, machines: s.machine},
		sandboxapi.Labs:         s.labs,
	}
	s.kinds[sandboxapi.Caches], s.kinds[sandboxapi.Queues] = s.caches, s.queues
	kubernetes := &clusters{cfg: cfg, store: st, listener: listener}
	s.kinds[sandboxapi.Clusters] = kubernetes
	s.handler = s.routes()
	s.sitesServer = &http.Server{
		Handler:           besideSites(kubernetes, s.sites),
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(cfg.Logger.Handler(), slog.LevelWarn),
	}
	return s, nil
}

// listenForSites takes the port that sites had last time when any will do, because their addresses are in people's
// browsers and in Terraform states.
func (s *Sandbox) listenForSites(addr string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("listen for sites on %q: %w", addr, err)
	}
	if port == "0" {
		if last := s.store.setting("sitesAddr"); last != "" {
			if listener, err := net.Listen("tcp", last); err == nil {
				return listener, nil
			}
		}
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, fmt.Errorf("listen for sites: %w (is another program using the port? choose another one for sites)", err)
	}
	if err := s.store.setSetting("sitesAddr", listener.Addr().String()); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return listener, nil
}

// Start serves the sites and switches on everything that was on. The database server is started in the background,
// requests that need it wait. Everything runs until [Sandbox.Close]; ctx bounds the start only.
func (s *Sandbox) Start(ctx context.Context) error {
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.cancel = cancel
	s.background.Go(func() {
		if err := s.sitesServer.Serve(s.sites.listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			s.cfg.Logger.Error("sites are not served any more", "error", err)
		}
	})
	s.background.Go(func() { s.dbs.warm(run) })
	if err := s.sites.startAll(ctx); err != nil {
		return fmt.Errorf("start sites: %w", err)
	}
	s.labs.stopDue(ctx) // what should have been stopped while nothing ran stays off
	if err := s.machine.startAll(ctx); err != nil {
		return fmt.Errorf("start machines: %w", err)
	}
	if err := s.caches.startAll(ctx); err != nil {
		return fmt.Errorf("start redis: %w", err)
	}
	if err := s.queues.startAll(ctx); err != nil {
		return fmt.Errorf("start queues: %w", err)
	}
	s.background.Go(func() { s.labs.keep(run) })
	return nil
}

// Close stops the sites, the machines and the private database server and waits for them until ctx ends.
// What they have stored stays.
func (s *Sandbox) Close(ctx context.Context) error {
	if s.cancel != nil {
		s.cancel()
	} else {
		_ = s.sites.listener.Close() // never served: nobody else closes it
	}
	errs := []error{s.sitesServer.Shutdown(ctx)}
	s.background.Wait()
	s.sites.stopAll()
	s.machine.stopAll()
	s.caches.stopAll()
	s.queues.stopAll()
	errs = append(errs, s.dbs.close(ctx), s.store.close())
	return errors.Join(errs...)
}

// Handler is the control API. Mount it where LAZULI_SANDBOX_URL points to, with that prefix stripped.
func (s *Sandbox) Handler() http.Handler { return s.handler }

// SitesAddr is the address that sites are served on, such as 127.0.0.1:7080.
func (s *Sandbox) SitesAddr() string { return s.sites.listener.Addr().String() }

// DatabaseServer says for people what makes databases here, such as "PostgreSQL (private cluster)".
func (s *Sandbox) DatabaseServer() string { return s.dbs.preferred().implementation() }
