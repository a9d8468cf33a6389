package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/devops"
	"github.com/lazuli-platform/lazuli/internal/local/devops/agent"
	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
	"github.com/lazuli-platform/lazuli/internal/local/engine"
	"github.com/lazuli-platform/lazuli/internal/local/functionshost"
	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
)

const (
	devopsProject  = "platform"
	deployPipeline = 1
	// pipelineTokenLife is what the issuer gives a run; the az stand-in tells it to whoever asks.
	pipelineTokenLife = 10 * time.Minute
)

// enginePath is where runs find the engine. It may not be there yet: they wait, and say so.
func (p *Platform) enginePath() string { return p.dir("engine", "terraform-engine") }

// openEngine finds an engine or begins to build one, and puts it where runs look once it is there.
func (p *Platform) openEngine(ctx context.Context) error {
	config, err := engine.WriteCLIConfig(p.dir("engine"), filepath.Join(p.cfg.Bin, providerName))
	if err != nil {
		return fmt.Errorf("prepare the Terraform engine: %w", err)
	}
	p.cliConfig = config
	cache, err := engine.DefaultCacheDir(os.Getenv("XDG_CACHE_HOME"))
	if err != nil {
		return err
	}
	if err := errors.Join(removeIfThere(p.enginePath()), removeIfThere(p.enginePath()+".problem")); err != nil {
		return fmt.Errorf("prepare the Terraform engine: %w", err)
	}
	p.engine, err = engine.Resolve(ctx, engine.Config{Setting: p.cfg.Engine, CacheDir: cache, ToolsDir: filepath.Join(p.cfg.Repository, ".ci", "tofu"),
		Progress: p.cfg.OnEngine, Logger: p.cfg.Log})
	if err != nil {
		return err
	}
	p.onClose(func(context.Context) error { p.engine.Close(); return nil })
	p.running.Go(p.placeEngine)
	return nil
}

// placeEngine waits for the engine; what went wrong is left beside its place, for the runs to tell.
func (p *Platform) placeEngine() {
	path, err := p.engine.Wait(p.ctx)
	if p.ctx.Err() != nil {
		return
	}
	if err == nil {
		err = os.Symlink(path, p.enginePath())
	}
	if err == nil {
		return
	}
	p.cfg.Log.Error("no Terraform engine", "error", err)
	if err := os.WriteFile(p.enginePath()+".problem", []byte(err.Error()), 0o600); err != nil {
		p.cfg.Log.Error("problem not noted", "error", err)
	}
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

func (p *Platform) openDevOps(context.Context) error {
	own := []string{"LAZULI_SANDBOX_URL=" + p.sandboxURL, "LAZULI_SANDBOX_TOKEN=" + p.secrets.SandboxToken}
	environ := append(engine.CleanEnviron(baseEnviron(), p.cliConfig), own...)
	if err := p.writeEngineEnvironment(append(own, "TF_CLI_CONFIG_FILE="+p.cliConfig)); err != nil {
		return err
	}
	hook, err := p.subscribe()
	if err != nil {
		return err
	}
	server, err := devops.Open(devops.Config{
		Dir: p.dir("devops"), OrganizationURL: p.publicURL + "/devops/lazuli", Project: devopsProject, PAT: p.secrets.DevOpsToken,
		Repository: p.cfg.Repository, Checkout: []string{"infra"},
		Definitions: []devops.Definition{{ID: deployPipeline, Name: "deploy", YAML: "/infra/pipelines/deploy.yml"}},
		VariableGroups: map[string]map[string]pipeline.Variable{"lazuli": {
			"LAZULI_URL": {Value: p.publicURL}, "LAZULI_AUDIENCE": {Value: audience}, "LAZULI_ENGINE": {Value: p.enginePath()},
		}},
		Connections: map[string]agent.Connection{"lazuli": {ServicePrincipalID: "pipeline-deploy", TenantID: "local", Resources: []string{audience}}},
		TokenFor:    p.tokenFor, Environ: environ, Tools: []string{p.cfg.Bin}, Hook: hook, Now: p.cfg.Now, Log: p.cfg.Log,
	})
	if err != nil {
		return fmt.Errorf("start Azure DevOps: %w", err)
	}
	p.devops = server
	p.onClose(server.Close)
	return nil
}

// writeEngineEnvironment leaves what a person needs to run the engine by hand on a root that was taken along: a file to be read
// by a shell, for its owner alone, since the sandbox's token is in it.
func (p *Platform) writeEngineEnvironment(variables []string) error {
	var text strings.Builder
	for _, variable := range variables {
		name, value, _ := strings.Cut(variable, "=")
		fmt.Fprintf(&text, "export %s='%s'\n", name, strings.ReplaceAll(value, "'", `'\''`))
	}
	if err := os.WriteFile(p.dir("engine", "environment"), []byte(text.String()), 0o600); err != nil {
		return fmt.Errorf("write the engine's environment: %w", err)
	}
	return nil
}

// tokenFor is the identity provider's answer to a run that signs in by its service connection.
func (p *Platform) tokenFor(ctx context.Context, run devops.RunInfo, _, resource string) (agent.Token, error) {
	if resource != audience {
		return agent.Token{}, fmt.Errorf("the service connection has no access to %q", resource)
	}
	token, err := p.identity.IssuePipelineToken(ctx, run.Number)
	return agent.Token{Value: token, Expires: p.cfg.Now().Add(pipelineTokenLife)}, err
}

// baseEnviron is what runs inherit of the user's environment.
func baseEnviron() []string {
	var out []string
	for _, name := range []string{"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE"} {
		if value, ok := os.LookupEnv(name); ok {
			out = append(out, name+"="+value)
		}
	}
	return out
}

// openHost gives the packaged handler its settings. They are all that tells it where it is.
func (p *Platform) openHost(context.Context) error {
	settings := map[string]string{
		"LAZULI_PUBLIC_URL":               p.publicURL,
		"LAZULI_SIGNING_KEY":              p.secrets.SigningKey,
		"LAZULI_TABLES_CONNECTION_STRING": p.tablesConnection,
		"LAZULI_SERVICE_BUS":              p.busConnection,
		"LAZULI_DEVOPS_URL":               p.publicURL + "/devops/lazuli",
		"LAZULI_DEVOPS_PROJECT":           devopsProject,
		"LAZULI_DEVOPS_PIPELINE":          fmt.Sprint(deployPipeline),
		"LAZULI_DEVOPS_TOKEN":             p.secrets.DevOpsToken,
		"LAZULI_VAULT_URL":                p.publicURL + "/vault/" + sandbox.ValueVaults + "{scope}",
		"LAZULI_VAULT_TOKEN":              p.secrets.VaultToken,
		"LAZULI_WEBHOOK_LOOPBACK":         "true",
		"LAZULI_IDENTITY_ISSUER":          p.publicURL + "/identity",
		"LAZULI_IDENTITY_AUDIENCE":        audience,
		"LAZULI_STATE_BACKEND":            "local",
		"LAZULI_STATE_FOLDER":             p.dir("state"),
	}
	if p.cfg.Settings != nil {
		p.cfg.Settings(settings)
	}
	host, err := functionshost.New(functionshost.Config{Root: p.cfg.App, Environ: baseEnviron(), Settings: settings, StateDir: p.dir("functions"), Clock: p.cfg.Now, Logger: p.cfg.Log})
	if err != nil {
		return fmt.Errorf("start the Functions host: %w", err)
	}
	p.host = host
	return nil
}
