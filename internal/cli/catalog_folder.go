package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/catalog"
	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/policy"
)

// catalogFolder is a folder of documents and the tree of modules that they name.
type catalogFolder struct{ modules string }

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
	documents, modules, err := f.open(args)
	if err != nil {
		return nil, err
	}
	found, err := catalog.Load(documents, modules, catalog.Options{CompilePolicy: policy.Compile})
	if err != nil {
		return nil, s.notValid(f.folder(args), err)
	}
	return found, nil
}

// read reads the documents of the folder, each by itself: they may speak of what is published already.
func (s *session) read(f catalogFolder, args []string) ([]platform.CatalogItem, error) {
	documents, modules, err := f.open(args)
	if err != nil {
		return nil, err
	}
	items, err := catalog.Read(documents, modules, catalog.Options{CompilePolicy: policy.Compile})
	if err != nil {
		return nil, s.notValid(f.folder(args), err)
	}
	return items, nil
}

func (f *catalogFolder) open(args []string) (documents, modules fs.FS, err error) {
	folder := f.folder(args)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return nil, nil, usageError{fmt.Errorf("%s is not a folder; name the folder of the catalog", folder)}
	}
	tree := f.modules
	if tree == "" {
		tree = filepath.Join(filepath.Dir(filepath.Clean(folder)), "modules")
	}
	return os.DirFS(folder), os.DirFS(tree), nil
}

func (s *session) notValid(folder string, err error) error {
	s.printCatalogProblems(folder, err)
	return hintError{errors.New("the catalog is not valid"), "mend what is listed above; docs/catalog.md explains every field"}
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
		Long: `Publishes the folder as a whole: all of it or nothing, checked together with what is published, so that
a template may use types that are published already. A version that is published
already is left alone; if its content differs the publication is refused, since published versions
are immutable: give what you changed a new version.`,
		Example: "  lazuli catalog publish infra/catalog --dry-run\n  lazuli catalog publish infra/catalog",
		RunE: func(cmd *cobra.Command, args []string) error {
			items, err := s.read(f, args)
			if err != nil {
				return err
			}
			if commit == "" {
				commit = headOf(cmd.Context(), args)
			}
			body, err := publication(items, commit, dry)
			if err != nil {
				return err
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			answer, err := caller.PublishCatalogWithResponse(cmd.Context(), body)
			if err := check(answer, err); err != nil {
				return nameItems(err, items)
			}
			return s.print(answer.JSON200, func() error { return s.showPublished(*answer.JSON200, dry) })
		},
	}
	f.flags(cmd)
	cmd.Flags().StringVar(&commit, "commit", "", "the commit that the folder is of (default that of its git repository, if it has no changes)")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "say what would become of each document, and publish nothing")
	return cmd
}

func publication(items []platform.CatalogItem, commit string, dry bool) (api.CatalogPublication, error) {
	body := api.CatalogPublication{Commit: given[string](commit), DryRun: &dry}
	for _, item := range items {
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

// nameItems puts the names of documents in the place of their numbers.
func nameItems(err error, items []platform.CatalogItem) error {
	var p problemError
	if !errors.As(err, &p) {
		return err
	}
	for i, e := range p.problem.Errors {
		number, _, _ := strings.Cut(strings.TrimPrefix(e.Pointer, "/items/"), "/")
		if n, err := strconv.Atoi(number); err == nil && n >= 0 && n < len(items) {
			p.problem.Errors[i].Pointer = items[n].Ref()
		}
	}
	return p
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
