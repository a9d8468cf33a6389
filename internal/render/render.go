package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Renderer renders with one set of modules, one backend and the targets of an installation. It is safe for concurrent use.
type Renderer struct {
	modules moduleSet
	backend Backend
	targets map[string]Target // by folder
}

var _ platform.Renderer = (*Renderer)(nil)

// New reads the targets' own modules into memory, so that a bundle never mixes two states of a folder; those of definitions
// come with them. It fails if a target's own modules (Base, Secret, ReadSecret, Leftovers) are not there.
func New(modules fs.FS, backend Backend, targets ...Target) (*Renderer, error) {
	r := &Renderer{modules: moduleSet{}, backend: backend, targets: make(map[string]Target, len(targets))}
	for _, t := range targets {
		if t.Leftovers == "" && !t.ResourceGraph {
			return nil, fmt.Errorf("render target %s: nothing says how to prove that a deletion left nothing", t.Folder)
		}
		modulesOfItsOwn := []string{t.Secret, t.ReadSecret}
		for _, optional := range []string{t.Leftovers, t.Base} {
			if optional != "" {
				modulesOfItsOwn = append(modulesOfItsOwn, optional)
			}
		}
		for _, own := range modulesOfItsOwn {
			if folder, _, _ := strings.Cut(own, "/"); folder != t.Folder {
				return nil, fmt.Errorf("render target %s: the module %s is another target's", t.Folder, own)
			}
			if err := r.modules.read(modules, own); err != nil {
				return nil, fmt.Errorf("render target %s: %w", t.Folder, err)
			}
		}
		r.targets[t.Folder] = t
	}
	return r, nil
}

// Render makes the Terraform root of a deployment. The empty manifest gives a root that removes everything.
// An error means a fault of the catalog or of the caller: a manifest that came out of platform.ResolveManifest renders,
// if its definitions name modules of this installation.
func (r *Renderer) Render(in platform.RenderInput) (map[string][]byte, error) {
	if !platform.ValidName(in.Project) || !platform.ValidName(in.Environment) {
		return nil, fmt.Errorf("render %q/%q: not the names of a project and an environment", in.Project, in.Environment)
	}
	in.Manifest = in.Manifest.WithValues(in.Values) // from here on they are what was typed, but for secrets
	root, err := r.root(in)
	if err != nil {
		return nil, fmt.Errorf("render %s/%s: %w", in.Project, in.Environment, err)
	}
	kind, settings := r.backend.block(in.Project, in.Environment)
	context := map[string]any{"project": in.Project, "environment": in.Environment, "type": in.Type}
	documents := map[string]any{
		"main.tf.json":                root.code,
		variablesFile:                 root.variables,
		"backend.tf.json":             map[string]any{"terraform": map[string]any{"backend": map[string]any{kind: settings}}},
		"proof/main.tf.json":          r.proof(root.modules),
		"proof/terraform.tfvars.json": map[string]any{"context": context},
	}
	if r.asksGraph() {
		documents["proof/resource-graph.json"] = graphQuestion(in)
	}
	files := make(map[string][]byte, len(documents))
	for name, document := range documents {
		if files[name], err = encode(document); err != nil {
			return nil, fmt.Errorf("render %s/%s: encode %s: %w", in.Project, in.Environment, name, err)
		}
	}
	for module, content := range root.modules {
		for name, text := range content {
			files[path.Join("modules", module, name)] = []byte(text)
		}
	}
	return files, nil
}

// What stands in paths of a root is written by the platform team, and is still held to what needs no escaping anywhere.
var (
	modulePattern = regexp.MustCompile(`^[a-z][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)+$`)
	filePattern   = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*$`)
)

// target finds the target of a definition.
func (r *Renderer) target(d platform.ResourceDefinition) (Target, error) {
	t, ok := r.targets[d.Target()]
	if !ok {
		return Target{}, fmt.Errorf("module %q belongs to no target of this installation (%s)", d.Module, strings.Join(slices.Sorted(maps.Keys(r.targets)), ", "))
	}
	if !modulePattern.MatchString(d.Module) || len(d.Files) == 0 {
		return Target{}, fmt.Errorf("the definition %s@%s has no module", d.Name, d.Version)
	}
	for name := range d.Files {
		if !filePattern.MatchString(name) || !belongs(name) {
			return Target{}, fmt.Errorf("the module of the definition %s@%s holds %q, which is no file of a module", d.Name, d.Version, clip(name))
		}
	}
	return t, nil
}

// settings is the terraform block of a root: the oldest engine that has all that the modules use, and the providers of
// all targets, also of those that this manifest does not use: a resource that it no longer names is removed by its provider.
func (r *Renderer) settings() map[string]any {
	providers := map[string]any{}
	for _, t := range r.targets {
		for name, p := range t.Providers {
			providers[name] = map[string]any{"source": p.Source, "version": p.Version}
		}
	}
	return map[string]any{"required_version": ">= 1.6.0", "required_providers": providers}
}

// encode writes JSON for people: indented, sorted, and with "<" as "<".
func encode(document any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(document); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
