package identity_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/zitadel/oidc/v3/pkg/client/rp"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/oauth2"

	"github.com/lazuli-platform/lazuli/internal/local/identity"
)

const loopback = "http://127.0.0.1:51515/callback"

func TestAuthorizationCode_relyingParty(t *testing.T) {
	p := start(t)
	client, err := rp.NewRelyingPartyOIDC(t.Context(), p.url(), identity.ClientCLI, "", loopback,
		[]string{"openid", "profile", "offline_access"})
	if err != nil {
		t.Fatal(err)
	}
	verifier := oauth2.GenerateVerifier()
	back := p.browser().signIn(rp.AuthURL("state-1", client, rp.WithCodeChallenge(oidc.NewSHACodeChallenge(verifier))), "developer")
	if got := back.Query(); back.Host != "127.0.0.1:51515" || got.Get("state") != "state-1" || got.Get("iss") != p.url() {
		t.Fatalf("sent back to %s", back)
	}
	tokens, err := rp.CodeExchange[*oidc.IDTokenClaims](t.Context(), back.Query().Get("code"), client, rp.WithCodeVerifier(verifier))
	if err != nil {
		t.Fatal(err)
	}
	if tokens.IDTokenClaims.Subject != "developer" || tokens.RefreshToken == "" {
		t.Errorf("got subject %q, refresh token %t", tokens.IDTokenClaims.Subject, tokens.RefreshToken != "")
	}
	got := claimsOf(t, tokens.AccessToken)
	now := float64(p.clock.Now().Unix())
	delete(got, "jti")
	want := map[string]any{
		"iss": p.url(), "aud": "lazuli", "exp": now + 3600, "nbf": now, "iat": now, "oid": "developer", "sub": "developer",
		"preferred_username": "developer@lazuli.local", "name": "Developer", "team": "payments", "groups": []any{"payments-developers"},
		"scp": "user_impersonation", "azp": "lazuli-cli", "tid": "local", "ver": "2.0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("access token claims (-want +got):\n%s", diff)
	}
	info, err := rp.Userinfo[*oidc.UserInfo](t.Context(), tokens.AccessToken, "Bearer", "developer", client)
	if err != nil {
		t.Fatal(err)
	}
	if info.PreferredUsername != "developer@lazuli.local" {
		t.Errorf("userinfo says %q", info.PreferredUsername)
	}
}

