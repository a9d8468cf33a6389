package platform

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// DriftAdoption is what became of the drift that was to be adopted.
type DriftAdoption struct {
	Operation Operation
	Adopted   []AdoptedDrift
	PutBack   []UnadoptedDrift // what the same deployment puts back
}

// AdoptedDrift is a property whose value, as it was found, is an input now.
type AdoptedDrift struct {
	Address, Property, Alias, Input string
}

// UnadoptedDrift is drift that cannot be adopted, and why. Without a property it is the resource.
type UnadoptedDrift struct {
	Address, Property, Reason string
}

// AdoptDrift makes what was found the wanted state, as far as that can be said in the manifest: a property is adopted when its
// name is that of an input of its resource, and its value one that the input may have. It is deployed with the definitions of the
// current deployment. Since a deployment puts everything else back, what cannot be adopted is an error, unless putBackRest. Its run
// applies its plan only if that leaves alone what is adopted.
func (s *Service) AdoptDrift(ctx context.Context, c Caller, project, name string, putBackRest bool, operation string) (DriftAdoption, error) {
	ch, dep, done, err := s.driftAnswer(ctx, c, change{kind: "adoptDrift", project: project, environment: name, operation: operation, putBackRest: putBackRest})
	if err != nil || done != nil {
		return DriftAdoption{Operation: operationOrNone(done)}, err
	}
	env, err := s.Store.Environment(ctx, project, name)
	if err != nil {
		return DriftAdoption{}, err
	}
	report, err := s.reportDrift(ctx, env, s.Now())
	if err != nil {
		return DriftAdoption{}, err
	}
	if report.Status != DriftFound {
		return DriftAdoption{}, Errorf(Conflict, "No drift of %s/%s is known: its status is %s.", project, name, report.Status).Do("Look first: lazuli drift check %s/%s", project, name)
	}
	catalog, err := s.catalogOf(ctx, ch.in)
	if err != nil {
		return DriftAdoption{}, err
	}
	a := adoption{catalog: catalog, dep: dep}
	out := a.adopt(report.Resources)
	for _, r := range report.Ignored {
		if r.Planned {
			out.PutBack = append(out.PutBack, UnadoptedDrift{Address: r.Address, Reason: "it is ignored for now, which no deployment does"})
		}
	}
	switch {
	case len(out.Adopted) == 0 && len(out.PutBack) == 0:
		return DriftAdoption{}, Errorf(Conflict, "What drifted is nothing that a deployment sets, so there is nothing to adopt.").
			Do("Put it back, which takes in what the engine found: lazuli drift put-back %s/%s", project, name)
	case len(out.Adopted) == 0 || len(out.PutBack) > 0 && !putBackRest:
		return DriftAdoption{}, cannotAdopt(project, name, out)
	}
	ch.adopts = out.Adopted
	ch.from = &source{Source: Source{Environment: name, Deployment: dep.ID}, deployment: a.dep, rollback: true}
	accepted, err := s.accept(ctx, c, ch)
	out.Operation = operationOrNone(accepted.Operation)
	return out, err
}

