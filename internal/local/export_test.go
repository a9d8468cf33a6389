package local

import "net/http"

// NewFront lets tests route requests without starting what is behind. The built portal is in dir, if it is anywhere.
func NewFront(publicURL, dir string, parts map[string]http.Handler) http.Handler {
	return &front{publicURL: publicURL, parts: parts, portal: openPortal(publicURL, dir)}
}
