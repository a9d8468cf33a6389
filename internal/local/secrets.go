package local

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// secrets are the keys that the parts share. They are made once and kept in a file that only the owner reads, since what is
// stored was signed or is addressed with them.
type secrets struct {
	SigningKey    string `json:"signingKey"`
	TablesKey     string `json:"tablesKey"`
	ServiceBusKey string `json:"serviceBusKey"`
	DevOpsToken   string `json:"devOpsToken"`
	SandboxToken  string `json:"sandboxToken"`
	VaultToken    string `json:"vaultToken"`
	Integration   string `json:"integration"` // the secret of the program that the identity provider knows
}

func loadSecrets(dir string) (secrets, error) {
	path := filepath.Join(dir, "secrets.json")
	raw, err := os.ReadFile(path) // #nosec G304 -- beneath the data folder
	if errors.Is(err, os.ErrNotExist) {
		return makeSecrets(path)
	}
	if err != nil {
		return secrets{}, fmt.Errorf("read keys: %w", err)
	}
	var s secrets
	if err := json.Unmarshal(raw, &s); err != nil || s.SandboxToken == "" {
		return secrets{}, fmt.Errorf("the file of keys %s cannot be read: restore it, or remove the whole data folder to begin anew", path)
	}
	if s.VaultToken != "" && s.Integration != "" {
		return s, nil
	}
	for _, key := range []*string{&s.VaultToken, &s.Integration} { // the folder is from before there were values, or programs
		if *key == "" {
			*key = randomKey()
		}
	}
	return s, writeSecrets(path, s)
}

func makeSecrets(path string) (secrets, error) {
	s := secrets{SigningKey: randomKey(), TablesKey: randomKey(), ServiceBusKey: randomKey(), DevOpsToken: randomKey(), SandboxToken: randomKey(), VaultToken: randomKey(), Integration: randomKey()}
	return s, writeSecrets(path, s)
}

func writeSecrets(path string, s secrets) error {
	raw, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("encode keys: %w", err)
	}
	temporary := path + ".new"
	if err := os.WriteFile(temporary, raw, 0o600); err != nil {
		return fmt.Errorf("write keys: %w", err)
	}
	if err := os.Rename(temporary, path); err != nil {
		return fmt.Errorf("write keys: %w", err)
	}
	return nil
}

func randomKey() string {
	key := make([]byte, 48)
	_, _ = rand.Read(key) // never fails: crypto/rand ends the process instead
	return base64.StdEncoding.EncodeToString(key)
}
