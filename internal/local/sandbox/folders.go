package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// Kinds that live on the disk have one folder for each resource: root/project/environment/name.

// recordsAndFolders lists the resources of such a kind that have a record, a folder, or both.
func recordsAndFolders(st *store, kind sandboxapi.Kind, root, project, environment string) ([]sandboxapi.Leftover, error) {
	ids, err := st.ids(kind, project, environment)
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, id := range ids {
		found[id.Name] = true
	}
	entries, err := os.ReadDir(filepath.Join(root, project, environment))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list folders: %w", err)
	}
	for _, entry := range entries {
		found[entry.Name()] = true
	}
	var items []sandboxapi.Leftover
	for name := range found {
		id := sandboxapi.ID{Project: project, Environment: environment, Name: name}
		items = append(items, sandboxapi.Leftover{Kind: kind, ID: id, What: string(kind) + " folder " + filepath.Join(root, project, environment, name)})
	}
	return items, nil
}

// removeFolder removes a resource's folder, then those of its environment and project if they are empty now.
func removeFolder(root string, id sandboxapi.ID) error {
	environment := filepath.Join(root, id.Project, id.Environment)
	if err := os.RemoveAll(filepath.Join(environment, id.Name)); err != nil {
		return fmt.Errorf("remove folder: %w", err)
	}
	_ = os.Remove(environment) // refused while it holds something else
	_ = os.Remove(filepath.Dir(environment))
	return nil
}

// replaceFolder fills a new folder and puts it where path is, so that nobody sees half of it. write cannot leave the folder.
func replaceFolder(path string, write func(fresh *os.Root) error) error {
	fresh := path + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("clear %s: %w", fresh, err)
	}
	if err := os.MkdirAll(fresh, 0o700); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	root, err := os.OpenRoot(fresh)
	if err != nil {
		return fmt.Errorf("open folder: %w", err)
	}
	err = write(root)
	if err := errors.Join(err, root.Close()); err != nil {
		return errors.Join(err, os.RemoveAll(fresh))
	}
	if err := os.RemoveAll(path); err != nil {
		return fmt.Errorf("clear %s: %w", path, err)
	}
	if err := os.Rename(fresh, path); err != nil {
		return fmt.Errorf("put folder in place: %w", err)
	}
	return nil
}
