package auth

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// DefaultClientID is the public client that the command line is registered as, unless the platform's settings differ.
const DefaultClientID = "lazuli-cli"

// ExitLoginNeeded is the process's exit code when only signing in helps.
const ExitLoginNeeded = 4

// requestTimeout bounds each request to the issuer.
const requestTimeout = 15 * time.Second

// ErrLoginNeeded says that a person must sign in: errors.Is(err, auth.ErrLoginNeeded).
var ErrLoginNeeded = errors.New("login needed")

// LoginNeededError is ErrLoginNeeded with its reason.
type LoginNeededError struct {
	Issuer string
	Reason string // a clause that follows a colon
	Remedy string // the command to run, or what else to do
}

// Error returns the sentence for the person.
func (e *LoginNeededError) Error() string {
	return fmt.Sprintf("You are not signed in to %s: %s. %s", e.Issuer, e.Reason, e.Remedy)
}

// Is makes every LoginNeededError an ErrLoginNeeded.
func (e *LoginNeededError) Is(target error) bool { return target == ErrLoginNeeded }

// ExitCode is the process's exit code for this error.
func (e *LoginNeededError) ExitCode() int { return ExitLoginNeeded }

func loginNeeded(issuer, reason string) error {
	return &LoginNeededError{Issuer: issuer, Reason: reason, Remedy: "Run: lazuli login"}
}

// Config says where to sign in and where to keep the outcome.
type Config struct {
	Issuer   string           // required: the issuer's address, without a slash at the end
	ClientID string           // DefaultClientID if empty
	Scopes   []string         // asked for beside openid, profile and offline_access; for Entra ID "<audience>/.default"
	Token    string           // LAZULI_TOKEN: used as it is, and nothing else is looked at
	Store    *Store           // required unless Token is set
	HTTP     *http.Client     // http.DefaultClient if nil; every request has its own deadline besides
	Now      func() time.Time // time.Now if nil
	Notices  io.Writer        // what people must read while it happens (stderr); discarded if nil
}

func (c Config) complete() (Config, error) {
	c.Issuer = strings.TrimSuffix(c.Issuer, "/")
	if c.Issuer == "" {
		return c, errors.New("no sign-in service is configured")
	}
	if c.Store == nil && c.Token == "" {
		return c, errors.New("no place to keep a sign-in is configured")
	}
	if c.ClientID == "" {
		c.ClientID = DefaultClientID
	}
	if c.HTTP == nil {
		c.HTTP = http.DefaultClient
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Notices == nil {
		c.Notices = io.Discard
	}
	return c, nil
}

func (c Config) say(format string, args ...any) {
	_, _ = fmt.Fprintf(c.Notices, format+"\n", args...) // a closed stderr must not fail a sign-in
}

func (c Config) oauth(m metadata, redirect string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: c.ClientID, RedirectURL: redirect,
		Scopes: append([]string{"openid", "profile", "offline_access"}, c.Scopes...),
		Endpoint: oauth2.Endpoint{
			AuthURL: m.AuthorizationEndpoint, TokenURL: m.TokenEndpoint, DeviceAuthURL: m.DeviceAuthorizationEndpoint,
			AuthStyle: oauth2.AuthStyleInParams, // a public client has no secret to put in a header
		},
	}
}

// oauthContext makes x/oauth2 use our client, bound to ctx and to a deadline per request: its device request
// ignores the context it is given.
func (c Config) oauthContext(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, &http.Client{Transport: boundTransport{ctx, c.HTTP}})
}

type boundTransport struct {
	ctx    context.Context
	client *http.Client
}

// RoundTrip sends r bound to the transport's context as well as to requestTimeout.
func (t boundTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(t.ctx, requestTimeout)
	answer, err := t.client.Do(r.Clone(ctx))
	if err != nil {
		cancel()
		return nil, err
	}
	answer.Body = cancelBody{answer.Body, cancel} // the deadline covers the reading of the body too
	return answer, nil
}

type cancelBody struct {
	io.ReadCloser
	cancel context.CancelFunc
}

// Close ends the request's deadline with its body.
func (b cancelBody) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}

// Account is who is signed in, for display: nothing may be decided by it.
type Account struct {
	Issuer   string `json:"issuer"`
	Subject  string `json:"subject"`  // the stable id (oid)
	Username string `json:"username"` // such as developer@lazuli.local
	Name     string `json:"name,omitempty"`
	Team     string `json:"team,omitempty"`
}

// tokenClaims are the claims we show or plan by; the API alone verifies them.
type tokenClaims struct {
	ObjectID string  `json:"oid"`
	Subject  string  `json:"sub"`
	Username string  `json:"preferred_username"`
	Name     string  `json:"name"`
	Team     string  `json:"team"`
	Expires  float64 `json:"exp"`
}

// peek reads the claims of a JWT without verifying it; ok is false if it is not one.
func peek(token string) (claims tokenClaims, ok bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return tokenClaims{}, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(raw, &claims) != nil {
		return tokenClaims{}, false
	}
	return claims, true
}

func accountOf(issuer string, token *oauth2.Token) Account {
	claims, ok := tokenClaims{}, false
	if id, isText := token.Extra("id_token").(string); isText {
		claims, ok = peek(id)
	}
	if !ok {
		claims, _ = peek(token.AccessToken) // an opaque token leaves the account without a name
	}
	a := Account{Issuer: issuer, Subject: claims.ObjectID, Username: claims.Username, Name: claims.Name, Team: claims.Team}
	if a.Subject == "" {
		a.Subject = claims.Subject
	}
	if a.Username == "" {
		a.Username = a.Subject
	}
	return a
}
