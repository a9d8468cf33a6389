package identity_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
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
	der, err := x509.MarshalPKIXPublicKey(&keyA.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	pkix := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	evil := newIssuer(t)
	evil.keys = map[string]*rsa.PublicKey{"b": &keyB.PublicKey, "a": &keyB.PublicKey}
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
		"HS256 with the key as PKIX":  {sign(t, jwt.SigningMethodHS256, pkix, kid, i.goodClaims(c, nil)), identity.BadSignature},
		"HS256 with the modulus":      {sign(t, jwt.SigningMethodHS256, keyA.N.Bytes(), kid, i.goodClaims(c, nil)), identity.BadSignature},
		"algorithm None":              {rehead(good, `{"alg":"None","kid":"a","typ":"JWT"}`), identity.BadSignature},
		"no algorithm":                {rehead(good, `{"kid":"a","typ":"JWT"}`), identity.BadSignature},
		"RS512":                       {sign(t, jwt.SigningMethodRS512, keyA, kid, i.goodClaims(c, nil)), identity.BadSignature},
		"PS256":                       {sign(t, jwt.SigningMethodPS256, keyA, kid, i.goodClaims(c, nil)), identity.BadSignature},
		"another's key, our kid":      {sign(t, jwt.SigningMethodRS256, keyB, kid, i.goodClaims(c, nil)), identity.BadSignature},
		"payload of another token":    {parts[0] + "." + strings.Split(i.good(t, c, jwt.MapClaims{"oid": "admin"}), ".")[1] + "." + parts[2], identity.BadSignature},
		"no signature":                {parts[0] + "." + parts[1] + ".", identity.BadSignature},
		"unknown kid":                 {sign(t, jwt.SigningMethodRS256, keyB, map[string]any{"kid": "b"}, i.goodClaims(c, nil)), identity.UnknownKey},
		"kid that is a path":          {sign(t, jwt.SigningMethodHS256, []byte{}, map[string]any{"kid": "../../../dev/null"}, i.goodClaims(c, nil)), identity.BadSignature},
		"kid that is a path, RS256":   {sign(t, jwt.SigningMethodRS256, keyB, map[string]any{"kid": "../../../dev/null"}, i.goodClaims(c, nil)), identity.UnknownKey},
		"kid that is a query":         {sign(t, jwt.SigningMethodRS256, keyB, map[string]any{"kid": "x' UNION SELECT 'a"}, i.goodClaims(c, nil)), identity.UnknownKey},
		"kid that is an address":      {sign(t, jwt.SigningMethodRS256, keyB, map[string]any{"kid": evil.URL + "/keys"}, i.goodClaims(c, nil)), identity.UnknownKey},
		"keys at the forger's":        {sign(t, jwt.SigningMethodRS256, keyB, map[string]any{"kid": "b", "jku": evil.URL + "/keys", "x5u": evil.URL + "/keys"}, i.goodClaims(c, nil)), identity.UnknownKey},
		"issued by the forger":        {sign(t, jwt.SigningMethodRS256, keyB, map[string]any{"kid": "b"}, i.goodClaims(c, jwt.MapClaims{"iss": evil.URL})), identity.UnknownKey},
		"our kid, keys elsewhere":     {sign(t, jwt.SigningMethodRS256, keyB, map[string]any{"kid": "a", "jku": evil.URL + "/keys"}, i.goodClaims(c, nil)), identity.BadSignature},
		"key in the header":           {sign(t, jwt.SigningMethodRS256, keyB, map[string]any{"kid": "b", "jwk": evil.keySet()["keys"].([]map[string]any)[1]}, i.goodClaims(c, nil)), identity.UnknownKey},
		"no kid":                      {sign(t, jwt.SigningMethodRS256, keyA, nil, i.goodClaims(c, nil)), identity.UnknownKey},
		"kid of another type":         {sign(t, jwt.SigningMethodRS256, keyA, map[string]any{"kid": 7}, i.goodClaims(c, nil)), identity.UnknownKey},
		"forged and expired":          {sign(t, jwt.SigningMethodRS256, keyB, kid, i.goodClaims(c, jwt.MapClaims{"exp": at(-time.Hour)})), identity.BadSignature},
	} {
		t.Run(name, func(t *testing.T) { wantCode(t, v, test.token, test.want) })
	}
	if n := evil.fetches.Load(); n != 0 {
		t.Errorf("a token sent us to its forger %d times", n)
	}
}

// rehead puts another header before a token's claims and signature.
func rehead(token, header string) string {
	_, rest, _ := strings.Cut(token, ".")
	return base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + rest
}

// Groups are what the token lists; where the issuer left them out, that is said, and is not the same as none.
func TestVerify_groups(t *testing.T) {
	i, c := newIssuer(t), newClock()
	v := newVerifier(t, i, c)
	for name, test := range map[string]struct {
		change  jwt.MapClaims
		groups  int
		omitted bool
	}{
		"none":                 {nil, 0, false},
		"two":                  {jwt.MapClaims{"groups": []string{"g1", "g2"}}, 2, false},
		"too many":             {jwt.MapClaims{"_claim_names": map[string]any{"groups": "src1"}, "_claim_sources": map[string]any{"src1": map[string]any{"endpoint": "https://graph.example/users/x/getMemberObjects"}}}, 0, true},
		"something else is":    {jwt.MapClaims{"_claim_names": map[string]any{"photo": "src1"}}, 0, false},
		"too many, implicitly": {jwt.MapClaims{"hasgroups": true}, 0, true},
		"too many, as text":    {jwt.MapClaims{"hasgroups": "true"}, 0, true},
		"not too many":         {jwt.MapClaims{"hasgroups": false, "groups": []string{"g1"}}, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := v.Verify(t.Context(), i.good(t, c, test.change))
			if err != nil || len(p.Groups) != test.groups || p.GroupsOmitted != test.omitted {
				t.Errorf("groups %v, omitted %t, %v", p.Groups, p.GroupsOmitted, err)
			}
		})
	}
}

func TestVerify_client(t *testing.T) {
	i, c := newIssuer(t), newClock()
	v := newVerifier(t, i, c)
	for want, change := range map[string]jwt.MapClaims{"v2": {"azp": "v2", "appid": "v1"}, "v1": {"azp": nil, "appid": "v1"}, "": {"azp": nil}} {
		if p, err := v.Verify(t.Context(), i.good(t, c, change)); err != nil || p.Client != want {
			t.Errorf("client %q, want %q: %v", p.Client, want, err)
		}
	}
}

// A token for one audience is none for the other, and the keys are asked for once.
func TestVerifier_for(t *testing.T) {
	i, c := newIssuer(t), newClock()
	people := newVerifier(t, i, c, "local")
	gateway, err := people.For("lazuli-functions")
	if err != nil {
		t.Fatal(err)
	}
	person, machine := i.good(t, c, nil), i.good(t, c, jwt.MapClaims{"aud": "lazuli-functions"})
	wantCode(t, people, person, "")
	wantCode(t, gateway, machine, "")
	wantCode(t, people, machine, identity.WrongAudience)
	wantCode(t, gateway, person, identity.WrongAudience)
	wantCode(t, gateway, i.good(t, c, jwt.MapClaims{"aud": "lazuli-functions", "tid": "elsewhere"}), identity.WrongTenant)
	if n := i.fetches.Load(); n != 1 {
		t.Errorf("the keys were fetched %d times", n)
	}
	if _, err := people.For(""); err == nil {
		t.Error("a verifier for no audience")
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
