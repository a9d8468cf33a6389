package identity

import (
	"context"
	"crypto/subtle"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
	bolt "go.etcd.io/bbolt"
)

// requestLife is how long a sign-in page stays good; codeLife how long a client has to redeem a code.
const (
	requestLife = 15 * time.Minute
	codeLife    = time.Minute
)

// signInRequest is what Authorize keeps while a person looks at the sign-in page.
type signInRequest struct {
	Client       string            `json:"client"`
	RedirectURI  string            `json:"redirectUri"`
	ResponseMode oidc.ResponseMode `json:"responseMode,omitempty"`
	Scopes       []string          `json:"scopes"`
	State        string            `json:"state,omitempty"`
	Nonce        string            `json:"nonce,omitempty"`
	Challenge    string            `json:"challenge"` // PKCE, always S256
}

// metadata is the discovery document; the last field tells a program that it may choose a user by itself.
type metadata struct {
	oidc.DiscoveryConfiguration
	LocalUsers []string `json:"lazuli_local_users"`
}

// Health answers whether the issuer can read its state.
func (i *Issuer) Health(context.Context, *op.Request[struct{}]) (*op.Response, error) {
	if err := i.state.db.View(func(*bolt.Tx) error { return nil }); err != nil {
		return nil, op.NewStatusError(oidc.ErrServerError().WithParent(err), http.StatusServiceUnavailable)
	}
	return op.NewResponse(op.Status{Status: "ok"}), nil
}

// Ready is Health: the issuer waits for nothing.
func (i *Issuer) Ready(ctx context.Context, r *op.Request[struct{}]) (*op.Response, error) {
	return i.Health(ctx, r)
}

// Discovery answers GET /.well-known/openid-configuration.
func (i *Issuer) Discovery(context.Context, *op.Request[struct{}]) (*op.Response, error) {
	issuer := i.cfg.Issuer
	return op.NewResponse(metadata{LocalUsers: userIDs(), DiscoveryConfiguration: oidc.DiscoveryConfiguration{
		Issuer:                            issuer,
		AuthorizationEndpoint:             endpoints.Authorization.Absolute(issuer),
		TokenEndpoint:                     endpoints.Token.Absolute(issuer),
		UserinfoEndpoint:                  endpoints.Userinfo.Absolute(issuer),
		RevocationEndpoint:                endpoints.Revocation.Absolute(issuer),
		EndSessionEndpoint:                endpoints.EndSession.Absolute(issuer),
		JwksURI:                           endpoints.JwksURI.Absolute(issuer),
		DeviceAuthorizationEndpoint:       endpoints.DeviceAuthorization.Absolute(issuer),
		ScopesSupported:                   append([]string{oidc.ScopeOpenID, oidc.ScopeProfile, oidc.ScopeOfflineAccess}, apiScopes(i.cfg.Audience)...),
		ResponseTypesSupported:            []string{string(oidc.ResponseTypeCode)},
		ResponseModesSupported:            []string{string(oidc.ResponseModeQuery), string(oidc.ResponseModeFragment)},
		GrantTypesSupported:               []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken, oidc.GrantTypeDeviceCode, oidc.GrantTypeClientCredentials},
		SubjectTypesSupported:             []string{"public"},
		IDTokenSigningAlgValuesSupported:  []string{"RS256"},
		TokenEndpointAuthMethodsSupported: []oidc.AuthMethod{oidc.AuthMethodNone, oidc.AuthMethodBasic, oidc.AuthMethodPost},
		CodeChallengeMethodsSupported:     []oidc.CodeChallengeMethod{oidc.CodeChallengeMethodS256},
		ClaimsSupported:                   []string{"sub", "oid", "preferred_username", "name", "team", "roles", "tid", "azp", "scp", "idtyp"},
	}}), nil
}

// Keys answers GET /keys.
func (i *Issuer) Keys(context.Context, *op.Request[struct{}]) (*op.Response, error) {
	return op.NewResponse(i.keys.public()), nil
}

// VerifyClient knows who calls the token, device and revocation endpoints.
func (i *Issuer) VerifyClient(_ context.Context, r *op.Request[op.ClientCredentials]) (op.Client, error) {
	c, ok := i.clients[r.Data.ClientID]
	if !ok || r.Data.ClientAssertion != "" || subtle.ConstantTimeCompare([]byte(c.secret), []byte(r.Data.ClientSecret)) != 1 {
		return nil, op.NewStatusError(oidc.ErrInvalidClient().WithDescription("unknown client or wrong secret"), http.StatusUnauthorized)
	}
	return c, nil
}

