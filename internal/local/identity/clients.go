package identity

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// The public clients every local platform knows.
const (
	ClientCLI    = "lazuli-cli"    // device code; authorization code to http://127.0.0.1:<any>/callback
	ClientPortal = "lazuli-portal" // authorization code to any page of the portal's origins
)

// client implements op.Client; the library asks it what a request may contain.
type client struct {
	id         string
	secret     string // confidential clients only
	title      string // what the sign-in page calls it
	roles      []string
	kind       op.ApplicationType
	grants     []oidc.GrantType
	redirects  []string
	origins    []string // every page beneath one is a redirect target
	apiScopes  []string
	loginPage  string
	isLoopback bool
}

// clientsOf builds the clients for cfg: the two public ones and, if configured, the integration.
func clientsOf(cfg Config) map[string]*client {
	base := client{apiScopes: apiScopes(cfg.Audience), loginPage: cfg.Issuer + "/login", isLoopback: true}
	cli, portal := base, base
	cli.id, cli.title, cli.kind = ClientCLI, "the Lazuli command line", op.ApplicationTypeNative
	cli.grants = []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken, oidc.GrantTypeDeviceCode}
	// A native client's loopback port is free (RFC 8252 section 7.3); the path is not.
	cli.redirects = []string{"http://127.0.0.1/callback", "http://[::1]/callback", "http://localhost/callback"}
	portal.id, portal.title, portal.kind = ClientPortal, "the Lazuli portal", op.ApplicationTypeUserAgent
	portal.grants = []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken}
	portal.origins = cfg.PortalOrigins
	clients := map[string]*client{cli.id: &cli, portal.id: &portal}
	if cfg.Integration.ID != "" {
		app := base
		app.id, app.title, app.kind = cfg.Integration.ID, cfg.Integration.ID, op.ApplicationTypeWeb
		app.secret, app.roles = cfg.Integration.Secret, slices.Clone(cfg.Integration.Roles)
		app.grants = []oidc.GrantType{oidc.GrantTypeClientCredentials}
		clients[app.id] = &app
	}
	return clients
}

// apiScopes are the two ways an Entra ID client asks for this API's permissions.
func apiScopes(audience string) []string {
	return []string{audience + "/.default", audience + "/" + delegatedScope}
}

// isPortalPage tells whether uri is a page of one of the client's origins.
func (c *client) isPortalPage(uri string) bool {
	u, err := url.Parse(uri)
	if err != nil || u.User != nil || u.Fragment != "" {
		return false
	}
	return slices.Contains(c.origins, u.Scheme+"://"+u.Host)
}

func (c *client) GetID() string                       { return c.id }
func (c *client) RedirectURIs() []string              { return c.redirects }
func (c *client) PostLogoutRedirectURIs() []string    { return nil }
func (c *client) ApplicationType() op.ApplicationType { return c.kind }
func (c *client) ResponseTypes() []oidc.ResponseType {
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}
func (c *client) GrantTypes() []oidc.GrantType                 { return c.grants }
func (c *client) AccessTokenType() op.AccessTokenType          { return op.AccessTokenTypeJWT }
func (c *client) IDTokenLifetime() time.Duration               { return TokenLife }
func (c *client) ClockSkew() time.Duration                     { return 0 }
func (c *client) IDTokenUserinfoClaimsAssertion() bool         { return true }
func (c *client) IsScopeAllowed(scope string) bool             { return slices.Contains(c.apiScopes, scope) }
func (c *client) RedirectURIGlobs() []string                   { return globs(c.origins) }
func (c *client) PostLogoutRedirectURIGlobs() []string         { return globs(c.origins) }
func (c *client) LoginURL(id string) string                    { return c.loginPage + "?id=" + url.QueryEscape(id) }
func (c *client) RestrictAdditionalIdTokenScopes() scopeFn     { return keepScopes }
func (c *client) RestrictAdditionalAccessTokenScopes() scopeFn { return keepScopes }

// DevMode lets the portal be served over plain http, which only loopback origins are (Config.validate).
func (c *client) DevMode() bool { return c.isLoopback }

// AuthMethod is none for public clients, which prove themselves by PKCE or by the device code alone.
func (c *client) AuthMethod() oidc.AuthMethod {
	if c.secret == "" {
		return oidc.AuthMethodNone
	}
	return oidc.AuthMethodBasic
}

type scopeFn = func([]string) []string

func keepScopes(scopes []string) []string { return scopes }

// globs matches every path of the origins; the library's pattern characters cannot occur in a validated origin
// except the brackets of an IPv6 address, which are escaped.
func globs(origins []string) []string {
	out := make([]string, len(origins))
	for i, o := range origins {
		out[i] = strings.NewReplacer("[", `\[`, "]", `\]`).Replace(o) + "/**"
	}
	return out
}
