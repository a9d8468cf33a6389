package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/local/identity"
)

// portalPolicy lets the portal run what it brought along and talk to this address alone. Styles are written by its
// components at run time, hence the one exception.
const portalPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// portal serves the built portal as the static site does in Azure: its files, and its one page for every other path, whose
// meaning the page itself knows.
type portal struct {
	publicURL string
	files     fs.FS
}

// openPortal serves what is in dir. It may be built, or built anew, while the platform runs.
func openPortal(publicURL, dir string) *portal {
	return &portal{publicURL: publicURL, files: os.DirFS(dir)}
}

// built tells whether there is a portal to serve.
func (p *portal) built() bool {
	_, err := fs.Stat(p.files, "index.html")
	return err == nil
}

func (p *portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "The portal is only read.", http.StatusMethodNotAllowed)
		return
	}
	if !strings.HasSuffix(p.publicURL, "://"+r.Host) { // the issuer sends people back to one origin alone
		rest := url.URL{Path: path.Clean("/" + r.URL.Path), RawQuery: r.URL.RawQuery}
		http.Redirect(w, r, p.publicURL+rest.String(), http.StatusTemporaryRedirect) // #nosec G710 -- to our own origin, whatever the rest is
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", portalPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	switch {
	case name == "portal-config.json":
		p.serveConfig(w)
	case strings.HasPrefix(name, "assets/"): // the name holds a digest of the content
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		p.serveFile(w, r, name)
	case name != "" && !strings.HasPrefix(name, ".") && !strings.Contains(name, "/") && p.has(name):
		h.Set("Cache-Control", "no-cache")
		p.serveFile(w, r, name)
	default:
		h.Set("Cache-Control", "no-cache")
		p.serveFile(w, r, "index.html")
	}
}

func (p *portal) has(name string) bool {
	info, err := fs.Stat(p.files, name)
	return err == nil && info.Mode().IsRegular()
}

// serveFile never lists a folder, and never redirects index.html to its folder as http.FileServer does.
func (p *portal) serveFile(w http.ResponseWriter, r *http.Request, name string) {
	if !p.has(name) {
		w.Header().Set("Cache-Control", "no-store")
		http.NotFound(w, r)
		return
	}
	content, err := fs.ReadFile(p.files, name)
	if errors.Is(err, fs.ErrNotExist) { // built anew this moment
		http.NotFound(w, r)
		return
	}
	if err != nil {
		http.Error(w, fmt.Sprintf("The portal's %s cannot be read. Build it again: make portal", path.Base(name)), http.StatusInternalServerError)
		return
	}
	info, err := fs.Stat(p.files, name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	http.ServeContent(w, r, name, info.ModTime(), strings.NewReader(string(content)))
}

// serveConfig tells the portal where it is; in Azure it is a file beside the others.
func (p *portal) serveConfig(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(map[string]string{ // the reader has gone
		"issuer": p.publicURL + "/identity", "clientId": identity.ClientPortal,
		"scope": "openid profile offline_access " + audience + "/.default", "api": "/v1",
	})
}
