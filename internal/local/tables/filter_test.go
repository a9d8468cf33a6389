package tables_test

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestFilter_literalsAndOperators(t *testing.T) {
	w := start(t)
	c := w.table("things")
	w.send("POST", "/lazuli/things", `{"PartitionKey":"p","RowKey":"x","Text":"O'Brien","Int":36,"Big@odata.type":"Edm.Int64","Big":"9007199254740993",
		"Half":0.5,"Yes":true,"Date@odata.type":"Edm.DateTime","Date":"2026-01-01T00:00:00Z",
		"Guid@odata.type":"Edm.Guid","Guid":"c9da6455-213d-42c9-9a79-3e9149a57833","Bin@odata.type":"Edm.Binary","Bin":"Cgs="}`)
	for filter, matches := range map[string]bool{
		"Text eq 'O''Brien'": true, "Text eq 'OBrien'": false, "Text gt 'O'": true, "Text lt 'O'": false,
		"Int eq 36": true, "Int ne 36": false, "Int gt 35": true, "Int ge 37": false, "Int lt 36.5": true, "Int eq 36L": true, "Int gt -1": true,
		"Big eq 9007199254740993L": true, "Big eq 9007199254740992L": false, "Half eq 0.5": true, "Half le 5e-1": true,
		"Yes eq true": true, "Yes ne true": false, "Yes eq false": false,
		"Date eq datetime'2026-01-01T00:00:00Z'": true, "Date lt datetime'2026-01-01T01:00:00+01:00'": false, "Date lt datetime'2026-01-01T00:00:00.0000001Z'": true,
		"Guid eq guid'C9DA6455-213d-42c9-9a79-3e9149a57833'": true, "Bin eq X'0a0b'": true, "Bin eq binary'0A0C'": false,
		"Missing eq 1": false, "Missing ne 1": false, "not (Missing eq 1)": true, "Int eq '36'": false, "Int ne '36'": false,
		"Yes eq true and Int eq 1 or Half eq 0.5": true, "Yes eq true and (Int eq 1 or Half eq 0.5)": true,
		"Half eq 0.5 or Yes eq true and Int eq 1": true, "(Half eq 0.5 or Yes eq true) and Int eq 1": false,
		"not Int eq 1 and Yes eq true": true, "not (Int eq 36 and Yes eq true)": false, "not not Int eq 36": true,
		"PartitionKey eq 'p' and RowKey eq 'x'": true, "Timestamp gt datetime'2020-01-01T00:00:00Z'": true,
	} {
		got := list(t, c, &aztables.ListEntitiesOptions{Filter: &filter})
		if (len(got) == 1) != matches {
			t.Errorf("%s: matches %t, want %t", filter, len(got) == 1, matches)
		}
	}
}

func TestFilter_refusals(t *testing.T) {
	c := start(t).table("things")
	for _, filter := range []string{
		"A", "A eq", "eq 1", "A eq 1 B", "A eq 1 and", "(A eq 1", "A eq 1)", "A equals 1", "A EQ 1", "1 eq A", "A eq B", "A eq 'x", "A eq 'x''",
		"startswith(A,'x')", "contains(A,'x')", "A eq 1 and or B eq 1", "not", "A eq datetime'soon'", "A eq guid'1'", "A eq X'0'", "A eq X'0g'",
		"A eq date'2026-01-01'", "A eq 2147483648", "A eq 9223372036854775808L", "A eq 1x", "A eq 1.2.3", "A eq null", "A;B eq 1", "A/B eq 1", "$top eq 1",
		strings.Repeat("(", 65) + "A eq 1" + strings.Repeat(")", 65), strings.Repeat("not ", 70) + "A eq 1",
		strings.Repeat("A eq 1 or ", 15) + "A eq 1",
	} {
		_, err := c.NewListEntitiesPager(&aztables.ListEntitiesOptions{Filter: &filter}).NextPage(t.Context())
		var response *azcore.ResponseError
		if !errors.As(err, &response) || response.StatusCode != 400 || response.ErrorCode != "InvalidInput" {
			t.Errorf("%s: got %v, want 400 InvalidInput", filter, err)
		}
	}
	fifteen := strings.Repeat("A eq 1 or ", 14) + "A eq 1"
	if got := list(t, c, &aztables.ListEntitiesOptions{Filter: &fifteen}); len(got) != 0 {
		t.Errorf("fifteen comparisons matched %q", got)
	}
}

