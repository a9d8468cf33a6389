package functionshost

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"

	"github.com/lazuli-platform/lazuli/internal/local/functionshost/envelope"
)

// serveAdmin answers the administration endpoints. They ask for no key, as a host in development does not.
func (h *Host) serveAdmin(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.ToLower(strings.Trim(r.URL.Path, "/")), "/")
	switch route := r.Method + " " + strings.Join(parts, "/"); {
	case route == "GET admin/host/ping" || route == "POST admin/host/ping":
		w.WriteHeader(http.StatusOK)
	case route == "GET admin/host/status":
		writeJSON(w, h.status())
	case route == "GET admin/functions":
		list := []any{}
		for _, f := range h.index.functions {
			list = append(list, h.metadata(f))
		}
		writeJSON(w, list)
	case len(parts) >= 3 && parts[1] == "functions":
		h.serveFunction(w, r, parts[2], parts[3:])
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (h *Host) serveFunction(w http.ResponseWriter, r *http.Request, name string, rest []string) {
	f := h.find(name)
	switch {
	case f == nil && h.errorOf(name) == nil:
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodGet && len(rest) == 1 && rest[0] == "status":
		status := map[string]any{}
		if err := h.errorOf(name); err != nil {
			status["errors"] = []string{err.Error()}
		}
		writeJSON(w, status)
	case f == nil || len(rest) > 0:
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodGet:
		writeJSON(w, h.metadata(f))
	case r.Method == http.MethodPost:
		h.serveManualRun(w, r, f)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// serveManualRun runs a function that has no HTTP trigger: 202 at once, the result goes to the log.
func (h *Host) serveManualRun(w http.ResponseWriter, r *http.Request, f *function) {
	var request struct {
		Input string `json:"input"`
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, h.bodyLimit())).Decode(&request)
	if err != nil || f.http != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	ctx := context.WithoutCancel(r.Context())
	started := h.inBackground(func() {
		_ = h.invoke(ctx, f, func(sys envelope.Sys) []byte { // invoke has logged what went wrong
			if f.timer != nil {
				return envelope.Timer(f.trigger.Name, nil, false, sys, nil)
			}
			message := &azservicebus.ReceivedMessage{Body: []byte(request.Input)}
			return envelope.ServiceBus(envelope.Binding{Name: f.trigger.Name}, message, sys, nil)
		})
	})
	if !started {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

func (h *Host) find(name string) *function {
	for _, f := range h.index.functions {
		if strings.EqualFold(f.name, name) {
			return f
		}
	}
	return nil
}

func (h *Host) errorOf(name string) error {
	for known, err := range h.index.inError {
		if strings.EqualFold(known, name) {
			return err
		}
	}
	return nil
}

func (h *Host) status() map[string]any {
	h.mu.Lock()
	state := h.state
	h.mu.Unlock()
	errors := []string{}
	for name, err := range h.index.inError {
		errors = append(errors, fmt.Sprintf("The '%s' function is in error: %v", name, err))
	}
	return map[string]any{
		"id": h.id, "state": state, "version": Version, "versionDetails": Version + " (local)", "errors": errors,
		"processUptime": h.config.Clock().Sub(h.started).Milliseconds(),
	}
}

func (h *Host) metadata(f *function) map[string]any {
	shown := map[string]any{
		"name": f.name, "config": f.document, "isDisabled": f.disabled, "language": "Custom",
		"href": "/admin/functions/" + f.name,
	}
	if f.http != nil {
		shown["invokeUrlTemplate"] = "/" + f.http.template.String()
	}
	return shown
}

func writeJSON(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(value) // the caller may be gone
}
