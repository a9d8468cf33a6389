package platform

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

var (
	// identifierPattern is what a parameter, an input and an output may be called: also an identifier of Terraform.
	identifierPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)
	valueKeyPattern   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	classPattern      = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)
)

// ResolveManifest chooses type and definition for every resource of a manifest and checks everything that can be known
// without building it. It returns the choice by alias, and the manifest with the defaults of its types filled in and with
// resources in the place of its workloads; the same catalog, manifest and place give the same answer, and a resolved manifest
// resolves to itself.
//
// Faults of the manifest come back together, as Details of one Error with code Invalid (pointers as in
// [ParseManifest]): a name that is none, an unknown type, no definition for this place, inputs that do not satisfy the
// type's schema or that the definition has fixed, references to what is not there, a cycle of references, a limit.
// An input that holds a reference is not judged by its value, which only the engine will know. Two definitions that apply
// equally well are a fault of the catalog: Conflict, naming both.
func ResolveManifest(c Catalog, m Manifest, at Place) (map[string]Resolved, Manifest, error) {
	if err := checkManifestSize(m); err != nil {
		return nil, Manifest{}, err
	}
	m, origins, wrong := expandWorkloads(m)
	r := resolution{wrong: wrong, catalog: c, manifest: m, values: at.Values, context: map[string]string{"project": at.Project, "environment": at.Environment, "type": at.Type}}
	resolved := make(map[string]Resolved, len(m.Resources))
	out := Manifest{Resources: make(map[string]Resource, len(m.Resources))}
	for _, alias := range m.Aliases() {
		resource := m.Resources[alias]
		kind, ok := r.resourceType(alias, resource)
		if !ok {
			continue
		}
		definition, ok, err := chooseDefinition(c.DefinitionsOf(resource.Type), resource, at)
		if err != nil {
			return nil, Manifest{}, err
		}
		if !ok {
			r.refuse(resourcePointer(alias), "%s", noDefinition(c.DefinitionsOf(resource.Type), resource, at))
			continue
		}
		resolved[alias] = Resolved{Type: kind, Definition: definition}
		out.Resources[alias] = r.inputs(alias, resource, kind, definition)
	}
	r.checkCycles()
	if len(r.wrong) > 0 {
		for i := range r.wrong {
			r.wrong[i].Pointer = writtenAt(origins, r.wrong[i].Pointer)
		}
		return nil, Manifest{}, invalid("The manifest cannot be deployed.", uniqueDetails(r.wrong))
	}
	return resolved, out, checkManifestSize(out)
}

// CheckTemplate checks a template against a catalog as far as that goes without parameters: names, types, parameters that its
// manifest uses, inputs, references. The details point into the template's spec.
func CheckTemplate(c Catalog, t Template) error {
	r := resolution{catalog: c, manifest: t.Manifest, parameters: &t.Parameters}
	for _, name := range slices.Sorted(maps.Keys(t.Manifest.Workloads)) {
		r.refuse(workloadPointer(name), "A template has no workloads: Score documents belong to developers. Offer the resource type workload.")
	}
	for _, alias := range t.Manifest.Aliases() {
		resource := t.Manifest.Resources[alias]
		r.templateClass(alias, resource.Class)
		if kind, ok := r.resourceType(alias, resource); ok {
			r.inputs(alias, resource, kind, ResourceDefinition{})
		}
	}
	r.checkCycles()
	if len(r.wrong) > 0 {
		return invalid(fmt.Sprintf("The template %q is not valid.", t.Name), uniqueDetails(r.wrong))
	}
	return nil
}

// resolution collects what is wrong with a manifest on the way through it.
type resolution struct {
	catalog    Catalog
	manifest   Manifest
	context    map[string]string // nil while the place is unknown
	values     ValueSet
	parameters *Schema // of the template; nil when the manifest is no template's
	edges      map[string][]string
	wrong      []Detail
}

func (r *resolution) refuse(pointer, format string, args ...any) {
	r.wrong = append(r.wrong, Detail{pointer, fmt.Sprintf(format, args...)})
}

// resourceType checks the names that a resource is made of and finds its type.
func (r *resolution) resourceType(alias string, resource Resource) (ResourceType, bool) {
	at := resourcePointer(alias)
	if !validAlias(alias) {
		r.refuse(at, "This cannot be the name of a resource: use 2 to %d lower-case letters, digits and dashes, beginning with a letter and not ending in a dash.", maxAliasLength)
		return ResourceType{}, false
	}
	if r.parameters == nil && resource.Class != "" && !classPattern.MatchString(resource.Class) {
		r.refuse(at+"/class", "This cannot be a class: use up to 63 lower-case letters, digits and dashes.")
		return ResourceType{}, false
	}
	kind, ok := r.catalog.ResourceType(resource.Type)
	if !ok {
		r.refuse(at+"/type", "There is no resource type of this name; known are %s.", quoted(typeNames(r.catalog)))
	}
	return kind, ok
}

