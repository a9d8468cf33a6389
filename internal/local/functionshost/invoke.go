package functionshost

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/functionshost/envelope"
)

// killGrace is how long the host waits after a function overran its time before it kills the handler.
const killGrace = 2 * time.Second

// maxAnswer bounds what the host reads of an answer into memory.
const maxAnswer = 100 << 20

// errTimeout is what an invocation ends with that overran functionTimeout.
var errTimeout = errors.New("the function overran functionTimeout; the handler is killed and started again")

// invoke posts an envelope to the handler and returns nil if the invocation succeeded. ctx ends the waiting for
// a handler, not the invocation: that ends by its answer, its time limit or the death of the handler.
func (h *Host) invoke(ctx context.Context, f *function, write func(envelope.Sys) []byte) error {
	p, err := h.handler.await(ctx)
	if err != nil {
		return fmt.Errorf("invoke function %s: %w", f.name, err)
	}
	id := h.config.NewID()
	log := h.config.Logger.With("function", f.name, "invocation", id)
	began := h.config.Clock()
	body := write(envelope.Sys{Function: f.name, Now: began, ID: h.config.NewID()})
	log.Debug("Executing function")

	call, cancel := h.limited(ctx)
	defer cancel()
	answer, err := h.post(call, p, f.name, id, body)
	if errors.Is(err, envelope.ErrNeverCompletes) {
		log.Error("The invocation hangs until functionTimeout", "reason", err)
		select {
		case <-call.Done():
		case <-p.exited:
		}
	}
	for _, line := range answer.Logs {
		log.Info(line, "category", "Function."+f.name+".User")
	}
	if call.Err() != nil {
		err = errTimeout
		h.overran(p, f)
	}
	if err != nil {
		log.Error("Executed function: failed", "error", err, "duration", h.config.Clock().Sub(began))
		return fmt.Errorf("invoke function %s: %w", f.name, err)
	}
	log.Debug("Executed function: succeeded", "duration", h.config.Clock().Sub(began))
	return nil
}

func (h *Host) post(ctx context.Context, p *process, name, id string, body []byte) (envelope.Answer, error) {
	// A reader of no known length: the real host sends these bodies chunked.
	chunked := struct{ io.Reader }{bytes.NewReader(body)}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.base+"/"+name, chunked)
	if err != nil {
		return envelope.Answer{}, err
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	request.Header.Set("User-Agent", "Azure-Functions-Host/"+Version)
	h.sign(request.Header, id)
	response, err := p.client.Do(request)
	if err != nil {
		return envelope.Answer{}, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return envelope.Answer{}, fmt.Errorf("read the handler's answer: %w", err)
	}
	return envelope.ReadAnswer(response.StatusCode, response.Header.Get("Content-Type"), content)
}

// sign adds what the host tells the handler with every request.
func (h *Host) sign(header http.Header, id string) {
	header.Set("X-Azure-Functions-HostVersion", Version)
	header.Set("X-Azure-Functions-InvocationId", id)
	if header.Get("Traceparent") == "" {
		header.Set("Traceparent", newTraceparent())
	}
}

// limited gives an invocation its time. The host never cancels one for another reason.
func (h *Host) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx = context.WithoutCancel(ctx)
	if limit := time.Duration(h.file.FunctionTimeout); limit > 0 {
		return context.WithTimeout(ctx, limit)
	}
	return context.WithCancel(ctx)
}

// overran kills the whole handler for one function that took too long; all its other invocations fail with it.
func (h *Host) overran(p *process, f *function) {
	h.config.Logger.Error("FunctionTimeoutException: the handler is killed and started again",
		"function", f.name, "functionTimeout", time.Duration(h.file.FunctionTimeout))
	grace := time.NewTimer(killGrace)
	defer grace.Stop()
	select {
	case <-grace.C:
	case <-p.exited:
	}
	h.handler.recycle(p)
}
