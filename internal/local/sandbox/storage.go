package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// storages is the kind that stands in for storage accounts: a folder with one folder for each container.
type storages struct {
	root  string
	store *store
}

// validContainer is Azure's rule for names of containers, less the doubled dash.
var validContainer = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`)

func (s *storages) folder(id sandboxapi.ID) string {
	return filepath.Join(s.root, id.Project, id.Environment, id.Name)
}

// put adds containers that are missing and never removes one: what is in it may be all there is.
func (s *storages) put(_ context.Context, id sandboxapi.ID, text []byte) (any, error) {
	var spec sandboxapi.StorageSpec
	if err := decodeSpec(text, &spec); err != nil {
		return nil, err
	}
	for _, name := range spec.Containers {
		if !validContainer.MatchString(name) {
			return nil, invalid("%q is no name for a container: use 3 to 63 of a-z, 0-9 and -.", name)
		}
	}
	if err := s.store.put(string(sandboxapi.Storages), id.String(), spec); err != nil {
		return nil, err
	}
	for _, name := range append([]string{""}, spec.Containers...) {
		if err := os.MkdirAll(filepath.Join(s.folder(id), name), 0o700); err != nil {
			return nil, fmt.Errorf("make storage %s: %w", id, err)
		}
	}
	return s.describe(id, spec), nil
}

func (s *storages) describe(id sandboxapi.ID, spec sandboxapi.StorageSpec) sandboxapi.Storage {
	path := s.folder(id)
	return sandboxapi.Storage{
		Origin:      sandboxapi.Origin{ID: id, Implementation: "folder on this machine", Honesty: sandboxapi.StandIn},
		StorageSpec: spec, Path: path, URL: (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String(),
	}
}

// get reports the containers that are there now, so that one deleted by hand shows as a change.
func (s *storages) get(_ context.Context, id sandboxapi.ID) (any, error) {
	var spec sandboxapi.StorageSpec
	found, err := s.store.get(string(sandboxapi.Storages), id.String(), &spec)
	if err != nil {
		return nil, err
	}
	if _, statErr := os.Stat(s.folder(id)); !found || errors.Is(statErr, fs.ErrNotExist) {
		return nil, notFound("storage " + id.String())
	}
	var present []string
	for _, name := range spec.Containers {
		if _, err := os.Stat(filepath.Join(s.folder(id), name)); err == nil {
			present = append(present, name)
		}
	}
	spec.Containers = present
	return s.describe(id, spec), nil
}

func (s *storages) remove(_ context.Context, id sandboxapi.ID) error {
	if err := removeFolder(s.root, id); err != nil {
		return fmt.Errorf("remove storage %s: %w", id, err)
	}
	return s.store.remove(string(sandboxapi.Storages), id.String())
}

func (s *storages) leftovers(_ context.Context, project, environment string) ([]sandboxapi.Leftover, error) {
	return recordsAndFolders(s.store, sandboxapi.Storages, s.root, project, environment)
}
