package catalog

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/platform"
	"go.yaml.in/yaml/v4"
)

const apiVersion = "lazuli/v1"

// Load reads the catalog in files and checks it against the modules, whose folders definitions name.
// The error joins one [Problem] for everything that is wrong, sorted by file and line.
func Load(files, modules fs.FS) (*Catalog, error) {
	l := &loader{modules: modules, names: map[string]place{}, catalog: &Catalog{}}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !isYAML(name) {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		l.file(name, content)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read catalog: %w", err)
	}
	l.sort()
	if len(l.problems) == 0 {
		l.check() // what one document says of another makes sense only when each is sound
	}
	if len(l.problems) > 0 {
		return nil, l.error()
	}
	return l.catalog, nil
}

func isYAML(name string) bool { return path.Ext(name) == ".yaml" || path.Ext(name) == ".yml" }

// loader collects what the documents say, and everything that is wrong with them.
type loader struct {
	modules  fs.FS
	catalog  *Catalog
	names    map[string]place // by kind/name
	problems []*Problem
}

// place is where something of the catalog was written.
type place struct {
	file string
	name int        // line of its name
	spec *yaml.Node // for the lines of what is in it
}

func (l *loader) file(name string, content []byte) {
	nodes, err := documents(bytes.NewReader(content))
	if err != nil {
		l.problems = append(l.problems, syntaxProblem(name, err))
		return
	}
	for _, node := range nodes {
		l.document(name, node)
	}
}

// document reads one document into the catalog.
func (l *loader) document(file string, node *yaml.Node) {
	d := l.object(file, "the document", node, "apiVersion", "kind", "metadata", "spec")
	if d.members == nil {
		return
	}
	if version := d.need("apiVersion"); version != "" && version != apiVersion {
		d.refuse(d.line("apiVersion"), "The apiVersion must be %s.", apiVersion)
	}
	kind := d.need("kind")
	if !d.has("metadata") || !d.has("spec") {
		d.refuse(node.Line, `A document needs "metadata" and "spec".`)
		return
	}
	read, ok := kinds[kind]
	switch {
	case kind == "Policy":
		d.refuse(d.line("kind"), "A policy would have no effect: policies are not checked by this version. Remove it, so that nobody relies on it.")
	case kind != "" && !ok:
		d.refuse(d.line("kind"), "There is no kind %q; known are ResourceType, ResourceDefinition, Template and EnvironmentType.", kind)
	case ok:
		metadata := d.loader.object(file, "metadata", d.members["metadata"].value, read.metadata...)
		name := l.register(kind, metadata, d.members["spec"].value)
		read.spec(l, name, metadata, d.loader.object(file, "spec", d.members["spec"].value, read.fields...))
	}
}

// register reads the name of a document and notes where it is defined; it refuses it the second time.
func (l *loader) register(kind string, metadata *fields, spec *yaml.Node) string {
	name := metadata.need("name")
	line := metadata.line("name")
	if name != "" && !platform.ValidName(name) {
		metadata.refuse(line, "%q cannot be a name: use 2 to 63 lower-case letters, digits and dashes, beginning with a letter and not ending in a dash.", name)
	}
	key := kind + "/" + name
	if first, twice := l.names[key]; twice {
		metadata.refuse(line, "There is another %s %q at %s:%d.", kind, name, first.file, first.name)
		return name
	}
	l.names[key] = place{file: metadata.file, name: line, spec: spec}
	return name
}

func (l *loader) sort() {
	slices.SortFunc(l.catalog.types, func(a, b platform.ResourceType) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(l.catalog.definitions, func(a, b platform.ResourceDefinition) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(l.catalog.templates, func(a, b platform.Template) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(l.catalog.environments, func(a, b platform.EnvironmentType) int { return strings.Compare(a.Name, b.Name) })
}

func (l *loader) error() error {
	slices.SortStableFunc(l.problems, func(a, b *Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	all := make([]error, len(l.problems))
	for i, p := range l.problems {
		all[i] = p
	}
	return errors.Join(all...)
}
