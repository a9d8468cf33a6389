package identity

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"
)

// Config is everything the issuer needs to know.
type Config struct {
	Issuer        string           // its address and the iss claim, such as http://localhost:7071/identity; loopback only
	Dir           string           // where signing-keys.json and identity.db live; made with mode 0700 if absent
	Audience      string           // the aud claim of access tokens; "lazuli" if empty
	PortalOrigins []string         // origins the portal is served from; the issuer's own if empty; loopback only
	Integration   Integration      // the one client that acts for itself; none if its ID is empty
	Now           func() time.Time // time.Now if nil
	Logger        *slog.Logger     // slog.Default if nil
}

// Integration is a confidential client that gets app-only tokens by client credentials.
type Integration struct {
	ID     string
	Secret string   // at least 16 characters
	Roles  []string // app roles its tokens carry
}

// Issuer is the sign-in service. It serves the paths beneath its own address: mount it at /identity/, prefix kept.
type Issuer struct {
	op.UnimplementedServer
	cfg     Config
	now     func() time.Time
	logger  *slog.Logger
	keys    *keyring
	state   *state
	clients map[string]*client
	origin  string // scheme://host of the issuer
	handler http.Handler
}

// Open reads or creates the issuer's state in cfg.Dir. It fails if the folder is in use by another process.
// Close releases it.
func Open(cfg Config) (*Issuer, error) {
	if err := cfg.complete(); err != nil {
		return nil, fmt.Errorf("open identity: %w", err)
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("open identity: %w", err)
	}
	st, err := openState(cfg.Dir, cfg.Now) // first: its lock keeps a second process from replacing the keys
	if err != nil {
		return nil, fmt.Errorf("open identity: %w", err)
	}
	keys, err := openKeyring(cfg.Dir, cfg.Now)
	if err != nil {
		return nil, fmt.Errorf("open identity: %w", errors.Join(err, st.close()))
	}
	i := &Issuer{
		cfg: cfg, now: cfg.Now, logger: cfg.Logger, keys: keys, state: st, clients: clientsOf(cfg), origin: originOf(cfg.Issuer),
	}
	i.handler = i.routes()
	return i, nil
}

// complete fills in what was left out and refuses what would let the issuer be reached from elsewhere.
func (c *Config) complete() error {
	c.Issuer = strings.TrimSuffix(c.Issuer, "/")
	if c.Dir == "" {
		return errors.New("no folder is configured for its state")
	}
	if c.Audience == "" {
		c.Audience = "lazuli"
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if len(c.PortalOrigins) == 0 {
		c.PortalOrigins = []string{originOf(c.Issuer)}
	}
	for _, address := range append([]string{c.Issuer}, c.PortalOrigins...) {
		u, err := url.Parse(address)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
			return fmt.Errorf("%q is not an http address", address)
		}
		if !isLoopbackHost(u.Host) {
			return fmt.Errorf("%q is not on this machine: nobody proves who he is here, so the issuer serves loopback only", address)
		}
	}
	for _, origin := range c.PortalOrigins {
		if originOf(origin) != origin {
			return fmt.Errorf("portal origin %q must be scheme://host:port alone", origin)
		}
	}
	return c.Integration.check()
}

func (i Integration) check() error {
	switch {
	case i.ID == "":
		return nil
	case i.ID == ClientCLI || i.ID == ClientPortal:
		return fmt.Errorf("integration client %q has the name of a built-in client", i.ID)
	case len(i.Secret) < 16:
		return fmt.Errorf("integration client %q needs a secret of at least 16 characters", i.ID)
	}
	return nil
}

func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// ServeHTTP answers requests whose path begins with the issuer's own.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) { i.handler.ServeHTTP(w, r) }

// Rotate makes a new signing key. The old one stays published until its last token has expired.
func (i *Issuer) Rotate(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("rotate signing key: %w", err)
	}
	if err := i.keys.rotate(); err != nil {
		return fmt.Errorf("rotate signing key: %w", err)
	}
	i.logger.Info("signing key rotated")
	return nil
}

// Close releases the folder. Requests that are still being served then fail; stop the listener first.
func (i *Issuer) Close() error {
	if err := i.state.close(); err != nil {
		return fmt.Errorf("close identity: %w", err)
	}
	return nil
}
