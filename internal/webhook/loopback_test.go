package webhook_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/webhook"
)

// On a laptop a receiver on this machine is taken, by its address alone: no name leads there, and nothing else that is not public.
func TestDeliver_loopback(t *testing.T) {
	got := 0
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) {
		got++
		if n := strings.Count(q.Header.Get(webhook.SignatureHeader), "v1="); n != 2 {
			t.Errorf("%d signatures", n)
		}
	}))
	t.Cleanup(receiver.Close)
	for loopback, want := range map[bool]int{false: 0, true: 1} {
		s, err := webhook.NewSender(webhook.Config{Hosts: []string{"*.example.com"}, Loopback: loopback})
		if err != nil {
			t.Fatal(err)
		}
		m := message(receiver.URL)
		m.Also = [][]byte{[]byte("the one that was before")}
		got = 0
		if err := s.Deliver(t.Context(), m); (err == nil) != loopback || got != want {
			t.Errorf("loopback %v: %v, %d deliveries", loopback, err, got)
		}
		for _, address := range []string{"http://localhost:1/", "http://10.0.0.1/", "http://169.254.169.254/", "ftp://127.0.0.1/", "http://u:p@127.0.0.1/", "http://a.example.com/"} {
			if err := s.Check(address); !errors.Is(err, webhook.ErrAddress) {
				t.Errorf("loopback %v: %s is taken: %v", loopback, address, err)
			}
		}
	}
}

// A receiver that knows either secret verifies a delivery, while one is exchanged.
func TestSign_twoSecrets(t *testing.T) {
	body, before := []byte("x"), []byte("the secret that was before")
	header := webhook.Sign(body, secret, noon, before)
	for _, s := range [][]byte{secret, before} {
		if err := webhook.Verify(header, body, s, noon, time.Minute); err != nil {
			t.Error(err)
		}
	}
	if webhook.Verify(header, body, []byte("another secret, just as long"), noon, time.Minute) == nil {
		t.Error("anybody verifies it")
	}
}
