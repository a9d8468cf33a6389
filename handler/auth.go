package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/config"
	"github.com/lazuli-platform/lazuli/internal/identity"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// appRoles are the roles that the identity provider can give on the whole platform, as its app registration names them. All other
// rights are assignments of our own.
var appRoles = map[string]platform.Role{
	"Platform.Admin": platform.PlatformAdmin, "Template.Author": platform.CatalogAuthor, "Environment.Approve": platform.Approver,
	"Environment.Contribute": platform.Contributor, "Reader": platform.Reader,
}

// App roles of machines: of the identity that pipeline runs report with, and of the gateway.
const (
	pipelineRole = "Pipeline.Report"
	gatewayRole  = "Gateway.Invoke"
)

// authenticators make the caller of a request from verified tokens, and from nothing else that the request says. Without a gateway
// in the settings the user's token is the Authorization header's; with one it is what the gateway hands on. The second is for
// requests by message, which come through no gateway: there the token is always the message's own, and an application's.
func authenticators(cfg config.Config, log *slog.Logger) (overHTTP, byMessage authenticate, err error) {
	users, err := identity.NewVerifier(identity.Config{Issuer: cfg.Issuer, Audience: cfg.Audience, Tenants: tenants(cfg), Now: time.Now, Logger: log})
	if err != nil {
		return nil, nil, err
	}
	userToken, from := func(_ context.Context, r *http.Request) (string, error) { return bearer(r) }, cameFrom
	if cfg.GatewayClient != "" {
		verifier, err := users.For(cfg.GatewayAudience)
		if err != nil {
			return nil, nil, err
		}
		userToken, from = (&gateway{verifier: verifier, client: cfg.GatewayClient}).userToken, cameThrough
	}
	overHTTP = func(ctx context.Context, r *http.Request) (platform.Caller, error) {
		token, err := userToken(ctx, r)
		if err != nil {
			return platform.Caller{}, err
		}
		p, err := users.Verify(ctx, token)
		if err != nil {
			return platform.Caller{}, refused(err)
		}
		return callerOf(p, r, from)
	}
	return overHTTP, applications(users), nil
}

// authenticate makes a caller from what a request proves.
type authenticate = func(context.Context, *http.Request) (platform.Caller, error)

// applications takes the token of a program that acts for itself, from the Authorization header.
func applications(users *identity.Verifier) authenticate {
	return func(ctx context.Context, r *http.Request) (platform.Caller, error) {
		token, err := bearer(r)
		if err != nil {
			return platform.Caller{}, err
		}
		p, err := users.Verify(ctx, token)
		if err != nil {
			return platform.Caller{}, refused(err)
		}
		if !p.App {
			return platform.Caller{}, platform.Errorf(platform.Unauthenticated, "The token is a person's; only applications ask by message.").
				Do("Send a token that the application got for itself.")
		}
		return callerOf(p, r, func(*http.Request) string { return "" })
	}
}

func callerOf(p identity.Principal, r *http.Request, from func(*http.Request) string) (platform.Caller, error) {
	if !platform.ValidPrincipal(p.Subject) {
		return platform.Caller{}, platform.Errorf(platform.Unauthenticated, "The token names its owner in a way that is not understood here.")
	}
	if slices.Contains(p.Roles, gatewayRole) { // whatever its audience: it stands for all users, and so for none
		return platform.Caller{}, platform.Errorf(platform.Unauthenticated, "The token is a gateway's, and names no user.").Do("Send the user's token.")
	}
	return platform.Caller{ID: p.Subject, Name: p.Name, Team: p.Team, App: p.App, From: from(r), Client: p.Client,
		Roles: rolesFrom(p.Roles), Groups: p.Groups, GroupsOmitted: p.GroupsOmitted, Pipeline: p.App && slices.Contains(p.Roles, pipelineRole)}, nil
}

func rolesFrom(names []string) []platform.Role {
	var roles []platform.Role
	for _, name := range names {
		if role, ok := appRoles[name]; ok {
			roles = append(roles, role)
		}
	}
	return roles
}

func bearer(r *http.Request) (string, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", notSignedIn()
	}
	return token, nil
}

func notSignedIn() error {
	return platform.Errorf(platform.Unauthenticated, "This needs a signed-in caller.").Do("Sign in: lazuli login")
}

func tenants(cfg config.Config) []string {
	if cfg.Tenant == "" {
		return nil
	}
	return []string{cfg.Tenant}
}

// refused says why a token is not accepted; a provider that cannot be asked is not the caller's fault.
func refused(err error) error {
	var why *identity.Error
	if !errors.As(err, &why) {
		return platform.Errorf(platform.Unauthenticated, "The token is not valid.").Do("Sign in: lazuli login").Because(err)
	}
	if why.Code == identity.KeysUnavailable {
		return platform.Errorf(platform.IdentityUnavailable, "%s", why.Message).Do("Try again in a moment.").Because(err)
	}
	return platform.Errorf(platform.Unauthenticated, "%s", why.Message).Do("Sign in: lazuli login").Because(err)
}
