package identity

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
	bolt "go.etcd.io/bbolt"
)

const (
	deviceLife     = 10 * time.Minute
	deviceInterval = 1 // seconds between two questions; the issuer is next door
	// userCodeChars has no vowels, so that no code is a word, and nothing that is read for something else.
	userCodeChars = "BCDFGHJKLMNPQRSTVWXZ"
)

// device is a program that waits for a person to say who he is.
type device struct {
	Client   string    `json:"client"`
	Scopes   []string  `json:"scopes"`
	UserCode string    `json:"userCode"`
	User     string    `json:"user,omitempty"` // who was chosen
	Denied   bool      `json:"denied,omitempty"`
	SignedIn time.Time `json:"signedIn,omitzero"`
}

func (d device) decided() bool { return d.Denied || d.User != "" }

// DeviceAuthorization starts the device flow (RFC 8628 section 3.1).
func (i *Issuer) DeviceAuthorization(_ context.Context, r *op.ClientRequest[oidc.DeviceAuthorizationRequest]) (*op.Response, error) {
	c := i.clients[r.Client.GetID()]
	if !slices.Contains(c.grants, oidc.GrantTypeDeviceCode) {
		return nil, oidc.ErrUnauthorizedClient().WithDescription("this client may not use device codes")
	}
	scopes := slices.DeleteFunc(slices.Clone([]string(r.Data.Scopes)), func(s string) bool {
		return s != oidc.ScopeOpenID && s != oidc.ScopeProfile && s != oidc.ScopeOfflineAccess && !c.IsScopeAllowed(s)
	})
	code, d := newSecret(), device{Client: c.id, Scopes: scopes}
	err := i.state.update(func(tx *bolt.Tx) error {
		var err error
		if d.UserCode, err = i.freeUserCode(tx); err != nil {
			return err
		}
		expires := i.now().Add(deviceLife)
		if err := i.state.put(tx, bucketUserCode, []byte(d.UserCode), hashed(code), expires); err != nil {
			return err
		}
		return i.state.put(tx, bucketDevices, hashed(code), d, expires)
	})
	if err != nil {
		return nil, oidc.ErrServerError().WithParent(err)
	}
	page := i.cfg.Issuer + "/device"
	return op.NewResponse(&oidc.DeviceAuthorizationResponse{
		DeviceCode: code, UserCode: d.UserCode, VerificationURI: page,
		VerificationURIComplete: page + "?user_code=" + url.QueryEscape(d.UserCode),
		ExpiresIn:               int(deviceLife / time.Second), Interval: deviceInterval,
	}), nil
}

// freeUserCode draws until it has a code that nobody else holds; with 20^8 codes a second draw is already a rarity.
func (i *Issuer) freeUserCode(tx *bolt.Tx) (string, error) {
	for range 10 {
		code := newUserCode()
		if tx.Bucket(bucketUserCode).Get([]byte(code)) == nil {
			return code, nil
		}
	}
	return "", errors.New("no free user code: too many sign-ins are waiting")
}

func newUserCode() string {
	var b [8]byte
	for n := range b {
		for { // bytes from 240 up are drawn again, or the first letters would come more often
			rand.Read(b[n : n+1]) //nolint:errcheck // never fails: crypto/rand ends the process instead (Go 1.24)
			if b[n] < 240 {
				break
			}
		}
		b[n] = userCodeChars[int(b[n])%len(userCodeChars)]
	}
	return string(b[:4]) + "-" + string(b[4:])
}

// normalUserCode forgives how a person types a code: case, spaces, the missing dash.
func normalUserCode(typed string) string {
	letters := strings.Map(func(r rune) rune {
		if strings.ContainsRune(userCodeChars, r) {
			return r
		}
		return -1
	}, strings.ToUpper(typed))
	if len(letters) != 8 {
		return ""
	}
	return letters[:4] + "-" + letters[4:]
}

// DeviceToken answers a program that asks whether the person has decided (RFC 8628 section 3.4).
func (i *Issuer) DeviceToken(_ context.Context, r *op.ClientRequest[oidc.DeviceAccessTokenRequest]) (*op.Response, error) {
	var d device
	key := hashed(r.Data.DeviceCode)
	err := i.state.update(func(tx *bolt.Tx) error {
		if _, err := i.state.get(tx, bucketDevices, key, &d); err != nil || !d.decided() || d.Client != r.Client.GetID() {
			return err
		}
		return errors.Join(tx.Bucket(bucketDevices).Delete(key), tx.Bucket(bucketUserCode).Delete([]byte(d.UserCode)))
	})
	switch {
	case errors.Is(err, errAbsent):
		return nil, oidc.ErrExpiredDeviceCode().WithDescription("the device code is unknown, used or expired: start again")
	case err != nil:
		return nil, oidc.ErrServerError().WithParent(err)
	case d.Client != r.Client.GetID():
		return nil, oidc.ErrInvalidGrant().WithDescription("the device code belongs to another client")
	case d.Denied:
		return nil, oidc.ErrAccessDenied().WithDescription("the sign-in was refused on the verification page")
	case d.User == "":
		return nil, oidc.ErrAuthorizationPending()
	}
	return i.redeem(grant{User: d.User, Client: d.Client, Scopes: d.Scopes, SignedIn: d.SignedIn}, "")
}

// deviceByUserCode finds what waits behind a user code.
func (i *Issuer) deviceByUserCode(userCode string) (device, error) {
	var key []byte
	var d device
	err := i.state.db.View(func(tx *bolt.Tx) error {
		if _, err := i.state.get(tx, bucketUserCode, []byte(userCode), &key); err != nil {
			return err
		}
		_, err := i.state.get(tx, bucketDevices, key, &d)
		return err
	})
	return d, err
}

// decideDevice records the person's decision; an empty user is a refusal. A decision is final.
func (i *Issuer) decideDevice(userCode, user string) (device, error) {
	var d device
	err := i.state.update(func(tx *bolt.Tx) error {
		var key []byte
		if _, err := i.state.get(tx, bucketUserCode, []byte(userCode), &key); err != nil {
			return err
		}
		expires, err := i.state.get(tx, bucketDevices, key, &d)
		if err != nil {
			return err
		}
		if d.decided() {
			return errAbsent
		}
		d.User, d.Denied, d.SignedIn = user, user == "", i.now()
		return i.state.put(tx, bucketDevices, key, d, expires)
	})
	return d, err
}
