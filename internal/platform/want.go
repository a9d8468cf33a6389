package platform

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// wanted is what a change asks for, made explicit: the manifest with everything chosen that has to be chosen.
type wanted struct {
	envType         EnvironmentType
	template        string
	templateVersion string
	parameters      json.RawMessage
	asked           *Manifest
	manifest        Manifest
	resolved        map[string]Resolved
	policies        []Policy
	assessment      Assessment
	values          Values        // that hold there; empty when the manifest refers to none
	next            *ValueVersion // of the environment\'s own values, when those of the source go along
	from            *Source
	usage           *Usage      // that a quota or budget is counted with; nil without one
	current         *Deployment // that made the environment what it is; nil where there is none, and before a deletion
}

// want makes a request explicit, or says in the caller's words what is wrong with it.
func (s *Service) want(ctx context.Context, c Caller, ch change, env Environment, exists bool) (wanted, error) {
	if ch.mode == ModeDestroy { // whatever the catalog says today, what is there can be removed
		return wanted{envType: EnvironmentType{Name: env.Type}}, nil
	}
	catalog, err := s.catalogOf(ctx, ch.in)
	if err != nil {
		return wanted{}, err
	}
	envType, err := environmentType(catalog, ch, env, exists)
	if err != nil {
		return wanted{}, err
	}
	if err := ch.in.takes(envType.Name, exists); err != nil {
		return wanted{}, err
	}
	spec := ch.spec
	if ch.keepSpec && ch.from == nil && spec.Template == "" && spec.Manifest == nil {
		if spec, err = s.currentSpec(ctx, env); err != nil {
			return wanted{}, err
		}
	}
	w := wanted{envType: envType, policies: catalog.Policies()}
	if ch.from != nil {
		catalog, err = ch.from.wantSource(catalog, &w, envType)
	} else {
		err = fillManifest(catalog, &w, spec, envType)
	}
	if err != nil {
		return wanted{}, err
	}
	if err := s.wantValues(ctx, c, ch, &w); err != nil {
		return wanted{}, err
	}
	at := Place{Project: ch.project, Environment: ch.environment, Type: envType.Name, Values: w.values.Effective}
	if w.resolved, w.manifest, err = ResolveManifest(catalog, w.manifest, at); err == nil && ch.from != nil {
		err = ch.from.checkBuilt(w)
	}
	return w, err
}

// wantValues reads the values that hold, with those of the source in place of the environment's own where they go along.
func (s *Service) wantValues(ctx context.Context, c Caller, ch change, w *wanted) error {
	goAlong := ch.from != nil && ch.from.ValuesGoAlong
	if !goAlong && !w.manifest.MayUseValues() {
		return nil
	}
	scope := ValueScope{ch.project, ch.environment}
	var err error
	if w.values, err = s.valuesOf(ctx, scope); err != nil || !goAlong {
		return err
	}
	w.values.Head.Scope = scope
	if w.next, err = ch.from.goAlong(w.values.Head, c, s); err != nil || w.next == nil {
		return err
	}
	action := ValuesWrite
	if keys := w.next.writes(); len(keys) > 0 && w.next.hasSecrets(keys) {
		action = ValuesSecretsWrite
	}
	if err := s.valueScope(ctx, c, scope, action); err != nil {
		return err
	}
	project, err := s.valueHead(ctx, ValueScope{Project: ch.project})
	w.values = Values{Head: *w.next, Beneath: project.Number, Effective: EffectiveValues(project, *w.next)}
	return err
}

// catalogOf is the catalog as a project sees it.
func (s *Service) catalogOf(ctx context.Context, p Project) (Catalog, error) {
	catalog, err := s.catalog(ctx)
	if err != nil {
		return nil, err
	}
	return catalog.Pinned(p.Pins)
}

