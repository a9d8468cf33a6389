package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// requestPatience is longer than the longest poll.
	requestPatience = 60 * time.Second
	// repeatPatience bounds how long a request is repeated.
	repeatPatience = 30 * time.Second
)

// transport signs requests in and repeats what may be repeated. It is the Doer of the generated client.
type transport struct {
	session *session
	token   func(context.Context) (string, error)
	http    *http.Client
}

func (s *session) transport(token func(context.Context) (string, error)) *transport {
	return &transport{session: s, token: token, http: &http.Client{Timeout: requestPatience}}
}

// Do sends a request, again if its outcome is unknown or another try makes sense. Changes are repeated only when they name
// their operation, or are a PUT or DELETE: the platform does nothing twice then.
func (t *transport) Do(r *http.Request) (*http.Response, error) {
	token, err := t.token(r.Context())
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	deadline := time.Now().Add(repeatPatience)
	for pause := 200 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		r.Body = io.NopCloser(bytes.NewReader(body))
		response, err := t.http.Do(r)
		t.show(r, response, err)
		wait := max(pause, retryAfter(response))
		if !repeatable(r) || !worthRepeating(response, err) || time.Now().Add(wait).After(deadline) {
			return response, explained(r, err)
		}
		if response != nil {
			_ = response.Body.Close() // it is thrown away
		}
		timer := time.NewTimer(wait)
		select {
		case <-r.Context().Done():
			timer.Stop()
			return nil, r.Context().Err()
		case <-timer.C:
		}
	}
}

func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, fmt.Errorf("read body of request: %w", err)
	}
	r.ContentLength = int64(len(body))
	return body, r.Body.Close()
}

func repeatable(r *http.Request) bool {
	switch r.Method {
	case http.MethodGet, http.MethodPut, http.MethodDelete:
		return true
	}
	return r.Header.Get("Operation-Id") != ""
}

// worthRepeating: no answer but a refused connection (then nobody is there), or an answer that says "later". The Functions host
// answers 500 with nothing when its handler died under a request.
func worthRepeating(response *http.Response, err error) bool {
	if err != nil {
		return !errors.Is(err, context.Canceled) && !errors.Is(err, syscall.ECONNREFUSED)
	}
	switch response.StatusCode {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusTooManyRequests:
		return true
	case http.StatusInternalServerError:
		return response.ContentLength == 0
	}
	return false
}

func retryAfter(response *http.Response) time.Duration {
	if response == nil {
		return 0
	}
	seconds, err := strconv.Atoi(response.Header.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(min(seconds, 10)) * time.Second
}

func explained(r *http.Request, err error) error {
	if errors.Is(err, syscall.ECONNREFUSED) {
		return hintError{fmt.Errorf("nobody answers at %s://%s", r.URL.Scheme, r.URL.Host), "make run starts the platform on this machine; --url names another"}
	}
	return err
}

// show prints a request for --debug. The token is never shown.
func (t *transport) show(r *http.Request, response *http.Response, err error) {
	if !t.session.debug {
		return
	}
	outcome := fmt.Sprint(err)
	if response != nil {
		outcome = response.Status + "  request " + response.Header.Get("X-Ms-Request-Id")
	}
	fmt.Fprintf(t.session.Err, "> %s %s  %s\n", r.Method, r.URL, outcome)
}

// clean takes control characters out of remote text: they act on terminals.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, text)
}
