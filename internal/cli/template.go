package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
)

func (s *session) templateCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "template", Short: "What can be asked for", Aliases: []string{"templates"}}
	cmd.AddCommand(&cobra.Command{
		Use: "list", Short: "List the templates", Args: cobra.NoArgs, Example: "  lazuli template list",
		RunE: func(cmd *cobra.Command, _ []string) error {
			caller, err := s.api()
			if err != nil {
				return err
			}
			answer, err := caller.ListTemplatesWithResponse(cmd.Context())
			if err := check(answer, err); err != nil {
				return err
			}
			return s.print(answer.JSON200, func() error {
				var rows [][]string
				for _, t := range answer.JSON200.Value {
					rows = append(rows, []string{t.Name, t.Title, orDash(text(t.Takes)), fromPrice(t.Price), orDash(strings.Join(t.Tags, ", "))})
				}
				return s.table("NAME\tWHAT YOU GET\tTAKES\tPRICE/MONTH\tTAGS", rows)
			})
		},
	}, &cobra.Command{
		Use: "show NAME", Short: "Show a template with its parameters", Args: cobra.ExactArgs(1), Example: "  lazuli template show web-service-with-database",
		RunE: func(cmd *cobra.Command, args []string) error {
			caller, err := s.api()
			if err != nil {
				return err
			}
			answer, err := caller.GetTemplateWithResponse(cmd.Context(), args[0])
			if err := check(answer, err); err != nil {
				return err
			}
			return s.print(answer.JSON200, func() error { return s.showTemplate(*answer.JSON200) })
		},
	})
	return cmd
}

// fromPrice says what a template costs at least: more is what its parameters ask for, and what depends on use.
func fromPrice(p *api.Price) string {
	if p == nil {
		return "-"
	}
	return "from " + strings.TrimSuffix(amount(*p), ".00")
}

func (s *session) showTemplate(t api.Template) error {
	fmt.Fprintf(s.Out, "%s@%s  %s\n", t.Name, t.Version, clean(t.Title))
	if t.Description != nil {
		fmt.Fprintf(s.Out, "%s\n", clean(*t.Description))
	}
	if t.Docs != nil {
		fmt.Fprintf(s.Out, "\n%s\n", clean(*t.Docs))
	}
	required, _ := t.Parameters["required"].([]any)
	properties, _ := t.Parameters["properties"].(map[string]any)
	var rows [][]string
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		schema, _ := properties[name].(map[string]any)
		need := "optional"
		if slices.Contains(required, any(name)) {
			need = "required"
		} else if d, ok := schema["default"]; ok {
			need = fmt.Sprintf("default %v", d)
		}
		rows = append(rows, []string{"  " + name, kindOf(schema), need, fmt.Sprint(orNothing(schema["title"]))})
	}
	if len(rows) > 0 {
		fmt.Fprintln(s.Out, "\nParameters")
		if err := s.table("", rows); err != nil {
			return err
		}
	}
	fmt.Fprintln(s.Out, "\nResources")
	rows = nil
	for _, alias := range slices.Sorted(maps.Keys(t.Manifest.Resources)) {
		rows = append(rows, []string{"  " + alias, t.Manifest.Resources[alias].Type})
	}
	if len(rows) == 0 {
		rows = [][]string{{"  none"}}
	}
	return s.table("", rows)
}

func kindOf(schema map[string]any) string {
	if values, ok := schema["enum"].([]any); ok {
		var names []string
		for _, v := range values {
			names = append(names, fmt.Sprint(v))
		}
		return strings.Join(names, " | ")
	}
	return fmt.Sprint(orNothing(schema["type"]))
}

func orNothing(v any) any {
	if v == nil {
		return ""
	}
	return v
}
