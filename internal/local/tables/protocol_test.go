package tables_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestProtocol_refusals(t *testing.T) {
	w := start(t)
	w.table("things")
	const entity = "/lazuli/things(PartitionKey='p',RowKey='r')"
	const body = `{"PartitionKey":"p","RowKey":"r"}`
	for name, test := range map[string]struct {
		method, path, body string
		headers            []string
		status             int
		code               string
	}{
		"delete without If-Match": {"DELETE", entity, "", nil, 400, "MissingRequiredHeader"},
		"If-Match is no ETag":     {"PUT", entity, body, []string{"If-Match", `"7"`}, 400, "InvalidInput"},
		"other keys in the body":  {"PUT", entity, `{"PartitionKey":"q","RowKey":"r"}`, nil, 400, "InvalidInput"},
		"override on a PUT":       {"PUT", entity, body, []string{"X-HTTP-Method", "MERGE"}, 400, "XMethodNotUsingPost"},
		"unknown override":        {"POST", entity, body, []string{"X-HTTP-Method", "EAT"}, 400, "XMethodIncorrectValue"},
		"post to an entity":       {"POST", entity, body, nil, 405, "MethodNotAllowed"},
		"put to a table":          {"PUT", "/lazuli/things", body, nil, 405, "MethodNotAllowed"},
		"put to all tables":       {"PUT", "/lazuli/Tables", body, nil, 405, "MethodNotAllowed"},
		"patch one table":         {"PATCH", "/lazuli/Tables('things')", body, nil, 405, "MethodNotAllowed"},
		"get a batch":             {"GET", "/lazuli/$batch", "", nil, 405, "MethodNotAllowed"},
		"body is a form":          {"POST", "/lazuli/things", body, []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "MediaTypeNotSupported"},
		"body is Atom":            {"POST", "/lazuli/Tables", body, []string{"Content-Type", "application/atom+xml"}, 415, "MediaTypeNotSupported"},
		"answer as Atom":          {"GET", "/lazuli/things", "", []string{"Accept", "application/atom+xml"}, 415, "MediaTypeNotSupported"},
		"verbose JSON":            {"GET", "/lazuli/things", "", []string{"Accept", "application/json;odata=verbose"}, 415, "JsonFormatNotSupported"},
		"service properties":      {"GET", "/lazuli/?restype=service&comp=properties", "", nil, 501, "NotImplemented"},
		"access policies":         {"GET", "/lazuli/things?comp=acl", "", nil, 501, "NotImplemented"},
		"another account's path":  {"GET", "/lapis/things", "", nil, 404, "ResourceNotFound"},
		"account's name goes on":  {"GET", "/lazulite/things", "", nil, 404, "ResourceNotFound"},
		"too many segments":       {"GET", "/lazuli/things/more", "", nil, 400, "InvalidInput"},
		"no closing parenthesis":  {"GET", "/lazuli/things(PartitionKey='p',RowKey='r'", "", nil, 400, "InvalidInput"},
		"no closing quote":        {"GET", "/lazuli/things(PartitionKey='p',RowKey='r)", "", nil, 400, "InvalidInput"},
		"one key":                 {"GET", "/lazuli/things(PartitionKey='p')", "", nil, 400, "InvalidInput"},
		"the same key twice":      {"GET", "/lazuli/things(PartitionKey='p',PartitionKey='q')", "", nil, 400, "InvalidInput"},
		"three keys":              {"GET", "/lazuli/things(PartitionKey='p',RowKey='r',C='')", "", nil, 400, "InvalidInput"},
		"keys without quotes":     {"GET", "/lazuli/things(PartitionKey=1,RowKey=2)", "", nil, 400, "InvalidInput"},
		"slash in a key":          {"GET", "/lazuli/things(PartitionKey='%2F',RowKey='')", "", nil, 400, "OutOfRangeInput"},
		"impossible table name":   {"GET", "/lazuli/a-b", "", nil, 400, "InvalidResourceName"},
		"table that is not there": {"GET", "/lazuli/Tables('nowhere')", "", nil, 404, "ResourceNotFound"},
		"table without a name":    {"POST", "/lazuli/Tables", `{}`, nil, 400, "InvalidResourceName"},
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			answer, body := w.send(test.method, test.path, test.body, test.headers...)
			wantRefusal(t, answer, body, test.status, test.code)
		})
	}
}

