package tables

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"syscall"
)

// apiError is a refusal in the service's own words: HTTP status, code, and a sentence for a person.
type apiError struct {
	status  int
	code    string
	message string
}

func (e *apiError) Error() string { return e.code + ": " + e.message }

func refuse(status int, code, format string, args ...any) *apiError {
	return &apiError{status: status, code: code, message: fmt.Sprintf(format, args...)}
}

func invalidInput(format string, args ...any) *apiError {
	return refuse(http.StatusBadRequest, "InvalidInput", format, args...)
}

func outOfRange(format string, args ...any) *apiError {
	return refuse(http.StatusBadRequest, "OutOfRangeInput", format, args...)
}

func forbidden(reason string) *apiError {
	return refuse(http.StatusForbidden, "AuthenticationFailed",
		"The server could not authenticate the request. %s", reason)
}

func tableNotFound(name string) *apiError {
	return refuse(http.StatusNotFound, "TableNotFound", "The table %q does not exist. Create it first.", name)
}

var (
	errEntityNotFound = refuse(http.StatusNotFound, "ResourceNotFound", "The specified resource does not exist.")
	errEntityExists   = refuse(http.StatusConflict, "EntityAlreadyExists", "The specified entity already exists.")
	errCondition      = refuse(http.StatusPreconditionFailed, "UpdateConditionNotSatisfied",
		"The update condition specified in the request was not satisfied: the entity was changed since it was read. Read it again.")
	errBodyTooLarge = refuse(http.StatusRequestEntityTooLarge, "RequestBodyTooLarge",
		"The request body is larger than %d bytes, the most that is allowed. Send less at once.", maxBody)
)

// storageFailure is what a caller learns when the data file could not be written. Nothing of the failed request, or of
// those that shared its fsync, is acknowledged; everything acknowledged earlier is untouched.
func storageFailure(file string, err error) *apiError {
	if isDiskFull(err) {
		return refuse(http.StatusInternalServerError, "InternalError",
			"The disk of the data folder is full: %s could not grow, and this request was not carried out. "+
				"What was stored before is safe. Free some space on that disk, then repeat the request.", file)
	}
	return refuse(http.StatusInternalServerError, "InternalError",
		"The data file %s could not be written (%v), and this request is not confirmed. "+
			"Check the disk and the rights on that folder, then repeat the request.", file, err)
}

// isDiskFull looks at the text as well: bbolt formats some causes with %s, which hides their type.
func isDiskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || strings.Contains(err.Error(), syscall.ENOSPC.Error())
}

// asAPIError gives every failure the shape that is answered.
func asAPIError(err error) *apiError {
	var refused *apiError
	if errors.As(err, &refused) {
		return refused
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return errBodyTooLarge
	}
	if errors.Is(err, errClosed) {
		return refuse(http.StatusServiceUnavailable, "ServerBusy", "The table server is shutting down. Try again when it is back.")
	}
	return refuse(http.StatusInternalServerError, "InternalError", "The request failed: %v", err)
}

// body renders the error as one line of JSON; clients search batch answers for it line by line.
func (e *apiError) body(requestID, now string) []byte {
	return e.bodyAt("", requestID, now)
}

// bodyAt is body with a prefix before the message; batches put the index of the failed operation there.
func (e *apiError) bodyAt(prefix, requestID, now string) []byte {
	type message struct {
		Lang  string `json:"lang"`
		Value string `json:"value"`
	}
	var doc struct {
		Error struct {
			Code    string  `json:"code"`
			Message message `json:"message"`
		} `json:"odata.error"`
	}
	doc.Error.Code = e.code
	doc.Error.Message = message{Lang: "en-US", Value: fmt.Sprintf("%s%s\nRequestId:%s\nTime:%s", prefix, e.message, requestID, now)}
	out, err := json.Marshal(doc)
	if err != nil { // strings always marshal
		return []byte(`{"odata.error":{"code":"InternalError"}}`)
	}
	return out
}
