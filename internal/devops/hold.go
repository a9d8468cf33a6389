package devops

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// hold keeps all calls back for as long as the service wants to be left alone: its limit is for our identity, not for one
// request, and it counts what it refuses as well.
type hold struct{ end atomic.Int64 } // nanoseconds of Unix time

// until makes the hold last at least until then.
func (h *hold) until(end time.Time) {
	for {
		old := h.end.Load()
		if end.UnixNano() <= old || h.end.CompareAndSwap(old, end.UnixNano()) {
			return
		}
	}
}

// left is how long it still lasts. It never lasts longer than leaveAlone, even if the clock was set back.
func (h *hold) left(now time.Time) time.Duration {
	return min(time.Unix(0, h.end.Load()).Sub(now), leaveAlone)
}

// heldBack is the answer to a request that is not sent: the one that the service would give.
func heldBack(r *http.Request, left time.Duration) *http.Response {
	seconds := int((left + time.Second - 1) / time.Second)
	return &http.Response{
		StatusCode: http.StatusTooManyRequests, Status: "429 Too Many Requests", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/json"}, "Retry-After": {strconv.Itoa(seconds)}},
		Body:   io.NopCloser(strings.NewReader(`{"message":"Azure DevOps asked to be left alone.","typeKey":"RequestBlockedException"}`)),
	}
}

// retryAfter is how long the service wants to be left alone, by seconds or by date; it may say so with any status, and
// at most leaveAlone is heard.
func retryAfter(resp *http.Response, now time.Time) time.Duration {
	if resp == nil {
		return 0
	}
	text := resp.Header.Get("Retry-After")
	asked := time.Duration(0)
	if seconds, err := strconv.Atoi(text); err == nil {
		asked = time.Duration(min(max(seconds, 0), 3600)) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		asked = at.Sub(now)
	}
	return min(max(asked, 0), leaveAlone)
}
