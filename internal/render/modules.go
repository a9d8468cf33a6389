package render

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// moduleSet holds the files of modules: path of the module, name of the file, content.
type moduleSet map[string]map[string]string

// read takes in a module. It is flat: its folder has no folders.
func (m moduleSet) read(modules fs.FS, name string) error {
	entries, err := fs.ReadDir(modules, name)
	if err != nil {
		return fmt.Errorf("read module %s: %w", name, err)
	}
	files := map[string]string{}
	for _, entry := range entries {
		if entry.IsDir() || !belongs(entry.Name()) {
			continue
		}
		content, err := fs.ReadFile(modules, path.Join(name, entry.Name()))
		if err != nil {
			return fmt.Errorf("read module %s: %w", name, err)
		}
		files[entry.Name()] = string(content)
	}
	if len(files) == 0 {
		return fmt.Errorf("read module %s: %w", name, errors.New("it has no Terraform files"))
	}
	m[name] = files
	return nil
}

// belongs reports whether a file is part of what a module does. Tests, lock files and documents stay at home.
func belongs(name string) bool {
	return strings.HasSuffix(name, ".tf") || strings.HasSuffix(name, ".tf.json") || strings.HasSuffix(name, ".tftpl")
}
