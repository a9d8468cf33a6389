package devops

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// apiError is an answer of the service that is not a success. Clients branch on the type key first and on the status second.
type apiError struct {
	status  int
	typeKey string
	space   string // .NET namespace and assembly that typeName shows
	message string
}

func (e *apiError) Error() string { return e.typeKey + ": " + e.message }

const (
	buildSpace    = "Microsoft.TeamFoundation.Build.WebApi"
	pipelineSpace = "Microsoft.Azure.Pipelines.WebApi"
	coreSpace     = "Microsoft.TeamFoundation.Core.WebApi"
	vssSpace      = "Microsoft.VisualStudio.Services.Common"
)

func errProjectNotFound(name string) error {
	return &apiError{http.StatusNotFound, "ProjectDoesNotExistWithNameException", coreSpace,
		fmt.Sprintf("TF200016: The following project does not exist: %s. Verify that the name of the project is correct and that the project exists on the specified Azure DevOps Server.", name)}
}

func errPipelineNotFound(id string) error {
	return &apiError{http.StatusNotFound, "PipelineNotFoundException", pipelineSpace, fmt.Sprintf("The pipeline '%s' does not exist", id)}
}

func errBuildNotFound(id string) error {
	return &apiError{http.StatusNotFound, "BuildNotFoundException", buildSpace, fmt.Sprintf("The requested build %s could not be found.", id)}
}

func errNotFound(typeKey, format string, args ...any) error {
	return &apiError{http.StatusNotFound, typeKey, buildSpace, fmt.Sprintf(format, args...)}
}

func errInvalidPipeline(message string) error {
	return &apiError{http.StatusBadRequest, "PipelineValidationException", pipelineSpace, message}
}

func errInvalidArgument(format string, args ...any) error {
	return &apiError{http.StatusBadRequest, "InvalidArgumentValueException", vssSpace, fmt.Sprintf(format, args...)}
}

func errMissingArgument(name string) error {
	return &apiError{http.StatusBadRequest, "ArgumentNullException", "System", "Value cannot be null.\r\nParameter name: " + name}
}

// writeError turns err into the service's error body. Whatever is not an apiError is a fault of ours: 500, with the text for the log alone.
func (s *Server) writeError(w http.ResponseWriter, r *http.Request, err error) {
	var e *apiError
	if !errors.As(err, &e) {
		s.log.Error("Azure DevOps stand-in could not answer", "method", r.Method, "path", r.URL.Path, "error", err)
		e = &apiError{http.StatusInternalServerError, "VssServiceException", vssSpace,
			"TF30063: The server could not complete the request. The log of the local platform says why."}
	}
	body := struct {
		ID             string  `json:"$id"`
		InnerException *string `json:"innerException"`
		Message        string  `json:"message"`
		TypeName       string  `json:"typeName"`
		TypeKey        string  `json:"typeKey"`
		ErrorCode      int     `json:"errorCode"`
		EventID        int     `json:"eventId"`
	}{"1", nil, e.message, e.space + "." + e.typeKey + ", " + e.space, e.typeKey, 0, 3000}
	writeJSONStatus(w, e.status, body)
}

// writeMethodNotAllowed answers a known path asked with a wrong verb, in the form ASP.NET gives it.
func writeMethodNotAllowed(w http.ResponseWriter, r *http.Request) {
	type message struct {
		Message string `json:"Message"`
	}
	writeJSONStatus(w, http.StatusMethodNotAllowed, struct {
		Count int     `json:"count"`
		Value message `json:"value"`
	}{1, message{fmt.Sprintf("The requested resource does not support http method '%s'.", r.Method)}})
}

func writeJSON(w http.ResponseWriter, v any) error {
	writeJSONStatus(w, http.StatusOK, v)
	return nil
}

// writeList wraps values as every list of the service is wrapped; the Go client cannot read a bare array.
func writeList[T any](w http.ResponseWriter, values []T) error {
	if values == nil {
		values = []T{}
	}
	return writeJSON(w, struct {
		Count int `json:"count"`
		Value []T `json:"value"`
	}{len(values), values})
}

func writeJSONStatus(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		// Only our own structs come here; a failure is a programming error and must not look like an empty success.
		http.Error(w, "encode answer: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8; api-version=7.1")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client is gone: there is nobody left to tell
}
