package platform

import (
	"encoding/json"
	"fmt"
	"time"
)

// CatalogKind is the kind of a document of the catalog.
type CatalogKind string

// The kinds of documents.
const (
	KindResourceType       CatalogKind = "ResourceType"
	KindResourceDefinition CatalogKind = "ResourceDefinition"
	KindTemplate           CatalogKind = "Template"
	KindEnvironmentType    CatalogKind = "EnvironmentType"
	KindPolicy             CatalogKind = "Policy"
)

// CatalogKinds lists the kinds in the order in which people read them.
var CatalogKinds = []CatalogKind{KindResourceType, KindResourceDefinition, KindTemplate, KindEnvironmentType, KindPolicy}

// ItemStatus says what a published version is good for.
type ItemStatus string

// The statuses of a published version. Of each name at most one version is the default.
const (
	StatusProposed   ItemStatus = "proposed"   // published to be looked at; nothing uses it but a project that pins it
	StatusDefault    ItemStatus = "default"    // what everybody gets who does not pin another
	StatusDeprecated ItemStatus = "deprecated" // for projects that pin it
	StatusDefective  ItemStatus = "defective"  // for nobody: a pin of it is refused when it is used
)

// CatalogItem is one published version of something in the catalog. All but its status is immutable.
type CatalogItem struct {
	Kind     CatalogKind
	Name     string
	Version  string
	Status   ItemStatus        // empty in a publication: default if the version is new, otherwise what it was
	Document json.RawMessage   // the whole document in canonical JSON, without its status
	Files    map[string]string // the Terraform module of a definition, by file name; nil for everything else

	Commit      string // of the repository that it came from; empty when it came from none
	PublishedAt time.Time
	PublishedBy string
}

// Ref names a version for people and messages: ResourceDefinition postgres-local@1.
func (i CatalogItem) Ref() string { return fmt.Sprintf("%s %s@%s", i.Kind, i.Name, i.Version) }

// Digest tells whether two items have the same content.
func (i CatalogItem) Digest() string {
	text := encodeJSON(map[string]any{"document": decoded(i.Document), "files": filesValue(i.Files)})
	return digestOf(text)
}

// decoded gives the value of a document that was encoded by us; nil when it was not.
func decoded(document json.RawMessage) any {
	value, err := decodeJSON(document, maxDocumentDepth)
	if err != nil {
		return string(document)
	}
	return value
}

// maxDocumentDepth bounds the nesting of a document.
const maxDocumentDepth = 64

func filesValue(files map[string]string) map[string]any {
	out := make(map[string]any, len(files))
	for name, text := range files {
		out[name] = text
	}
	return out
}

// Pin holds a project to one version of something in the catalog.
type Pin struct {
	Kind    CatalogKind // KindResourceDefinition or KindTemplate
	Name    string
	Version string
}
