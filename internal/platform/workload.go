package platform

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/score-spec/score-go/schema"
)

// WorkloadType is the resource type that a workload becomes a resource of. Where it runs is the choice of its definitions.
const WorkloadType = "workload"

// workloadClass is the annotation of a Score document that asks for a class of workload.
const workloadClass = "lazuli.io/class"

// environmentResource is Score's type for what the environment configures: here, its values.
const environmentResource = "environment"

// scoreSchema is the published schema of Score, compiled once.
var scoreSchema = sync.OnceValues(func() (Schema, error) { return CompileSchema("Score", json.RawMessage(schema.ScoreSchemaV1b1)) })

// expandWorkloads gives the manifest in which every Score document has become resources: itself, of the type workload, and what
// it asks for. Faults are Details that point into the documents. origins tells for each resource that came of a document
// where in the manifest it was written.
func expandWorkloads(m Manifest) (out Manifest, origins []origin, wrong []Detail) {
	if len(m.Workloads) == 0 {
		return m, nil, nil
	}
	e := workloadExpansion{manifest: m, resources: maps.Clone(m.Resources), given: map[string]string{}, ids: map[string]string{}}
	if e.resources == nil {
		e.resources = map[string]Resource{}
	}
	for alias := range m.Resources {
		e.given[alias] = resourcePointer(alias)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Workloads)) {
		e.workload(name, m.Workloads[name])
	}
	return Manifest{Resources: e.resources}, e.origins, e.wrong
}

// origin says where a resource was written that came of a workload.
type origin struct{ resource, inputs, written, writtenInputs string }

// writtenAt turns a pointer into a resource of the expanded manifest into one into what was written.
func writtenAt(origins []origin, pointer string) string {
	for _, o := range origins {
		if rest, ok := strings.CutPrefix(pointer, o.inputs); ok && (rest == "" || rest[0] == '/') {
			return o.writtenInputs + rest
		}
		if rest, ok := strings.CutPrefix(pointer, o.resource); ok && (rest == "" || rest[0] == '/') {
			return o.written + rest
		}
	}
	return pointer
}

type workloadExpansion struct {
	manifest  Manifest
	resources map[string]Resource
	given     map[string]string // where each alias was written first
	ids       map[string]string // shared ids, by alias
	origins   []origin
	wrong     []Detail
}

func (e *workloadExpansion) refuse(pointer, format string, args ...any) {
	e.wrong = append(e.wrong, Detail{pointer, fmt.Sprintf(format, args...)})
}

// workload takes in one document.
func (e *workloadExpansion) workload(name string, document map[string]any) {
	at := workloadPointer(name)
	document, ok := e.check(at, name, document)
	if !ok {
		return
	}
	w := scoreReader{workloadExpansion: e, at: at, name: name, document: document, aliases: map[string]string{}}
	w.resources()
	inputs := map[string]any{"containers": w.containers()}
	if service, ok := document["service"]; ok {
		inputs["service"] = escapeValue(service)
	}
	metadata, _ := document["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	class, _ := annotations[workloadClass].(string)
	if first, taken := e.given[name]; taken {
		e.refuse(at, "There is a resource of this name already, at %s.", first)
		return
	}
	e.add(name, Resource{Type: WorkloadType, Class: class, Inputs: inputs}, at, at)
}

func (e *workloadExpansion) add(alias string, r Resource, written, writtenInputs string) {
	e.resources[alias] = r
	e.given[alias] = written
	e.origins = append(e.origins, origin{resourcePointer(alias), resourcePointer(alias) + "/inputs", written, writtenInputs})
}

// writtenElsewhere notes that the inputs of a resource come from another document than the resource.
func (e *workloadExpansion) writtenElsewhere(alias, inputs string) {
	for i := range e.origins {
		if e.origins[i].resource == resourcePointer(alias) {
			e.origins[i].writtenInputs = inputs
			return
		}
	}
	e.origins = append(e.origins, origin{resourcePointer(alias), resourcePointer(alias) + "/inputs", resourcePointer(alias), inputs})
}

func workloadPointer(name string) string {
	return manifestPointer + "/workloads/" + pointerToken(name)
}

// twiceInLists refuses what is lost when lists of earlier versions of Score become objects: a file or volume that is there twice,
// and content that is no text.
func (e *workloadExpansion) twiceInLists(at string, document map[string]any) bool {
	before := len(e.wrong)
	containers, _ := document["containers"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(containers)) {
		container, _ := containers[name].(map[string]any)
		for _, field := range []string{"files", "volumes"} {
			list, _ := container[field].([]any)
			seen := map[string]bool{}
			for i, item := range list {
				here := fmt.Sprintf("%s/containers/%s/%s/%d", at, pointerToken(name), field, i)
				entry, _ := item.(map[string]any)
				target, _ := entry["target"].(string)
				if seen[target] {
					e.refuse(here+"/target", "%q is there twice.", target)
				}
				seen[target] = true
				lines, _ := entry["content"].([]any)
				for n, line := range lines {
					if _, isText := line.(string); !isText {
						e.refuse(fmt.Sprintf("%s/content/%d", here, n), "A line of a file must be text.")
					}
				}
			}
		}
	}
	return len(e.wrong) > before
}

// check holds a document to the schema of Score. Forms of earlier versions of Score are brought up to date.
func (e *workloadExpansion) check(at, name string, document map[string]any) (map[string]any, bool) {
	score, err := scoreSchema()
	if err != nil {
		e.refuse(at, "%s", sentence(err))
		return nil, false
	}
	document, _ = copyJSON(document).(map[string]any)
	if e.twiceInLists(at, document) {
		return nil, false
	}
	if _, err := schema.ApplyCommonUpgradeTransforms(document); err != nil {
		e.refuse(at, "This is no Score document: %v.", err)
		return nil, false
	}
	if resources, ok := document["resources"].(map[string]any); ok {
		for _, resource := range slices.Sorted(maps.Keys(resources)) {
			if !ValidName(resource) {
				e.refuse(at+"/resources/"+pointerToken(resource), "This cannot be the name of a resource: use 2 to 63 lower-case letters, digits and dashes, beginning with a letter and not ending in a dash.")
				return nil, false
			}
		}
	}
	if wrong := score.validate(at, document, nil); len(wrong) > 0 {
		e.wrong = append(e.wrong, wrong...)
		return nil, false
	}
	metadata, _ := document["metadata"].(map[string]any)
	if metadata["name"] != name {
		e.refuse(at+"/metadata/name", "The workload stands in the manifest as %q, so this must be its name too.", name)
		return nil, false
	}
	return document, true
}
