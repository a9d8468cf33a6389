package platform

import (
	"context"
	"fmt"
)

// DeploymentSpec is what a caller may say of a deployment. Without template and manifest, what the environment is already
// is deployed again.
type DeploymentSpec struct {
	Mode Mode          // ModeDeploy or ModePlan
	Pre  Preconditions // on the environment
	EnvironmentSpec
}

// CreateDeployment deploys to an environment that exists, or only plans.
func (s *Service) CreateDeployment(ctx context.Context, c Caller, project, environment string, spec DeploymentSpec, operation string) (Accepted, error) {
	in, err := s.inEnvironment(ctx, c, project, environment, "", DeploymentsWrite)
	if err != nil {
		return Accepted{}, err
	}
	if spec.Mode != ModeDeploy && spec.Mode != ModePlan {
		return Accepted{}, Errorf(Invalid, "A deployment has mode deploy or plan.").With(Detail{"/mode", "must be deploy or plan"})
	}
	if spec.Mode == ModePlan && spec.From != nil && spec.From.ValuesGoAlong {
		return Accepted{}, Errorf(Invalid, "A plan changes no values, so none go along.").With(Detail{"/from/valuesGoAlong", "does not go with mode plan"}).Do("Look at the preview, which shows them.")
	}
	from, err := s.sourceOf(ctx, c, in, environment, spec.EnvironmentSpec)
	if err != nil {
		return Accepted{}, err
	}
	return s.accept(ctx, c, change{kind: "createDeployment", in: in, project: project, environment: environment, operation: operation,
		mode: spec.Mode, spec: spec.EnvironmentSpec, pre: spec.Pre, from: from, keepSpec: true})
}

// GetDeployment returns one deployment.
func (s *Service) GetDeployment(ctx context.Context, c Caller, project, environment, id string) (Deployment, error) {
	if _, err := s.inEnvironment(ctx, c, project, environment, "", EnvironmentsRead); err != nil {
		return Deployment{}, err
	}
	if ValidName(environment) && ValidOperationID(id) {
		dep, err := s.Store.Deployment(ctx, project, environment, id)
		if !isCode(err, NotFound) {
			return dep, err
		}
	}
	return Deployment{}, Errorf(NotFound, "There is no deployment %q in %s/%s.", clip(id, 40), project, clip(environment, 80))
}

// ListDeployments lists the deployments of an environment, newest first, also those of its earlier lives.
func (s *Service) ListDeployments(ctx context.Context, c Caller, project, environment string, page Page) ([]Deployment, string, error) {
	if _, err := s.inEnvironment(ctx, c, project, environment, "", EnvironmentsRead); err != nil {
		return nil, "", err
	}
	if !ValidName(environment) {
		return nil, "", noEnvironment(project, environment)
	}
	return s.Store.Deployments(ctx, project, environment, page)
}

// Preview says what a deployment would do, without a pipeline.
type Preview struct {
	Exists  bool
	Changes []PreviewChange
	Assessment
}

// PreviewChange is a resource of the manifest and what would become of it.
type PreviewChange struct {
	ManifestChange
	Type, Class string
	Definition  string // "postgres-local@1"; empty for a resource that would go
}

// PreviewDeployment compares what is asked for with what is there. The environment need not exist; nothing is stored.
func (s *Service) PreviewDeployment(ctx context.Context, c Caller, project, environment string, spec EnvironmentSpec) (Preview, error) {
	in, err := s.inEnvironment(ctx, c, project, environment, spec.Type, EnvironmentsRead)
	if err != nil {
		return Preview{}, err
	}
	if err := checkName("an environment", environment); err != nil {
		return Preview{}, err
	}
	env, exists, err := s.environment(ctx, project, environment)
	if err != nil {
		return Preview{}, err
	}
	from, err := s.sourceOf(ctx, c, in, environment, spec)
	if err != nil {
		return Preview{}, err
	}
	ch := change{in: in, project: project, environment: environment, spec: spec, from: from, keepSpec: exists}
	w, err := s.want(ctx, c, ch, env, exists)
	if err != nil {
		return Preview{}, err
	}
	var before Manifest
	if exists && env.Deployment != "" {
		dep, err := s.Store.Deployment(ctx, project, environment, env.Deployment)
		if err != nil {
			return Preview{}, fmt.Errorf("read deployment %s: %w", env.Deployment, err)
		}
		if before, err = s.shownManifest(ctx, dep); err != nil {
			return Preview{}, err
		}
	}
	if err := s.assess(ctx, c, ch, env, exists, &w); err != nil {
		return Preview{}, err
	}
	return previewOf(exists, before, w), nil
}

func previewOf(exists bool, before Manifest, w wanted) Preview {
	p := Preview{Exists: exists, Assessment: w.assessment}
	for _, ch := range CompareManifests(before, w.manifest.WithValues(w.values.Effective.shown())) {
		r, ok := w.manifest.Resources[ch.Alias]
		if !ok {
			r = before.Resources[ch.Alias]
		}
		pc := PreviewChange{ManifestChange: ch, Type: r.Type, Class: r.Class}
		if ok {
			d := w.resolved[ch.Alias].Definition
			pc.Definition = d.Name + "@" + d.Version
		}
		p.Changes = append(p.Changes, pc)
	}
	return p
}
