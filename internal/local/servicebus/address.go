package servicebus

import "strings"

const (
	cbsNode          = "$cbs"
	managementSuffix = "/$management"
)

// address is what a link attaches to.
type address struct {
	entity     string // path in lower case, with /$deadletterqueue if it is one
	management bool
}

// parseAddress reads an address or the path of a token's audience. Clients write names in any case, and some put a
// scheme and host in front.
func parseAddress(s string) address {
	s = pathOf(s)
	entity, management := strings.CutSuffix(s, managementSuffix)
	return address{entity: entity, management: management}
}

// pathOf is the path of a URL, or s itself, in lower case and without slashes around it.
func pathOf(s string) string {
	if _, rest, ok := strings.Cut(s, "://"); ok {
		_, s, _ = strings.Cut(rest, "/")
	}
	return strings.ToLower(strings.Trim(s, "/"))
}

// covers reports whether the path granted is path or above it.
func covers(granted, path string) bool {
	return granted == "" || granted == path || strings.HasPrefix(path, granted+"/")
}
