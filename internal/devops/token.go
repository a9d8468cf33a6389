package devops

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

const (
	// scope is Azure DevOps' own application id in Entra ID.
	scope = "499b84ac-1321-427f-aa17-267b95a48f9d/.default"
	// renewBefore is how long before its end a token is replaced, so that none ends on its way.
	renewBefore = 5 * time.Minute
	// fetchLimit is how long fetching a token may take, whoever waits for it.
	fetchLimit = 20 * time.Second
)

// tokenSource keeps one Entra ID token and renews it in time. Requests that come while it is being fetched wait for that
// one fetch.
type tokenSource struct {
	credential azcore.TokenCredential
	now        func() time.Time

	mu    sync.Mutex
	token azcore.AccessToken
	fetch *fetch // nil when none is under way
}

// fetch is one request for a token; its result may be read when done is closed.
type fetch struct {
	done  chan struct{}
	token azcore.AccessToken
	err   error
}

// get returns a token that is good for some minutes yet.
func (s *tokenSource) get(ctx context.Context) (string, error) {
	s.mu.Lock()
	if s.token.Token != "" && s.now().Before(s.token.ExpiresOn.Add(-renewBefore)) {
		defer s.mu.Unlock()
		return s.token.Token, nil
	}
	if s.fetch == nil {
		s.fetch = &fetch{done: make(chan struct{})}
		// The fetch has a life of its own: the request that began it may be given up while others wait.
		go s.run(context.WithoutCancel(ctx), s.fetch)
	}
	f := s.fetch
	s.mu.Unlock()
	select {
	case <-f.done:
		if f.err != nil {
			return "", fmt.Errorf("get Entra ID token for Azure DevOps: %w", f.err)
		}
		return f.token.Token, nil
	case <-ctx.Done():
		return "", fmt.Errorf("get Entra ID token for Azure DevOps: %w", ctx.Err())
	}
}

// run does one fetch, at most fetchLimit long, and hands its result to all who wait.
func (s *tokenSource) run(ctx context.Context, f *fetch) {
	ctx, cancel := context.WithTimeout(ctx, fetchLimit)
	defer cancel()
	f.token, f.err = s.credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})
	s.mu.Lock()
	if f.err == nil {
		s.token = f.token
	}
	s.fetch = nil
	s.mu.Unlock()
	close(f.done)
}

// reject forgets a token that the service refused, unless a newer one is there already.
func (s *tokenSource) reject(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token.Token == token {
		s.token = azcore.AccessToken{}
	}
}
