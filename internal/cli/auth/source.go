package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// refreshAhead is how long a token handed out is good for at least, unless the issuer cannot be reached.
const refreshAhead = 2 * time.Minute

// TokenSource returns a function that gives an access token for the API: LAZULI_TOKEN, or that of the sign-in at
// cfg.Issuer, refreshed when it is about to expire. Its error is ErrLoginNeeded when only a person can help.
// The function is safe for concurrent use, by several processes too.
func TokenSource(cfg Config) func(ctx context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		cfg, err := cfg.complete()
		if err != nil {
			return "", err
		}
		if cfg.Token != "" {
			return fixedToken(cfg)
		}
		var access string
		err = cfg.Store.locked(ctx, func() error {
			account, token, err := cfg.Store.get(cfg.Issuer)
			if err != nil {
				return err
			}
			access, err = freshToken(ctx, cfg, account, token)
			return err
		})
		return access, err
	}
}

func fixedToken(cfg Config) (string, error) {
	claims, ok := peek(cfg.Token)
	if ok && claims.Expires > 0 && cfg.Now().Unix() >= int64(claims.Expires) {
		return "", &LoginNeededError{
			Issuer: cfg.Issuer, Remedy: "Set a new LAZULI_TOKEN, or unset it and run: lazuli login",
			Reason: "LAZULI_TOKEN expired at " + time.Unix(int64(claims.Expires), 0).UTC().Format(time.RFC3339),
		}
	}
	return cfg.Token, nil
}

// freshToken returns token's access token, or a new one if it ends soon. The caller holds the store's lock: of two
// commands that find it expired, one refreshes and the other finds the outcome.
func freshToken(ctx context.Context, cfg Config, account Account, token *oauth2.Token) (string, error) {
	left := token.Expiry.Sub(cfg.Now())
	if token.Expiry.IsZero() || left > refreshAhead {
		return token.AccessToken, nil
	}
	if token.RefreshToken == "" {
		if left > 0 {
			return token.AccessToken, nil
		}
		return "", loginNeeded(cfg.Issuer, "the sign-in has expired")
	}
	next, err := refresh(ctx, cfg, token)
	switch {
	case err == nil:
		if _, err := cfg.Store.put(account, next); err != nil {
			return "", fmt.Errorf("keep the refreshed sign-in: %w", err)
		}
		return next.AccessToken, nil
	case errors.Is(err, ErrLoginNeeded):
		return "", errors.Join(err, cfg.Store.drop(cfg.Issuer))
	case left > 0:
		return token.AccessToken, nil // the issuer is away; what we have is still good
	default:
		return "", err
	}
}

// refresh exchanges the refresh token. Its error is ErrLoginNeeded when the issuer ended the sign-in.
func refresh(ctx context.Context, cfg Config, token *oauth2.Token) (*oauth2.Token, error) {
	m, err := discover(ctx, cfg)
	if err != nil {
		return nil, err
	}
	source := cfg.oauth(m, "").TokenSource(cfg.oauthContext(ctx), &oauth2.Token{RefreshToken: token.RefreshToken})
	next, err := source.Token()
	var refusal *oauth2.RetrieveError
	switch {
	case err == nil:
		return next, nil
	case errors.As(err, &refusal) && endsSignIn(refusal):
		reason := "the sign-in has ended"
		if refusal.ErrorDescription != "" {
			reason += " (" + refusal.ErrorDescription + ")"
		}
		return nil, loginNeeded(cfg.Issuer, reason)
	case errors.As(err, &refusal):
		return nil, refused(cfg.Issuer, refusal.ErrorCode, refusal.ErrorDescription)
	default:
		return nil, unreachable(cfg.Issuer, err)
	}
}

// endsSignIn tells a verdict on the sign-in (RFC 6749 section 5.2, and Entra ID's wish to see the person) from trouble
// that may pass.
func endsSignIn(refusal *oauth2.RetrieveError) bool {
	switch refusal.ErrorCode {
	case "invalid_grant", "invalid_client", "unauthorized_client", "interaction_required", "consent_required", "login_required":
		return true
	}
	return false
}

// Status tells who is signed in at cfg.Issuer, without asking the issuer. Its error is ErrLoginNeeded if nobody is.
func Status(ctx context.Context, cfg Config) (Account, error) {
	cfg, err := cfg.complete()
	if err != nil {
		return Account{}, err
	}
	if cfg.Token != "" {
		_, err := fixedToken(cfg)
		return accountOf(cfg.Issuer, &oauth2.Token{AccessToken: cfg.Token}), err
	}
	var account Account
	err = cfg.Store.locked(ctx, func() error {
		var err error
		account, _, err = cfg.Store.get(cfg.Issuer)
		return err
	})
	return account, err
}

// Logout forgets the sign-in at cfg.Issuer and tells the issuer so. It is no error if nobody was signed in, nor if the
// issuer cannot be told: the tokens are gone from this machine, and the user reads that they live on elsewhere.
func Logout(ctx context.Context, cfg Config) error {
	cfg, err := cfg.complete()
	if err != nil {
		return err
	}
	if cfg.Token != "" {
		return errors.New("LAZULI_TOKEN is set; unset it to sign out")
	}
	return cfg.Store.locked(ctx, func() error {
		_, token, err := cfg.Store.get(cfg.Issuer)
		if err != nil && !errors.Is(err, ErrLoginNeeded) {
			return err
		}
		if err := cfg.Store.drop(cfg.Issuer); err != nil || token == nil || token.RefreshToken == "" {
			return err
		}
		if err := revoke(ctx, cfg, token.RefreshToken); err != nil {
			cfg.say("Signed out here. %s could not be told, so the sign-in stays usable there until it expires: %v", cfg.Issuer, err)
		}
		return nil
	})
}

// revoke ends a refresh token (RFC 7009), where the issuer can; Entra ID has no such endpoint.
func revoke(ctx context.Context, cfg Config, refreshToken string) error {
	m, err := discover(ctx, cfg)
	if err != nil || m.RevocationEndpoint == "" {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	form := url.Values{"client_id": {cfg.ClientID}, "token": {refreshToken}, "token_type_hint": {"refresh_token"}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, m.RevocationEndpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return fmt.Errorf("revoke sign-in: %w", err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := cfg.HTTP.Do(r)
	if err != nil {
		return unreachable(cfg.Issuer, err)
	}
	defer func() { _ = answer.Body.Close() }() // the content is not wanted
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", answer.Status)
	}
	return nil
}
