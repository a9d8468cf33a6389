package identity_test

import (
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/identity"
)

func TestVerify_person(t *testing.T) {
	i, c := newIssuer(t), newClock()
	got, err := newVerifier(t, i, c, "local").Verify(t.Context(), "Bearer "+i.good(t, c, nil))
	if err != nil {
		t.Fatal(err)
	}
	want := identity.Principal{
		Subject: "developer", Tenant: "local", Name: "Developer", Username: "developer@lazuli.local", Team: "payments",
		Roles: []string{"Reader"}, Scopes: []string{"user_impersonation"}, Client: "lazuli-cli", TokenID: "token-1",
		Expires: c.Now().Add(time.Hour).Local(),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("principal (-want +got):\n%s", diff)
	}
}

func TestVerify_app(t *testing.T) {
	i, c := newIssuer(t), newClock()
	v := newVerifier(t, i, c)
	for name, test := range map[string]struct {
		change jwt.MapClaims
		app    bool
	}{
		"app-only":                 {jwt.MapClaims{"idtyp": "app", "scp": nil}, true},
		"a person of type user":    {jwt.MapClaims{"idtyp": "user"}, false},
		"claims both":              {jwt.MapClaims{"idtyp": "app"}, false},
		"no oid, as other issuers": {jwt.MapClaims{"oid": nil, "sub": "developer"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := v.Verify(t.Context(), i.good(t, c, test.change))
			if err != nil {
				t.Fatal(err)
			}
			if p.App != test.app || p.Subject != "developer" {
				t.Errorf("app %t, subject %q", p.App, p.Subject)
			}
		})
	}
}

func TestVerify_refusals(t *testing.T) {
	i, c := newIssuer(t), newClock()
	v := newVerifier(t, i, c, "local", "second")
	good := i.good(t, c, nil)
	kid := map[string]any{"kid": "a"}
	public := pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&keyA.PublicKey)})
	at := func(d time.Duration) int64 { return c.Now().Add(d).Unix() }
	parts := strings.Split(good, ".")
	for name, test := range map[string]struct {
		token string
		want  identity.Code
	}{
		"good":                        {good, ""},
		"good, lower-case scheme":     {"bearer  " + good, ""},
		"none":                        {"", identity.Missing},
		"spaces":                      {"  ", identity.Missing},
		"scheme alone":                {"Bearer ", identity.Missing},
		"another scheme":              {"Basic Zm9vOmJhcg==", identity.Malformed},
		"line break in the signature": {good[:len(good)-4] + "\n" + good[len(good)-4:], identity.Malformed},
		"garbage":                     {"Bearer garbage", identity.Malformed},
		"three garbage parts":         {"a.b.c", identity.Malformed},
		"encrypted":                   {"a.b.c.d.e", identity.Malformed},
		"too long":                    {strings.Repeat("a", 17<<10), identity.Malformed},
		"claims of the wrong type":    {i.good(t, c, jwt.MapClaims{"roles": map[string]any{"a": 1}}), identity.Malformed},
		"critical extension":          {sign(t, jwt.SigningMethodRS256, keyA, map[string]any{"kid": "a", "crit": []string{"b64"}}, i.goodClaims(c, nil)), identity.Malformed},
		"expired":                     {i.good(t, c, jwt.MapClaims{"exp": at(-2 * time.Minute)}), identity.Expired},
		"expired within the leeway":   {i.good(t, c, jwt.MapClaims{"exp": at(-30 * time.Second)}), ""},
		"no expiry":                   {i.good(t, c, jwt.MapClaims{"exp": nil}), identity.Malformed},
		"not yet valid":               {i.good(t, c, jwt.MapClaims{"nbf": at(2 * time.Minute)}), identity.NotYetValid},
		"nearly valid":                {i.good(t, c, jwt.MapClaims{"nbf": at(30 * time.Second), "iat": at(30 * time.Second)}), ""},
		"issued in the future":        {i.good(t, c, jwt.MapClaims{"iat": at(time.Hour)}), identity.NotYetValid},
		"wrong audience":              {i.good(t, c, jwt.MapClaims{"aud": "lazuli-portal"}), identity.WrongAudience},
		"audience of another case":    {i.good(t, c, jwt.MapClaims{"aud": "Lazuli"}), identity.WrongAudience},
		"no audience":                 {i.good(t, c, jwt.MapClaims{"aud": nil}), identity.Malformed},
		"one audience of two":         {i.good(t, c, jwt.MapClaims{"aud": []string{"x", "lazuli"}}), ""},
		"wrong issuer":                {i.good(t, c, jwt.MapClaims{"iss": i.URL + "/"}), identity.WrongIssuer},
		"no issuer":                   {i.good(t, c, jwt.MapClaims{"iss": nil}), identity.Malformed},
		"wrong tenant":                {i.good(t, c, jwt.MapClaims{"tid": "elsewhere"}), identity.WrongTenant},
		"no tenant":                   {i.good(t, c, jwt.MapClaims{"tid": nil}), identity.WrongTenant},
		"second tenant":               {i.good(t, c, jwt.MapClaims{"tid": "second"}), ""},
		"nobody":                      {i.good(t, c, jwt.MapClaims{"oid": nil, "sub": nil}), identity.Malformed},
		"ID token":                    {i.good(t, c, jwt.MapClaims{"scp": nil}), identity.NotAccessToken},
		"RFC 9068 without scope":      {sign(t, jwt.SigningMethodRS256, keyA, map[string]any{"kid": "a", "typ": "at+jwt"}, i.goodClaims(c, jwt.MapClaims{"scp": nil})), ""},
		"algorithm none":              {sign(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, kid, i.goodClaims(c, nil)), identity.BadSignature},
		"HS256 with the public key":   {sign(t, jwt.SigningMethodHS256, public, kid, i.goodClaims(c, nil)), identity.BadSignature},
		"RS512":                       {sign(t, jwt.SigningMethodRS512, keyA, kid, i.goodClaims(c, nil)), identity.BadSignature},
		"PS256":                       {sign(t, jwt.SigningMethodPS256, keyA, kid, i.goodClaims(c, nil)), identity.BadSignature},
		"another's key, our kid":      {sign(t, jwt.SigningMethodRS256, keyB, kid, i.goodClaims(c, nil)), identity.BadSignature},
		"payload of another token":    {parts[0] + "." + strings.Split(i.good(t, c, jwt.MapClaims{"oid": "admin"}), ".")[1] + "." + parts[2], identity.BadSignature},
		"no signature":                {parts[0] + "." + parts[1] + ".", identity.BadSignature},
		"unknown kid":                 {sign(t, jwt.SigningMethodRS256, keyB, map[string]any{"kid": "b"}, i.goodClaims(c, nil)), identity.UnknownKey},
		"no kid":                      {sign(t, jwt.SigningMethodRS256, keyA, nil, i.goodClaims(c, nil)), identity.UnknownKey},
		"kid of another type":         {sign(t, jwt.SigningMethodRS256, keyA, map[string]any{"kid": 7}, i.goodClaims(c, nil)), identity.UnknownKey},
		"forged and expired":          {sign(t, jwt.SigningMethodRS256, keyB, kid, i.goodClaims(c, jwt.MapClaims{"exp": at(-time.Hour)})), identity.BadSignature},
	} {
		t.Run(name, func(t *testing.T) { wantCode(t, v, test.token, test.want) })
	}
}

