package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/catalog"
	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/policy"
)

// catalogFolder is a folder of documents and the tree of modules beside it.
type catalogFolder struct{ documents, modules string }

func (f *catalogFolder) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.modules, "modules", "", "the tree of Terraform modules (default the folder modules beside the catalog's)")
}

// folder is the one that was named, or that of a checkout of Lazuli.
func (f *catalogFolder) folder(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return filepath.Join("infra", "catalog")
}

// load reads and checks the folder. What is wrong with it is told line by line.
func (s *session) load(f catalogFolder, args []string) (*catalog.Catalog, error) {
	f.documents = f.folder(args)
	if f.modules == "" {
		f.modules = filepath.Join(filepath.Dir(filepath.Clean(f.documents)), "modules")
	}
	if info, err := os.Stat(f.documents); err != nil || !info.IsDir() {
		return nil, usageError{fmt.Errorf("%s is not a folder; name the folder of the catalog", f.documents)}
	}
	found, err := catalog.Load(os.DirFS(f.documents), os.DirFS(f.modules), catalog.Options{CompilePolicy: policy.Compile})
	if err != nil {
		s.printCatalogProblems(f.documents, err)
		return nil, hintError{errors.New("the catalog is not valid"), "mend what is listed above; docs/catalog.md explains every field"}
	}
	return found, nil
}

// printCatalogProblems tells each problem as editors and people read it: file, line, sentence.
func (s *session) printCatalogProblems(folder string, err error) {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		fmt.Fprintln(s.Err, clean(err.Error()))
		return
	}
	for _, one := range joined.Unwrap() {
		var p *catalog.Problem
		if errors.As(one, &p) {
			fmt.Fprintf(s.Err, "%s:%d: %s\n", filepath.Join(folder, p.File), p.Line, clean(p.Message))
		}
	}
}

func (s *session) catalogValidate() *cobra.Command {
	var f catalogFolder
	cmd := &cobra.Command{
		Use: "validate [FOLDER]", Short: "Check a folder of the catalog, without a platform", Args: cobra.MaximumNArgs(1),
		Long:    "Checks every document, what documents say of each other, and the Terraform modules that they name. Each problem has a file, a line and a sentence.",
		Example: "  lazuli catalog validate infra/catalog",
		RunE: func(_ *cobra.Command, args []string) error {
			found, err := s.load(f, args)
			if err != nil {
				return err
			}
			counts := map[platform.CatalogKind]int{}
			for _, item := range found.Items() {
				counts[item.Kind]++
			}
			return s.print(counts, func() error {
				var words []string
				for _, kind := range platform.CatalogKinds {
					if n := counts[kind]; n > 0 {
						words = append(words, fmt.Sprintf("%d %s", n, kind))
					}
				}
				fmt.Fprintf(s.Out, "✓ The catalog is valid: %s.\n", strings.Join(words, ", "))
				return nil
			})
		},
	}
	f.flags(cmd)
	return cmd
}

func (s *session) catalogPublish() *cobra.Command {
	var f catalogFolder
	var commit string
	var dry bool
	cmd := &cobra.Command{
		Use: "publish [FOLDER]", Short: "Publish a folder of the catalog as versions (platform admins)", Args: cobra.MaximumNArgs(1),
		Long: `Checks the folder, then publishes it as a whole: all of it or nothing. A version that is published
already is left alone; if its content differs the publication is refused, since published versions
are immutable: give what you changed a new version.`,
		Example: "  lazuli catalog publish infra/catalog --dry-run\n  lazuli catalog publish infra/catalog",
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := s.load(f, args)
			if err != nil {
				return err
			}
			if commit == "" {
				commit = headOf(cmd.Context(), args)
			}
			body, err := publication(found, commit, dry)
			if err != nil {
				return err
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			answer, err := caller.PublishCatalogWithResponse(cmd.Context(), body)
			if err := check(answer, err); err != nil {
				return err
			}
			return s.print(answer.JSON200, func() error { return s.showPublished(*answer.JSON200, dry) })
		},
	}
	f.flags(cmd)
	cmd.Flags().StringVar(&commit, "commit", "", "the commit that the folder is of (default that of its git repository, if it has no changes)")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "say what would become of each document, and publish nothing")
	return cmd
}

func publication(found *catalog.Catalog, commit string, dry bool) (api.CatalogPublication, error) {
	body := api.CatalogPublication{Commit: given[string](commit), DryRun: &dry}
	for _, item := range found.Items() {
		document, err := withStatus(item)
		if err != nil {
			return body, err
		}
		spec := api.CatalogItemSpec{Document: document}
		if item.Files != nil {
			files := api.CatalogFiles(item.Files)
			spec.Files = &files
		}
		body.Items = append(body.Items, spec)
	}
	return body, nil
}

func (s *session) showPublished(p api.CatalogPublished, dry bool) error {
	var rows [][]string
	for _, ch := range p.Changes {
		if ch.Action != api.Unchanged {
			rows = append(rows, []string{string(ch.Action), string(ch.Kind), ch.Name, ch.Version, string(ch.Status)})
		}
	}
	if len(rows) > 0 {
		if err := s.table("WHAT\tKIND\tNAME\tVERSION\tSTATUS", rows); err != nil {
			return err
		}
	}
	switch same := len(p.Changes) - len(rows); {
	case dry:
		fmt.Fprintf(s.Out, "%d of %d would change; nothing was published\n", len(rows), len(p.Changes))
	case len(rows) == 0:
		fmt.Fprintf(s.Out, "✓ all %d are published already (release %d)\n", same, p.Revision)
	default:
		fmt.Fprintf(s.Out, "✓ release %d is published: %d changed, %d as before\n", p.Revision, len(rows), same)
	}
	return nil
}

// gitPatience bounds what is asked of git.
const gitPatience = 10 * time.Second

// headOf is the commit of the folder, if it is in a git repository and has no changes of its own.
func headOf(ctx context.Context, args []string) string {
	folder := "."
	if len(args) > 0 {
		folder = args[0]
	}
	ctx, cancel := context.WithTimeout(ctx, gitPatience)
	defer cancel()
	changes, err := exec.CommandContext(ctx, "git", "-C", folder, "status", "--porcelain", "--", ".").Output() // #nosec G204 -- the person's own folder
	if err != nil || len(changes) > 0 {
		return ""
	}
	head, err := exec.CommandContext(ctx, "git", "-C", folder, "rev-parse", "HEAD").Output() // #nosec G204 -- the person's own folder
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(head))
}
