package identity

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	keyBits = 2048
	// KeyAge is how long one key signs before the next is made.
	KeyAge = 90 * 24 * time.Hour
	// keptKeys bounds the published set when someone rotates in a loop.
	keptKeys = 8
)

// signingKey is one RSA key; Retired is zero while it signs.
type signingKey struct {
	ID      string    `json:"kid"`
	Created time.Time `json:"created"`
	Retired time.Time `json:"retired,omitzero"`
	PKCS8   []byte    `json:"pkcs8"` // base64 in the file
	private *rsa.PrivateKey
}

// keyring holds the signing keys, oldest first; the last one signs. Retired keys stay published until the last
// token they signed has expired. The file is replaced as a whole, so that a crash leaves the old or the new one.
type keyring struct {
	file string
	now  func() time.Time

	mu   sync.Mutex
	keys []signingKey
}

func openKeyring(dir string, now func() time.Time) (*keyring, error) {
	k := &keyring{file: filepath.Join(dir, "signing-keys.json"), now: now}
	raw, err := os.ReadFile(k.file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return k, k.rotate()
	case err != nil:
		return nil, fmt.Errorf("read signing keys: %w", err)
	}
	if err := json.Unmarshal(raw, &k.keys); err != nil {
		return nil, fmt.Errorf("decode signing keys %s: %w", k.file, err)
	}
	for i := range k.keys {
		if err := k.keys[i].parse(); err != nil {
			return nil, fmt.Errorf("parse signing key %s of %s: %w", k.keys[i].ID, k.file, err)
		}
	}
	if len(k.keys) == 0 {
		return k, k.rotate()
	}
	return k, nil
}

func (s *signingKey) parse() error {
	key, err := x509.ParsePKCS8PrivateKey(s.PKCS8)
	if err != nil {
		return err
	}
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return fmt.Errorf("want an RSA key, found %T", key)
	}
	s.private = private
	return nil
}

// signer returns the key to sign with now, making the next one when the present one is of age.
func (k *keyring) signer() (signingKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if last := k.keys[len(k.keys)-1]; k.now().Sub(last.Created) < KeyAge {
		return last, nil
	}
	if err := k.rotateLocked(); err != nil {
		return signingKey{}, err
	}
	return k.keys[len(k.keys)-1], nil
}

func (k *keyring) rotate() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.rotateLocked()
}

// rotateLocked adds a key and retires the one before it. Nothing changes in memory until the file is on disk:
// a token signed by a key that a crash could lose would be worthless after the restart.
func (k *keyring) rotateLocked() error {
	next, err := newSigningKey(k.now())
	if err != nil {
		return err
	}
	keys := k.publishedLocked()
	for i := range keys {
		if keys[i].Retired.IsZero() {
			keys[i].Retired = next.Created
		}
	}
	keys = append(keys, next)
	if len(keys) > keptKeys {
		keys = keys[len(keys)-keptKeys:]
	}
	raw, err := json.MarshalIndent(keys, "", "  ")
	if err != nil {
		return fmt.Errorf("encode signing keys: %w", err)
	}
	if err := replaceFile(k.file, raw); err != nil {
		return fmt.Errorf("save signing keys: %w", err)
	}
	k.keys = keys
	return nil
}

func newSigningKey(now time.Time) (signingKey, error) {
	private, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return signingKey{}, fmt.Errorf("generate signing key: %w", err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return signingKey{}, fmt.Errorf("encode signing key: %w", err)
	}
	sum := sha256.Sum256(x509.MarshalPKCS1PublicKey(&private.PublicKey))
	id := base64.RawURLEncoding.EncodeToString(sum[:16])
	return signingKey{ID: id, Created: now.UTC(), PKCS8: pkcs8, private: private}, nil
}

// publishedLocked returns a copy of the keys whose tokens may still be good.
func (k *keyring) publishedLocked() []signingKey {
	keys := make([]signingKey, 0, len(k.keys))
	for _, key := range k.keys {
		if key.Retired.IsZero() || k.now().Sub(key.Retired) < TokenLife+time.Hour {
			keys = append(keys, key)
		}
	}
	return keys
}

// public returns the JSON Web Key Set to publish.
func (k *keyring) public() jose.JSONWebKeySet {
	k.mu.Lock()
	defer k.mu.Unlock()
	var set jose.JSONWebKeySet
	for _, key := range k.publishedLocked() {
		set.Keys = append(set.Keys, jose.JSONWebKey{
			KeyID: key.ID, Key: &key.private.PublicKey, Algorithm: string(jose.RS256), Use: "sig",
		})
	}
	return set
}

// verifier returns the public key of kid, if it is still published.
func (k *keyring) verifier(kid string) (crypto.PublicKey, bool) {
	for _, key := range k.public().Keys {
		if key.KeyID == kid {
			return key.Key, true
		}
	}
	return nil, false
}

// replaceFile writes data to path with mode 0600 so that after a crash the file is whole: old or new.
func replaceFile(path string, data []byte) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // CreateTemp uses mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
