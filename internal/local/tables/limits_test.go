package tables_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"
)

func TestLimits_refusedInserts(t *testing.T) {
	w := start(t)
	w.table("things")
	many := make([]string, 253)
	for i := range many {
		many[i] = fmt.Sprintf(`"P%d":1`, i)
	}
	for name, test := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"no row key":             {`{"PartitionKey":"p"}`, 400, "PropertiesNeedValue"},
		"null key":               {`{"PartitionKey":"p","RowKey":null}`, 400, "PropertiesNeedValue"},
		"number as key":          {`{"PartitionKey":"p","RowKey":1}`, 400, "InvalidInput"},
		"slash in key":           {`{"PartitionKey":"p/q","RowKey":""}`, 400, "OutOfRangeInput"},
		"backslash in key":       {`{"PartitionKey":"p\\q","RowKey":""}`, 400, "OutOfRangeInput"},
		"hash in key":            {`{"PartitionKey":"p","RowKey":"#"}`, 400, "OutOfRangeInput"},
		"question mark in key":   {`{"PartitionKey":"p","RowKey":"?"}`, 400, "OutOfRangeInput"},
		"newline in key":         {`{"PartitionKey":"p","RowKey":"\n"}`, 400, "OutOfRangeInput"},
		"zero byte in key":       {`{"PartitionKey":"\u0000","RowKey":""}`, 400, "OutOfRangeInput"},
		"C1 control in key":      {`{"PartitionKey":"\u009f","RowKey":""}`, 400, "OutOfRangeInput"},
		"long key":               {`{"PartitionKey":"` + strings.Repeat("k", 513) + `","RowKey":""}`, 400, "PropertyValueTooLarge"},
		"253 properties":         {`{"PartitionKey":"p","RowKey":"r",` + strings.Join(many, ",") + `}`, 400, "TooManyProperties"},
		"dash in name":           {`{"PartitionKey":"p","RowKey":"r","a-b":1}`, 400, "PropertyNameInvalid"},
		"digit first":            {`{"PartitionKey":"p","RowKey":"r","1a":1}`, 400, "PropertyNameInvalid"},
		"empty name":             {`{"PartitionKey":"p","RowKey":"r","":1}`, 400, "PropertyNameInvalid"},
		"long name":              {`{"PartitionKey":"p","RowKey":"r","` + strings.Repeat("n", 256) + `":1}`, 400, "PropertyNameTooLong"},
		"large text":             {`{"PartitionKey":"p","RowKey":"r","A":"` + strings.Repeat("a", 32769) + `"}`, 400, "PropertyValueTooLarge"},
		"large text of pairs":    {`{"PartitionKey":"p","RowKey":"r","A":"` + strings.Repeat("🦊", 16385) + `"}`, 400, "PropertyValueTooLarge"},
		"large binary":           {`{"PartitionKey":"p","RowKey":"r","A@odata.type":"Edm.Binary","A":"` + strings.Repeat("AAAA", 21846) + `"}`, 400, "PropertyValueTooLarge"},
		"name twice":             {`{"PartitionKey":"p","RowKey":"r","A":1,"A":2}`, 400, "DuplicatePropertiesSpecified"},
		"list":                   {`{"PartitionKey":"p","RowKey":"r","A":[1]}`, 400, "InvalidInput"},
		"object":                 {`{"PartitionKey":"p","RowKey":"r","A":{}}`, 400, "InvalidInput"},
		"unknown type":           {`{"PartitionKey":"p","RowKey":"r","A@odata.type":"Edm.Decimal","A":"1"}`, 400, "InvalidValueType"},
		"type is no text":        {`{"PartitionKey":"p","RowKey":"r","A@odata.type":1,"A":"1"}`, 400, "InvalidInput"},
		"date is no date":        {`{"PartitionKey":"p","RowKey":"r","A@odata.type":"Edm.DateTime","A":"soon"}`, 400, "InvalidInput"},
		"date too early":         {`{"PartitionKey":"p","RowKey":"r","A@odata.type":"Edm.DateTime","A":"1600-12-31T23:59:59Z"}`, 400, "OutOfRangeInput"},
		"guid is no guid":        {`{"PartitionKey":"p","RowKey":"r","A@odata.type":"Edm.Guid","A":"c9da6455"}`, 400, "InvalidInput"},
		"int64 is no number":     {`{"PartitionKey":"p","RowKey":"r","A@odata.type":"Edm.Int64","A":"1.5"}`, 400, "InvalidInput"},
		"int64 too large":        {`{"PartitionKey":"p","RowKey":"r","A@odata.type":"Edm.Int64","A":"9223372036854775808"}`, 400, "InvalidInput"},
		"int32 too large":        {`{"PartitionKey":"p","RowKey":"r","A@odata.type":"Edm.Int32","A":2147483648}`, 400, "InvalidInput"},
		"binary is no base64":    {`{"PartitionKey":"p","RowKey":"r","A@odata.type":"Edm.Binary","A":"*"}`, 400, "InvalidInput"},
		"number as date":         {`{"PartitionKey":"p","RowKey":"r","A@odata.type":"Edm.DateTime","A":1}`, 400, "InvalidInput"},
		"boolean as text":        {`{"PartitionKey":"p","RowKey":"r","A@odata.type":"Edm.String","A":true}`, 400, "InvalidInput"},
		"text as boolean":        {`{"PartitionKey":"p","RowKey":"r","A@odata.type":"Edm.Boolean","A":"true"}`, 400, "InvalidInput"},
		"double too large":       {`{"PartitionKey":"p","RowKey":"r","A":1e400}`, 400, "InvalidInput"},
		"no JSON":                {`PartitionKey`, 400, "InvalidInput"},
		"half JSON":              {`{"PartitionKey":"p"`, 400, "InvalidInput"},
		"an array":               {`[]`, 400, "InvalidInput"},
		"nothing":                {``, 400, "InvalidInput"},
		"more than one object":   {`{"PartitionKey":"p","RowKey":"r"}{}`, 400, "InvalidInput"},
		"not UTF-8":              {"{\"PartitionKey\":\"p\",\"RowKey\":\"r\xff\"}", 400, "InvalidInput"},
		"larger than any entity": {`{"PartitionKey":"p","RowKey":"r","A":"` + strings.Repeat("a", 4<<20) + `"}`, 413, "RequestBodyTooLarge"},
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			answer, body := w.send("POST", "/lazuli/things", test.body)
			wantRefusal(t, answer, body, test.status, test.code)
		})
	}
	w.t = t
	if keys := list(t, w.client.NewClient("things"), nil); len(keys) != 0 {
		t.Errorf("refused inserts left %q", keys)
	}
}

