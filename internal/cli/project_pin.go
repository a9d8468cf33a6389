package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
)

func (s *session) projectPin() *cobra.Command {
	var remove bool
	cmd := &cobra.Command{
		Use: "pin PROJECT KIND NAME[@VERSION]", Short: "Hold a project to one version of a template or definition", Args: cobra.ExactArgs(3),
		Long:    "A pinned project keeps its version when another becomes the default. Take the pin away with --remove.",
		Example: "  lazuli project pin payments template web-service-with-database@1\n  lazuli project pin payments template web-service-with-database --remove",
		RunE: func(cmd *cobra.Command, args []string) error {
			name, version, ok := strings.Cut(args[2], "@")
			if !ok && !remove {
				return usageError{errors.New("say which version: NAME@VERSION; lazuli catalog list shows them")}
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			p, err := projectNamed(cmd.Context(), caller, args[0])
			if err != nil {
				return err
			}
			kind := api.CatalogPinKind(args[1])
			pins := slices.DeleteFunc(p.Pins, func(pin api.CatalogPin) bool { return pin.Kind == kind && pin.Name == name })
			if !remove {
				pins = append(pins, api.CatalogPin{Kind: kind, Name: name, Version: version})
			}
			change := changeOf(p)
			change.Pins = pins
			put, err := change.put(cmd.Context(), caller, p)
			if err != nil {
				return err
			}
			return s.print(put, func() error {
				if remove {
					fmt.Fprintf(s.Out, "✓ project %s takes the default version of %s %s\n", p.Name, kind, name)
				} else {
					fmt.Fprintf(s.Out, "✓ project %s holds on to %s %s@%s\n", p.Name, kind, name, version)
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&remove, "remove", false, "take the pin away")
	return cmd
}
