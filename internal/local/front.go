package local

import (
	_ "embed"
	"html/template"
	"net/http"
	"strings"
)

//go:embed home.html
var homePage string

var home = template.Must(template.New("home").Parse(homePage))

// front is the one address: it sends a request to the part that serves its first path segment. It is not a ServeMux, which
// would clean paths that the parts want to see as they came.
type front struct {
	publicURL string
	parts     map[string]http.Handler
	portal    *portal
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/")
	if part, ok := f.parts[first]; ok {
		part.ServeHTTP(w, r)
		return
	}
	if f.portal.built() {
		f.portal.ServeHTTP(w, r)
		return
	}
	if r.URL.Path != "/" && first != "operations" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	_ = home.Execute(w, map[string]string{"URL": f.publicURL, "Operation": strings.TrimPrefix(r.URL.Path, "/operations/")}) // the reader has gone
}
