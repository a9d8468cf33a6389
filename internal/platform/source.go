package platform

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Source says that what was deployed before is deployed: an earlier deployment of the environment, which is to roll back; or one of
// another environment of the project, which is to promote, or to clone where the environment is new.
type Source struct {
	Environment string // empty: the environment itself
	Deployment  string // empty: what the other environment is now
	// ValuesGoAlong gives the environment the values of its own that the source was deployed with. Otherwise its values stay.
	ValuesGoAlong bool
}

// source is a Source that was looked up, for a caller who may.
type source struct {
	Source
	deployment Deployment
	values     ValueVersion // the source's own, as it was deployed with; when they go along
	rollback   bool
}

// sourceOf finds what a request deploys again. nil when it names no source.
func (s *Service) sourceOf(ctx context.Context, c Caller, in Project, environment string, spec EnvironmentSpec) (*source, error) {
	if spec.From == nil {
		return nil, nil
	}
	if spec.Template != "" || spec.Manifest != nil || len(spec.Parameters) > 0 {
		return nil, Errorf(Invalid, "What is deployed again is not described anew.").With(Detail{"/from", "does not go with a template or a manifest"})
	}
	found := &source{Source: *spec.From}
	if found.Environment == "" {
		found.Environment = environment
	}
	found.rollback = found.Environment == environment
	for _, action := range found.actions() {
		if _, err := s.inEnvironment(ctx, c, in.Name, found.Environment, "", action); err != nil {
			return nil, err
		}
	}
	var err error
	if found.deployment, err = s.sourceDeployment(ctx, in.Name, found); err != nil {
		return nil, err
	}
	if found.ValuesGoAlong && found.deployment.Values != nil {
		found.values, err = s.valueVersion(ctx, ValueScope{in.Name, found.Environment}, found.deployment.Values.Environment)
	}
	return found, err
}

// actions are what one has to be allowed where the source is.
func (f *source) actions() []Permission {
	if f.ValuesGoAlong {
		return []Permission{EnvironmentsRead, ValuesRead}
	}
	return []Permission{EnvironmentsRead}
}

func (s *Service) sourceDeployment(ctx context.Context, project string, f *source) (Deployment, error) {
	id := f.Deployment
	if id == "" {
		env, exists, err := s.environment(ctx, project, f.Environment)
		switch {
		case err != nil:
			return Deployment{}, err
		case !exists:
			return Deployment{}, noEnvironment(project, f.Environment)
		case f.rollback:
			return Deployment{}, Errorf(Invalid, "Say which deployment to go back to.").With(Detail{"/from/deployment", "is required"}).Do("List them: lazuli env history %s/%s", project, f.Environment)
		case env.Deployment == "":
			return Deployment{}, Errorf(Invalid, "Environment %s/%s was never deployed, so there is nothing to take from it.", project, f.Environment).With(Detail{"/from/environment", "was never deployed"})
		}
		id = env.Deployment
	}
	notThere := Errorf(Invalid, "There is no deployment %q of %s/%s.", clip(id, 40), project, f.Environment).With(Detail{"/from/deployment", "is not one of this environment"})
	if !ValidOperationID(id) {
		return Deployment{}, notThere
	}
	dep, err := s.Store.Deployment(ctx, project, f.Environment, id)
	if isCode(err, NotFound) {
		return Deployment{}, notThere
	}
	if err != nil {
		return Deployment{}, err
	}
	op, err := s.Store.Operation(ctx, dep.Operation)
	if err != nil {
		return Deployment{}, fmt.Errorf("read operation of deployment %s: %w", dep.ID, err)
	}
	if dep.Mode != ModeDeploy || op.Status != Succeeded {
		return Deployment{}, Errorf(Invalid, "Deployment %s did not succeed, so it cannot be deployed again.", dep.ID).With(Detail{"/from/deployment", "did not succeed"}).
			Do("Choose one that did: lazuli env history %s/%s", project, f.Environment)
	}
	return dep, nil
}

