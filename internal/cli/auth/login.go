package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// loginTimeout is how long a person may take.
const loginTimeout = 10 * time.Minute

// Options choose how to sign in; the zero value is the browser.
type Options struct {
	As          string                                      // sign in as this user of the local platform, without a browser
	DeviceCode  bool                                        // show a code to type in a browser, on this machine or another
	OpenBrowser func(ctx context.Context, url string) error // for the browser way; the system's own if nil
}

// Login signs in and keeps the outcome. It waits for the person for at most ten minutes.
func Login(ctx context.Context, cfg Config, how Options) (Account, error) {
	cfg, err := cfg.complete()
	if err != nil {
		return Account{}, err
	}
	if cfg.Token != "" {
		return Account{}, errors.New("LAZULI_TOKEN is set and would be used in place of any sign-in. Unset it first")
	}
	ctx, cancel := context.WithTimeout(ctx, loginTimeout)
	defer cancel()
	m, err := discover(ctx, cfg)
	if err != nil {
		return Account{}, err
	}
	var token *oauth2.Token
	switch {
	case how.As != "":
		token, err = loginAs(ctx, cfg, m, how.As)
	case how.DeviceCode:
		token, err = loginDevice(ctx, cfg, m)
	default:
		token, err = loginBrowser(ctx, cfg, m, how.OpenBrowser)
	}
	if err != nil {
		return Account{}, explainLogin(ctx, cfg.Issuer, err)
	}
	account := accountOf(cfg.Issuer, token)
	if err := cfg.Store.save(ctx, cfg, account, token); err != nil {
		return Account{}, fmt.Errorf("keep the sign-in of %s: %w", account.Username, err)
	}
	return account, nil
}

// explainLogin turns what went wrong on the way into a sentence.
func explainLogin(ctx context.Context, issuer string, err error) error {
	var refusal *oauth2.RetrieveError
	var trouble *url.Error
	switch {
	case errors.As(err, &refusal):
		return refused(issuer, refusal.ErrorCode, refusal.ErrorDescription)
	case errors.As(err, &trouble) && ctx.Err() == nil:
		return unreachable(issuer, err)
	case errors.Is(err, context.DeadlineExceeded): // of the whole login, or of the device code
		return errors.New("nobody signed in in time. Try again: lazuli login")
	}
	return err
}

// refused words an OAuth error answer.
func refused(issuer, code, description string) error {
	switch code {
	case "access_denied":
		return errors.New("the sign-in was refused in the browser")
	case "expired_token":
		return errors.New("the code expired before anybody signed in. Try again: lazuli login")
	case "":
		return fmt.Errorf("the sign-in service %s gave an answer that could not be understood", issuer)
	}
	return fmt.Errorf("the sign-in service %s refused: %s (%s)", issuer, description, code)
}

// loginDevice shows a code and waits until it was used.
func loginDevice(ctx context.Context, cfg Config, m metadata) (*oauth2.Token, error) {
	conf, device, err := startDevice(ctx, cfg, m)
	if err != nil {
		return nil, err
	}
	cfg.say("To sign in, open %s and enter the code %s", device.VerificationURI, device.UserCode)
	if device.VerificationURIComplete != "" {
		cfg.say("or open %s", device.VerificationURIComplete)
	}
	return conf.DeviceAccessToken(cfg.oauthContext(ctx), device)
}

func startDevice(ctx context.Context, cfg Config, m metadata) (*oauth2.Config, *oauth2.DeviceAuthResponse, error) {
	if m.DeviceAuthorizationEndpoint == "" {
		return nil, nil, fmt.Errorf("the sign-in service %s knows no device codes. Sign in with the browser: lazuli login", cfg.Issuer)
	}
	conf := cfg.oauth(m, "")
	device, err := conf.DeviceAuth(cfg.oauthContext(ctx))
	return conf, device, err
}

// loginAs answers the verification page of the local issuer itself.
func loginAs(ctx context.Context, cfg Config, m metadata, user string) (*oauth2.Token, error) {
	if len(m.LocalUsers) == 0 || !isLoopback(cfg.Issuer) {
		return nil, fmt.Errorf("--as works with the local platform alone; %s wants to know who you really are. Run: lazuli login", cfg.Issuer)
	}
	if !slices.Contains(m.LocalUsers, user) {
		return nil, fmt.Errorf("there is no local user %q. Choose one of %s", user, strings.Join(m.LocalUsers, ", "))
	}
	conf, device, err := startDevice(ctx, cfg, m)
	if err != nil {
		return nil, err
	}
	if err := chooseUser(ctx, cfg, device, user); err != nil {
		return nil, err
	}
	// The decision is made, so one question is enough; x/oauth2's own loop would wait an interval before it.
	return conf.Exchange(cfg.oauthContext(ctx), "",
		oauth2.SetAuthURLParam("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
		oauth2.SetAuthURLParam("device_code", device.DeviceCode))
}

// chooseUser posts what the person would on the verification page.
func chooseUser(ctx context.Context, cfg Config, device *oauth2.DeviceAuthResponse, user string) error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	if !isLoopback(device.VerificationURI) {
		return fmt.Errorf("the verification page %s is not on this machine", device.VerificationURI)
	}
	form := url.Values{"user_code": {device.UserCode}, "user": {user}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, device.VerificationURI, strings.NewReader(form.Encode()))
	if err != nil {
		return fmt.Errorf("choose user %s: %w", user, err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	answer, err := cfg.HTTP.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }() // the content has been read or is not wanted
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	var problem struct {
		Code        string `json:"error"`
		Description string `json:"error_description"`
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, 64<<10)).Decode(&problem); err != nil {
		return fmt.Errorf("choose user %s: the verification page answers %s", user, answer.Status)
	}
	return refused(cfg.Issuer, problem.Code, problem.Description)
}
