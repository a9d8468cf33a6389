// Package identity is the sign-in service of the local platform: an OpenID Connect issuer that stands where
// Entra ID stands in Azure.
//
// It speaks the real protocol, so that the portal, the CLI and the handler cannot tell the difference except by
// the issuer's address: discovery, JWKS with a durable RS256 key that can be rotated, authorization code with PKCE,
// device code, client credentials, refresh tokens, userinfo, revocation and sign-out. Requests are parsed and
// checked by zitadel/oidc (op.RegisterServer); this package decides and mints (see server.go, grants.go, tokens.go).
//
// # Who may sign in
//
// Four people who exist on every laptop: admin, team-owner, developer and viewer (Users). None has a password:
// whoever can open the page chooses who to be. That is safe only because the issuer answers nobody but this machine:
// it refuses every peer that is not loopback, every Host that is not a loopback name (DNS rebinding), and every
// state-changing request that a web site of another origin sends through the browser (see guard.go).
//
// # Scripts and CI
//
// There is no special grant for programs. A program starts the device flow as RFC 8628 says, and then does what the
// person would do on the verification page: it posts user_code and user to verification_uri. Discovery says that
// this works, and for whom, in the field lazuli_local_users, which Entra ID does not have.
//
//	curl -d client_id=lazuli-cli -d scope='openid offline_access' $ISSUER/device_authorization
//	curl -H 'Accept: application/json' -d user_code=BCDF-GHJK -d user=developer $ISSUER/device
//	curl -d client_id=lazuli-cli -d grant_type=urn:ietf:params:oauth:grant-type:device_code -d device_code=… $ISSUER/token
//
// # What is kept
//
// Config.Dir holds signing-keys.json (mode 0600) and identity.db (bbolt, synced on every commit): sign-in requests,
// authorization and device codes, browser sessions and refresh tokens, the secret ones only as SHA-256. A restart
// signs nobody out.
//
// The library announces its routes and its refusals through slog.Default, at most at level Info for routine ones; the
// process that embeds the issuer decides where that goes.
package identity
