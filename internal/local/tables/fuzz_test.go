package tables_test

import (
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/local/tables"
)

func FuzzFilter(f *testing.F) {
	for _, seed := range []string{
		"", "PartitionKey eq 'p'", "PartitionKey eq 'p' and RowKey ge 'a' and RowKey lt 'b'", "not (A eq 1 or B ne 2L)",
		"PartitionKey le 'p\x00'", "PartitionKey gt 'a' and PartitionKey lt 'z'", "A eq X'00' and B eq datetime'2026-01-01T00:00:00Z'",
		"RowKey eq 'o''b'", "PartitionKey ne '' or true", "((((", "A eq -1.5e-3", "PartitionKey eq 'p' and RowKey le 'r'",
	} {
		f.Add(seed, "p", "r")
	}
	f.Fuzz(func(t *testing.T, filter, partition, row string) {
		control := func(r rune) bool { return r < 0x20 }
		if strings.ContainsFunc(partition, control) || strings.ContainsFunc(row, control) {
			t.Skip("not a key")
		}
		if agrees, err := tables.FilterAgreesWithRange(filter, partition, row); err == nil && !agrees {
			t.Errorf("the range of %q leaves out the row %q %q, which matches", filter, partition, row)
		}
	})
}

func FuzzEntity(f *testing.F) {
	f.Add([]byte(`{"PartitionKey":"p","RowKey":"r","A":1,"B":"x","C":true,"D":0.5,"E@odata.type":"Edm.Int64","E":"7"}`))
	f.Add([]byte(`{"PartitionKey":"p","RowKey":"r","A@odata.type":"Edm.DateTime","A":"2026-01-01T00:00:00Z"}`))
	f.Add([]byte(`{"PartitionKey":"","RowKey":"","A@odata.type":"Edm.Binary","A":"AAEC","B":null}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if strings.Contains(string(body), "NaN") {
			t.Skip("NaN is not equal to itself")
		}
		if survives, err := tables.RowSurvives(body); err == nil && !survives {
			t.Errorf("%s did not survive", body)
		}
	})
}

func FuzzRow(f *testing.F) {
	f.Add([]byte("p\x00r"), []byte("\x01\x00\x00\x00\x00\x00\x00\x00\x07\x01A\x01\x01x"))
	f.Fuzz(func(_ *testing.T, key, data []byte) {
		_ = tables.DecodeAnyRow(key, data) // must not panic
	})
}

func FuzzBatch(f *testing.F) {
	server := start(f).server
	f.Add("multipart/mixed; boundary=b", []byte("--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\n"+
		"PUT http://x/lazuli/things(PartitionKey='p',RowKey='r') HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{\"A\":1}\r\n--c--\r\n--b--\r\n"))
	f.Fuzz(func(_ *testing.T, contentType string, body []byte) {
		_ = server.ReadAnyBatch(contentType, body) // must not panic
	})
}
