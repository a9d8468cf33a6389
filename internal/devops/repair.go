package devops

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	maxErrorBody = 1 << 20
	maxMessage   = 2000 // bytes of a message that is text
)

// typeKeyPrefix begins the type keys of answers that had none: a proxy's or a sign-in page's. The service never uses it.
const typeKeyPrefix = "HttpStatus"

// repaired makes an answer that the client cannot read into one that it can, keeping what matters of it: the status.
func repaired(resp *http.Response) *http.Response {
	switch {
	case resp.StatusCode == http.StatusNonAuthoritativeInfo, isSignIn(resp):
		// The service says "not signed in" by a page, with a status that looks like success.
		return replaced(resp, http.StatusUnauthorized, "Azure DevOps answered with its sign-in page.")
	case isRedirect(resp.StatusCode) && resp.Request.Method != http.MethodGet && resp.Request.Method != http.MethodHead:
		// Following it would turn the request into a GET of something else.
		return replaced(resp, http.StatusBadGateway, fmt.Sprintf("A %s request was redirected to another address.", resp.Request.Method))
	case resp.StatusCode >= http.StatusBadRequest:
		return readableError(resp)
	case resp.StatusCode == http.StatusOK && strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html"):
		return replaced(resp, http.StatusBadGateway, "A web page came in place of an answer.")
	case resp.StatusCode == http.StatusNoContent && resp.Request.Method == http.MethodGet:
		// A run that failed before it had a plan has no timeline: to the client that is a fault, to us an empty object.
		return withBody(resp, http.StatusOK, []byte("{}"))
	default:
		return resp
	}
}

func isRedirect(status int) bool {
	return status >= http.StatusMultipleChoices && status < http.StatusBadRequest && status != http.StatusNotModified
}

func isSignIn(resp *http.Response) bool {
	return isRedirect(resp.StatusCode) && strings.Contains(resp.Header.Get("Location"), "/_signin")
}

// readableError leaves the service's own errors alone and gives all others the service's form.
func readableError(resp *http.Response) *http.Response {
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	_ = resp.Body.Close() // read as far as it is of use
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	var object map[string]any
	if err == nil && json.Unmarshal(body, &object) == nil && len(object) > 0 {
		return withBody(resp, resp.StatusCode, withPause(object, body, resp))
	}
	message := "Azure DevOps answered " + resp.Status + "."
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/plain") && len(body) > 0 {
		message = strings.ToValidUTF8(string(body[:min(len(body), maxMessage)]), string(utf8.RuneError))
	}
	return withError(resp, resp.StatusCode, message)
}

func replaced(resp *http.Response, status int, message string) *http.Response {
	_, _ = io.CopyN(io.Discard, resp.Body, maxErrorBody) // a page nobody reads; emptied for the connection's sake
	_ = resp.Body.Close()
	return withError(resp, status, message)
}

// withError gives an answer the form of the service's errors.
func withError(resp *http.Response, status int, message string) *http.Response {
	object := map[string]any{"message": message, "typeKey": typeKeyPrefix + strconv.Itoa(resp.StatusCode)}
	body, err := json.Marshal(object)
	if err != nil { // two strings; cannot happen
		body = []byte(`{"message":"Azure DevOps answered with an error."}`)
	}
	return withBody(resp, status, withPause(object, body, resp))
}

// pauseProperty is a custom property of errors: how many seconds the service wants to be left alone. The client gives its caller no
// header of an answer, so that Retry-After has to travel in the body.
const pauseProperty = "lazuli.retryAfter"

func withPause(object map[string]any, body []byte, resp *http.Response) []byte {
	pause := retryAfter(resp, time.Now())
	if pause <= 0 {
		return body
	}
	object["customProperties"] = map[string]any{pauseProperty: pause.Seconds()}
	longer, err := json.Marshal(object)
	if err != nil { // it was JSON before
		return body
	}
	return longer
}

func withBody(resp *http.Response, status int, body []byte) *http.Response {
	changed := *resp
	changed.Header = resp.Header.Clone()
	changed.Header.Set("Content-Type", "application/json; charset=utf-8")
	changed.Header.Del("Content-Encoding")
	changed.Header.Del("Location")
	changed.Header.Set("Content-Length", strconv.Itoa(len(body)))
	changed.StatusCode, changed.Status = status, strconv.Itoa(status)+" "+http.StatusText(status)
	changed.ContentLength = int64(len(body))
	changed.Body = io.NopCloser(bytes.NewReader(body))
	return &changed
}
