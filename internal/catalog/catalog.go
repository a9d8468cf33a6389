package catalog

import (
	"slices"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Catalog is what was read. It never changes and is safe for concurrent use; to see a changed folder, load again.
type Catalog struct {
	items        []platform.CatalogItem
	types        shelf[platform.ResourceType]
	definitions  shelf[platform.ResourceDefinition]
	templates    shelf[platform.Template]
	environments shelf[platform.EnvironmentType]
	policies     shelf[platform.Policy]
	byType       map[string][]platform.ResourceDefinition // those in use that build on one of the targets
	targets      []string                                 // of the installation; nil is all
}

var _ platform.Catalog = (*Catalog)(nil)

// Items lists every version with its document, as they were read.
func (c *Catalog) Items() []platform.CatalogItem { return slices.Clone(c.items) }

// ResourceTypes lists the resource types, sorted by name.
func (c *Catalog) ResourceTypes() []platform.ResourceType { return slices.Clone(c.types.current) }

// ResourceType finds a resource type.
func (c *Catalog) ResourceType(name string) (platform.ResourceType, bool) { return c.types.find(name) }

// Definitions lists the resource definitions, sorted by name.
func (c *Catalog) Definitions() []platform.ResourceDefinition {
	return slices.Clone(c.definitions.current)
}

// DefinitionsOf lists the definitions of a resource type that this installation can build with, sorted by name. The list
// is not to be changed.
func (c *Catalog) DefinitionsOf(resourceType string) []platform.ResourceDefinition {
	return c.byType[resourceType]
}

// Templates lists the templates, sorted by name.
func (c *Catalog) Templates() []platform.Template { return slices.Clone(c.templates.current) }

// Template finds a template.
func (c *Catalog) Template(name string) (platform.Template, bool) { return c.templates.find(name) }

// EnvironmentTypes lists the environment types, sorted by name.
func (c *Catalog) EnvironmentTypes() []platform.EnvironmentType {
	return slices.Clone(c.environments.current)
}

// EnvironmentType finds an environment type.
func (c *Catalog) EnvironmentType(name string) (platform.EnvironmentType, bool) {
	return c.environments.find(name)
}

// Policies lists the policies, sorted by name.
func (c *Catalog) Policies() []platform.Policy { return slices.Clone(c.policies.current) }

// Pinned is the catalog as somebody sees it who holds on to these versions. A version that does not exist or is defective is Invalid.
func (c *Catalog) Pinned(pins []platform.Pin) (platform.Catalog, error) {
	if len(pins) == 0 {
		return c, nil
	}
	out := *c
	for _, pin := range pins {
		var ok bool
		switch pin.Kind {
		case platform.KindResourceDefinition:
			d := out.definitions.versions[pin.Name+"@"+pin.Version]
			if out.definitions, ok = out.definitions.with(pin.Name, pin.Version); d.Files == nil {
				ok = false // proposed, and not written yet
			}
		case platform.KindTemplate:
			out.templates, ok = out.templates.with(pin.Name, pin.Version)
		}
		if !ok {
			return nil, platform.Errorf(platform.Invalid, "The project is pinned to %s %s@%s, which is not there or is defective.", pin.Kind, pin.Name, pin.Version).
				Do("Take the pin away or pin another version: lazuli project pin")
		}
	}
	out.arrangeByType()
	return &out, nil
}

func (c *Catalog) arrange() {
	c.types.arrange()
	c.definitions.arrange()
	c.templates.arrange()
	c.environments.arrange()
	c.policies.arrange()
	c.arrangeByType()
}

func (c *Catalog) arrangeByType() {
	c.byType = map[string][]platform.ResourceDefinition{}
	for _, d := range c.definitions.current {
		if c.targets != nil && !slices.Contains(c.targets, d.Target()) {
			continue
		}
		c.byType[d.Type] = append(c.byType[d.Type], d)
	}
}
