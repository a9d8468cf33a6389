package devops

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/devops/agent"
	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
)

// Config says what the stand-in serves and where it keeps it. Everything is explicit: no environment variable is read.
type Config struct {
	// Dir holds everything that must survive a restart: runs, timelines, logs, artifacts. One process at a time.
	Dir string
	// OrganizationURL is the base URL that clients are given, e.g. http://localhost:7071/devops/lazuli. Its path is the
	// prefix of every request; its host is only used in links.
	OrganizationURL string
	Project         string // the one project, by name
	PAT             string // the personal access token that every request must carry; not empty

	// Repository is the folder that `checkout: self` and pipeline files are read from; Checkout lists the sub-paths
	// (slash-separated) that a checkout copies, so that a run never copies build output or data.
	Repository  string
	Checkout    []string
	Version     string // the commit that runs report, 40 hex digits; 40 zeros when empty
	Definitions []Definition

	VariableGroups map[string]map[string]pipeline.Variable
	Connections    map[string]agent.Connection // service connections, by name
	// TokenFor issues an access token for resource to a run that uses connection.
	TokenFor func(ctx context.Context, run RunInfo, connection, resource string) (agent.Token, error)

	// Hook takes the events of service hooks, which are JSON as the service posts it to a queue. It is called by one goroutine, and
	// again for an event that it returned an error for. Nil: nobody has subscribed.
	Hook func(ctx context.Context, event []byte) error

	Environ  []string // "NAME=value", the whole environment that steps inherit
	Tools    []string // directories put in front of PATH
	Parallel int      // runs executed at the same time; 0 means 2
	Grace    agent.Grace

	Now func() time.Time
	Log *slog.Logger
}

// Definition is a pipeline: an id and a name that clients know, and the file that defines it.
type Definition struct {
	ID   int
	Name string
	YAML string // path in Repository, slash-separated
}

// RunInfo is what the issuer of a run's tokens may know of the run.
type RunInfo struct {
	ID         int
	Number     string
	Definition int
	Parameters map[string]string
}

const (
	defaultParallel = 2
	branch          = "refs/heads/main" // a folder has no branches: every run is of this one
	noVersion       = "0000000000000000000000000000000000000000"
)

// check fills in defaults and refuses a configuration that could not work.
func (c Config) check() (Config, *url.URL, error) {
	switch {
	case c.Dir == "":
		return c, nil, errors.New("devops: Config.Dir is empty")
	case c.Project == "":
		return c, nil, errors.New("devops: Config.Project is empty")
	case c.PAT == "":
		return c, nil, errors.New("devops: Config.PAT is empty; without it anybody on this machine could run commands")
	case c.Now == nil || c.Log == nil:
		return c, nil, errors.New("devops: Config.Now and Config.Log are needed")
	}
	base, err := url.Parse(strings.TrimRight(c.OrganizationURL, "/"))
	if err != nil || base.Host == "" {
		return c, nil, fmt.Errorf("devops: Config.OrganizationURL %q is not an absolute URL", c.OrganizationURL)
	}
	c.OrganizationURL = base.String()
	if c.Parallel <= 0 {
		c.Parallel = defaultParallel
	}
	if c.Version == "" {
		c.Version = noVersion
	}
	return c, base, nil
}

// definition finds a pipeline by id.
func (c Config) definition(id int) (Definition, bool) {
	for _, d := range c.Definitions {
		if d.ID == id {
			return d, true
		}
	}
	return Definition{}, false
}