func TestLimits_largestAllowed(t *testing.T) {
	w := start(t)
	c := w.table("things")
	pairs := []any{}
	for i := range 252 {
		pairs = append(pairs, fmt.Sprintf("P%d", i), i)
	}
	mustAdd(t, c, row(t, strings.Repeat("p", 512), strings.Repeat("é", 512), pairs...))
	mustAdd(t, c, row(t, "p", "text", strings.Repeat("n", 255), strings.Repeat("a", 32768), "Ünïcode_1", strings.Repeat("🦊", 16384)))
	mustAdd(t, c, row(t, "p", "binary", "A@odata.type", "Edm.Binary", "A", strings.Repeat("AAAA", 21845)))
}

// An entity weighs at most 1 MiB with text at two bytes a character, however it is written and however it got there.
func TestLimits_entitySize(t *testing.T) {
	c := start(t).table("things")
	big := strings.Repeat("a", 32000)
	var pairs []any
	for i := range 16 {
		pairs = append(pairs, fmt.Sprintf("P%d", i), big)
	}
	etag := mustAdd(t, c, row(t, "p", "r", pairs...))
	_, err := c.AddEntity(t.Context(), row(t, "p", "r2", append(pairs, "Q", big)...), nil)
	wantCode(t, err, 400, aztables.EntityTooLarge)
	_, err = c.UpdateEntity(t.Context(), row(t, "p", "r", "Q", big), &aztables.UpdateEntityOptions{IfMatch: &etag, UpdateMode: aztables.UpdateModeMerge})
	wantCode(t, err, 400, aztables.EntityTooLarge)
}

func TestLimits_mergeCountsAllProperties(t *testing.T) {
	c := start(t).table("things")
	var first, second []any
	for i := range 200 {
		first = append(first, fmt.Sprintf("A%d", i), i)
		second = append(second, fmt.Sprintf("B%d", i), i)
	}
	mustAdd(t, c, row(t, "p", "r", first...))
	_, err := c.UpdateEntity(t.Context(), row(t, "p", "r", second...), &aztables.UpdateEntityOptions{UpdateMode: aztables.UpdateModeMerge})
	wantCode(t, err, 400, aztables.TooManyProperties)
}

func TestLimits_tableNames(t *testing.T) {
	w := start(t)
	for _, name := range []string{"ab", "1abc", "a-b-c", "tables", "Tables", strings.Repeat("a", 64), "äbc"} {
		_, err := w.client.CreateTable(t.Context(), name, nil)
		wantCode(t, err, 400, "InvalidResourceName")
	}
	w.table(strings.Repeat("a", 63))
	w.table("abc")
}
