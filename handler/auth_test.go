package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/config"
	"github.com/lazuli-platform/lazuli/internal/httpapi"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// noProjects is a store that knows nobody.
type noProjects struct{ platform.Store }

func (noProjects) DirectoryHead(context.Context) (platform.DirectoryHead, error) {
	return platform.DirectoryHead{}, platform.Errorf(platform.NotFound, "Nobody was given anything yet.")
}

// door is the API behind the handler's own authentication, over real HTTP. callers gets whom it made of a request.
type door struct {
	t       *testing.T
	url     string
	callers chan platform.Caller
}

func openDoor(t *testing.T, i *issuer, gateway bool) *door {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	cfg := config.Config{Issuer: i.URL, Audience: "lazuli", Tenant: "tenant"}
	if gateway {
		cfg.GatewayAudience, cfg.GatewayClient = "lazuli-functions", "gateway-client"
	}
	authenticate, _, err := authenticators(cfg, log)
	if err != nil {
		t.Fatal(err)
	}
	d := &door{t: t, callers: make(chan platform.Caller, 100)}
	watched := func(ctx context.Context, r *http.Request) (platform.Caller, error) {
		c, err := authenticate(ctx, r)
		if err == nil {
			d.callers <- c
		}
		return c, err
	}
	service := &platform.Service{Store: noProjects{}, Roster: platform.NewRoster(noProjects{}), NewID: ids(), Now: time.Now, Log: log}
	web := httptest.NewServer(httpapi.New(httpapi.Config{Service: service, Authenticate: watched, PublicURL: "https://lazuli.example", Now: time.Now, Log: log}))
	t.Cleanup(web.Close)
	d.url = web.URL
	return d
}

// ask asks who the caller is; headers are pairs of name and value. It returns the id, or the code of the problem with its sentence.
func (d *door) ask(headers ...string) (who, sentence string) {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, d.url+"/v1/me", nil)
	if err != nil {
		d.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	var body struct{ ID, Code, Detail string }
	if err := json.Unmarshal(raw, &body); err != nil {
		d.t.Fatalf("%s: %v", raw, err)
	}
	if response.StatusCode == http.StatusUnauthorized && response.Header.Get("WWW-Authenticate") == "" {
		d.t.Error("401 without WWW-Authenticate")
	}
	return body.ID + body.Code, body.Detail
}

// Without a gateway nothing but the caller's own token says who he is.
func TestAuthenticate_forgedHeaders(t *testing.T) {
	i := newIssuer(t)
	d := openDoor(t, i, false)
	developer, admin := "Bearer "+i.person("developer", nil), i.person("admin", jwt.MapClaims{"roles": []string{"Platform.Admin"}})
	for name, headers := range map[string][]string{
		"an admin's token as assertion": {"X-Idp-User-Assertion", admin},
		"Easy Auth's principal":         {"X-MS-CLIENT-PRINCIPAL", "eyJhdXRoX3R5cCI6ImFhZCIsImNsYWltcyI6W3sidHlwIjoicm9sZXMiLCJ2YWwiOiJQbGF0Zm9ybS5BZG1pbiJ9XX0="},
		"Easy Auth's name and id":       {"X-MS-CLIENT-PRINCIPAL-ID", "admin", "X-MS-CLIENT-PRINCIPAL-NAME", "admin", "X-MS-CLIENT-PRINCIPAL-IDP", "aad", "X-MS-TOKEN-AAD-ACCESS-TOKEN", admin},
	} {
		t.Run(name, func(t *testing.T) {
			d := &door{t: t, url: d.url, callers: d.callers}
			if who, _ := d.ask(append([]string{"Authorization", developer}, headers...)...); who != "developer" {
				t.Fatalf("acts as %s", who)
			}
			if c := <-d.callers; len(c.Roles) > 0 {
				t.Errorf("got an admin's rights: %+v", c)
			}
			if who, _ := d.ask(headers...); who != "Unauthenticated" {
				t.Errorf("alone it makes %s", who)
			}
		})
	}
}