// wantSource fills in what a source says. What was asked for there is asked for here, with the versions of then; to roll back, exactly
// what was built is built again.
func (f *source) wantSource(catalog Catalog, w *wanted, envType EnvironmentType) (Catalog, error) {
	d := f.deployment
	if d.Template != "" && !envType.allows(d.Template) {
		return nil, Errorf(Invalid, "Template %s may not be used in environments of type %s.", d.Template, envType.Name).With(Detail{"/from", "was made with it"})
	}
	from := f.Source
	from.Deployment = d.ID
	w.template, w.templateVersion, w.parameters, w.from = d.Template, d.TemplateVersion, d.Parameters, &from
	if f.rollback {
		w.asked, w.manifest = d.Asked, d.Manifest
		return f.asBuilt(catalog)
	}
	switch {
	case d.Template != "":
		pinned, err := catalog.Pinned([]Pin{{Kind: KindTemplate, Name: d.Template, Version: d.TemplateVersion}})
		if err != nil {
			return nil, notAgain(fmt.Sprintf("the template %s@%s", d.Template, d.TemplateVersion), err)
		}
		t, _ := pinned.Template(d.Template)
		w.manifest, err = ExpandTemplate(t, d.Parameters)
		return catalog, err
	case d.Asked != nil:
		w.asked, w.manifest = d.Asked, *d.Asked
	default:
		w.manifest = d.Manifest
	}
	return catalog, nil
}

// asBuilt is the catalog in which the definitions of a deployment are the only ones of their types.
func (f *source) asBuilt(catalog Catalog) (Catalog, error) {
	for _, p := range f.deployment.Definitions {
		pinned, err := catalog.Pinned([]Pin{{Kind: KindResourceDefinition, Name: p.Definition, Version: p.Version}})
		if err != nil {
			return nil, notAgain(fmt.Sprintf("the definition %s@%s", p.Definition, p.Version), err)
		}
		catalog = pinned
	}
	return usedCatalog{catalog, f.deployment.Definitions}, nil
}

func notAgain(what string, err error) error {
	return Errorf(Invalid, "This cannot be deployed again: %s is defective, or is not there any more.", what).With(Detail{"/from", "was made with it"}).
		Do("Choose a deployment that was made with another version: lazuli catalog list shows them.").Because(err)
}

// usedCatalog offers, of each type, the definitions that a deployment used.
type usedCatalog struct {
	Catalog
	used []PinnedDefinition
}

func (u usedCatalog) DefinitionsOf(resourceType string) []ResourceDefinition {
	return slices.DeleteFunc(slices.Clone(u.Catalog.DefinitionsOf(resourceType)), func(d ResourceDefinition) bool {
		return !slices.ContainsFunc(u.used, func(p PinnedDefinition) bool { return p.Definition == d.Name && p.Version == d.Version })
	})
}

// checkBuilt refuses to roll back to something that would be built otherwise than it was: rules may have changed since.
func (f *source) checkBuilt(w wanted) error {
	if f.rollback && !slices.EqualFunc(pinned(w), f.deployment.Definitions, PinnedDefinition.equal) {
		return Errorf(Invalid, "Deployment %s cannot be built as it was: other definitions apply to it now.", f.deployment.ID).
			Do("Deploy it as something new: lazuli deploy %s/%s", f.deployment.Project, f.deployment.Environment)
	}
	return nil
}

// goAlong makes the next version of an environment's own values, when those of the source go along; nil when nothing changes.
// Secrets of another environment stay where they are: its own must be there already.
func (f *source) goAlong(head ValueVersion, c Caller, s *Service) (*ValueVersion, error) {
	if !f.ValuesGoAlong || f.deployment.Values == nil {
		return nil, nil
	}
	values := maps.Clone(f.values.Values)
	if values == nil {
		values = map[string]Value{}
	}
	if !f.rollback {
		var missing []string
		for _, key := range slices.Sorted(maps.Keys(values)) {
			if !values[key].IsSecret() {
				continue
			}
			own, ok := head.Values[key]
			if !ok || !own.IsSecret() {
				missing = append(missing, key)
			}
			values[key] = own
		}
		if len(missing) > 0 {
			return nil, Errorf(Invalid, "Secrets do not go along: set %s in %s first.", strings.Join(missing, ", "), head.Scope).With(Detail{"/from/valuesGoAlong", "needs secrets that are not set"}).
				Do("lazuli value set %s --secret %s", head.Scope, missing[0])
		}
		for key, own := range head.Values { // what only the target has stays
			if _, ok := values[key]; !ok {
				values[key] = own
			}
		}
	}
	if err := checkValueSet(head.Scope, values); err != nil {
		return nil, err
	}
	next, changed := head.followedBy(values, c.ID, "with deployment "+f.deployment.ID, s.Now())
	if !changed {
		return nil, nil
	}
	return &next, nil
}
