package catalog

import (
	"bytes"
	"cmp"
	"encoding/json"
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

// Options are what the catalog needs from outside.
type Options struct {
	Targets []string // that the installation builds on, such as local; nil is all
	// CompilePolicy makes the program of a policy, or says with a *platform.PolicyError what is wrong with it.
	CompilePolicy func(platform.Policy) (platform.PolicyProgram, error)
}

// Load reads the catalog in files and checks it, together with the modules that its definitions name.
// The error joins one [Problem] for everything that is wrong, sorted by file and line.
func Load(files, modules fs.FS, options Options) (*Catalog, error) {
	l, err := read(files, modules, options)
	if err != nil {
		return nil, err
	}
	return l.finish()
}

// Read reads the documents in files, each by itself: what they say of things that are not among them is not judged.
func Read(files, modules fs.FS, options Options) ([]platform.CatalogItem, error) {
	l, err := read(files, modules, options)
	if err != nil {
		return nil, err
	}
	if len(l.problems) > 0 {
		return nil, l.error()
	}
	return l.catalog.items, nil
}

func read(files, modules fs.FS, options Options) (*loader, error) {
	l := newLoader(options)
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !isYAML(name) {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		l.file(name, content, modules)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read catalog: %w", err)
	}
	return l, nil
}

func isYAML(name string) bool { return path.Ext(name) == ".yaml" || path.Ext(name) == ".yml" }

// loader collects what the documents say, and everything that is wrong with them.
type loader struct {
	Options
	catalog  *Catalog
	places   map[string]place // by kind/name/version
	problems []*Problem
	item     *platform.CatalogItem // that is being read
	status   platform.ItemStatus   // of published items, in place of what their documents say
}

// place is where something of the catalog was written.
type place struct {
	file string
	name int        // line of its name
	spec *yaml.Node // for the lines of what is in it
}

func newLoader(options Options) *loader {
	return &loader{Options: options, places: map[string]place{}, catalog: &Catalog{targets: options.Targets}}
}

func (l *loader) file(name string, content []byte, modules fs.FS) {
	nodes, err := documents(bytes.NewReader(content))
	if err != nil {
		l.problems = append(l.problems, syntaxProblem(name, err))
		return
	}
	for _, node := range nodes {
		l.document(name, node, moduleFolders(modules))
	}
}

// document reads one document into the catalog. files gives the files of a module by its path; nil when there is none.
func (l *loader) document(file string, node *yaml.Node, files func(module string) map[string]string) {
	d := l.object(file, "the document", node, "apiVersion", "kind", "metadata", "spec")
	if d.members == nil {
		return
	}
	if version := d.need("apiVersion"); version != "" && version != apiVersion {
		d.refuse(d.line("apiVersion"), "The apiVersion must be %s.", apiVersion)
	}
	name := d.need("kind")
	if !d.has("metadata") || !d.has("spec") {
		d.refuse(node.Line, `A document needs "metadata" and "spec".`)
		return
	}
	read, ok := kinds[platform.CatalogKind(name)]
	if !ok {
		if name != "" {
			d.refuse(d.line("kind"), "There is no kind %q; known are %s.", name, kindNames())
		}
		return
	}
	metadata := l.object(file, "metadata", d.members["metadata"].value, read.metadata...)
	spec := l.object(file, "spec", d.members["spec"].value, read.fields...)
	l.item = &platform.CatalogItem{Kind: platform.CatalogKind(name), Version: version(metadata, spec), Status: status(metadata)}
	if l.status != "" {
		l.item.Status = l.status
	}
	l.item.Name = l.register(metadata, spec.node)
	l.item.Document = d.withoutStatus()
	read.spec(l, metadata, spec, files)
	l.catalog.items = append(l.catalog.items, *l.item)
}

func kindNames() string {
	names := make([]string, len(platform.CatalogKinds))
	for i, k := range platform.CatalogKinds {
		names[i] = string(k)
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// register reads the name of a document and notes where it is defined; it refuses the same version the second time.
func (l *loader) register(metadata *fields, spec *yaml.Node) string {
	name := metadata.need("name")
	line := metadata.line("name")
	if name != "" && !platform.ValidName(name) {
		metadata.refuse(line, "%q cannot be a name: use 2 to 63 lower-case letters, digits and dashes, beginning with a letter and not ending in a dash.", name)
	}
	key := placeKey(l.item.Kind, name, l.item.Version)
	if first, twice := l.places[key]; twice {
		metadata.refuse(line, "There is another %s %q of version %q at %s:%d.", l.item.Kind, name, l.item.Version, first.file, first.name)
		return name
	}
	l.places[key] = place{file: metadata.file, name: line, spec: spec}
	return name
}

func placeKey(kind platform.CatalogKind, name, version string) string {
	return string(kind) + "/" + name + "/" + version
}

// withoutStatus is the document in JSON as it is published: its status can change later and is kept beside it.
func (f *fields) withoutStatus() json.RawMessage {
	v, err := value(f.node, maxDepth)
	if err != nil {
		f.refuseError(f.node.Line, err)
		return nil
	}
	document, _ := v.(map[string]any)
	if metadata, ok := document["metadata"].(map[string]any); ok {
		delete(metadata, "status")
	}
	encoded, err := json.Marshal(document)
	if err != nil {
		f.refuse(f.node.Line, "This cannot be written as JSON: %v.", err)
	}
	return encoded
}

// finish checks what was read as one, and gives it.
func (l *loader) finish() (*Catalog, error) {
	l.catalog.arrange()
	if len(l.problems) == 0 {
		l.check() // what one document says of another makes sense only when each is sound
	}
	if len(l.problems) > 0 {
		return nil, l.error()
	}
	return l.catalog, nil
}

func (l *loader) error() error {
	slices.SortStableFunc(l.problems, func(a, b *Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), strings.Compare(a.Message, b.Message))
	})
	var all []error
	for i, p := range l.problems {
		if i == 0 || *p != *l.problems[i-1] { // a fault may be met on two ways through a document
			all = append(all, p)
		}
	}
	return errors.Join(all...)
}
