package identity

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// DefaultLeeway is how far our clock and the issuer's may differ.
const DefaultLeeway = 60 * time.Second

// maxToken is more than any issuer writes (Entra ID stays below 8 KiB) and less than is worth parsing.
const maxToken = 16 << 10

// Config says whose tokens are accepted.
type Config struct {
	Issuer     string           // exact iss claim, and where discovery begins
	Audience   string           // must be among the aud claim
	Tenants    []string         // accepted tid claims; any if empty
	Leeway     time.Duration    // for exp, nbf and iat; DefaultLeeway if zero
	Now        func() time.Time // time.Now if nil
	HTTPClient *http.Client     // http.DefaultClient if nil; every fetch has its own deadline besides
	Logger     *slog.Logger     // slog.Default if nil
}

// Principal is what the issuer says of the caller.
type Principal struct {
	Subject  string   // the oid claim, or sub where an issuer has no oid: stable, the key for ownership and audit
	Tenant   string   // the tid claim
	Name     string   // for display only
	Username string   // for display only: preferred_username may change hands
	Team     string   // the team claim of the local issuer
	Groups   []string // the groups claim: object ids, as the issuer wrote them
	// GroupsOmitted says that the person is in more groups than the issuer writes into a token (Entra ID: 200): Groups is
	// empty then, which does not mean that he is in none.
	GroupsOmitted bool
	Roles         []string  // app roles
	Scopes        []string  // what the client may do on the person's behalf; empty for an app
	App           bool      // the caller is a program acting for itself
	Client        string    // the azp claim, or appid in Entra ID's v1.0 tokens: the program that asked for the token
	TokenID       string    // the jti or uti claim, for the audit trail
	Expires       time.Time // when the token ends
}

// Verifier verifies tokens. It is safe for concurrent use.
type Verifier struct {
	cfg    Config
	keys   *keySource
	parser *jwt.Parser
}

