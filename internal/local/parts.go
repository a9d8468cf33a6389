package local

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/lazuli-platform/lazuli/internal/local/identity"
	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
	"github.com/lazuli-platform/lazuli/internal/local/servicebus"
	"github.com/lazuli-platform/lazuli/internal/local/tables"
)

// audience is whom access tokens are for.
const audience = "lazuli"

func (p *Platform) openIdentity(context.Context) error {
	issuer, err := identity.Open(identity.Config{Issuer: p.publicURL + "/identity", Dir: p.dir("identity"), Audience: audience,
		Integration: identity.Integration{ID: integrationID, Secret: p.secrets.Integration}, Now: p.cfg.Now, Logger: p.cfg.Log})
	if err != nil {
		return fmt.Errorf("start the identity provider: %w", err)
	}
	p.identity = issuer
	p.onClose(func(context.Context) error { return issuer.Close() })
	return nil
}

func (p *Platform) openTables(context.Context) error {
	server, err := tables.Open(tables.Config{File: p.dir("tables.db"), Account: "lazulilocal", Key: p.secrets.TablesKey, Now: p.cfg.Now, Logger: p.cfg.Log})
	if err != nil {
		return fmt.Errorf("start table storage: %w", err)
	}
	p.tables = server
	p.onClose(func(context.Context) error { return server.Close() })
	listener, err := freePort()
	if err != nil {
		return err
	}
	p.tablesConnection = server.ConnectionString(listener.Addr().String())
	p.serveHTTP(listener, server)
	return nil
}

func (p *Platform) openServiceBus(context.Context) error {
	path := filepath.Join(p.cfg.Repository, "infra", "platform", "servicebus.json")
	raw, err := os.ReadFile(path) // #nosec G304 -- a file of the checkout
	if err != nil {
		return fmt.Errorf("read the entities of Service Bus: %w", err)
	}
	entities, err := servicebus.ParseEntities(raw)
	if err != nil {
		return fmt.Errorf("read the entities of Service Bus: %w", err)
	}
	server, err := servicebus.Open(servicebus.Config{File: p.dir("servicebus.db"), Entities: entities, KeyName: "RootManageSharedAccessKey", Key: p.secrets.ServiceBusKey, Now: p.cfg.Now, Logger: p.cfg.Log, OnSend: p.cfg.OnSend})
	if err != nil {
		return fmt.Errorf("start Service Bus: %w", err)
	}
	p.bus = server
	listener, err := freePort()
	if err != nil {
		return err
	}
	p.busConnection = server.ConnectionString(listener.Addr().String())
	served := make(chan struct{})
	serving, stop := context.WithCancel(context.WithoutCancel(p.ctx))
	go func() {
		defer close(served)
		if err := server.Serve(serving, listener); err != nil && serving.Err() == nil {
			p.cfg.Log.Error("Service Bus ended", "error", err)
		}
	}()
	p.onClose(func(ctx context.Context) error {
		err := server.Close(ctx)
		stop()
		<-served
		return err
	})
	return nil
}

// openSandbox starts what makes real things. Its control API has a port of its own; only pipeline runs are told its key.
func (p *Platform) openSandbox(ctx context.Context) error {
	if err := p.openVaults(); err != nil {
		return err
	}
	box, err := sandbox.Open(sandbox.Config{Dir: p.dir("sandbox"), SitesAddr: p.cfg.SitesAddress, Token: p.secrets.SandboxToken,
		Postgres: sandbox.PostgresConfig{DSN: p.cfg.PostgresDSN, Disabled: p.cfg.NoPostgres}, Secrets: p.vaults, Now: p.cfg.Now, Logger: p.cfg.Log})
	if err != nil {
		return fmt.Errorf("start the sandbox: %w", err)
	}
	p.sandbox = box
	p.onClose(box.Close)
	if err := box.Start(ctx); err != nil {
		return fmt.Errorf("start the sandbox: %w", err)
	}
	listener, err := freePort()
	if err != nil {
		return err
	}
	p.sandboxURL = "http://" + listener.Addr().String()
	p.serveHTTP(listener, box.Handler())
	return nil
}

// freePort listens on any port of loopback but 8902: the Table Storage client takes that one for another service.
func freePort() (net.Listener, error) {
	for range 3 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		if _, port, _ := net.SplitHostPort(l.Addr().String()); port != "8902" {
			return l, nil
		}
		_ = l.Close() // another try
	}
	return nil, fmt.Errorf("find a free port: only 8902 is free")
}
