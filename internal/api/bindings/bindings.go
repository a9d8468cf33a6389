package bindings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// document is a function.json; the order of its fields is the order in the file.
type document struct {
	Bindings []binding `json:"bindings"`
}

type binding struct {
	Type      string   `json:"type"`
	Direction string   `json:"direction"`
	Name      string   `json:"name"`
	AuthLevel string   `json:"authLevel,omitempty"`
	Methods   []string `json:"methods,omitempty"`
	Route     string   `json:"route,omitempty"`
}

// Derive reads and validates the contract at path and returns the content of each function.json by operationId.
func Derive(path string) (map[string][]byte, error) {
	contract, err := openapi3.NewLoader().LoadFromFile(path)
	if err != nil {
		return nil, fmt.Errorf("read contract %s: %w", path, err)
	}
	if err := contract.Validate(openapi3.NewLoader().Context); err != nil {
		return nil, fmt.Errorf("validate contract %s: %w", path, err)
	}
	files := map[string][]byte{}
	for template, item := range contract.Paths.Map() {
		for method, operation := range item.Operations() {
			id := operation.OperationID
			if id == "" {
				return nil, fmt.Errorf("contract %s: %s %s has no operationId", path, method, template)
			}
			files[id], err = encode(document{Bindings: []binding{
				// anonymous: the handler itself checks the token of every request.
				{Type: "httpTrigger", Direction: "in", Name: "req", AuthLevel: "anonymous",
					Methods: []string{strings.ToLower(method)}, Route: strings.TrimPrefix(template, "/")},
				{Type: "http", Direction: "out", Name: "res"},
			}})
			if err != nil {
				return nil, fmt.Errorf("encode function %s: %w", id, err)
			}
		}
	}
	return files, nil
}

// Sync makes the folder hold exactly these HTTP functions beside the hand-written ones, and returns what it
// changed, as paths in the folder.
func Sync(folder string, files map[string][]byte) (changed []string, err error) {
	stale, err := Stale(folder, files)
	if err != nil {
		return nil, err
	}
	for _, name := range stale {
		if err := os.RemoveAll(filepath.Join(folder, name)); err != nil {
			return changed, fmt.Errorf("remove function %s: %w", name, err)
		}
		changed = append(changed, name)
	}
	for name, content := range files {
		path := filepath.Join(folder, name, "function.json")
		old, err := os.ReadFile(path)
		if err == nil && bytes.Equal(old, content) {
			continue
		}
		// Readable by all, like every source file.
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { // #nosec G301
			return changed, fmt.Errorf("write function %s: %w", name, err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil { // #nosec G306
			return changed, fmt.Errorf("write function %s: %w", name, err)
		}
		changed = append(changed, filepath.Join(name, "function.json"))
	}
	return changed, nil
}

// Stale lists the HTTP functions in the folder that the contract does not know (any more).
func Stale(folder string, files map[string][]byte) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list functions: %w", err)
	}
	var stale []string
	for _, entry := range entries {
		if _, derived := files[entry.Name()]; derived || !entry.IsDir() {
			continue
		}
		content, err := os.ReadFile(filepath.Join(folder, entry.Name(), "function.json"))
		if err != nil {
			return nil, fmt.Errorf("read function %s: %w", entry.Name(), err)
		}
		var doc document
		if err := json.Unmarshal(content, &doc); err != nil {
			return nil, fmt.Errorf("read function %s: %w", entry.Name(), err)
		}
		for _, b := range doc.Bindings {
			if b.Type == "httpTrigger" {
				stale = append(stale, entry.Name())
			}
		}
	}
	return stale, nil
}

func encode(doc document) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(doc)
	return out.Bytes(), err
}