// VerifyAuthRequest finds the client of an authorization request; the library then checks its redirect address.
func (i *Issuer) VerifyAuthRequest(_ context.Context, r *op.Request[oidc.AuthRequest]) (*op.ClientRequest[oidc.AuthRequest], error) {
	c, ok := i.clients[r.Data.ClientID]
	if !ok || !slices.Contains(c.grants, oidc.GrantTypeCode) {
		return nil, oidc.ErrInvalidRequestRedirectURI().WithDescription("unknown client_id")
	}
	return &op.ClientRequest[oidc.AuthRequest]{Request: r, Client: c}, nil
}

// Authorize answers GET /authorize: straight back with a code if this browser is signed in, else to the sign-in page.
func (i *Issuer) Authorize(_ context.Context, r *op.ClientRequest[oidc.AuthRequest]) (*op.Redirect, error) {
	ask := r.Data
	switch {
	case ask.RequestParam != "":
		return nil, oidc.ErrRequestNotSupported()
	case ask.CodeChallenge == "" || ask.CodeChallengeMethod != oidc.CodeChallengeMethodS256:
		return nil, oidc.ErrInvalidRequest().WithDescription("PKCE with code_challenge_method S256 is required")
	case ask.ResponseMode != "" && ask.ResponseMode != oidc.ResponseModeQuery && ask.ResponseMode != oidc.ResponseModeFragment:
		return nil, oidc.ErrInvalidRequest().WithDescription("response_mode must be query or fragment")
	}
	request := signInRequest{
		Client: ask.ClientID, RedirectURI: ask.RedirectURI, ResponseMode: ask.ResponseMode, Scopes: ask.Scopes,
		State: ask.State, Nonce: ask.Nonce, Challenge: ask.CodeChallenge,
	}
	if s, ok := i.sessionOf(r.Header); ok && mayStaySilent(ask, s, i.now()) {
		back, err := i.finish(request, s)
		if err != nil {
			return nil, oidc.ErrServerError().WithParent(err)
		}
		return op.NewRedirect(back), nil
	}
	if slices.Contains(ask.Prompt, oidc.PromptNone) {
		return nil, oidc.ErrLoginRequired().WithDescription("nobody is signed in in this browser")
	}
	id := newSecret()
	err := i.state.update(func(tx *bolt.Tx) error {
		return i.state.put(tx, bucketRequests, hashed(id), request, i.now().Add(requestLife))
	})
	if err != nil {
		return nil, oidc.ErrServerError().WithParent(err)
	}
	return op.NewRedirect(r.Client.LoginURL(id)), nil
}

// mayStaySilent tells whether the client accepts the session that the browser has.
func mayStaySilent(ask *oidc.AuthRequest, s session, now time.Time) bool {
	for _, p := range ask.Prompt {
		if p == oidc.PromptLogin || p == oidc.PromptSelectAccount || p == oidc.PromptConsent {
			return false
		}
	}
	return ask.MaxAge == nil || now.Sub(s.SignedIn) < time.Duration(min(*ask.MaxAge, 1<<31))*time.Second
}

// finish turns a sign-in request into a code and returns the address that hands it to the client.
func (i *Issuer) finish(request signInRequest, s session) (string, error) {
	code := newSecret()
	err := i.state.update(func(tx *bolt.Tx) error {
		return i.state.put(tx, bucketCodes, hashed(code), grant{
			User: s.User, Client: request.Client, Scopes: request.Scopes, SignedIn: s.SignedIn,
			Nonce: request.Nonce, RedirectURI: request.RedirectURI, Challenge: request.Challenge,
		}, i.now().Add(codeLife))
	})
	if err != nil {
		return "", err
	}
	answer := struct {
		Code   string `schema:"code"`
		State  string `schema:"state,omitempty"`
		Issuer string `schema:"iss"` // RFC 9207: the client can tell whose answer it is
	}{code, request.State, i.cfg.Issuer}
	return op.AuthResponseURL(request.RedirectURI, oidc.ResponseTypeCode, request.ResponseMode, answer, oidc.NewEncoder())
}

// EndSession answers /end_session: the browser is signed out here, and goes back to the portal if it came from there.
func (i *Issuer) EndSession(_ context.Context, r *op.Request[oidc.EndSessionRequest]) (*op.Redirect, error) {
	if err := i.forget(r.Header); err != nil {
		return nil, oidc.ErrServerError().WithParent(err)
	}
	target := i.cfg.Issuer + "/?signed-out=true"
	if back := r.Data.PostLogoutRedirectURI; back != "" {
		if !i.clients[ClientPortal].isPortalPage(back) {
			return nil, oidc.ErrInvalidRequest().WithDescription("post_logout_redirect_uri is not a page of the portal")
		}
		target = back
		if r.Data.State != "" {
			separator := "?"
			if strings.Contains(back, "?") {
				separator = "&"
			}
			target += separator + "state=" + url.QueryEscape(r.Data.State)
		}
	}
	out := op.NewRedirect(target)
	out.Header.Set("Set-Cookie", i.cookie("", -1).String())
	return out, nil
}
