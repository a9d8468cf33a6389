package webhook

import (
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
)

// Public is public, for a table of addresses.
var Public = public

// Permit makes one address that is not public reachable, for a receiver of a test.
func (s *Sender) Permit(a netip.AddrPort) { s.permitted = a }

// Trust makes the sender believe the certificate of a test's receiver, and ask a test's name server.
func (s *Sender) Trust(roots *x509.CertPool, names *net.Resolver) {
	s.client.Transport.(*http.Transport).TLSClientConfig.RootCAs = roots
	s.dialer.Resolver = names
}