func environmentType(catalog Catalog, ch change, env Environment, exists bool) (EnvironmentType, error) {
	name := ch.spec.Type
	switch {
	case exists && name != "" && name != env.Type:
		return EnvironmentType{}, Errorf(Invalid, "Environment %s/%s is of type %s, and stays so.", env.Project, env.Name, env.Type).
			With(Detail{"/type", "cannot be changed"}).Do("Make another environment of type %s.", clip(name, 80))
	case exists:
		name = env.Type
	case name == "":
		return EnvironmentType{}, Errorf(Invalid, "A new environment needs a type.").With(Detail{"/type", "is required"}).Do("Say for example type dev.")
	}
	t, ok := catalog.EnvironmentType(name)
	if !ok {
		return EnvironmentType{}, Errorf(Invalid, "There is no environment type %q.", clip(name, 80)).With(Detail{"/type", "is unknown"})
	}
	return t, nil
}

// currentSpec is what the environment was last made from.
func (s *Service) currentSpec(ctx context.Context, env Environment) (EnvironmentSpec, error) {
	if env.Deployment == "" {
		return EnvironmentSpec{}, Errorf(Invalid, "Environment %s/%s was never deployed, so there is nothing to deploy again.", env.Project, env.Name).
			Do("Name a template or give a manifest.")
	}
	dep, err := s.Store.Deployment(ctx, env.Project, env.Name, env.Deployment)
	if err != nil {
		return EnvironmentSpec{}, fmt.Errorf("read deployment %s: %w", env.Deployment, err)
	}
	if dep.Template != "" {
		return EnvironmentSpec{Template: dep.Template, Parameters: dep.Parameters}, nil
	}
	if dep.Asked != nil { // what was left open is chosen anew
		return EnvironmentSpec{Manifest: dep.Asked}, nil
	}
	return EnvironmentSpec{Manifest: &dep.Manifest}, nil
}

func fillManifest(catalog Catalog, w *wanted, spec EnvironmentSpec, envType EnvironmentType) error {
	switch {
	case spec.Template != "" && spec.Manifest != nil:
		return Errorf(Invalid, "Give a template or a manifest, not both.").With(Detail{"/manifest", "does not go with a template"})
	case spec.Manifest != nil:
		if len(spec.Parameters) > 0 && string(compact(spec.Parameters)) != "{}" {
			return Errorf(Invalid, "Parameters go with a template.").With(Detail{"/parameters", "does not go with a manifest"})
		}
		w.manifest, w.asked = *spec.Manifest, spec.Manifest
		return nil
	case spec.Template == "":
		return Errorf(Invalid, "Neither a template nor a manifest was given.").With(Detail{"/template", "is required"}).Do("Choose one: lazuli template list")
	}
	t, ok := catalog.Template(spec.Template)
	if !ok {
		return noTemplateIn(spec.Template)
	}
	if !envType.allows(t.Name) {
		return errTemplateNotAllowed(t, envType)
	}
	manifest, err := ExpandTemplate(t, spec.Parameters)
	if err != nil {
		return err
	}
	w.template, w.templateVersion, w.parameters, w.manifest = t.Name, t.Version, compact(spec.Parameters), manifest
	return nil
}

func noTemplateIn(name string) error {
	return Errorf(Invalid, "There is no template %q.", clip(name, 80)).With(Detail{"/template", "is unknown"}).Do("List the templates: lazuli template list")
}

// pinned says which definitions build the resources, by alias.
func pinned(w wanted) []PinnedDefinition {
	pins := make([]PinnedDefinition, 0, len(w.resolved))
	for _, alias := range slices.Sorted(maps.Keys(w.resolved)) {
		r := w.resolved[alias]
		pins = append(pins, PinnedDefinition{Alias: alias, Type: r.Type.Name, Definition: r.Definition.Name, Version: r.Definition.Version,
			Secrets: slices.DeleteFunc(r.Type.Outputs.Names(), func(output string) bool { return !r.Type.Outputs.Secret(output) })})
	}
	return pins
}
