package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/lazuli-platform/lazuli/internal/platform"
	"go.yaml.in/yaml/v4"
)

// Compiler makes a catalog of published items.
type Compiler struct{ Options }

var _ platform.CatalogCompiler = Compiler{}

// Item reads one document by itself. Whether it fits to others is the question of [Compiler.Compile].
func (c Compiler) Item(document json.RawMessage, files map[string]string) (platform.CatalogItem, error) {
	l := newLoader(c.Options)
	l.published("", document, files)
	l.catalog.arrange()
	if len(l.problems) > 0 {
		return platform.CatalogItem{}, l.details()
	}
	if len(l.catalog.items) != 1 {
		return platform.CatalogItem{}, platform.Errorf(platform.Invalid, "This is no document of the catalog.")
	}
	return l.catalog.items[0], nil
}

// Compile reads all items and checks them as one catalog. The status of an item decides, not that in its document.
func (c Compiler) Compile(items []platform.CatalogItem) (platform.Catalog, error) {
	l := newLoader(c.Options)
	for _, item := range items {
		l.status = item.Status
		l.published(item.Ref(), item.Document, item.Files)
	}
	compiled, err := l.finish()
	if err != nil {
		return nil, l.details()
	}
	return compiled, nil
}

// published reads a document from its JSON, which is YAML too.
func (l *loader) published(ref string, document json.RawMessage, files map[string]string) {
	nodes, err := documents(bytes.NewReader(document))
	if err != nil || len(nodes) != 1 {
		l.problems = append(l.problems, &Problem{File: ref, Line: 1, Message: "This is no document of the catalog."})
		return
	}
	l.document(ref, plain(nodes[0]), func(string) map[string]string { return files })
}

// plain takes the line numbers away: a document that came in one line has none worth telling.
func plain(node *yaml.Node) *yaml.Node {
	node.Line = 0
	for _, child := range node.Content {
		plain(child)
	}
	return node
}

// details gives what is wrong as the platform tells it.
func (l *loader) details() error {
	var details []platform.Detail
	var p *Problem
	for _, err := range errorsIn(l.error()) {
		if errors.As(err, &p) {
			details = append(details, platform.Detail{Pointer: p.File, Message: p.Message})
		}
	}
	return platform.Errorf(platform.Invalid, "The catalog would not be sound.").With(details...).
		Do("Check the folder before you publish it: lazuli catalog validate")
}

func errorsIn(joined error) []error {
	if many, ok := joined.(interface{ Unwrap() []error }); ok {
		return many.Unwrap()
	}
	return []error{fmt.Errorf("compile catalog: %w", joined)}
}