func typeNames(c Catalog) []string {
	var names []string
	for _, t := range c.ResourceTypes() {
		names = append(names, t.Name)
	}
	return names
}

// inputs checks the inputs of a resource and gives the resource with defaults filled in.
func (r *resolution) inputs(alias string, resource Resource, kind ResourceType, definition ResourceDefinition) Resource {
	pointer := resourcePointer(alias) + "/inputs"
	fixed := decodeInputs(definition.Inputs)
	for _, name := range slices.Sorted(maps.Keys(resource.Inputs)) {
		if _, ok := fixed[name]; ok {
			r.refuse(pointer+"/"+pointerToken(name), "The platform sets this itself (definition %q); leave it out.", definition.Name)
		}
	}
	out := Resource{Type: resource.Type, Class: resource.Class}
	out.Inputs = kind.Inputs.withDefaults(withDefaultInputs(resource.Inputs, definition), fixed, escapeValue)
	if len(out.Inputs) == 0 {
		out.Inputs = nil
	}
	reader := inputReader{resolution: r, alias: alias, opaque: opaqueLocations{}}
	known := reader.object(pointer, nil, out.Inputs)
	for name, value := range fixed {
		if _, ok := kind.Inputs.Property(name); ok {
			known[name] = value
		}
	}
	r.wrong = append(r.wrong, kind.Inputs.validate(pointer, known, reader.opaque)...)
	return out
}

// withDefaultInputs adds what the definition says where the request says nothing.
func withDefaultInputs(inputs map[string]any, definition ResourceDefinition) map[string]any {
	defaults := decodeInputs(definition.Defaults)
	if len(defaults) == 0 {
		return inputs
	}
	out := make(map[string]any, len(inputs)+len(defaults))
	for name, value := range defaults {
		out[name] = escapeValue(value)
	}
	maps.Copy(out, inputs)
	return out
}

// decodeInputs decodes inputs that a definition sets.
func decodeInputs(raw json.RawMessage) map[string]any {
	if len(raw) == 0 {
		return nil
	}
	value, err := decodeJSON(raw, MaxManifestDepth)
	if err != nil {
		return nil // the catalog has refused such a definition
	}
	inputs, _ := value.(map[string]any)
	return inputs
}

// checkManifestSize holds a manifest that came from anywhere to the limits of [ParseManifest].
func checkManifestSize(m Manifest) error {
	if len(m.Resources) > MaxResources {
		return invalid("The manifest has too many resources.", []Detail{{manifestPointer + "/resources",
			fmt.Sprintf("A manifest has at most %d resources; this one has %d.", MaxResources, len(m.Resources))}})
	}
	for _, alias := range m.Aliases() {
		// An input's value stands five levels down: manifest, resources, resource, inputs, value.
		if depth := jsonDepth(m.Resources[alias].Inputs); depth+3 > MaxManifestDepth {
			return invalid("The manifest is nested too deeply.", []Detail{{resourcePointer(alias) + "/inputs",
				fmt.Sprintf("Objects and lists may be nested to %d levels.", MaxManifestDepth)}})
		}
	}
	if len(m.Workloads) > MaxResources || jsonDepth(m.value()["workloads"]) >= MaxManifestDepth {
		return invalid("The manifest has too many workloads, or they are nested too deeply.", []Detail{{manifestPointer + "/workloads",
			fmt.Sprintf("A manifest has at most %d workloads, nested to %d levels.", MaxResources, MaxManifestDepth)}})
	}
	if size := len(m.JSON()); size > MaxManifestBytes {
		return tooLarge(size)
	}
	return nil
}

func tooLarge(size int) *Error {
	return Errorf(BodyTooLarge, "The manifest has %d bytes; at most %d are taken.", size, MaxManifestBytes).
		Do("Put large content where the resources can fetch it, and give them its address.")
}

func jsonDepth(value any) int {
	deepest := 0
	switch v := value.(type) {
	case map[string]any:
		for _, item := range v {
			deepest = max(deepest, jsonDepth(item))
		}
	case []any:
		for _, item := range v {
			deepest = max(deepest, jsonDepth(item))
		}
	default:
		return 0
	}
	return deepest + 1
}

// describePlace names what a definition is looked for.
func describePlace(resource Resource, at Place) string {
	words := []string{fmt.Sprintf("type %q", resource.Type)}
	if resource.Class != "" {
		words = append(words, fmt.Sprintf("class %q", resource.Class))
	}
	return strings.Join(words, ", ") + fmt.Sprintf(" in project %q and an environment of type %q", at.Project, at.Type)
}
