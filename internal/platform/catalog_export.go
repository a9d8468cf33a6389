package platform

import (
	"context"
	"fmt"
)

// CatalogExport is a part of what a developer portal of somebody else's may show: templates, and projects with their environments.
type CatalogExport struct {
	Templates []Template // with the first part alone
	Projects  []ProjectExport
}

// ProjectExport is a project with its environments, without those that are deleted.
type ProjectExport struct {
	Project      Project
	Environments []Environment
}

// ExportCatalogEntities gives what the caller may see, a page of projects at a time.
func (s *Service) ExportCatalogEntities(ctx context.Context, c Caller, page Page) (CatalogExport, string, error) {
	catalog, err := s.seeCatalog(ctx, c)
	if err != nil {
		return CatalogExport{}, "", err
	}
	var out CatalogExport
	if page.After == "" {
		out.Templates = catalog.Templates()
	}
	projects, next, err := s.ListProjects(ctx, c, page)
	if err != nil {
		return CatalogExport{}, "", err
	}
	for _, p := range projects {
		export := ProjectExport{Project: p.Project}
		inner := Page{Size: 200}
		for range maxEnvironmentPages {
			environments, more, err := s.ListEnvironments(ctx, c, p.Name, inner)
			if isCode(err, Forbidden) { // he may know of the project, and of none of its environments
				break
			}
			if err != nil {
				return CatalogExport{}, "", fmt.Errorf("export project %s: %w", p.Name, err)
			}
			export.Environments = append(export.Environments, environments...)
			if more == "" {
				break
			}
			inner.After = more
		}
		out.Projects = append(out.Projects, export)
	}
	return out, next, nil
}
