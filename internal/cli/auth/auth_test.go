package auth_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/cli/auth"
	"github.com/lazuli-platform/lazuli/internal/local/identity"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the issuer's library announces its routes there
	os.Exit(m.Run())
}

// platform is the local issuer on a real socket.
type platform struct {
	t      *testing.T
	url    string
	server *http.Server
	tokens atomic.Int64 // requests to the token endpoint
}

func start(t *testing.T) *platform {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &platform{t: t, url: fmt.Sprintf("http://localhost:%d/identity", l.Addr().(*net.TCPAddr).Port)}
	issuer, err := identity.Open(identity.Config{Issuer: p.url, Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	p.server = &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/identity/token" {
			p.tokens.Add(1)
		}
		issuer.ServeHTTP(w, r)
	})}
	go func() { _ = p.server.Serve(l) }() // ends with Close
	t.Cleanup(func() {
		p.down()
		if err := issuer.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func (p *platform) down() {
	if err := p.server.Close(); err != nil {
		p.t.Error(err)
	}
}

// person is one user of one machine: a settings folder, perhaps a keyring, and what he was told.
type person struct {
	t   *testing.T
	cfg auth.Config
	dir string
	out *transcript
}

func (p *platform) person(keyring auth.Keyring) *person {
	dir, out := p.t.TempDir()+"/lazuli", &transcript{}
	return &person{p.t, auth.Config{
		Issuer: p.url, Store: auth.NewStore(dir, keyring), Notices: out, HTTP: &http.Client{Transport: &http.Transport{}},
	}, dir, out}
}

// later is the same person, whose clock shows d more.
func (u *person) later(d time.Duration) auth.Config {
	cfg := u.cfg
	cfg.Now = func() time.Time { return time.Now().Add(d) }
	return cfg
}

func (u *person) loginAs(name string) auth.Account {
	u.t.Helper()
	account, err := auth.Login(u.t.Context(), u.cfg, auth.Options{As: name})
	if err != nil {
		u.t.Fatal(err)
	}
	return account
}

func (u *person) token(cfg auth.Config) string {
	u.t.Helper()
	token, err := auth.TokenSource(cfg)(u.t.Context())
	if err != nil {
		u.t.Fatal(err)
	}
	return token
}

func (u *person) wantLoginNeeded(cfg auth.Config, because string) {
	u.t.Helper()
	_, err := auth.TokenSource(cfg)(u.t.Context())
	var needed *auth.LoginNeededError
	if !errors.Is(err, auth.ErrLoginNeeded) || !errors.As(err, &needed) || needed.ExitCode() != 4 || !strings.Contains(err.Error(), because) {
		u.t.Errorf("got %v, want a login needed because %q", err, because)
	}
}

// transcript collects what a person reads.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

var _ io.Writer = (*transcript)(nil)

func (b *transcript) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *transcript) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// drawer is a keyring that works; it stands in for the system's, which a test machine rarely has.
type drawer struct {
	mu      sync.Mutex
	secrets map[string]string
}

func (d *drawer) Set(service, user, secret string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.secrets == nil {
		d.secrets = map[string]string{}
	}
	d.secrets[service+" "+user] = secret
	return nil
}

func (d *drawer) Get(service, user string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	secret, ok := d.secrets[service+" "+user]
	if !ok {
		return "", errors.New("not found")
	}
	return secret, nil
}

func (d *drawer) Delete(service, user string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.secrets, service+" "+user)
	return nil
}

// stuckKeyring never answers until it is closed.
type stuckKeyring chan struct{}

func (k stuckKeyring) Set(string, string, string) error   { <-k; return errors.New("too late") }
func (k stuckKeyring) Get(string, string) (string, error) { <-k; return "", errors.New("too late") }
func (k stuckKeyring) Delete(string, string) error        { <-k; return errors.New("too late") }
