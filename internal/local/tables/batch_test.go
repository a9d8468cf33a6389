package tables_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"
	"github.com/google/go-cmp/cmp"
)

func action(kind aztables.TransactionType, entity []byte, match ...azcore.ETag) aztables.TransactionAction {
	a := aztables.TransactionAction{ActionType: kind, Entity: entity}
	if len(match) > 0 {
		a.IfMatch = &match[0]
	}
	return a
}

// wantInner checks what a failed transaction says inside its multipart answer, the status of which is always 202.
func wantInner(t *testing.T, err error, status int, code string, index int) {
	t.Helper()
	var response *azcore.ResponseError
	if !errors.As(err, &response) || response.StatusCode != http.StatusAccepted {
		t.Fatalf("got %v, want a transaction that failed with %d %s", err, status, code)
	}
	body, readErr := io.ReadAll(response.RawResponse.Body)
	if readErr != nil {
		t.Fatal(readErr)
	}
	text := string(body)
	if n := strings.Count(text, "HTTP/1.1 "); n != 1 {
		t.Errorf("%d inner answers, want 1", n)
	}
	want := fmt.Sprintf(`(?s)^--batchresponse_.*--changesetresponse_.*HTTP/1\.1 %d .*\{"odata\.error":\{"code":"%s","message":\{"lang":"en-US","value":"%d:`, status, code, index)
	if !regexp.MustCompile(want).MatchString(text) {
		t.Errorf("got %s\nwant %s", text, want)
	}
}

func TestBatch_everyKind(t *testing.T) {
	c := start(t).table("things")
	mustAdd(t, c, row(t, "p", "merge", "A", 1, "B", 1))
	etag := mustAdd(t, c, row(t, "p", "replace", "A", 1, "B", 1))
	mustAdd(t, c, row(t, "p", "delete"))
	_, err := c.SubmitTransaction(t.Context(), []aztables.TransactionAction{
		action(aztables.TransactionTypeAdd, row(t, "p", "add", "A", 2)),
		action(aztables.TransactionTypeInsertMerge, row(t, "p", "upsertmerge", "A", 2)),
		action(aztables.TransactionTypeInsertReplace, row(t, "p", "upsertreplace", "A", 2)),
		action(aztables.TransactionTypeUpdateMerge, row(t, "p", "merge", "A", 2), azcore.ETagAny),
		action(aztables.TransactionTypeUpdateReplace, row(t, "p", "replace", "A", 2), etag),
		action(aztables.TransactionTypeDelete, row(t, "p", "delete"), azcore.ETagAny),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"add", "merge", "replace", "upsertmerge", "upsertreplace"}, list(t, c, nil)); diff != "" {
		t.Error(diff)
	}
	for key, want := range map[string]bool{"merge": true, "replace": false} {
		answer, err := c.GetEntity(t.Context(), "p", key, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, kept := fields(t, answer.Value)["B"]; kept != want {
			t.Errorf("%s: property B kept: %t, want %t", key, kept, want)
		}
	}
}

func TestBatch_allOrNothing(t *testing.T) {
	c := start(t).table("things")
	stale := mustAdd(t, c, row(t, "p", "there"))
	if _, err := c.UpdateEntity(t.Context(), row(t, "p", "there"), &aztables.UpdateEntityOptions{UpdateMode: aztables.UpdateModeReplace}); err != nil {
		t.Fatal(err)
	}
	add := action(aztables.TransactionTypeAdd, row(t, "p", "new"))
	for name, test := range map[string]struct {
		second aztables.TransactionAction
		status int
		code   string
	}{
		"exists":      {action(aztables.TransactionTypeAdd, row(t, "p", "there")), 409, "EntityAlreadyExists"},
		"stale":       {action(aztables.TransactionTypeUpdateReplace, row(t, "p", "there"), stale), 412, "UpdateConditionNotSatisfied"},
		"missing":     {action(aztables.TransactionTypeUpdateMerge, row(t, "p", "missing"), azcore.ETagAny), 404, "ResourceNotFound"},
		"not there":   {action(aztables.TransactionTypeDelete, row(t, "p", "missing"), azcore.ETagAny), 404, "ResourceNotFound"},
		"too large":   {action(aztables.TransactionTypeAdd, row(t, "p", "x", "A", strings.Repeat("a", 40000))), 400, "PropertyValueTooLarge"},
		"partition":   {action(aztables.TransactionTypeAdd, row(t, "q", "x")), 400, "CommandsInBatchActOnDifferentPartitions"},
		"row twice":   {action(aztables.TransactionTypeInsertMerge, row(t, "p", "new")), 400, "InvalidDuplicateRow"},
		"bad ETag":    {action(aztables.TransactionTypeUpdateMerge, row(t, "p", "there"), "7"), 400, "InvalidInput"},
		"no good key": {action(aztables.TransactionTypeAdd, row(t, "p", "a/b")), 400, "OutOfRangeInput"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.SubmitTransaction(t.Context(), []aztables.TransactionAction{add, test.second}, nil)
			wantInner(t, err, test.status, test.code, 1)
			if diff := cmp.Diff([]string{"there"}, list(t, c, nil)); diff != "" {
				t.Errorf("something was left behind: %s", diff)
			}
		})
	}
}

