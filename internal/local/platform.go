package local

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/lazuli-platform/lazuli/internal/local/devops"
	"github.com/lazuli-platform/lazuli/internal/local/engine"
	"github.com/lazuli-platform/lazuli/internal/local/functionshost"
	"github.com/lazuli-platform/lazuli/internal/local/identity"
	"github.com/lazuli-platform/lazuli/internal/local/keyvault"
	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
	"github.com/lazuli-platform/lazuli/internal/local/servicebus"
	"github.com/lazuli-platform/lazuli/internal/local/tables"
)

// stopPatience bounds an orderly end; what is still open then is cut, which costs nothing that was acknowledged.
const stopPatience = 20 * time.Second

// Platform is a running platform. Start makes it, Close ends it.
type Platform struct {
	cfg       Config
	secrets   secrets
	publicURL string
	ctx       context.Context // of everything that runs; ended by Close
	cancel    context.CancelFunc
	running   sync.WaitGroup
	closers   []func(context.Context) error // in the order of opening

	identity *identity.Issuer
	vaults   *keyvault.Vaults
	tables   *tables.Server
	bus      *servicebus.Server
	sandbox  *sandbox.Sandbox
	engine   *engine.Engine
	devops   *devops.Server
	host     *functionshost.Host

	tablesConnection string
	busConnection    string
	sandboxURL       string
	cliConfig        string
}

// Start starts everything and returns when requests are served; the handler and an engine that has to be built may take
// longer, and requests wait for the handler. The error says what to do. ctx ends nothing: Close does.
func Start(ctx context.Context, cfg Config) (*Platform, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	p := &Platform{cfg: cfg, ctx: run, cancel: cancel}
	if err := p.start(ctx); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func (p *Platform) start(ctx context.Context) error {
	lock, err := claimFolder(p.cfg.Dir)
	if err != nil {
		return err
	}
	p.onClose(func(context.Context) error { return unlock(lock) })
	if err := checkSpace(p.cfg.Dir, p.cfg.MinimumFree); err != nil {
		return err
	}
	if p.secrets, err = loadSecrets(p.cfg.Dir); err != nil {
		return err
	}
	listener, err := listen(p.cfg.Address, "--address")
	if err != nil {
		return err
	}
	p.publicURL = publicURL(listener)
	front := &front{publicURL: p.publicURL, parts: map[string]http.Handler{}, portal: openPortal(p.publicURL, p.cfg.Portal)}
	for _, open := range []func(context.Context) error{p.openIdentity, p.openTables, p.openServiceBus, p.openSandbox, p.openEngine, p.openDevOps, p.openHost} {
		if err := open(ctx); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	if err := p.writeConnect(); err != nil {
		return errors.Join(err, listener.Close())
	}
	front.parts["identity"] = p.identity
	front.parts["vault"] = http.StripPrefix("/vault", p.vaults)
	front.parts["devops"] = p.devops
	front.parts["v1"] = p.host
	front.parts["admin"] = p.host
	p.serveHTTP(listener, front)
	p.devops.Start()
	p.running.Go(func() { p.host.Keep(p.ctx) })
	return nil
}

// Close ends everything in the reverse order and waits for it.
func (p *Platform) Close() error {
	end, stop := context.WithTimeout(context.WithoutCancel(p.ctx), stopPatience)
	defer stop()
	p.cancel() // ends the Functions host, and with it the handler
	var all []error
	for i := len(p.closers) - 1; i >= 0; i-- {
		all = append(all, p.closers[i](end))
	}
	p.running.Wait()
	return errors.Join(all...)
}

// HasPortal tells whether the portal was built, so that it is served at the platform's address.
func (p *Platform) HasPortal() bool { return openPortal(p.publicURL, p.cfg.Portal).built() }

// URL is where the platform is reached.
func (p *Platform) URL() string { return p.publicURL }

// Engine tells about the Terraform engine.
func (p *Platform) Engine() engine.Status { return p.engine.Status() }

// WaitEngine waits for an engine that is being built. The error says why there is none.
func (p *Platform) WaitEngine(ctx context.Context) error {
	_, err := p.engine.Wait(ctx)
	return err
}

// HandlerPID is the process of the handler that runs now; 0 while there is none.
func (p *Platform) HandlerPID() int { return p.host.HandlerPID() }

func (p *Platform) onClose(f func(context.Context) error) { p.closers = append(p.closers, f) }

func unlock(lock *flock.Flock) error {
	if err := lock.Unlock(); err != nil {
		return fmt.Errorf("unlock data folder: %w", err)
	}
	return nil
}

// publicURL names the machine localhost, as people and browsers do.
func publicURL(l net.Listener) string {
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return "http://localhost:" + port
}

// serveHTTP serves on a listener until the platform is closed. The requests that are under way then may finish.
func (p *Platform) serveHTTP(l net.Listener, h http.Handler) {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	p.running.Go(func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			p.cfg.Log.Error("serving ended", "address", l.Addr().String(), "error", err)
		}
	})
	if twin := ipv6Twin(l); twin != nil { // browsers and some clients try ::1 first
		p.running.Go(func() {
			if err := server.Serve(twin); !errors.Is(err, http.ErrServerClosed) {
				p.cfg.Log.Error("serving ended", "address", twin.Addr().String(), "error", err)
			}
		})
	}
	p.onClose(func(ctx context.Context) error {
		if err := server.Shutdown(ctx); err != nil {
			return server.Close()
		}
		return nil
	})
}

// ipv6Twin listens on the same port of ::1; nil where that cannot be had.
func ipv6Twin(l net.Listener) net.Listener {
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil || host != "127.0.0.1" {
		return nil
	}
	twin, err := net.Listen("tcp", net.JoinHostPort("::1", port))
	if err != nil {
		return nil
	}
	return twin
}

func (p *Platform) dir(parts ...string) string {
	return filepath.Join(append([]string{p.cfg.Dir}, parts...)...)
}

// Databases says what databases are made in.
func (p *Platform) Databases() string { return p.sandbox.DatabaseServer() }
