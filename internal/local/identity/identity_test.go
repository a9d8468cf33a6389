package identity_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/lazuli-platform/lazuli/internal/local/identity"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the library announces its routes there
	os.Exit(m.Run())
}

const integrationSecret = "0123456789abcdef"

// clock is a wall clock that a test can move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// platform is an issuer on a real socket that can be restarted on the same folder and port.
type platform struct {
	t      *testing.T
	dir    string
	clock  *clock
	addr   string // 127.0.0.1:port
	issuer *identity.Issuer
	server *http.Server
}

func start(t *testing.T) *platform {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &platform{t: t, dir: t.TempDir(), clock: &clock{now: time.Now().Truncate(time.Second)}, addr: l.Addr().String()}
	p.serve(l)
	t.Cleanup(p.stop)
	return p
}

func (p *platform) url() string {
	_, port, err := net.SplitHostPort(p.addr)
	if err != nil {
		p.t.Fatal(err)
	}
	return "http://localhost:" + port + "/identity"
}

func (p *platform) origin() string { return strings.TrimSuffix(p.url(), "/identity") }

func (p *platform) config() identity.Config {
	return identity.Config{
		Issuer: p.url(), Dir: p.dir, Now: p.clock.Now, Logger: slog.New(slog.DiscardHandler),
		Integration: identity.Integration{ID: "reporting", Secret: integrationSecret, Roles: []string{"Reader"}},
	}
}

func (p *platform) serve(l net.Listener) {
	p.t.Helper()
	issuer, err := identity.Open(p.config())
	if err != nil {
		p.t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/identity/", issuer)
	p.issuer, p.server = issuer, &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = p.server.Serve(l) }() // ends with stop
}

func (p *platform) stop() {
	p.t.Helper()
	if err := p.server.Close(); err != nil {
		p.t.Error(err)
	}
	if err := p.issuer.Close(); err != nil {
		p.t.Error(err)
	}
}

func (p *platform) restart() {
	p.t.Helper()
	p.stop()
	l, err := net.Listen("tcp", p.addr)
	if err != nil {
		p.t.Fatal(err)
	}
	p.serve(l)
}

func (p *platform) oauth(clientID, redirect string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: clientID, RedirectURL: redirect, Scopes: []string{"openid", "profile", "offline_access"},
		Endpoint: oauth2.Endpoint{
			AuthURL: p.url() + "/authorize", TokenURL: p.url() + "/token", DeviceAuthURL: p.url() + "/device_authorization",
			AuthStyle: oauth2.AuthStyleInParams,
		},
	}
}

// browser keeps cookies and stops where a redirect leaves the issuer, as a test's stand-in for the client's page.
type browser struct {
	t *testing.T
	*http.Client
}

func (p *platform) browser() browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return browser{p.t, &http.Client{Jar: jar, Timeout: 10 * time.Second, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.String(), p.url()) {
			return http.ErrUseLastResponse
		}
		return nil
	}}}
}

// page is what a request ended in.
type page struct {
	status int
	body   string
	header http.Header
	at     *url.URL // where it is, or where a redirect out of the issuer leads
}

func (b browser) visit(address string) page {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(r)
}

func (b browser) post(address string, form url.Values) page {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

func (b browser) do(r *http.Request) page {
	b.t.Helper()
	answer, err := b.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	at, err := answer.Location()
	if err != nil {
		at = answer.Request.URL
	}
	return page{answer.StatusCode, string(body), answer.Header, at}
}

// signIn goes through the page as user and returns the address the client gets.
func (b browser) signIn(authURL, user string) *url.URL {
	b.t.Helper()
	shown := b.visit(authURL)
	id := shown.at.Query().Get("id")
	if shown.status != http.StatusOK || id == "" {
		b.t.Fatalf("no sign-in page: %d at %s: %s", shown.status, shown.at, shown.body)
	}
	left := b.post(strings.Split(shown.at.String(), "?")[0], url.Values{"id": {id}, "user": {user}})
	if left.status != http.StatusSeeOther {
		b.t.Fatalf("sign in as %s: %d: %s", user, left.status, left.body)
	}
	return left.at
}

// device signs in by the device flow, choosing user as a script would.
func (p *platform) device(user string) *oauth2.Token {
	p.t.Helper()
	conf := p.oauth(identity.ClientCLI, "")
	da, err := conf.DeviceAuth(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	if got := p.browser().post(da.VerificationURI, url.Values{"user_code": {da.UserCode}, "user": {user}}); got.status != http.StatusOK {
		p.t.Fatalf("choose %s: %d: %s", user, got.status, got.body)
	}
	token, err := redeemDevice(p.t.Context(), conf, da.DeviceCode)
	if err != nil {
		p.t.Fatal(err)
	}
	return token
}

// redeemDevice asks once, in place of polling.
func redeemDevice(ctx context.Context, conf *oauth2.Config, code string) (*oauth2.Token, error) {
	return conf.Exchange(ctx, "", oauth2.SetAuthURLParam("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
		oauth2.SetAuthURLParam("device_code", code))
}

func (p *platform) refresh(clientID, token string) (*oauth2.Token, error) {
	return p.oauth(clientID, "").TokenSource(p.t.Context(), &oauth2.Token{RefreshToken: token}).Token()
}

// claimsOf reads a token's payload without checking it.
func claimsOf(t *testing.T, token string) map[string]any {
	t.Helper()
	return part(t, token, 1)
}

func kidOf(t *testing.T, token string) string {
	t.Helper()
	kid, _ := part(t, token, 0)["kid"].(string)
	return kid
}

func part(t *testing.T, token string, n int) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("not a JWT: %q", token)
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[n])
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
