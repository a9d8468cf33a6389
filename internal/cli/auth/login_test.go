package auth_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/cli/auth"
)

func TestLogin_as(t *testing.T) {
	p := start(t)
	u := p.person(nil)
	got := u.loginAs("developer")
	want := auth.Account{Issuer: p.url, Subject: "developer", Username: "developer@lazuli.local", Name: "Developer", Team: "payments"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	again, err := auth.Status(t.Context(), u.cfg)
	if err != nil || again != want {
		t.Errorf("status: %+v, %v", again, err)
	}
	token := u.token(u.cfg)
	if strings.Count(token, ".") != 2 {
		t.Error("no token to use")
	}
	if strings.Contains(u.out.String(), token) || !strings.Contains(u.out.String(), "sign-ins.json, readable by you alone") {
		t.Errorf("the user reads: %s", u.out)
	}
}

func TestLogin_asNobody(t *testing.T) {
	p := start(t)
	_, err := auth.Login(t.Context(), p.person(nil).cfg, auth.Options{As: "mallory"})
	if err == nil || !strings.Contains(err.Error(), `no local user "mallory". Choose one of admin, team-owner, developer, viewer`) {
		t.Errorf("got %v", err)
	}
}

// open goes through the pages as a person's browser does.
func open(user string) func(context.Context, string) error {
	return func(ctx context.Context, address string) error {
		jar, err := cookiejar.New(nil)
		if err != nil {
			return err
		}
		browser := &http.Client{Jar: jar, Timeout: 10 * time.Second}
		page, err := browser.Get(address)
		if err != nil {
			return err
		}
		_ = page.Body.Close() // the test wants the address alone
		if page.Request.URL.Query().Get("id") == "" {
			return errors.New("no sign-in page at " + page.Request.URL.String())
		}
		login := *page.Request.URL
		login.RawQuery = ""
		end, err := browser.PostForm(login.String(), url.Values{"id": {page.Request.URL.Query().Get("id")}, "user": {user}})
		if err != nil {
			return err
		}
		defer func() { _ = end.Body.Close() }()
		body, err := io.ReadAll(end.Body)
		if err != nil || !strings.Contains(string(body), "You are signed in") {
			return errors.New("the browser ends at: " + string(body))
		}
		return nil
	}
}

func TestLogin_browser(t *testing.T) {
	u := start(t).person(nil)
	account, err := auth.Login(t.Context(), u.cfg, auth.Options{OpenBrowser: open("team-owner")})
	if err != nil {
		t.Fatalf("%v; the user reads: %s", err, u.out)
	}
	if account.Subject != "team-owner" || strings.Contains(u.out.String(), "could not be opened") {
		t.Errorf("signed in as %q; the user reads: %s", account.Subject, u.out)
	}
	u.token(u.cfg)
}

func TestLogin_browserRefusesForgedAnswers(t *testing.T) {
	u := start(t).person(nil)
	_, err := auth.Login(t.Context(), u.cfg, auth.Options{OpenBrowser: func(ctx context.Context, address string) error {
		authorize, err := url.Parse(address)
		if err != nil {
			return err
		}
		callback, state := authorize.Query().Get("redirect_uri"), authorize.Query().Get("state")
		for _, test := range []struct {
			query string
			want  int
		}{
			{"code=stolen&state=guessed", http.StatusBadRequest},
			{"code=stolen", http.StatusBadRequest},
			{"code=x&state=" + state + "&iss=https://evil.example", http.StatusOK}, // believed to be an answer, then refused
		} {
			answer, err := http.Get(callback + "?" + test.query)
			if err != nil {
				return err
			}
			_ = answer.Body.Close() // the test wants the status alone
			if answer.StatusCode != test.want {
				t.Errorf("%s: got %d, want %d", test.query, answer.StatusCode, test.want)
			}
		}
		return nil
	}})
	if err == nil || !strings.Contains(err.Error(), "another sign-in service") {
		t.Errorf("got %v", err)
	}
}

func TestLogin_browserInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	u := start(t).person(nil)
	_, err := auth.Login(ctx, u.cfg, auth.Options{OpenBrowser: func(context.Context, string) error { cancel(); return nil }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

var userCode = regexp.MustCompile(`[B-Z]{4}-[B-Z]{4}`)

// answerDevice makes person decide on the verification page as soon as the code is shown.
func answerDevice(p *platform, u *person, decision string) <-chan error {
	done := make(chan error, 1)
	cfg := u.cfg
	u.cfg.Notices = writerFunc(func(text []byte) (int, error) {
		if code := userCode.Find(text); code != nil && len(done) == 0 {
			answer, err := http.PostForm(p.url+"/device", url.Values{"user_code": {string(code)}, "user": {decision}})
			if err == nil {
				err = answer.Body.Close()
			}
			done <- err
		}
		return cfg.Notices.Write(text)
	})
	return done
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestLogin_deviceCode(t *testing.T) {
	p := start(t)
	u := p.person(nil)
	decided := answerDevice(p, u, "viewer")
	account, err := auth.Login(t.Context(), u.cfg, auth.Options{DeviceCode: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-decided; err != nil || account.Subject != "viewer" {
		t.Errorf("signed in as %q, page %v", account.Subject, err)
	}
	if !strings.Contains(u.out.String(), "open "+p.url+"/device and enter the code") {
		t.Errorf("the user reads: %s", u.out)
	}
}

func TestLogin_deviceCodeRefused(t *testing.T) {
	p := start(t)
	u := p.person(nil)
	decided := answerDevice(p, u, "deny")
	_, err := auth.Login(t.Context(), u.cfg, auth.Options{DeviceCode: true})
	if err == nil || !strings.Contains(err.Error(), "refused in the browser") {
		t.Errorf("got %v", err)
	}
	if err := <-decided; err != nil {
		t.Error(err)
	}
	u.wantLoginNeeded(u.cfg, "no sign-in on this machine")
}

func TestLogin_issuerDown(t *testing.T) {
	p := start(t)
	p.down()
	_, err := auth.Login(t.Context(), p.person(nil).cfg, auth.Options{As: "developer"})
	if err == nil || !strings.Contains(err.Error(), "Is Lazuli running? Start it: lazuli up") {
		t.Errorf("got %v", err)
	}
}

func TestLogin_strangeIssuers(t *testing.T) {
	for name, test := range map[string]struct {
		document map[string]any
		how      auth.Options
		want     string
	}{
		"another issuer":       {map[string]any{"issuer": "https://evil.example"}, auth.Options{}, "says that it is"},
		"endpoint elsewhere":   {map[string]any{"token_endpoint": "http://evil.example/token"}, auth.Options{}, "neither https nor on this machine"},
		"no token endpoint":    {map[string]any{}, auth.Options{}, "no token endpoint"},
		"as, at a real one":    {map[string]any{"token_endpoint": "https://x.example/token"}, auth.Options{As: "admin"}, "local platform alone"},
		"no device codes":      {map[string]any{"token_endpoint": "https://x.example/token"}, auth.Options{DeviceCode: true}, "no device codes"},
		"no browser sign-in":   {map[string]any{"token_endpoint": "https://x.example/token"}, auth.Options{}, "no sign-in by browser"},
		"not an issuer at all": {nil, auth.Options{}, "is not a sign-in service"},
	} {
		t.Run(name, func(t *testing.T) {
			var server *httptest.Server
			server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if test.document == nil {
					_, _ = io.WriteString(w, "<html>") // a broken connection shows in the error below
					return
				}
				answer := map[string]any{"issuer": server.URL}
				for k, v := range test.document {
					answer[k] = v
				}
				_ = json.NewEncoder(w).Encode(answer) // likewise
			}))
			defer server.Close()
			_, err := auth.Login(t.Context(), auth.Config{Issuer: server.URL, Store: auth.NewStore(t.TempDir(), nil)}, test.how)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
