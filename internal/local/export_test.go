package local

import "net/http"

// NewFront lets tests route requests without starting what is behind.
func NewFront(publicURL string, parts map[string]http.Handler) http.Handler {
	return &front{publicURL: publicURL, parts: parts}
}
