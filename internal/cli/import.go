package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/importade"
)

func (s *session) importCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "import", Short: "Bring in what was written for another platform"}
	cmd.AddCommand(s.importADE())
	return cmd
}

// importReport is what programs get.
type importReport struct {
	Imported []importedDefinition `json:"imported"`
	Refused  []refusedDefinition  `json:"refused"`
}

type refusedDefinition struct {
	Folder string `json:"folder"`
	Reason string `json:"reason"`
}

type importedDefinition struct {
	Folder string   `json:"folder"`
	Name   string   `json:"name"`
	Runner string   `json:"runner"`
	Lost   []string `json:"lost"`
}

func (s *session) importADE() *cobra.Command {
	var out string
	var force bool
	cmd := &cobra.Command{
		Use: "ade FOLDER", Short: "Turn a catalog of Azure Deployment Environments into documents of ours", Args: cobra.ExactArgs(1),
		Long: `Reads every environment definition in the folder (environment.yaml with its ARM, Bicep or Terraform)
and writes a resource type, a definition with its module, and a template for each. It lists what could
not be carried, and changes nothing of what it reads. Definitions and templates are proposed: once they are
published, "lazuli catalog status" makes them the default. Look at the result, then check and publish it:

  lazuli catalog validate OUT/catalog
  lazuli catalog publish OUT/catalog`,
		Example: "  lazuli import ade ../ade-catalog --out acme",
		RunE: func(_ *cobra.Command, args []string) error {
			if info, err := os.Stat(args[0]); err != nil || !info.IsDir() {
				return usageError{fmt.Errorf("%s is not a folder", args[0])}
			}
			if entries, err := os.ReadDir(out); err == nil && len(entries) > 0 && !force {
				return usageError{fmt.Errorf("the folder %s is not empty; name another with --out, or write into it with --force", out)}
			}
			result, err := readADE(args[0])
			if err != nil {
				return err
			}
			if len(result.Imported)+len(result.Refused) == 0 {
				return hintError{errors.New("there is no environment.yaml in this folder"), "name the folder of the catalog, such as Environments"}
			}
			if err := writeImported(out, result); err != nil {
				return err
			}
			return s.printImported(out, result)
		},
	}
	cmd.Flags().StringVar(&out, "out", "imported", "the folder to write: catalog and modules in it")
	cmd.Flags().BoolVar(&force, "force", false, "write into a folder that is not empty")
	return cmd
}

// readADE reads nothing that is not in the folder, wherever links in it lead.
func readADE(folder string) (importade.Result, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return importade.Result{}, fmt.Errorf("read %s: %w", folder, err)
	}
	defer func() { _ = root.Close() }() // it was only read
	return importade.Import(root.FS())
}

// writeImported writes everything beside its place first, so that a failure on the way leaves nothing half done.
func writeImported(out string, result importade.Result) error {
	files := map[string]string{}
	for _, d := range result.Imported {
		for path, text := range d.Files {
			files[path] = text
		}
	}
	if len(files) == 0 {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(filepath.Clean(out)), 0o750); err != nil {
		return fmt.Errorf("write to %s: %w", out, err)
	}
	if info, err := os.Lstat(out); err == nil && (!info.IsDir() || os.Remove(out) != nil) { // an empty folder makes room, and nothing else
		return writeFiles(out, files)
	}
	next, err := os.MkdirTemp(filepath.Dir(filepath.Clean(out)), ".importing-")
	if err != nil {
		return fmt.Errorf("write to %s: %w", out, err)
	}
	if err := writeFiles(next, files); err != nil {
		return errors.Join(err, os.RemoveAll(next))
	}
	if err := os.Rename(next, out); err != nil {
		return errors.Join(fmt.Errorf("write to %s: %w", out, err), os.RemoveAll(next))
	}
	return nil
}

func (s *session) printImported(out string, result importade.Result) error {
	report := importReport{Imported: []importedDefinition{}, Refused: []refusedDefinition{}}
	for _, d := range result.Imported {
		report.Imported = append(report.Imported, importedDefinition{d.Folder, d.Name, d.Runner, append([]string{}, d.Lost...)})
	}
	for _, r := range result.Refused {
		report.Refused = append(report.Refused, refusedDefinition(r))
	}
	err := s.print(report, func() error {
		for _, d := range result.Imported {
			fmt.Fprintf(s.Out, "✓ %s  %s (%s)\n", d.Name, clean(d.Folder), d.Runner)
			for _, lost := range d.Lost {
				fmt.Fprintf(s.Out, "    ! %s\n", clean(lost))
			}
		}
		for _, r := range result.Refused {
			fmt.Fprintf(s.Out, "✗ %s  %s\n", clean(r.Folder), clean(r.Reason))
		}
		if len(result.Imported) > 0 {
			fmt.Fprintf(s.Out, "%d imported into %s, %d not; next:  lazuli catalog validate %s/catalog\n", len(result.Imported), out, len(result.Refused), out)
		}
		return nil
	})
	if err == nil && len(result.Imported) == 0 {
		err = hintError{errors.New("none of the definitions could be imported, so nothing was written"), "mend one of them as its reason says"}
	}
	return err
}
