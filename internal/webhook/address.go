package webhook

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
)

// special are the ranges that are not the public internet, beyond what net/netip knows (IANA's registries of special addresses).
var special = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"168.63.129.16/32", // Azure's own services, on every virtual network
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)

// unicast6 is all of IPv6 that was ever given out. Beyond it lie NAT64, mapped, translated and local addresses.
var unicast6 = netip.MustParsePrefix("2000::/3")

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		out[i] = netip.MustParsePrefix(text)
	}
	return out
}

// public reports whether a is an address that anybody may reach from anywhere.
func public(a netip.Addr) bool {
	return (a.Is4() || unicast6.Contains(a)) && a.Zone() == "" && a.IsGlobalUnicast() && !a.IsPrivate() && // also not loopback, link-local, multicast, unspecified
		!slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(a) })
}

// ErrAddress is why a delivery is refused, before anything is sent, for where it would go.
var ErrAddress = errors.New("the address may not be delivered to")

// control looks at the address that a socket is about to connect to: after every resolution, whoever made it.
func (s *Sender) control(_, address string, _ syscall.RawConn) error {
	target, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %q", ErrAddress, address)
	}
	if public(target.Addr()) || target == s.permitted || s.cfg.Loopback && target.Addr().IsLoopback() {
		return nil
	}
	return fmt.Errorf("%w: %s is not a public address", ErrAddress, target.Addr())
}

// Check tells whether a person may enter address: the same rules that Deliver has, but for those that need a resolution.
func (s *Sender) Check(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil, u.Host == "", u.Opaque != "":
		return fmt.Errorf("%w: it is not the address of a web server", ErrAddress)
	case s.near(u):
		return nil
	case u.Scheme != "https" && (u.Scheme != "http" || !s.cfg.AllowHTTP):
		return fmt.Errorf("%w: it must begin with https://", ErrAddress)
	case u.User != nil:
		return fmt.Errorf("%w: it must hold no user and password", ErrAddress)
	case !s.allows(u.Hostname()):
		return fmt.Errorf("%w: host %q is not on the list of allowed hosts", ErrAddress, u.Hostname())
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && !public(a) && a != s.permitted.Addr() {
		return fmt.Errorf("%w: %s is not a public address", ErrAddress, a)
	}
	return nil
}

// near reports whether u is a receiver on this machine, where those are taken: by its address, so that no name leads there.
func (s *Sender) near(u *url.URL) bool {
	a, err := netip.ParseAddr(u.Hostname())
	return s.cfg.Loopback && err == nil && a.IsLoopback() && (u.Scheme == "http" || u.Scheme == "https") && u.User == nil
}

// allows goes by whole labels: *.example.com is a.example.com and a.b.example.com, not example.com and not badexample.com.
func (s *Sender) allows(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host != "" && slices.ContainsFunc(s.hosts, func(allowed string) bool {
		suffix, wild := strings.CutPrefix(allowed, "*")
		if wild {
			return strings.HasSuffix(host, suffix) && len(host) > len(suffix)
		}
		return host == allowed
	})
}
