package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// kinds says for every code of the contract which status it has and what it is called.
var kinds = map[platform.Code]struct {
	status int
	title  string
}{
	platform.Invalid:              {http.StatusBadRequest, "The request is not valid"},
	platform.Unauthenticated:      {http.StatusUnauthorized, "You are not signed in"},
	platform.Forbidden:            {http.StatusForbidden, "You may not do this"},
	platform.NotFound:             {http.StatusNotFound, "There is no such thing"},
	platform.NameTaken:            {http.StatusPreconditionFailed, "The name is taken"},
	platform.PreconditionFailed:   {http.StatusPreconditionFailed, "It was changed in the meantime"},
	platform.PreconditionRequired: {http.StatusPreconditionRequired, "A precondition is missing"},
	platform.OperationInProgress:  {http.StatusConflict, "Another operation is running"},
	platform.OperationIDReused:    {http.StatusConflict, "The operation id was used before"},
	platform.OperationFinal:       {http.StatusConflict, "The operation has ended"},
	platform.BodyTooLarge:         {http.StatusRequestEntityTooLarge, "The request is too large"},
	platform.AddressTooLong:       {http.StatusRequestURITooLong, "The address is too long"},
	platform.TooManyRequests:      {http.StatusTooManyRequests, "Too many requests"},
	platform.RunNotClaimed:        {http.StatusForbidden, "The run does not have the operation"},
	platform.Conflict:             {http.StatusConflict, "It conflicts with what is there"},
	platform.VersionExists:        {http.StatusConflict, "The version exists already"},
	platform.PolicyRefused:        {http.StatusForbidden, "A policy refuses it"},
	platform.BudgetExceeded:       {http.StatusForbidden, "It goes over a budget"},
	platform.NotAwaitingApproval:  {http.StatusConflict, "It does not wait for this approval"},
	platform.PlanStale:            {http.StatusConflict, "The plan is out of date"},
	platform.QuotaExceeded:        {http.StatusForbidden, "It goes over a quota"},
	platform.LastAdmin:            {http.StatusConflict, "Somebody has to stay platform admin"},
	platform.InUse:                {http.StatusConflict, "It is in use"},
	platform.DriftRemains:         {http.StatusConflict, "The plan would change what was to be adopted"},
	platform.EnvironmentProtected: {http.StatusConflict, "The environment is protected"},
	platform.EnvironmentNotReady:  {http.StatusConflict, "The environment is not in a state for it"},
	platform.StorageUnavailable:   {http.StatusServiceUnavailable, "The storage does not answer"},
	platform.PipelineUnavailable:  {http.StatusServiceUnavailable, "Azure DevOps does not answer"},
	platform.IdentityUnavailable:  {http.StatusServiceUnavailable, "The identity provider does not answer"},
	platform.VaultUnavailable:     {http.StatusServiceUnavailable, "The vault does not answer"},
	platform.Internal:             {http.StatusInternalServerError, "Something went wrong on our side"},
}

// retryAfter says in how many seconds another try makes sense. Of TooManyRequests the limiter knows exactly.
var retryAfter = map[platform.Code]int{
	platform.OperationInProgress: 5, platform.StorageUnavailable: 5, platform.PipelineUnavailable: 10, platform.IdentityUnavailable: 5, platform.VaultUnavailable: 5, platform.Conflict: 1,
}

// writeProblem answers with the one shape that every error has. What is not meant for people stays in the log.
func writeProblem(w http.ResponseWriter, err error, requestID string) {
	p := problemOf(err)
	kind := kinds[p.Code]
	body := api.Problem{
		Type: "https://lazuli-platform.github.io/problems/" + kebab(string(p.Code)), Title: kind.title, Status: kind.status,
		Code: api.ProblemCode(p.Code), RequestID: requestID, Detail: optional(p.Message), Action: optional(p.Action), Operation: optional(p.Operation), MissingAction: optional(string(p.Missing)),
	}
	for _, d := range p.Details {
		body.Errors = append(body.Errors, api.ProblemError{Pointer: d.Pointer, Detail: d.Message})
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("X-Ms-Error-Code", string(p.Code))
	if p.Code == platform.Unauthenticated {
		w.Header().Set("WWW-Authenticate", `Bearer realm="lazuli"`)
	}
	if s, ok := retryAfter[p.Code]; ok {
		w.Header().Set("Retry-After", strconv.Itoa(s))
	}
	w.WriteHeader(kind.status)
	_ = json.NewEncoder(w).Encode(body) // the caller has gone; the log line tells the rest
}

// problemOf finds the words for an error. One without words of its own is ours to mend, not the caller's.
func problemOf(err error) *platform.Error {
	var p *platform.Error
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return platform.Errorf(platform.BodyTooLarge, "The body is larger than %d bytes.", tooLarge.Limit)
	case errors.As(err, &p):
		if _, known := kinds[p.Code]; known {
			return p
		}
	case errors.Is(err, context.DeadlineExceeded):
		return platform.Errorf(platform.StorageUnavailable, "It took too long.").Do("Try again with the same Operation-Id: nothing is done twice.")
	}
	return platform.Errorf(platform.Internal, "Something went wrong on our side.").Do("Give the request id to the platform team.")
}

// kebab turns a code into the last part of its address: OperationInProgress into operation-in-progress.
func kebab(code string) string {
	var b strings.Builder
	for i, r := range code {
		if r >= 'A' && r <= 'Z' && i > 0 {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}
