package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"github.com/gorilla/mux"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// decode reads a JSON body strictly: an unknown member, one given twice, a wrong type or anything after the value is refused.
func decode(r *http.Request, into any) error {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return platform.Errorf(platform.Invalid, "The body must be JSON.").Do("Send Content-Type: application/json.")
	}
	body, err := io.ReadAll(r.Body) // the route's limit is on it
	if err != nil {
		return notDecodable(err)
	}
	if err := strict(body, reflect.TypeOf(into)); err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return notDecodable(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return platform.Errorf(platform.Invalid, "The body holds more than one JSON value.")
	}
	return nil
}

func notDecodable(err error) error {
	var tooLarge *http.MaxBytesError
	var known *platform.Error
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &tooLarge), errors.As(err, &known):
		return err
	case errors.As(err, &wrongType):
		pointer := "/" + strings.ReplaceAll(wrongType.Field, ".", "/")
		return platform.Errorf(platform.Invalid, "The body is not valid.").With(platform.Detail{Pointer: pointer, Message: "must be a JSON " + jsonName(wrongType.Type.Kind().String())}).Because(err)
	case errors.Is(err, io.EOF):
		return platform.Errorf(platform.Invalid, "The body is empty.")
	}
	return platform.Errorf(platform.Invalid, "The body is not valid JSON.").Because(err)
}

func jsonName(kind string) string {
	switch kind {
	case "map", "struct":
		return "object"
	case "slice", "array":
		return "list"
	case "int", "int64", "float64":
		return "number"
	}
	return kind
}

// pathValue is a value of the path, unescaped. One that cannot be unescaped is no name of anything.
func pathValue(r *http.Request, name string) string {
	value, err := url.PathUnescape(mux.Vars(r)[name])
	if err != nil {
		return ""
	}
	return value
}

// operationID is the caller's own id for the operation; empty when he gave none.
func operationID(r *http.Request) (string, error) {
	if r.Header.Get("Repeatability-Request-Id") != "" {
		return "", platform.Errorf(platform.Invalid, "Repeatability headers are not supported.").Do("Send Operation-Id.")
	}
	id, key := r.Header.Get("Operation-Id"), strings.Trim(r.Header.Get("Idempotency-Key"), `"`)
	switch {
	case id == "":
		id = key
	case key != "" && key != id:
		return "", platform.Errorf(platform.Invalid, "Operation-Id and Idempotency-Key say different things.").Do("Send one of them.")
	}
	if id != "" && !platform.ValidOperationID(id) {
		return "", platform.Errorf(platform.Invalid, "Operation-Id must have 26 to 36 letters, digits and dashes.").Do("A ULID or a UUID will do.")
	}
	return id, nil
}

// preconditions reads If-Match and If-None-Match of a change.
func preconditions(r *http.Request) (platform.Preconditions, error) {
	var pre platform.Preconditions
	switch none := r.Header.Get("If-None-Match"); none {
	case "":
	case "*":
		pre.MustNotExist = true
	default:
		return pre, platform.Errorf(platform.PreconditionFailed, "Only If-None-Match: * makes sense on a change.")
	}
	switch match := r.Header.Get("If-Match"); match {
	case "":
	case "*":
		pre.MustExist = true
	default:
		revision, ok := revisionOf(match)
		if !ok {
			return pre, platform.Errorf(platform.PreconditionFailed, "If-Match holds no ETag of ours.").Do("Send the ETag as you read it, quotes included.")
		}
		pre.Revision = &revision
	}
	return pre, nil
}

// etag is strong and counts accepted changes.
func etag(revision int64) string { return fmt.Sprintf(`"%d"`, revision) }

func revisionOf(tag string) (int64, bool) {
	text, err := strconv.Unquote(tag)
	if err != nil {
		return 0, false
	}
	revision, err := strconv.ParseInt(text, 10, 64)
	return revision, err == nil && revision >= 0
}
