package auth_test

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/cli/auth"
)

func TestTokenSource_nobody(t *testing.T) {
	u := start(t).person(nil)
	u.wantLoginNeeded(u.cfg, "no sign-in on this machine. Run: lazuli login")
}

func TestTokenSource_refreshesInTime(t *testing.T) {
	u := start(t).person(nil)
	u.loginAs("developer")
	first := u.token(u.cfg)
	if got := u.token(u.later(50 * time.Minute)); got != first {
		t.Error("a token that is good was replaced")
	}
	second := u.token(u.later(59 * time.Minute))
	if second == first {
		t.Error("a token about to end was handed out")
	}
	if got := u.token(u.cfg); got != second {
		t.Error("the refreshed token was not kept")
	}
}

func TestTokenSource_manyCommandsRefreshOnce(t *testing.T) {
	p := start(t)
	u := p.person(nil)
	u.loginAs("developer")
	before := p.tokens.Load()
	now := func() time.Time { // the token has expired until somebody refreshes it
		if p.tokens.Load() > before {
			return time.Now()
		}
		return time.Now().Add(2 * time.Hour)
	}
	var wg sync.WaitGroup
	for range 8 { // each with a store of its own, as separate processes have
		cfg := u.cfg
		cfg.Store, cfg.Now = auth.NewStore(u.dir, nil), now
		wg.Go(func() {
			if _, err := auth.TokenSource(cfg)(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := p.tokens.Load() - before; got != 1 {
		t.Errorf("%d refreshes, want 1", got)
	}
}

func TestTokenSource_signInEnded(t *testing.T) {
	p := start(t)
	u := p.person(nil)
	u.loginAs("developer")
	raw, err := os.ReadFile(filepath.Join(u.dir, "sign-ins.json"))
	if err != nil {
		t.Fatal(err)
	}
	refresh := strings.Split(strings.Split(string(raw), `"refresh_token": "`)[1], `"`)[0]
	answer, err := http.PostForm(p.url+"/revoke", url.Values{"client_id": {"lazuli-cli"}, "token": {refresh}})
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("revoke: %d, %v", answer.StatusCode, err)
	}
	u.wantLoginNeeded(u.later(2*time.Hour), "the sign-in has ended")
	u.wantLoginNeeded(u.cfg, "no sign-in on this machine")
}

func TestTokenSource_issuerDown(t *testing.T) {
	p := start(t)
	u := p.person(nil)
	u.loginAs("developer")
	token := u.token(u.cfg)
	p.down()
	if got := u.token(u.later(59 * time.Minute)); got != token {
		t.Error("a token that is still good was withheld")
	}
	_, err := auth.TokenSource(u.later(2 * time.Hour))(t.Context())
	if err == nil || errors.Is(err, auth.ErrLoginNeeded) || !strings.Contains(err.Error(), "does not answer") {
		t.Errorf("got %v", err)
	}
	if strings.Contains(err.Error(), token) {
		t.Error("the error holds the token")
	}
}

func TestTokenSource_fromEnvironment(t *testing.T) {
	p := start(t)
	u := p.person(nil)
	u.loginAs("viewer")
	cfg := u.cfg
	cfg.Token = u.token(u.cfg)
	cfg.Store = nil
	if got := u.token(cfg); got != cfg.Token {
		t.Error("LAZULI_TOKEN is not used as it is")
	}
	if account, err := auth.Status(t.Context(), cfg); err != nil || account.Username != "viewer@lazuli.local" {
		t.Errorf("status: %+v, %v", account, err)
	}
	cfg.Now = func() time.Time { return time.Now().Add(2 * time.Hour) }
	u.wantLoginNeeded(cfg, "LAZULI_TOKEN expired at")
	cfg.Token = "opaque"
	if got := u.token(cfg); got != "opaque" {
		t.Errorf("got %q", got)
	}
	if _, err := auth.Login(t.Context(), cfg, auth.Options{As: "admin"}); err == nil || !strings.Contains(err.Error(), "LAZULI_TOKEN is set") {
		t.Errorf("login: %v", err)
	}
	if err := auth.Logout(t.Context(), cfg); err == nil {
		t.Error("logout with LAZULI_TOKEN set says nothing")
	}
}

func TestLogout(t *testing.T) {
	p := start(t)
	u := p.person(&drawer{})
	u.loginAs("developer")
	for range 2 { // signing out twice is no error
		if err := auth.Logout(t.Context(), u.cfg); err != nil {
			t.Fatal(err)
		}
	}
	u.wantLoginNeeded(u.cfg, "no sign-in on this machine")

	u.loginAs("developer")
	p.down()
	if err := auth.Logout(t.Context(), u.cfg); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(u.out.String(), "could not be told") {
		t.Errorf("the user reads: %s", u.out)
	}
	u.wantLoginNeeded(u.cfg, "no sign-in on this machine")
}
