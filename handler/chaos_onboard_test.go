package main_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/api"
)

// onboard asks once for a project with three environments. Whatever dies, all of it comes to be: the project with its member, and three
// environments that are deployed.
func (c *chaos) onboard(t *testing.T, n int) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*patience())
	defer cancel()
	name, kind := fmt.Sprintf("onboarded-%d", n), "dev"
	spec := api.ProjectSpec{Title: "Onboarded", Team: name, Members: []api.Member{{ID: "developer", Role: "Contributor"}}}
	for i := range 3 {
		manifest := api.Manifest{Resources: map[string]api.ManifestResource{"files": {Type: "storage-account"}}}
		spec.Environments = append(spec.Environments, api.OnboardedEnvironment{Name: fmt.Sprintf("env-%d", i), Type: kind, Manifest: &manifest})
	}
	answer, err := c.admin.PutProjectWithResponse(ctx, name, nil, spec)
	if err := unless(err, answer, http.StatusOK, http.StatusCreated, http.StatusAccepted); err != nil {
		t.Errorf("onboard %s: %v", name, err)
		return
	}
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		ready, err := c.ready(ctx, name)
		if err != nil || ready == 3 {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			return
		}
		select {
		case <-ctx.Done():
			t.Errorf("%d of the 3 environments of %s are ready", ready, name)
			return
		case <-tick.C:
		}
	}
}

// ready counts the environments that are deployed, and is an error once one never will be.
func (c *chaos) ready(ctx context.Context, project string) (int, error) {
	answer, err := c.dev.ListEnvironmentsWithResponse(ctx, project, &api.ListEnvironmentsParams{})
	switch {
	case err != nil:
		return 0, fmt.Errorf("list environments: %w", err)
	case answer.JSON200 == nil:
		return 0, fmt.Errorf("list environments: %s", said(answer.Body))
	}
	ready := 0
	for _, env := range answer.JSON200.Value {
		switch env.State {
		case "ready":
			ready++
		case "failed":
			return 0, fmt.Errorf("environment %s failed: %+v", env.Name, env.Failure)
		}
	}
	return ready, nil
}
