package platform

import (
	"context"
	"strconv"
)

// seeCatalog gives the catalog to a caller. Every signed-in caller may read it.
func (s *Service) seeCatalog(ctx context.Context, c Caller) (Catalog, error) {
	if err := s.allow(ctx, c, CatalogRead, Target{}); err != nil {
		return nil, err
	}
	return s.catalog(ctx)
}

// ListResourceTypes lists what can be asked for, by name.
func (s *Service) ListResourceTypes(ctx context.Context, c Caller) ([]ResourceType, error) {
	catalog, err := s.seeCatalog(ctx, c)
	if err != nil {
		return nil, err
	}
	return catalog.ResourceTypes(), nil
}

// GetResourceType returns one resource type, or NotFound.
func (s *Service) GetResourceType(ctx context.Context, c Caller, name string) (ResourceType, error) {
	catalog, err := s.seeCatalog(ctx, c)
	if err != nil {
		return ResourceType{}, err
	}
	t, ok := catalog.ResourceType(name)
	if !ok {
		return ResourceType{}, Errorf(NotFound, "There is no resource type %q.", clip(name, 80)).Do("List them: lazuli catalog list")
	}
	return t, nil
}

// ListTemplates lists the golden paths, by name.
func (s *Service) ListTemplates(ctx context.Context, c Caller) ([]Template, error) {
	catalog, err := s.seeCatalog(ctx, c)
	if err != nil {
		return nil, err
	}
	return catalog.Templates(), nil
}

// GetTemplate returns one template, or NotFound.
func (s *Service) GetTemplate(ctx context.Context, c Caller, name string) (Template, error) {
	catalog, err := s.seeCatalog(ctx, c)
	if err != nil {
		return Template{}, err
	}
	t, ok := catalog.Template(name)
	if !ok {
		return Template{}, noTemplate(name)
	}
	return t, nil
}

func noTemplate(name string) error {
	return Errorf(NotFound, "There is no template %q.", clip(name, 80)).Do("List the templates: lazuli template list")
}

// ListEnvironmentTypes lists the types that an environment can have, by name.
func (s *Service) ListEnvironmentTypes(ctx context.Context, c Caller) ([]EnvironmentType, error) {
	catalog, err := s.seeCatalog(ctx, c)
	if err != nil {
		return nil, err
	}
	return catalog.EnvironmentTypes(), nil
}

// GetCatalog says which release is current.
func (s *Service) GetCatalog(ctx context.Context, c Caller) (CatalogHead, []CatalogItem, error) {
	if err := s.allow(ctx, c, CatalogRead, Target{}); err != nil {
		return CatalogHead{}, nil, err
	}
	head, release, _, err := s.Shelf.read(ctx)
	return head, release.Items, err
}

// CatalogFilter narrows a list of the catalog's versions; empty fields do not.
type CatalogFilter struct {
	Kind   CatalogKind
	Name   string
	Status ItemStatus
}

// ListCatalogItems lists published versions: by kind and name, then in the order of publication. Positions are those of
// the release that was current when the list was begun, as long as nothing is published in between.
func (s *Service) ListCatalogItems(ctx context.Context, c Caller, only CatalogFilter, page Page) ([]CatalogItem, string, error) {
	_, items, err := s.GetCatalog(ctx, c)
	if err != nil {
		return nil, "", err
	}
	from := 0
	if page.After != "" {
		if from, err = strconv.Atoi(page.After); err != nil || from < 0 || from > len(items) {
			return nil, "", Errorf(Invalid, "The position in the list is not one that the list gave.").Do("Start again from the beginning of the list.")
		}
	}
	var found []CatalogItem
	for i := from; i < len(items); i++ {
		if only.excludes(items[i]) {
			continue
		}
		if page.Size > 0 && len(found) == page.Size {
			return found, strconv.Itoa(i), nil
		}
		found = append(found, items[i])
	}
	return found, "", nil
}

func (f CatalogFilter) excludes(i CatalogItem) bool {
	return f.Kind != "" && i.Kind != f.Kind || f.Name != "" && i.Name != f.Name || f.Status != "" && i.Status != f.Status
}

// GetCatalogItem returns one published version with its document, or NotFound.
func (s *Service) GetCatalogItem(ctx context.Context, c Caller, kind CatalogKind, name, version string) (CatalogItem, error) {
	_, items, err := s.GetCatalog(ctx, c)
	if err != nil {
		return CatalogItem{}, err
	}
	i := Release{Items: items}.find(kind, name, version)
	if i < 0 {
		return CatalogItem{}, Errorf(NotFound, "There is no version %q of %s %q.", clip(version, 40), kind, clip(name, 80)).Do("List the versions: lazuli catalog list")
	}
	return items[i], nil
}
