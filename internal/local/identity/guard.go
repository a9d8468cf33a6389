package identity

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/rs/cors"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// The paths beneath the issuer's address.
var endpoints = op.Endpoints{
	Authorization:       op.NewEndpoint("authorize"),
	Token:               op.NewEndpoint("token"),
	Userinfo:            op.NewEndpoint("userinfo"),
	Revocation:          op.NewEndpoint("revoke"),
	EndSession:          op.NewEndpoint("end_session"),
	JwksURI:             op.NewEndpoint("keys"),
	DeviceAuthorization: op.NewEndpoint("device_authorization"),
}

// postOnly are the endpoints that change something for whoever calls: a link must not be able to.
var postOnly = map[string]bool{"/token": true, "/device_authorization": true, "/revoke": true}

func (i *Issuer) routes() http.Handler {
	pages := http.NewServeMux()
	pages.HandleFunc("GET /{$}", i.showHome)
	pages.HandleFunc("GET /login", i.showSignIn)
	pages.HandleFunc("POST /login", i.signIn)
	pages.HandleFunc("GET /device", i.showDevice)
	pages.HandleFunc("POST /device", i.verifyDevice)
	pages.HandleFunc("GET /style.css", i.showStyle)
	pages.Handle("/", op.RegisterServer(i, endpoints, op.WithServerCORSOptions(i.corsOptions())))
	u, err := url.Parse(i.cfg.Issuer)
	if err != nil { // Config.complete parsed it before
		return http.NotFoundHandler()
	}
	return i.guard(http.StripPrefix(u.Path, pages))
}

// guard lets through what this machine's own programs and this issuer's own pages ask for.
func (i *Issuer) guard(next http.Handler) http.Handler {
	sameOrigin := http.NewCrossOriginProtection()
	for _, origin := range i.cfg.PortalOrigins {
		if err := sameOrigin.AddTrustedOrigin(origin); err != nil {
			// Config.complete has let only plain origins through; without the entry that origin is refused, which is safe.
			i.logger.Warn("portal origin not trusted", "origin", origin, "error", err)
		}
	}
	root := strings.TrimPrefix(i.cfg.Issuer, i.origin)
	guarded := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopbackPeer(r.RemoteAddr) || !isLoopbackHost(r.Host) {
			i.logger.Warn("refused a caller from elsewhere", "peer", r.RemoteAddr, "host", r.Host)
			http.Error(w, "This sign-in service has no passwords, so it answers this machine only.\n"+
				"Open "+i.cfg.Issuer+" in a browser on the machine that runs Lazuli.", http.StatusForbidden)
			return
		}
		if postOnly[strings.TrimPrefix(r.URL.Path, root)] && r.Method != http.MethodPost && r.Method != http.MethodOptions {
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "This endpoint takes POST only.", http.StatusMethodNotAllowed)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, 64<<10) // the longest form is a refresh token and a few names
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
	return sameOrigin.Handler(guarded)
}

// corsOptions lets the portal call the token endpoint from an origin that is not the issuer's own, and nobody else.
func (i *Issuer) corsOptions() *cors.Options {
	return &cors.Options{
		AllowedOrigins: i.cfg.PortalOrigins,
		AllowedMethods: []string{http.MethodGet, http.MethodPost},
		AllowedHeaders: []string{"Authorization", "Content-Type"},
	}
}

// isLoopbackPeer tells whether a connection comes from this machine.
func isLoopbackPeer(remote string) bool {
	peer, err := netip.ParseAddrPort(remote)
	return err == nil && peer.Addr().Unmap().IsLoopback()
}

// isLoopbackHost tells whether hostport names this machine. A name that merely resolves to it does not count: a web
// site whose name is re-pointed to 127.0.0.1 must find nothing here.
func isLoopbackHost(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.IsLoopback()
}
