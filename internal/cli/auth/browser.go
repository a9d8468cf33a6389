package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"runtime"
	"time"

	"golang.org/x/oauth2"
)

// callbackPath is part of the client's registration; the port is free (RFC 8252 section 7.3).
const callbackPath = "/callback"

// loginBrowser sends the person's browser to the issuer and waits for it to come back.
func loginBrowser(ctx context.Context, cfg Config, m metadata, open func(context.Context, string) error) (*oauth2.Token, error) {
	if m.AuthorizationEndpoint == "" {
		return nil, fmt.Errorf("the sign-in service %s offers no sign-in by browser. Try: lazuli login --device-code", cfg.Issuer)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the browser: %w. Try: lazuli login --device-code", err)
	}
	conf := cfg.oauth(m, "http://"+listener.Addr().String()+callbackPath)
	state, verifier := rand.Text(), oauth2.GenerateVerifier()
	// select_account: whoever types login wants to choose, even if this browser is signed in already.
	address := conf.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("prompt", "select_account"))
	back, err := waitForBrowser(ctx, listener, state, func() {
		cfg.say("Sign in with your browser. If it does not open by itself, go to:\n%s", address)
		if open == nil {
			open = openBrowser
		}
		if err := open(ctx, address); err != nil {
			cfg.say("(The browser could not be opened: %v)", err)
		}
	})
	switch {
	case err != nil:
		return nil, err
	case back.Get("iss") != "" && back.Get("iss") != cfg.Issuer: // RFC 9207: not the answer of another issuer
		return nil, fmt.Errorf("the browser brought the answer of another sign-in service (%s)", back.Get("iss"))
	case back.Get("error") != "":
		return nil, refused(cfg.Issuer, back.Get("error"), back.Get("error_description"))
	}
	return conf.Exchange(cfg.oauthContext(ctx), back.Get("code"), oauth2.VerifierOption(verifier))
}

// waitForBrowser serves listener until the browser comes back with our state, or ctx ends. It calls ready once it
// listens, and has closed everything when it returns.
func waitForBrowser(ctx context.Context, listener net.Listener, state string, ready func()) (url.Values, error) {
	came := make(chan url.Values, 1)
	server := &http.Server{Handler: callback(state, came), ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 5 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	ready()
	var back url.Values
	var err error
	select {
	case back = <-came:
	case err = <-ended:
		return nil, fmt.Errorf("listen for the browser: %w", err)
	case <-ctx.Done():
		err = ctx.Err()
	}
	// The page that the browser is being shown is finished first, but not waited for longer than this.
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if shutErr := server.Shutdown(stop); shutErr != nil {
		_ = server.Close() // a connection that lingers must not
	}
	if serveErr := <-ended; !errors.Is(serveErr, http.ErrServerClosed) {
		err = errors.Join(err, serveErr)
	}
	return back, err
}

// callback accepts one answer that carries our state; whatever else knocks on the port learns nothing.
func callback(state string, came chan<- url.Values) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+callbackPath, func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		if subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(state)) != 1 {
			http.Error(w, "This is not the sign-in that lazuli waits for. Start again: lazuli login", http.StatusBadRequest)
			return
		}
		headline, text := "You are signed in", "You can close this page and go back to the terminal."
		if query.Get("error") != "" {
			headline, text = "That did not work", query.Get("error_description")
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = fmt.Fprintf(w, callbackPage, html.EscapeString(headline), html.EscapeString(headline), html.EscapeString(text)) // a closed tab loses nothing
		select {
		case came <- query:
		default: // a reload of the page: the first answer counts
		}
	})
	return mux
}

const callbackPage = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>%s – Lazuli</title>
<body style="font:1rem/1.5 system-ui;max-width:34rem;margin:3rem auto;padding:0 1.25rem"><main><h1>%s</h1><p role="status">%s</p></main></body></html>
`

// openBrowser asks the operating system to show address; it does not wait for the browser to be closed.
func openBrowser(ctx context.Context, address string) error {
	name, args := "xdg-open", []string{address}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", address}
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	err := exec.CommandContext(ctx, name, args...).Run() //nolint:gosec // fixed programs; the address is the issuer's, checked by discover
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return nil // some openers stay as long as the browser does
	}
	return err
}
