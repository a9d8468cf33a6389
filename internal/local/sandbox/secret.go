package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"regexp"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// secrets is the kind that keeps values in the vault. The record holds where, never what.
type secrets struct {
	vault SecretStore
	store *store
}

// secretRecord is what is stored for each secret.
type secretRecord struct {
	ID    sandboxapi.ID `json:"id"`
	Vault string        `json:"vault"`
}

// validVault allows dots, so that a vault can be called project.environment without doubt where the one ends.
var validVault = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,126}[a-z0-9]$`)

func (s *secrets) ready() error {
	if s.vault == nil {
		return problem(http.StatusServiceUnavailable, "noVault", "This sandbox has no vault to keep secrets in.")
	}
	return nil
}

func (s *secrets) put(ctx context.Context, id sandboxapi.ID, text []byte) (any, error) {
	var spec sandboxapi.SecretSpec
	if err := decodeSpec(text, &spec); err != nil {
		return nil, err
	}
	if !validVault.MatchString(spec.Vault) {
		return nil, invalid("%q is no name for a vault.", spec.Vault)
	}
	if err := s.ready(); err != nil {
		return nil, err
	}
	record := secretRecord{ID: id, Vault: spec.Vault}
	if err := s.store.put(string(sandboxapi.Secrets), id.String(), record); err != nil {
		return nil, err
	}
	version, reference, err := s.vault.PutSecret(ctx, spec.Vault, id.Name, spec.Value)
	if err != nil {
		return nil, fmt.Errorf("store secret %s: %w", id, err)
	}
	return describeSecret(record, version, reference), nil
}

func describeSecret(record secretRecord, version, reference string) sandboxapi.Secret {
	return sandboxapi.Secret{
		Origin: sandboxapi.Origin{ID: record.ID, Implementation: "encrypted file behind Key Vault's protocol", Honesty: sandboxapi.StandIn},
		Vault:  record.Vault, Version: version, Reference: reference,
	}
}

func (s *secrets) get(ctx context.Context, id sandboxapi.ID) (any, error) {
	var record secretRecord
	found, err := s.store.get(string(sandboxapi.Secrets), id.String(), &record)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, notFound("secret " + id.String())
	}
	if err := s.ready(); err != nil {
		return nil, err
	}
	version, reference, ok, err := s.vault.SecretVersion(ctx, record.Vault, id.Name)
	if err != nil {
		return nil, fmt.Errorf("look for secret %s: %w", id, err)
	}
	if !ok {
		return nil, notFound("secret " + id.String())
	}
	return describeSecret(record, version, reference), nil
}

func (s *secrets) remove(ctx context.Context, id sandboxapi.ID) error {
	var record secretRecord
	found, err := s.store.get(string(sandboxapi.Secrets), id.String(), &record)
	if err != nil || !found {
		return err
	}
	if err := s.ready(); err != nil {
		return err
	}
	if err := s.vault.RemoveSecret(ctx, record.Vault, id.Name); err != nil {
		return fmt.Errorf("remove secret %s: %w", id, err)
	}
	return s.store.remove(string(sandboxapi.Secrets), id.String())
}

// ValueVaults begins the names of the vaults that secret values are in: v.project and v.project.environment. No project is called
// "v", so these are never vaults of an environment's outputs, which go when the environment goes.
const ValueVaults = "v."

// read gives a secret value to whoever builds an environment: of that environment or its project, and of no other.
func (s *secrets) read(ctx context.Context, project, environment, reference string) (sandboxapi.SecretValue, error) {
	if err := s.ready(); err != nil {
		return sandboxapi.SecretValue{}, err
	}
	own := ValueVaults + project
	value, ok, err := s.vault.ReadSecret(ctx, reference, own, own+"."+environment)
	if err != nil {
		return sandboxapi.SecretValue{}, fmt.Errorf("read a secret for %s/%s: %w", project, environment, err)
	}
	if !ok {
		return sandboxapi.SecretValue{}, notFound("secret of " + project + "/" + environment + " or its project at this address")
	}
	return sandboxapi.SecretValue{Value: value}, nil
}

// leftovers looks into the environment's usual vault as well as into the records.
func (s *secrets) leftovers(ctx context.Context, project, environment string) ([]sandboxapi.Leftover, error) {
	ids, err := s.store.ids(sandboxapi.Secrets, project, environment)
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, id := range ids {
		found[id.Name] = true
	}
	if s.vault != nil {
		names, err := s.vault.SecretNames(ctx, project+"."+environment)
		if err != nil {
			return nil, fmt.Errorf("list secrets: %w", err)
		}
		for _, name := range names {
			found[name] = true
		}
	}
	var items []sandboxapi.Leftover
	for name := range found {
		id := sandboxapi.ID{Project: project, Environment: environment, Name: name}
		items = append(items, sandboxapi.Leftover{Kind: sandboxapi.Secrets, ID: id, What: "secret " + name})
	}
	return items, nil
}