// undoes refuses a plan that would still change what its deployment is there to keep as it was found: then the inputs do not say it.
func (d Deployment) undoes(p Plan) error {
	var kept []Detail
	for _, a := range d.Adopts {
		at := slices.IndexFunc(p.Changes, func(ch Change) bool { return ch.Address == a.Address })
		if at >= 0 && p.Changes[at].touches(a.Property) {
			kept = append(kept, Detail{"/plan/changes", a.Address + " " + a.Property + ": the plan would " + p.Changes[at].Action + " it"})
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return Errorf(DriftRemains, "The plan would still change what was to be adopted: %s %s. Nothing was changed.", d.Adopts[0].Address, d.Adopts[0].Property).With(kept...).
		Do("Change the manifest yourself, or put the drift back: lazuli drift put-back %s/%s", d.Project, d.Environment)
}

// touches reports whether a change is one of a property, or may be: where not all is listed, nobody knows.
func (ch Change) touches(property string) bool {
	return ch.Action == DriftRemoved || ch.MoreProperties > 0 || slices.ContainsFunc(ch.Properties, func(p PropertyChange) bool {
		rest, ok := strings.CutPrefix(p.Path, property)
		return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
	})
}

// cannotAdopt names all that stands in the way.
func cannotAdopt(project, name string, out DriftAdoption) error {
	err := Errorf(Invalid, "Not all of the drift can be adopted, and the deployment would put the rest back.").
		Do("Change the manifest yourself, or have the rest put back: lazuli drift adopt %s/%s --put-back-rest", project, name)
	if len(out.Adopted) == 0 {
		err = Errorf(Invalid, "None of the drift can be adopted.").Do("Change the manifest yourself, or put the drift back: lazuli drift put-back %s/%s", project, name)
	}
	for _, u := range out.PutBack {
		err = err.With(Detail{"/putBackRest", strings.TrimSuffix(u.Address+" "+u.Property, " ") + ": " + u.Reason})
	}
	return err
}

// adoption changes a copy of a deployment so that it says what was found.
type adoption struct {
	catalog Catalog
	dep     Deployment
}

func (a *adoption) adopt(drifted []DriftedResource) (out DriftAdoption) {
	a.dep.Template, a.dep.TemplateVersion, a.dep.Parameters = "", "", nil // from here on its manifest says what it is
	if a.dep.Asked == nil {
		a.dep.Asked = &a.dep.Manifest
	}
	asked := copyOf(*a.dep.Asked)
	a.dep.Asked, a.dep.Manifest = &asked, copyOf(a.dep.Manifest)
	for _, r := range drifted {
		if !r.Planned {
			continue // a deployment leaves it as it was found
		}
		if why := a.cannot(r); why != "" {
			out.PutBack = append(out.PutBack, UnadoptedDrift{Address: r.Address, Reason: why})
			continue
		}
		for _, property := range topNames(r) {
			input, why := a.property(r, property)
			if why != "" {
				out.PutBack = append(out.PutBack, UnadoptedDrift{r.Address, property, why})
				continue
			}
			out.Adopted = append(out.Adopted, AdoptedDrift{r.Address, property, r.Alias, input})
		}
	}
	return out
}

// cannot says why nothing of a resource can be adopted; empty when some may.
func (a *adoption) cannot(r DriftedResource) string {
	_, asked := a.dep.Asked.Resources[r.Alias]
	switch {
	case r.Alias == "":
		return "it belongs to no resource of the manifest"
	case r.Action == DriftRemoved && r.Outside:
		return "it was removed: take " + r.Alias + " out of the manifest, or put it back"
	case !r.Outside:
		return "nobody changed it outside; it follows from something else"
	case !asked:
		return r.Alias + " comes from a workload: change that"
	case r.MoreProperties > 0:
		return "more of it drifted than is listed"
	}
	return ""
}

// topNames are the names at the top of the paths that drifted, each once.
func topNames(r DriftedResource) []string {
	var names []string
	for _, p := range r.Properties {
		name, _, _ := strings.Cut(p.Path, ".")
		name, _, _ = strings.Cut(name, "[")
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// property adopts one property, or says why it cannot be.
func (a *adoption) property(r DriftedResource, property string) (input, why string) {
	raw, known := r.Found[property]
	if !known {
		return "", "its value is sensitive or too large, so it is not known here"
	}
	value, err := decodeJSON(raw, MaxManifestDepth)
	if err != nil || value == nil {
		return "", "it has no value any more that could be asked for"
	}
	kind, ok := a.catalog.ResourceType(a.dep.Manifest.Resources[r.Alias].Type)
	if !ok {
		return "", "its resource type is not in the catalog any more"
	}
	input = camelCase(property)
	if !slices.Contains(kind.Inputs.Names(), input) {
		return "", fmt.Sprintf("%s has no input of that name", kind.Name)
	}
	if a.isFixed(r.Alias, input) {
		return "", "the definition sets it itself"
	}
	if refers(a.dep.Manifest.Resources[r.Alias].Inputs[input]) {
		return "", "the manifest has a reference there"
	}
	if err := kind.Inputs.Compiled.Properties[input].Validate(value); err != nil {
		return "", "what was found is nothing that the input may be"
	}
	for _, m := range []*Manifest{a.dep.Asked, &a.dep.Manifest} {
		resource := m.Resources[r.Alias]
		resource.Inputs = maps.Clone(resource.Inputs)
		if resource.Inputs == nil {
			resource.Inputs = map[string]any{}
		}
		resource.Inputs[input] = escapeValue(value)
		m.Resources[r.Alias] = resource
	}
	return input, ""
}

// isFixed reports whether the definition that built a resource sets an input whatever is asked for.
func (a *adoption) isFixed(alias, input string) bool {
	at := slices.IndexFunc(a.dep.Definitions, func(p PinnedDefinition) bool { return p.Alias == alias })
	if at < 0 {
		return true
	}
	pin := a.dep.Definitions[at]
	pinned, err := a.catalog.Pinned([]Pin{{Kind: KindResourceDefinition, Name: pin.Definition, Version: pin.Version}})
	if err != nil {
		return false // accept says that it cannot be built again
	}
	for _, d := range pinned.DefinitionsOf(pin.Type) {
		if d.Name == pin.Definition {
			_, fixed := decodeInputs(d.Inputs)[input]
			return fixed
		}
	}
	return false
}

// refers reports whether any text in a value is, or holds, a reference.
func refers(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		for _, member := range v {
			if refers(member) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, refers)
	case string:
		segments, err := ParseText(v)
		return err != nil || slices.ContainsFunc(segments, func(s Segment) bool { return s.Kind != LiteralText })
	}
	return false
}

// copyOf is a manifest whose resources can be replaced.
func copyOf(m Manifest) Manifest {
	m.Resources = maps.Clone(m.Resources)
	return m
}

// camelCase is what an attribute of the engine is called as an input: storage_gb is storageGb.
func camelCase(attribute string) string {
	var out strings.Builder
	upper := false
	for _, c := range attribute {
		if c == '_' {
			upper = out.Len() > 0
			continue
		}
		if upper {
			c, upper = unicode.ToUpper(c), false
		}
		out.WriteRune(c)
	}
	return out.String()
}