// Behind a gateway it takes both: the gateway's own token, and the user's beside it.
func TestAuthenticate_gateway(t *testing.T) {
	i, stranger := newIssuer(t), newIssuer(t)
	d := openDoor(t, i, true)
	good, user := i.gateway(nil), i.person("developer", nil)
	with := func(own, assertion string) []string {
		return []string{"Authorization", "Bearer " + own, "X-Idp-User-Assertion", assertion}
	}
	change := func(claim string, value any) string { return i.gateway(jwt.MapClaims{claim: value}) }
	const notOurs = "did not come through the gateway"
	for name, test := range map[string]struct {
		headers   []string
		who, says string
	}{
		"both":                           {with(good, user), "developer", ""},
		"a v1 token of the gateway":      {with(i.gateway(jwt.MapClaims{"azp": nil, "appid": "gateway-client"}), user), "developer", ""},
		"nothing":                        {nil, "Unauthenticated", notOurs},
		"the assertion alone":            {[]string{"X-Idp-User-Assertion", user}, "Unauthenticated", notOurs},
		"the user's token in both":       {with(user, user), "Unauthenticated", notOurs},
		"past the gateway":               {[]string{"Authorization", "Bearer " + user}, "Unauthenticated", notOurs},
		"no assertion":                   {[]string{"Authorization", "Bearer " + good}, "Unauthenticated", "signed-in"},
		"an empty assertion":             {with(good, ""), "Unauthenticated", "signed-in"},
		"two assertions":                 {append(with(good, user), "X-Idp-User-Assertion", i.person("admin", nil)), "Unauthenticated", "signed-in"},
		"the gateway as a user":          {with(good, good), "Unauthenticated", "another service"},
		"the gateway for the users' API": {with(good, change("aud", "lazuli")), "Unauthenticated", "names no user"},
		"another client":                 {with(change("azp", "another"), user), "Unauthenticated", notOurs},
		"another client in v1's place":   {with(i.gateway(jwt.MapClaims{"azp": "another", "appid": "gateway-client"}), user), "Unauthenticated", notOurs},
		"no client":                      {with(change("azp", nil), user), "Unauthenticated", notOurs},
		"no role":                        {with(change("roles", nil), user), "Unauthenticated", notOurs},
		"another role":                   {with(change("roles", []string{"Platform.Admin"}), user), "Unauthenticated", notOurs},
		"for a user":                     {with(change("scp", "user_impersonation"), user), "Unauthenticated", notOurs},
		"not said to be an app":          {with(change("idtyp", nil), user), "Unauthenticated", notOurs},
		"another audience":               {with(change("aud", "lazuli"), user), "Unauthenticated", notOurs},
		"another tenant":                 {with(change("tid", "elsewhere"), user), "Unauthenticated", notOurs},
		"an expired one":                 {with(change("exp", time.Now().Add(-time.Hour).Unix()), user), "Unauthenticated", notOurs},
		"a stranger's gateway":           {with(stranger.gateway(jwt.MapClaims{"iss": i.URL}), user), "Unauthenticated", notOurs},
		"a stranger's user":              {with(good, stranger.person("admin", jwt.MapClaims{"iss": i.URL})), "Unauthenticated", "not signed as its issuer signs"},
		"an expired user":                {with(good, i.person("developer", jwt.MapClaims{"exp": time.Now().Add(-time.Hour).Unix()})), "Unauthenticated", "expired"},
		"an ID token of the user":        {with(good, i.person("developer", jwt.MapClaims{"scp": nil})), "Unauthenticated", "not an access token"},
	} {
		t.Run(name, func(t *testing.T) {
			d := &door{t: t, url: d.url}
			if who, sentence := d.ask(test.headers...); who != test.who || !strings.Contains(sentence, test.says) {
				t.Errorf("got %s: %q, want %s: …%s…", who, sentence, test.who, test.says)
			}
		})
	}
}

