package tables_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"

	"github.com/lazuli-platform/lazuli/internal/local/tables"
)

const account = "lazuli"

var accountKey = base64.StdEncoding.EncodeToString([]byte("a key of 32 bytes, for tests only"))

// world is one server with a real socket in front of it.
type world struct {
	t      testing.TB
	server *tables.Server
	http   *httptest.Server
	client *aztables.ServiceClient
}

func start(t testing.TB, change ...func(*tables.Config)) *world {
	t.Helper()
	config := tables.Config{File: filepath.Join(t.TempDir(), "tables.db"), Account: account, Key: accountKey}
	for _, c := range change {
		c(&config)
	}
	server, err := tables.Open(config)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, server: server, http: httptest.NewServer(server)}
	t.Cleanup(func() {
		w.http.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	w.client = sdkClient(t, server.ConnectionString(w.http.Listener.Addr().String()))
	return w
}

func sdkClient(t testing.TB, connection string) *aztables.ServiceClient {
	t.Helper()
	client, err := aztables.NewServiceClientFromConnectionString(connection, &aztables.ClientOptions{
		ClientOptions: azcore.ClientOptions{Retry: policy.RetryOptions{MaxRetries: -1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// table creates a table and returns its client.
func (w *world) table(name string) *aztables.Client {
	w.t.Helper()
	if _, err := w.client.CreateTable(w.t.Context(), name, nil); err != nil {
		w.t.Fatal(err)
	}
	return w.client.NewClient(name)
}

// send makes a signed request as no SDK would, and returns the answer with its body.
func (w *world) send(method, path, body string, headers ...string) (*http.Response, string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.http.URL+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("x-ms-date", time.Now().UTC().Format(http.TimeFormat))
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i+1] == "" {
			r.Header.Del(headers[i])
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	if r.Header.Get("Authorization") == "" {
		signed := r.Header.Get("x-ms-date") + "\n/" + account + r.URL.EscapedPath()
		if c := r.URL.Query().Get("comp"); c != "" {
			signed += "?comp=" + c
		}
		r.Header.Set("Authorization", "SharedKeyLite "+account+":"+sign(signed))
	}
	return w.do(r)
}

func (w *world) do(r *http.Request) (*http.Response, string) {
	w.t.Helper()
	answer, err := w.http.Client().Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer, string(content)
}

func sign(text string) string {
	key, _ := base64.StdEncoding.DecodeString(accountKey)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// wantRefusal checks status and code of a raw answer, in the header and in the body.
func wantRefusal(t testing.TB, answer *http.Response, body string, status int, code string) {
	t.Helper()
	var doc struct {
		Error struct {
			Code    string
			Message struct{ Lang, Value string }
		} `json:"odata.error"`
	}
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		t.Fatalf("body %q: %v", body, err)
	}
	if answer.StatusCode != status || doc.Error.Code != code || answer.Header.Get("x-ms-error-code") != code {
		t.Fatalf("got %d %s (header %s), want %d %s: %s", answer.StatusCode, doc.Error.Code,
			answer.Header.Get("x-ms-error-code"), status, code, doc.Error.Message.Value)
	}
	if doc.Error.Message.Value == "" || doc.Error.Message.Lang != "en-US" {
		t.Fatalf("the error has no message: %s", body)
	}
}

// wantCode checks an SDK error.
func wantCode(t testing.TB, err error, status int, code aztables.TableErrorCode) {
	t.Helper()
	var response *azcore.ResponseError
	if !errors.As(err, &response) {
		t.Fatalf("got %v, want %d %s", err, status, code)
	}
	if response.StatusCode != status || response.ErrorCode != string(code) {
		t.Fatalf("got %d %s, want %d %s", response.StatusCode, response.ErrorCode, status, code)
	}
}

// row builds the JSON of an entity from pairs of name and value.
func row(t testing.TB, partition, key string, pairs ...any) []byte {
	t.Helper()
	doc := map[string]any{"PartitionKey": partition, "RowKey": key}
	for i := 0; i < len(pairs); i += 2 {
		doc[pairs[i].(string)] = pairs[i+1]
	}
	out, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func mustAdd(t testing.TB, c *aztables.Client, entity []byte) azcore.ETag {
	t.Helper()
	answer, err := c.AddEntity(context.Background(), entity, nil)
	if err != nil {
		t.Fatal(err)
	}
	return answer.ETag
}

func fields(t testing.TB, entity []byte) map[string]any {
	t.Helper()
	in := json.NewDecoder(bytes.NewReader(entity))
	in.UseNumber()
	var doc map[string]any
	if err := in.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// list reads all pages and returns the row keys in order.
func list(t testing.TB, c *aztables.Client, options *aztables.ListEntitiesOptions) []string {
	t.Helper()
	var keys []string
	for pager := c.NewListEntitiesPager(options); pager.More(); {
		page, err := pager.NextPage(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Entities {
			keys = append(keys, fields(t, e)["RowKey"].(string))
		}
	}
	return keys
}

func ptr[T any](v T) *T { return &v }
