package identity

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
	bolt "go.etcd.io/bbolt"
)

// refreshGrace is how long a refresh token works after it was exchanged for the next: two commands of one person
// may refresh at the same moment, and the slower one must not be signed out.
const refreshGrace = time.Minute

// grant is what a person allowed a client; behind an authorization code and behind a refresh token.
type grant struct {
	User        string    `json:"user"`
	Client      string    `json:"client"`
	Scopes      []string  `json:"scopes"`
	SignedIn    time.Time `json:"signedIn"`
	Nonce       string    `json:"nonce,omitempty"`       // of a code: goes into the ID token
	RedirectURI string    `json:"redirectUri,omitempty"` // of a code: must be repeated
	Challenge   string    `json:"challenge,omitempty"`   // of a code: PKCE, S256
}

// CodeExchange redeems an authorization code, once: a failed attempt uses it up too.
func (i *Issuer) CodeExchange(_ context.Context, r *op.ClientRequest[oidc.AccessTokenRequest]) (*op.Response, error) {
	var g grant
	err := i.state.update(func(tx *bolt.Tx) error { return i.state.take(tx, bucketCodes, hashed(r.Data.Code), &g) })
	switch {
	case errors.Is(err, errAbsent):
		return nil, oidc.ErrInvalidGrant().WithDescription("the code is unknown, used or expired")
	case err != nil:
		return nil, oidc.ErrServerError().WithParent(err)
	case g.Client != r.Client.GetID() || g.RedirectURI != r.Data.RedirectURI:
		return nil, oidc.ErrInvalidGrant().WithDescription("the code was issued to another client or redirect_uri")
	case !oidc.VerifyCodeChallenge(&oidc.CodeChallenge{Challenge: g.Challenge, Method: oidc.CodeChallengeMethodS256}, r.Data.CodeVerifier):
		return nil, oidc.ErrInvalidGrant().WithDescription("code_verifier does not fit the code_challenge")
	}
	return i.redeem(g, "")
}

// RefreshToken continues a sign-in. The old token stays good for refreshGrace.
func (i *Issuer) RefreshToken(_ context.Context, r *op.ClientRequest[oidc.RefreshTokenRequest]) (*op.Response, error) {
	var g grant
	err := i.state.read(bucketRefresh, hashed(r.Data.RefreshToken), &g)
	switch {
	case errors.Is(err, errAbsent):
		return nil, oidc.ErrInvalidGrant().WithDescription("the refresh token is unknown, used or expired: sign in again")
	case err != nil:
		return nil, oidc.ErrServerError().WithParent(err)
	case g.Client != r.Client.GetID():
		return nil, oidc.ErrInvalidGrant().WithDescription("the refresh token belongs to another client")
	}
	for _, scope := range r.Data.Scopes {
		if !slices.Contains(g.Scopes, scope) {
			return nil, oidc.ErrInvalidScope().WithDescription("a refresh cannot ask for more than was granted")
		}
	}
	return i.redeem(g, r.Data.RefreshToken)
}

// redeem mints the tokens of g and, for offline_access, the refresh token that follows on used.
func (i *Issuer) redeem(g grant, used string) (*op.Response, error) {
	user, ok := userByID(g.User)
	if !ok {
		return nil, oidc.ErrInvalidGrant().WithDescription("this person no longer exists: sign in again")
	}
	answer, err := i.tokensFor(user, g)
	if err != nil {
		return nil, oidc.ErrServerError().WithParent(err)
	}
	if !slices.Contains(g.Scopes, oidc.ScopeOfflineAccess) {
		return op.NewResponse(answer), nil
	}
	answer.RefreshToken = newSecret()
	g.Nonce, g.RedirectURI, g.Challenge = "", "", ""
	err = i.state.update(func(tx *bolt.Tx) error {
		if used != "" {
			if err := i.retire(tx, used); err != nil {
				return err
			}
		}
		return i.state.put(tx, bucketRefresh, hashed(answer.RefreshToken), g, i.now().Add(RefreshLife))
	})
	if errors.Is(err, errAbsent) { // revoked between the reading and now
		return nil, oidc.ErrInvalidGrant().WithDescription("the refresh token was revoked: sign in again")
	}
	if err != nil {
		return nil, oidc.ErrServerError().WithParent(err)
	}
	return op.NewResponse(answer), nil
}

// retire shortens the life of an exchanged refresh token; it never lengthens it.
func (i *Issuer) retire(tx *bolt.Tx, token string) error {
	var g grant
	expires, err := i.state.get(tx, bucketRefresh, hashed(token), &g)
	if err != nil {
		return err
	}
	if last := i.now().Add(refreshGrace); last.Before(expires) {
		return i.state.put(tx, bucketRefresh, hashed(token), g, last)
	}
	return nil
}

// ClientCredentialsExchange gives the integration a token for itself.
func (i *Issuer) ClientCredentialsExchange(_ context.Context, r *op.ClientRequest[oidc.ClientCredentialsRequest]) (*op.Response, error) {
	c := i.clients[r.Client.GetID()]
	claims := i.appClaims(c.id, c.roles)
	claims.Name = c.title
	token, err := i.sign(claims)
	if err != nil {
		return nil, oidc.ErrServerError().WithParent(err)
	}
	return op.NewResponse(&oidc.AccessTokenResponse{
		AccessToken: token, TokenType: oidc.BearerToken, ExpiresIn: uint64(TokenLife / time.Second),
	}), nil
}

// UserInfo answers with the person behind an access token.
func (i *Issuer) UserInfo(_ context.Context, r *op.Request[oidc.UserInfoRequest]) (*op.Response, error) {
	claims, err := i.verify(r.Data.AccessToken)
	if err != nil {
		return nil, op.NewStatusError(oidc.ErrAccessDenied().WithDescription("access token invalid").WithParent(err), http.StatusUnauthorized)
	}
	info := &oidc.UserInfo{Subject: claims.Subject, Claims: map[string]any{"oid": claims.ObjectID, "team": claims.Team, "roles": claims.Roles}}
	info.Name, info.PreferredUsername = claims.Name, claims.Username
	return op.NewResponse(info), nil
}

// Revocation forgets a refresh token. An access token cannot be called back: it ends by itself within TokenLife.
func (i *Issuer) Revocation(_ context.Context, r *op.ClientRequest[oidc.RevocationRequest]) (*op.Response, error) {
	err := i.state.update(func(tx *bolt.Tx) error {
		var g grant
		key := hashed(r.Data.Token)
		if _, err := i.state.get(tx, bucketRefresh, key, &g); err != nil {
			return err
		}
		if g.Client != r.Client.GetID() {
			return errAbsent // RFC 7009 section 2.1: another client's token is none of this one's business
		}
		return tx.Bucket(bucketRefresh).Delete(key)
	})
	if err != nil && !errors.Is(err, errAbsent) {
		return nil, oidc.ErrServerError().WithParent(err)
	}
	return op.NewResponse(nil), nil
}