func TestBatch_tableMissing(t *testing.T) {
	c := start(t).client.NewClient("nowhere")
	_, err := c.SubmitTransaction(t.Context(), []aztables.TransactionAction{action(aztables.TransactionTypeAdd, row(t, "p", "r"))}, nil)
	wantInner(t, err, 404, "TableNotFound", 0)
}

func TestBatch_sizes(t *testing.T) {
	c := start(t).table("things")
	var actions []aztables.TransactionAction
	for i := range 101 {
		actions = append(actions, action(aztables.TransactionTypeAdd, row(t, "p", fmt.Sprintf("%03d", i))))
	}
	_, err := c.SubmitTransaction(t.Context(), actions, nil)
	wantInner(t, err, 400, "InvalidInput", 100)
	if _, err := c.SubmitTransaction(t.Context(), actions[:100], nil); err != nil {
		t.Error(err)
	}
	big := strings.Repeat("a", 30000)
	for i := range 90 {
		actions[i] = action(aztables.TransactionTypeAdd, row(t, "p", fmt.Sprintf("big%03d", i), "A", big, "B", big))
	}
	_, err = c.SubmitTransaction(t.Context(), actions[:90], nil)
	wantCode(t, err, 413, "RequestBodyTooLarge")
	if keys := list(t, c, nil); len(keys) != 100 {
		t.Errorf("%d rows, want 100", len(keys))
	}
}

// A reader never sees half of a transaction: two rows that are always changed together are always equal.
func TestBatch_isolated(t *testing.T) {
	c := start(t).table("things")
	change := func(n int) error {
		_, err := c.SubmitTransaction(t.Context(), []aztables.TransactionAction{
			action(aztables.TransactionTypeInsertReplace, row(t, "p", "a", "N", n)),
			action(aztables.TransactionTypeInsertReplace, row(t, "p", "b", "N", n)),
		}, nil)
		return err
	}
	if err := change(0); err != nil {
		t.Fatal(err)
	}
	var readers sync.WaitGroup
	stop := make(chan struct{})
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				page, err := c.NewListEntitiesPager(nil).NextPage(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				a, b := fields(t, page.Entities[0])["N"], fields(t, page.Entities[1])["N"]
				if a != b {
					t.Errorf("read half of a transaction: %v and %v", a, b)
					return
				}
			}
		})
	}
	for n := range 60 {
		if err := change(n); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	readers.Wait()
}

func TestInsert_oneOfManyWins(t *testing.T) {
	c := start(t).table("things")
	var all sync.WaitGroup
	outcomes := make([]int, 50)
	for i := range outcomes {
		all.Go(func() {
			_, err := c.AddEntity(t.Context(), row(t, "p", "name"), nil)
			var response *azcore.ResponseError
			switch {
			case err == nil:
				outcomes[i] = 201
			case errors.As(err, &response):
				outcomes[i] = response.StatusCode
			}
		})
	}
	all.Wait()
	slices.Sort(outcomes)
	if outcomes[0] != 201 || outcomes[1] != 409 || outcomes[49] != 409 {
		t.Errorf("outcomes are %v, want one 201 and 409 for the others", outcomes)
	}
}