func TestVerify_refusalNamesNoToken(t *testing.T) {
	i, c := newIssuer(t), newClock()
	token := i.good(t, c, jwt.MapClaims{"exp": c.Now().Add(-time.Hour).Unix(), "oid": "secret-person"})
	err := verify(t.Context(), newVerifier(t, i, c), token)
	if err == nil {
		t.Fatal("accepted an expired token")
	}
	if text := err.Error(); strings.Contains(text, token[:20]) || strings.Contains(text, "secret-person") || !strings.Contains(text, "expired at 2030-01-02T02:04:05Z") {
		t.Errorf("the refusal reads: %s", text)
	}
}

func TestNewVerifier_refusals(t *testing.T) {
	for name, cfg := range map[string]identity.Config{
		"no issuer":            {Audience: "lazuli"},
		"no audience":          {Issuer: "https://login.example.com"},
		"issuer without https": {Issuer: "http://login.example.com", Audience: "lazuli"},
		"issuer not a URL":     {Issuer: "login", Audience: "lazuli"},
	} {
		if _, err := identity.NewVerifier(cfg); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func FuzzVerify(f *testing.F) {
	i, c := newIssuer(f), newClock()
	v, err := identity.NewVerifier(identity.Config{Issuer: i.URL, Audience: "lazuli", Now: c.Now})
	if err != nil {
		f.Fatal(err)
	}
	good := i.good(f, c, nil)
	for _, seed := range []string{"", "Bearer", "Basic x", "a.b.c", "Bearer " + good, good[:len(good)-2], "e30.e30.", "eyJhbGciOiJub25lIn0.e30."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, bearer string) {
		p, err := v.Verify(t.Context(), bearer)
		if err != nil {
			if code := codeOf(t, err); code == "" || code == identity.KeysUnavailable {
				t.Errorf("refused with code %q", code)
			}
			if p.Subject != "" {
				t.Error("a refusal came with a principal")
			}
			return
		}
		if !strings.HasSuffix(strings.TrimSpace(bearer), good) { // nothing but the signed token itself may pass
			t.Errorf("accepted %q", bearer)
		}
	})
}
