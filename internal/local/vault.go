package local

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/identity"
	"github.com/lazuli-platform/lazuli/internal/local/keyvault"
	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
)

// openVaults starts Key Vault. Who may read a secret is the vault's own matter, as it is in Azure, where Key Vault has its own
// roles: here everybody who signs in, but for the viewer, may read. Only the sandbox writes, which needs no token, and the
// handler, by a token of its own that reads nothing. An application's own vault is written, too, by whoever signs in, and by
// programs with a token of their own.
func (p *Platform) openVaults() error {
	verifier, err := identity.NewVerifier(identity.Config{Issuer: p.publicURL + "/identity", Audience: audience, Now: p.cfg.Now, Logger: p.cfg.Log})
	if err != nil {
		return fmt.Errorf("start the vault: %w", err)
	}
	caller := func(r *http.Request) (identity.Principal, error) {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return identity.Principal{}, keyvault.ErrUnauthenticated
		}
		return verifier.Verify(r.Context(), token)
	}
	p.vaults, err = keyvault.Open(keyvault.Config{
		Dir: p.dir("vaults"), BaseURL: p.publicURL + "/vault", Authority: p.publicURL + "/identity", Now: p.cfg.Now, Logger: p.cfg.Log,
		Authorize: func(r *http.Request, vault string, write bool) error {
			if isBearer(r, p.secrets.VaultToken) {
				if !write || !strings.HasPrefix(vault, sandbox.ValueVaults) {
					return errors.New("the handler writes secret values, and nothing else")
				}
				return nil
			}
			who, err := caller(r)
			ofApplication := sandbox.ApplicationVault(vault)
			switch {
			case err != nil:
				return fmt.Errorf("%w: %w", keyvault.ErrUnauthenticated, err)
			case ofApplication && !p.sandbox.HasVault(vault):
				return fmt.Errorf("there is no vault %s", vault)
			case who.Subject == "viewer", !ofApplication && (write || who.App):
				return errors.New("the role Key Vault Secrets User is missing")
			}
			return nil
		},
		Who: func(r *http.Request) string {
			if isBearer(r, p.secrets.VaultToken) {
				return "handler"
			}
			who, err := caller(r)
			if err != nil {
				return ""
			}
			return who.Subject
		},
	})
	if err != nil {
		return fmt.Errorf("start the vault: %w", err)
	}
	return nil
}

// isBearer reports whether the request carries the token.
func isBearer(r *http.Request, token string) bool {
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return ok && subtle.ConstantTimeCompare([]byte(given), []byte(token)) == 1
}
