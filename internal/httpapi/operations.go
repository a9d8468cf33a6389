package httpapi

import (
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

const maxWait = 30

var cursorPattern = regexp.MustCompile(`^[A-Za-z0-9._-]{0,200}$`)

// getOperation answers GET /v1/operations/{operation}, waiting as asked.
func (a *API) getOperation(w http.ResponseWriter, r *http.Request) error {
	wait, err := waitOf(r)
	if err != nil {
		return err
	}
	op, err := a.service.GetOperation(r.Context(), callerFrom(r), pathValue(r, "operation"), wait)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", etag(op.Revision))
	if !op.Status.Final() {
		w.Header().Set("Retry-After", strconv.Itoa(pollSeconds))
	}
	if r.Header.Get("If-None-Match") == etag(op.Revision) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	return answer(w, http.StatusOK, operationOf(op))
}

func waitOf(r *http.Request) (platform.Wait, error) {
	var wait platform.Wait
	if text := r.URL.Query().Get("wait"); text != "" {
		seconds, err := strconv.Atoi(text)
		if err != nil || seconds < 0 || seconds > maxWait {
			return wait, platform.Errorf(platform.Invalid, "wait must be 0 to %d seconds.", maxWait)
		}
		wait.For = time.Duration(seconds) * time.Second
	}
	if revision, ok := revisionOf(r.Header.Get("If-None-Match")); ok {
		wait.Since = &revision
	}
	return wait, nil
}

// listOperations answers GET /v1/projects/{project}/operations.
func (a *API) listOperations(w http.ResponseWriter, r *http.Request) error {
	page, err := a.page(r)
	if err != nil {
		return err
	}
	filter := platform.OperationFilter{Environment: r.URL.Query().Get("inEnvironment"), Status: platform.Status(r.URL.Query().Get("status"))}
	if filter.Status != "" && !api.OperationStatus(filter.Status).Valid() {
		return platform.Errorf(platform.Invalid, "status must be NotStarted, Running, Succeeded, Failed or Canceled.")
	}
	if filter.Environment != "" && !platform.ValidName(filter.Environment) {
		return platform.Errorf(platform.Invalid, "inEnvironment must be the name of an environment.")
	}
	operations, next, err := a.service.ListOperations(r.Context(), callerFrom(r), pathValue(r, "project"), filter, page)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, api.OperationList{Value: operationsOf(operations), NextLink: a.nextLink(r, next)})
}

// getOperationLogs answers GET /v1/operations/{operation}/logs.
func (a *API) getOperationLogs(w http.ResponseWriter, r *http.Request) error {
	after := r.URL.Query().Get("after")
	if !cursorPattern.MatchString(after) {
		return platform.Errorf(platform.Invalid, "after is no cursor of ours.").Do("Send the next of an earlier answer, or nothing.")
	}
	page, err := a.service.GetOperationLogs(r.Context(), callerFrom(r), pathValue(r, "operation"), after)
	if err != nil {
		return err
	}
	logs := api.OperationLogs{Value: []api.LogLine{}, Next: page.Next, Complete: page.Complete}
	for _, line := range page.Lines {
		logs.Value = append(logs.Value, api.LogLine(line))
	}
	return answer(w, http.StatusOK, logs)
}

// cancelOperation answers POST /v1/operations/{operation}/cancellations.
func (a *API) cancelOperation(w http.ResponseWriter, r *http.Request) error {
	op, err := a.service.CancelOperation(r.Context(), callerFrom(r), pathValue(r, "operation"))
	if err != nil {
		return err
	}
	return a.accepted(w, op)
}

// retryOperation answers POST /v1/operations/{operation}/retries.
func (a *API) retryOperation(w http.ResponseWriter, r *http.Request) error {
	operation, err := operationID(r)
	if err != nil {
		return err
	}
	done, err := a.service.RetryOperation(r.Context(), callerFrom(r), pathValue(r, "operation"), operation)
	if err != nil {
		return err
	}
	return a.accepted(w, *done.Operation)
}

func operationOf(op platform.Operation) api.Operation {
	out := api.Operation{
		ID: op.ID, Kind: op.Kind, Mode: api.OperationMode(op.Mode), Status: api.OperationStatus(op.Status), Stage: api.OperationStage(op.Stage),
		Resource: "/projects/" + op.Project + "/environments/" + op.Environment, Project: op.Project, Environment: optional(op.Environment),
		Deployment: optional(op.Deployment), Message: optional(op.Message), RequestedBy: op.RequestedBy,
		CreatedAt: op.CreatedAt.UTC(), LastUpdatedAt: op.UpdatedAt.UTC(), Steps: []api.OperationStep{}, Percent: &op.Percent, Error: errorOf(op.Error),
	}
	if run := op.Run(); run.ID != "" {
		out.Run = &api.OperationRun{ID: run.ID, URL: optional(run.URL)}
	}
	for _, s := range op.Steps {
		out.Steps = append(out.Steps, stepOf(s))
	}
	return out
}

func stepOf(s platform.Step) api.OperationStep {
	out := api.OperationStep{ID: optional(s.ID), Parent: optional(s.Parent), Name: s.Name, Status: api.OperationStepStatus(s.Status),
		StartedAt: optionalTime(s.StartedAt), FinishedAt: optionalTime(s.FinishedAt), Detail: optional(s.Detail), URL: optional(s.URL)}
	if s.Kind != "" { // what was stored before kinds were told has none
		kind := api.OperationStepKind(s.Kind)
		out.Kind, out.Percent, out.Attempt = &kind, &s.Percent, &s.Attempt
	}
	return out
}

func errorOf(e *platform.OperationError) *api.OperationError {
	if e == nil {
		return nil
	}
	out := &api.OperationError{Code: e.Code, Message: e.Message, Target: optional(e.Target), Action: optional(e.Action), Lines: e.Lines,
		Rule: optional(e.Rule), Cause: optional(e.Cause)}
	if e.WhoFixes != "" {
		who, retry := api.OperationErrorWhoFixes(e.WhoFixes), api.OperationErrorRetry(e.Retry)
		out.WhoFixes, out.Retry = &who, &retry
	}
	return out
}
