package sandbox

import (
	"context"
	"fmt"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// vaults is the kind that gives applications a Key Vault of their own. Vaults there need no making, so that there is one
// is what its record says: programs are let into an application's vault only while it has one, see [Sandbox.HasVault].
type vaults struct {
	secrets SecretStore
	store   *store
}

// vaultName has two dots, which no name of ours has: the vaults of environments have one.
func vaultName(id sandboxapi.ID) string { return id.Project + "." + id.Environment + "." + id.Name }

// ApplicationVault reports whether a vault's name is one that an application can have.
func ApplicationVault(name string) bool {
	return strings.Count(name, ".") == 2 && !strings.HasPrefix(name, ValueVaults)
}

// HasVault reports whether the application's vault of that name has been made and not been removed.
func (s *Sandbox) HasVault(name string) bool {
	parts := strings.Split(name, ".")
	if len(parts) != 3 {
		return false
	}
	found, err := s.store.get(string(sandboxapi.Vaults), sandboxapi.ID{Project: parts[0], Environment: parts[1], Name: parts[2]}.String(), &struct{}{})
	return found && err == nil
}

func (v *vaults) ready() error { return (&secrets{vault: v.secrets}).ready() }

func (v *vaults) put(_ context.Context, id sandboxapi.ID, text []byte) (any, error) {
	if err := decodeSpec(text, &sandboxapi.VaultSpec{}); err != nil {
		return nil, err
	}
	if err := v.ready(); err != nil {
		return nil, err
	}
	if err := v.store.put(string(sandboxapi.Vaults), id.String(), struct{}{}); err != nil {
		return nil, err
	}
	return v.describe(id), nil
}

func (v *vaults) describe(id sandboxapi.ID) sandboxapi.Vault {
	return sandboxapi.Vault{
		Origin: sandboxapi.Origin{ID: id, Implementation: "encrypted file behind Key Vault's protocol; secrets only, and what is deleted is gone at once", Honesty: sandboxapi.StandIn},
		Vault:  vaultName(id), URI: v.secrets.VaultURI(vaultName(id)),
	}
}

func (v *vaults) get(_ context.Context, id sandboxapi.ID) (any, error) {
	found, err := v.store.get(string(sandboxapi.Vaults), id.String(), &struct{}{})
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, notFound("vault " + id.String())
	}
	if err := v.ready(); err != nil {
		return nil, err
	}
	return v.describe(id), nil
}

// remove takes the secrets with it.
func (v *vaults) remove(ctx context.Context, id sandboxapi.ID) error {
	if v.secrets == nil {
		return v.store.remove(string(sandboxapi.Vaults), id.String())
	}
	names, err := v.secrets.SecretNames(ctx, vaultName(id))
	if err != nil {
		return fmt.Errorf("list secrets of vault %s: %w", id, err)
	}
	for _, name := range names {
		if err := v.secrets.RemoveSecret(ctx, vaultName(id), name); err != nil {
			return fmt.Errorf("remove secret %s of vault %s: %w", name, id, err)
		}
	}
	return v.store.remove(string(sandboxapi.Vaults), id.String())
}

// leftovers looks for secrets as well as for records: a vault with secrets is there, whoever has forgotten it.
func (v *vaults) leftovers(ctx context.Context, project, environment string) ([]sandboxapi.Leftover, error) {
	ids, err := v.store.ids(sandboxapi.Vaults, project, environment)
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, id := range ids {
		found[id.Name] = true
	}
	if v.secrets != nil {
		prefix := project + "." + environment + "."
		full, err := v.secrets.VaultNames(ctx, prefix)
		if err != nil {
			return nil, fmt.Errorf("list vaults: %w", err)
		}
		for _, name := range full {
			found[strings.TrimPrefix(name, prefix)] = true
		}
	}
	items := make([]sandboxapi.Leftover, 0, len(found))
	for name := range found {
		id := sandboxapi.ID{Project: project, Environment: environment, Name: name}
		items = append(items, sandboxapi.Leftover{Kind: sandboxapi.Vaults, ID: id, What: "vault " + vaultName(id)})
	}
	return items, nil
}
