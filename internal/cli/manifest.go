package cli

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/lazuli-platform/lazuli/internal/api"
)

// readManifest reads a manifest from a JSON file; the platform checks it.
func readManifest(file string) (*api.Manifest, error) {
	raw, err := os.ReadFile(file) // #nosec G304 -- the user names it
	if err != nil {
		return nil, usageError{fmt.Errorf("read manifest: %w", err)}
	}
	var m api.Manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, usageError{fmt.Errorf("%s is no manifest: %w", file, err)}
	}
	return &m, nil
}
