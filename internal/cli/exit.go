package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/cli/auth"
)

// The exit codes. The help topic "exit-codes" lists them.
const (
	exitOK              = 0
	exitFailed          = 1
	exitUsage           = 2
	exitNotFound        = 3
	exitLogin           = 4
	exitConflict        = 5
	exitOperationFailed = 6
	exitTimeout         = 7
	exitNotAllowed      = 8
	exitInterrupted     = 130
)

// usageError is a command line that cannot be understood.
type usageError struct{ error }

// problemError is what the API said.
type problemError struct {
	status  int
	problem api.Problem
}

func (e problemError) Error() string {
	if e.problem.Detail != nil {
		return *e.problem.Detail
	}
	return fmt.Sprintf("%s (%d)", e.problem.Title, e.status)
}

// operationError is an operation that was watched and did not succeed.
type operationError struct{ operation api.Operation }

func (e operationError) Error() string {
	return fmt.Sprintf("operation %s ended as %s", e.operation.ID, e.operation.Status)
}

// stillWaiting is an operation that was watched until people have to decide.
type stillWaiting struct{ id string }

func (e stillWaiting) Error() string { return fmt.Sprintf("operation %s waits for approval", e.id) }

// stillRunning is an operation that was watched for as long as was wanted.
type stillRunning struct{ id string }

func (e stillRunning) Error() string { return fmt.Sprintf("operation %s is still running", e.id) }

// hintError is any other error with what to do.
type hintError struct {
	error
	hint string
}

func (e hintError) Unwrap() error { return e.error }

func exitCode(ctx context.Context, err error) int {
	var (
		usage   usageError
		problem problemError
		failed  operationError
		running stillRunning
		waiting stillWaiting
		refused notAllowed
	)
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &usage):
		return exitUsage
	case errors.Is(err, auth.ErrLoginNeeded):
		return exitLogin
	case errors.As(err, &failed):
		return exitOperationFailed
	case errors.As(err, &running), errors.As(err, &waiting):
		return exitTimeout
	case errors.As(err, &refused):
		return exitNotAllowed
	case errors.As(err, &problem):
		return problemCode(problem.status)
	case ctx.Err() != nil:
		return exitInterrupted
	}
	return exitFailed
}

func problemCode(status int) int {
	switch status {
	case http.StatusBadRequest:
		return exitUsage
	case http.StatusUnauthorized:
		return exitLogin
	case http.StatusNotFound:
		return exitNotFound
	case http.StatusConflict, http.StatusPreconditionFailed:
		return exitConflict
	}
	return exitFailed
}

// printError says what happened, why, and what to do now; with -o json a program finds the problem on stdout.
func (s *session) printError(ctx context.Context, err error) {
	var (
		problem problemError
		hint    hintError
		usage   usageError
		failed  operationError
		refused notAllowed
		waiting stillWaiting
	)
	if ctx.Err() != nil && !errors.As(err, &problem) {
		return // the person who interrupted knows
	}
	if errors.As(err, &failed) || errors.As(err, &waiting) {
		return // the watch has told all of it
	}
	if errors.As(err, &refused) {
		return // the explanation is the answer
	}
	fmt.Fprintln(s.Err, "ERROR:", clean(err.Error()))
	switch {
	case errors.As(err, &problem):
		s.printProblem(problem.problem)
	case errors.As(err, &hint):
		fmt.Fprintln(s.Err, "try: ", hint.hint)
	case errors.As(err, &usage):
		fmt.Fprintln(s.Err, "try:  --help")
	case errors.Is(err, auth.ErrLoginNeeded):
		fmt.Fprintln(s.Err, "try:  lazuli login")
	}
}

func (s *session) printProblem(p api.Problem) {
	for _, e := range p.Errors {
		fmt.Fprintf(s.Err, "  %s  %s\n", clean(e.Pointer), clean(e.Detail))
	}
	if p.Action != nil {
		fmt.Fprintln(s.Err, "try: ", clean(*p.Action))
	}
	fmt.Fprintf(s.Err, "code %s · request %s\n", p.Code, p.RequestID)
	if s.output == "json" {
		_ = json.NewEncoder(s.Out).Encode(p) // stdout is gone, and so is whom to tell
	}
}

// answered is what all generated responses have in common.
type answered interface {
	StatusCode() int
	GetApplicationProblemJSONDefault() *api.Problem
}

// check turns an answer that is none into an error. "Not modified" is one: nothing is new.
func check(r answered, err error) error {
	if err != nil {
		return err
	}
	if r.StatusCode() < 300 || r.StatusCode() == http.StatusNotModified {
		return nil
	}
	if p := r.GetApplicationProblemJSONDefault(); p != nil {
		return problemError{status: r.StatusCode(), problem: *p}
	}
	return hintError{fmt.Errorf("the platform answered %d and did not say why", r.StatusCode()), "try again; the log of the platform tells more"}
}
