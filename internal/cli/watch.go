package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
)

// longPoll is how long one question waits at the platform for news.
const longPoll = 20

// follow watches an operation to its end, unless told not to, and says what came of it. Interrupting it ends the watching alone.
func (s *session) follow(ctx context.Context, caller *client.ClientWithResponses, id string, w *wish) error {
	fmt.Fprintf(s.Err, "Operation %s  %s/operations/%s\n", id, s.address(), id)
	if w.noWait {
		fmt.Fprintf(s.Err, "To watch it:  lazuli operation watch %s\n", id)
		return s.printOperation(ctx, caller, id)
	}
	watching := ctx
	if w.timeout > 0 {
		var cancel context.CancelFunc
		watching, cancel = context.WithTimeout(ctx, w.timeout)
		defer cancel()
	}
	enough := untilDecision
	if w.through {
		enough = untilEnd
	}
	op, err := s.watch(watching, caller, id, enough)
	if watching.Err() != nil {
		fmt.Fprintf(s.Err, "\nThe operation goes on.  To watch it:  lazuli operation watch %s   To end it:  lazuli operation cancel %s\n", id, id)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return stillRunning{id}
	}
	if err != nil {
		return err
	}
	if op.Stage == awaitingApproval {
		return s.showWaiting(ctx, caller, op)
	}
	return s.conclude(ctx, caller, op)
}

func (s *session) printOperation(ctx context.Context, caller *client.ClientWithResponses, id string) error {
	if s.output != "json" {
		return nil
	}
	answer, err := caller.GetOperationWithResponse(ctx, id, &api.GetOperationParams{})
	if err := check(answer, err); err != nil {
		return err
	}
	return s.print(answer.JSON200, nil)
}

// awaitingApproval is the stage in which nothing goes on until people decide.
const awaitingApproval api.OperationStage = "awaitingApproval"

// untilDecision ends a watch where people have to decide: that may take days.
func untilDecision(op api.Operation) bool { return op.Stage == awaitingApproval }

// untilEnd watches through it.
func untilEnd(api.Operation) bool { return false }

// watch polls until the operation is final, or enough, showing each step once it has ended, and on a terminal the one that runs.
func (s *session) watch(ctx context.Context, caller *client.ClientWithResponses, id string, enough func(api.Operation) bool) (api.Operation, error) {
	shown := map[string]bool{}
	params := api.GetOperationParams{}
	for {
		answer, err := caller.GetOperationWithResponse(ctx, id, &params)
		if err := check(answer, err); err != nil {
			return api.Operation{}, err
		}
		if answer.JSON200 != nil {
			op := *answer.JSON200
			s.showSteps(op, shown)
			if op.Status == "Succeeded" || op.Status == "Failed" || op.Status == "Canceled" || enough(op) {
				return op, nil
			}
			tag, wait := answer.HTTPResponse.Header.Get("ETag"), longPoll
			params = api.GetOperationParams{Wait: &wait, IfNoneMatch: &tag}
		}
	}
}

// conclude says what the end means: outputs, or what went wrong.
func (s *session) conclude(ctx context.Context, caller *client.ClientWithResponses, op api.Operation) error {
	duration := op.LastUpdatedAt.Sub(op.CreatedAt).Round(100 * time.Millisecond)
	name := op.Project + "/" + text(op.Environment)
	if op.Status != "Succeeded" {
		s.showFailure(op)
		s.showWhatIsLeft(ctx, caller, op)
		return errors.Join(s.print(op, func() error { return nil }), operationError{op})
	}
	if op.Mode == "destroy" {
		fmt.Fprintf(s.Err, "✓ %s is gone after %s; proven: nothing is left\n", name, duration)
		return s.print(op, func() error { return nil })
	}
	if op.Kind == "checkDrift" {
		report, err := driftOf(ctx, caller, name)
		if err != nil {
			return err
		}
		return s.print(report, func() error { s.showDrift(s.Out, name, *report); return nil })
	}
	answer, err := caller.GetEnvironmentWithResponse(ctx, op.Project, text(op.Environment))
	if err := check(answer, err); err != nil {
		return err
	}
	if s.showPlanned(ctx, caller, op) {
		fmt.Fprintf(s.Err, "✓ planned %s in %s\n", name, duration)
		return s.print(answer.JSON200, func() error { return nil })
	}
	fmt.Fprintf(s.Err, "✓ %s is %s after %s\n", name, answer.JSON200.State, duration)
	return s.print(answer.JSON200, func() error { return s.showOutputs(*answer.JSON200) })
}

// showPlanned lists what the engine would change, and reports whether the operation was there only to find that out.
func (s *session) showPlanned(ctx context.Context, caller *client.ClientWithResponses, op api.Operation) bool {
	if op.Deployment == nil {
		return false
	}
	answer, err := caller.GetDeploymentWithResponse(ctx, op.Project, text(op.Environment), *op.Deployment)
	if check(answer, err) != nil || answer.JSON200.Plan == nil || answer.JSON200.Mode != "plan" {
		return false
	}
	plan := answer.JSON200.Plan
	showChanges(s.Err, *plan)
	fmt.Fprintf(s.Err, "  %d to add, %d to change, %d to remove; nothing was applied\n", plan.Counts.Add, plan.Counts.Change, plan.Counts.Remove)
	return true
}

// showFailure tells a failure: the step, the cause, who can do something about it and what, then the words of who failed.
func (s *session) showFailure(op api.Operation) {
	if op.Status == "Succeeded" || op.Error == nil {
		if op.Status == "Canceled" {
			fmt.Fprintf(s.Err, "(!) Canceled: %s\n", op.ID)
		}
		return
	}
	e := op.Error
	where := ""
	if e.Target != nil {
		where = " in step " + clean(*e.Target)
	}
	why := e.Message
	if e.Cause != nil {
		why = *e.Cause
	}
	fmt.Fprintf(s.Err, "(x) %s%s: %s\n", op.Status, where, clean(why))
	if e.WhoFixes != nil {
		fmt.Fprintf(s.Err, "who:  %s%s\n", whoFixes(*e.WhoFixes), again(e.Retry))
	}
	if e.Action != nil {
		fmt.Fprintf(s.Err, "try:  %s\n", clean(*e.Action))
	}
	if e.Cause != nil {
		fmt.Fprintf(s.Err, "said: %s\n", clean(e.Message))
	}
	for _, line := range e.Lines {
		fmt.Fprintf(s.Err, "    │ %s\n", clean(line))
	}
	if op.Run != nil && op.Run.URL != nil {
		fmt.Fprintf(s.Err, "run:  %s\n", clean(*op.Run.URL))
	}
}

// whoFixes names who can do something about a failure, for people.
func whoFixes(who api.OperationErrorWhoFixes) string {
	switch who {
	case api.Requester:
		return "who asked for it"
	case api.ProjectOwner:
		return "the project's owner"
	case api.PlatformTeam:
		return "the platform team"
	case api.Nobody:
		return "nobody, it passes by itself"
	}
	return clean(string(who))
}

// again says whether the same is worth another try.
func again(retry *api.OperationErrorRetry) string {
	if retry == nil {
		return ""
	}
	switch *retry {
	case api.AsIs:
		return "; it can be tried again as it is"
	case api.AfterChange:
		return "; trying again helps only after a change"
	case api.No:
		return "; do not try the same again"
	}
	return ""
}
