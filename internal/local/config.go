package local

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/engine"
)

// Config says what to start and where. Dir, App, Repository, Bin and Log are required.
type Config struct {
	// Address is where the platform is reached. With port 0 a free one is taken. The default is 127.0.0.1:7071.
	Address string
	// SitesAddress is where web apps are served. The default is 127.0.0.1:7080.
	SitesAddress string
	Dir          string // everything that is kept
	App          string // the packaged app folder: host.json, functions, handler, catalog, modules
	Repository   string // the checkout that pipeline runs see: only its folder infra is copied
	Portal       string // the built portal; the default is portal/dist of the repository. Without it a page says what there is
	Bin          string // the folder with lazuli and terraform-provider-sandbox
	Engine       string // the Terraform engine to use; empty looks for one, and builds one if there is none
	PostgresDSN  string // a server to make databases in; empty looks for an installed PostgreSQL
	NoPostgres   bool   // use SQLite even where PostgreSQL is installed
	NoHooks      bool   // no service hooks: what happens in Azure DevOps is found out by asking alone
	// MinimumFree is how much of the disk must be free to start, in bytes. The default is 200 MiB.
	MinimumFree uint64
	// OnEngine hears how far the Terraform engine is; nil does not.
	OnEngine func(engine.Status)
	// Settings may change the handler's settings: a test puts a proxy with faults before a stand-in. Nil changes nothing.
	Settings func(map[string]string)
	// OnSend hears of every transfer of messages to Service Bus: a benchmark counts them. It may be nil.
	OnSend func(entity string, messages int)

	Now func() time.Time
	Log *slog.Logger
}

func (c Config) withDefaults() (Config, error) {
	if c.Address == "" {
		c.Address = "127.0.0.1:7071"
	}
	if c.SitesAddress == "" {
		c.SitesAddress = "127.0.0.1:7080"
	}
	if c.MinimumFree == 0 {
		c.MinimumFree = 200 << 20
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Portal == "" {
		c.Portal = filepath.Join(c.Repository, "portal", "dist")
	}
	for _, p := range []*string{&c.Dir, &c.App, &c.Repository, &c.Portal, &c.Bin} {
		abs, err := filepath.Abs(*p)
		if err != nil {
			return c, fmt.Errorf("find %s: %w", *p, err)
		}
		*p = abs
	}
	for what, path := range map[string]string{
		"the packaged app":   filepath.Join(c.App, "host.json"),
		"the pipeline":       filepath.Join(c.Repository, "infra", "pipelines", "deploy.yml"),
		"the provider":       filepath.Join(c.Bin, providerName),
		"the lazuli command": filepath.Join(c.Bin, "lazuli"),
	} {
		if _, err := os.Stat(path); err != nil {
			return c, fmt.Errorf("%s is not there (%s): make package builds it", what, path)
		}
	}
	return c, nil
}

const providerName = "terraform-provider-sandbox"
