package main_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/local"
)

// The handler is killed (kill -9) at every point of an operation's life where it has something in hand. However it dies, the
// request that was accepted ends well, and exactly one run has effect.
//
// The points are the transactions that the life consists of, in order, each just before and just after it takes effect; the
// request that starts the run; and the ones that surround acceptance.
func TestKill(t *testing.T) {
	const batch, runs = `\$batch`, `_apis/pipelines/\d+/runs`
	points := []struct {
		name   string
		devops bool
		nth    int
		after  bool
		match  string
	}{
		{name: "before acceptance is stored", nth: 1, match: batch},
		{name: "after acceptance is stored, before it is answered", nth: 1, after: true, match: batch},
		{name: "before the attempt is noted", nth: 2, match: batch},
		{name: "after the attempt is noted", nth: 2, after: true, match: batch},
		{name: "before the run is asked for", devops: true, nth: 1, match: `(?i)` + runs},
		{name: "after the run was made, before the answer is read", devops: true, nth: 1, after: true, match: `(?i)` + runs},
		{name: "at the next transaction, before it", nth: 3, match: batch},
		{name: "at the next transaction, after it", nth: 3, after: true, match: batch},
		{name: "at the one after, before it", nth: 4, match: batch},
		{name: "at the one after, after it", nth: 4, after: true, match: batch},
		{name: "at the plan's report, before it", nth: 5, match: batch},
		{name: "at the plan's report, after it", nth: 5, after: true, match: batch},
		{name: "at the result's report, after it", nth: 6, after: true, match: batch},
		{name: "at the end, before it", nth: 7, match: batch},
	}
	var tables, devops *faultProxy
	r := startPlatform(t, withProxies(t, &tables, &devops), func(cfg *local.Config) { cfg.NoPostgres = true })
	r.project("payments")
	for i, point := range points {
		t.Run(point.name, func(t *testing.T) {
			k := newKiller(r, point.nth, point.after, http.MethodPost, point.match)
			proxy := tables
			if point.devops {
				proxy = devops
			}
			proxy.set(k.fault)
			defer proxy.set(nil)
			mustSurvive(t, r, fmt.Sprintf("kill-%02d", i), fmt.Sprintf("01KILLED00000000000000%04d", i), k)
		})
	}
}

func mustSurvive(t *testing.T, r *running, name, id string, k *killer) {
	t.Helper()
	began := time.Now()
	kind := "dev"
	manifest := api.Manifest{Resources: map[string]api.ManifestResource{"files": {Type: "storage-account"}}}
	answer, err := r.as("developer").PutEnvironmentWithResponse(t.Context(), "payments", name, &api.PutEnvironmentParams{OperationID: &id}, api.EnvironmentSpec{Type: &kind, Manifest: &manifest})
	if err != nil || answer.StatusCode() != http.StatusCreated {
		t.Fatalf("create: %v %s", err, said(answer.Body))
	}
	if op := r.await(id); op.Status != "Succeeded" {
		t.Fatalf("operation ended as %s: %+v", op.Status, op.Error)
	}
	select {
	case <-k.Killed:
	default:
		t.Fatal("the operation ended without reaching the point at which the handler was to be killed")
	}
	if env := mustGet(t, r, name); env.State != "ready" || env.ActiveOperation != nil {
		t.Errorf("environment is %s with operation %v, want ready and free", env.State, env.ActiveOperation)
	}
	effective := 0
	all := r.builds(id)
	for _, b := range all {
		if b.effective() {
			effective++
		}
	}
	if effective != 1 {
		t.Errorf("%d of %d runs had effect, want exactly one", effective, len(all))
	}
	t.Logf("survived in %s, with %d runs", time.Since(began).Round(time.Millisecond), len(all))
}
