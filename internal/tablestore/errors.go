package tablestore

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// TxError describes the operation that made a transaction fail.
type TxError struct {
	Index  int // position in the transaction, -1 if the service did not say
	Status int // 404, 409, 412, …
	Code   aztables.TableErrorCode
}

var (
	innerStatus = regexp.MustCompile(`(?m)^HTTP/1\.1 (\d{3})`)
	innerError  = regexp.MustCompile(`\{"odata\.error".*\}`)
)

// AsTxError finds out why a transaction failed. The SDK reports every failed transaction with status 202 and no code,
// since that is the status of the answer as a whole; the reason is only in the multipart body.
func AsTxError(err error) (TxError, bool) {
	var response *azcore.ResponseError
	if !errors.As(err, &response) || response.StatusCode != http.StatusAccepted || response.RawResponse == nil {
		return TxError{}, false
	}
	body, err := runtime.Payload(response.RawResponse)
	if err != nil {
		return TxError{}, false
	}
	out := TxError{Index: -1}
	if status := innerStatus.FindSubmatch(body); status != nil {
		out.Status, _ = strconv.Atoi(string(status[1])) // three digits
	}
	code, message := odataError(innerError.Find(body))
	out.Code = aztables.TableErrorCode(code)
	if index, _, found := strings.Cut(message, ":"); found {
		if n, err := strconv.Atoi(index); err == nil {
			out.Index = n
		}
	}
	return out, out.Status >= http.StatusBadRequest
}

func odataError(body []byte) (code, message string) {
	var doc struct {
		Error struct {
			Code    string
			Message struct{ Value string }
		} `json:"odata.error"`
	}
	if json.Unmarshal(body, &doc) != nil {
		return "", ""
	}
	message, _, _ = strings.Cut(doc.Error.Message.Value, "\nRequestId:")
	return doc.Error.Code, message
}

// isStatus reports whether the service answered a single request with status and, if any are given, one of the codes.
func isStatus(err error, status int, codes ...string) bool {
	var response *azcore.ResponseError
	return errors.As(err, &response) && response.StatusCode == status &&
		(len(codes) == 0 || slices.Contains(codes, response.ErrorCode))
}

func isMissingRow(err error) bool {
	return isStatus(err, http.StatusNotFound) && !isStatus(err, http.StatusNotFound, string(aztables.TableNotFound))
}

// failure turns what the SDK reports into what callers of a Store are promised; nil stays nil.
func (s *Store) failure(err error) error {
	var response *azcore.ResponseError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &response):
		return unavailable("The storage did not answer.").Because(err)
	case response.StatusCode == http.StatusForbidden || response.StatusCode == http.StatusUnauthorized:
		return unavailable("The storage refused our identity.").
			Do("Give the platform's identity the role Storage Table Data Contributor, or check the clock of this machine.").Because(err)
	case isStatus(err, http.StatusNotFound, string(aztables.TableNotFound)):
		return tableMissing(err)
	case response.StatusCode == http.StatusInternalServerError && s.local && response.RawResponse != nil:
		return s.localFailure(response, err)
	case response.StatusCode >= http.StatusInternalServerError || response.StatusCode == http.StatusTooManyRequests ||
		response.StatusCode == http.StatusRequestTimeout:
		return unavailable("The storage is busy.").Because(err)
	}
	return fmt.Errorf("the storage refused a request: %w", err)
}

// localFailure passes on what a stand-in says, such as that the disk is full: its user is the one who can do something.
func (s *Store) localFailure(response *azcore.ResponseError, err error) error {
	body, readErr := runtime.Payload(response.RawResponse)
	if readErr != nil {
		return unavailable("The storage failed.").Because(err)
	}
	_, message := odataError(body)
	if message == "" {
		return unavailable("The storage failed.").Because(err)
	}
	e := platform.Errorf(platform.StorageUnavailable, "%s", message)
	return e.Because(err)
}

func tableMissing(err error) error {
	return unavailable("A table is missing in the storage.").Do("Restart Lazuli: it creates its tables at start.").Because(err)
}

func unavailable(sentence string) *platform.Error {
	return platform.Errorf(platform.StorageUnavailable, "%s", sentence).Do("Try again in a moment; nothing that was accepted is lost.")
}

func notFound(format string, args ...any) error {
	return platform.Errorf(platform.NotFound, format, args...)
}
