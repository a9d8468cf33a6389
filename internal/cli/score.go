package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"unicode/utf8"

	"github.com/lazuli-platform/lazuli/internal/api"
)

// addScore puts Score documents into a manifest, each in the place of the workload of its name.
func addScore(m *api.Manifest, files []string, image string) error {
	for _, file := range files {
		document := api.ScoreDocument{}
		if err := readDocument(file, &document); err != nil {
			return usageError{fmt.Errorf("%s is no Score document: %w", file, err)}
		}
		metadata, _ := document["metadata"].(map[string]any)
		name, _ := metadata["name"].(string)
		if name == "" {
			return usageError{fmt.Errorf("%s has no metadata.name, so it is no Score document", file)}
		}
		if err := fillContainers(document, filepath.Dir(file), image); err != nil {
			return usageError{fmt.Errorf("%s: %w", file, err)}
		}
		if m.Workloads == nil {
			m.Workloads = map[string]api.ScoreDocument{}
		}
		m.Workloads[name] = document
	}
	return nil
}

// fillContainers puts the image in the place of ".", and the content of files in the place of their sources: the platform
// reads nothing from anybody's disk.
func fillContainers(document api.ScoreDocument, folder, image string) error {
	containers, _ := document["containers"].(map[string]any)
	for name, item := range containers {
		container, _ := item.(map[string]any)
		if container["image"] == "." {
			if image == "" {
				return fmt.Errorf("the image of container %s is \".\"; say which it is with --image", name)
			}
			container["image"] = image
		}
		files, _ := container["files"].(map[string]any)
		for path, entry := range files {
			file, _ := entry.(map[string]any)
			source, ok := file["source"].(string)
			if !ok {
				continue
			}
			if !filepath.IsAbs(source) {
				source = filepath.Join(folder, source)
			}
			content, err := os.ReadFile(source) // #nosec G304 -- the user's own document names it
			if err != nil {
				return fmt.Errorf("file %s of container %s: %w", path, name, err)
			}
			if !utf8.Valid(content) {
				return fmt.Errorf("file %s of container %s: %s is no text", path, name, source)
			}
			delete(file, "source")
			file["content"] = string(content)
		}
	}
	return nil
}
