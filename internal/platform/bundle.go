package platform

import (
	"encoding/json"
	"fmt"
)

// Bundle is the Terraform root of a deployment, as the run fetches it.
type Bundle struct {
	Operation string
	Mode      Mode
	Digest    string // of the stored bytes
	Files     map[string]string
}

// encodeBundle makes the stored form: equal files, equal bytes.
func encodeBundle(files map[string][]byte) ([]byte, error) {
	texts := make(map[string]string, len(files))
	for name, content := range files {
		texts[name] = string(content)
	}
	out, err := json.Marshal(texts)
	if err != nil {
		return nil, fmt.Errorf("encode bundle: %w", err)
	}
	return out, nil
}

func decodeBundle(stored []byte) (map[string]string, error) {
	var files map[string]string
	if err := json.Unmarshal(stored, &files); err != nil {
		return nil, fmt.Errorf("decode bundle: %w", err)
	}
	return files, nil
}
