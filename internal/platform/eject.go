package platform

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"strings"
)

// The files that make an ejected root run without the platform.
var (
	//go:embed eject/azure-pipelines.yml
	ejectedPipeline string
	//go:embed eject/README.md
	ejectedReadme string
)

// EnvironmentBundle is what an environment was last made of: a Terraform root that needs nobody's platform.
type EnvironmentBundle struct {
	Deployment string
	Digest     string // of the deployment's bundle
	Files      map[string]string
}

// GetEnvironmentBundle gives the rendered root, the variables, the backend and a pipeline of an environment's current
// deployment. It is for whoever may read the environment: there is no secret in it, secrets are read when it is applied.
func (s *Service) GetEnvironmentBundle(ctx context.Context, c Caller, project, name string) (EnvironmentBundle, error) {
	env, err := s.GetEnvironment(ctx, c, project, name)
	if err != nil {
		return EnvironmentBundle{}, err
	}
	if env.Deployment == "" {
		return EnvironmentBundle{}, Errorf(NotFound, "Environment %s/%s was never deployed, so there is nothing to take along.", project, name).
			Do("Deploy it first: lazuli deploy %s/%s", project, name)
	}
	dep, err := s.Store.Deployment(ctx, project, name, env.Deployment)
	if err != nil {
		return EnvironmentBundle{}, fmt.Errorf("read deployment %s: %w", env.Deployment, err)
	}
	stored, err := s.Store.Body(ctx, project, dep.Bundle)
	if err != nil {
		return EnvironmentBundle{}, fmt.Errorf("read bundle of deployment %s: %w", dep.ID, err)
	}
	files, err := decodeBundle(stored)
	if err != nil {
		return EnvironmentBundle{}, err
	}
	return EnvironmentBundle{Deployment: dep.ID, Digest: dep.Bundle.Digest, Files: eject(files, project, name)}, nil
}

// eject leaves out what only the platform needs, the proof after a deletion, and adds what only people without it need.
func eject(files map[string]string, project, environment string) map[string]string {
	out := maps.Clone(files)
	used := files["main.tf.json"]
	for name := range out {
		folder, isModule := strings.CutPrefix(name, "modules/")
		if isModule {
			folder = folder[:strings.LastIndex(folder, "/")]
		}
		if strings.HasPrefix(name, "proof/") || isModule && !strings.Contains(used, `"./modules/`+folder+`"`) {
			delete(out, name)
		}
	}
	words := strings.NewReplacer("PROJECT", project, "ENVIRONMENT", environment)
	out["azure-pipelines.yml"] = words.Replace(ejectedPipeline)
	out["README.md"] = words.Replace(ejectedReadme)
	return out
}
