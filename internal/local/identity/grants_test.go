package identity_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/lazuli-platform/lazuli/internal/local/identity"
)

func asRetrieveError(err error, target **oauth2.RetrieveError) bool { return errors.As(err, target) }

func TestDevice_decidedOnThePage(t *testing.T) {
	p := start(t)
	conf, b := p.oauth(identity.ClientCLI, ""), p.browser()
	da, err := conf.DeviceAuth(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = redeemDevice(t.Context(), conf, da.DeviceCode)
	wantOAuthError(t, err, "authorization_pending")
	if got := b.visit(da.VerificationURI); got.status != http.StatusOK || !strings.Contains(got.body, `name="user_code"`) {
		t.Errorf("page without a code: %d %s", got.status, got.body)
	}
	if got := b.visit(da.VerificationURIComplete); got.status != http.StatusOK || !strings.Contains(got.body, da.UserCode) || !strings.Contains(got.body, "the Lazuli command line") {
		t.Errorf("page with the code: %d %s", got.status, got.body)
	}
	p.restart() // a person may take a while; the code survives
	sloppy := " " + strings.ToLower(strings.Replace(da.UserCode, "-", " ", 1))
	if got := b.post(da.VerificationURI, url.Values{"user_code": {sloppy}, "user": {"team-owner"}}); got.status != http.StatusOK || !strings.Contains(got.body, "team-owner@lazuli.local") {
		t.Fatalf("choice: %d %s", got.status, got.body)
	}
	token, err := conf.DeviceAccessToken(t.Context(), da)
	if err != nil {
		t.Fatal(err)
	}
	if got := claimsOf(t, token.AccessToken)["oid"]; got != "team-owner" {
		t.Errorf("signed in as %v", got)
	}
	_, err = redeemDevice(t.Context(), conf, da.DeviceCode)
	wantOAuthError(t, err, "expired_token")
}

func TestDevice_refusals(t *testing.T) {
	p := start(t)
	conf, b := p.oauth(identity.ClientCLI, ""), p.browser()
	begin := func() *oauth2.DeviceAuthResponse {
		da, err := conf.DeviceAuth(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return da
	}
	da := begin()
	if got := b.post(da.VerificationURI, url.Values{"user_code": {da.UserCode}, "user": {"mallory"}}); got.status != http.StatusBadRequest || !strings.Contains(got.body, "no local user") {
		t.Errorf("unknown user: %d %s", got.status, got.body)
	}
	if got := b.post(da.VerificationURI, url.Values{"user_code": {da.UserCode}, "user": {"deny"}}); got.status != http.StatusOK {
		t.Errorf("deny: %d", got.status)
	}
	if got := b.post(da.VerificationURI, url.Values{"user_code": {da.UserCode}, "user": {"admin"}}); got.status != http.StatusBadRequest {
		t.Errorf("a decision is final: got %d", got.status)
	}
	_, err := redeemDevice(t.Context(), conf, da.DeviceCode)
	wantOAuthError(t, err, "access_denied")

	da = begin()
	p.clock.advance(11 * time.Minute)
	if got := b.visit(da.VerificationURIComplete); got.status != http.StatusBadRequest {
		t.Errorf("expired code: %d", got.status)
	}
	_, err = redeemDevice(t.Context(), conf, da.DeviceCode)
	wantOAuthError(t, err, "expired_token")
	_, err = p.oauth(identity.ClientPortal, "").DeviceAuth(t.Context())
	wantOAuthError(t, err, "unauthorized_client")
}

func TestDevice_answersProgramsInJSON(t *testing.T) {
	p := start(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.url()+"/device", strings.NewReader("user_code=BCDF-GHJK&user=viewer"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	if got := p.browser().do(r); got.status != http.StatusBadRequest || !strings.Contains(got.body, `"error":"unknown_code"`) {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

func TestRefresh(t *testing.T) {
	p := start(t)
	first := p.device("developer")
	p.clock.advance(2 * time.Hour)
	p.restart()
	second, err := p.refresh(identity.ClientCLI, first.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := claimsOf(t, second.AccessToken)["exp"], float64(p.clock.Now().Add(time.Hour).Unix()); got != want {
		t.Errorf("expires at %v, want %v", got, want)
	}
	if second.RefreshToken == first.RefreshToken {
		t.Error("the refresh token was not exchanged")
	}
	if _, err := p.refresh(identity.ClientCLI, first.RefreshToken); err != nil {
		t.Errorf("two commands at once: %v", err)
	}
	p.clock.advance(2 * time.Minute)
	_, err = p.refresh(identity.ClientCLI, first.RefreshToken)
	wantOAuthError(t, err, "invalid_grant")
	_, err = p.refresh(identity.ClientPortal, second.RefreshToken)
	wantOAuthError(t, err, "invalid_grant")
	p.clock.advance(31 * 24 * time.Hour)
	_, err = p.refresh(identity.ClientCLI, second.RefreshToken)
	wantOAuthError(t, err, "invalid_grant")
}

func TestRevocation(t *testing.T) {
	p := start(t)
	token := p.device("developer")
	revoke := func(client string) {
		got := p.browser().post(p.url()+"/revoke", url.Values{"client_id": {client}, "token": {token.RefreshToken}})
		if got.status != http.StatusOK {
			t.Fatalf("revoke as %s: %d %s", client, got.status, got.body)
		}
	}
	revoke(identity.ClientPortal)
	again, err := p.refresh(identity.ClientCLI, token.RefreshToken)
	if err != nil {
		t.Fatalf("another client's revocation took effect: %v", err)
	}
	token = again
	revoke(identity.ClientCLI)
	_, err = p.refresh(identity.ClientCLI, token.RefreshToken)
	wantOAuthError(t, err, "invalid_grant")
}

func TestClientCredentials(t *testing.T) {
	p := start(t)
	conf := clientcredentials.Config{ClientID: "reporting", ClientSecret: integrationSecret, TokenURL: p.url() + "/token"}
	for _, style := range []oauth2.AuthStyle{oauth2.AuthStyleInHeader, oauth2.AuthStyleInParams} {
		conf.AuthStyle = style
		token, err := conf.Token(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := claimsOf(t, token.AccessToken)
		if got["idtyp"] != "app" || got["oid"] != "reporting" || got["scp"] != nil || cmp.Diff([]any{"Reader"}, got["roles"]) != "" {
			t.Errorf("claims %v", got)
		}
	}
	conf.ClientSecret = "wrong"
	_, err := conf.Token(t.Context())
	wantOAuthError(t, err, "invalid_client")
	conf.ClientID, conf.ClientSecret = identity.ClientCLI, ""
	_, err = conf.Token(t.Context())
	wantOAuthError(t, err, "unauthorized_client")
}

func TestIssuePipelineToken(t *testing.T) {
	p := start(t)
	token, err := p.issuer.IssuePipelineToken(t.Context(), "op-01K.1")
	if err != nil {
		t.Fatal(err)
	}
	got, now := claimsOf(t, token), float64(p.clock.Now().Unix())
	delete(got, "jti")
	want := map[string]any{
		"iss": p.url(), "aud": "lazuli", "exp": now + 3600, "nbf": now, "iat": now, "oid": "pipeline-deploy", "sub": "pipeline-deploy",
		"name": "Deploy pipeline", "roles": []any{"Pipeline.Report"}, "idtyp": "app", "azp": "pipeline-deploy", "tid": "local", "ver": "2.0",
		"run": "op-01K.1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
}
