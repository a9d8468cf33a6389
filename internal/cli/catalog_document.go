package cli

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// withStatus gives the document as it was written, its status in it again; numbers keep their text.
func withStatus(item platform.CatalogItem) (api.CatalogDocument, error) {
	decoder := json.NewDecoder(bytes.NewReader(item.Document))
	decoder.UseNumber()
	var document api.CatalogDocument
	if err := decoder.Decode(&document); err != nil {
		return nil, fmt.Errorf("read %s: %w", item.Ref(), err)
	}
	if metadata, ok := document["metadata"].(map[string]any); ok && item.Status != "" {
		metadata["status"] = string(item.Status)
	}
	return document, nil
}
