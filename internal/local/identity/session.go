package identity

import (
	"errors"
	"net/http"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

// cookieName holds the browser's session, so that a reloaded portal need not ask again.
const cookieName = "lazuli_identity"

// session is a person signed in in one browser.
type session struct {
	User     string    `json:"user"`
	SignedIn time.Time `json:"signedIn"`
}

// sessionOf finds the session that a request's cookie names.
func (i *Issuer) sessionOf(header http.Header) (session, bool) {
	secret, ok := cookieIn(header)
	if !ok {
		return session{}, false
	}
	var s session
	if err := i.state.read(bucketSessions, hashed(secret), &s); err != nil {
		if !errors.Is(err, errAbsent) {
			i.logger.Error("session not readable", "error", err)
		}
		return session{}, false
	}
	_, known := userByID(s.User)
	return s, known
}

// remember starts a session for user and returns it with its cookie.
func (i *Issuer) remember(user string) (session, *http.Cookie, error) {
	s, secret := session{User: user, SignedIn: i.now()}, newSecret()
	err := i.state.update(func(tx *bolt.Tx) error {
		return i.state.put(tx, bucketSessions, hashed(secret), s, i.now().Add(RefreshLife))
	})
	return s, i.cookie(secret, int(RefreshLife/time.Second)), err
}

// forget ends the session that a request's cookie names, if there is one.
func (i *Issuer) forget(header http.Header) error {
	secret, ok := cookieIn(header)
	if !ok {
		return nil
	}
	return i.state.update(func(tx *bolt.Tx) error { return tx.Bucket(bucketSessions).Delete(hashed(secret)) })
}

// cookie is for this issuer's own path and pages; Lax, because the portal's link to /authorize must carry it.
func (i *Issuer) cookie(value string, maxAge int) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure follows the issuer's scheme: over plain loopback http a browser would drop the cookie
		Name: cookieName, Value: value, Path: strings.TrimPrefix(i.cfg.Issuer, i.origin) + "/", MaxAge: maxAge,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(i.origin, "https:"),
	}
}

func cookieIn(header http.Header) (string, bool) {
	c, err := (&http.Request{Header: header}).Cookie(cookieName)
	if err != nil || c.Value == "" {
		return "", false
	}
	return c.Value, true
}
