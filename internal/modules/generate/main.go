// Command generate writes the README of every module that is shipped.
//
//	go run ./internal/modules/generate infra infra/modules
package main

import (
	"errors"
	"io/fs"
	"log"
	"os"
	"path/filepath"

	"github.com/lazuli-platform/lazuli/internal/catalog"
	"github.com/lazuli-platform/lazuli/internal/modules"
	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/policy"
)

func main() {
	if err := generate(os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func generate(args []string) error {
	if len(args) != 2 {
		return errors.New("usage: generate INFRA TARGET")
	}
	tree := os.DirFS(filepath.Join(args[0], "modules"))
	c, err := catalog.Load(os.DirFS(filepath.Join(args[0], "catalog")), tree, catalog.Options{CompilePolicy: policy.Compile})
	if err != nil {
		return err
	}
	folders, err := modules.List(tree)
	if err != nil {
		return err
	}
	for _, folder := range folders {
		if err := write(tree, c, folder, args[1]); err != nil {
			return err
		}
	}
	return nil
}

func write(tree fs.FS, c *catalog.Catalog, folder, target string) error {
	m, err := modules.Read(tree, folder)
	if err != nil {
		return err
	}
	var kind platform.ResourceType
	var definitions []platform.ResourceDefinition
	for _, d := range c.Definitions() {
		if d.Module == folder {
			definitions = append(definitions, d)
			kind, _ = c.ResourceType(d.Type)
		}
	}
	dir := filepath.Join(target, filepath.FromSlash(folder))
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "README.md"), []byte(modules.Readme(m, kind, definitions)), 0o600)
}
