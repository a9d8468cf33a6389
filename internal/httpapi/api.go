package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"time"

	"github.com/gorilla/mux"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Config is what the API needs. All fields are required, but for RequestsPerMinute.
type Config struct {
	Service *platform.Service
	// Authenticate makes the caller from a verified token, or says with code Unauthenticated why not.
	Authenticate func(context.Context, *http.Request) (platform.Caller, error)
	PublicURL    string // where callers reach the API, without the prefix: links are built from it, never from a Host header
	SigningKey   []byte // for page tokens
	// RequestsPerMinute is what one caller may send in the long run; at once a fifth of it. 0 is no limit.
	RequestsPerMinute int
	Now               func() time.Time
	Log               *slog.Logger
}

// API serves the operations of the contract beneath Prefix.
type API struct {
	Config
	service *platform.Service
	router  *mux.Router
	limiter *limiter
}

// New makes the API with all routes.
func New(cfg Config) *API {
	a := &API{Config: cfg, service: cfg.Service, router: mux.NewRouter(), limiter: newLimiter(cfg.RequestsPerMinute, cfg.Now)}
	// %2F in a name is a wrong name, not another path; and an address that is not clean is no address, not a redirect.
	a.router.UseEncodedPath().SkipClean(true)
	for _, route := range Routes() {
		a.router.HandleFunc(Prefix+route.Path, a.serve(route)).Methods(route.Method).Name(route.Operation)
	}
	// Whatever is not there gets the same answer, from the router above too.
	fallback := Route{Operation: "unknown", anonymous: true, handle: (*API).unknown}
	a.router.NotFoundHandler = a.serve(fallback)
	a.router.MethodNotAllowedHandler = a.serve(fallback)
	return a
}

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.router.ServeHTTP(w, r) }

func (a *API) unknown(_ http.ResponseWriter, r *http.Request) error {
	return platform.Errorf(platform.NotFound, "There is nothing at this address for the method %s.", r.Method).Do("Look at apim/openapi.yaml for what there is.")
}

type contextKey int

const callerKey contextKey = iota

func callerFrom(r *http.Request) platform.Caller {
	c, _ := r.Context().Value(callerKey).(platform.Caller)
	return c
}

var requestIDPattern = regexp.MustCompile(`^[0-9A-Za-z-]{8,64}$`)

// serve wraps an operation: request id, authentication, limits, the audit of refusals, one answer for every error, one log line.
func (a *API) serve(route Route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		started := a.Now()
		id := r.Header.Get("X-Ms-Request-Id")
		if !requestIDPattern.MatchString(id) {
			id = a.service.NewID()
		}
		out := &recorder{ResponseWriter: w}
		out.Header().Set("X-Ms-Request-Id", id)
		a.harden(out.Header())

		caller, err := a.attempt(route, out, r, id)
		if err != nil {
			a.recordRefusal(route, r, caller, err)
			writeProblem(out, err, id)
		}
		a.logRequest(route, r, out, caller, id, started, err)
	}
}

// attempt runs the operation; a panic becomes an error like any other.
func (a *API) attempt(route Route, w http.ResponseWriter, r *http.Request, id string) (caller platform.Caller, err error) {
	defer func() {
		if p := recover(); p != nil {
			a.Log.Error("panic", "operation", route.Operation, "request", id, "panic", p, "stack", string(debug.Stack()))
			err = platform.Errorf(platform.Internal, "Something went wrong on our side.")
		}
	}()
	if err := a.checkAddress(route, r); err != nil {
		return caller, err
	}
	if !route.anonymous {
		if caller, err = a.Authenticate(r.Context(), r); err != nil {
			return caller, err
		}
		if err := a.limiter.admit(w, caller); err != nil {
			return caller, err
		}
	}
	caller.RequestID, caller.Request = id, route.Operation
	limit := route.maxBody
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	return caller, route.handle(a, w, r.WithContext(context.WithValue(r.Context(), callerKey, caller)))
}

func (a *API) logRequest(route Route, r *http.Request, out *recorder, c platform.Caller, id string, started time.Time, err error) {
	level := slog.LevelInfo
	attrs := []any{"operation", route.Operation, "method", r.Method, "path", r.URL.EscapedPath(), "status", out.status,
		"ms", a.Now().Sub(started).Milliseconds(), "request", id, "caller", c.ID}
	if err != nil {
		attrs = append(attrs, "error", err.Error())
		if out.status >= 500 {
			level = slog.LevelError
		}
	}
	a.Log.Log(r.Context(), level, "request", attrs...)
}

// recorder remembers the status for the log.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

func clip(s string) string {
	if len(s) > 80 {
		return s[:80] + "…"
	}
	return s
}