// NewVerifier returns a verifier for cfg's issuer. It fetches nothing: see the package's documentation on keys.
func NewVerifier(cfg Config) (*Verifier, error) {
	if cfg.Issuer == "" || cfg.Audience == "" {
		return nil, errors.New("verify tokens: an issuer and an audience must be configured")
	}
	if err := checkAddress(cfg.Issuer); err != nil {
		return nil, fmt.Errorf("verify tokens of issuer %q: %w", cfg.Issuer, err)
	}
	if cfg.Leeway == 0 {
		cfg.Leeway = DefaultLeeway
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.HTTPClient == nil {
		cfg.HTTPClient = http.DefaultClient
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	return &Verifier{cfg: cfg, keys: newKeySource(cfg), parser: newParser(cfg)}, nil
}

// For returns a verifier of the same issuer and tenants for tokens that are meant for another audience. They share the keys.
func (v *Verifier) For(audience string) (*Verifier, error) {
	cfg := v.cfg
	cfg.Audience = audience
	if audience == "" {
		return nil, errors.New("verify tokens: an audience must be configured")
	}
	return &Verifier{cfg: cfg, keys: v.keys, parser: newParser(cfg)}, nil
}

func newParser(cfg Config) *jwt.Parser {
	return jwt.NewParser(
		jwt.WithValidMethods([]string{"RS256"}),
		jwt.WithIssuer(cfg.Issuer),
		jwt.WithAudience(cfg.Audience),
		jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(),
		jwt.WithLeeway(cfg.Leeway),
		jwt.WithTimeFunc(cfg.Now),
		jwt.WithStrictDecoding(), // one token has one spelling, for whoever logs or caches by it
	)
}

// claims are the claims we read, as Entra ID's v2.0 tokens name them, with the names of RFC 9068 beside.
type claims struct {
	jwt.RegisteredClaims
	ObjectID string   `json:"oid"`
	Tenant   string   `json:"tid"`
	Name     string   `json:"name"`
	Username string   `json:"preferred_username"`
	Team     string   `json:"team"`
	Groups   []string `json:"groups"`
	Roles    []string `json:"roles"`
	SCP      string   `json:"scp"`
	Scope    string   `json:"scope"`
	Type     string   `json:"idtyp"`
	Client   string   `json:"azp"`
	AppID    string   `json:"appid"` // azp of v1.0 tokens
	UTI      string   `json:"uti"`

	// Where the groups are too many, Entra ID points to them in place of listing them, or only says that there are some.
	ClaimNames map[string]any `json:"_claim_names"`
	HasGroups  any            `json:"hasgroups"`
}

func (c claims) groupsOmitted() bool {
	_, elsewhere := c.ClaimNames["groups"]
	return elsewhere || c.HasGroups == true || c.HasGroups == "true"
}

// Verify tells who sends bearer: a token, or a whole Authorization header ("Bearer …"). Every error is an *Error.
// It may fetch the issuer's keys, for which ctx and a deadline of fetchTimeout count.
func (v *Verifier) Verify(ctx context.Context, bearer string) (Principal, error) {
	raw, err := tokenIn(bearer)
	if err != nil {
		return Principal{}, err
	}
	var c claims
	token, err := v.parser.ParseWithClaims(raw, &c, func(t *jwt.Token) (any, error) {
		if _, ok := t.Header["crit"]; ok { // RFC 7515 section 4.1.11: what we do not understand, we must refuse
			return nil, refuse(Malformed, nil, "The access token demands an extension that is not supported.")
		}
		kid, _ := t.Header["kid"].(string) // absent or of another type: unknown, like any other stray id
		return v.keys.find(ctx, kid)
	})
	if err != nil {
		return Principal{}, v.explain(err, c)
	}
	return v.principal(token, c)
}

// tokenIn accepts a header or a bare token, and refuses what cannot be a JWT before anything is decoded.
func tokenIn(bearer string) (string, error) {
	raw := strings.TrimSpace(bearer)
	if scheme, rest, ok := strings.Cut(raw, " "); ok {
		if !strings.EqualFold(scheme, "Bearer") {
			return "", refuse(Malformed, nil, "The Authorization header must hold a bearer token: Authorization: Bearer <token>.")
		}
		raw = strings.TrimSpace(rest)
	} else if strings.EqualFold(raw, "Bearer") {
		raw = ""
	}
	if raw == "" {
		return "", refuse(Missing, nil, "This request needs an access token."+signInAgain)
	}
	if len(raw) > maxToken {
		return "", refuse(Malformed, nil, "The access token is longer than %d bytes.", maxToken)
	}
	if strings.ContainsFunc(raw, isForeign) { // Go's base64 decoder would skip line breaks
		return "", refuse(Malformed, nil, "The access token contains characters that no token has. Was it copied whole?")
	}
	return raw, nil
}

// isForeign tells whether r cannot occur in a JWT (RFC 7515 section 7.1).
func isForeign(r rune) bool {
	return !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.", r)
}

func (v *Verifier) principal(token *jwt.Token, c claims) (Principal, error) {
	if len(v.cfg.Tenants) > 0 && !slices.Contains(v.cfg.Tenants, c.Tenant) {
		return Principal{}, refuse(WrongTenant, nil, "The access token comes from a tenant that may not use this service."+signInAgain)
	}
	p := Principal{
		Subject: c.ObjectID, Tenant: c.Tenant, Name: c.Name, Username: c.Username, Team: c.Team,
		Groups: c.Groups, GroupsOmitted: c.groupsOmitted(), Roles: c.Roles, Scopes: strings.Fields(c.SCP + " " + c.Scope),
		Client: c.Client, TokenID: c.ID, Expires: c.ExpiresAt.Time,
	}
	// An app-only token has no scope; one that claims to be both is for a person, which is the lesser right.
	p.App = c.Type == "app" && len(p.Scopes) == 0
	if !p.App && len(p.Scopes) == 0 && !isAccessTokenType(token) {
		return Principal{}, refuse(NotAccessToken, nil, "This is a valid token, but not an access token (an ID token, perhaps). Send the access token.")
	}
	if p.Subject == "" {
		p.Subject = c.Subject
	}
	if p.Subject == "" {
		return Principal{}, refuse(Malformed, nil, "The access token names nobody (no oid and no sub claim).")
	}
	if p.Client == "" {
		p.Client = c.AppID
	}
	if p.TokenID == "" {
		p.TokenID = c.UTI // Entra ID's name for jti
	}
	return p, nil
}

// isAccessTokenType recognises RFC 9068 access tokens by their header.
func isAccessTokenType(t *jwt.Token) bool {
	typ, _ := t.Header["typ"].(string)
	typ = strings.ToLower(typ)
	return typ == "at+jwt" || typ == "application/at+jwt"
}

// explain turns the library's error into ours. Order matters: a token wrong in several ways is first of all forged,
// then somebody else's, then old.
func (v *Verifier) explain(err error, c claims) error {
	var ours *Error
	switch {
	case errors.As(err, &ours): // from the key lookup
		return ours
	case errors.Is(err, jwt.ErrTokenMalformed):
		return refuse(Malformed, nil, "The access token cannot be read."+signInAgain)
	case errors.Is(err, jwt.ErrTokenSignatureInvalid), errors.Is(err, jwt.ErrTokenUnverifiable):
		return refuse(BadSignature, nil, "The access token is not signed as its issuer signs."+signInAgain)
	case errors.Is(err, jwt.ErrTokenInvalidIssuer):
		return refuse(WrongIssuer, nil, "The access token was issued by someone else; this service accepts tokens of %s."+signInAgain, v.cfg.Issuer)
	case errors.Is(err, jwt.ErrTokenInvalidAudience):
		return refuse(WrongAudience, nil, "The access token is meant for another service; ask for one for the audience %s.", v.cfg.Audience)
	case errors.Is(err, jwt.ErrTokenExpired):
		return refuse(Expired, nil, "The access token expired at %s."+signInAgain, utc(c.ExpiresAt))
	case errors.Is(err, jwt.ErrTokenNotValidYet), errors.Is(err, jwt.ErrTokenUsedBeforeIssued):
		return refuse(NotYetValid, nil, "The access token is not valid yet. Check the clock of this machine.")
	case errors.Is(err, jwt.ErrTokenRequiredClaimMissing):
		return refuse(Malformed, nil, "The access token lacks a required claim (iss, aud or exp)."+signInAgain)
	default:
		return refuse(Malformed, err, "The access token cannot be used."+signInAgain)
	}
}

func utc(t *jwt.NumericDate) string {
	if t == nil {
		return "an unknown time"
	}
	return t.UTC().Format(time.RFC3339)
}
