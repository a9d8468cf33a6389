package identity

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

const (
	// TokenLife is how long an access or ID token is good, as Entra ID's default.
	TokenLife = time.Hour
	// RefreshLife is how long a sign-in lasts without being used.
	RefreshLife = 30 * 24 * time.Hour

	// tenant is the tid claim: there is one directory on a laptop.
	tenant = "local"
	// delegatedScope is the permission a client has on behalf of a person; Entra ID names it so by default.
	delegatedScope = "user_impersonation"
	// tokenVersion says that the claims have the shape of Entra ID's v2.0 tokens.
	tokenVersion = "2.0"

	pipelineID   = "pipeline-deploy"
	pipelineRole = "Pipeline.Report"
)

// accessClaims is the payload of an access token, shaped as Entra ID's: oid is who, scp says "for a person",
// idtyp "app" says "for itself".
type accessClaims struct {
	jwt.RegisteredClaims
	Audience string   `json:"aud"` // hides the registered claim: Entra ID writes one string, not a list
	ObjectID string   `json:"oid"`
	Username string   `json:"preferred_username,omitempty"`
	Name     string   `json:"name,omitempty"`
	Team     string   `json:"team,omitempty"`
	Groups   []string `json:"groups,omitempty"`
	Roles    []string `json:"roles,omitempty"`
	Scope    string   `json:"scp,omitempty"`
	Type     string   `json:"idtyp,omitempty"`
	Client   string   `json:"azp,omitempty"`
	Tenant   string   `json:"tid"`
	Version  string   `json:"ver"`
	Run      string   `json:"run,omitempty"` // the pipeline run a token was issued for
}

// idClaims is the payload of an ID token: proof of sign-in for one client, useless as an access token.
type idClaims struct {
	jwt.RegisteredClaims
	ObjectID   string   `json:"oid"`
	Username   string   `json:"preferred_username"`
	Name       string   `json:"name"`
	Team       string   `json:"team,omitempty"`
	Roles      []string `json:"roles,omitempty"`
	Nonce      string   `json:"nonce,omitempty"`
	AuthTime   int64    `json:"auth_time"`
	AccessHash string   `json:"at_hash,omitempty"`
	Client     string   `json:"azp"`
	Tenant     string   `json:"tid"`
	Version    string   `json:"ver"`
}

// IssuePipelineToken returns an access token for one run of the deploy pipeline, as the service connection of Azure
// DevOps would get it from Entra ID: app-only, role Pipeline.Report, good for TokenLife. run is recorded in the
// claim "run" for the reader of a log; nothing is decided by it.
func (i *Issuer) IssuePipelineToken(ctx context.Context, run string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("issue token of run %s: %w", run, err)
	}
	claims := i.appClaims(pipelineID, []string{pipelineRole})
	claims.Name, claims.Run = "Deploy pipeline", run
	token, err := i.sign(claims)
	if err != nil {
		return "", fmt.Errorf("issue token of run %s: %w", run, err)
	}
	return token, nil
}

// registered fills what every token has. The token is good from now on: the clocks are the same machine's.
func (i *Issuer) registered(subject string) jwt.RegisteredClaims {
	now := i.now()
	return jwt.RegisteredClaims{
		Issuer: i.cfg.Issuer, Subject: subject, ID: newSecret()[:22],
		IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(TokenLife)),
	}
}

func (i *Issuer) appClaims(id string, roles []string) accessClaims {
	return accessClaims{
		RegisteredClaims: i.registered(id), Audience: i.cfg.Audience, ObjectID: id, Roles: roles,
		Type: "app", Client: id, Tenant: tenant, Version: tokenVersion,
	}
}

// tokensFor mints what a grant for user is worth: an access token, and an ID token if the client asked for openid.
func (i *Issuer) tokensFor(user User, g grant) (*oidc.AccessTokenResponse, error) {
	access, err := i.sign(accessClaims{
		RegisteredClaims: i.registered(user.ID), Audience: i.cfg.Audience, ObjectID: user.ID,
		Username: user.Username, Name: user.Name, Team: user.Team, Groups: user.Groups, Roles: user.Roles,
		Scope: delegatedScope, Client: g.Client, Tenant: tenant, Version: tokenVersion,
	})
	if err != nil {
		return nil, err
	}
	answer := &oidc.AccessTokenResponse{
		AccessToken: access, TokenType: oidc.BearerToken, ExpiresIn: uint64(TokenLife / time.Second), Scope: g.Scopes,
	}
	if slices.Contains(g.Scopes, oidc.ScopeOpenID) {
		answer.IDToken, err = i.sign(i.idClaimsFor(user, g, access))
	}
	return answer, err
}

func (i *Issuer) idClaimsFor(user User, g grant, access string) idClaims {
	claims := idClaims{
		RegisteredClaims: i.registered(user.ID), ObjectID: user.ID, Username: user.Username, Name: user.Name,
		Team: user.Team, Roles: user.Roles, Nonce: g.Nonce, AuthTime: g.SignedIn.Unix(),
		Client: g.Client, Tenant: tenant, Version: tokenVersion,
	}
	claims.Audience = jwt.ClaimStrings{g.Client}
	half := sha256.Sum256([]byte(access)) // at_hash: OpenID Connect Core section 3.1.3.6
	claims.AccessHash = base64.RawURLEncoding.EncodeToString(half[:len(half)/2])
	return claims
}

func (i *Issuer) sign(claims jwt.Claims) (string, error) {
	key, err := i.keys.signer()
	if err != nil {
		return "", err
	}
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	token.Header["kid"] = key.ID
	signed, err := token.SignedString(key.private)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return signed, nil
}

// verify reads an access token of this issuer, for userinfo.
func (i *Issuer) verify(token string) (accessClaims, error) {
	var claims accessClaims
	_, err := jwt.ParseWithClaims(token, &claims, func(t *jwt.Token) (any, error) {
		kid, _ := t.Header["kid"].(string) // absent is as good as unknown
		if key, ok := i.keys.verifier(kid); ok {
			return key, nil
		}
		return nil, errors.New("unknown key")
	}, jwt.WithValidMethods([]string{"RS256"}), jwt.WithIssuer(i.cfg.Issuer), jwt.WithExpirationRequired(), jwt.WithTimeFunc(i.now))
	if err == nil && (claims.Audience != i.cfg.Audience || !strings.Contains(claims.Scope, delegatedScope)) {
		err = errors.New("not an access token of a person")
	}
	return claims, err
}
