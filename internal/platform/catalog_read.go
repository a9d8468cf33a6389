package platform

// ListResourceTypes lists what can be asked for, by name. Every signed-in caller may read the catalog.
func (s *Service) ListResourceTypes(c Caller) ([]ResourceType, error) {
	if err := c.authorize(CatalogRead, nil); err != nil {
		return nil, err
	}
	return s.Catalog.ResourceTypes(), nil
}

// GetResourceType returns one resource type, or NotFound.
func (s *Service) GetResourceType(c Caller, name string) (ResourceType, error) {
	if err := c.authorize(CatalogRead, nil); err != nil {
		return ResourceType{}, err
	}
	t, ok := s.Catalog.ResourceType(name)
	if !ok {
		return ResourceType{}, Errorf(NotFound, "There is no resource type %q.", clip(name, 80))
	}
	return t, nil
}

// ListTemplates lists the golden paths, by name.
func (s *Service) ListTemplates(c Caller) ([]Template, error) {
	if err := c.authorize(CatalogRead, nil); err != nil {
		return nil, err
	}
	return s.Catalog.Templates(), nil
}

// GetTemplate returns one template, or NotFound.
func (s *Service) GetTemplate(c Caller, name string) (Template, error) {
	if err := c.authorize(CatalogRead, nil); err != nil {
		return Template{}, err
	}
	t, ok := s.Catalog.Template(name)
	if !ok {
		return Template{}, noTemplate(name)
	}
	return t, nil
}

func noTemplate(name string) error {
	return Errorf(NotFound, "There is no template %q.", clip(name, 80)).Do("List the templates: lazuli template list")
}
