package render

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// moduleSet holds the files of modules: path of the module, name of the file, content.
type moduleSet map[string]map[string][]byte

// read takes in every module of a target's folder. A module is flat: its folder has no folders.
func (m moduleSet) read(modules fs.FS, folder string) error {
	entries, err := fs.ReadDir(modules, folder)
	if err != nil {
		return fmt.Errorf("read modules of target %s: %w", folder, err)
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		name := path.Join(folder, entry.Name())
		if m[name], err = readModule(modules, name); err != nil {
			return fmt.Errorf("read module %s: %w", name, err)
		}
	}
	return nil
}

func readModule(modules fs.FS, name string) (map[string][]byte, error) {
	entries, err := fs.ReadDir(modules, name)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, entry := range entries {
		if entry.IsDir() || !belongs(entry.Name()) {
			continue
		}
		if files[entry.Name()], err = fs.ReadFile(modules, path.Join(name, entry.Name())); err != nil {
			return nil, err
		}
	}
	if len(files) == 0 {
		return nil, errors.New("it has no Terraform files")
	}
	return files, nil
}

// belongs reports whether a file is part of what a module does. Tests, lock files and documents stay at home.
func belongs(name string) bool {
	return strings.HasSuffix(name, ".tf") || strings.HasSuffix(name, ".tf.json") || strings.HasSuffix(name, ".tftpl")
}
