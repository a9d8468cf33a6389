package main

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// TestMatrix_tokens asks every operation with everything that is not a token for it.
func TestMatrix_tokens(t *testing.T) {
	m := newMatrix(t)
	bossClaims := jwt.MapClaims{"roles": []string{"Platform.Admin"}}
	with := func(claim string, value any) []string {
		return []string{"Authorization", "Bearer " + m.person("boss", jwt.MapClaims{"roles": bossClaims["roles"], claim: value})}
	}
	past := time.Now().Add(-time.Hour).Unix()
	faults := map[string][]string{
		"no token":                     nil,
		"an empty token":               {"Authorization", "Bearer "},
		"another scheme":               {"Authorization", "Basic " + m.boss()},
		"expired":                      with("exp", past),
		"not valid yet":                with("nbf", time.Now().Add(time.Hour).Unix()),
		"without an end":               with("exp", nil),
		"for another audience":         with("aud", "another"),
		"of another tenant":            with("tid", "another"),
		"of another issuer":            with("iss", "https://login.example/another"),
		"of nobody":                    with("oid", nil),
		"an ID token":                  with("scp", nil),
		"alg none":                     {"Authorization", "Bearer " + m.unsigned(t)},
		"key confusion":                {"Authorization", "Bearer " + m.confused(t)},
		"a changed payload":            {"Authorization", "Bearer " + tampered(m.person("viewer", nil), m.boss())},
		"a gateway's token":            {"Authorization", "Bearer " + m.gateway(jwt.MapClaims{"aud": "lazuli"})},
		"an assertion and no gateway":  {"X-Idp-User-Assertion", m.boss()},
		"forged headers of Easy Auth":  {"X-MS-CLIENT-PRINCIPAL", base64.StdEncoding.EncodeToString([]byte(`{"claims":[{"typ":"roles","val":"Platform.Admin"}]}`)), "X-MS-CLIENT-PRINCIPAL-ID", "boss"},
		"a function key in its place":  {"X-Functions-Key", "key"},
		"two tokens, the first is bad": {"Authorization", "Bearer bad", "Authorization", "Bearer " + m.boss()},
	}
	for _, o := range contractOperations(t) {
		if o.action == "anonymous" {
			continue
		}
		path, body, headers := m.request(t, o, m.places["own"], "aaaaaaaaaaaaaaaaaaaaaaaaaa")
		for name, fault := range faults {
			got := m.ask(t, o.method, path, body, append(slices.Clone(headers), fault...)...)
			twice := got.status == http.StatusBadRequest && strings.Contains(got.Detail, "given twice")
			if (got.status != http.StatusUnauthorized || got.Code != "Unauthenticated") && !twice {
				t.Errorf("%s with %s: %d %s, want 401", o.id, name, got.status, got.body)
			}
		}
	}
}

func (m *matrix) claims() jwt.MapClaims {
	now := time.Now()
	return jwt.MapClaims{"iss": m.issuer.URL, "tid": "tenant", "aud": "lazuli", "oid": "boss", "scp": "user_impersonation", "roles": []string{"Platform.Admin"},
		"iat": now.Unix(), "exp": now.Add(time.Hour).Unix()}
}

func (m *matrix) unsigned(t *testing.T) string {
	t.Helper()
	token := jwt.NewWithClaims(jwt.SigningMethodNone, m.claims())
	token.Header["kid"] = "a"
	signed, err := token.SignedString(jwt.UnsafeAllowNoneSignatureType)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// confused signs with the issuer's public key as if it were a shared secret.
func (m *matrix) confused(t *testing.T) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(&m.key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, m.claims())
	token.Header["kid"] = "a"
	signed, err := token.SignedString(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// tampered is a token with the payload of another.
func tampered(token, other string) string {
	parts, others := strings.Split(token, "."), strings.Split(other, ".")
	return parts[0] + "." + others[1] + "." + parts[2]
}
