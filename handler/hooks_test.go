package main_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/local"
)

// smallDeployment makes an environment, and tells how long after the end of its run the operation ended.
func (r *running) smallDeployment(id, name string) (api.Operation, time.Duration) {
	r.t.Helper()
	kind := "dev"
	spec := api.EnvironmentSpec{Type: &kind, Manifest: &api.Manifest{Resources: map[string]api.ManifestResource{"files": {Type: "storage-account"}}}}
	answer, err := r.as("developer").PutEnvironmentWithResponse(r.t.Context(), "payments", name, &api.PutEnvironmentParams{OperationID: &id}, spec)
	if err != nil || answer.StatusCode() != http.StatusCreated {
		r.t.Fatalf("create %s: %v %s", name, err, said(answer.Body))
	}
	op := r.await(id)
	builds := r.builds(id)
	if op.Status != "Succeeded" || len(builds) != 1 {
		r.t.Fatalf("operation ended as %s after %d runs: %+v", op.Status, len(builds), op.Error)
	}
	return op, op.LastUpdatedAt.Sub(builds[0].FinishTime)
}

// What changes in a run comes by service hooks, through Service Bus, and leads to a look; forged ones come the same way, and to nothing.
func TestHooks(t *testing.T) {
	bus, log := "", &lockedBuffer{}
	r := startPlatform(t, func(cfg *local.Config) {
		cfg.NoPostgres = true
		cfg.Log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		cfg.Settings = func(settings map[string]string) { bus = settings["LAZULI_SERVICE_BUS"] }
	})
	r.project("payments")
	op, late := r.smallDeployment("01HOOKS0000000000000000001", "dev")
	t.Logf("the end was seen %s after it", late)
	untilTaken(t, log, 7) // run, stage and job: started and ended; and the build

	steps := map[string]int{}
	for _, s := range op.Steps {
		steps[string(*s.Kind)]++
		if s.ID == nil || s.Status == "Succeeded" && *s.Percent != 100 || s.URL == nil || !strings.Contains(*s.URL, "view=logs") || (*s.Kind == "stage") != (s.Parent == nil) {
			t.Errorf("step is %+v", s)
		}
	}
	if steps["stage"] != 1 || steps["job"] != 1 || steps["task"] < 7 || op.Percent == nil || *op.Percent != 100 {
		t.Errorf("the mirror has %v, at %v %%", steps, op.Percent)
	}

	client, err := azservicebus.NewClientFromConnectionString(bus, nil)
	if err != nil {
		t.Fatal(err)
	}
	sender, err := client.NewSender("hooks", nil)
	if err != nil {
		t.Fatal(err)
	}
	build := `{"eventType":"build.complete","resource":{"id":%d,"buildNumber":"op-%s.1","status":"completed","result":"failed"}}`
	for _, forged := range []string{fmt.Sprintf(build, 1, op.ID), fmt.Sprintf(build, 99, op.ID), fmt.Sprintf(build, 1, "01HOOKS0000000000000000099"), `{"operation":"` + op.ID + `"}`, "not JSON"} {
		if err := sender.SendMessage(t.Context(), &azservicebus.Message{Body: []byte(forged)}, nil); err != nil {
			t.Fatal(err)
		}
	}
	untilTaken(t, log, 12)
	if after := r.await(op.ID); after.Status != "Succeeded" || !after.LastUpdatedAt.Equal(op.LastUpdatedAt) {
		t.Errorf("after forged hooks the operation is %s, changed at %s", after.Status, after.LastUpdatedAt)
	}
	if err := client.Close(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
}

// untilTaken waits until the host has had so many hooks settled.
func untilTaken(t *testing.T, log *lockedBuffer, want int) {
	t.Helper()
	deadline, tick := time.After(30*time.Second), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for {
		n := 0
		for line := range strings.SplitSeq(log.tail(100_000), "\n") {
			if strings.Contains(line, "Executed function: succeeded") && strings.Contains(line, "receiveHook") {
				n++
			}
		}
		if n >= want {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%d hooks were taken, want %d", n, want)
		}
	}
}

// BenchmarkEndSeen is the time from the end of a run to the end of its operation: with service hooks, and by polling alone.
func BenchmarkEndSeen(b *testing.B) {
	for _, hooks := range []bool{true, false} {
		b.Run(map[bool]string{true: "hooks", false: "polling"}[hooks], func(b *testing.B) {
			r := startPlatform(b, func(cfg *local.Config) { cfg.NoPostgres, cfg.NoHooks = true, !hooks })
			r.project("payments")
			var all []time.Duration
			for b.Loop() {
				_, late := r.smallDeployment(fmt.Sprintf("01SEEN%020d", len(all)), fmt.Sprintf("env-%d", len(all)))
				all = append(all, late)
			}
			slices.Sort(all)
			b.ReportMetric(float64(all[len(all)/2].Milliseconds()), "ms-to-end-p50")
			b.ReportMetric(float64(all[len(all)-1].Milliseconds()), "ms-to-end-max")
		})
	}
}
