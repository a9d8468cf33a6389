package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// pollSeconds is what Retry-After says of an operation that goes on.
const pollSeconds = 1

func answer(w http.ResponseWriter, status int, body any) error {
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(body); err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the caller has gone
	return nil
}

// operationHeaders says where the operation is that a change started.
func (a *API) operationHeaders(w http.ResponseWriter, op platform.Operation) {
	w.Header().Set("Operation-Id", op.ID)
	w.Header().Set("Operation-Location", a.PublicURL+Prefix+"/operations/"+op.ID)
	if !op.Status.Final() {
		w.Header().Set("Retry-After", strconv.Itoa(pollSeconds))
	}
}

func (a *API) accepted(w http.ResponseWriter, op platform.Operation) error {
	a.operationHeaders(w, op)
	return answer(w, http.StatusAccepted, operationOf(op))
}

// optional is nil for the zero value, which the contract leaves out.
func optional[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func optionalTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// object decodes a stored JSON object for an answer; numbers stay as they were written.
func object(raw json.RawMessage) (map[string]any, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var out map[string]any
	if err := decoder.Decode(&out); err != nil {
		return nil, fmt.Errorf("decode stored object: %w", err)
	}
	return out, nil
}
