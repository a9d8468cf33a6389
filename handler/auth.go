package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/identity"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// appRoles are the roles that the identity provider can give on the whole platform, as its app registration names them. All other
// rights are assignments of our own.
var appRoles = map[string]platform.Role{
	"Platform.Admin": platform.PlatformAdmin, "Template.Author": platform.CatalogAuthor, "Environment.Approve": platform.Approver,
	"Environment.Contribute": platform.Contributor, "Reader": platform.Reader,
}

// pipelineRole is that of the identity which pipeline runs report with.
const pipelineRole = "Pipeline.Report"

// authenticator makes the caller of a request from its access token, and from nothing else that the request says.
func authenticator(verifier *identity.Verifier) func(context.Context, *http.Request) (platform.Caller, error) {
	return func(ctx context.Context, r *http.Request) (platform.Caller, error) {
		token, err := bearer(r)
		if err != nil {
			return platform.Caller{}, err
		}
		p, err := verifier.Verify(ctx, token)
		if err != nil {
			return platform.Caller{}, refused(err)
		}
		if !platform.ValidPrincipal(p.Subject) {
			return platform.Caller{}, platform.Errorf(platform.Unauthenticated, "The token names its owner in a way that is not understood here.")
		}
		return platform.Caller{ID: p.Subject, Name: p.Name, Team: p.Team, App: p.App,
			Roles: rolesFrom(p.Roles), Groups: p.Groups, Client: p.Client, Pipeline: p.App && slices.Contains(p.Roles, pipelineRole)}, nil
	}
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
		return "", platform.Errorf(platform.Unauthenticated, "This needs a signed-in caller.").Do("Sign in: lazuli login")
	}
	return token, nil
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
