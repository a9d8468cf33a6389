package triggers

import (
	"context"
	"encoding/json"
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
	Sweep(ctx context.Context) error
	ExpireEnvironments(ctx context.Context) error
	DetectDrift(ctx context.Context) error
}

// patience ends an invocation well before the host's functionTimeout (host.json: 2 minutes), at which it kills the process.
const patience = 100 * time.Second

// maxEnvelope is more than the largest message of the standard tier, stringified.
const maxEnvelope = 1 << 20

// binding is the name of the trigger binding in the function.json of the queue functions.
const binding = "message"

// Functions lists the functions that are served here, by the names of their folders.
func Functions() []string {
	return []string{"runOperation", "followRun", "receiveHook", "handleDeadLetter", "sweep", "detectDrift", "expireEnvironments"}
}

// Mount adds the functions to a router.
func Mount(router *mux.Router, work Work, log *slog.Logger) {
	queue := func(do func(context.Context, string) error) func(context.Context, []byte) error {
		return func(ctx context.Context, envelope []byte) error {
			id, err := operationOf(envelope)
			if err != nil { // it will never be anything else: settle it, and say so
				log.Error("message cannot be read", "error", err)
				return nil
			}
			return do(ctx, id)
		}
	}
	functions := map[string]func(context.Context, []byte) error{
		"runOperation":       queue(work.RunOperation),
		"followRun":          queue(work.FollowRun),
		"handleDeadLetter":   queue(work.HandleDeadLetter),
		"receiveHook":        hooks(work, log),
		"sweep":              func(ctx context.Context, _ []byte) error { return work.Sweep(ctx) },
		"detectDrift":        func(ctx context.Context, _ []byte) error { return work.DetectDrift(ctx) },
		"expireEnvironments": func(ctx context.Context, _ []byte) error { return work.ExpireEnvironments(ctx) },
	}
	for name, do := range functions {
		router.HandleFunc("/"+name, invocation(name, do, log)).Methods(http.MethodPost).Name(name)
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

// textOf takes the message's text out of an envelope. It is a JSON string that holds JSON: the host writes every trigger value as
// text of its JSON.
func textOf(envelope []byte) ([]byte, error) {
	var invocation struct {
		Data map[string]string
	}
	if err := json.Unmarshal(envelope, &invocation); err != nil {
		return nil, fmt.Errorf("decode envelope: %w", err)
	}
	var text string
	if err := json.Unmarshal([]byte(invocation.Data[binding]), &text); err != nil {
		return nil, fmt.Errorf("decode trigger value: %w", err)
	}
	return []byte(text), nil
}

// operationOf takes the operation's id out of an envelope.
func operationOf(envelope []byte) (string, error) {
	text, err := textOf(envelope)
	if err != nil {
		return "", err
	}
	var message struct {
		Operation string `json:"operation"`
	}
	if err := json.Unmarshal(text, &message); err != nil {
		return "", fmt.Errorf("decode message: %w", err)
	}
	if message.Operation == "" {
		return "", fmt.Errorf("decode message: it names no operation")
	}
	return message.Operation, nil
}
