package devops

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/build"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/pipelines"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Config says which pipeline is driven, and as whom. Exactly one of Credential and Token is set.
type Config struct {
	OrganizationURL string // https://dev.azure.com/contoso
	Project         string
	Pipeline        int // id of the definition of infra/pipelines/deploy.yml

	Credential azcore.TokenCredential // Entra ID; the organization must be reached by https
	Token      string                 // personal access token; only for a service on this machine

	Timeout   time.Duration     // of one call with its retries; 0 means 30 s
	Transport http.RoundTripper // to the network; nil means a connection pool of its own
	Now       func() time.Time
	Log       *slog.Logger
}

const defaultTimeout = 30 * time.Second

// Pipelines is platform.Pipelines for one pipeline of Azure DevOps. It is safe for concurrent use and needs no closing.
type Pipelines struct {
	project  string
	pipeline int
	timeout  time.Duration
	log      *slog.Logger

	runs    pipelines.Client
	builds  build.Client
	content *http.Client // signed addresses, which must not see our credentials
}

var _ platform.Pipelines = (*Pipelines)(nil)

// New makes the clients. It sends nothing, so it works while Azure DevOps is down.
func New(cfg Config) (*Pipelines, error) {
	base, err := url.Parse(cfg.OrganizationURL)
	switch {
	case err != nil || base.Host == "":
		return nil, fmt.Errorf("devops: organization %q is not an absolute URL", cfg.OrganizationURL)
	case cfg.Project == "" || cfg.Pipeline <= 0:
		return nil, errors.New("devops: project and pipeline id are needed")
	case cfg.Now == nil || cfg.Log == nil:
		return nil, errors.New("devops: Config.Now and Config.Log are needed")
	case (cfg.Credential == nil) == (cfg.Token == ""):
		return nil, errors.New("devops: give either a credential or, for a service on this machine, a personal access token")
	case cfg.Token != "" && !isLoopback(base.Hostname()):
		return nil, fmt.Errorf("devops: a personal access token is only for a service on this machine, not for %s: use a managed identity", base.Hostname())
	case cfg.Credential != nil && base.Scheme != "https":
		return nil, fmt.Errorf("devops: %s would see tokens in clear text: use https", base.Hostname())
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = defaultTimeout
	}
	if cfg.Transport == nil {
		cfg.Transport = newPool()
	}
	conn := azuredevops.NewAnonymousConnection(cfg.OrganizationURL)
	t := &transport{base: cfg.Transport, host: base.Host, log: cfg.Log}
	if cfg.Token != "" {
		conn.AuthorizationString = azuredevops.CreateBasicAuthHeaderValue("", cfg.Token)
	} else {
		t.tokens = &tokenSource{credential: cfg.Credential, now: cfg.Now}
	}
	// Made here once, because the client's own way of making them is not safe for concurrent use and needs the network.
	// Both areas live on the organization's own host.
	client := azuredevops.NewClientWithOptions(conn, conn.BaseUrl, azuredevops.WithHTTPClient(&http.Client{Transport: t}))
	return &Pipelines{
		project: cfg.Project, pipeline: cfg.Pipeline, timeout: cfg.Timeout, log: cfg.Log,
		runs: &pipelines.ClientImpl{Client: *client}, builds: &build.ClientImpl{Client: *client},
		content: &http.Client{Transport: &transport{base: cfg.Transport, log: cfg.Log}},
	}, nil
}

// newPool is the default way to the network. Many runs are followed at once, all on one host, for which the standard pool
// keeps two connections only.
func newPool() http.RoundTripper {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport // somebody has replaced it, and knows why
	}
	pool := standard.Clone()
	pool.MaxIdleConnsPerHost = 32
	return pool
}

// Start starts a run. See the package's documentation for what its errors tell.
func (p *Pipelines) Start(ctx context.Context, operation string) (platform.RunRef, error) {
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	run, err := p.runs.RunPipeline(ctx, pipelines.RunPipelineArgs{
		Project: &p.project, PipelineId: &p.pipeline,
		RunParameters: &pipelines.RunPipelineParameters{TemplateParameters: &map[string]string{"operationId": operation}},
	})
	if err != nil {
		return platform.RunRef{}, failure("start run for operation "+operation, err)
	}
	if run.Id == nil || *run.Id <= 0 {
		return platform.RunRef{}, failure("start run for operation "+operation, errors.New("the answer names no run"))
	}
	return platform.RunRef{ID: strconv.Itoa(*run.Id), URL: webLink(run.Links)}, nil
}

// Cancel asks a run to stop. A run that has ended is left as it is.
func (p *Pipelines) Cancel(ctx context.Context, run string) error {
	id, err := runID(run)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	status := build.BuildStatusValues.Cancelling
	_, err = p.builds.UpdateBuild(ctx, build.UpdateBuildArgs{Project: &p.project, BuildId: &id, Build: &build.Build{Status: &status}})
	if err == nil {
		return nil
	}
	if e, ok := adoError(err); ok && statusOf(e) == http.StatusBadRequest {
		// The service may refuse to change a build that has ended.
		if b, readErr := p.build(ctx, id); readErr == nil && b.Status != nil && *b.Status == build.BuildStatusValues.Completed {
			return nil
		}
	}
	return failure("cancel run "+run, err)
}

func (p *Pipelines) build(ctx context.Context, id int) (*build.Build, error) {
	return p.builds.GetBuild(ctx, build.GetBuildArgs{Project: &p.project, BuildId: &id})
}

// runID reads a run's id; one that is no number is the id of no run.
func runID(run string) (int, error) {
	id, err := strconv.Atoi(run)
	if err != nil || id <= 0 {
		return 0, platform.Errorf(platform.NotFound, "There is no run %q.", run)
	}
	return id, nil
}

// webLink finds the page for people among _links, which the client leaves undecoded.
func webLink(links any) string {
	all, _ := links.(map[string]any)
	web, _ := all["web"].(map[string]any)
	href, _ := web["href"].(string)
	return href
}

func isLoopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// value reads an optional field.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
