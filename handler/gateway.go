package main

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/identity"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// assertionHeader is where the gateway puts the user's token, as Authorization holds its own.
const assertionHeader = "X-Idp-User-Assertion"

// addressHeader is where the gateway says whom it talks to; its policy overrides what a caller sends. Without a gateway it is read by
// nobody.
const addressHeader = "X-Idp-Client-Address"

// gateway is the API Management instance in front, where there is one. That App Service authentication has looked at its token too
// changes nothing here: what that says in X-MS-CLIENT-PRINCIPAL headers is read by nobody, for anybody could send them.
type gateway struct {
	verifier *identity.Verifier // for the audience of the gateway's own tokens
	client   string
}

// userToken is the token that the gateway hands on; from anybody but the gateway there is none.
func (g *gateway) userToken(ctx context.Context, r *http.Request) (string, error) {
	own, err := bearer(r)
	if err != nil {
		return "", platform.Errorf(platform.Unauthenticated, "This request did not come through the gateway: it has no token of the gateway.").Do("Use the public address of the platform.")
	}
	p, err := g.verifier.Verify(ctx, own)
	switch why := (*identity.Error)(nil); {
	case errors.As(err, &why) && why.Code == identity.KeysUnavailable:
		return "", refused(err)
	case err != nil:
		return "", notTheGateway().Because(err)
	case !p.App || p.Client != g.client || !slices.Contains(p.Roles, gatewayRole):
		return "", notTheGateway()
	}
	assertions := r.Header.Values(assertionHeader)
	if len(assertions) != 1 || assertions[0] == "" {
		return "", notSignedIn()
	}
	return assertions[0], nil
}

func notTheGateway() *platform.Error {
	return platform.Errorf(platform.Unauthenticated, "This request did not come through the gateway: its token is not the gateway's.").Do("Use the public address of the platform.")
}

// cameFrom is the address that the request came from, for the audit and for nothing that decides: the last hop of X-Forwarded-For,
// which App Service's front end appends; all before it is what the caller says. Empty if it is no address.
func cameFrom(r *http.Request) string {
	all := strings.Join(r.Header.Values("X-Forwarded-For"), ",")
	last := strings.TrimSpace(all[strings.LastIndex(all, ",")+1:])
	return addressIn(last)
}

// cameThrough is the like behind a gateway, whose token was verified: what the gateway says.
func cameThrough(r *http.Request) string {
	return addressIn(strings.TrimSpace(r.Header.Get(addressHeader)))
}

func addressIn(last string) string {
	address, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(last, "["), "]"))
	if err != nil {
		withPort, err := netip.ParseAddrPort(last)
		if err != nil {
			return ""
		}
		address = withPort.Addr()
	}
	if address.Zone() != "" { // a zone is free text
		return ""
	}
	return address.Unmap().String()
}
