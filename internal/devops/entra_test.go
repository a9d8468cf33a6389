package devops_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/lazuli-platform/lazuli/internal/devops"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// directory issues the tokens "token-1", "token-2", … that are good for an hour.
type directory struct {
	now func() time.Time

	mu     sync.Mutex
	issued int
	err    error
}

func (d *directory) GetToken(_ context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return azcore.AccessToken{}, d.err
	}
	if len(options.Scopes) != 1 || options.Scopes[0] != "499b84ac-1321-427f-aa17-267b95a48f9d/.default" {
		return azcore.AccessToken{}, fmt.Errorf("scopes %q are not Azure DevOps'", options.Scopes)
	}
	d.issued++
	return azcore.AccessToken{Token: fmt.Sprintf("token-%d", d.issued), ExpiresOn: d.now().Add(time.Hour)}, nil
}

// doorman is https in front of an organization: it lets in who has a token of the directory that was not revoked.
type doorman struct {
	server *httptest.Server

	mu      sync.Mutex
	revoked map[string]bool
	posts   int // that were let in
}

func newDoorman(t testing.TB, organizationURL string) *doorman {
	t.Helper()
	target, err := url.Parse(organizationURL)
	if err != nil {
		t.Fatal(err)
	}
	d := &doorman{revoked: map[string]bool{}}
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = target.Scheme, target.Host
		r.Out.SetBasicAuth("", pat)
	}}
	d.server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer token-")
		d.mu.Lock()
		in := ok && !d.revoked[token]
		if in && r.Method == http.MethodPost {
			d.posts++
		}
		d.mu.Unlock()
		if !in {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		pass.ServeHTTP(w, r)
	}))
	t.Cleanup(d.server.Close)
	return d
}

func (d *doorman) revoke(token string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.revoked[token] = true
}

func (d *doorman) organization() string { return d.server.URL + "/devops/lazuli" }

func TestEntra_oneTokenForAllCalls(t *testing.T) {
	door := newDoorman(t, newOrganization(t))
	var mu sync.Mutex
	now := time.Now()
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	entra := &directory{now: clock}
	p := newPipelines(t, devops.Config{OrganizationURL: door.organization(), Credential: entra, Now: clock, Transport: door.server.Client().Transport})
	callAll := func() {
		t.Helper()
		var calls sync.WaitGroup
		for range 20 {
			calls.Go(func() {
				if _, _, err := p.Find(t.Context(), "none"); err != nil {
					t.Errorf("Find: %v", err)
				}
			})
		}
		calls.Wait()
	}
	callAll()
	if entra.issued != 1 {
		t.Errorf("%d tokens were fetched for parallel calls, want 1", entra.issued)
	}
	mu.Lock()
	now = now.Add(56 * time.Minute) // the token is good for four minutes yet: too short
	mu.Unlock()
	callAll()
	if entra.issued != 2 {
		t.Errorf("%d tokens were fetched after the first had nearly ended, want 2", entra.issued)
	}
}

// A token can be refused before its end. Nothing was done then, so that even the start of a run is sent again.
func TestEntra_revokedTokenIsReplacedOnce(t *testing.T) {
	door := newDoorman(t, newOrganization(t))
	entra := &directory{now: time.Now}
	p := newPipelines(t, devops.Config{OrganizationURL: door.organization(), Credential: entra, Transport: door.server.Client().Transport})
	if _, _, err := p.Find(t.Context(), "none"); err != nil {
		t.Fatal(err)
	}
	door.revoke("1")
	if _, err := p.Start(t.Context(), "good"); err != nil {
		t.Errorf("Start with a revoked token: %v", err)
	}
	if entra.issued != 2 || door.posts != 1 {
		t.Errorf("%d tokens, %d runs, want 2 and 1", entra.issued, door.posts)
	}
	door.revoke("2")
	door.revoke("3")
	if _, err := p.Start(t.Context(), "good"); !errors.Is(err, platform.ErrRefused) {
		t.Errorf("Start while every token is refused = %v, want ErrRefused", err)
	}
	if entra.issued != 3 {
		t.Errorf("%d tokens were fetched, want 3: one new try for each call", entra.issued)
	}
}

func TestEntra_directoryDown(t *testing.T) {
	door := newDoorman(t, newOrganization(t))
	entra := &directory{now: time.Now, err: errors.New("the directory is down")}
	p := newPipelines(t, devops.Config{OrganizationURL: door.organization(), Credential: entra, Timeout: 2 * time.Second, Transport: door.server.Client().Transport})
	if _, _, err := p.Find(t.Context(), "none"); platform.CodeOf(err) != platform.PipelineUnavailable || errors.Is(err, platform.ErrRefused) {
		t.Errorf("Find without a token = %v, want PipelineUnavailable", err)
	}
	entra.mu.Lock()
	entra.err = nil
	entra.mu.Unlock()
	if _, _, err := p.Find(t.Context(), "none"); err != nil {
		t.Errorf("Find when the directory is back: %v", err)
	}
}

// A run's report lies on another host, whose address carries its own signature: that host must not see the token.
func TestEntra_tokenStaysAtItsHost(t *testing.T) {
	organization := newOrganization(t)
	door := newDoorman(t, organization)
	var mu sync.Mutex
	strangers := []string{}
	watch := roundTripper(func(r *http.Request) (*http.Response, error) {
		if "https://"+r.URL.Host != door.server.URL && r.Header.Get("Authorization") != "" {
			mu.Lock()
			strangers = append(strangers, r.URL.String())
			mu.Unlock()
		}
		return door.server.Client().Transport.RoundTrip(r)
	})
	p := newPipelines(t, devops.Config{OrganizationURL: door.organization(), Credential: &directory{now: time.Now}, Transport: watch})
	run, err := p.Start(t.Context(), "good")
	if err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		seen, err := p.Read(ctx, run.ID)
		if err != nil {
			t.Fatal(err)
		}
		if seen.State.Ended() {
			break
		}
		<-tick.C
	}
	if _, err := p.Report(ctx, run.ID); err != nil {
		t.Errorf("Report: %v", err)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(strangers) > 0 {
		t.Errorf("credentials were sent to %q", strangers)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestNew_refusesWhatWouldLeakOrFail(t *testing.T) {
	entra := &directory{now: time.Now}
	for name, change := range map[string]func(*devops.Config){
		"a token for another machine":  func(c *devops.Config) { c.OrganizationURL = "https://dev.azure.com/contoso" },
		"Entra ID tokens in the clear": func(c *devops.Config) { c.Token, c.Credential = "", entra },
		"two ways to sign in":          func(c *devops.Config) { c.Credential = entra },
		"no way to sign in":            func(c *devops.Config) { c.Token = "" },
		"no pipeline":                  func(c *devops.Config) { c.Pipeline = 0 },
		"no project":                   func(c *devops.Config) { c.Project = "" },
		"an address that is none":      func(c *devops.Config) { c.OrganizationURL = "contoso" },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := devops.Config{OrganizationURL: "http://localhost:1/devops/lazuli", Project: "platform", Pipeline: 1, Token: pat, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
			change(&cfg)
			if _, err := devops.New(cfg); err == nil {
				t.Error("New accepted it")
			}
		})
	}
}