// The JavaScript client spells batches differently: LF-free headers in lower case, no Content-Length, an empty line
// before each body.
func TestBatch_asTheJavaScriptClientWritesIt(t *testing.T) {
	w := start(t)
	w.table("things")
	inner := func(method, path, extra, body string) string {
		return "--changeset_x\r\ncontent-type: application/http\r\ncontent-transfer-encoding: binary\r\n\r\n" +
			method + " " + w.http.URL + path + " HTTP/1.1\r\naccept: application/json;odata=minimalmetadata\r\n" +
			"content-type: application/json;odata=nometadata\r\ndataserviceversion: 3.0\r\n" + extra + "\r\n\r\n" + body + "\r\n"
	}
	body := "--batch_y\r\ncontent-type: multipart/mixed; boundary=changeset_x\r\n\r\n\r\n" +
		inner("POST", "/lazuli/things", "prefer: return-no-content\r\n", `{"PartitionKey":"p","RowKey":"1"}`) +
		inner("POST", "/lazuli/things", "", `{"PartitionKey":"p","RowKey":"2"}`) +
		inner("PUT", "/lazuli/things(PartitionKey='p',RowKey='3')", "", `{"A":1}`) +
		"--changeset_x--\r\n--batch_y--\r\n"
	answer, text := w.send("POST", "/lazuli/$batch", body, "Content-Type", "multipart/mixed; boundary=batch_y")
	if answer.StatusCode != 202 {
		t.Fatalf("got %d %s", answer.StatusCode, text)
	}
	var statuses []string
	sections := strings.Split(text, "--changesetresponse_")
	for _, section := range sections[1 : len(sections)-1] {
		statuses = append(statuses, regexp.MustCompile(`HTTP/1\.1 (\d+)`).FindStringSubmatch(section)[1])
		if !regexp.MustCompile(`\nETag: W/"datetime'.+'"\r\n`).MatchString(section) {
			t.Errorf("no ETag in %s", section)
		}
	}
	if diff := cmp.Diff([]string{"204", "201", "204"}, statuses); diff != "" {
		t.Error(diff)
	}
	if !regexp.MustCompile(`DataServiceId: .*RowKey='1'\)`).MatchString(sections[1]) {
		t.Errorf("no row key in %s", sections[1])
	}
}

func TestBatch_malformed(t *testing.T) {
	w := start(t)
	w.table("things")
	const open = "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n"
	const get = "--b\r\nContent-Type: application/http\r\n\r\nGET http://x/lazuli/things HTTP/1.1\r\n\r\n--b--\r\n"
	for name, test := range map[string]struct {
		contentType, body string
		status            int
		code              string
	}{
		"no multipart":         {"application/json", "{}", 400, "InvalidInput"},
		"no boundary":          {"multipart/mixed", "--b\r\n", 400, "InvalidInput"},
		"nothing":              {"multipart/mixed; boundary=b", "", 400, "InvalidInput"},
		"cut off":              {"multipart/mixed; boundary=b", open + "--c\r\n\r\nPOST", 400, "InvalidInput"},
		"no change set inside": {"multipart/mixed; boundary=b", "--b\r\nContent-Type: text/plain\r\n\r\n--b--\r\n", 400, "InvalidInput"},
		"empty change set":     {"multipart/mixed; boundary=b", open + "--c--\r\n--b--\r\n", 400, "InvalidInput"},
		"a query":              {"multipart/mixed; boundary=b", get, 501, "NotImplemented"},
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			answer, body := w.send("POST", "/lazuli/$batch", test.body, "Content-Type", test.contentType)
			wantRefusal(t, answer, body, test.status, test.code)
		})
	}
}
