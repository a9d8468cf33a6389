package devops_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/devops"
	local "github.com/lazuli-platform/lazuli/internal/local/devops"
	"github.com/lazuli-platform/lazuli/internal/local/devops/agent"
	"github.com/lazuli-platform/lazuli/internal/pipelinestest"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

const (
	pat        = "the-token"
	pipelineID = 7
)

// The port's promise, kept on the local stand-in.
func TestPipelines_local(t *testing.T) {
	pipelinestest.Run(t, pipelinestest.Service{
		OrganizationURL: newOrganization(t), Token: pat,
		Open: func(t testing.TB, organizationURL, token string) platform.Pipelines {
			return newPipelines(t, devops.Config{OrganizationURL: organizationURL, Token: token})
		},
	})
}

// The same promise, kept on a real organization: LAZULI_TEST_DEVOPS_URL, _PROJECT, _PIPELINE and _TOKEN name one whose
// pipeline is internal/pipelinestest/pipeline.yml.
func TestPipelines_azure(t *testing.T) {
	url := os.Getenv("LAZULI_TEST_DEVOPS_URL")
	if url == "" {
		t.Skip("LAZULI_TEST_DEVOPS_URL is not set: the suite is not run on a real Azure DevOps organization")
	}
	id := 0
	for _, digit := range os.Getenv("LAZULI_TEST_DEVOPS_PIPELINE") {
		id = id*10 + int(digit-'0')
	}
	pipelinestest.Run(t, pipelinestest.Service{
		OrganizationURL: url, Token: os.Getenv("LAZULI_TEST_DEVOPS_TOKEN"),
		Open: func(t testing.TB, organizationURL, token string) platform.Pipelines {
			return newPipelines(t, devops.Config{OrganizationURL: organizationURL, Token: token, Project: os.Getenv("LAZULI_TEST_DEVOPS_PROJECT"), Pipeline: id})
		},
	})
}

// newPipelines fills in what a test does not care about.
func newPipelines(t testing.TB, cfg devops.Config) *devops.Pipelines {
	t.Helper()
	if cfg.Project == "" {
		cfg.Project, cfg.Pipeline = "platform", pipelineID
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	cfg.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	p, err := devops.New(cfg)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return p
}

// newOrganization serves the stand-in with the suite's pipeline and returns its address.
func newOrganization(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "pipeline.yml"), []byte(pipelinestest.Pipeline), 0o600); err != nil {
		t.Fatal(err)
	}
	front := httptest.NewUnstartedServer(nil)
	url := "http://" + front.Listener.Addr().String() + "/devops/lazuli"
	server, err := local.Open(local.Config{
		Dir: filepath.Join(dir, "data"), OrganizationURL: url, Project: "platform", PAT: pat, Repository: dir, Parallel: 4,
		Definitions: []local.Definition{{ID: pipelineID, Name: "suite", YAML: "pipeline.yml"}},
		Environ:     agent.Environ(os.Environ()), Grace: agent.Grace{Interrupt: 100 * time.Millisecond, Terminate: 100 * time.Millisecond},
		Now: time.Now, Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	front.Config.Handler = server
	front.Start()
	server.Start()
	t.Cleanup(func() {
		front.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := server.Close(ctx); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return url
}
