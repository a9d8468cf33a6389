package importade

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Result says what became of each folder with a definition, in order.
type Result struct {
	Imported []Definition
	Refused  []Refusal
}

// Definition is one that was imported.
type Definition struct {
	Folder string            // where it was found
	Name   string            // of its resource type, definition, template and module
	Runner string            // that it had
	Lost   []string          // what could not be carried, in sentences
	Files  map[string]string // by path: catalog/… and modules/azure/<name>/…
}

// Refusal is one that could not be imported.
type Refusal struct {
	Folder string
	Reason string // a sentence
}

// Import looks for definitions in a tree.
func Import(tree fs.FS) (Result, error) {
	var result Result
	names := map[string]string{}
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if isLinkedFolder(tree, name, entry) {
			result.Refused = append(result.Refused, Refusal{name, "It is a symbolic link to a folder, and links are not followed."})
			return nil
		}
		if entry.IsDir() || !slices.Contains([]string{"environment.yaml", "manifest.yaml"}, path.Base(name)) {
			return nil
		}
		folder := path.Dir(name)
		definition, err := one(tree, folder, path.Base(name))
		if err == nil {
			if first, taken := names[definition.Name]; taken {
				err = fmt.Errorf("its name would be %q, which %s has already", definition.Name, first)
			}
		}
		if err != nil {
			result.Refused = append(result.Refused, Refusal{folder, capital(err.Error()) + "."})
			return nil
		}
		names[definition.Name] = folder
		result.Imported = append(result.Imported, definition)
		return nil
	})
	if err != nil {
		return Result{}, fmt.Errorf("look for definitions: %w", err)
	}
	return result, nil
}

// isLinkedFolder also tells of a link that leads nowhere, or to where the tree does not reach: what is there cannot be known.
func isLinkedFolder(tree fs.FS, name string, entry fs.DirEntry) bool {
	if entry.Type()&fs.ModeSymlink == 0 || slices.Contains([]string{"environment.yaml", "manifest.yaml"}, path.Base(name)) {
		return false // such a file is refused when it is read
	}
	info, err := fs.Stat(tree, name)
	return err != nil && path.Ext(name) == "" || err == nil && info.IsDir()
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// importing is one definition in the making.
type importing struct {
	environment environment
	folder      fs.FS
	name        string
	inputs      []input
	lost        []string
	module      map[string]string
	outputs     []output
}

func (m *importing) loses(format string, args ...any) {
	m.lost = append(m.lost, fmt.Sprintf(format, args...))
}

func one(tree fs.FS, where, file string) (Definition, error) {
	folder, err := fs.Sub(tree, where)
	if err != nil {
		return Definition{}, err
	}
	text, err := readFile(folder, file)
	if err != nil {
		return Definition{}, err
	}
	e, err := readEnvironment(text)
	if err != nil {
		return Definition{}, err
	}
	kind, err := runnerOf(e)
	if err != nil {
		return Definition{}, err
	}
	m := &importing{environment: e, folder: folder, name: nameOf(where, e.Name), module: map[string]string{}}
	if !platform.ValidName(m.name) {
		return Definition{}, fmt.Errorf("no name can be made of %q", path.Base(where))
	}
	m.compareEnvironment()
	if err := m.readParameters(); err != nil {
		return Definition{}, err
	}
	if err := m.carry(kind); err != nil {
		return Definition{}, err
	}
	files, err := m.documents()
	if err != nil {
		return Definition{}, err
	}
	for file, text := range m.module {
		files["modules/azure/"+m.name+"/"+file] = text
	}
	return Definition{Folder: where, Name: m.name, Runner: string(kind), Lost: m.lost, Files: files}, nil
}

// compareEnvironment tells what of environment.yaml itself has no place here.
func (m *importing) compareEnvironment() {
	if text := m.environment.Version; text != "" && version(text) != text {
		m.loses("The version %q cannot be one here; it is %s.", text, version(text))
	}
	for _, name := range slices.Sorted(maps.Keys(m.environment.Other)) {
		m.loses("The property %s is not known; it is left out.", name)
	}
}

func (m *importing) carry(kind runner) error {
	switch kind {
	case runnerTerraform:
		return m.carryTerraform()
	case runnerBicep:
		name, ok := compiled(m.folder, m.environment.TemplatePath)
		if !ok {
			return fmt.Errorf("its Bicep is not compiled; run: az bicep build --file %s", m.environment.TemplatePath)
		}
		m.loses("The Bicep stays behind: what is deployed is %s, as it was compiled.", name)
		return m.carryARM(name)
	case runnerARM:
		return m.carryARM(m.environment.TemplatePath)
	}
	return errors.New("its runner is not known")
}

// nameOf makes a name of the folder, or where that has none, of the title.
func nameOf(folder, title string) string {
	text := path.Base(folder)
	if text == "." {
		text = title
	}
	var out strings.Builder
	for _, r := range strings.ToLower(text) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			out.WriteRune(r)
		case out.Len() > 0 && !strings.HasSuffix(out.String(), "-"):
			out.WriteByte('-')
		}
	}
	name := strings.Trim(out.String(), "-")
	if name != "" && name[0] >= '0' && name[0] <= '9' {
		name = "env-" + name
	}
	return strings.TrimRight(name[:min(len(name), 40)], "-")
}
