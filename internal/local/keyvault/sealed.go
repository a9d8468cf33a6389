package keyvault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// sealedFile is a JSON document that is encrypted with a key of its own: nonce, then AES-256-GCM's output.
type sealedFile struct {
	path string
	aead cipher.AEAD
}

// sealedVersion is authenticated with the content, so that a later layout is not taken for this one.
const sealedVersion = "lazuli vault 1"

// openSealed reads the key, or makes one where there is neither a key nor anything sealed with it.
func openSealed(dir string) (*sealedFile, error) {
	f := &sealedFile{path: filepath.Join(dir, "vault.sealed")}
	keyPath := filepath.Join(dir, "vault.key")
	key, err := os.ReadFile(keyPath) // #nosec G304 -- in the folder that was configured
	if errors.Is(err, fs.ErrNotExist) {
		if _, statErr := os.Stat(f.path); statErr == nil {
			return nil, fmt.Errorf("%s is there but its key %s is not: put the key back, or delete the vault", f.path, keyPath)
		}
		key = make([]byte, 32)
		_, _ = rand.Read(key) // never fails: the program ends instead
		err = replaceFile(keyPath, key)
	}
	if err != nil {
		return nil, fmt.Errorf("vault key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("vault key %s: %w", keyPath, err)
	}
	if f.aead, err = cipher.NewGCMWithRandomNonce(block); err != nil {
		return nil, fmt.Errorf("vault key %s: %w", keyPath, err)
	}
	return f, nil
}

func (f *sealedFile) read() (content, error) {
	sealed, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return content{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	text, err := f.aead.Open(nil, nil, sealed, []byte(sealedVersion))
	if err != nil {
		return nil, fmt.Errorf("%s was damaged or is sealed with another key: %w", f.path, err)
	}
	c := content{}
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, fmt.Errorf("decode %s: %w", f.path, err)
	}
	return c, nil
}

func (f *sealedFile) write(c content) error {
	text, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	return replaceFile(f.path, f.aead.Seal(nil, nil, text, []byte(sealedVersion))) // #nosec G407 -- no nonce is given: this AEAD makes a random one for each call
}

// replaceFile has the new content on the disk before it takes the old one's place.
func replaceFile(path string, text []byte) error {
	file, err := os.OpenFile(path+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600) // #nosec G304 -- in the folder that was configured
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.Rename(path+".new", path)
}
