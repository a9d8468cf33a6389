package triggers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/gorilla/mux"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Work is what the functions without HTTP do. platform.Service does it.
type Work interface {
	RunOperation(ctx context.Context, operation string) error
	FollowRun(ctx context.Context, operation string) error
	ReceiveHook(ctx context.Context, hook platform.Hook) error
	HandleDeadLetter(ctx context.Context, operation string) error
	DeliverEvent(ctx context.Context, e platform.CloudEvent) error
	AttemptDelivery(ctx context.Context, project string, d platform.DeliveryRef) error
	RequeueDelivery(ctx context.Context, project string, d platform.DeliveryRef) error
	Sweep(ctx context.Context) error
	ExpireEnvironments(ctx context.Context) error
	DetectDrift(ctx context.Context) error
}

// Requests are commands of other programs. requests.Requests does them.
type Requests interface {
	Accept(ctx context.Context, body []byte, authorization string) error
	GiveUp(ctx context.Context, body []byte) error
}

// patience ends an invocation well before the host's functionTimeout (host.json: 2 minutes), at which it kills the process.
const patience = 100 * time.Second

// maxEnvelope is more than the largest message of the standard tier, stringified.
const maxEnvelope = 1 << 20

// binding is the name of the trigger binding in the function.json of the queue functions.
const binding = "message"

// Functions lists the functions that are served here, by the names of their folders.
func Functions() []string {
	return []string{"runOperation", "followRun", "receiveHook", "handleDeadLetter", "sweep", "detectDrift", "expireEnvironments", "deliverEvent", "attemptDelivery", "acceptRequest"}
}

// Config is what the functions need.
type Config struct {
	Work     Work
	Requests Requests
	// Pauses are between the tries of a message that the sweep does not know of: were it answered with an error at once, the
	// broker would have given it up within a second of a storage that does not answer.
	Pauses []time.Duration
	Log    *slog.Logger
}

// Mount adds the functions to a router.
func Mount(router *mux.Router, cfg Config) {
	work, requests, log := cfg.Work, cfg.Requests, cfg.Log
	queue := func(do func(context.Context, message) error) func(context.Context, []byte) error {
		return func(ctx context.Context, envelope []byte) error {
			m, err := messageOf(envelope)
			if err == nil {
				err = do(ctx, m)
			}
			if errors.Is(err, errUnreadable) { // it will never be anything else: settle it, and say so
				log.Error("message cannot be read", "error", err)
				return nil
			}
			return err
		}
	}
	functions := map[string]func(context.Context, []byte) error{
		"runOperation":     queue(func(ctx context.Context, m message) error { return m.forOperation(ctx, work.RunOperation) }),
		"followRun":        queue(func(ctx context.Context, m message) error { return m.forOperation(ctx, work.FollowRun) }),
		"receiveHook":      hooks(work, log),
		"handleDeadLetter": queue(func(ctx context.Context, m message) error { return m.givenUp(ctx, work, requests) }),
		"deliverEvent":     queue(cfg.patiently(func(ctx context.Context, m message) error { return m.forEvent(ctx, work.DeliverEvent) })),
		"attemptDelivery":  queue(cfg.patiently(func(ctx context.Context, m message) error { return m.forDelivery(ctx, work.AttemptDelivery) })),
		"acceptRequest": queue(cfg.patiently(func(ctx context.Context, m message) error {
			return requests.Accept(ctx, []byte(m.text), m.properties["authorization"])
		})),
		"sweep":              func(ctx context.Context, _ []byte) error { return work.Sweep(ctx) },
		"detectDrift":        func(ctx context.Context, _ []byte) error { return work.DetectDrift(ctx) },
		"expireEnvironments": func(ctx context.Context, _ []byte) error { return work.ExpireEnvironments(ctx) },
	}
	for name, do := range functions {
		router.HandleFunc("/"+name, invocation(name, do, log)).Methods(http.MethodPost).Name(name)
	}
}

// patiently tries a message again within its invocation, as long as there are pauses.
func (cfg Config) patiently(do func(context.Context, message) error) func(context.Context, message) error {
	return func(ctx context.Context, m message) error {
		err := do(ctx, m)
		for _, pause := range cfg.Pauses {
			if err == nil || errors.Is(err, errUnreadable) {
				return err
			}
			cfg.Log.Warn("message not done yet; trying again", "pause", pause.String(), "error", err)
			select {
			case <-ctx.Done():
				return err
			case <-time.After(pause):
			}
			err = do(ctx, m)
		}
		return err
	}
}

// invocation runs one function and answers as the host wants it.
func invocation(name string, do func(context.Context, []byte) error, log *slog.Logger) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		log := log.With("function", name, "invocation", r.Header.Get("X-Azure-Functions-InvocationId"))
		ctx, cancel := context.WithTimeout(r.Context(), patience)
		defer cancel()
		err := attempt(ctx, w, r, do, log)
		w.Header().Set("Content-Type", "application/json")
		if err != nil {
			log.Error("invocation failed; the message comes again", "error", err)
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, `{}`)
			return
		}
		_, _ = io.WriteString(w, `{"Outputs":{},"Logs":[]}`)
	}
}

func attempt(ctx context.Context, w http.ResponseWriter, r *http.Request, do func(context.Context, []byte) error, log *slog.Logger) (err error) {
	defer func() {
		if p := recover(); p != nil {
			log.Error("panic", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	envelope, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxEnvelope))
	if err != nil {
		return fmt.Errorf("read invocation: %w", err)
	}
	return do(ctx, envelope)
}
