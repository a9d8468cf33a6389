package platform

import (
	"errors"
	"fmt"
)

// Code says what kind of failure happened. Codes are part of the contract: ProblemCode in apim/openapi.yaml lists them.
type Code string

// The codes a caller can meet. httpapi maps each to a status.
const (
	Invalid              Code = "ValidationFailed"
	Unauthenticated      Code = "Unauthenticated"
	Forbidden            Code = "Forbidden"
	NotFound             Code = "NotFound"
	NameTaken            Code = "NameTaken"
	PreconditionFailed   Code = "PreconditionFailed"
	PreconditionRequired Code = "PreconditionRequired"
	OperationInProgress  Code = "OperationInProgress"
	OperationIDReused    Code = "OperationIdReused"
	OperationFinal       Code = "OperationFinal"
	BodyTooLarge         Code = "BodyTooLarge"
	AddressTooLong       Code = "AddressTooLong"
	TooManyRequests      Code = "TooManyRequests"
	RunNotClaimed        Code = "RunNotClaimed"
	Conflict             Code = "Conflict"
	VersionExists        Code = "VersionExists"
	PolicyRefused        Code = "PolicyRefused"
	BudgetExceeded       Code = "BudgetExceeded"
	NotAwaitingApproval  Code = "NotAwaitingApproval"
	PlanStale            Code = "PlanStale"
	QuotaExceeded        Code = "QuotaExceeded"
	LastAdmin            Code = "LastAdmin"
	InUse                Code = "InUse"
	EnvironmentProtected Code = "EnvironmentProtected"
	DriftRemains         Code = "DriftRemains" // a plan would change what was to be adopted
	EnvironmentNotReady  Code = "EnvironmentNotReady"
	StorageUnavailable   Code = "StorageUnavailable"
	PipelineUnavailable  Code = "PipelineUnavailable"
	IdentityUnavailable  Code = "IdentityUnavailable"
	VaultUnavailable     Code = "VaultUnavailable"
	Internal             Code = "Internal"
)

// Error is a failure that a person may read: what happened, and what to do now.
// Nothing secret and no trail of ours goes into it; the trail is in the errors that wrap it.
type Error struct {
	Code      Code
	Message   string     // a sentence
	Action    string     // what to do now; may be empty
	Operation string     // with OperationInProgress: the operation that is running
	Missing   Permission // with Forbidden: what the caller lacks
	Details   []Detail
	Refusal   bool // refuses the caller something that he might have been allowed; see IsRefusal
	cause     error
}

// Detail names one wrong value of a request.
type Detail struct {
	Pointer string // JSON pointer into the request body
	Message string
}

// Errorf makes an Error with the sentence that a person reads.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Do adds what to do now.
func (e *Error) Do(format string, args ...any) *Error {
	e.Action = fmt.Sprintf(format, args...)
	return e
}

// Because keeps the cause for the log; a person does not see it.
func (e *Error) Because(err error) *Error {
	e.cause = err
	return e
}

// With adds the wrong values of a request.
func (e *Error) With(details ...Detail) *Error {
	e.Details = append(e.Details, details...)
	return e
}

func (e *Error) Error() string {
	if e.cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Message, e.cause)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.cause }

// CodeOf tells the code of err, and Internal for an error that has none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// inPart makes the pointers of an error those of the whole request, of which only a part was looked at.
func inPart(err error, pointer string) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	part := *e
	part.Details = nil
	for _, d := range e.Details {
		part.Details = append(part.Details, Detail{pointer + d.Pointer, d.Message})
	}
	if len(part.Details) == 0 {
		part.Details = []Detail{{pointer, "is the reason"}}
	}
	return &part
}
