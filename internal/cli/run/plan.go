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

// resourceChange is a resource that a JSON plan touches.
type resourceChange struct {
	Address string        `json:"address"`
	Mode    string        `json:"mode"`
	Change  plannedChange `json:"change"`
}

// action is what becomes of the resource; empty when nothing does.
func (r resourceChange) action() api.PlanChangeAction {
	switch {
	case r.Mode == "data" || slices.Equal(r.Change.Actions, []string{"no-op"}) || slices.Equal(r.Change.Actions, []string{"read"}):
		return ""
	case len(r.Change.Actions) == 2:
		return "replace"
	case slices.Contains(r.Change.Actions, "create"):
		return "add"
	case slices.Contains(r.Change.Actions, "delete"):
		return "remove"
	}
	return "change"
}

// summarize keeps of a JSON plan what may leave the agent. Everything counts, and maxPlanChanges of it are listed.
func summarize(raw []byte, digest string) (api.Plan, error) {
	var shown struct {
		Changes []resourceChange `json:"resource_changes"`
	}
	if err := json.Unmarshal(raw, &shown); err != nil {
		return api.Plan{}, fmt.Errorf("decode the plan: %w", err)
	}
	plan := api.Plan{Digest: digest, Changes: []api.PlanChange{}}
	touched := slices.DeleteFunc(shown.Changes, func(r resourceChange) bool { return r.action() == "" })
	for _, r := range touched {
		switch r.action() {
		case "replace":
			plan.Counts.Add++
			plan.Counts.Remove++
		case "add":
			plan.Counts.Add++
		case "remove":
			plan.Counts.Remove++
		default:
			plan.Counts.Change++
		}
	}
	if len(touched) > maxPlanChanges {
		slices.SortStableFunc(touched, func(a, b resourceChange) int { return rank(a) - rank(b) })
		touched = touched[:maxPlanChanges]
	}
	left := maxAllProperties
	for _, r := range touched {
		told := api.PlanChange{Address: clipped(safe(r.Address), maxShown), Action: r.action()}
		if told.Action != "remove" { // what goes needs no listing of what it was
			var more int
			told.Properties, more = r.Change.properties(&left)
			if more > 0 {
				told.MoreProperties = &more
			}
		}
		plan.Changes = append(plan.Changes, told)
	}
	return plan, nil
}

// rank has what destroys something listed before anything else, where not all can be.
func rank(r resourceChange) int {
	if action := r.action(); action == "remove" || action == "replace" {
		return 0
	}
	return 1
}