func TestProtocol_insertAnswers(t *testing.T) {
	w := start(t)
	w.table("Things")
	answer, body := w.send("POST", "/lazuli/things", `{"PartitionKey":"o'b","RowKey":"a b"}`, "Prefer", "return-no-content", "x-ms-client-request-id", "mine")
	link := w.http.URL + "/lazuli/Things(PartitionKey='o%27%27b',RowKey='a%20b')"
	for name, want := range map[string]string{
		"Preference-Applied": "return-no-content", "Location": link, "DataServiceId": link,
		"x-ms-version": "2019-02-02", "x-ms-client-request-id": "mine",
	} {
		if got := answer.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if answer.StatusCode != 204 || body != "" || answer.Header.Get("ETag") == "" || answer.Header.Get("x-ms-request-id") == "" {
		t.Errorf("got %d %q %v", answer.StatusCode, body, answer.Header)
	}
	answer, _ = w.send("GET", "/lazuli/things(PartitionKey='o%27%27b',RowKey='a%20b')", "")
	if answer.StatusCode != 200 {
		t.Errorf("the location is answered with %d", answer.StatusCode)
	}
	answer, body = w.send("POST", "/lazuli/things()", `{"PartitionKey":"p","RowKey":"r"}`)
	if answer.StatusCode != 201 || !strings.Contains(body, `"RowKey":"r"`) {
		t.Errorf("got %d %s", answer.StatusCode, body)
	}
}

func TestProtocol_postCanMerge(t *testing.T) {
	w := start(t)
	w.table("things")
	for _, send := range [][]string{{"POST", "X-HTTP-Method", "MERGE"}, {"MERGE"}, {"PATCH"}} {
		answer, body := w.send(send[0], "/lazuli/things(RowKey='r',PartitionKey='p')", `{"A":1}`, send[1:]...)
		if answer.StatusCode != 204 || answer.Header.Get("ETag") == "" {
			t.Errorf("%v: %d %s", send, answer.StatusCode, body)
		}
	}
}

func TestProtocol_metadataLevels(t *testing.T) {
	w := start(t)
	w.table("things")
	w.send("POST", "/lazuli/things", `{"PartitionKey":"p","RowKey":"r","Whole@odata.type":"Edm.Double","Whole":3,
		"Not@odata.type":"Edm.Double","Not":"NaN","Big@odata.type":"Edm.Int64","Big":"9007199254740993","Null":null,
		"Plain":2147483648,"Guid@odata.type":"Edm.Guid","Guid":"C9DA6455-213D-42C9-9A79-3E9149A57833","Timestamp":"ignored"}`)
	get := func(query, accept string) map[string]string {
		t.Helper()
		answer, body := w.send("GET", "/lazuli/things(PartitionKey='p',RowKey='r')"+query, "", "Accept", accept)
		if answer.StatusCode != 200 {
			t.Fatalf("got %d %s", answer.StatusCode, body)
		}
		var raw map[string]json.RawMessage
		if err := json.Unmarshal([]byte(body), &raw); err != nil {
			t.Fatal(err)
		}
		delete(raw, "Timestamp")
		delete(raw, "odata.etag")
		members := map[string]string{}
		for name, v := range raw {
			members[name] = string(v)
		}
		return members
	}
	none := map[string]string{
		"PartitionKey": `"p"`, "RowKey": `"r"`, "Whole": "3.0", "Not": `"NaN"`, "Big": `"9007199254740993"`,
		"Plain": "2147483648.0", "Guid": `"c9da6455-213d-42c9-9a79-3e9149a57833"`,
	}
	minimal := with(none, map[string]string{
		"odata.metadata": `"` + w.http.URL + `/lazuli/$metadata#things/@Element"`,
		"Not@odata.type": `"Edm.Double"`, "Big@odata.type": `"Edm.Int64"`, "Guid@odata.type": `"Edm.Guid"`,
	})
	full := with(minimal, map[string]string{
		"odata.type": `"lazuli.things"`, "odata.id": `"` + w.http.URL + `/lazuli/things(PartitionKey='p',RowKey='r')"`,
		"odata.editLink": `"things(PartitionKey='p',RowKey='r')"`, "Timestamp@odata.type": `"Edm.DateTime"`,
	})
	for _, test := range []struct {
		query, accept string
		want          map[string]string
	}{
		{"", "application/json;odata=nometadata", none},
		{"", "application/json;odata=minimalmetadata", minimal},
		{"", "application/json", minimal},
		{"", "text/html, */*;q=0.1", minimal},
		{"", "application/json;odata=fullmetadata", full},
		{"?$format=application/json;odata%3Dnometadata", "application/json;odata=fullmetadata", none},
	} {
		if diff := cmp.Diff(test.want, get(test.query, test.accept)); diff != "" {
			t.Errorf("%s %s: %s", test.query, test.accept, diff)
		}
	}
}

func with(a, b map[string]string) map[string]string {
	sum := map[string]string{}
	for k, v := range a {
		sum[k] = v
	}
	for k, v := range b {
		sum[k] = v
	}
	return sum
}
