package httpapi

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// maxAddress is the longest address, as the caller writes it, in bytes: what every client and proxy on the way can carry.
const maxAddress = 2083

// harden sets what every answer says to the browser that shows it: it is data, of this origin, for this caller, now.
func (a *API) harden(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if strings.HasPrefix(a.PublicURL, "https://") { // over http browsers ignore it, and a laptop's localhost must stay reachable
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// checkAddress refuses what no operation can mean, before anybody is asked who he is.
func (a *API) checkAddress(route Route, r *http.Request) error {
	if len(a.PublicURL)+len(r.URL.RequestURI()) > maxAddress {
		return platform.Errorf(platform.AddressTooLong, "The address is longer than %d bytes.", maxAddress)
	}
	for _, name := range []string{"Authorization", "Content-Type", "If-Match", "If-None-Match", "Operation-Id", "Idempotency-Key", runSecretHeader} {
		if len(r.Header.Values(name)) > 1 { // whoever stands between could have looked at the other one
			return platform.Errorf(platform.Invalid, "The header %s is given twice.", name)
		}
	}
	return checkQuery(route, r.URL)
}

func checkQuery(route Route, u *url.URL) error {
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return platform.Errorf(platform.Invalid, "The query of the address cannot be read.").Because(err)
	}
	for name, v := range values {
		if !slices.Contains(route.query, name) {
			return platform.Errorf(platform.Invalid, "%s takes no query parameter %q.", route.Operation, clip(name))
		}
		if len(v) > 1 {
			return platform.Errorf(platform.Invalid, "The query parameter %q is given twice.", name)
		}
	}
	return nil
}
