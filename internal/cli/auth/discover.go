package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
)

// metadata is what we read of an issuer's discovery document.
type metadata struct {
	Issuer                      string   `json:"issuer"`
	AuthorizationEndpoint       string   `json:"authorization_endpoint"`
	TokenEndpoint               string   `json:"token_endpoint"`
	DeviceAuthorizationEndpoint string   `json:"device_authorization_endpoint"`
	RevocationEndpoint          string   `json:"revocation_endpoint"`
	LocalUsers                  []string `json:"lazuli_local_users"` // only the issuer of lazuli up has it
}

// discover reads the issuer's discovery document.
func discover(ctx context.Context, cfg Config) (metadata, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	var m metadata
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, cfg.Issuer+"/.well-known/openid-configuration", nil)
	if err != nil {
		return m, fmt.Errorf("discover %s: %w", cfg.Issuer, err)
	}
	r.Header.Set("Accept", "application/json")
	answer, err := cfg.HTTP.Do(r)
	if err != nil {
		return m, unreachable(cfg.Issuer, err)
	}
	defer func() { _ = answer.Body.Close() }() // read-only; the content has been read or is not wanted
	if answer.StatusCode != http.StatusOK {
		return m, fmt.Errorf("the sign-in service %s answers %s; is the address right?", cfg.Issuer, answer.Status)
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, 1<<20)).Decode(&m); err != nil {
		return m, fmt.Errorf("what answers at %s is not a sign-in service: %w", cfg.Issuer, err)
	}
	if m.Issuer != cfg.Issuer { // OpenID Connect Discovery section 4.3
		return m, fmt.Errorf("the sign-in service at %s says that it is %q; use that address if you trust it", cfg.Issuer, m.Issuer)
	}
	for _, endpoint := range []string{m.AuthorizationEndpoint, m.TokenEndpoint, m.DeviceAuthorizationEndpoint, m.RevocationEndpoint} {
		if endpoint != "" && !isSafe(endpoint) {
			return m, fmt.Errorf("the sign-in service %s names an address that is neither https nor on this machine: %s", cfg.Issuer, endpoint)
		}
	}
	if m.TokenEndpoint == "" {
		return m, fmt.Errorf("the sign-in service %s names no token endpoint", cfg.Issuer)
	}
	return m, nil
}

// unreachable explains a failed connection; on this machine the usual reason is that nothing runs.
func unreachable(issuer string, cause error) error {
	if errors.Is(cause, context.Canceled) {
		return cause
	}
	if isLoopback(issuer) {
		return fmt.Errorf("the sign-in service %s does not answer. Is Lazuli running? Start it: lazuli up (%w)", issuer, cause)
	}
	return fmt.Errorf("the sign-in service %s does not answer; check the network and try again (%w)", issuer, cause)
}

// isSafe tells whether tokens may travel to address.
func isSafe(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || (u.Scheme == "http" && isLoopback(address)))
}

func isLoopback(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback())
}
