package httpapi_test

import (
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/httpapi"
)

// clock is a wall clock that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func serveLimited(t testing.TB, perMinute int) (*served, *clock) {
	t.Helper()
	c := &clock{now: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)}
	return serve(t, func(cfg *httpapi.Config) { cfg.RequestsPerMinute, cfg.Now = perMinute, c.Now }), c
}

// spend sends requests until one is refused, and returns how many were not.
func (s *served) spend(caller string, atMost int) int {
	s.t.Helper()
	for n := range atMost {
		if got := s.do(caller, "GET", "/v1/me", ""); got.status == http.StatusTooManyRequests {
			return n
		}
	}
	return atMost
}

// A caller may burst, then is told how long to wait, which is true; others do not notice, nor do those who need no identity.
func TestRateLimit(t *testing.T) {
	s, c := serveLimited(t, 24) // one in two and a half seconds
	if n := s.spend("developer", 100); n != 50 {
		t.Fatalf("%d requests at once, want 50", n)
	}
	refused := s.do("developer", "GET", "/v1/me", "")
	p := refused.mustBe(429, "TooManyRequests")
	wait, err := strconv.Atoi(refused.header.Get("Retry-After"))
	if err != nil || wait != 3 || p.Action == nil {
		t.Fatalf("Retry-After is %q, want the 2.5 seconds rounded up; %+v", refused.header.Get("Retry-After"), p)
	}
	if got := s.do("viewer", "GET", "/v1/me", ""); got.status != http.StatusOK {
		t.Errorf("another caller: %d %s", got.status, got.body)
	}
	if got := s.do("", "GET", "/v1/health", ""); got.status != http.StatusOK {
		t.Errorf("health: %d %s", got.status, got.body)
	}
	s.do("", "GET", "/v1/me", "").mustBe(401, "Unauthenticated")
	c.advance(time.Second)
	if got := s.do("developer", "GET", "/v1/me", "").mustBe(429, "TooManyRequests"); got.Detail == nil {
		t.Error("too early, and not refused")
	}
	c.advance(time.Duration(wait)*time.Second - time.Second)
	if n := s.spend("developer", 2); n != 1 {
		t.Errorf("after Retry-After %d requests pass, want 1", n)
	}
	c.advance(time.Hour)
	if n := s.spend("developer", 100); n != 50 {
		t.Errorf("after an hour %d requests at once, want 50", n)
	}
}

// A run's calls are those of one operation among many: its identity has room for all of them.
func TestRateLimit_pipeline(t *testing.T) {
	s, _ := serveLimited(t, 1200)
	if n := s.spend("developer", 300); n != 240 {
		t.Errorf("a person: %d requests at once, want 240", n)
	}
	for n := range 500 {
		if got := s.do("pipeline", "POST", "/v1/operations/"+operation+"/run/start", `{"run":"1"}`); got.status == http.StatusTooManyRequests {
			t.Fatalf("run call %d is refused: %s", n, got.body)
		}
	}
}

func TestRateLimit_off(t *testing.T) {
	s, _ := serveLimited(t, 0)
	if n := s.spend("developer", 300); n != 300 {
		t.Errorf("refused after %d", n)
	}
}
