package main_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/lazuli-platform/lazuli/"

// mayImport says who may import whom, among packages of ours. A row stands for a package and what lies beneath it,
// but for what has a row of its own; the packages of one row may import each other. A name on the right is a row,
// and with "/..." all rows beneath it too. Tests may import anything.
var mayImport = map[string][]string{
	// The core: nouns, rules, ports. It knows nothing of ours, so that it can be read and tested alone.
	"internal/platform": {},
	// The adapters: each knows the core, none knows another.
	"internal/tablestore": {"internal/platform"},
	"internal/servicebus": {"internal/platform"},
	"internal/devops":     {"internal/platform"},
	"internal/render":     {"internal/platform"},
	"internal/catalog":    {"internal/platform"},
	"internal/price":      {"internal/platform"},
	"internal/policy":     {"internal/platform"},
	"internal/explain":    {"internal/platform"},
	"internal/importade":  {"internal/catalog", "internal/platform"},
	"internal/identity":   {"internal/platform"},
	"internal/keyvault":   {"internal/platform"},
	"internal/config":     {},
	// What checks the modules of Azure, and writes their README files.
	"internal/replay":               {},
	"cmd/terraform-provider-replay": {"internal/replay"},
	"internal/modules":              {"internal/platform"},
	"internal/modules/generate":     {"internal/modules", "internal/catalog", "internal/platform", "internal/policy"},
	"internal/webhook":              {},
	// What comes in: HTTP and triggers.
	"internal/api":          {},
	"internal/api/bindings": {},
	"internal/api/generate": {"internal/api/bindings"},
	"internal/httpapi":      {"internal/api", "internal/platform"},
	"internal/triggers":     {"internal/platform"},
	"internal/requests":     {"internal/platform"},
	// The handler builds everything; what stands in for Azure on a laptop stays out of it.
	"handler": {
		"internal/platform", "internal/tablestore", "internal/servicebus", "internal/devops", "internal/render",
		"internal/catalog", "internal/price", "internal/policy", "internal/explain", "internal/identity", "internal/keyvault", "internal/config", "internal/httpapi", "internal/triggers", "internal/requests", "internal/webhook",
	},
	// What every adapter promises, as suites that tests run.
	"internal/storetest":     {"internal/platform"},
	"internal/queuetest":     {"internal/platform"},
	"internal/pipelinestest": {"internal/platform"},
	// The simulation runs the core in memory, on a virtual clock.
	"internal/memstore":   {"internal/platform"},
	"internal/simulation": {"internal/platform", "internal/memstore", "internal/catalog"},
	// The client side speaks the contract.
	"internal/client": {"internal/api"},
	// "lazuli up" starts what stands in for Azure.
	"internal/cli": {"internal/api", "internal/client", "internal/local/...", "internal/catalog", "internal/platform", "internal/policy", "internal/price", "internal/importade"}, // it checks catalogs without a platform
	"cmd/lazuli":   {"internal/cli"},
	// The stand-ins: a package beneath local speaks to the others over sockets; these are the exceptions.
	"internal/local":                        {"internal/local/...", "internal/identity"}, // puts them together; the vault asks who calls
	"internal/local/devops":                 {},
	"internal/local/engine":                 {},
	"internal/local/functionshost":          {"internal/local/functionshost/..."}, // the rules beneath it know no host
	"internal/local/functionshost/envelope": {},
	"internal/local/functionshost/route":    {},
	"internal/local/functionshost/schedule": {},
	"internal/local/identity":               {},
	"internal/local/keyvault":               {},
	"internal/local/servicebus":             {},
	"internal/local/tables":                 {},
	"internal/local/sandboxapi":             {},
	"internal/local/sandbox":                {"internal/local/sandboxapi", "internal/local/servicebus"}, // a queue is a namespace of its own
	"internal/local/sandboxprovider":        {"internal/local/sandboxapi"},
	"cmd/terraform-provider-sandbox":        {"internal/local/sandboxprovider"},
}

func TestImports(t *testing.T) {
	used := map[string]bool{}
	for _, root := range []string{"cmd", "handler", "internal"} {
		for folder, imports := range importsBeneath(t, root) {
			row := rowOf(folder)
			if row == "" {
				t.Errorf("%s has no row in mayImport: say what it may import", folder)
				continue
			}
			used[row] = true
			for imported, file := range imports {
				if !permitted(row, imported) {
					t.Errorf("%s imports %s; %s may import %v", file, imported, row, mayImport[row])
				}
			}
		}
	}
	for row := range mayImport {
		if !used[row] {
			t.Errorf("mayImport has a row for %s, which has no Go files", row)
		}
	}
}

func permitted(row, imported string) bool {
	target := rowOf(imported)
	return target == row || slices.ContainsFunc(mayImport[row], func(allowed string) bool {
		beneath, all := strings.CutSuffix(allowed, "/...")
		return target == beneath || all && strings.HasPrefix(target, beneath+"/")
	})
}

func rowOf(folder string) string {
	best := ""
	for row := range maps.Keys(mayImport) {
		if (folder == row || strings.HasPrefix(folder, row+"/")) && len(row) > len(best) {
			best = row
		}
	}
	return best
}

// importsBeneath maps folder → imported package of ours → a file that imports it, without tests.
func importsBeneath(t *testing.T, root string) map[string]map[string]string {
	t.Helper()
	found := map[string]map[string]string{}
	err := filepath.WalkDir(filepath.Join(top, root), func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && entry.Name() == "testdata" {
			return filepath.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(top, filepath.Dir(path))
		if err != nil {
			return err
		}
		folder = filepath.ToSlash(folder)
		if found[folder] == nil {
			found[folder] = map[string]string{}
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if ours, ok := strings.CutPrefix(imported, module); ok {
				found[folder][ours] = path
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
