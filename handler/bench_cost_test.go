package main_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/local"
)

// benchSpec is an environment with one storage account.
func benchSpec() api.EnvironmentSpec {
	kind := "dev"
	return api.EnvironmentSpec{Type: &kind, Manifest: &api.Manifest{Resources: map[string]api.ManifestResource{"files": {Type: "storage-account"}}}}
}

// asked notes when a pipeline run was asked for, by operation.
type asked struct {
	mu sync.Mutex
	at map[string]time.Time
}

var runRequest = regexp.MustCompile(`"operationId":"([^"]+)"`)

func (a *asked) fault(method, path string, body []byte, _ func()) {
	id := runRequest.FindSubmatch(body)
	if method != http.MethodPost || !strings.HasSuffix(path, "/runs") || id == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.at[string(id[1])] = time.Now()
}

// BenchmarkAcceptance is the way from an accepted request to the request for a run, of one operation at a time on an idle machine:
// commit, outbox, AMQP, Functions host, handler, the record of the attempt.
func BenchmarkAcceptance(b *testing.B) {
	var tables, devops *faultProxy
	r := startPlatform(b, withProxies(b, &tables, &devops), func(cfg *local.Config) { cfg.NoPostgres = true })
	r.project("payments")
	seen := &asked{at: map[string]time.Time{}}
	devops.set(seen.fault)
	var took []time.Duration
	n := 0
	for b.Loop() {
		n++
		id := fmt.Sprintf("01LATENCY%017d", n)
		r.accept(b, fmt.Sprintf("bench-%d", n), id)
		op := r.await(id)
		seen.mu.Lock()
		took = append(took, seen.at[id].Sub(op.CreatedAt))
		seen.mu.Unlock()
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms-to-run-request")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms-to-run-request")
}

// accept asks for an environment and does not wait for it.
func (r *running) accept(tb testing.TB, name, id string) {
	tb.Helper()
	answer, err := r.as("developer").PutEnvironmentWithResponse(tb.Context(), "payments", name, &api.PutEnvironmentParams{OperationID: &id}, benchSpec())
	if err != nil || answer.StatusCode() != http.StatusCreated {
		tb.Fatalf("create: %v %s", err, said(answer.Body))
	}
}

// BenchmarkAcceptParallel is how many operations a second are accepted when 16 ask at once; their runs are going on beside it.
func BenchmarkAcceptParallel(b *testing.B) {
	r := startPlatform(b, func(cfg *local.Config) { cfg.NoPostgres = true })
	r.project("payments")
	dev := r.as("developer")
	names := make(chan int)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for n := range names {
				id := fmt.Sprintf("01PARALLEL%016d", n)
				answer, err := dev.PutEnvironmentWithResponse(b.Context(), "payments", fmt.Sprintf("bench-%d", n), &api.PutEnvironmentParams{OperationID: &id}, benchSpec())
				if err != nil || answer.StatusCode() != http.StatusCreated {
					b.Errorf("create: %v %s", err, said(answer.Body))
				}
			}
		})
	}
	n, began := 0, time.Now()
	for b.Loop() {
		n++
		names <- n
	}
	close(names)
	all.Wait() // the loop's own clock stops before the last are answered
	b.ReportMetric(float64(n)/time.Since(began).Seconds(), "operations/s")
}
