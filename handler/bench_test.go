package main_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/local"
)

// BenchmarkDeployment makes an environment with one storage account, from the request to its end: HTTP, outbox, AMQP, pipeline,
// Terraform. It tells the time from acceptance to the run's first step, and the handler's size and memory beside it.
func BenchmarkDeployment(b *testing.B) {
	r := startPlatform(b, func(cfg *local.Config) { cfg.NoPostgres = true })
	r.project("payments")
	kind := "dev"
	spec := api.EnvironmentSpec{Type: &kind, Manifest: &api.Manifest{Resources: map[string]api.ManifestResource{"files": {Type: "storage-account"}}}}
	var toFirstStep time.Duration
	n := 0
	for b.Loop() {
		n++
		id := fmt.Sprintf("01BENCH%019d", n)
		answer, err := r.as("developer").PutEnvironmentWithResponse(b.Context(), "payments", fmt.Sprintf("bench-%d", n), &api.PutEnvironmentParams{OperationID: &id}, spec)
		if err != nil || answer.StatusCode() != http.StatusCreated {
			b.Fatalf("create: %v %s", err, said(answer.Body))
		}
		op := r.await(id)
		if op.Status != "Succeeded" || len(op.Steps) == 0 || op.Steps[0].StartedAt == nil {
			b.Fatalf("operation ended as %s: %+v", op.Status, op.Error)
		}
		toFirstStep += op.Steps[0].StartedAt.Sub(op.CreatedAt)
	}
	b.ReportMetric(float64(toFirstStep.Milliseconds())/float64(n), "ms-to-first-step/op")
	b.ReportMetric(float64(memory(b, r.HandlerPID()))/1024, "handler-MiB")
	if file, err := os.Stat(filepath.Join(top, "dist", "app", "handler", "handler")); err == nil {
		b.ReportMetric(float64(file.Size())/(1<<20), "handler-file-MiB")
	}
}

// BenchmarkHandlerStart is the time from the death of the handler to the first answer of the next: what a request waits for at a
// cold start, the host's own start left out. After two deaths the platform is a new one: at the third the host would end itself.
func BenchmarkHandlerStart(b *testing.B) {
	var r *running
	for deaths := 0; b.Loop(); deaths++ {
		if deaths%2 == 0 {
			b.StopTimer()
			r = startPlatform(b, func(cfg *local.Config) { cfg.NoPostgres = true })
			r.mustBeHealthy()
			b.StartTimer()
		}
		if err := syscall.Kill(r.HandlerPID(), syscall.SIGKILL); err != nil {
			b.Fatal(err)
		}
		r.mustBeHealthy()
	}
}

func (r *running) mustBeHealthy() {
	r.t.Helper()
	response, err := (&retrying{}).Do(mustRequest(r.t, r.URL()+"/v1/health"))
	if err != nil || response.StatusCode != http.StatusOK {
		r.t.Fatalf("health: %v %v", response, err)
	}
	_ = response.Body.Close() // read enough
}

func mustRequest(tb testing.TB, url string) *http.Request {
	tb.Helper()
	q, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, url, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return q
}

// memory is the resident memory of a process in KiB; 0 where the system does not tell it in a file.
func memory(tb testing.TB, pid int) int {
	tb.Helper()
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(raw)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "VmRSS:" {
			kib, err := strconv.Atoi(fields[1])
			if err != nil {
				tb.Fatal(err)
			}
			return kib
		}
	}
	return 0
}
