package functionshost

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// hostWait is how long a request waits for a host that is not running (yet).
const hostWait = 30 * time.Second

// defaultBodyLimit is the largest request body, in bytes, unless FUNCTIONS_REQUEST_BODY_SIZE_LIMIT says otherwise.
const defaultBodyLimit = 104857600

// ServeHTTP answers like the front of the host: /admin first, then the functions in the order of their names, then
// the home page. What no function takes is 404 with an empty body, also for a method that is not listed.
func (h *Host) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if path := strings.ToLower(r.URL.Path); path == "/admin" || strings.HasPrefix(path, "/admin/") {
		h.serveAdmin(w, r)
		return
	}
	if !h.awaitRunning(r.Context(), hostWait) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = fmt.Fprint(w, "Function host is not running.") // the caller may be gone
		return
	}
	for name, value := range h.file.Extensions.HTTP.CustomHeaders {
		w.Header().Set(name, value)
	}
	f := h.match(r)
	switch {
	case f == nil && r.URL.Path == "/":
		h.serveHome(w)
	case f == nil || f.disabled:
		w.WriteHeader(http.StatusNotFound)
	default:
		r.Body = http.MaxBytesReader(w, r.Body, h.bodyLimit())
		h.forward(w, r, f)
	}
}

// match tries the templates in the order of function names; the first that fits path and method wins.
func (h *Host) match(r *http.Request) *function {
	path := r.URL.EscapedPath()
	for _, f := range h.index.functions {
		if f.http == nil || !f.http.takes(r.Method) {
			continue
		}
		if _, ok := f.http.template.Match(path); ok {
			return f
		}
	}
	return nil
}

func (h *Host) bodyLimit() int64 {
	text, _ := h.settings.get("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT")
	limit, err := strconv.ParseInt(cmp.Or(text, strconv.Itoa(defaultBodyLimit)), 10, 64)
	if err != nil {
		return defaultBodyLimit
	}
	return limit
}

func (h *Host) serveHome(w http.ResponseWriter) {
	if off, _ := h.settings.get("AzureWebJobsDisableHomepage"); strings.EqualFold(off, "true") || off == "1" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = fmt.Fprint(w, "<!doctype html><title>Functions host</title><p>The Functions host is running.</p>") // the caller may be gone
}