func TestAuthorizationCode_adminRole(t *testing.T) {
	p := start(t)
	got := claimsOf(t, p.device("admin").AccessToken)["roles"]
	if diff := cmp.Diff([]any{"Platform.Admin"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAuthorizationCode_onceAndOnlyWithItsVerifier(t *testing.T) {
	p := start(t)
	conf, verifier := p.oauth(identity.ClientCLI, loopback), oauth2.GenerateVerifier()
	code := func() string {
		return p.browser().signIn(conf.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier)), "viewer").Query().Get("code")
	}
	used := code()
	if _, err := conf.Exchange(t.Context(), used, oauth2.VerifierOption(verifier)); err != nil {
		t.Fatal(err)
	}
	_, err := conf.Exchange(t.Context(), used, oauth2.VerifierOption(verifier))
	wantOAuthError(t, err, "invalid_grant")
	_, err = conf.Exchange(t.Context(), code(), oauth2.VerifierOption(oauth2.GenerateVerifier()))
	wantOAuthError(t, err, "invalid_grant")
	_, err = conf.Exchange(t.Context(), code())
	wantOAuthError(t, err, "invalid_grant")
	late := code()
	p.clock.advance(2 * time.Minute)
	_, err = conf.Exchange(t.Context(), late, oauth2.VerifierOption(verifier))
	wantOAuthError(t, err, "invalid_grant")
}

func wantOAuthError(t *testing.T, err error, code string) {
	t.Helper()
	var refusal *oauth2.RetrieveError
	if !asRetrieveError(err, &refusal) || refusal.ErrorCode != code {
		t.Errorf("got %v, want OAuth error %s", err, code)
	}
}

func TestAuthorize_refusals(t *testing.T) {
	p := start(t)
	challenge := oauth2.S256ChallengeOption(oauth2.GenerateVerifier())
	foreign := p.oauth(identity.ClientPortal, "http://evil.example/callback").AuthCodeURL("s", challenge)
	lookalike := p.oauth(identity.ClientPortal, p.origin()+".evil.example/").AuthCodeURL("s", challenge)
	for name, address := range map[string]string{"foreign page": foreign, "lookalike": lookalike,
		"unknown client": p.oauth("nobody", loopback).AuthCodeURL("s", challenge),
		"machine client": p.oauth("reporting", loopback).AuthCodeURL("s", challenge),
		"other path":     p.oauth(identity.ClientCLI, "http://127.0.0.1:51515/elsewhere").AuthCodeURL("s", challenge),
	} {
		if got := p.browser().visit(address); got.status != http.StatusBadRequest || !strings.HasPrefix(got.at.String(), p.url()) {
			t.Errorf("%s: got %d at %s, want 400 at the issuer", name, got.status, got.at)
		}
	}
	at := p.browser().visit(p.oauth(identity.ClientCLI, loopback).AuthCodeURL("s")).at
	if got := at.Query().Get("error"); got != "invalid_request" {
		t.Errorf("without PKCE: got error %q at %s", got, at)
	}
}

func TestSignInPage_saysWhoAndWhere(t *testing.T) {
	p := start(t)
	conf := p.oauth(identity.ClientPortal, p.origin()+"/signed-in")
	b := p.browser()
	shown := b.visit(conf.AuthCodeURL("s", oauth2.S256ChallengeOption(oauth2.GenerateVerifier())))
	for _, want := range []string{`value="admin"`, `value="team-owner"`, `value="developer"`, `value="viewer"`,
		"developer@lazuli.local", "the Lazuli portal", "without passwords", `<html lang="en">`, "<h1>"} {
		if !strings.Contains(shown.body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	csp := shown.header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "frame-ancestors 'none'") || !strings.Contains(csp, "form-action 'self' "+p.origin()) {
		t.Errorf("content security policy: %s", csp)
	}
	choose := func(user string) page {
		return b.post(strings.Split(shown.at.String(), "?")[0], url.Values{"id": {shown.at.Query().Get("id")}, "user": {user}})
	}
	got := choose("<script>")
	if got.status != http.StatusBadRequest || !strings.Contains(got.body, "no local user") || strings.Contains(got.body, "<script>") {
		t.Errorf("unknown user: %d %s", got.status, got.body)
	}
	if got := choose("viewer"); got.status != http.StatusSeeOther {
		t.Errorf("the page survives a wrong choice: got %d", got.status)
	}
	if got := choose("viewer"); got.status != http.StatusBadRequest || !strings.Contains(got.body, "already used") {
		t.Errorf("sent twice: %d %s", got.status, got.body)
	}
}

func TestSession_silentUntilSignedOut(t *testing.T) {
	p := start(t)
	conf, b := p.oauth(identity.ClientPortal, p.origin()+"/signed-in"), p.browser()
	ask := func(prompt string) *url.URL {
		return b.visit(conf.AuthCodeURL("s", oauth2.S256ChallengeOption(oauth2.GenerateVerifier()), oauth2.SetAuthURLParam("prompt", prompt))).at
	}
	if got := ask("none").Query().Get("error"); got != "login_required" {
		t.Errorf("before: error %q", got)
	}
	b.signIn(conf.AuthCodeURL("s", oauth2.S256ChallengeOption(oauth2.GenerateVerifier())), "viewer")
	p.restart()
	if ask("none").Query().Get("code") == "" {
		t.Error("a restart signed the browser out")
	}
	if got := ask("select_account").Path; got != "/identity/login" {
		t.Errorf("select_account leads to %s", got)
	}
	back := b.visit(p.url() + "/end_session?post_logout_redirect_uri=" + url.QueryEscape(p.origin()+"/bye") + "&state=x").at
	if back.String() != p.origin()+"/bye?state=x" {
		t.Errorf("signed out to %s", back)
	}
	if got := ask("none").Query().Get("error"); got != "login_required" {
		t.Errorf("after: error %q", got)
	}
	if got := b.visit(p.url() + "/end_session?post_logout_redirect_uri=http://evil.example/"); got.status != http.StatusBadRequest {
		t.Errorf("sign-out to a foreign page: %d", got.status)
	}
}
