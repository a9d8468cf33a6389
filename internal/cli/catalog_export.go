package cli

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"

	"github.com/lazuli-platform/lazuli/internal/api"
)

func (s *session) catalogExport() *cobra.Command {
	return &cobra.Command{
		Use: "export", Short: "Print projects, environments and templates as entities of Backstage", Args: cobra.NoArgs,
		Long:    "Prints a file of documents that Backstage reads from a location of type file or url; with -o json a list. It holds what you may see.",
		Example: "  lazuli catalog export > lazuli-entities.yaml",
		RunE: func(cmd *cobra.Command, _ []string) error {
			entities, err := collect(s, func(token *string) ([]api.CatalogEntity, *string, error) {
				caller, err := s.api()
				if err != nil {
					return nil, nil, err
				}
				answer, err := caller.ExportCatalogEntitiesWithResponse(cmd.Context(), &api.ExportCatalogEntitiesParams{PageToken: token})
				if err := check(answer, err); err != nil {
					return nil, nil, err
				}
				return answer.JSON200.Value, answer.JSON200.NextLink, nil
			})
			if err != nil {
				return err
			}
			entities = withoutRepeats(entities)
			return s.print(entities, func() error { return s.printDocuments(entities) })
		},
	}
}

// withoutRepeats leaves out what has been there: a team comes with each page that has a project of it.
func withoutRepeats(entities []api.CatalogEntity) []api.CatalogEntity {
	seen := map[string]bool{}
	return slices.DeleteFunc(entities, func(e api.CatalogEntity) bool {
		key := fmt.Sprint(e.Kind, " ", e.Metadata["name"])
		repeated := seen[key]
		seen[key] = true
		return repeated
	})
}

// printDocuments prints each entity as a YAML document.
func (s *session) printDocuments(entities []api.CatalogEntity) error {
	for _, e := range entities {
		text, err := json.Marshal(e)
		if err != nil {
			return err
		}
		var plain map[string]any
		if err := json.Unmarshal(text, &plain); err != nil {
			return err
		}
		document, err := yaml.Marshal(plain)
		if err != nil {
			return err
		}
		fmt.Fprintf(s.Out, "---\n%s", document)
	}
	return nil
}
