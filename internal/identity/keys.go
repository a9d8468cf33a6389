package identity

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/MicahParks/jwkset"
	"golang.org/x/time/rate"
)

const (
	fetchTimeout    = 5 * time.Second  // for discovery and keys together
	keysFresh       = time.Hour        // after which withdrawn keys are noticed
	retryEvery      = time.Second      // at most, while the issuer does not answer
	unknownKeyBurst = 4                // looks for unknown key ids that are free …
	unknownKeyEvery = 30 * time.Second // … and how often one more is
	maxDocument     = 1 << 20          // bytes of a discovery document or key set
	minKeyBits      = 2048
)

// keySource caches the issuer's public keys. lock is a mutex whose holder may be waited for with a context.
type keySource struct {
	cfg     Config
	lock    chan struct{}
	unknown *rate.Limiter

	keys    map[string]*rsa.PublicKey // nil until the first fetch succeeds
	fetched time.Time                 // when keys were read
	tried   time.Time                 // when a fetch last ended, well or not
	failure error                     // of the last fetch; nil if it went well
}

func newKeySource(cfg Config) *keySource {
	return &keySource{
		cfg: cfg, lock: make(chan struct{}, 1),
		unknown: rate.NewLimiter(rate.Every(unknownKeyEvery), unknownKeyBurst),
	}
}

// find returns the key of kid. Its errors are *Error.
func (s *keySource) find(ctx context.Context, kid string) (*rsa.PublicKey, error) {
	select {
	case s.lock <- struct{}{}:
		defer func() { <-s.lock }()
	case <-ctx.Done():
		return nil, s.unavailable(ctx.Err())
	}
	now := s.cfg.Now()
	key, known := s.keys[kid]
	switch {
	case s.failure != nil && now.Sub(s.tried) < retryEvery:
		// Just asked in vain: what is known must do.
	case s.keys == nil || now.Sub(s.fetched) >= keysFresh || (!known && (s.failure != nil || s.unknown.AllowN(now, 1))):
		s.refresh(ctx)
		key, known = s.keys[kid]
	}
	switch {
	case known:
		return key, nil
	case s.failure != nil:
		return nil, s.unavailable(s.failure)
	case s.keys == nil:
		return nil, s.unavailable(ctx.Err())
	default:
		return nil, refuse(UnknownKey, nil, "The access token is signed with a key that %s does not publish."+signInAgain, s.cfg.Issuer)
	}
}

func (s *keySource) unavailable(cause error) error {
	return refuse(KeysUnavailable, cause, "Tokens cannot be checked now, because the sign-in service %s does not answer. Try again in a moment.", s.cfg.Issuer)
}

// refresh reads the keys anew; on failure the old ones stay. The caller holds the lock, so of many requests that
// miss a key one asks and the others find the answer.
func (s *keySource) refresh(ctx context.Context) {
	fetchCtx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	keys, err := s.fetch(fetchCtx)
	if err != nil && ctx.Err() != nil {
		return // the caller went away; that says nothing about the issuer
	}
	s.tried = s.cfg.Now()
	if err != nil {
		if s.failure == nil { // one line when it begins, not one a second
			s.cfg.Logger.Warn("issuer keys not fetched", "issuer", s.cfg.Issuer, "error", err)
		}
		s.failure = err
		return
	}
	if s.failure != nil || s.keys == nil {
		s.cfg.Logger.Info("issuer keys fetched", "issuer", s.cfg.Issuer, "keys", len(keys))
	}
	s.keys, s.fetched, s.failure = keys, s.tried, nil
}

func (s *keySource) fetch(ctx context.Context) (map[string]*rsa.PublicKey, error) {
	var discovered struct {
		Issuer  string `json:"issuer"`
		JWKSURI string `json:"jwks_uri"`
	}
	if err := s.get(ctx, strings.TrimSuffix(s.cfg.Issuer, "/")+"/.well-known/openid-configuration", &discovered); err != nil {
		return nil, err
	}
	if discovered.Issuer != s.cfg.Issuer { // OpenID Connect Discovery section 4.3
		return nil, fmt.Errorf("discovery names the issuer %q", discovered.Issuer)
	}
	if err := checkAddress(discovered.JWKSURI); err != nil {
		return nil, fmt.Errorf("discovery names the key set %q: %w", discovered.JWKSURI, err)
	}
	var set jwkset.JWKSMarshal
	if err := s.get(ctx, discovered.JWKSURI, &set); err != nil {
		return nil, err
	}
	keys := make(map[string]*rsa.PublicKey)
	for _, published := range set.Keys {
		if key := usable(published); key != nil {
			keys[published.KID] = key
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("the key set holds no RSA signing key of 2048 bits or more")
	}
	return keys, nil
}

// usable returns the key if it may verify RS256 signatures; issuers publish other kinds beside, which are skipped.
func usable(published jwkset.JWKMarshal) *rsa.PublicKey {
	if published.KID == "" || (published.USE != "" && published.USE != jwkset.UseSig) || (published.ALG != "" && published.ALG != jwkset.AlgRS256) {
		return nil
	}
	jwk, err := jwkset.NewJWKFromMarshal(published, jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{})
	if err != nil {
		return nil
	}
	key, ok := jwk.Key().(*rsa.PublicKey)
	if !ok || key.N.BitLen() < minKeyBits {
		return nil
	}
	return key
}

// get reads a JSON document of at most maxDocument bytes.
func (s *keySource) get(ctx context.Context, address string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return fmt.Errorf("ask %s: %w", address, err)
	}
	r.Header.Set("Accept", "application/json")
	answer, err := s.cfg.HTTPClient.Do(r)
	if err != nil {
		return fmt.Errorf("ask %s: %w", address, err)
	}
	defer func() { _ = answer.Body.Close() }() // read-only; the content has been read or is not wanted
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("ask %s: %s", address, answer.Status)
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxDocument)).Decode(into); err != nil {
		return fmt.Errorf("read %s: %w", address, err)
	}
	return nil
}

// checkAddress demands https, except on this machine: whoever can change the keys on their way can be anybody.
func checkAddress(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return errors.New("not an http address")
	}
	host := u.Hostname()
	if u.Scheme == "https" || (u.Scheme == "http" && (host == "localhost" || net.ParseIP(host).IsLoopback())) {
		return nil
	}
	return errors.New("must be https")
}
