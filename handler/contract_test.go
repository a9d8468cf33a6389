package main_test

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/api/bindings"
	"github.com/lazuli-platform/lazuli/internal/httpapi"
	"github.com/lazuli-platform/lazuli/internal/local/functionshost"
	"github.com/lazuli-platform/lazuli/internal/local/functionshost/route"
	"github.com/lazuli-platform/lazuli/internal/triggers"
)

// top is the top of the repository, seen from this package.
const top = ".."

func contractFile() string { return filepath.Join(top, "apim", "openapi.yaml") }

// The contract and the routes of the handler name the same operations, methods and paths.
func TestContract_routes(t *testing.T) {
	contract, err := openapi3.NewLoader().LoadFromFile(contractFile())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for path, item := range contract.Paths.Map() {
		for method, operation := range item.Operations() {
			want[operation.OperationID] = method + " " + path
		}
	}
	got := map[string]string{}
	for _, r := range httpapi.Routes() {
		if earlier, twice := got[r.Operation]; twice {
			t.Errorf("two routes are called %s: %s and %s", r.Operation, earlier, r.Path)
		}
		got[r.Operation] = r.Method + " " + r.Path
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("apim/openapi.yaml (-) and internal/httpapi/routes.go (+) differ:\n%s", diff)
	}
}

// The function.json files of HTTP functions are what the contract gives; all others belong to triggers.
func TestContract_functions(t *testing.T) {
	derived, err := bindings.Derive(contractFile())
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(top, "functions")
	stale, err := bindings.Stale(folder, derived)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range stale {
		t.Errorf("functions/%s: the contract has no such operation (make generate)", name)
	}
	for name, want := range derived {
		got, err := os.ReadFile(filepath.Join(folder, name, "function.json"))
		if err != nil {
			t.Errorf("functions/%s: %v (make generate)", name, err)
			continue
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("functions/%s/function.json differs from what the contract gives (make generate):\n%s", name, diff)
		}
	}
	want := triggers.Functions()
	for name := range derived {
		want = append(want, name)
	}
	if diff := cmp.Diff(sorted(want), folders(t, folder)); diff != "" {
		t.Errorf("operations and triggers (-) and folders in functions (+) differ:\n%s", diff)
	}
}

// Nothing but function.json stands in a function's folder.
func TestContract_functionFolders(t *testing.T) {
	folder := filepath.Join(top, "functions")
	for _, name := range folders(t, folder) {
		entries, err := os.ReadDir(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if len(entries) != 1 || entries[0].Name() != "function.json" {
			t.Errorf("functions/%s holds %v, want function.json alone", name, entries)
		}
	}
}

// The host tries templates in the order of function names and the first match wins, so no two may overlap.
func TestContract_templatesDoNotOverlap(t *testing.T) {
	routes := httpapi.Routes()
	parsed := make([]*route.Template, len(routes))
	for i, r := range routes {
		var err error
		if parsed[i], err = route.Parse(httpapi.Prefix, strings.TrimPrefix(r.Path, "/")); err != nil {
			t.Fatalf("%s: %v", r.Operation, err)
		}
	}
	for i, a := range routes {
		for j, b := range routes[:i] {
			if a.Method == b.Method && parsed[i].Overlaps(parsed[j]) {
				t.Errorf("%s %s (%s) takes requests of %s (%s)", a.Method, a.Path, a.Operation, b.Path, b.Operation)
			}
		}
	}
}

// The packaged app is what the host runs: it indexes every function and puts none in error.
func TestContract_package(t *testing.T) {
	app := assemble(t)
	host, err := functionshost.New(functionshost.Config{
		Root:     app,
		Settings: map[string]string{"LAZULI_SERVICE_BUS": "Endpoint=sb://127.0.0.1:5672;SharedAccessKeyName=n;SharedAccessKey=k"},
		Logger:   slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, reason := range host.InError() {
		t.Errorf("function %s is in error: %v", name, reason)
	}
	if diff := cmp.Diff(folders(t, filepath.Join(top, "functions")), sorted(host.Functions())); diff != "" {
		t.Errorf("functions (-) and what the host runs (+) differ:\n%s", diff)
	}
	for _, path := range []string{"host.json", "handler/handler", "catalog", "modules"} {
		if _, err := os.Stat(filepath.Join(app, path)); err != nil {
			t.Errorf("the package lacks %s: %v", path, err)
		}
	}
	if diff := cmp.Diff(listing(t, app), listing(t, assemble(t))); diff != "" {
		t.Errorf("two packages of the same sources differ:\n%s", diff)
	}
}

// assemble packages the sources with a file in the handler's place; its content is not asked for here.
func assemble(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	handler, app := filepath.Join(folder, "executable"), filepath.Join(folder, "app")
	if err := os.WriteFile(handler, []byte("#!/bin/sh\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), filepath.Join(top, ".ci", "package"), handler, app).CombinedOutput(); err != nil {
		t.Fatalf("package: %v\n%s", err, out)
	}
	return app
}

// listing describes a folder's files: path, mode, time and content.
func listing(t *testing.T, root string) []string {
	t.Helper()
	var lines []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		line := fmt.Sprintf("%s %s %s", relative, info.Mode(), info.ModTime().UTC())
		if !entry.IsDir() {
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			line += fmt.Sprintf(" %x", sha256.Sum256(content))
		}
		lines = append(lines, line)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func folders(t *testing.T, path string) []string {
	t.Helper()
	entries, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return sorted(names)
}

func sorted(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return names
}
