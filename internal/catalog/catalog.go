package catalog

import (
	"slices"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Catalog is what was read. It never changes and is safe for concurrent use; to see a changed folder, load again.
type Catalog struct {
	types        []platform.ResourceType
	definitions  []platform.ResourceDefinition
	templates    []platform.Template
	environments []platform.EnvironmentType
}

var _ platform.Catalog = (*Catalog)(nil)

// ResourceTypes lists the resource types, sorted by name.
func (c *Catalog) ResourceTypes() []platform.ResourceType { return slices.Clone(c.types) }

// ResourceType finds a resource type.
func (c *Catalog) ResourceType(name string) (platform.ResourceType, bool) {
	return find(c.types, name, func(t platform.ResourceType) string { return t.Name })
}

// Definitions lists the resource definitions, sorted by name.
func (c *Catalog) Definitions() []platform.ResourceDefinition { return slices.Clone(c.definitions) }

// Templates lists the templates, sorted by name.
func (c *Catalog) Templates() []platform.Template { return slices.Clone(c.templates) }

// Template finds a template.
func (c *Catalog) Template(name string) (platform.Template, bool) {
	return find(c.templates, name, func(t platform.Template) string { return t.Name })
}

// EnvironmentType finds an environment type.
func (c *Catalog) EnvironmentType(name string) (platform.EnvironmentType, bool) {
	return find(c.environments, name, func(t platform.EnvironmentType) string { return t.Name })
}

func find[T any](items []T, name string, nameOf func(T) string) (T, bool) {
	i := slices.IndexFunc(items, func(item T) bool { return nameOf(item) == name })
	if i < 0 {
		var none T
		return none, false
	}
	return items[i], true
}
