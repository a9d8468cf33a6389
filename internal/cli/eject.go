package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
)

func (s *session) ejectCommand() *cobra.Command {
	var out string
	var force bool
	cmd := &cobra.Command{
		Use: "eject PROJECT/ENVIRONMENT", Short: "Take an environment along, as plain Terraform", Args: cobra.ExactArgs(1),
		Long: `Writes what the environment is made of into a folder: the Terraform root with its modules, variables and
backend, a pipeline that runs it, and a page that says how. Nothing in it needs the platform, and the
state is the one that the environment has: a plan of it changes nothing.`,
		Example: "  lazuli eject payments/dev --out payments-dev",
		RunE: func(cmd *cobra.Command, args []string) error {
			project, name, err := place(args[0])
			if err != nil {
				return err
			}
			if out == "" {
				out = project + "-" + name
			}
			if entries, err := os.ReadDir(out); err == nil && len(entries) > 0 && !force {
				return usageError{fmt.Errorf("the folder %s is not empty; name another with --out, or write over it with --force", out)}
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			answer, err := caller.GetEnvironmentBundleWithResponse(cmd.Context(), project, name)
			if err := check(answer, err); err != nil {
				return err
			}
			if err := writeFiles(out, answer.JSON200.Files); err != nil {
				return err
			}
			return s.print(answer.JSON200, func() error {
				fmt.Fprintf(s.Out, "✓ %d files of %s/%s are in %s; %s/README.md says how to go on\n", len(answer.JSON200.Files), project, name, out, out)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "the folder to write (default PROJECT-ENVIRONMENT)")
	cmd.Flags().BoolVar(&force, "force", false, "write into a folder that is not empty")
	return cmd
}

// writeFiles writes files beneath a folder, and nowhere else, whatever their names say.
func writeFiles(folder string, files map[string]string) error {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return fmt.Errorf("write to %s: %w", folder, err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return fmt.Errorf("write to %s: %w", folder, err)
	}
	defer func() { _ = root.Close() }() // every file has been written or refused
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !fs.ValidPath(name) {
			return fmt.Errorf("write to %s: %w", folder, errors.New("the platform gave a file a name that leads out of the folder"))
		}
		if err := root.MkdirAll(filepath.Dir(filepath.FromSlash(name)), 0o750); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		if err := root.WriteFile(filepath.FromSlash(name), []byte(files[name]), 0o600); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	return nil
}
