package devops

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"
)

const (
	maxTries = 4
	// firstPause is the first wait between tries; it doubles, with as much chance added, so that many callers do not come back as one.
	firstPause = 200 * time.Millisecond
	// maxPause is the longest wait that the service may ask for; above it the answer goes to the caller, who has better to do.
	maxPause = 20 * time.Second
)

// leaveAlone ends after a minute, whatever the service asks for: a mistake in one header must not stop the platform for a day.
const leaveAlone = time.Minute

// transport is all that stands between the client and the network: see the package's documentation.
type transport struct {
	base   http.RoundTripper
	tokens *tokenSource // nil: the request keeps what the client signed it with
	host   string       // the only host that may see a token
	log    *slog.Logger
	hold   hold
}

// RoundTrip sends a request, again if it is idempotent and the service is in trouble, within the time that its context has.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	renewed := false
	for try := 1; ; try++ {
		resp, token, err := t.send(r)
		if err == nil && resp.StatusCode == http.StatusUnauthorized && token != "" && !renewed {
			// Refused before anything was done, so that even a POST may be sent again: the token may have been revoked.
			renewed = true
			t.tokens.reject(token)
			discard(resp)
			continue
		}
		if try == maxTries || !idempotent(r.Method) || !transient(resp, err) {
			return resp, err
		}
		pause := pauseBefore(try, resp)
		deadline, bounded := r.Context().Deadline()
		if pause > maxPause || (bounded && time.Until(deadline) < pause) {
			return resp, err
		}
		t.log.Warn("Azure DevOps is asked again", "method", r.Method, "path", r.URL.Path, "try", try, "pause", pause, "status", statusText(resp), "activity", activity(resp), "error", err)
		discard(resp)
		if err := wait(r.Context(), pause); err != nil {
			return nil, err
		}
	}
}

// send does one try and repairs its answer. It returns the token that it used.
func (t *transport) send(original *http.Request) (*http.Response, string, error) {
	r := original.Clone(original.Context()) // a round tripper must not change its argument
	if original.GetBody != nil {
		body, err := original.GetBody()
		if err != nil {
			return nil, "", err
		}
		r.Body = body
	}
	token := ""
	if t.tokens != nil && r.URL.Host == t.host {
		var err error
		if token, err = t.tokens.get(r.Context()); err != nil {
			return nil, "", err
		}
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if left := t.hold.left(time.Now()); left > 0 {
		return repaired(heldBack(r, left)), token, nil
	}
	resp, err := t.base.RoundTrip(r)
	if err != nil {
		return nil, token, err
	}
	t.hold.until(time.Now().Add(retryAfter(resp, time.Now())))
	return repaired(resp), token, nil
}

func idempotent(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete:
		return true
	default:
		return false
	}
}

// transient reports whether the same request may do better in a while.
func transient(resp *http.Response, err error) bool {
	if err != nil {
		return !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
	}
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	default:
		return false
	}
}

// pauseBefore says how long to wait before the next try: as long as the service asks, else longer each time.
func pauseBefore(try int, resp *http.Response) time.Duration {
	if asked := retryAfter(resp, time.Now()); asked > 0 {
		return asked
	}
	pause := firstPause << (try - 1)
	return pause + rand.N(pause) //nolint:gosec // chance, not secrecy
}

func wait(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// discard empties a small answer so that its connection can be used again.
func discard(resp *http.Response) {
	if resp == nil {
		return
	}
	_, _ = io.CopyN(io.Discard, resp.Body, maxErrorBody) // whatever is wrong with it, it is of no use any more
	_ = resp.Body.Close()
}

func statusText(resp *http.Response) string {
	if resp == nil {
		return ""
	}
	return resp.Status
}

// activity is the id under which the service logged the request.
func activity(resp *http.Response) string {
	if resp == nil {
		return ""
	}
	return resp.Header.Get("ActivityId")
}
