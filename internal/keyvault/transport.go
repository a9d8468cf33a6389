package keyvault

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// fixedToken is a token that does not expire while the process lives.
type fixedToken string

// GetToken returns it for every audience.
func (t fixedToken) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: string(t), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// loopback sends what was made for https as http, to one host of this machine and nowhere else.
type loopback struct {
	host   string
	client *http.Client
}

func newLoopback(address string) (*loopback, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" || !isLoopback(u.Hostname()) {
		return nil, errors.New("vault: a token is for a plain http address of this machine alone")
	}
	// A redirect could lead a secret elsewhere.
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &loopback{host: u.Host, client: client}, nil
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback() || host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// Do sends a request.
func (l *loopback) Do(r *http.Request) (*http.Response, error) {
	if r.URL.Host != l.host {
		return nil, errors.New("vault: this is not the host of the vault")
	}
	plain := r.Clone(r.Context())
	plain.URL.Scheme = "http"
	return l.client.Do(plain)
}
