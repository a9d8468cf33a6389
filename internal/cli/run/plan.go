package run

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
)

// planFile is the engine's plan in the run's root; apply takes exactly this file.
const planFile = "tfplan"

// maxPlanChanges is what the contract takes.
const maxPlanChanges = 1000

// Plan reports the plan. What is sensitive, by its mark or by its name, stays on the agent. It sets the variable lazuli.next to
// apply, stop, or keep: then the plan is sealed for the pipeline to publish.
func (s *Session) Plan(ctx context.Context) error {
	c, err := s.claim()
	if err != nil {
		return err
	}
	plan, err := s.readPlan(ctx, c.Mode)
	if err != nil {
		return err
	}
	caller, err := s.api()
	if err != nil {
		return err
	}
	response, err := repeat(ctx, s, "report the plan", func(ctx context.Context) (*client.ReportRunPlanResponse, error) {
		return caller.ReportRunPlanWithResponse(ctx, s.Operation, &api.ReportRunPlanParams{LazuliRunSecret: c.Secret}, api.RunPlan{Plan: plan})
	})
	if err != nil {
		return err
	}
	if response.JSON200 == nil {
		return fmt.Errorf("report the plan: the API answered %d without a decision", response.StatusCode())
	}
	if response.JSON200.Decision == "keep" {
		if err := s.keep(c, plan.Digest); err != nil {
			return err
		}
	}
	fmt.Fprintf(s.Out, "%d to add, %d to change, %d to remove: %s. %s\n", plan.Counts.Add, plan.Counts.Change, plan.Counts.Remove,
		response.JSON200.Decision, safe(response.JSON200.Reason))
	s.setVariable("lazuli.next", string(response.JSON200.Decision))
	return nil
}

func (s *Session) readPlan(ctx context.Context, mode string) (api.Plan, error) {
	digest, err := fileDigest(s.path("root", planFile))
	if err != nil {
		return api.Plan{}, err
	}
	raw, err := s.capture(ctx, "", "show", "-json", planFile)
	if err != nil {
		return api.Plan{}, err
	}
	plan, err := summarize(raw, digest)
	if err == nil && mode == "drift" {
		plan.Drift, err = drifted(raw)
	}
	return plan, err
}

func fileDigest(path string) (string, error) {
	file, err := os.Open(path) // #nosec G304 -- the plan in the run's own folder
	if err != nil {
		return "", fmt.Errorf("read the plan: %w", err)
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", fmt.Errorf("read the plan: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// summarize keeps of a JSON plan what may leave the agent.
func summarize(raw []byte, digest string) (api.Plan, error) {
	var shown struct {
		Changes []struct {
			Address string        `json:"address"`
			Mode    string        `json:"mode"`
			Change  plannedChange `json:"change"`
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal(raw, &shown); err != nil {
		return api.Plan{}, fmt.Errorf("decode the plan: %w", err)
	}
	plan := api.Plan{Digest: digest, Changes: []api.PlanChange{}}
	left := maxAllProperties
	for _, ch := range shown.Changes {
		var action api.PlanChangeAction
		switch {
		case ch.Mode == "data" || slices.Equal(ch.Change.Actions, []string{"no-op"}) || slices.Equal(ch.Change.Actions, []string{"read"}):
			continue
		case len(ch.Change.Actions) == 2:
			action = "replace"
			plan.Counts.Add++
			plan.Counts.Remove++
		case slices.Contains(ch.Change.Actions, "create"):
			action = "add"
			plan.Counts.Add++
		case slices.Contains(ch.Change.Actions, "delete"):
			action = "remove"
			plan.Counts.Remove++
		default:
			action = "change"
			plan.Counts.Change++
		}
		if len(plan.Changes) == maxPlanChanges {
			continue
		}
		told := api.PlanChange{Address: clipped(safe(ch.Address), maxShown), Action: action}
		if action != "remove" { // what goes needs no listing of what it was
			var more int
			told.Properties, more = ch.Change.properties(&left)
			if more > 0 {
				told.MoreProperties = &more
			}
		}
		plan.Changes = append(plan.Changes, told)
	}
	return plan, nil
}
