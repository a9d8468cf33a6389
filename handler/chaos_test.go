package main_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
	"github.com/lazuli-platform/lazuli/internal/local"
)

// The size of TestChaos. "make chaos" makes it large.
var (
	chaosKills        = flag.Int("chaos.kills", 4, "how often the handler is killed")
	chaosEnvironments = flag.Int("chaos.environments", 6, "how many environments are worked on at once")
	chaosOperations   = flag.Int("chaos.operations", 18, "how many operations there are at least")
	chaosSeed         = flag.Uint64("chaos.seed", 1, "what the operations follow from; when the handler dies does not")
)

// TestChaos works on many environments at once while the handler is killed (kill -9) at random, and then looks at everything from
// the outside: what the API, Azure DevOps and Service Bus say must be what was promised.
func TestChaos(t *testing.T) {
	bus := ""
	r := startPlatform(t, func(cfg *local.Config) {
		cfg.NoPostgres = true
		cfg.Settings = func(settings map[string]string) { bus = settings["LAZULI_SERVICE_BUS"] }
	})
	r.project("payments")
	c := &chaos{running: r, dev: r.as("developer"), owner: r.as("team-owner"), admin: r.as("admin")}
	c.prepare(t)
	began := time.Now()
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		c.kill(stop)
	}()
	var all sync.WaitGroup
	for n := range *chaosEnvironments {
		all.Go(func() { c.work(t, n) })
	}
	for n := range max(1, *chaosOperations/100) {
		all.Go(func() { c.onboard(t, n) })
	}
	all.Wait()
	close(stop)
	<-stopped
	t.Logf("%d operations in %d environments, %d kills, %s", len(c.done), *chaosEnvironments, c.kills.Load(), time.Since(began).Round(time.Second))
	if c.kills.Load() < int64(*chaosKills) {
		t.Errorf("the handler was killed %d times only", c.kills.Load())
	}
	c.mustHold(t, bus)
}

type chaos struct {
	*running
	dev, owner, admin *client.ClientWithResponses
	kills, started    atomic.Int64

	mu   sync.Mutex
	done []api.Operation
}

// prepare lets the owner approve, who is not the one who asks.
func (c *chaos) prepare(t *testing.T) {
	t.Helper()
	answer, err := c.as("admin").CreateAssignmentWithResponse(t.Context(), api.AssignmentSpec{Scope: "/projects/payments", ID: "team-owner", Role: "Approver"})
	if err != nil || answer.StatusCode() != http.StatusCreated {
		t.Fatalf("let the owner approve: %v %s", err, said(answer.Body))
	}
}

// kill ends the handler again and again, at moments that nothing in the platform knows of, from the first operation to the last.
func (c *chaos) kill(stop <-chan struct{}) {
	for c.kills.Load() < int64(*chaosKills) {
		pause := time.NewTimer(200*time.Millisecond + time.Duration(rand.Int64N(int64(1500*time.Millisecond)))) //nolint:gosec // no secret
		select {
		case <-stop:
			pause.Stop()
			return
		case <-pause.C:
		}
		if c.ahead() {
			continue
		}
		if pid := c.HandlerPID(); pid != 0 && syscall.Kill(pid, syscall.SIGKILL) == nil {
			c.kills.Add(1)
		}
	}
}

// ahead reports whether more of the kills than of the operations are behind us, so that there are kills left for the last ones.
func (c *chaos) ahead() bool {
	return c.kills.Load()*int64(*chaosOperations) > c.started.Load()*int64(*chaosKills)
}

// patience is how long an operation may take: its own two minutes, and those of the others before it in the agents' queue.
func patience() time.Duration {
	return 2*time.Minute + time.Duration(*chaosEnvironments)*15*time.Second
}

// more reports whether there is more to do: operations, or kills to work under.
func (c *chaos) more() bool {
	return c.started.Load() < int64(*chaosOperations) || c.kills.Load() < int64(*chaosKills)
}

// work is somebody with one environment, which is of type prod for every fifth.
func (c *chaos) work(t *testing.T, n int) {
	random := rand.New(rand.NewPCG(*chaosSeed, uint64(n))) //nolint:gosec // no secret
	name, kind := fmt.Sprintf("env-%d", n), "dev"
	if n%5 == 4 {
		kind = "prod"
	}
	for step := 0; c.more(); step++ {
		c.started.Add(1)
		id := fmt.Sprintf("01CHAOS%09d%010d", n, step)
		op, err := c.one(t.Context(), id, name, kind, random)
		if err != nil {
			t.Errorf("%s, step %d: %v", name, step, err)
			return
		}
		if op != nil {
			c.mu.Lock()
			c.done = append(c.done, *op)
			c.mu.Unlock()
		}
	}
}

