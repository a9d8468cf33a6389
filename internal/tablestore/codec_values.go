package tablestore

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Columns of a version of values, in the row of the version and, as long as it is the newest, in the head of its scope; all
// written by Commit with PutValues.
//
//	environment  empty for the project's own values
//	version, author, at, comment, request
//	changes  JSON list of {key, action}
//	values   JSON {key: {json or secret, setAt, setBy}}; a secret is its address, never what it is

func valuesKey(environment string) string { return keyOf("val", environment, "head") }

func valueVersionPrefix(environment string) string { return keyOf("val", environment, "v") + separator }

// valueVersionKey inverts the number: a list is newest first.
func valueVersionKey(environment string, number int64) string {
	return keyOf("val", environment, "v", fmt.Sprintf("%019d", math.MaxInt64-number))
}

type storedValue struct {
	JSON   string    `json:"json,omitempty"` // as text: its bytes are compared, and must stay as they are
	Secret string    `json:"secret,omitempty"`
	SetAt  time.Time `json:"setAt"`
	SetBy  string    `json:"setBy,omitempty"`
}

type storedValueChange struct {
	Key    string `json:"key"`
	Action string `json:"action"`
}

func encodeValues(v platform.ValueVersion, key string) (*row, error) {
	r := newRow(keyOf(v.Scope.Project), key)
	r.text("environment", v.Scope.Environment)
	r.number("version", v.Number)
	r.text("author", v.Author)
	r.text("request", v.Request)
	r.moment("at", v.At)
	r.text("comment", v.Comment)
	values := make(map[string]storedValue, len(v.Values))
	for key, value := range v.Values {
		values[key] = storedValue{string(value.JSON), value.Secret, stored(value.SetAt), value.SetBy}
	}
	changes := mapped(v.Changes, func(c platform.ValueChange) storedValueChange { return storedValueChange(c) })
	return r, r.documents(document{"changes", changes, changes != nil}, document{"values", values, v.Values != nil})
}

func decodeValues(r *storedRow, project string) (platform.ValueVersion, error) {
	var changes []storedValueChange
	var values map[string]storedValue
	r.document("changes", &changes)
	r.document("values", &values)
	v := platform.ValueVersion{
		Scope:  platform.ValueScope{Project: project, Environment: r.text("environment")},
		Number: r.number("version"), Author: r.text("author"), Request: r.text("request"), At: r.moment("at"), Comment: r.text("comment"),
		Changes: mapped(changes, func(c storedValueChange) platform.ValueChange { return platform.ValueChange(c) }),
	}
	if values != nil {
		v.Values = make(map[string]platform.Value, len(values))
		for key, value := range values {
			read := platform.Value{Secret: value.Secret, SetAt: value.SetAt, SetBy: value.SetBy}
			if value.JSON != "" {
				read.JSON = json.RawMessage(value.JSON)
			}
			v.Values[key] = read
		}
	}
	return v, r.err
}
