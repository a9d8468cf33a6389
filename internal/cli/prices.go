package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/price"
)

// pricePatience bounds a whole refresh.
const pricePatience = 30 * time.Minute

func (s *session) pricesCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "prices", Short: "The price sheet that previews calculate with"}
	cmd.AddCommand(s.pricesRefresh())
	return cmd
}

func (s *session) pricesRefresh() *cobra.Command {
	var f catalogFolder
	var q price.Query
	var out string
	cmd := &cobra.Command{
		Use: "refresh [FOLDER]", Short: "Fetch Azure's public prices for the meters of a catalog", Args: cobra.MaximumNArgs(1),
		Long: `Fetches the pay-as-you-go prices of the services that the definitions of a catalog name, and writes
them as its price sheet. The sheet that is there stays until the new one is complete.`,
		Example: "  lazuli prices refresh infra/catalog --region westeurope --region northeurope",
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := s.load(f, args)
			if err != nil {
				return err
			}
			for _, d := range found.Definitions() {
				for _, item := range d.Price {
					service, _, _ := strings.Cut(item.Meter, "/")
					q.Services = append(q.Services, service)
				}
			}
			slices.Sort(q.Services)
			if q.Services = slices.Compact(q.Services); len(q.Services) == 0 {
				return hintError{errors.New("no definition of this catalog names a meter"), "add a price to a definition; docs/catalog.md shows how"}
			}
			if out == "" {
				out = filepath.Join(f.folder(args), "prices", "azure-retail-prices.json")
			}
			return s.refreshPrices(cmd.Context(), q, out)
		},
	}
	f.flags(cmd)
	cmd.Flags().StringVar(&q.URL, "from", "https://prices.azure.com", "address of the price service")
	cmd.Flags().StringVar(&q.Currency, "currency", "USD", "currency of the prices")
	cmd.Flags().StringArrayVar(&q.Regions, "region", []string{"westeurope"}, "region of Azure; may be repeated")
	cmd.Flags().StringVar(&out, "out", "", "the file to write (default prices/azure-retail-prices.json in the catalog)")
	return cmd
}

func (s *session) refreshPrices(ctx context.Context, q price.Query, out string) error {
	ctx, cancel := context.WithTimeout(ctx, pricePatience)
	defer cancel()
	q.Client, q.Wait = http.DefaultClient, pause
	q.Progress = func(service, region string, items int) {
		fmt.Fprintf(s.Err, "  %s in %s: %d prices\n", service, region, items)
	}
	items, err := price.Fetch(ctx, q)
	if err != nil {
		return hintError{err, "the price sheet is as it was; try again later"}
	}
	text, err := price.Encode(q.Currency, time.Now().UTC(), items)
	if err != nil {
		return hintError{err, "the price sheet is as it was"}
	}
	if err := replaceFile(out, text); err != nil {
		return err
	}
	fmt.Fprintf(s.Out, "✓ %d prices are in %s; publish or package the catalog to use them\n", len(items), out)
	return nil
}

// replaceFile writes a file so that whoever reads it sees the old one or the new one.
func replaceFile(name string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	next := name + ".next"
	if err := os.WriteFile(next, content, 0o644); err != nil { // #nosec G306 -- prices are public
		return fmt.Errorf("write %s: %w", name, err)
	}
	if err := os.Rename(next, name); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