// one asks for something and waits for its end. It is nil when there was nothing to do.
func (c *chaos) one(ctx context.Context, id, name, kind string, random *rand.Rand) (*api.Operation, error) {
	ctx, cancel := context.WithTimeout(ctx, patience())
	defer cancel()
	dice := random.IntN(10)
	switch accepted, err := c.ask(ctx, id, name, kind, dice, random); {
	case err != nil:
		return nil, err
	case !accepted:
		return nil, nil
	case dice == 9:
		if _, err := c.dev.CancelOperationWithResponse(ctx, id); err != nil {
			return nil, err
		}
	}
	return c.end(ctx, id, dice == 8)
}

// ask reports whether an operation was accepted.
func (c *chaos) ask(ctx context.Context, id, name, kind string, dice int, random *rand.Rand) (bool, error) {
	if dice == 0 {
		answer, err := c.dev.DeleteEnvironmentWithResponse(ctx, "payments", name, &api.DeleteEnvironmentParams{OperationID: &id})
		return err == nil && answer.StatusCode() == http.StatusAccepted, unless(err, answer, http.StatusAccepted, http.StatusNoContent)
	}
	manifest := api.Manifest{Resources: map[string]api.ManifestResource{}}
	for i := range 1 + random.IntN(3) {
		manifest.Resources[fmt.Sprintf("files-%d", i)] = api.ManifestResource{Type: "storage-account"}
	}
	if dice == 1 {
		mode := api.DeploymentSpecMode("plan")
		answer, err := c.dev.CreateDeploymentWithResponse(ctx, "payments", name, &api.CreateDeploymentParams{OperationID: &id}, api.DeploymentSpec{Mode: &mode, Manifest: &manifest})
		return err == nil && answer.StatusCode() == http.StatusAccepted, unless(err, answer, http.StatusAccepted, http.StatusNotFound)
	}
	answer, err := c.dev.PutEnvironmentWithResponse(ctx, "payments", name, &api.PutEnvironmentParams{OperationID: &id}, api.EnvironmentSpec{Type: &kind, Manifest: &manifest})
	// 200 without an operation: it is so already.
	return err == nil && answer.HTTPResponse.Header.Get("Operation-Id") == id, unless(err, answer, http.StatusOK, http.StatusCreated, http.StatusAccepted)
}

type statusCoder interface{ StatusCode() int }

// unless is an error for an answer that nobody should get.
func unless(err error, answer statusCoder, allowed ...int) error {
	if err != nil {
		return err
	}
	for _, status := range allowed {
		if answer.StatusCode() == status {
			return nil
		}
	}
	return fmt.Errorf("answered %d", answer.StatusCode())
}

// end waits for an operation, and decides on its plan where it stops for that.
func (c *chaos) end(ctx context.Context, id string, reject bool) (*api.Operation, error) {
	wait, tag := 20, ""
	for ctx.Err() == nil {
		answer, err := c.dev.GetOperationWithResponse(ctx, id, &api.GetOperationParams{Wait: &wait, IfNoneMatch: &tag})
		if err != nil {
			return nil, err
		}
		if answer.JSON200 == nil {
			continue
		}
		tag = answer.HTTPResponse.Header.Get("ETag")
		switch answer.JSON200.Stage {
		case "done":
			return answer.JSON200, nil
		case "awaitingApproval":
			decided, err := c.decide(ctx, id, reject)
			if err != nil {
				return nil, err
			}
			if !decided {
				tag = "" // it is looked at again at once, and decided on as it is then
			}
		}
	}
	return nil, fmt.Errorf("operation %s did not end in time", id)
}

// decide reports whether the decision was taken; it is not when what was decided on had changed.
func (c *chaos) decide(ctx context.Context, id string, reject bool) (bool, error) {
	approval, err := c.owner.GetApprovalWithResponse(ctx, id)
	if err != nil {
		return false, err
	}
	if approval.JSON200 == nil || approval.JSON200.Plan == nil {
		return false, fmt.Errorf("operation %s waits for approval and shows %s", id, said(approval.Body))
	}
	digest := approval.JSON200.Plan.Digest
	if reject {
		answer, err := c.owner.RejectOperationWithResponse(ctx, id, api.RejectionRequest{Plan: digest, Comment: "not today"})
		return err == nil && answer.StatusCode() == http.StatusAccepted, unless(err, answer, http.StatusAccepted, http.StatusConflict)
	}
	answer, err := c.owner.ApproveOperationWithResponse(ctx, id, api.ApprovalRequest{Plan: digest})
	if err == nil && answer.StatusCode() == http.StatusConflict {
		c.t.Logf("approval of %s: %s", id, said(answer.Body))
	}
	return err == nil && answer.StatusCode() == http.StatusAccepted, unless(err, answer, http.StatusAccepted, http.StatusConflict)
}
