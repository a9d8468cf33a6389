package platform

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Limits of a manifest. They keep a rendered root small enough for one table body and one engine run.
const (
	MaxManifestBytes = 64 << 10 // of its canonical JSON
	MaxManifestDepth = 20       // levels of objects and lists, the manifest itself being the first
	MaxResources     = 50
	maxAliasLength   = 40 // leaves room for project and environment in the 63 characters of a host name or an Azure name
)

// Place is where a manifest is to be deployed.
type Place struct {
	Project     string
	Environment string
	Type        string // of the environment
	Values      ValueSet
}

// ParseManifest reads the JSON of a manifest: an object with "resources", each of which has "type", "class" and "inputs", and
// with "workloads", each of which is a Score document.
//
// It is strict: a property that it does not know, a property given twice, text that is not UTF-8, more than
// [MaxManifestBytes], [MaxManifestDepth] or [MaxResources] are refused with code Invalid, and every Detail points into a
// request body that holds the manifest as "manifest". Numbers become json.Number in canonical form. Whether types and
// inputs make sense is the question of [ResolveManifest].
func ParseManifest(raw []byte) (Manifest, error) {
	if len(raw) > MaxManifestBytes {
		return Manifest{}, tooLarge(len(raw))
	}
	value, err := decodeJSON(raw, MaxManifestDepth)
	if err != nil {
		return Manifest{}, Errorf(Invalid, "The manifest is not valid: %s.", err).With(Detail{manifestPointer, sentence(err)}).Because(err)
	}
	r := manifestReader{}
	m := r.manifest(value)
	if len(r.wrong) > 0 {
		return Manifest{}, invalid("The manifest is not valid.", r.wrong)
	}
	return m, nil
}

// JSON is the canonical form: sorted keys, no white space, nothing that is empty. Equal manifests give equal bytes, so
// that it serves as what is stored, digested and compared.
func (m Manifest) JSON() json.RawMessage {
	return encodeJSON(m.value())
}

// MarshalJSON encodes the canonical form, wherever a manifest is part of something larger.
func (m Manifest) MarshalJSON() ([]byte, error) { return m.JSON(), nil }

// UnmarshalJSON decodes with the strictness of [ParseManifest].
func (m *Manifest) UnmarshalJSON(raw []byte) error {
	parsed, err := ParseManifest(raw)
	if err != nil {
		return fmt.Errorf("decode manifest: %w", err)
	}
	*m = parsed
	return nil
}

// Aliases lists the names of the resources, sorted.
func (m Manifest) Aliases() []string { return slices.Sorted(maps.Keys(m.Resources)) }

func (m Manifest) value() map[string]any {
	out := map[string]any{}
	if len(m.Resources) > 0 {
		resources := make(map[string]any, len(m.Resources))
		for alias, resource := range m.Resources {
			resources[alias] = resource.value()
		}
		out["resources"] = resources
	}
	if len(m.Workloads) > 0 {
		workloads := make(map[string]any, len(m.Workloads))
		for name, document := range m.Workloads {
			workloads[name] = document
		}
		out["workloads"] = workloads
	}
	return out
}

func (r Resource) value() map[string]any {
	out := map[string]any{"type": r.Type}
	if r.Class != "" {
		out["class"] = r.Class
	}
	if len(r.Inputs) > 0 {
		out["inputs"] = r.Inputs
	}
	return out
}

// manifestPointer is where a manifest stands in the bodies of requests.
const manifestPointer = "/manifest"

func resourcePointer(alias string) string {
	return manifestPointer + "/resources/" + pointerToken(alias)
}

// manifestReader turns decoded JSON into a manifest and remembers everything that is wrong with it.
type manifestReader struct {
	wrong []Detail
}

func (r *manifestReader) refuse(pointer, format string, args ...any) {
	r.wrong = append(r.wrong, Detail{Pointer: pointer, Message: fmt.Sprintf(format, args...)})
}

func (r *manifestReader) manifest(value any) Manifest {
	object := r.object(manifestPointer, value, "resources", "workloads")
	m := Manifest{}
	if resources, ok := object["resources"]; ok {
		members := r.named(manifestPointer+"/resources", resources, "Resources are an object: a name of your choice, then what is wanted.")
		m.Resources = make(map[string]Resource, len(members))
		for _, alias := range slices.Sorted(maps.Keys(members)) {
			m.Resources[alias] = r.resource(alias, members[alias])
		}
	}
	if workloads, ok := object["workloads"]; ok {
		members := r.named(manifestPointer+"/workloads", workloads, "Workloads are an object: their names, then their Score documents.")
		m.Workloads = make(map[string]map[string]any, len(members))
		for _, name := range slices.Sorted(maps.Keys(members)) {
			document, ok := members[name].(map[string]any)
			if !ok {
				r.refuse(workloadPointer(name), "A workload is a Score document: an object.")
			}
			m.Workloads[name] = document
		}
	}
	return m
}

// named checks that value is an object of at most so many things by name; nil if it is not.
func (r *manifestReader) named(pointer string, value any, sentence string) map[string]any {
	members, ok := value.(map[string]any)
	if !ok {
		r.refuse(pointer, "%s", sentence)
		return nil
	}
	if len(members) > MaxResources {
		r.refuse(pointer, "A manifest has at most %d of them; this one has %d.", MaxResources, len(members))
		return nil
	}
	return members
}

func (r *manifestReader) resource(alias string, value any) Resource {
	at := resourcePointer(alias)
	object := r.object(at, value, "type", "class", "inputs")
	out := Resource{Type: r.text(at+"/type", object["type"]), Class: r.text(at+"/class", object["class"])}
	if _, ok := object["type"]; !ok && object != nil {
		r.refuse(at, `A resource needs a "type".`)
	}
	switch inputs := object["inputs"].(type) {
	case nil:
	case map[string]any:
		out.Inputs = inputs
	default:
		r.refuse(at+"/inputs", "Inputs are an object.")
	}
	return out
}

// object checks that value is an object with these properties and no others; nil if it is not an object at all.
func (r *manifestReader) object(pointer string, value any, known ...string) map[string]any {
	object, ok := value.(map[string]any)
	if !ok {
		r.refuse(pointer, "An object is expected here.")
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if !slices.Contains(known, name) {
			r.refuse(pointer+"/"+pointerToken(name), "There is no property of this name here; known are %s.", quoted(known))
		}
	}
	return object
}

func (r *manifestReader) text(pointer string, value any) string {
	text, ok := value.(string)
	if !ok && value != nil {
		r.refuse(pointer, "Text is expected here.")
	}
	return text
}