// model is a filter with what it means, so that the server's reading of the text can be compared with it.
type model struct {
	text  string
	means func(partition, key, name string) bool
}

var awkward = []string{"", "a", "b", "o'b", "''", "' or PartitionKey ne '", "x and y", "é", "🦊", "A", "~", "b c", "%27", "+"}

func comparisons() *rapid.Generator[model] {
	return rapid.Custom(func(t *rapid.T) model {
		column := rapid.SampledFrom([]string{"PartitionKey", "RowKey", "Name"}).Draw(t, "column")
		operator := rapid.SampledFrom([]string{"eq", "ne", "gt", "ge", "lt", "le"}).Draw(t, "operator")
		literal := rapid.SampledFrom(awkward).Draw(t, "literal")
		return model{
			text: fmt.Sprintf("%s %s '%s'", column, operator, strings.ReplaceAll(literal, "'", "''")),
			means: func(partition, key, name string) bool {
				order := strings.Compare(map[string]string{"PartitionKey": partition, "RowKey": key, "Name": name}[column], literal)
				return map[string]bool{"eq": order == 0, "ne": order != 0, "gt": order > 0, "ge": order >= 0, "lt": order < 0, "le": order <= 0}[operator]
			},
		}
	})
}

func filters(depth int) *rapid.Generator[model] {
	if depth == 0 {
		return comparisons()
	}
	return rapid.Custom(func(t *rapid.T) model {
		left := filters(depth-1).Draw(t, "left")
		switch rapid.IntRange(0, 3).Draw(t, "join") {
		case 0:
			right := filters(depth-1).Draw(t, "right")
			return model{"(" + left.text + ") and (" + right.text + ")", func(p, k, n string) bool { return left.means(p, k, n) && right.means(p, k, n) }}
		case 1:
			right := filters(depth-1).Draw(t, "right")
			return model{"(" + left.text + ") or (" + right.text + ")", func(p, k, n string) bool { return left.means(p, k, n) || right.means(p, k, n) }}
		case 2:
			return model{"not (" + left.text + ")", func(p, k, n string) bool { return !left.means(p, k, n) }}
		}
		return left
	})
}

func TestFilter_agreesWithModel(t *testing.T) {
	c := start(t).table("things")
	type triple struct{ partition, key, name string }
	var all []triple
	for i, partition := range awkward {
		for j := range 4 {
			e := triple{partition, awkward[(i+3*j)%len(awkward)], awkward[(5*i+j)%len(awkward)]}
			all = append(all, e)
			mustAdd(t, c, row(t, e.partition, e.key, "Name", e.name))
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		filter := filters(3).Draw(r, "filter")
		var want, got []string
		for _, e := range all {
			if filter.means(e.partition, e.key, e.name) {
				want = append(want, e.partition+"|"+e.key)
			}
		}
		page, err := c.NewListEntitiesPager(&aztables.ListEntitiesOptions{Filter: &filter.text}).NextPage(t.Context())
		if err != nil {
			r.Fatalf("%s: %v", filter.text, err)
		}
		for _, e := range page.Entities {
			f := fields(t, e)
			got = append(got, f["PartitionKey"].(string)+"|"+f["RowKey"].(string))
		}
		sort.Strings(want)
		sort.Strings(got)
		if diff := cmp.Diff(want, got); diff != "" {
			r.Errorf("%s: %s", filter.text, diff)
		}
	})
}
