package devops

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// adoError finds the service's error in err. The client returns it by value or by pointer, depending on the answer's body.
func adoError(err error) (azuredevops.WrappedError, bool) {
	var pointer *azuredevops.WrappedError
	if errors.As(err, &pointer) && pointer != nil {
		return *pointer, true
	}
	var plain azuredevops.WrappedError
	if errors.As(err, &plain) {
		return plain, true
	}
	return azuredevops.WrappedError{}, false
}

func statusOf(e azuredevops.WrappedError) int { return value(e.StatusCode) }

// failure turns an error of the client into one of the port: NotFound for a thing that the service says it does not have,
// else PipelineUnavailable, which wraps ErrRefused when the service answered that it will not, and Later when that may change.
func failure(doing string, err error) error {
	trail := fmt.Errorf("%s: %w", doing, err)
	e, answered := adoError(err)
	switch {
	case answered && isMissing(e):
		return platform.Errorf(platform.NotFound, "Azure DevOps does not have it (any more): %s", value(e.Message)).Because(trail)
	case answered && isRefusal(e):
		message, action := refusal(e)
		trail = fmt.Errorf("%w: %w", platform.ErrRefused, trail)
		if passes(e) {
			trail = fmt.Errorf("%w: %w", platform.Later{After: pauseOf(e)}, trail)
		}
		return platform.Errorf(platform.PipelineUnavailable, "%s", message).Do("%s", action).Because(trail)
	default:
		return platform.Errorf(platform.PipelineUnavailable, "Azure DevOps does not answer as it should.").
			Do("Nothing is lost, and the work goes on when it answers again.").Because(fmt.Errorf("%w: %w", platform.Later{After: pauseOf(e)}, trail))
	}
}

// passes reports whether the reason of a refusal goes by, or is mended by somebody who has nothing to do with the request: a limit,
// a sign-in, a permission.
func passes(e azuredevops.WrappedError) bool {
	switch statusOf(e) {
	case http.StatusTooManyRequests, http.StatusUnauthorized, http.StatusForbidden:
		return true
	}
	return false
}

// pauseOf is how long the service wants to be left alone, as repair.go noted it.
func pauseOf(e azuredevops.WrappedError) time.Duration {
	seconds, _ := value(e.CustomProperties)[pauseProperty].(float64)
	return time.Duration(seconds * float64(time.Second))
}

// isMissing reports whether the service itself says that a run, or a thing of a run, is not there. A 404 of a proxy or of a
// missing project or pipeline says nothing about a run.
func isMissing(e azuredevops.WrappedError) bool {
	key := value(e.TypeKey)
	return statusOf(e) == http.StatusNotFound && strings.HasSuffix(key, "NotFoundException") && !isUnknownPipeline(key)
}

// isUnknownPipeline: decided by the type key alone, because the service has answered it with 404 and with 500.
func isUnknownPipeline(typeKey string) bool {
	return typeKey == "PipelineNotFoundException" || typeKey == "DefinitionNotFoundException"
}

// isRefusal reports whether the answer says that nothing was done. 408 is a time-out, of which that is not known; and a page
// of a proxy may come in place of any answer, unless it is one that lets nobody in.
func isRefusal(e azuredevops.WrappedError) bool {
	key, status := value(e.TypeKey), statusOf(e)
	switch {
	case isUnknownPipeline(key), passes(e):
		return true
	case strings.HasPrefix(key, typeKeyPrefix):
		return false
	}
	return status >= http.StatusBadRequest && status < http.StatusInternalServerError && status != http.StatusRequestTimeout
}

// refusal says why, and who can do something about it.
func refusal(e azuredevops.WrappedError) (message, action string) {
	said := value(e.Message)
	switch status := statusOf(e); {
	case status == http.StatusTooManyRequests:
		return "Azure DevOps gets too many requests from Lazuli and turned this one away.", "It is sent again later by itself."
	case status == http.StatusUnauthorized:
		return "Azure DevOps does not accept Lazuli's sign-in.", "An administrator has to check that Lazuli's identity is a member of the organization, or that its token has not expired."
	case status == http.StatusForbidden:
		return "Azure DevOps does not allow this to Lazuli: " + said, "An administrator has to give Lazuli's identity the permission to queue and stop builds of the pipeline."
	case isUnknownPipeline(value(e.TypeKey)), status == http.StatusNotFound:
		return "Azure DevOps does not know the project or the pipeline that Lazuli is set up with: " + said, "An administrator has to check the settings LAZULI_DEVOPS_PROJECT and LAZULI_DEVOPS_PIPELINE."
	default:
		return "Azure DevOps refused the request: " + said, "The platform team has to mend the pipeline or its settings."
	}
}