// Without a gateway its token is nobody's either.
func TestAuthenticate_gatewayIsNoUser(t *testing.T) {
	i := newIssuer(t)
	d := openDoor(t, i, false)
	for name, token := range map[string]string{"of its own audience": i.gateway(nil), "of ours": i.gateway(jwt.MapClaims{"aud": "lazuli"})} {
		if who, _ := d.ask("Authorization", "Bearer "+token); who != "Unauthenticated" {
			t.Errorf("%s it makes %s", name, who)
		}
	}
}

// An issuer that cannot be asked is not the caller's fault.
func TestAuthenticate_issuerDown(t *testing.T) {
	i := newIssuer(t)
	plain, behind := openDoor(t, i, false), openDoor(t, i, true)
	i.Close()
	for name, d := range map[string]*door{"user": plain, "gateway": behind} {
		if who, _ := d.ask("Authorization", "Bearer "+i.gateway(nil)); who != "IdentityUnavailable" {
			t.Errorf("%s: %s", name, who)
		}
	}
}

// What is known of a caller is all there for who decides and for the audit.
func TestAuthenticate_caller(t *testing.T) {
	i := newIssuer(t)
	d := openDoor(t, i, false)
	d.ask("Authorization", "Bearer "+i.person("developer", jwt.MapClaims{"groups": []string{"g1"}, "roles": []string{"Platform.Admin", "Reader"}, "team": "payments"}), "X-Forwarded-For", "10.0.0.1, 203.0.113.9:51000")
	want := platform.Caller{ID: "developer", Name: "developer", Team: "payments", From: "203.0.113.9", Client: "lazuli-cli", Groups: []string{"g1"}, Roles: []platform.Role{platform.PlatformAdmin, platform.Reader}}
	if diff := cmp.Diff(want, <-d.callers, cmp.AllowUnexported(platform.Caller{})); diff != "" {
		t.Errorf("caller (-want +got):\n%s", diff)
	}
	d.ask("Authorization", "Bearer "+i.person("many", jwt.MapClaims{"hasgroups": true}))
	if c := <-d.callers; !c.GroupsOmitted {
		t.Error("the groups are too many, and it does not show")
	}
}

// Whom the gateway talks to is what the gateway says; without a gateway the header says nothing.
func TestAuthenticate_addressBehindGateway(t *testing.T) {
	i := newIssuer(t)
	for gateway, want := range map[bool]string{true: "198.51.100.7", false: "203.0.113.9"} {
		d := openDoor(t, i, gateway)
		headers := []string{"Authorization", "Bearer " + i.person("developer", nil), "X-Forwarded-For", "203.0.113.9", "X-Idp-Client-Address", "198.51.100.7"}
		if gateway {
			headers[1] = "Bearer " + i.gateway(nil)
			headers = append(headers, "X-Idp-User-Assertion", i.person("developer", nil))
		}
		if who, said := d.ask(headers...); who != "developer" {
			t.Fatalf("%s: %s", who, said)
		}
		if c := <-d.callers; c.From != want {
			t.Errorf("with a gateway %v it came from %q, want %q", gateway, c.From, want)
		}
	}
}

func TestCameFrom(t *testing.T) {
	for want, sent := range map[string][][]string{
		"203.0.113.9": {{"203.0.113.9"}, {"203.0.113.9:1234"}, {"spoofed, 203.0.113.9"}, {"1.1.1.1", "203.0.113.9"}, {"1.1.1.1,203.0.113.9:0"}, {"::ffff:203.0.113.9"}, {" 203.0.113.9 "}},
		"2001:db8::1": {{"2001:db8::1"}, {"[2001:db8::1]"}, {"[2001:db8::1]:443"}, {"203.0.113.9, 2001:DB8:0::1"}},
		"":            {nil, {""}, {"203.0.113.9,"}, {"203.0.113.9, unknown"}, {"localhost"}, {"fe80::1%<script>"}, {"[fe80::1%x]:1"}, {"203.0.113.999"}, {"203.0.113.9:99999"}, {"0x7f000001"}, {"203.0.113.9\t\"x\""}},
	} {
		for _, values := range sent {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
			r.Header["X-Forwarded-For"] = values
			if got := cameFrom(r); got != want {
				t.Errorf("%q gives %q, want %q", values, got, want)
			}
		}
	}
}
