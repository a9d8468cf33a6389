package httpapi

import (
	"container/list"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

const (
	// maxCallers is how many callers are remembered; the one idle longest is forgotten first. By then
	// his bucket is full in all likelihood, and forgetting a full one loses nothing; to gain by it, somebody would need that many identities.
	maxCallers = 10_000
	// minBurst lets a page or a command ask for many things at once, however low the rate is.
	minBurst = 50
	// pipelineShare: the runs of all operations come with one identity.
	pipelineShare = 10
)

// limiter is the second line behind the gateway's limit: a bucket of requests for each caller. It holds for one instance of the
// handler, which is what it protects.
type limiter struct {
	perMinute int // 0: no limit
	now       func() time.Time

	mu     sync.Mutex
	recent *list.List // of *bucket, the caller of the latest request first
	known  map[string]*list.Element
}

type bucket struct {
	caller string
	*rate.Limiter
}

func newLimiter(perMinute int, now func() time.Time) *limiter {
	return &limiter{perMinute: perMinute, now: now, recent: list.New(), known: map[string]*list.Element{}}
}

// admit takes a request from the caller's bucket. When it is empty the answer says when there will be one more.
func (l *limiter) admit(w http.ResponseWriter, c platform.Caller) error {
	if l.perMinute == 0 {
		return nil
	}
	wait := l.take(c)
	if wait == 0 {
		return nil
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	return platform.Errorf(platform.TooManyRequests, "You send more than %d requests a minute.", l.share(c)).Do("Wait as long as Retry-After says. To follow an operation, ask with ?wait=.")
}

// take is how long the caller has to wait; 0 if he need not.
func (l *limiter) take(c platform.Caller) time.Duration {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	reservation := l.bucketOf(c).ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if wait > 0 {
		reservation.CancelAt(now) // who is refused has used nothing
	}
	return wait
}

func (l *limiter) bucketOf(c platform.Caller) *bucket {
	if element, ok := l.known[c.ID]; ok {
		l.recent.MoveToFront(element)
		return element.Value.(*bucket)
	}
	if l.recent.Len() == maxCallers {
		idle := l.recent.Back()
		delete(l.known, l.recent.Remove(idle).(*bucket).caller)
	}
	share := l.share(c)
	b := &bucket{caller: c.ID, Limiter: rate.NewLimiter(rate.Limit(float64(share)/60), max(share/5, minBurst))}
	l.known[c.ID] = l.recent.PushFront(b)
	return b
}

func (l *limiter) share(c platform.Caller) int {
	if c.Pipeline {
		return l.perMinute * pipelineShare
	}
	return l.perMinute
}
