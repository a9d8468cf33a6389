package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
)

func (s *session) catalogCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "catalog", Short: "What the platform team writes: types, definitions, templates, policies",
		Long: `The catalog says what developers can ask for, and how each of it is built. It is a folder of
YAML documents with Terraform modules beside it. Check it, then publish it: published versions
are immutable, and every change is a new version.`,
	}
	cmd.AddCommand(s.catalogValidate(), s.catalogPublish(), s.catalogList(), s.catalogOffers(), s.catalogShow(), s.catalogStatus(), s.catalogExport())
	return cmd
}

func (s *session) catalogList() *cobra.Command {
	var kind, name, status string
	cmd := &cobra.Command{
		Use: "list", Short: "List what is published, with all versions", Args: cobra.NoArgs,
		Example: "  lazuli catalog list --kind template\n  lazuli catalog list --name postgres-local",
		RunE: func(cmd *cobra.Command, _ []string) error {
			items, err := collect(s, func(token *string) ([]api.CatalogItem, *string, error) {
				caller, err := s.api()
				if err != nil {
					return nil, nil, err
				}
				answer, err := caller.ListCatalogItemsWithResponse(cmd.Context(), &api.ListCatalogItemsParams{
					Kind: given[api.CatalogKind](kind), Name: given[string](name), InStatus: given[api.CatalogItemStatus](status), PageToken: token})
				if err := check(answer, err); err != nil {
					return nil, nil, err
				}
				return answer.JSON200.Value, answer.JSON200.NextLink, nil
			})
			if err != nil {
				return err
			}
			return s.print(items, func() error {
				if len(items) == 0 {
					fmt.Fprintln(s.Out, "Nothing of this kind is published. Publish a folder:  lazuli catalog publish FOLDER")
					return nil
				}
				var rows [][]string
				for _, i := range items {
					rows = append(rows, []string{string(i.Kind), i.Name, i.Version, string(i.Status), i.PublishedAt.Local().Format("2006-01-02 15:04"), i.PublishedBy, orDash(short(text(i.Commit)))})
				}
				return s.table("KIND\tNAME\tVERSION\tSTATUS\tPUBLISHED\tBY\tCOMMIT", rows)
			})
		},
	}
	cmd.Flags().StringVar(&kind, "kind", "", "resource-type, resource-definition, template, environment-type or policy")
	cmd.Flags().StringVar(&name, "name", "", "only of this name")
	cmd.Flags().StringVar(&status, "status", "", "proposed, default, deprecated or defective")
	return cmd
}

// given is nil for an empty flag.
func given[T ~string](value string) *T {
	if value == "" {
		return nil
	}
	out := T(value)
	return &out
}

func short(commit string) string { return commit[:min(len(commit), 12)] }

func (s *session) catalogShow() *cobra.Command {
	return &cobra.Command{
		Use: "show KIND NAME VERSION", Short: "Show a published version with its document, as JSON", Args: cobra.ExactArgs(3),
		Example: "  lazuli catalog show resource-type postgres 1",
		RunE: func(cmd *cobra.Command, args []string) error {
			caller, err := s.api()
			if err != nil {
				return err
			}
			answer, err := caller.GetCatalogItemWithResponse(cmd.Context(), api.CatalogKind(args[0]), args[1], args[2])
			if err := check(answer, err); err != nil {
				return err
			}
			s.output = "json"
			return s.print(answer.JSON200, nil)
		},
	}
}

func (s *session) catalogStatus() *cobra.Command {
	return &cobra.Command{
		Use: "status KIND NAME VERSION STATUS", Short: "Say what a published version is good for", Args: cobra.ExactArgs(4),
		Long: `proposed     to be looked at; only a project that pins it gets it
default      what everybody gets who does not pin another; the one before becomes deprecated
deprecated   for projects that pin it
defective    for nobody: a pin of it is refused`,
		Example: "  lazuli catalog status resource-definition postgres-local 2 default",
		RunE: func(cmd *cobra.Command, args []string) error {
			caller, err := s.api()
			if err != nil {
				return err
			}
			answer, err := caller.SetCatalogItemStatusWithResponse(cmd.Context(), api.CatalogKind(args[0]), args[1], args[2], api.CatalogItemStatusSpec{Status: api.CatalogItemStatus(args[3])})
			if err := check(answer, err); err != nil {
				return err
			}
			return s.print(answer.JSON200, func() error {
				fmt.Fprintf(s.Out, "✓ %s %s@%s is %s\n", args[0], args[1], args[2], answer.JSON200.Status)
				return nil
			})
		},
	}
}

func (s *session) definitionsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "definitions", Short: "How resources are built", Aliases: []string{"definition"}}
	var spec api.DefinitionRequest
	var project, class string
	explain := &cobra.Command{
		Use: "explain TYPE", Short: "Say which definition would build a resource, and why the others would not", Args: cobra.ExactArgs(1),
		Example: "  lazuli definitions explain postgres --class small --environment-type test --project payments",
		RunE: func(cmd *cobra.Command, args []string) error {
			caller, err := s.api()
			if err != nil {
				return err
			}
			spec.Type, spec.Project, spec.Class = args[0], given[string](project), given[string](class)
			answer, err := caller.ExplainDefinitionsWithResponse(cmd.Context(), spec)
			if err := check(answer, err); err != nil {
				return err
			}
			return s.print(answer.JSON200, func() error {
				var rows [][]string
				for _, c := range answer.JSON200.Candidates {
					rows = append(rows, []string{outcomeMark(c.Outcome), c.Definition, string(c.Outcome), c.Reason})
				}
				if len(rows) == 0 {
					fmt.Fprintf(s.Out, "Nothing in the catalog builds %s. Write a definition for it:  docs/catalog.md\n", args[0])
					return nil
				}
				return s.table("\tDEFINITION\tOUTCOME\tWHY", rows)
			})
		},
	}
	explain.Flags().StringVar(&project, "project", "", "as this project would get it, with its pins")
	explain.Flags().StringVar(&spec.EnvironmentType, "environment-type", "dev", "in an environment of this type")
	explain.Flags().StringVar(&class, "class", "", "of this class")
	cmd.AddCommand(explain)
	return cmd
}

func outcomeMark(o api.DefinitionCandidateOutcome) string {
	if o == api.Chosen {
		return "✓"
	}
	return ""
}
