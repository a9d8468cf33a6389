package tablestore_test

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/tablestore"
)

func TestNew_refusesKeysThatWouldLeaveTheMachine(t *testing.T) {
	key := "DefaultEndpointsProtocol=http;AccountName=lazuli;AccountKey=" + testKey
	for connection, accepted := range map[string]bool{
		key + ";TableEndpoint=http://127.0.0.1:10002/lazuli":              true,
		key + ";TableEndpoint=http://[::1]:10002/lazuli":                  true,
		key + ";TableEndpoint=http://localhost:10002/lazuli":              true,
		key + ";TableEndpoint=http://localhost:8902/lazuli":               false,
		key + ";TableEndpoint=http://10.0.0.7:10002/lazuli":               false,
		key + ";TableEndpoint=https://lazuli.table.core.windows.net":      false,
		key + ";TableEndpoint=http://127.0.0.1.example.com/lazuli":        false,
		key + ";TableEndpoint=http://127.0.0.1@example.com/lazuli":        false,
		key + ";EndpointSuffix=core.windows.net":                          false,
		key + ";TableEndpoint=http://127.0.0.1/a;TableEndpoint=http://x/": false,
		key + ";TableEndpoint=http://x/;tableendpoint=http://127.0.0.1/a": false,
	} {
		_, err := tablestore.New(tablestore.Config{ConnectionString: connection, NewID: newULID})
		if (err == nil) != accepted {
			t.Errorf("%s: error %v, want accepted %t", strings.Replace(connection, testKey, "…", 1), err, accepted)
		}
		if err != nil && strings.Contains(err.Error(), testKey) {
			t.Errorf("the error repeats the key: %v", err)
		}
	}
}

func TestNew_refusesBadSettings(t *testing.T) {
	for name, config := range map[string]tablestore.Config{
		"nothing":    {NewID: newULID},
		"both":       {NewID: newULID, Endpoint: "https://a.table.core.windows.net", ConnectionString: "TableEndpoint=http://127.0.0.1/a"},
		"plain HTTP": {NewID: newULID, Endpoint: "http://a.table.core.windows.net"},
		"no ids":     {Endpoint: "https://a.table.core.windows.net"},
	} {
		if _, err := tablestore.New(config); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// A failed transaction says what failed only inside its body; the helper must find it.
func TestAsTxError(t *testing.T) {
	body := "--b\r\n\r\n--changesetresponse_c\r\n\r\nHTTP/1.1 412 Precondition Failed\r\n\r\n" +
		`{"odata.error":{"code":"UpdateConditionNotSatisfied","message":{"lang":"en-US","value":"3:No.\nRequestId:x"}}}` + "\r\n--b--"
	failed := func(status int) error {
		return &azcore.ResponseError{StatusCode: status, RawResponse: &http.Response{Body: io.NopCloser(strings.NewReader(body))}}
	}
	got, ok := tablestore.AsTxError(failed(202))
	if want := (tablestore.TxError{Index: 3, Status: 412, Code: "UpdateConditionNotSatisfied"}); !ok || got != want {
		t.Errorf("got %+v, %t; want %+v", got, ok, want)
	}
	for _, err := range []error{nil, errors.New("other"), failed(409), &azcore.ResponseError{StatusCode: 202}} {
		if got, ok := tablestore.AsTxError(err); ok {
			t.Errorf("%v is taken for a failed transaction: %+v", err, got)
		}
	}
}

// What a stand-in says of its own trouble, such as a full disk, reaches the person at the keyboard.
func TestStore_passesOnWhatTheStandInSays(t *testing.T) {
	full := `{"odata.error":{"code":"InternalError","message":{"lang":"en-US","value":"The disk of the data folder is full.\nRequestId:x\nTime:y"}}}`
	broken, err := tablestore.New(tablestore.Config{
		ConnectionString: "AccountName=lazuli;AccountKey=" + testKey + ";TableEndpoint=http://127.0.0.1:1/lazuli", NewID: newULID,
		Transport: transport(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 500, Header: http.Header{}, Request: r, Body: io.NopCloser(strings.NewReader(full))}, nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	err = broken.Commit(t.Context(), platform.Transaction{Project: "p", Environment: &platform.Environment{Project: "p", Name: "dev"}})
	var e *platform.Error
	if !errors.As(err, &e) || e.Code != platform.StorageUnavailable || e.Message != "The disk of the data folder is full." {
		t.Errorf("got %v", err)
	}
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) Do(r *http.Request) (*http.Response, error) { return f(r) }

// Filters are text, and text put together elsewhere is how one row's value becomes another's filter.
func TestFilters_areBuiltInOnePlace(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if file == "filter.go" || strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file) //nolint:gosec // a file of this package
		if err != nil {
			t.Fatal(err)
		}
		for _, sign := range []string{"filter{", ` eq `, ` ge '`, ` lt '`} {
			if strings.Contains(string(source), sign) {
				t.Errorf("%s builds a filter (%q); filter.go is the place for that", file, sign)
			}
		}
	}
}
