package keyvault

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// Config says where vaults are kept and who may use them.
type Config struct {
	Dir       string // made if missing
	BaseURL   string // what ids and references begin with, such as http://localhost:7071/vault
	Authority string // where clients get tokens, told by the challenge of a 401

	// Authorize answers nil when the request may read (or write) the vault, [ErrUnauthenticated] when its token is bad,
	// any other error when the caller is known and may not.
	Authorize func(r *http.Request, vault string, write bool) error
	// Who names the caller of an authorized request for the audit log. Nil leaves it out.
	Who func(r *http.Request) string

	Now    func() time.Time
	Logger *slog.Logger
}

// maxVersions are kept of one secret; the oldest one goes when there are more. Key Vault keeps all, but whoever refers to a version
// that is older than so many changes has waited long.
const maxVersions = 500

// Vaults is a set of vaults. Create it with [Open]; it needs no closing, since every change is on the disk when the call returns.
type Vaults struct {
	cfg     Config
	sealed  *sealedFile
	handler http.Handler

	mu      sync.RWMutex
	content content
}

// content is the decrypted file: versions, oldest first, by vault and name.
type content map[string]map[string][]version

// version is one value of a secret.
type version struct {
	ID          string            `json:"id"` // 32 hexadecimal digits
	Value       string            `json:"value"`
	ContentType string            `json:"contentType,omitempty"`
	Tags        map[string]string `json:"tags,omitempty"`
	Enabled     bool              `json:"enabled"`
	Created     int64             `json:"created"` // seconds since 1970, as in the protocol
}

// Open reads the vaults in the folder, or makes the folder. A file that cannot be decrypted is an error, never an empty vault.
func Open(cfg Config) (*Vaults, error) {
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("open vault: %w", err)
	}
	sealed, err := openSealed(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("open vault: %w", err)
	}
	v := &Vaults{cfg: cfg, sealed: sealed}
	v.cfg.BaseURL = strings.TrimSuffix(cfg.BaseURL, "/")
	if v.content, err = sealed.read(); err != nil {
		return nil, fmt.Errorf("open vault: %w", err)
	}
	v.handler = v.routes()
	return v, nil
}

// reference is where people read the newest version.
func (v *Vaults) reference(vault, name string) string {
	return v.VaultURI(vault) + "/secrets/" + url.PathEscape(name)
}

// add stores a new version.
func (v *Vaults) add(vault, name string, fresh version) (version, error) {
	fresh.ID, fresh.Created = newID(), v.cfg.Now().Unix()
	return fresh, v.change(func(next content) {
		if next[vault] == nil {
			next[vault] = map[string][]version{}
		}
		versions := append(slices.Clone(next[vault][name]), fresh)
		next[vault][name] = versions[max(0, len(versions)-maxVersions):]
	})
}

// change writes a changed copy to the disk and only then takes it over, so that what is answered is what would survive.
func (v *Vaults) change(edit func(next content)) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	next := content{}
	for vault, secrets := range v.content {
		next[vault] = maps.Clone(secrets)
	}
	edit(next)
	if err := v.sealed.write(next); err != nil {
		return fmt.Errorf("write vault: %w", err)
	}
	v.content = next
	return nil
}

// versions answers what there is of a secret, oldest first. Nobody may change it.
func (v *Vaults) versions(vault, name string) []version {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.content[vault][name]
}

// names lists the secrets in a vault, in order.
func (v *Vaults) names(vault string) []string {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return slices.Sorted(maps.Keys(v.content[vault]))
}

func (v *Vaults) drop(vault, name string) error {
	return v.change(func(next content) {
		delete(next[vault], name)
		if len(next[vault]) == 0 {
			delete(next, vault)
		}
	})
}

// newID makes an id as Key Vault does: 32 hexadecimal digits.
func newID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails: the program ends instead
	return hex.EncodeToString(id[:])
}

// PutSecret stores a value for the platform itself. The value that is the newest one already makes no new version, so
// the call may be repeated. It answers the version's id and the URL that people read the newest version at.
func (v *Vaults) PutSecret(_ context.Context, vault, name, value string) (id, reference string, err error) {
	if err := checkNames(vault, name); err != nil {
		return "", "", err
	}
	if versions := v.versions(vault, name); len(versions) > 0 {
		if newest := versions[len(versions)-1]; newest.Value == value && newest.Enabled {
			return newest.ID, v.reference(vault, name), nil
		}
	}
	fresh, err := v.add(vault, name, version{Value: value, Enabled: true})
	if err != nil {
		return "", "", err
	}
	v.cfg.Logger.Info("secret stored", "vault", vault, "secret", name, "version", fresh.ID, "by", "platform")
	return fresh.ID, v.reference(vault, name), nil
}

// SecretVersion answers the newest version's id and its URL; ok is false where there is no such secret.
func (v *Vaults) SecretVersion(_ context.Context, vault, name string) (id, reference string, ok bool, err error) {
	versions := v.versions(vault, name)
	if len(versions) == 0 {
		return "", "", false, nil
	}
	return versions[len(versions)-1].ID, v.reference(vault, name), true, nil
}

// ReadSecret returns the version that an address names, if it is in one of these vaults. It answers for any other address as for
// one where nothing is.
func (v *Vaults) ReadSecret(_ context.Context, reference string, vaults ...string) (value string, ok bool, err error) {
	path, ours := strings.CutPrefix(reference, v.cfg.BaseURL+"/")
	parts := strings.Split(path, "/") // vault, "secrets", name, version
	if !ours || len(parts) != 4 || parts[1] != "secrets" || !slices.Contains(vaults, parts[0]) {
		return "", false, nil
	}
	for _, one := range v.versions(parts[0], parts[2]) {
		if one.ID == parts[3] && one.Enabled {
			v.cfg.Logger.Info("secret read", "vault", parts[0], "secret", parts[2], "version", one.ID, "by", "platform")
			return one.Value, true, nil
		}
	}
	return "", false, nil
}

// RemoveSecret removes all versions; a secret that is not there is a success.
func (v *Vaults) RemoveSecret(_ context.Context, vault, name string) error {
	if len(v.versions(vault, name)) == 0 {
		return nil
	}
	if err := v.drop(vault, name); err != nil {
		return err
	}
	v.cfg.Logger.Info("secret removed", "vault", vault, "secret", name, "by", "platform")
	return nil
}

// SecretNames lists the secrets in a vault, in order.
func (v *Vaults) SecretNames(_ context.Context, vault string) ([]string, error) {
	return v.names(vault), nil
}

// VaultNames lists the vaults that hold secrets and whose names begin with prefix, in order.
func (v *Vaults) VaultNames(_ context.Context, prefix string) ([]string, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	all := slices.Sorted(maps.Keys(v.content))
	return slices.DeleteFunc(all, func(name string) bool { return !strings.HasPrefix(name, prefix) }), nil
}

// VaultURI is what programs give to Key Vault's client libraries.
func (v *Vaults) VaultURI(vault string) string { return v.cfg.BaseURL + "/" + url.PathEscape(vault) }
