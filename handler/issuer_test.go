package main

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// issuer is a small OpenID Connect issuer on a real socket that signs whatever a test says.
type issuer struct {
	*httptest.Server
	t   testing.TB
	key *rsa.PrivateKey
}

func newIssuer(t testing.TB) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{t: t, key: key}
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/.well-known/openid-configuration" {
			fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, i.URL, i.URL+"/keys")
			return
		}
		encode := base64.RawURLEncoding.EncodeToString
		_ = json.NewEncoder(w).Encode(map[string]any{"keys": []map[string]string{{"kty": "RSA", "kid": "a", "use": "sig",
			"n": encode(key.N.Bytes()), "e": encode(big.NewInt(int64(key.E)).Bytes())}}}) // a broken connection shows in the test itself
	}))
	t.Cleanup(i.Close)
	return i
}

// person is a user's access token; change overrides or (nil) removes claims.
func (i *issuer) person(id string, change jwt.MapClaims) string {
	return i.sign(jwt.MapClaims{"aud": "lazuli", "oid": id, "name": id, "scp": "user_impersonation", "azp": "lazuli-cli"}, change)
}

// gateway is the gateway's own token.
func (i *issuer) gateway(change jwt.MapClaims) string {
	return i.sign(jwt.MapClaims{"aud": "lazuli-functions", "oid": "gateway", "idtyp": "app", "azp": "gateway-client", "roles": []string{"Gateway.Invoke"}}, change)
}

func (i *issuer) sign(claims, change jwt.MapClaims) string {
	i.t.Helper()
	now := time.Now()
	maps.Copy(claims, jwt.MapClaims{"iss": i.URL, "tid": "tenant", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix()})
	maps.Copy(claims, change)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	token.Header["kid"] = "a"
	signed, err := token.SignedString(i.key)
	if err != nil {
		i.t.Fatal(err)
	}
	return signed
}
